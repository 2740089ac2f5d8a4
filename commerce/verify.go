package commerce

import (
	"context"
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
		"M2": "The total of an order is the sum of its parts.",
		"M6": "Nothing is refunded that was not captured, and nothing captured that was not authorized.",
		"M8": "Every entry of the ledger adds up to nothing in each currency.",
		"M9": "The ledger, the payments and their log tell of the same money.",
		"S1": "Stock at a place is within its bounds.",
		"S2": "Stock on hand is the sum of its movements, and reserved stock of what is held.",
		"S3": "What was promised or has left was there.",
		"O2": "A cart becomes one order at most.",
		"O4": "No more is shipped than ordered, returned than shipped, refunded than paid.",
		"E1": "What happened was announced, and what was announced happened.",
	}
}

// Verify audits the money and the stock of this tenant over the live data and
// returns every violation, none in a healthy shop. It reads everything and
// locks nothing, so what is being changed meanwhile may show as a violation
// once and be gone the next time. It is for operators and tests.
func (e *Engine) Verify(ctx context.Context) ([]Violation, error) {
	a := e.store.Auditor()
	out := []Violation{}
	audits := []func() error{
		func() error {
			ds, err := a.LedgerDiscrepancies(ctx)
			for _, d := range ds {
				out = append(out, Violation(d))
			}
			return err
		},
		func() error {
			ds, err := a.StockDiscrepancies(ctx)
			for _, d := range ds {
				out = append(out, Violation(d))
			}
			return err
		},
		func() error {
			ds, err := a.OrderDiscrepancies(ctx)
			for _, d := range ds {
				out = append(out, Violation(d))
			}
			return err
		},
		func() error {
			ds, err := a.PaymentDiscrepancies(ctx)
			for _, d := range ds {
				out = append(out, Violation(d))
			}
			return err
		},
		func() error {
			ds, err := a.EventDiscrepancies(ctx)
			out = append(out, ds...)
			return err
		},
	}
	for _, audit := range audits {
		if err := audit(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
