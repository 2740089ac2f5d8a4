package payment

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// Provider is somebody who moves money: a card processor, a wallet, a bank.
// What it can do besides are powers, interfaces of one method that it also
// implements: Capturer, Voider, Refunder, KeyKeeper, NoticeDecoder. A tender
// that needs no network is a Local and is never asked through this interface.
//
// Rules for every method of a provider and of its powers:
//
//   - It refuses to work inside a unit of work: its first line is
//     tx.RefuseOpen(ctx).
//   - What the provider decided is an Outcome and no error, a decline included.
//     An error is a *Failure, whose class says whether anything happened.
//     Only what is proved not to have been executed is of another class than
//     ClassUnknown: a timeout, a reset, a 5xx, an answer that cannot be read or
//     that is about something else is ClassUnknown.
//   - A call with a key and parameters that were used before has no second
//     effect, if the provider is a KeyKeeper: it answers as the first call did,
//     or with what became of it since. The same key with other parameters is
//     refused with ClassInvalid, and at the same time with ClassConflict.
//   - Amounts are moved and reported exactly, in the currency asked for.
//   - It is safe for concurrent use, and it keeps nothing of its own that
//     matters after a crash.
type Provider interface {
	// Authorize asks for a promise of Amount, or for the money itself if
	// Capture is set. It answers authorized, captured, declined, action
	// required or pending. A request with a Reference goes on with that
	// payment, after the buyer has acted, and starts no new one.
	Authorize(ctx context.Context, r AuthorizeRequest) (Outcome, error)
	// Lookup tells what became of one operation and changes nothing. It finds
	// it by Key or Payment if the Reference is not known, and answers absent
	// only if the books of the provider are certain not to hold it.
	// For an authorization it answers how the promise stands now: authorized,
	// captured (in whole or in part, see Outcome.Captured), voided, expired,
	// declined, action required or pending. For a capture: captured, pending,
	// declined, expired, absent. For a void: voided, captured, pending, absent.
	// For a refund: refunded, pending, declined, absent.
	Lookup(ctx context.Context, r LookupRequest) (Outcome, error)
}

// Capturer takes promised money later. A provider without it is asked for the
// money at once.
type Capturer interface {
	// Capture takes Amount of the promise. It answers captured, pending,
	// declined or expired. If Final is set the rest of the promise is given
	// back. A provider that can capture only once refuses a capture of a part
	// that is not final with ClassUnsupported, before anything happens.
	Capture(ctx context.Context, r CaptureRequest) (Outcome, error)
}

// Voider gives a promise back, or what is left of it after a part was
// captured; and it cancels a payment for which the buyer never acted.
type Voider interface {
	// Void gives back. It answers voided, captured (too late: the money has
	// come), or pending. A promise that is void already is voided.
	Void(ctx context.Context, r VoidRequest) (Outcome, error)
}

// Refunder sends money back.
type Refunder interface {
	// Refund sends Amount back. It answers refunded, pending or declined. More
	// than is left of what was captured is refused with ClassInvalid.
	Refund(ctx context.Context, r RefundRequest) (Outcome, error)
}

// KeyKeeper is the power to recognise a call that is made twice.
type KeyKeeper interface {
	// KeyWindow is how long the key of an operation is remembered, cautiously.
	// Within it an attempt may be sent again, after it is only looked up.
	KeyWindow(o Operation) time.Duration
}

// NoticeDecoder is the power to read the provider's notices (webhooks).
type NoticeDecoder interface {
	// DecodeNotice checks that the notice is authentic, over its raw bytes and
	// before anything is parsed, and for the right account and mode; if not, it
	// fails with ClassAuth. It returns what the notice is about: none if it is
	// about nothing of interest. It calls no network.
	DecodeNotice(n Notice) ([]Hint, error)
}

// Local is a tender that needs no network: cash on delivery, a bank transfer
// the shop waits for, a gift card of the shop. It settles inside the unit of
// work in which the order is placed. It embeds Offline to be a Provider, and
// needs no other power: Settle covers capture, void and refund.
type Local interface {
	// Settle decides one operation at once. It is pure: the same request has
	// the same outcome, and it has no effect. It answers authorize with
	// authorized, captured or declined, capture with captured or declined, void
	// with voided or declined and refund with refunded or declined, and an
	// operation it does not have with ClassUnsupported.
	Settle(r LocalRequest) (Outcome, error)
}

// AuthorizeRequest asks for a promise of money.
type AuthorizeRequest struct {
	// Key makes the call idempotent.
	Key string
	// Payment is the text of our id. Providers keep it with the payment, so
	// that it can be found without a Reference.
	Payment string
	// Subject is the text of the id of what is paid.
	Subject string
	Amount  money.Amount
	// Capture asks for the money itself.
	Capture bool
	// Reference, if set, is the payment to go on with.
	Reference string
	Details   Details
}

// CaptureRequest asks for promised money.
type CaptureRequest struct {
	Key       string
	Payment   string
	Reference string
	Amount    money.Amount
	// Final says that no more of the promise will be asked for.
	Final bool
}

// VoidRequest gives a promise back.
type VoidRequest struct {
	Key       string
	Payment   string
	Reference string
}

// RefundRequest sends money back.
type RefundRequest struct {
	Key     string
	Payment string
	// Refund is the text of our id of the refund.
	Refund string
	// Reference is the provider's name of the payment, CaptureReference that
	// of its last capture.
	Reference        string
	CaptureReference string
	Amount           money.Amount
	// Reason is for the buyer's statement, if the provider has room for it.
	Reason string
}

// LookupRequest asks what became of an operation.
type LookupRequest struct {
	Operation Operation
	// Key is the key of the attempt. It is empty for an authorization that is
	// not in flight: then how the promise stands now is asked.
	Key     string
	Payment string
	// Refund is the text of our id of the refund, for a refund.
	Refund string
	// Reference is the provider's name of the payment, or empty.
	Reference string
	// Target is the provider's name of the capture or refund, or empty.
	Target string
	Amount money.Amount
}

// LocalRequest asks a Local tender.
type LocalRequest struct {
	Operation Operation
	// Payment is the text of our id.
	Payment string
	Subject string
	Amount  money.Amount
	// Reference is what the person who captures or refunds wrote down, such as
	// the line of the bank statement.
	Reference string
	// At is the time of the operation.
	At time.Time
}

// Notice is what arrived at the address the provider was given.
type Notice struct {
	// Header are the headers as they came.
	Header map[string][]string
	// Body are the raw bytes, at most MaxNotice.
	Body []byte
	// At is when it arrived. Receive fills it in.
	At time.Time
}

// MaxNotice is the largest body of a notice, in bytes.
const MaxNotice = 1 << 20

// Hint is what a notice is about. It is never believed: the provider is asked.
type Hint struct {
	// Event is the provider's id of the notice, or, where it has none, a hash
	// of the body. At most 255 characters, never empty.
	Event string
	// Account is whose notice it is, where one address serves several.
	Account string
	// Payment and Refund are the texts of our ids, where the provider keeps
	// them; Reference is its own id of the payment. One of the three is set.
	Payment   string
	Refund    string
	Reference string
}
