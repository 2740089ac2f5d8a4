package unit

import (
	"context"
	"errors"
)

// Wire speaks to one connection below bun. The store hands it the driver's own
// connection, as database/sql's Conn.Raw gives it out. A Wire holds no
// connection and is safe for concurrent use on different connections.
//
// The openers bring one: postgres over pgx, sqlite over any driver that knows
// database/sql/driver's context interfaces. Without a Wire the store falls
// back to one joined Exec for each unit; see Options.
//
// Texts are static and come in the dialect of the connection. Arguments and
// scan targets are of few types: int64, int, string, []byte, bool, uuid.UUID,
// []string and []uuid.UUID (scan targets: pointers to the first six).
type Wire interface {
	// Read runs the queries in one round trip and hands each row to its query.
	Read(ctx context.Context, conn any, queries []Query) error
	// Ship runs the statements in order and in one round trip. With Whole they
	// are one transaction of their own. On failure it returns the index of the
	// statement that failed, or -1 if that is not known, leaves no transaction
	// open, and nothing has happened, unless the error says that the outcome
	// is not known.
	Ship(ctx context.Context, conn any, stmts []Stmt, span Span) (int, error)
	// Rollback ends a transaction that an earlier Ship began. It must not fail:
	// where it cannot roll back, it closes the connection.
	Rollback(ctx context.Context, conn any)
}

// Query is one read of a trip.
type Query struct {
	Text string
	Args []any
	// Row is called for each row; its Scan is valid during the call only.
	Row func(Row) error
}

// Row is one row of a result.
type Row interface {
	Scan(dest ...any) error
}

// Stmt is one write of a trip.
type Stmt struct {
	Text string
	Args []any
	// Guarded makes it a failure (ErrUntouched) if the statement touches no row.
	Guarded bool
}

// Span says which end of a transaction a Ship is.
type Span int

// Spans.
const (
	// Whole: begin, statements, commit.
	Whole Span = iota
	// First: begin and statements; the transaction stays open.
	First
	// Middle: statements in the open transaction.
	Middle
	// Last: statements and commit.
	Last
)

func (s Span) begins() bool  { return s == Whole || s == First }
func (s Span) commits() bool { return s == Whole || s == Last }

// ErrUntouched is the failure of a guarded statement that touched no row.
var ErrUntouched = errors.New("unit: guarded statement touched no row")
