package stripe

import (
	"context"

	"github.com/stripe/stripe-go/v76"

	"github.com/kontor-go/kontor/payment"
)

// Capture takes the money of a promise, once: what is not taken is given back
// by Stripe. A part that is not final is refused with
// payment.ClassUnsupported. Its reference is that of the charge ("ch_...").
func (p *Provider) Capture(ctx context.Context, r payment.CaptureRequest) (payment.Outcome, error) {
	t, err := p.begin(ctx, payment.OpCapture)
	if err != nil {
		return payment.Outcome{}, err
	}
	var c checked
	c.key(r.Key)
	c.reference(r.Reference)
	n, _ := c.amount(r.Amount)
	if err := c.err(t); err != nil {
		return payment.Outcome{}, err
	}
	if err := t.whole(ctx, r, n); err != nil {
		return payment.Outcome{}, err
	}
	params := &stripe.PaymentIntentCaptureParams{Params: t.params(ctx, r.Key), AmountToCapture: new(n)}
	params.AddExpand("latest_charge")
	pi, err := t.intents.Capture(r.Reference, params)
	if err == nil && !t.line.ok() {
		err = errUnreadable
	}
	if err != nil {
		return t.notCaptured(err, r)
	}
	if !t.about(pi, r.Payment, r.Reference) {
		return payment.Outcome{}, t.unknown(errElsewhere)
	}
	o, err := t.taken(pi)
	if err == nil && o.State == payment.StateAbsent {
		return payment.Outcome{}, t.unknown(errUnreadable)
	}
	return o, err
}

// whole refuses a part that is not final, before anything happens. A currency
// other than that of the promise would be misread by Stripe, which is told a
// bare number; it is refused with what Stripe has.
func (t *talk) whole(ctx context.Context, r payment.CaptureRequest, n int64) error {
	pi, err := t.ourIntent(ctx, r.Payment, r.Reference)
	if err != nil {
		return err
	}
	if !sameCurrency(r.Amount, pi.Currency) {
		return t.refuse(payment.ClassInvalid, errCurrency)
	}
	if !r.Final && pi.Status == stripe.PaymentIntentStatusRequiresCapture && n < pi.AmountCapturable {
		return t.refuse(payment.ClassUnsupported, errOnce)
	}
	return nil
}

// notCaptured reads the error of a capture.
func (t *talk) notCaptured(err error, r payment.CaptureRequest) (payment.Outcome, error) {
	e := told(err)
	if o, ok := declined(e); ok {
		return o, nil
	}
	f := t.failure(err)
	if e == nil || f.Class == payment.ClassUnknown {
		return payment.Outcome{}, f
	}
	gone := e.Code == stripe.ErrorCodeChargeExpiredForCapture
	if f.Class == payment.ClassConflict && t.about(e.PaymentIntent, r.Payment, r.Reference) {
		gone = gone || e.PaymentIntent.Status == stripe.PaymentIntentStatusCanceled && lapsed(e.PaymentIntent)
	}
	if gone {
		return payment.Outcome{State: payment.StateExpired}, nil
	}
	return payment.Outcome{}, f
}

// Void cancels a payment intent: a promise is given back, and one for which
// the buyer never acted cannot come true any more. After a capture there is
// nothing to give back, and it answers captured.
func (p *Provider) Void(ctx context.Context, r payment.VoidRequest) (payment.Outcome, error) {
	t, err := p.begin(ctx, payment.OpVoid)
	if err != nil {
		return payment.Outcome{}, err
	}
	var c checked
	c.key(r.Key)
	c.reference(r.Reference)
	if err := c.err(t); err != nil {
		return payment.Outcome{}, err
	}
	if _, err := t.ourIntent(ctx, r.Payment, r.Reference); err != nil {
		return payment.Outcome{}, err
	}
	params := &stripe.PaymentIntentCancelParams{Params: t.params(ctx, r.Key)}
	params.AddExpand("latest_charge")
	pi, err := t.intents.Cancel(r.Reference, params)
	if err == nil && !t.line.ok() {
		err = errUnreadable
	}
	var failed *payment.Failure
	if err != nil {
		failed = t.failure(err)
		e := told(err)
		if failed.Class != payment.ClassConflict || e.PaymentIntent == nil {
			return payment.Outcome{}, failed
		}
		pi = e.PaymentIntent
	}
	if !t.about(pi, r.Payment, r.Reference) {
		return payment.Outcome{}, t.unknown(errElsewhere)
	}
	o, err := t.released(pi)
	switch {
	case err != nil || o.State != payment.StateAbsent:
		return o, err
	case failed != nil:
		return payment.Outcome{}, failed
	default:
		return payment.Outcome{}, t.unknown(errUnreadable)
	}
}
