package payment

import "github.com/kontor-go/kontor/kernel/money"

// The facts of this room. Their subject is the text of the id of the payment,
// so that the facts about one payment arrive in their order; what is paid is
// in the payload as Subject.

// Authorized: all that was asked for is promised.
type Authorized struct {
	Payment string       `json:"payment"`
	Subject string       `json:"subject"`
	Method  string       `json:"method"`
	Amount  money.Amount `json:"amount"`
}

// EventName returns "payment.authorized".
func (Authorized) EventName() string { return "payment.authorized" }

// Captured: money has come.
type Captured struct {
	Payment string `json:"payment"`
	Subject string `json:"subject"`
	Method  string `json:"method"`
	// Amount is what has come with this capture, Total all that has come.
	Amount money.Amount `json:"amount"`
	Total  money.Amount `json:"total"`
}

// EventName returns "payment.captured".
func (Captured) EventName() string { return "payment.captured" }

// CaptureFailed: promised money could not be taken. The promise stands.
type CaptureFailed struct {
	Payment string       `json:"payment"`
	Subject string       `json:"subject"`
	Method  string       `json:"method"`
	Amount  money.Amount `json:"amount"`
	Reason  Reason       `json:"reason"`
	Code    string       `json:"code,omitempty"`
}

// EventName returns "payment.capture_failed".
func (CaptureFailed) EventName() string { return "payment.capture_failed" }

// Declined: the provider said no. Reason is for staff; show Reason.Public to
// the buyer.
type Declined struct {
	Payment string       `json:"payment"`
	Subject string       `json:"subject"`
	Method  string       `json:"method"`
	Amount  money.Amount `json:"amount"`
	Reason  Reason       `json:"reason"`
	Code    string       `json:"code,omitempty"`
}

// EventName returns "payment.declined".
func (Declined) EventName() string { return "payment.declined" }

// ActionRequired: the buyer must do something. What is read from the payment, for it
// may hold a secret of the buyer.
type ActionRequired struct {
	Payment string       `json:"payment"`
	Subject string       `json:"subject"`
	Method  string       `json:"method"`
	Amount  money.Amount `json:"amount"`
	Kind    ActionKind   `json:"kind"`
}

// EventName returns "payment.action_required".
func (ActionRequired) EventName() string { return "payment.action_required" }

// Voided: what was promised and had not come was given back.
type Voided struct {
	Payment string       `json:"payment"`
	Subject string       `json:"subject"`
	Method  string       `json:"method"`
	Amount  money.Amount `json:"amount"`
	// Orphaned says that the promise never paid for anything.
	Orphaned bool `json:"orphaned,omitempty"`
}

// EventName returns "payment.voided".
func (Voided) EventName() string { return "payment.voided" }

// Refunded: money went back.
type Refunded struct {
	Payment string `json:"payment"`
	Refund  string `json:"refund"`
	Subject string `json:"subject"`
	Method  string `json:"method"`
	// Amount is what went back with this refund.
	Amount money.Amount `json:"amount"`
	// Orphaned says that the money never paid for anything: no Captured was
	// announced for it.
	Orphaned bool `json:"orphaned,omitempty"`
}

// EventName returns "payment.refunded".
func (Refunded) EventName() string { return "payment.refunded" }

// RefundFailed: money that was to go back stayed.
type RefundFailed struct {
	Payment string       `json:"payment"`
	Refund  string       `json:"refund"`
	Subject string       `json:"subject"`
	Method  string       `json:"method"`
	Amount  money.Amount `json:"amount"`
	Reason  Reason       `json:"reason"`
	Code    string       `json:"code,omitempty"`
}

// EventName returns "payment.refund_failed".
func (RefundFailed) EventName() string { return "payment.refund_failed" }

// Expired: nothing came of the payment in time, or the rest of its promise is
// gone.
type Expired struct {
	Payment string       `json:"payment"`
	Subject string       `json:"subject"`
	Method  string       `json:"method"`
	Amount  money.Amount `json:"amount"`
}

// EventName returns "payment.expired".
func (Expired) EventName() string { return "payment.expired" }

// Orphaned: the provider holds money that nobody waits for, or not what was
// asked for. It is being given back; staff should know.
type Orphaned struct {
	Payment string `json:"payment"`
	Subject string `json:"subject"`
	Method  string `json:"method"`
	// Asked is what was asked for, Found what the provider holds.
	Asked money.Amount `json:"asked"`
	Found money.Amount `json:"found"`
	// Captured says that Found has come, and is not only promised.
	Captured bool `json:"captured,omitempty"`
}

// EventName returns "payment.orphaned".
func (Orphaned) EventName() string { return "payment.orphaned" }

// OrphanCaptured: money of an orphan has come and is in the books. It pays for
// nothing and is being given back; see Orphaned and Refunded.
type OrphanCaptured struct {
	Payment string `json:"payment"`
	Subject string `json:"subject"`
	Method  string `json:"method"`
	// Amount is what has come.
	Amount money.Amount `json:"amount"`
}

// EventName returns "payment.orphan_captured".
func (OrphanCaptured) EventName() string { return "payment.orphan_captured" }

// ReconcileDue is a timer: look what became of a call to the provider.
type ReconcileDue struct {
	Payment string `json:"payment"`
	// Refund is set if the call was a refund.
	Refund string `json:"refund,omitempty"`
}

// EventName returns "payment.reconcile_due".
func (ReconcileDue) EventName() string { return "payment.reconcile_due" }

// NoticeReceived: a notice of a provider waits in the inbox.
type NoticeReceived struct {
	Method string `json:"method"`
	Event  string `json:"event"`
}

// EventName returns "payment.notice_received".
func (NoticeReceived) EventName() string { return "payment.notice_received" }
