// Package analytics counts what a shop has sold, and how its visitors came to
// buy.
//
// It is told facts: a Sale when an order is placed, a Cancellation, a Return, a
// Payment and a Refund when such a thing has happened, and an Action when a
// visitor looks at something, puts it into a cart or goes to the checkout. A
// fact is never changed. Telling one again changes nothing, so whoever tells
// may do it at least once.
//
//	err := figures.RecordSale(ctx, analytics.Sale{Event: e.ID, Order: "or_...", At: placedAt, Currency: eur, Lines: lines, Total: total})
//	err = figures.Track(ctx, []analytics.Action{{Step: analytics.Viewed, Visitor: session, Product: tee}})
//
// What it answers is added up from the facts when it is asked, in one trip:
//
//	sales, err := figures.Sales(ctx, analytics.Period{From: first, To: last})
//	best, err := figures.Products(ctx, analytics.ProductQuery{Period: march, Currency: eur})
//	funnel, err := figures.Funnel(ctx, march)
//	stock, err := figures.Stock(ctx, analytics.StockQuery{Days: 28})
//
// A day is a day of the shop: it begins when the calendar on the wall of
// Deps.Zone turns, so the day on which clocks go forward has 23 hours. Money is
// exact, and amounts of different currencies are never added.
//
// The figures of sales are those of the books. What was sold, less what was
// cancelled and returned, is to the minor unit what the ledger has on the
// accounts of sales, carriage, fees, tax and rounding at the same moment for
// the same order (F1), and what was paid and refunded is what it has on the
// accounts of cash (F2). The Auditor proves it.
//
// What goods are worth is not known by itself: somebody says what a SKU costs
// (RecordCost). A SKU without a cost has no value and no guess is made, and
// goods that nobody buys last for a time that is not known and is not zero.
//
// A visitor is an opaque text that the host makes up, such as a random id in a
// cookie; it is never a name, an address or a number of a person, and it stays
// empty for who has not consented to be recognised again. Such actions count
// for their product and not for the Funnel. Forget takes the visitor off all
// actions, and Prune deletes those that have grown old.
//
// A host that has analytics of its own gives a Sink. It gets every fact, in
// batches and at least once; see Deliver.
package analytics
