package stripe

import (
	"context"

	"github.com/stripe/stripe-go/v76"

	"github.com/kontor-go/kontor/payment"
)

// Authorize makes a payment intent, or goes on with the one of the Reference.
//
// With a Details.Token ("pm_...", "ctoken_...") it is confirmed at once, and
// the buyer is asked to act only if the bank wants that. Without a token the
// action is payment.ActionConfirm: the buyer enters a card in Stripe's form in
// the browser, and one that is declined there may try another one.
func (p *Provider) Authorize(ctx context.Context, r payment.AuthorizeRequest) (payment.Outcome, error) {
	t, err := p.begin(ctx, payment.OpAuthorize)
	if err != nil {
		return payment.Outcome{}, err
	}
	if r.Reference != "" {
		return t.resume(ctx, r)
	}
	params, err := t.creation(r)
	if err != nil {
		return payment.Outcome{}, err
	}
	params.Params = t.params(ctx, r.Key)
	pi, err := t.intents.New(params)
	return t.authorized(pi, err, r)
}

// resume looks how the buyer's action went, and confirms where only that is
// missing.
func (t *talk) resume(ctx context.Context, r payment.AuthorizeRequest) (payment.Outcome, error) {
	var c checked
	c.key(r.Key)
	c.reference(r.Reference)
	if err := c.err(t); err != nil {
		return payment.Outcome{}, err
	}
	pi, err := t.ourIntent(ctx, r.Payment, r.Reference)
	if err != nil {
		return payment.Outcome{}, err
	}
	if pi.Status != stripe.PaymentIntentStatusRequiresConfirmation {
		return t.promise(pi)
	}
	params := &stripe.PaymentIntentConfirmParams{Params: t.params(ctx, r.Key)}
	if r.Details.ReturnURL != "" {
		params.ReturnURL = new(r.Details.ReturnURL)
	}
	params.AddExpand("latest_charge")
	pi, err = t.intents.Confirm(r.Reference, params)
	return t.authorized(pi, err, r)
}

// authorized reads the answer to a call that asks for money.
func (t *talk) authorized(pi *stripe.PaymentIntent, err error, r payment.AuthorizeRequest) (payment.Outcome, error) {
	if err == nil && !t.line.ok() {
		err = errUnreadable
	}
	if err == nil {
		if !t.about(pi, r.Payment, r.Reference) {
			return payment.Outcome{}, t.unknown(errElsewhere)
		}
		return t.promise(pi)
	}
	e := told(err)
	o, isDecline := declined(e)
	if !isDecline {
		return payment.Outcome{}, t.failure(err)
	}
	// The payment intent in the error stays, and may wait for the buyer.
	if t.about(e.PaymentIntent, r.Payment, r.Reference) {
		if e.PaymentIntent.LastPaymentError == nil {
			e.PaymentIntent.LastPaymentError = e
		}
		return t.promise(e.PaymentIntent)
	}
	return o, nil
}

// intent reads a payment intent anew.
func (t *talk) intent(ctx context.Context, reference string) (*stripe.PaymentIntent, error) {
	params := &stripe.PaymentIntentParams{Params: t.params(ctx, "")}
	params.AddExpand("latest_charge")
	pi, err := t.intents.Get(reference, params)
	if err == nil && !t.line.ok() {
		err = errUnreadable
	}
	if err != nil {
		return nil, t.failure(err)
	}
	return pi, nil
}

// ourIntent reads the payment intent that a call is about to change, and
// refuses one that is not that of our payment. Nothing was changed if it fails.
func (t *talk) ourIntent(ctx context.Context, owner, reference string) (*stripe.PaymentIntent, error) {
	pi, err := t.intent(ctx, reference)
	if err != nil {
		return nil, before(err)
	}
	if !t.about(pi, owner, reference) {
		return nil, t.refuse(payment.ClassNotFound, errElsewhere)
	}
	return pi, nil
}
