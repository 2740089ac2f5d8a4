package stripe

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/stripe/stripe-go/v76"

	"github.com/kontor-go/kontor/payment"
)

// checkMode refuses a key of the other mode, and none.
func checkMode(key string, live bool) error {
	switch {
	case key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errNoKey
	case strings.Contains(key, "_live_") != live && (strings.Contains(key, "_live_") || strings.Contains(key, "_test_")):
		return errMode
	default:
		return nil
	}
}

// told returns what Stripe itself said with an error, or nil.
func told(err error) *stripe.Error {
	if e, ok := errors.AsType[*stripe.Error](err); ok {
		return e
	}
	return nil
}

// failure says what an error means for what was asked. Only what is proved not
// to have been executed is of another class than unknown.
func (t *talk) failure(err error) *payment.Failure {
	f := &payment.Failure{Operation: t.op, RequestID: t.line.requestID, RetryAfter: t.line.after}
	e := told(err)
	switch {
	case e != nil:
		f.Class, f.Code, f.Err = classOf(e), codeOf(e), saidOf(e)
	case t.line.status == 0:
		f.Class, f.Err = payment.ClassUnknown, err
		if t.line.unsent(err) {
			f.Class = payment.ClassTransient
		}
	default:
		f.Class, f.Err = classOfStatus(t.line.status), t.line.unreadable()
		if errors.Is(err, errTooLong) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			f.Err = err
		}
	}
	return f
}

// before is the failure of a read that precedes a call that changes something:
// whatever went wrong with it, nothing was changed.
func before(err error) error {
	if f, ok := errors.AsType[*payment.Failure](err); ok && f.Class == payment.ClassUnknown {
		f.Class = payment.ClassTransient
	}
	return err
}

// unknown is the failure for an answer that cannot be believed.
func (t *talk) unknown(err error) *payment.Failure {
	return &payment.Failure{Class: payment.ClassUnknown, Operation: t.op, RequestID: t.line.requestID, Err: err}
}

// refuse is a failure that was not sent.
func (t *talk) refuse(c payment.Class, err error) *payment.Failure {
	return &payment.Failure{Class: c, Operation: t.op, Err: err}
}

// classOfStatus is for an answer that is not Stripe's own.
func classOfStatus(status int) payment.Class {
	switch status {
	case http.StatusTooManyRequests:
		return payment.ClassRateLimited
	case http.StatusUnauthorized, http.StatusForbidden:
		return payment.ClassAuth
	default:
		return payment.ClassUnknown
	}
}

// classOf is for an error that Stripe told.
func classOf(e *stripe.Error) payment.Class {
	switch {
	case e.HTTPStatusCode < 400 || e.HTTPStatusCode >= 500:
		return payment.ClassUnknown
	case e.Code == stripe.ErrorCodeLockTimeout:
		return payment.ClassTransient
	case e.HTTPStatusCode == http.StatusConflict: // the first call with this key is still running
		return payment.ClassUnknown
	}
	if c := classOfStatus(e.HTTPStatusCode); c != payment.ClassUnknown {
		return c
	}
	switch e.Type {
	case stripe.ErrorTypeIdempotency:
		return payment.ClassInvalid
	case stripe.ErrorTypeInvalidRequest, stripe.ErrorTypeCard:
		return classOfCode(e)
	case stripe.ErrorTypeAPI:
	}
	return payment.ClassUnknown
}

func classOfCode(e *stripe.Error) payment.Class {
	switch string(e.Code) {
	case "payment_intent_unexpected_state", "charge_already_captured", "charge_disputed":
		return payment.ClassConflict
	case "account_invalid", "api_key_expired", "livemode_mismatch", "platform_account_required", "platform_api_key_expired",
		"secret_key_required", "testmode_charges_only":
		return payment.ClassAuth
	}
	missing := e.Code == stripe.ErrorCodeResourceMissing || e.HTTPStatusCode == http.StatusNotFound
	// What is missing is the buyer's token, or what we asked about.
	if missing && !strings.HasPrefix(e.Param, "payment_method") && e.Param != "confirmation_token" {
		return payment.ClassNotFound
	}
	return payment.ClassInvalid
}

// codeOf is the most exact of the codes.
func codeOf(e *stripe.Error) string {
	for _, c := range []string{string(e.DeclineCode), string(e.Code), string(e.Type)} {
		if c != "" {
			return c
		}
	}
	return http.StatusText(e.HTTPStatusCode)
}

// saidOf is the text of an error without the objects in it, which hold the
// buyer's secrets.
func saidOf(e *stripe.Error) error {
	s := e.Msg
	if len(s) > 300 {
		s = s[:300]
	}
	if e.Param != "" {
		s = e.Param + ": " + s
	}
	return errors.New("stripe: " + strings.ToValidUTF8(s, "?"))
}

// declined returns the outcome of a card error, and false for other errors.
func declined(e *stripe.Error) (payment.Outcome, bool) {
	if e == nil || e.Type != stripe.ErrorTypeCard || e.HTTPStatusCode < 400 || e.HTTPStatusCode >= 500 {
		return payment.Outcome{}, false
	}
	return payment.Outcome{State: payment.StateDeclined, Decline: declineOf(e)}, true
}

// declineOf reads the reason of a refusal by the buyer's bank.
func declineOf(e *stripe.Error) payment.Decline {
	d := payment.Decline{Code: codeOf(e), Reason: payment.ReasonGeneric}
	for _, c := range []string{string(e.DeclineCode), string(e.Code)} {
		if r := reasonOf(c); r != payment.ReasonGeneric {
			d.Reason = r
			return d
		}
	}
	return d
}

// reasonOf puts Stripe's codes into our closed list.
func reasonOf(code string) payment.Reason {
	switch code {
	case "insufficient_funds":
		return payment.ReasonInsufficientFunds
	case "expired_card", "expired_or_canceled_card":
		return payment.ReasonExpired
	case "incorrect_address", "incorrect_cvc", "incorrect_number", "incorrect_pin", "incorrect_zip", "invalid_characters",
		"invalid_cvc", "invalid_expiry_month", "invalid_expiry_year", "invalid_number", "invalid_pin", "postal_code_invalid":
		return payment.ReasonIncorrectData
	case "lost_card", "lost_or_stolen_card", "pickup_card", "restricted_card", "stolen_card":
		return payment.ReasonLostOrStolen
	case "amount_too_large", "card_velocity_exceeded", "invalid_amount", "pin_try_exceeded", "withdrawal_count_limit_exceeded":
		return payment.ReasonLimit
	case "card_not_supported", "currency_not_supported", "not_permitted", "service_not_allowed", "transaction_not_allowed":
		return payment.ReasonNotSupported
	case "authentication_not_handled", "authentication_required", "mobile_device_authentication_required", "offline_pin_required",
		"online_or_offline_pin_required", "payment_intent_authentication_failure":
		return payment.ReasonAuthentication
	case "fraudulent", "highest_risk_level", "merchant_blacklist", "security_violation":
		return payment.ReasonFraudSuspected
	case "approve_with_id", "issuer_not_available", "processing_error", "reenter_transaction", "try_again_later":
		return payment.ReasonTryAgainLater
	case "account_closed", "invalid_account", "new_account_information_available":
		return payment.ReasonAccountClosed
	default:
		return payment.ReasonGeneric
	}
}
