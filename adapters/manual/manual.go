// Package manual is money that people see arrive: bank transfer, cash on
// delivery, an invoice, the till of a shop.
//
// It is a payment.Local: an order is placed at once with the promise of its
// buyer, and staff say when the money has come (Capture, with a note such as
// the line of the bank statement), that it will not come (Void), or that it was
// sent back (Refund). There is nobody to ask, so nothing is ever in flight, and
// there are no notices. A part of the money may be captured several times.
// References are what staff wrote down.
package manual

import (
	"time"

	"github.com/kontor-go/kontor/payment"
)

// Provider is one manual way to pay. The zero value is one without
// instructions that waits for ever. It is safe for concurrent use if its
// fields are not changed.
type Provider struct {
	payment.Offline
	// Title is what buyers read where they choose: "Bank transfer".
	Title string
	// Instructions tell the buyer what to do. They come back as
	// Payment.Action: an account number, when to have the cash ready.
	Instructions string
	// Window is how long the shop waits for the money; then the payment
	// expires. Zero: for ever.
	Window time.Duration
}

var (
	_ payment.Provider = (*Provider)(nil)
	_ payment.Local    = (*Provider)(nil)
)

// New returns a way to pay without instructions that waits for ever.
func New() *Provider { return &Provider{} }

// Settle takes the word of whoever asks. It never declines.
func (p *Provider) Settle(r payment.LocalRequest) (payment.Outcome, error) {
	o := payment.Outcome{Reference: r.Reference, Amount: r.Amount}
	switch r.Operation {
	case payment.OpAuthorize:
		o.State = payment.StateAuthorized
		if p.Window > 0 {
			o.Expires = r.At.Add(p.Window)
		}
		if p.Instructions != "" {
			o.Action = payment.Action{Kind: payment.ActionInstructions, Text: p.Instructions}
		}
	case payment.OpCapture:
		o.State = payment.StateCaptured
	case payment.OpVoid:
		o.State = payment.StateVoided
	case payment.OpRefund:
		o.State = payment.StateRefunded
	default:
		return payment.Outcome{}, &payment.Failure{Class: payment.ClassUnsupported, Operation: r.Operation}
	}
	return o, nil
}
