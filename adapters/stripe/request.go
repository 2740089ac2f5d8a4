package stripe

import (
	"github.com/stripe/stripe-go/v76"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

const (
	maxKey  = 255 // characters of an idempotency key
	maxMeta = 500 // characters of a value of metadata
	maxID   = 255
)

// checked collects what is wrong with a request before it is sent.
type checked struct{ fault.Check }

// key is required: without one a repeat would be a second payment.
func (c *checked) key(s string) { c.Required("key", s, maxKey) }

// reference must be there and must not lead to another address.
func (c *checked) reference(s string) {
	c.Required("reference", s, maxID)
	for i := range len(s) {
		b := s[i]
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '_' && b != '-' {
			c.Add("reference", "bad_reference", "must be letters, digits and underscores")
			return
		}
	}
}

// amount returns an amount as Stripe counts it.
func (c *checked) amount(a money.Amount) (n int64, currency string) {
	n, currency, wrong := exactly(a)
	c.That(wrong == "", "amount", wrong, "must be more than zero, and a number that Stripe can take in this currency")
	return n, currency
}

// err is the failure for what is wrong, or nil.
func (c *checked) err(t *talk) error {
	if err := c.Err("stripe." + string(t.op)); err != nil {
		return t.refuse(payment.ClassInvalid, err)
	}
	return nil
}

// creation is the request for a new payment intent.
func (t *talk) creation(r payment.AuthorizeRequest) (*stripe.PaymentIntentParams, error) {
	var c checked
	c.key(r.Key)
	c.Required("payment", r.Payment, maxMeta)
	c.Text("subject", r.Subject, maxMeta)
	c.Text("details.token", r.Details.Token, maxID)
	n, currency := c.amount(r.Amount)
	if err := c.err(t); err != nil {
		return nil, err
	}
	p := &stripe.PaymentIntentParams{
		Amount: new(n), Currency: new(currency),
		CaptureMethod:           new(string(stripe.PaymentIntentCaptureMethodManual)),
		AutomaticPaymentMethods: &stripe.PaymentIntentAutomaticPaymentMethodsParams{Enabled: new(true)},
	}
	if r.Capture {
		p.CaptureMethod = new(string(stripe.PaymentIntentCaptureMethodAutomatic))
	}
	if r.Details.Description != "" {
		p.Description = new(r.Details.Description)
	}
	p.AddMetadata(metaPayment, r.Payment)
	if r.Subject != "" {
		p.AddMetadata(metaSubject, r.Subject)
	}
	p.AddExpand("latest_charge")
	withToken(p, r.Details)
	return p, nil
}

// withToken confirms at once with what the buyer's browser was given, if it was
// given something.
func withToken(p *stripe.PaymentIntentParams, d payment.Details) {
	if d.Token == "" {
		p.AddMetadata(metaEntry, entryBrowser)
		return
	}
	p.AddMetadata(metaEntry, entryToken)
	p.Confirm = new(true)
	if isConfirmationToken(d.Token) {
		p.ConfirmationToken = new(d.Token)
	} else {
		p.PaymentMethod = new(d.Token)
	}
	if d.ReturnURL != "" {
		p.ReturnURL = new(d.ReturnURL)
	} else {
		p.AutomaticPaymentMethods.AllowRedirects = new("never")
	}
}

func isConfirmationToken(s string) bool { return len(s) > 7 && s[:7] == "ctoken_" }
