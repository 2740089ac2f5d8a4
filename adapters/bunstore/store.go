package bunstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
)

// What a Wire is and speaks of; see the interface.
type (
	Wire   = unit.Wire
	Stmter = unit.Stmter
	Query  = unit.Query
	Row    = unit.Row
	Stmt   = unit.Stmt
	Span   = unit.Span
	Point  = unit.Point
	Faults = unit.Faults
)

// Spans of a Wire.
const (
	Whole  = unit.Whole
	First  = unit.First
	Middle = unit.Middle
	Last   = unit.Last
)

// ErrUntouched is what a Wire returns for a guarded statement that touched no row.
var ErrUntouched = unit.ErrUntouched

// Options are the settings of a store. The zero value works.
type Options struct {
	// Reads is the pool for reads, where readers need connections of their own
	// (SQLite files). Defaults to the database the store writes to.
	Reads *bun.DB
	// Wire speaks to connections below bun; the openers bring theirs. Without
	// one a unit is one joined text on PostgreSQL.
	Wire Wire
	// Clock defaults to the system's.
	Clock clock.Clock
	// NewID makes ids of units. Defaults to UUID version 7.
	NewID id.Source
	// Logger receives what an operator must know. Defaults to silence.
	Logger *slog.Logger
	// Retries is how often a unit is run again after a deadlock or a busy
	// database. Defaults to 10.
	Retries int
	// Patience is how long a unit is retried, and how long a commit without an
	// answer is resolved. Defaults to 10 seconds.
	Patience time.Duration
	// Faults injects failures into commits, for tests. Defaults to none.
	Faults Faults
	// Owned says that Close closes the databases. The openers set it.
	Owned bool
}

// Store is a commerce.Store on a bun database. It is safe for concurrent use.
type Store struct {
	s      *unit.Shipper
	tenant string
	owned  bool
	wake   *atomic.Pointer[func()]
}

var _ commerce.Store = (*Store)(nil)

// New builds a store on a database of the host, which stays the host's: it is
// never closed and its settings are not changed. It talks to no database; see
// Migrate and Check. It fails with Unsupported for a dialect other than
// PostgreSQL and SQLite.
func New(db *bun.DB, opt *Options) (*Store, error) {
	o := Options{}
	if opt != nil {
		o = *opt
	}
	s := &unit.Shipper{
		DB: db, Reads: o.Reads, Wire: o.Wire, Clock: o.Clock, NewID: o.NewID, Logger: o.Logger,
		Retries: o.Retries, Patience: o.Patience, Faults: o.Faults,
	}
	name := db.Dialect().Name()
	if name == dialect.SQLite {
		s.Dialect = unit.SQLite
	} else if name != dialect.PG {
		return nil, fault.Newf(fault.Unsupported, "dialect_unsupported", "The store speaks PostgreSQL and SQLite, not %s.", name)
	}
	defaults(s)
	wake := new(atomic.Pointer[func()])
	s.Committed = func() {
		if fn := wake.Load(); fn != nil {
			(*fn)()
		}
	}
	s.Open()
	return &Store{s: s, owned: o.Owned, wake: wake}, nil
}

func defaults(s *unit.Shipper) {
	if s.Clock == nil {
		s.Clock = clock.System()
	}
	if s.NewID == nil {
		s.NewID = id.V7
	}
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	if s.Retries == 0 {
		s.Retries = 10
	}
	if s.Patience == 0 {
		s.Patience = 10 * time.Second
	}
}

// DB returns the database the store writes to.
func (s *Store) DB() *bun.DB { return s.s.DB }

// Close closes what an opener opened, and nothing of the host's.
func (s *Store) Close() error {
	if !s.owned {
		return nil
	}
	err := s.s.DB.Close()
	if s.s.Reads != s.s.DB {
		err = errors.Join(err, s.s.Reads.Close())
	}
	return err
}

// Tenant returns the store of another tenant.
func (s *Store) Tenant(tenant string) commerce.Store {
	c := *s
	c.tenant = tenant
	return &c
}

// OnCommit sets what is called after a commit that announced events.
func (s *Store) OnCommit(fn func()) { s.wake.Store(&fn) }

// InTx runs a unit of work.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context, t commerce.Tx) error) error {
	return s.s.Run(ctx, s.tenant, func(ctx context.Context, u *unit.Unit) error { return fn(ctx, newTx(u)) })
}

// HostTx begins a transaction on the store's own writer and lends it to fn:
// bun for the tables of the host, t for the engine. It commits if fn returns
// nil. On SQLite this is the way to change both together.
func (s *Store) HostTx(ctx context.Context, fn func(ctx context.Context, tx bun.Tx, t commerce.Tx) error) error {
	return s.s.HostTx(ctx, s.tenant, func(ctx context.Context, hostTx bun.Tx, u *unit.Unit) error {
		return fn(ctx, hostTx, newTx(u))
	})
}

// Join returns a Tx in a transaction that the host has begun on the same
// database: a *sql.Tx, a bun.Tx or a *bun.Tx. The host commits or rolls back;
// after a commit it calls Engine.Wake. An error of an engine call leaves the
// transaction usable and nothing of that call in it. Join panics for another
// type, as a nil map would: it is a mistake of the program.
func (s *Store) Join(hostTx any) commerce.Tx {
	switch t := hostTx.(type) {
	case *sql.Tx:
		return newTx(s.s.Join(t, s.tenant))
	case bun.Tx:
		return newTx(s.s.Join(t.Tx, s.tenant))
	case *bun.Tx:
		return newTx(s.s.Join(t.Tx, s.tenant))
	default:
		panic(fmt.Sprintf("bunstore: Join takes a *sql.Tx or bun.Tx, not %T", hostTx)) //nolint:forbidigo // a mistake of the program
	}
}
