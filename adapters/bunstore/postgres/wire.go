package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/kontor-go/kontor/adapters/bunstore"
)

// wire sends whole units as one pgx batch: the statements travel together,
// PostgreSQL runs them as one transaction, and the plans of the fixed texts
// are kept by the server. It runs on the *pgx.Conn below database/sql.
type wire struct {
	guards sync.Map // text -> guarded text
}

var _ bunstore.Wire = (*wire)(nil)

// begin opens a transaction that a unit reads in.
const begin = "BEGIN"

// divisionByZero is what the guard below raises when it counts no row.
const divisionByZero = "22012"

// guard makes a statement fail if it touches no row, at no measurable cost.
func (w *wire) guard(text string) string {
	if v, ok := w.guards.Load(text); ok {
		return v.(string) //nolint:forcetypeassert // only strings are stored
	}
	g := "WITH u AS (" + text + " RETURNING 1) SELECT 1/count(*) FROM u"
	w.guards.Store(text, g)
	return g
}

func native(conn any) (*pgx.Conn, error) {
	c, ok := conn.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("postgres: the pool hands out %T, not pgx connections", conn)
	}
	return c.Conn(), nil
}

// prepare makes sure that the server keeps a plan for the text. pgx remembers
// which texts a connection has; the texts of the store are a fixed set.
func prepare(ctx context.Context, c *pgx.Conn, text string) error {
	_, err := c.Prepare(ctx, text, text)
	return err
}

// Read runs all queries in one round trip.
func (w *wire) Read(ctx context.Context, conn any, queries []bunstore.Query) error {
	c, err := native(conn)
	if err != nil {
		return err
	}
	batch := pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(queries))}
	for _, q := range queries {
		if err := prepare(ctx, c, q.Text); err != nil {
			return err
		}
		batch.Queue(q.Text, arguments(q.Args)...)
	}
	results := c.SendBatch(ctx, &batch)
	for _, q := range queries {
		rows, err := results.Query()
		if err != nil {
			return errors.Join(err, results.Close())
		}
		r := row{rows: rows}
		for rows.Next() {
			if err := q.Row(&r); err != nil {
				rows.Close()
				return errors.Join(err, results.Close())
			}
		}
		if err := rows.Err(); err != nil {
			return errors.Join(err, results.Close())
		}
	}
	return results.Close()
}

// row scans ids as their 16 bytes, which is how pgx knows them.
type row struct {
	rows pgx.Rows
	dest []any
}

func (r *row) Scan(dest ...any) error {
	r.dest = append(r.dest[:0], dest...)
	for i, d := range r.dest {
		if u, ok := d.(*uuid.UUID); ok {
			r.dest[i] = (*[16]byte)(u)
		}
	}
	return r.rows.Scan(r.dest...)
}

func arguments(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case uuid.UUID:
			out[i] = [16]byte(v)
		case []uuid.UUID:
			us := make([][16]byte, len(v))
			for k, u := range v {
				us[k] = u
			}
			out[i] = us
		default:
			out[i] = a
		}
	}
	return out
}

// Ship sends begin, statements and commit in one round trip. A whole unit
// needs neither begin nor commit: what travels between two syncs is one
// transaction.
func (w *wire) Ship(ctx context.Context, conn any, stmts []bunstore.Stmt, span bunstore.Span) (int, error) {
	c, err := native(conn)
	if err != nil {
		return -1, err
	}
	batch := pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(stmts)+2)}
	if span == bunstore.First {
		batch.Queue(begin)
	}
	for _, s := range stmts {
		text := s.Text
		if s.Guarded {
			text = w.guard(text)
		}
		if err := prepare(ctx, c, text); err != nil {
			if span != bunstore.Whole && span != bunstore.First {
				w.Rollback(ctx, conn)
			}
			return -1, prepareError{err}
		}
		batch.Queue(text, arguments(s.Args)...)
	}
	if span == bunstore.Last {
		batch.Queue("COMMIT")
	}
	at, err := exchange(ctx, c, &batch, stmts)
	if err != nil && span != bunstore.Whole {
		w.Rollback(ctx, conn)
	}
	return at, err
}

// prepareError is a failure before anything of the unit was sent.
type prepareError struct{ error }

func (e prepareError) Unwrap() error { return e.error }

// NotSent tells the store that nothing can have happened.
func (prepareError) NotSent() {}

// exchange sends the batch and finds the statement that failed.
func exchange(ctx context.Context, c *pgx.Conn, batch *pgx.Batch, stmts []bunstore.Stmt) (int, error) {
	results := c.SendBatch(ctx, batch)
	at, failed := -1, error(nil)
	for i := range batch.QueuedQueries {
		if _, err := results.Exec(); err != nil {
			failed = err
			at = i
			if batch.QueuedQueries[0].SQL == begin {
				at--
			}
			break
		}
	}
	closed := results.Close()
	if failed == nil {
		return -1, closed
	}
	var pg *pgconn.PgError
	if !errors.As(failed, &pg) {
		return -1, failed
	}
	if at < 0 || at >= len(stmts) {
		return -1, failed
	}
	if pg.Code == divisionByZero && stmts[at].Guarded {
		return at, bunstore.ErrUntouched
	}
	return at, failed
}

// Rollback ends an open transaction, or closes the connection.
func (w *wire) Rollback(ctx context.Context, conn any) {
	c, err := native(conn)
	if err != nil || c.IsClosed() || c.PgConn().TxStatus() == 'I' {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if _, err := c.PgConn().Exec(ctx, "ROLLBACK").ReadAll(); err != nil {
		_ = c.Close(ctx)
	}
}
