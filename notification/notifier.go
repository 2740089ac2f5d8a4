package notification

import (
	"context"
	"time"
)

// Notifier sends messages of one channel. It is implemented by adapters and
// safe for concurrent use; what an implementation must do is the suite
// notificationtest.
//
// Send tries once, within ctx, and never while a unit of work is open: then it
// returns tx.ErrInUnit. m has a valid address of the channel, texts that were
// checked, and a Key, which the Notifier hands to its provider where that takes
// one. Whatever the provider answers is an Outcome; what the Notifier does not
// understand is Unclear. An error says that nothing was sent and is of kind
// Unavailable if trying later may help, of kind Invalid, Unsupported or
// Declined if it will not; any other error is taken as Unclear.
type Notifier interface {
	Send(ctx context.Context, m Message) (Outcome, error)
}

// KeyKeeper is the power of a Notifier for which a repeat is harmless: a
// message that is sent again under the same Key reaches its recipient once.
type KeyKeeper interface {
	// KeepsKeys reports whether that is so.
	KeepsKeys() bool
}

// State is what became of one call.
type State string

// The states of an outcome.
const (
	// Accepted: the provider has taken the message over.
	Accepted State = "accepted"
	// Refused: it was not sent, and will not be if it is tried again.
	Refused State = "refused"
	// Postponed: it was certainly not sent, and may be if it is tried later.
	Postponed State = "postponed"
	// Unclear: it may have been sent.
	Unclear State = "unclear"
)

// Outcome is what a provider answers.
type Outcome struct {
	State State
	// Reference is what the provider calls the message, if it was accepted; at
	// most 200 bytes.
	Reference string
	// Code and Text say why it was not: the code of the provider, at most 64
	// bytes, and one sentence for staff without the address, at most 500
	// characters. What is longer is cut.
	Code string
	Text string
	// After is how long the provider wants to be left alone. Zero: it did not
	// say.
	After time.Duration
}
