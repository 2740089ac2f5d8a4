package unit

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/tx"
)

// Unit is one run of a unit of work. It is used by one goroutine.
type Unit struct {
	s      *Shipper
	tenant string
	id     uuid.UUID

	pending []Write // collected and not sent
	sent    []Write // sent in an open transaction, in the order sent
	carrier carrier // set while a transaction is open
	events  bool    // something was announced
	broken  error   // a flush failed: nothing more may be sent
	written int     // how many writes were collected so far
	flushed int     // how many of them have been sent
	host    *host   // set if the transaction belongs to the host
	done    bool
}

// carrier is an open transaction that a unit reads and writes in.
type carrier interface {
	read(ctx context.Context, queries []Query) error
	// send runs statements; the transaction stays open.
	send(ctx context.Context, stmts []Stmt) (int, error)
	// rollback ends the transaction if it is open.
	rollback(ctx context.Context)
}

// Tenant returns the tenant.
func (u *Unit) Tenant() string { return u.tenant }

// Now returns the time of the store's clock.
func (u *Unit) Now() time.Time { return u.s.Clock.Now() }

// ErrDone is returned by a unit that is used after its closure has ended.
var ErrDone = errors.New("unit: used after its end")

// Write collects w. It leaves with the next read or at the end of the unit.
func (u *Unit) Write(ctx context.Context, w Write) error {
	if err := u.usable(); err != nil {
		return err
	}
	if w.Rank == RankEvent {
		u.events = true
	}
	if u.host != nil && u.host.depth == 0 {
		return u.host.scope(ctx, u, func(context.Context) error {
			u.collect(w)
			return nil
		})
	}
	u.collect(w)
	return nil
}

func (u *Unit) collect(w Write) {
	u.pending = append(u.pending, w)
	u.written++
}

// Read sends what was collected, then reads. Before the first write it reads
// from the pool, in no transaction.
func (u *Unit) Read(ctx context.Context, queries ...Query) error {
	if err := u.usable(); err != nil {
		return err
	}
	if u.host != nil {
		if err := u.host.flush(ctx, u, ""); err != nil {
			u.broken = err
			return err
		}
		return u.s.settleIn(ctx, u, u.host.read(ctx, queries))
	}
	if len(u.pending) == 0 && u.carrier == nil {
		return u.s.View(u.tenant).Read(ctx, queries...)
	}
	if err := u.flush(ctx); err != nil {
		u.broken = err
		return err
	}
	err := u.carrier.read(ctx, queries)
	if err != nil && classify(err) == unclear && !errors.Is(err, errScan) && ctx.Err() == nil {
		u.broken = errCut{err}
	}
	return public(ctx, err)
}

// usable says why the unit takes no more: it has ended, or a flush has failed,
// which a closure cannot undo.
func (u *Unit) usable() error {
	if u.done {
		return ErrDone
	}
	return u.broken
}

// flush sends what was collected into the open transaction.
func (u *Unit) flush(ctx context.Context) error {
	if u.carrier == nil {
		c, err := u.s.begin(ctx)
		if err != nil {
			return err
		}
		u.carrier = c
		u.pending = append(u.pending, u.s.anchor(u.id)) // not a write of the closure
	}
	if len(u.pending) == 0 {
		return nil
	}
	ws := u.take()
	i, err := u.carrier.send(ctx, u.s.stmts(ws))
	u.sent = append(u.sent, ws...)
	if err != nil && classify(err) == unclear && ctx.Err() == nil {
		err = errCut{err}
	}
	return blame(ws, i, err)
}

// take returns what was collected, in the order in which it leaves.
func (u *Unit) take() []Write {
	ws := u.pending
	u.pending, u.flushed = nil, u.written
	sortWrites(ws)
	return ws
}

// failure is a guard or constraint that did not hold, with the write it was.
type failure struct {
	domain  error
	explain func(ctx context.Context, q Querier, err error) error
	cause   error
}

func (f *failure) Error() string { return f.domain.Error() + ": " + f.cause.Error() }
func (f *failure) Unwrap() error { return f.cause }

// blame turns the failure of statement i into the error its write carries.
// Where the driver does not tell the index, the constraint's error is that of
// the first write that has one.
func blame(ws []Write, i int, err error) error {
	if err == nil || classify(err) != guarded {
		return err
	}
	if i < 0 {
		for j, w := range ws {
			if w.Broken != nil && w.Rank != RankAnchor {
				i = j
				break
			}
		}
	}
	if i < 0 || i >= len(ws) {
		return err
	}
	w := ws[i]
	domain := w.Broken
	if errors.Is(err, ErrUntouched) {
		domain = w.Untouched
	}
	if domain == nil {
		return err
	}
	return &failure{domain: domain, explain: w.Explain, cause: err}
}

