package unit

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/kernel/tx"
)

// host is a transaction that belongs to the host. The unit neither begins nor
// commits it. Each Scope is a savepoint of it, sent with the statements.
type host struct {
	s     *Shipper
	tx    *sql.Tx
	depth int
	saved bool // the savepoint of the current scope has been sent
	n     int
}

// Join returns a unit in a transaction of the host. It is used by the
// goroutine that uses the transaction, and ends with it.
func (s *Shipper) Join(hostTx *sql.Tx, tenant string) *Unit {
	return &Unit{s: s, tenant: tenant, host: &host{s: s, tx: hostTx}}
}

// HostTx begins a transaction, lends it to fn together with a unit in it, and
// commits. On SQLite it has the writer for itself meanwhile.
func (s *Shipper) HostTx(ctx context.Context, tenant string, fn func(ctx context.Context, hostTx bun.Tx, u *Unit) error) error {
	if tx.Open(ctx) {
		return tx.ErrNested
	}
	if s.Dialect == SQLite {
		release, err := s.group.take(ctx)
		if err != nil {
			return public(ctx, err)
		}
		defer release()
	}
	t, err := s.DB.BeginTx(ctx, nil)
	if err != nil {
		return public(ctx, err)
	}
	defer t.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	u := s.Join(t.Tx, tenant)
	if err := fn(tx.Mark(ctx), t, u); err != nil {
		return err
	}
	u.done = true
	if err := t.Commit(); err != nil {
		if classify(err) == unclear {
			return errUnclear.Because(err)
		}
		return public(ctx, err)
	}
	if u.events && s.Committed != nil {
		s.Committed()
	}
	return nil
}

// scope runs fn in a savepoint. A scope inside a scope is part of it, but for
// what it wrote and has not sent.
func (h *host) scope(ctx context.Context, u *Unit, fn func(ctx context.Context) error) error {
	if h.depth > 0 {
		return u.attempt(ctx, fn)
	}
	h.depth, h.saved = 1, false
	h.n++
	u.forget()
	err := h.guarded(ctx, u, fn)
	h.depth = 0
	if err == nil {
		return nil
	}
	u.forget()
	if h.saved {
		if backErr := h.exec(ctx, "ROLLBACK TO "+h.name(), "RELEASE "+h.name()); backErr != nil {
			return errors.Join(err, backErr)
		}
	}
	return h.s.settleIn(ctx, u, err)
}

// guarded runs fn and sends what it collected; a panic rolls back too.
func (h *host) guarded(ctx context.Context, u *Unit, fn func(ctx context.Context) error) error {
	defer func() {
		if p := recover(); p != nil {
			h.depth = 0
			u.forget()
			if h.saved {
				_ = h.exec(context.WithoutCancel(ctx), "ROLLBACK TO "+h.name(), "RELEASE "+h.name())
			}
			panic(p) //nolint:forbidigo // not ours to stop
		}
	}()
	if err := fn(ctx); err != nil {
		return err
	}
	if u.broken != nil {
		return u.broken
	}
	return h.flush(ctx, u, "RELEASE "+h.name())
}

// forget drops what was collected and not sent.
func (u *Unit) forget() { u.pending, u.broken, u.flushed = nil, nil, u.written }

func (h *host) name() string { return "kontor_" + strconv.Itoa(h.n) }

// flush sends what was collected, opening the savepoint with it, and after it
// the text that releases it at the end of a scope.
func (h *host) flush(ctx context.Context, u *Unit, after string) error {
	if len(u.pending) == 0 && (!h.saved || after == "") {
		return nil
	}
	ws := u.take()
	before := ""
	if !h.saved {
		before = "SAVEPOINT " + h.name()
	}
	h.saved = true
	i, err := h.ship(ctx, before, h.s.stmts(ws), after)
	if err == nil && after != "" {
		h.saved = false
	}
	return blame(ws, i, err)
}

func (h *host) ship(ctx context.Context, before string, stmts []Stmt, after string) (int, error) {
	if h.s.Dialect == SQLite {
		return h.shipLite(ctx, before, stmts, after)
	}
	if before != "" {
		before += ";\n"
	}
	text, err := Joined{Dialect: h.s.DB.Dialect()}.text(stmts, before, after)
	if err != nil {
		return -1, err
	}
	_, err = h.tx.ExecContext(ctx, text)
	return blamed(err)
}

func (h *host) shipLite(ctx context.Context, before string, stmts []Stmt, after string) (int, error) {
	if err := h.exec(ctx, before); err != nil {
		return -1, err
	}
	for i, s := range stmts {
		args, err := liteArgs(s.Args)
		if err != nil {
			return i, err
		}
		res, err := h.tx.ExecContext(context.WithoutCancel(ctx), s.Text, args...)
		if err != nil {
			return i, err
		}
		if n, err := res.RowsAffected(); s.Guarded && (err != nil || n == 0) {
			return i, errors.Join(ErrUntouched, err)
		}
	}
	return -1, h.exec(ctx, after)
}

func (h *host) exec(ctx context.Context, texts ...string) error {
	for _, t := range texts {
		if t == "" {
			continue
		}
		if _, err := h.tx.ExecContext(context.WithoutCancel(ctx), t); err != nil {
			return err
		}
	}
	return nil
}

func liteArgs(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, a := range args {
		v, err := liteValue(a)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// read reads in the host's transaction.
func (h *host) read(ctx context.Context, queries []Query) error {
	for _, q := range queries {
		if err := h.query(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (h *host) query(ctx context.Context, q Query) error {
	text, args := h.s.texts.of(q.Text), []any(nil)
	var err error
	if h.s.Dialect == SQLite {
		args, err = liteArgs(q.Args)
		ctx = context.WithoutCancel(ctx)
	} else {
		var b []byte
		b, err = Joined{Dialect: h.s.DB.Dialect()}.inline(nil, text, q.Args)
		text = string(b)
	}
	if err != nil {
		return err
	}
	rows, err := h.tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read only; Err tells
	for rows.Next() {
		if err := q.Row(rows); err != nil {
			return errors.Join(errScan, err)
		}
	}
	return rows.Err()
}
