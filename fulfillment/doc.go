// Package fulfillment brings goods out of the house.
//
// A fulfillment is a part of an order that leaves one place together. An order
// may have several: Plan makes one for each place at which goods are held for
// it, for all that is open or for a part. Nothing is ever planned twice.
//
// What was planned is allocated (the goods are promised without an end),
// picked, packed into parcels, and shipped. Shipping takes the goods off the
// shelf and tells the order, in one unit of work. Each parcel is delivered for
// itself; with the last one the fulfillment is.
//
//	stateDiagram-v2
//	    [*] --> planned
//	    planned --> allocated : allocate
//	    planned --> cancelled : cancel
//	    allocated --> cancelled : cancel
//	    allocated --> picking : pick
//	    cancelled --> [*]
//	    picking --> cancelled : cancel
//	    picking --> packed : pack
//	    packed --> cancelled : cancel
//	    packed --> shipped : ship
//	    shipped --> delivered : deliver
//	    shipped --> exception : fail
//	    delivered --> [*]
//	    exception --> delivered : deliver
//	    exception --> planned : resend
//
// Until it is shipped a fulfillment may be cancelled: its goods go back to the
// shelf and stay promised to the order, so that they can be planned anew. A
// shipped one whose parcels did not arrive is an exception. It is delivered if
// they turn up after all. Goods that came back undelivered are sent again by
// Resend; goods that are lost, or not wanted any more, are a matter of returns.
//
// A fulfillment may be forwarded to a Warehouse: a supplier, or a service that
// keeps our goods. That is a remote effect: the intent is saved first, no unit
// is open during the call, and what stays open is settled by Reconcile.
//
//	fs, err := goods.Plan(ctx, id, fulfillment.Plan{})
//	f, err := goods.Allocate(ctx, fs[0].ID, fulfillment.Allocate{})
//	f, err = goods.Pick(ctx, f.ID, fulfillment.Pick{})
//	f, err = goods.Pack(ctx, f.ID, fulfillment.Pack{Parcels: []fulfillment.Parcel{{Weight: 800 * measure.Gram}}})
//	f, err = goods.Ship(ctx, f.ID, fulfillment.Ship{})
//	f, err = goods.Deliver(ctx, f.ID, fulfillment.Deliver{Parcel: 1})
package fulfillment