// settle turns the error of a run into the one the caller sees. It is called
// after the rollback, so it may read.
func (s *Shipper) settle(ctx context.Context, tenant string, err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return public(ctx, err)
	}
	domain := f.domain
	if f.explain != nil {
		if better := f.explain(ctx, s.View(tenant), domain); better != nil {
			domain = better
		}
	}
	return domain
}

// settleIn is settle inside a transaction of the host, on whose connection the
// error is completed.
func (s *Shipper) settleIn(ctx context.Context, u *Unit, err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return public(ctx, err)
	}
	if f.explain != nil {
		if better := f.explain(ctx, u, f.domain); better != nil {
			return better
		}
	}
	return f.domain
}

// Run executes fn as one unit of work of a tenant.
func (s *Shipper) Run(ctx context.Context, tenant string, fn func(ctx context.Context, u *Unit) error) error {
	if tx.Open(ctx) {
		return tx.ErrNested
	}
	if err := ctx.Err(); err != nil {
		return public(ctx, err)
	}
	unit, marked := s.NewID(), tx.Mark(ctx)
	err := s.once(marked, tenant, unit, fn)
	if err == nil {
		return nil
	}
	if isAgain(err) {
		err = s.retry(marked, err, func() error { return s.once(marked, tenant, unit, fn) })
	}
	return s.settle(ctx, tenant, err)
}

// retry runs a unit again as long as the database asks for it, and within
// bounds.
func (s *Shipper) retry(ctx context.Context, err error, run func() error) error {
	budget, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	for n := 0; isAgain(err); n++ {
		if n >= s.Retries || pause(budget, n) != nil {
			return errBusy.Because(err)
		}
		err = run()
	}
	return err
}

// errCut wraps an error of a connection that broke before the commit was sent:
// nothing happened.
type errCut struct{ error }

func (e errCut) Unwrap() error { return e.error }

// isAgain reports whether the whole unit may simply be run again.
func isAgain(err error) bool {
	if _, cut := errors.AsType[errCut](err); cut {
		return true
	}
	return err != nil && classify(err) == again
}

// once runs fn and ships what it collected.
func (s *Shipper) once(ctx context.Context, tenant string, unit uuid.UUID, fn func(ctx context.Context, u *Unit) error) error {
	u := &Unit{s: s, tenant: tenant, id: unit}
	defer u.abandon(ctx)
	if err := fn(ctx, u); err != nil {
		if u.broken != nil && isAgain(u.broken) {
			return u.broken // whatever the closure made of it
		}
		return err
	}
	u.done = true
	if u.broken != nil {
		return u.broken
	}
	if u.carrier == nil && len(u.pending) == 0 {
		return nil
	}
	err := s.finish(ctx, u)
	if err == nil && u.events && s.Committed != nil {
		s.Committed()
	}
	return err
}

// abandon rolls back what is open, after an error or a panic of the closure.
func (u *Unit) abandon(ctx context.Context) {
	u.done = true
	if u.carrier != nil {
		u.carrier.rollback(ctx)
	}
	u.carrier = nil
}

// held is a transaction on a connection that the unit holds.
type held struct {
	s       *Shipper
	conn    *lent
	begun   bool
	release func()
}

// begin takes a connection for a unit that reads after it wrote: any of the
// pool on PostgreSQL, the writer alone on SQLite.
func (s *Shipper) begin(ctx context.Context) (*held, error) {
	release := func() {}
	if s.Dialect == SQLite {
		var err error
		if release, err = s.group.take(ctx); err != nil {
			return nil, err
		}
	}
	conn, err := s.writing.conn(ctx, s.DB.DB)
	if err != nil {
		release()
		return nil, err
	}
	return &held{s: s, conn: conn, release: release}, nil
}

func (h *held) read(ctx context.Context, queries []Query) error {
	return h.s.readOn(ctx, h.conn, queries)
}

func (h *held) send(ctx context.Context, stmts []Stmt) (int, error) {
	span := Middle
	if !h.begun {
		span = First
	}
	return h.ship(ctx, stmts, span)
}

func (h *held) ship(ctx context.Context, stmts []Stmt, span Span) (int, error) {
	if h.s.Dialect == SQLite {
		ctx = context.WithoutCancel(ctx)
	}
	at := -1
	err := raw(h.conn, func(dc any) error {
		var err error
		at, err = h.s.shipFaulty(ctx, dc, stmts, span)
		return err
	})
	h.begun = err == nil && !span.commits()
	return at, err
}

// rollback ends the transaction if one is open and gives the connection back.
func (h *held) rollback(ctx context.Context) {
	if h.conn == nil {
		return
	}
	if h.begun {
		_ = raw(h.conn, func(dc any) error { h.s.Wire.Rollback(ctx, dc); return nil })
		h.begun = false
	}
	h.close()
}

func (h *held) close() {
	_ = h.conn.Close()
	h.conn = nil
	h.release()
}
