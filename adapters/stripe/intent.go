package stripe

import (
	"net/url"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// What we keep with Stripe's objects, so that they can be found and told from
// those of others.
const (
	metaPayment = "kontor_payment"
	metaSubject = "kontor_subject"
	metaRefund  = "kontor_refund"
	metaKey     = "kontor_key"
	// metaEntry says where the buyer's card comes in: with the request, or in
	// the browser, where a buyer whose card was declined may try another one.
	metaEntry    = "kontor_entry"
	entryToken   = "token"
	entryBrowser = "browser"
)

// about reports whether a payment intent is that of our payment: its reference
// if that is known, and our own id.
func (t *talk) about(pi *stripe.PaymentIntent, owner, reference string) bool {
	return pi != nil && pi.Object == "payment_intent" && pi.ID != "" && pi.Livemode == t.p.live &&
		(reference == "" || pi.ID == reference) && (owner == "" || pi.Metadata[metaPayment] == owner)
}

// promise is how a payment intent stands, as the outcome of an authorization.
func (t *talk) promise(pi *stripe.PaymentIntent) (payment.Outcome, error) {
	o := payment.Outcome{Reference: pi.ID}
	switch pi.Status {
	case stripe.PaymentIntentStatusRequiresCapture, stripe.PaymentIntentStatusSucceeded:
		return t.held(o, pi)
	case stripe.PaymentIntentStatusRequiresPaymentMethod:
		return refused(o, pi), nil
	case stripe.PaymentIntentStatusRequiresAction, stripe.PaymentIntentStatusRequiresConfirmation:
		o.State, o.Action = payment.StateActionRequired, actionOf(pi)
	case stripe.PaymentIntentStatusProcessing:
		o.State = payment.StatePending
	case stripe.PaymentIntentStatusCanceled:
		o.State = payment.StateVoided
		if lapsed(pi) {
			o.State = payment.StateExpired
		}
	default:
		return payment.Outcome{}, t.unknown(errUnreadable)
	}
	return o, nil
}

// lapsed reports whether Stripe cancelled by itself.
func lapsed(pi *stripe.PaymentIntent) bool {
	return pi.CancellationReason == stripe.PaymentIntentCancellationReasonAutomatic || pi.CancellationReason == "expired"
}

// held is a promise that holds, or money that has come. What Stripe says of
// the amounts is passed on as it is.
func (t *talk) held(o payment.Outcome, pi *stripe.PaymentIntent) (payment.Outcome, error) {
	promised := pi.Amount
	o.State = payment.StateCaptured
	if pi.Status == stripe.PaymentIntentStatusRequiresCapture {
		o.State, promised = payment.StateAuthorized, pi.AmountCapturable+pi.AmountReceived
	}
	var promisedOK, receivedOK bool
	o.Amount, promisedOK = amountOf(promised, string(pi.Currency))
	o.Captured, receivedOK = amountOf(pi.AmountReceived, string(pi.Currency))
	if !promisedOK || !receivedOK || !o.Amount.IsPositive() || o.State == payment.StateCaptured && !o.Captured.IsPositive() {
		return payment.Outcome{}, t.unknown(errUnreadable)
	}
	if o.State == payment.StateAuthorized {
		o.Expires = expires(pi.LatestCharge)
	}
	return o, nil
}

// expires is when a promise lapses, if Stripe tells.
func expires(c *stripe.Charge) time.Time {
	if c == nil || c.PaymentMethodDetails == nil || c.PaymentMethodDetails.Card == nil || c.PaymentMethodDetails.Card.CaptureBefore <= 0 {
		return time.Time{}
	}
	return time.Unix(c.PaymentMethodDetails.Card.CaptureBefore, 0).UTC()
}

// refused is a payment intent without a card: declined, unless the buyer may
// go on in the browser.
func refused(o payment.Outcome, pi *stripe.PaymentIntent) payment.Outcome {
	e := pi.LastPaymentError
	soft := e != nil && (e.Code == "authentication_required" || e.DeclineCode == "authentication_required")
	if e == nil || soft || pi.Metadata[metaEntry] == entryBrowser {
		o.State, o.Action = payment.StateActionRequired, confirmation(pi)
		return o
	}
	o.State, o.Decline = payment.StateDeclined, declineOf(e)
	return o
}

// actionOf is what the buyer must do.
func actionOf(pi *stripe.PaymentIntent) payment.Action {
	n := pi.NextAction
	if n == nil {
		return confirmation(pi)
	}
	address := ""
	switch {
	case n.RedirectToURL != nil:
		address = n.RedirectToURL.URL
	case n.AlipayHandleRedirect != nil:
		address = n.AlipayHandleRedirect.URL
	case n.DisplayBankTransferInstructions != nil:
		address = n.DisplayBankTransferInstructions.HostedInstructionsURL
	case n.BoletoDisplayDetails != nil:
		address = n.BoletoDisplayDetails.HostedVoucherURL
	case n.KonbiniDisplayDetails != nil:
		address = n.KonbiniDisplayDetails.HostedVoucherURL
	case n.OXXODisplayDetails != nil:
		address = n.OXXODisplayDetails.HostedVoucherURL
	}
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
		return confirmation(pi)
	}
	return payment.Action{Kind: payment.ActionRedirect, URL: address}
}

