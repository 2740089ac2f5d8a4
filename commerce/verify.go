package commerce

import (
	"context"
	"slices"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/ledger"
	"github.com/kontor-go/kontor/marketing"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/support"
)

// Violation is something that must never be the case.
type Violation struct {
	// Invariant is the name of the rule; see Invariants.
	Invariant string `json:"invariant"`
	// Subject is the text of the id of what breaks it, or the name of an
	// account, or a SKU and its place.
	Subject string `json:"subject"`
	// Text says what is wrong, with figures, for operators.
	Text string `json:"text"`
}

// Invariants returns the rules that Verify holds a shop to, by name.
func Invariants() map[string]string {
	return map[string]string{
		"M2":  "The total of an order is the sum of its parts.",
		"M4":  "A discount is the sum of its shares, and no more than the price.",
		"M5":  "The tax of an order is the sum of its parts, and net and tax are gross.",
		"M6":  "Nothing is refunded that was not captured, and nothing captured that was not authorized.",
		"M8":  "Every entry of the ledger adds up to nothing in each currency.",
		"M9":  "The ledger, the payments and their log tell of the same money.",
		"M10": "No order is paid twice.",
		"M11": "An order, its payments and its books are in one currency.",
		"M12": "What is delivered is paid, or somebody has promised to pay it, or there is a day by which it must be.",
		"M13": "No price and no total is below nothing.",
		"M16": "Promotions are used within their limits, and counted as often as they are used.",
		"M17": "An order costs what it cost when it was placed, and that can be worked out again.",
		"M18": "The database refuses to change the ledger, the log of payments, movements of stock and what carriers have told.",
		"S1":  "Stock at a place is within its bounds.",
		"S2":  "Stock on hand is the sum of its movements, and reserved stock of what is held.",
		"S3":  "What was promised or has left was there.",
		"S5":  "A promise of goods ends once.",
		"S6":  "Whatever is held until an order has to be paid is freed in time.",
		"S7":  "No more goes back to the shelf than has come back.",
		"O2":  "A cart becomes one order at most.",
		"O4":  "No more is planned or shipped than ordered, returned than shipped, refunded than paid.",
		"O5":  "A cart that was placed and its order know each other.",
		"O7":  "Whatever is in flight will be looked at.",
		"O9":  "A cancelled order gives back what it has used of promotions, and calls off what has not left.",
		"O10": "No two orders have one number.",
		"W4":  "Where a parcel is follows from what was told of it, in whatever order.",
		"N1":  "A message is sent once for each time that somebody wanted it sent.",
		"R1":  "The rating of a product is that of its published reviews.",
		"R2":  "A review is of what its author has bought, once.",
		"K1":  "What is bought together is counted as often as it was bought and kept.",
		"K2":  "The history of a consent has no gap.",
		"K3":  "Whoever marketing wrote to was written to once for each reason.",
		"C1":  "A conversation has all of its messages.",
		"F1":  "The sales that reports are made of are those of the ledger.",
		"F2":  "The payments and refunds that reports are made of are those of the ledger.",
		"E1":  "What happened was announced, and what was announced happened.",
	}
}

// Verify audits the money, the stock and what else is counted of this tenant
// over the live data and returns every violation, none in a healthy shop. It
// reads everything and locks nothing, so what is being changed meanwhile may
// show as a violation once and be gone the next time. It is for operators and
// tests. After a shop has changed the steps of Config.Pipeline, M17 names every
// older order that they price in another way.
func (e *Engine) Verify(ctx context.Context) ([]Violation, error) {
	a := e.store.Auditor()
	out := []Violation{}
	for _, audit := range []func(context.Context) ([]Violation, error){
		violations(a.LedgerDiscrepancies, func(d ledger.Discrepancy) Violation { return Violation(d) }),
		violations(a.StockDiscrepancies, func(d inventory.Discrepancy) Violation { return Violation(d) }),
		violations(a.OrderDiscrepancies, func(d order.Discrepancy) Violation { return Violation(d) }),
		violations(a.PaymentDiscrepancies, func(d payment.Discrepancy) Violation { return Violation(d) }),
		violations(a.PromotionDiscrepancies, func(d promotion.Discrepancy) Violation { return Violation(d) }),
		violations(a.FulfillmentDiscrepancies, func(d fulfillment.Discrepancy) Violation { return Violation(d) }),
		violations(a.ShipmentDiscrepancies, func(d shipping.Discrepancy) Violation { return Violation(d) }),
		violations(a.ReturnDiscrepancies, func(d returns.Discrepancy) Violation { return Violation(d) }),
		violations(a.ReviewDiscrepancies, func(d reviews.Discrepancy) Violation { return Violation(d) }),
		violations(a.NotificationDiscrepancies, func(d notification.Discrepancy) Violation { return Violation(d) }),
		violations(a.SupportDiscrepancies, func(d support.Discrepancy) Violation { return Violation(d) }),
		e.figures(a.AnalyticsDiscrepancies),
		violations(a.MarketingDiscrepancies, func(d marketing.Discrepancy) Violation { return Violation(d) }),
		e.between(a.EventDiscrepancies),
		e.replayed(a.WholeOrders),
	} {
		found, err := audit(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// figures is the audit of the facts that reports are made of, in a shop that
// keeps them.
func (e *Engine) figures(
	audit func(context.Context) ([]analytics.Discrepancy, error),
) func(context.Context) ([]Violation, error) {
	if contains(e.root.cfg.Without, FactsToAnalytics) {
		return func(context.Context) ([]Violation, error) { return nil, nil }
	}
	return violations(audit, func(d analytics.Discrepancy) Violation { return Violation(d) })
}

// between is the audit between the rooms. A shop that has switched off what
// frees goods in time does that itself.
func (e *Engine) between(audit func(context.Context) ([]Violation, error)) func(context.Context) ([]Violation, error) {
	without := e.root.cfg.Without
	if !contains(without, DueToOrder) && !contains(without, ConfirmedToStock) {
		return audit
	}
	return func(ctx context.Context) ([]Violation, error) {
		vs, err := audit(ctx)
		return slices.DeleteFunc(vs, func(v Violation) bool { return v.Invariant == "S6" }), err
	}
}

// replayPage is how many orders are held in memory with all that their price
// was worked out from.
const replayPage = 32

// replayed prices every order again that has come of a cart (M17). Others need
// not keep what they were priced from.
func (e *Engine) replayed(
	after func(context.Context, order.ID, int) ([]order.Order, error),
) func(context.Context) ([]Violation, error) {
	return func(ctx context.Context) ([]Violation, error) {
		var out []Violation
		for last := (order.ID{}); ; {
			some, err := after(ctx, last, replayPage)
			if err != nil || len(some) == 0 {
				return out, err
			}
			for _, o := range some {
				if _, err := cart.ParseID(o.Origin); err != nil {
					continue
				}
				if err := e.Checkout.Replay(o); err != nil {
					out = append(out, Violation{Invariant: "M17", Subject: o.ID.String(), Text: err.Error()})
				}
			}
			last = some[len(some)-1].ID
		}
	}
}

// violations makes the audit of a room one of the roof.
func violations[D any](
	audit func(context.Context) ([]D, error), violation func(D) Violation,
) func(context.Context) ([]Violation, error) {
	return func(ctx context.Context) ([]Violation, error) {
		ds, err := audit(ctx)
		out := make([]Violation, 0, len(ds))
		for _, d := range ds {
			out = append(out, violation(d))
		}
		return out, err
	}
}
