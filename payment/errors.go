package payment

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// ErrNoticeSeen says that a notice is stored already. Receive takes it as
// success.
var ErrNoticeSeen = fault.New(fault.Conflict, "payment_notice_seen", "This notice was received before.")

// ErrNotLocal says that a method which touches the database only was called
// for a tender that needs the network.
var ErrNotLocal = fault.New(fault.Unsupported, "payment_not_local", "This way of paying cannot be settled at once.")

// ErrNotRemote says that a method which calls the network was called for a
// tender that has none.
var ErrNotRemote = fault.New(fault.Unsupported, "payment_not_remote", "This way of paying is settled at once.")

// ErrMethodGone says that the provider of a stored payment is not configured
// any more.
var ErrMethodGone = fault.New(fault.Unsupported, "payment_method_gone", "This way of paying is no longer offered.")

// ErrCapturedInstead says that a promise was to be given back, but the money
// had come already. It may be refunded.
var ErrCapturedInstead = fault.New(fault.Conflict, "payment_captured_instead", "The payment was captured before it could be given back.")

// NotDone says that a provider decided no. It is of kind fault.Declined, and
// the payment or refund that is returned with it is as it was saved.
type NotDone struct {
	Operation Operation
	Decline   Decline
}

var _ fault.Carrier = (*NotDone)(nil)

// Fault returns a Declined error with code "payment_declined" for an
// authorization and "payment_<operation>_refused" else.
func (e *NotDone) Fault() *fault.Error {
	if e.Operation != OpAuthorize {
		return fault.Newf(fault.Declined, "payment_"+string(e.Operation)+"_refused", "The payment provider refused the %s.", e.Operation)
	}
	return fault.New(fault.Declined, "payment_declined", declineText(e.Decline.Reason.Public()))
}

// declineText is what a buyer is told.
func declineText(r Reason) string {
	switch r {
	case ReasonInsufficientFunds:
		return "The payment was declined: there are not enough funds."
	case ReasonExpired:
		return "The payment was declined: the card or account has expired."
	case ReasonIncorrectData:
		return "The payment was declined: please check what you entered."
	case ReasonLimit:
		return "The payment was declined: it is over a limit."
	case ReasonNotSupported:
		return "The payment was declined: this card or account cannot be used here."
	case ReasonAuthentication:
		return "The payment was declined: you could not be identified."
	case ReasonTryAgainLater:
		return "The payment was declined for now. Please try again later."
	case ReasonAccountClosed, ReasonLostOrStolen, ReasonFraudSuspected, ReasonGeneric:
	}
	return "The payment was declined. Please pay in another way."
}

// Error names operation, reason and the provider's code.
func (e *NotDone) Error() string {
	return fmt.Sprintf("payment: %s declined: %s (%s)", e.Operation, e.Decline.Reason, e.Decline.Code)
}

// Is reports whether target is fault.Declined or the same code.
func (e *NotDone) Is(target error) bool { return e.Fault().Is(target) }

// AlreadyOpen says that the subject has an open payment. It is a Conflict.
type AlreadyOpen struct {
	Subject string
	// Payment is the open one, if it could be found.
	Payment ID
}

var _ fault.Carrier = (*AlreadyOpen)(nil)

// Fault returns a Conflict with code "payment_open".
func (e *AlreadyOpen) Fault() *fault.Error {
	return fault.New(fault.Conflict, "payment_open", "Another payment for this is under way.")
}

// Error names the subject and the open payment.
func (e *AlreadyOpen) Error() string {
	return fmt.Sprintf("payment: open for %s: %s is open already", e.Subject, e.Payment)
}

// Is reports whether target is fault.Conflict or the same code.
func (e *AlreadyOpen) Is(target error) bool { return e.Fault().Is(target) }

// ExceedsCaptured says that more was to go back than is left of what came. It
// is a Conflict.
type ExceedsCaptured struct {
	Payment ID
	Want    money.Amount
	// Have is what could go back, if it could be found out.
	Have money.Amount
}

var _ fault.Carrier = (*ExceedsCaptured)(nil)

// Fault returns a Conflict with code "payment_exceeds_captured".
func (e *ExceedsCaptured) Fault() *fault.Error {
	return fault.New(fault.Conflict, "payment_exceeds_captured", "More would be refunded than was paid.")
}

// Error names the payment and both amounts.
func (e *ExceedsCaptured) Error() string {
	return fmt.Sprintf("payment: refund %d %s of %s: %d left", e.Want.Minor(), e.Want.Currency(), e.Payment, e.Have.Minor())
}

// Is reports whether target is fault.Conflict or the same code.
func (e *ExceedsCaptured) Is(target error) bool { return e.Fault().Is(target) }

// ExceedsAuthorized says that more was to be captured than is promised. It is
// a Conflict.
type ExceedsAuthorized struct {
	Payment    ID
	Want, Have money.Amount
}

var _ fault.Carrier = (*ExceedsAuthorized)(nil)

// Fault returns a Conflict with code "payment_exceeds_authorized".
func (e *ExceedsAuthorized) Fault() *fault.Error {
	return fault.New(fault.Conflict, "payment_exceeds_authorized", "More would be captured than was promised.")
}

// Error names the payment and both amounts.
func (e *ExceedsAuthorized) Error() string {
	return fmt.Sprintf("payment: capture %d %s of %s: %d left", e.Want.Minor(), e.Want.Currency(), e.Payment, e.Have.Minor())
}

// Is reports whether target is fault.Conflict or the same code.
func (e *ExceedsAuthorized) Is(target error) bool { return e.Fault().Is(target) }
