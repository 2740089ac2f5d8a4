package unit

import (
	"context"
	"errors"

	"github.com/google/uuid"
)

// finish commits a unit. A commit whose outcome is not clear is resolved here.
func (s *Shipper) finish(ctx context.Context, u *Unit) error {
	if h, ok := u.carrier.(*held); ok {
		ws := u.take()
		i, err := h.ship(ctx, s.stmts(ws), Last)
		h.close()
		u.carrier = nil
		all := append(u.sent, ws...) //nolint:gocritic // sent is not used again
		return s.clear(ctx, u.id, all, blame(ws, i, err))
	}
	u.pending = append(u.pending, s.anchor(u.id))
	ws := u.take()
	i, err := s.shipWhole(ctx, ws)
	return s.clear(ctx, u.id, ws, blame(ws, i, err))
}

// shipWhole sends a unit in one trip.
func (s *Shipper) shipWhole(ctx context.Context, ws []Write) (int, error) {
	if s.Dialect == SQLite {
		return s.group.submit(ctx, s, s.stmts(ws))
	}
	conn, err := s.writing.conn(ctx, s.DB.DB)
	if err != nil {
		return -1, errNotSent{err}
	}
	defer conn.Close() //nolint:errcheck // gives the connection back
	return s.shipOn(ctx, conn, s.stmts(ws), Whole)
}

func (s *Shipper) shipOn(ctx context.Context, conn *lent, stmts []Stmt, span Span) (int, error) {
	at := -1
	err := raw(conn, func(dc any) error {
		var err error
		at, err = s.shipFaulty(ctx, dc, stmts, span)
		return err
	})
	return at, err
}

// errNotSent wraps an error before anything was sent.
type errNotSent struct{ error }

func (e errNotSent) Unwrap() error { return e.error }

// NotSent marks the error; a Wire marks its own the same way.
func (errNotSent) NotSent() {}

// clear passes errors whose meaning is clear. For an unclear one it runs the
// same statements again until it knows: the anchor, which is the first of
// them, waits for a first run that is still under way, and then either it is
// there, which means that the first run has committed, or this run takes its
// place and excludes the first for ever. A read alone would prove nothing: the
// first run may commit after it.
func (s *Shipper) clear(ctx context.Context, unit uuid.UUID, ws []Write, err error) error {
	if err == nil {
		return nil
	}
	var f *failure
	if errors.As(err, &f) && errors.Is(f.domain, errAnchored) {
		return nil // a run of ours that was taken for failed has committed
	}
	var notSent interface{ NotSent() }
	if errors.As(err, &notSent) || classify(err) != unclear {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience)
	defer cancel()
	for n := 0; ; n++ {
		done, again := s.rerun(ctx, unit, ws)
		if done {
			return again
		}
		if pause(ctx, n) != nil {
			s.Logger.ErrorContext(ctx, "outcome of a unit is not known", "unit", unit, "error", err)
			return errUnclear.Because(err)
		}
	}
}

// rerun runs the statements of a unit once more. It reports whether the
// outcome is now known, and which it is.
func (s *Shipper) rerun(ctx context.Context, unit uuid.UUID, ws []Write) (bool, error) {
	ws = anchorFirst(ws)
	i, err := s.shipWhole(ctx, ws)
	err = blame(ws, i, err)
	if err == nil {
		return true, nil
	}
	var f *failure
	if errors.As(err, &f) && errors.Is(f.domain, errAnchored) {
		return true, nil
	}
	if c := classify(err); c == unclear || c == again || c == refused {
		return false, err
	}
	// This run was refused by a guard, so nothing of it happened; but the first
	// run may still be on its way. An anchor without a unit keeps it out.
	stone := []Write{s.anchor(unit)}
	i, stoneErr := s.shipWhole(ctx, stone)
	stoneErr = blame(stone, i, stoneErr)
	switch {
	case stoneErr == nil:
		return true, err
	case errors.As(stoneErr, &f) && errors.Is(f.domain, errAnchored):
		return true, nil
	default:
		return false, stoneErr
	}
}

// anchorFirst returns the statements of several flushes with the anchor first.
// It is that already unless the unit had more than one flush.
func anchorFirst(ws []Write) []Write {
	for i, w := range ws {
		if w.Rank == RankAnchor && i > 0 {
			out := make([]Write, 0, len(ws))
			out = append(out, w)
			out = append(out, ws[:i]...)
			return append(out, ws[i+1:]...)
		}
	}
	return ws
}
