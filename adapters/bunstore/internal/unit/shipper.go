package unit

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
)

// Shipper sends units to one database. It is safe for concurrent use.
type Shipper struct {
	// DB is the pool that writes; Reads is the pool that reads, which is the
	// same one unless the dialect wants readers apart.
	DB, Reads *bun.DB
	Dialect   Dialect
	// Wire speaks below bun. Nil means one joined Exec for each unit.
	Wire   Wire
	Clock  clock.Clock
	NewID  id.Source
	Logger *slog.Logger
	// Retries bounds how often a unit is run again after a deadlock or a busy
	// database; Patience bounds how long an unclear commit is resolved.
	Retries  int
	Patience time.Duration
	// Faults injects failures, for tests.
	Faults Faults
	// Committed is called after each commit that announced something.
	Committed func()

	texts texts
	group group
	// writing and reading are the queues for DB and Reads, one if they are one.
	writing, reading *turns
}

// Open prepares s for use. It talks to no database.
func (s *Shipper) Open() {
	s.texts.dialect = s.Dialect
	if s.Wire == nil {
		if s.Dialect == SQLite {
			s.Wire = Driver{}
		} else {
			s.Wire = Joined{Dialect: s.DB.Dialect()}
		}
	}
	if s.Reads == nil {
		s.Reads = s.DB
	}
	s.group.lock = make(chan struct{}, 1)
	s.writing = &turns{}
	s.reading = s.writing
	if s.Reads != s.DB {
		s.reading = &turns{}
	}
}

// View returns a reader of one tenant.
func (s *Shipper) View(tenant string) *View { return &View{s: s, tenant: tenant} }

// View reads committed data of one tenant, outside any transaction.
type View struct {
	s      *Shipper
	tenant string
}

// Tenant returns the tenant.
func (v *View) Tenant() string { return v.tenant }

// maxStale bounds how many dead connections of the pool one read steps over.
const maxStale = 32

// Read runs the queries on a connection of the pool. Reads have no effect, so
// one that meets a dead connection goes on with the next, unless rows have been
// handed out.
func (v *View) Read(ctx context.Context, queries ...Query) error {
	err := v.s.read(ctx, queries)
	for n := 0; n < maxStale && isStale(ctx, err); n++ {
		err = v.s.read(ctx, queries)
	}
	return public(ctx, err)
}

func isStale(ctx context.Context, err error) bool {
	_, notSent := errors.AsType[errNotSent](err)
	_, begun := errors.AsType[errBegun](err)
	return err != nil && ctx.Err() == nil && classify(err) == unclear && !begun && !notSent
}

func (s *Shipper) read(ctx context.Context, queries []Query) error {
	conn, err := s.reading.conn(ctx, s.Reads.DB)
	if err != nil {
		return errNotSent{err}
	}
	defer conn.Close() //nolint:errcheck // gives the connection back
	return s.readOn(ctx, conn, queries)
}

func (s *Shipper) readOn(ctx context.Context, conn *lent, queries []Query) error {
	begun := false
	local := make([]Query, len(queries))
	for i, q := range queries {
		row := q.Row
		q.Text = s.texts.of(q.Text)
		q.Row = func(r Row) error {
			begun = true
			if err := row(r); err != nil {
				return errors.Join(errScan, err)
			}
			return nil
		}
		local[i] = q
	}
	err := raw(conn, func(dc any) error { return s.Wire.Read(ctx, dc, local) })
	if err != nil && begun {
		return errBegun{err}
	}
	return err
}

// errBegun marks an error of a read that has handed out rows: it must not be
// tried again, or its caller would see them twice.
type errBegun struct{ error }

func (e errBegun) Unwrap() error { return e.error }

// errScan marks errors of a row callback, which no other connection mends.
var errScan = errors.New("unit: row")

// stmts turns writes into statements of the dialect.
func (s *Shipper) stmts(ws []Write) []Stmt {
	out := make([]Stmt, len(ws))
	for i, w := range ws {
		out[i] = Stmt{Text: s.texts.of(w.Text), Args: w.Args, Guarded: w.Untouched != nil}
	}
	return out
}

const anchorText = "INSERT INTO kontor_unit (id, at) VALUES ($1, $2)"

// anchor is the write by which a unit can be recognised.
func (s *Shipper) anchor(unit uuid.UUID) Write {
	return Write{
		Rank: RankAnchor, Text: anchorText, Broken: errAnchored,
		Args: []any{unit, clock.Micros(s.Clock.Now())},
	}
}

// errAnchored says that the unit has committed before.
var errAnchored = errors.New("unit: anchored before")

// pause waits before run n of a unit, longer each time and never the same.
func pause(ctx context.Context, n int) error {
	d := time.Duration(1<<min(n, 7)) * time.Millisecond
	d = d/2 + rand.N(d) //nolint:gosec // spreads retries, guards nothing
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// raw runs fn on the driver's connection. A panic of fn passes, but keeps the
// connection, which the pool would drop, and with it a database in memory.
func raw(conn *lent, fn func(dc any) error) error {
	var crash any
	err := conn.Raw(func(dc any) error {
		defer func() { crash = recover() }()
		return fn(dc)
	})
	if crash != nil {
		panic(crash) //nolint:forbidigo // not ours to stop
	}
	return err
}
