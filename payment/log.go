package payment

import (
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
)

type entryKind struct{}

func (entryKind) Prefix() string { return "pl" }

// EntryID is the id of a line of the log.
type EntryID = id.Of[entryKind]

// EntryIDFrom returns the EntryID that holds u.
func EntryIDFrom(u uuid.UUID) EntryID { return id.From[entryKind](u) }

// Result is what an operation came to.
type Result string

// The results.
const (
	// Done: it happened. The sums of these lines are the amounts of the payment.
	Done Result = "done"
	// Refused: it did not happen, and will not.
	Refused Result = "refused"
	// GivenUp: it did not happen as far as anyone can tell, and nobody waits
	// for it any more.
	GivenUp Result = "given_up"
	// Mismatched: the provider did something else than was asked.
	Mismatched Result = "mismatched"
	// Waiting: the provider or the buyer must act first.
	Waiting Result = "waiting"
)

// Entry is a line of the log of a payment. The log is only ever added to, and
// the amounts of a payment follow from it.
type Entry struct {
	ID        EntryID
	Payment   ID
	Operation Operation
	Result    Result
	Amount    money.Amount
	// Reference is the provider's, or what a person wrote down.
	Reference string
	// Key is the key of the attempt; empty for a Local tender.
	Key string
	// Note is the provider's code of a refusal, or why a person did it.
	Note string
	// Refund is the text of the id of the refund, for a refund.
	Refund string
	// By is the text of the actor.
	By string
	At time.Time
}
