// Package returns brings goods back into the house, and money to the buyer.
//
// A buyer requests a Return of pieces of an order that have left and not come
// back. A Policy decides whether that is allowed, and always says why: the
// default is a window of days that begins with the delivery, and SKUs that are
// sold for good. Staff approve or reject; what was approved and does not come
// in time expires. When goods come in they are received, which tells the order,
// and inspected: each piece goes back to a shelf, is set apart as damaged, or is
// discarded. What is settled was refunded.
//
//	stateDiagram-v2
//	    [*] --> requested
//	    requested --> approved : approve
//	    requested --> rejected : reject
//	    approved --> expired : expire
//	    approved --> received : receive
//	    rejected --> [*]
//	    expired --> [*]
//	    received --> inspected : inspect
//	    inspected --> settled : settle
//	    settled --> [*]
//
// Refunded is what was really paid for the pieces, discounts and taxes
// included. The discount of a line is shared among its pieces such that the
// refunds of all of them add up to exactly what was paid for the line: see
// Share. No piece is refunded twice, and never more than was paid.
//
// Paying back is a remote effect behind a Refunder: the intent is saved first,
// no unit is open during the call, and what stays open is settled by Reconcile.
// A refund that failed stays visible in the Return, counts as not paid back,
// and is tried again by Settle.
//
//	r, err := back.Request(ctx, id, returns.Request{Lines: []returns.Wanted{{Line: 1, Quantity: 1, Reason: returns.TooSmall}}})
//	r, err = back.Approve(ctx, r.ID, returns.Approve{})
//	r, err = back.Receive(ctx, r.ID, returns.Receive{Lines: []order.Item{{Line: 1, Quantity: 1}}})
//	r, err = back.Inspect(ctx, r.ID, returns.Inspect{Lines: []returns.Inspected{{Line: 1, Quantity: 1, Disposition: returns.Restock}}})
//	r, err = back.Settle(ctx, r.ID, returns.Settle{})
package returns