// confirmation lets Stripe's script in the browser go on.
func confirmation(pi *stripe.PaymentIntent) payment.Action {
	return payment.Action{Kind: payment.ActionConfirm, ClientSecret: pi.ClientSecret}
}

// taken is how a payment intent stands, as the outcome of a capture.
func (t *talk) taken(pi *stripe.PaymentIntent) (payment.Outcome, error) {
	switch pi.Status {
	case stripe.PaymentIntentStatusSucceeded:
		a, ok := amountOf(pi.AmountReceived, string(pi.Currency))
		if !ok || !a.IsPositive() {
			return payment.Outcome{}, t.unknown(errUnreadable)
		}
		return payment.Outcome{State: payment.StateCaptured, Reference: chargeOf(pi), Amount: a}, nil
	case stripe.PaymentIntentStatusProcessing:
		return payment.Outcome{State: payment.StatePending}, nil
	case stripe.PaymentIntentStatusCanceled:
		return payment.Outcome{State: payment.StateExpired}, nil
	case stripe.PaymentIntentStatusRequiresAction, stripe.PaymentIntentStatusRequiresCapture,
		stripe.PaymentIntentStatusRequiresConfirmation, stripe.PaymentIntentStatusRequiresPaymentMethod:
		return payment.Outcome{State: payment.StateAbsent}, nil
	}
	return payment.Outcome{}, t.unknown(errUnreadable)
}

// released is how a payment intent stands, as the outcome of a void.
func (t *talk) released(pi *stripe.PaymentIntent) (payment.Outcome, error) {
	switch pi.Status {
	case stripe.PaymentIntentStatusCanceled:
		return payment.Outcome{State: payment.StateVoided}, nil
	case stripe.PaymentIntentStatusSucceeded:
		o, err := t.taken(pi)
		o.Captured = o.Amount
		return o, err
	case stripe.PaymentIntentStatusProcessing:
		return payment.Outcome{State: payment.StatePending}, nil
	case stripe.PaymentIntentStatusRequiresAction, stripe.PaymentIntentStatusRequiresCapture,
		stripe.PaymentIntentStatusRequiresConfirmation, stripe.PaymentIntentStatusRequiresPaymentMethod:
		return payment.Outcome{State: payment.StateAbsent}, nil
	}
	return payment.Outcome{}, t.unknown(errUnreadable)
}

// chargeOf is what Stripe calls the money that came.
func chargeOf(pi *stripe.PaymentIntent) string {
	if pi.LatestCharge == nil {
		return ""
	}
	return pi.LatestCharge.ID
}

// exactly returns a in Stripe's units, or what is wrong with it.
func exactly(a money.Amount) (n int64, currency, code string) {
	if a.Check() != nil || !a.IsPositive() {
		return 0, "", "out_of_range"
	}
	n, currency, ok := units(a)
	if !ok {
		return 0, "", "not_expressible"
	}
	return n, currency, ""
}
