package payment

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// State is what a provider says about an operation.
type State string

// The states. The zero value is StateUnknown, so that an outcome nobody filled
// in is never taken for a decision.
const (
	// StateUnknown: it may have happened.
	StateUnknown State = ""
	// StateAuthorized: the money is promised.
	StateAuthorized State = "authorized"
	// StateCaptured: the money has come.
	StateCaptured State = "captured"
	// StateVoided: the promise was given back.
	StateVoided State = "voided"
	// StateRefunded: the money went back.
	StateRefunded State = "refunded"
	// StateDeclined: the provider decided no, and nothing happened.
	StateDeclined State = "declined"
	// StateActionRequired: the buyer must do something first.
	StateActionRequired State = "action_required"
	// StatePending: accepted by the provider, which decides later.
	StatePending State = "pending"
	// StateExpired: the promise has lapsed.
	StateExpired State = "expired"
	// StateAbsent: the provider's books do not hold it. Only Lookup says so.
	StateAbsent State = "absent"
)

// Outcome is the answer of a provider.
type Outcome struct {
	State State
	// Reference is what the provider calls the thing that was made: the
	// payment for an authorization, the capture or refund for those.
	Reference string
	// Amount is what this operation promised, moved or gave back. For a Lookup
	// of an authorization it is what was promised in all. It is required with
	// StateAuthorized, StateCaptured and StateRefunded, and compared with what
	// was asked for.
	Amount money.Amount
	// Captured is, for a Lookup of an authorization, what has come in all.
	Captured money.Amount
	// Expires is when the promise lapses. Zero: not known, or never.
	Expires time.Time
	// Decline says why, with StateDeclined.
	Decline Decline
	// Action says what, with StateActionRequired. With StateAuthorized of a
	// Local tender it says what the buyer should know.
	Action Action
}

// Reason is why a provider said no. The list is closed.
type Reason string

// The reasons.
const (
	ReasonInsufficientFunds Reason = "insufficient_funds"
	ReasonExpired           Reason = "expired"
	ReasonIncorrectData     Reason = "incorrect_data"
	ReasonLostOrStolen      Reason = "lost_or_stolen"
	ReasonLimit             Reason = "limit"
	ReasonNotSupported      Reason = "not_supported"
	ReasonAuthentication    Reason = "authentication"
	ReasonFraudSuspected    Reason = "fraud_suspected"
	ReasonTryAgainLater     Reason = "try_again_later"
	ReasonAccountClosed     Reason = "account_closed"
	ReasonGeneric           Reason = "generic"
)

// Public returns the reason as a buyer may see it: suspicion is not told.
func (r Reason) Public() Reason {
	if r == "" || r == ReasonLostOrStolen || r == ReasonFraudSuspected {
		return ReasonGeneric
	}
	return r
}

// Known reports whether r is of the closed list.
func (r Reason) Known() bool {
	switch r {
	case ReasonInsufficientFunds, ReasonExpired, ReasonIncorrectData, ReasonLostOrStolen, ReasonLimit,
		ReasonNotSupported, ReasonAuthentication, ReasonFraudSuspected, ReasonTryAgainLater,
		ReasonAccountClosed, ReasonGeneric:
		return true
	default:
		return false
	}
}

// Decline is a no, with its reason.
type Decline struct {
	// Code is the provider's own code, for operators.
	Code string `json:"code,omitempty"`
	// Reason is why. Show Reason.Public to the buyer.
	Reason Reason `json:"reason,omitempty"`
}

// public returns d as a buyer may see it.
func (d Decline) public() Decline {
	if d == (Decline{}) {
		return d
	}
	return Decline{Reason: d.Reason.Public()}
}

// ActionKind says what sort of thing the buyer must do.
type ActionKind string

// The kinds of action.
const (
	// ActionRedirect: send the buyer to Action.URL.
	ActionRedirect ActionKind = "redirect"
	// ActionConfirm: let the provider's script in the browser go on with
	// Action.ClientSecret.
	ActionConfirm ActionKind = "confirm"
	// ActionInstructions: show Action.Text; nothing need be clicked.
	ActionInstructions ActionKind = "instructions"
)

// Action is what the buyer must do, or should know.
type Action struct {
	Kind ActionKind `json:"kind,omitempty"`
	URL  string     `json:"url,omitempty"`
	// ClientSecret is for the buyer's own browser only.
	ClientSecret string `json:"client_secret,omitempty"`
	// Text is for people: an account number, when to have the cash ready.
	Text string `json:"text,omitempty"`
}
