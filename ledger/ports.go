package ledger

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// Balance is the sum of all postings to an account in one currency. Balances
// compare with ==.
type Balance struct {
	Account Account      `json:"account"`
	Amount  money.Amount `json:"amount"`
}

// Reader reads the books.
type Reader interface {
	// EntriesOf returns all entries about a subject, oldest first by id, each
	// with its postings in the order they were given. None is no error.
	EntriesOf(ctx context.Context, subject string) ([]Entry, error)
	// AccountBalances returns the balance of every account whose name begins
	// with prefix, by account and then currency. An account that was never
	// posted to is not there; one that adds up to nothing is. It reads all
	// postings and is for reports, not for a hot path.
	AccountBalances(ctx context.Context, prefix string) ([]Balance, error)
}

// Poster writes to the books inside a unit of work.
type Poster interface {
	// InsertEntries stores entries. It refuses one that does not pass
	// Entry.Check, and the unit fails with ErrPosted if the id of one is in
	// the books already.
	InsertEntries(ctx context.Context, entries ...Entry) error
}

// Tx reads and writes the books inside a unit of work. There is no way to
// change or delete what is in them.
type Tx interface {
	Reader
	Poster
}

// Auditor looks for what must never be in the books.
type Auditor interface {
	// LedgerDiscrepancies returns every entry that does not add up to nothing
	// in some currency, has lost a posting or has only one: invariant M8. Sound
	// books have none.
	LedgerDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation of an invariant.
type Discrepancy struct {
	// Invariant is the name of the rule: "M8".
	Invariant string
	// Subject is the text of the id of what breaks it.
	Subject string
	// Text says what is wrong, with figures, for operators.
	Text string
}

// ErrPosted says that an entry with this id is in the books already.
var ErrPosted = fault.New(fault.Conflict, "ledger.posted", "This was booked before.")
