package unit

import (
	"cmp"
	"context"
	"slices"
)

// Rank is the place of a table in the order in which locks are taken. It is
// the same for every unit of every process, so no two units wait for each
// other. What many units touch at once comes last and is held shortest.
type Rank int

// The ranks. Parents come before their children; aggregates come before the
// events about them, so that events of one subject are numbered in the order
// of its versions; stock comes last.
const (
	RankAnchor Rank = iota
	RankOperation
	RankSeen
	RankCatalog
	RankCustomer
	RankCart
	RankCheckout
	RankOrder
	RankOrderLine
	RankPayment
	RankPaymentLog
	RankFulfillment
	RankReturn
	RankOther
	RankCounter
	RankLedger
	RankEvent
	RankReservation
	RankMovement
	RankLevel
)

// Write is one statement of a unit.
type Write struct {
	Rank Rank
	// Key orders writes of one rank: the primary key as text or bytes.
	Key  string
	Text string
	Args []any
	// Untouched makes the statement a guard: if it touches no row the unit
	// fails with this error.
	Untouched error
	// Broken is the error of the unit if a constraint of the statement does
	// not hold.
	Broken error
	// Explain, if set, completes the error after the rollback, on fresh reads.
	Explain func(ctx context.Context, q Querier, err error) error
}

func sortWrites(ws []Write) {
	slices.SortStableFunc(ws, func(a, b Write) int {
		if c := cmp.Compare(a.Rank, b.Rank); c != 0 {
			return c
		}
		return cmp.Compare(a.Key, b.Key)
	})
}

// Querier reads. A View reads from the pool, a Unit in its unit.
type Querier interface {
	// Tenant is the first argument of every text.
	Tenant() string
	// Read runs the queries in one round trip.
	Read(ctx context.Context, queries ...Query) error
}

// One reads a single row into dest and reports whether there was one.
func One(ctx context.Context, q Querier, text string, args []any, dest ...any) (bool, error) {
	found := false
	err := q.Read(ctx, Query{Text: text, Args: args, Row: func(r Row) error {
		found = true
		return r.Scan(dest...)
	}})
	return found, err
}
