package stripe

import (
	"context"
	"errors"
	"strings"

	"github.com/stripe/stripe-go/v76"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

var (
	errOnce     = errors.New("stripe: a promise is captured once, so a part must be final")
	errCurrency = errors.New("stripe: the payment is in another currency")
)

func sameCurrency(a money.Amount, c stripe.Currency) bool {
	return strings.EqualFold(a.Currency().Code(), string(c))
}

// Refund sends money back. Its reference is that of the refund ("re_...").
// The Reason is not sent: Stripe shows the buyer none.
func (p *Provider) Refund(ctx context.Context, r payment.RefundRequest) (payment.Outcome, error) {
	t, err := p.begin(ctx, payment.OpRefund)
	if err != nil {
		return payment.Outcome{}, err
	}
	var c checked
	c.key(r.Key)
	c.reference(r.Reference)
	c.Text("payment", r.Payment, maxMeta)
	c.Required("refund", r.Refund, maxMeta)
	n, _ := c.amount(r.Amount)
	if err := c.err(t); err != nil {
		return payment.Outcome{}, err
	}
	if err := t.refundable(ctx, r); err != nil {
		return payment.Outcome{}, err
	}
	params := &stripe.RefundParams{
		Params: t.params(ctx, r.Key), PaymentIntent: new(r.Reference), Amount: new(n),
	}
	params.AddMetadata(metaPayment, r.Payment)
	params.AddMetadata(metaRefund, r.Refund)
	params.AddMetadata(metaKey, r.Key)
	re, err := t.refunds.New(params)
	if err == nil && !t.line.ok() {
		err = errUnreadable
	}
	if err != nil {
		if o, ok := declined(told(err)); ok {
			return o, nil
		}
		return payment.Outcome{}, t.failure(err)
	}
	if re.Metadata[metaKey] != r.Key {
		return payment.Outcome{}, t.unknown(errElsewhere)
	}
	return t.refunded(re, r.Reference)
}

// refundable refuses what is about another payment or in another currency:
// Stripe is told a bare number and would misread it.
func (t *talk) refundable(ctx context.Context, r payment.RefundRequest) error {
	pi, err := t.ourIntent(ctx, r.Payment, r.Reference)
	if err == nil && !sameCurrency(r.Amount, pi.Currency) {
		return t.refuse(payment.ClassInvalid, errCurrency)
	}
	return err
}

// refunded is how a refund stands.
func (t *talk) refunded(re *stripe.Refund, reference string) (payment.Outcome, error) {
	if re == nil || re.Object != "refund" || re.ID == "" || re.PaymentIntent == nil || re.PaymentIntent.ID != reference {
		return payment.Outcome{}, t.unknown(errElsewhere)
	}
	o := payment.Outcome{Reference: re.ID}
	var ok bool
	if o.Amount, ok = amountOf(re.Amount, string(re.Currency)); !ok || !o.Amount.IsPositive() {
		return payment.Outcome{}, t.unknown(errUnreadable)
	}
	switch re.Status {
	case stripe.RefundStatusSucceeded:
		o.State = payment.StateRefunded
	case stripe.RefundStatusPending, stripe.RefundStatusRequiresAction:
		o.State = payment.StatePending
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		o.State, o.Decline = payment.StateDeclined, refundDecline(re)
	default:
		return payment.Outcome{}, t.unknown(errUnreadable)
	}
	return o, nil
}

// refundDecline is why money could not be sent back.
func refundDecline(re *stripe.Refund) payment.Decline {
	d := payment.Decline{Code: string(re.FailureReason), Reason: reasonOf(string(re.FailureReason))}
	if d.Code == "" {
		d.Code = string(re.Status)
	}
	return d
}
