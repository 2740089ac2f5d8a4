package unit

import (
	"context"
)

// Point is a place where a failure can be injected: before anything is sent
// (Index -1), at statement Index, or after a commit was applied and before its
// answer arrives (Index len of the statements).
type Point struct {
	Span  Span
	Index int
	Of    int
	Text  string
}

// Reply reports whether the point is the answer to a commit.
func (p Point) Reply() bool { return p.Index == p.Of }

// Faults decides at each point what goes wrong. At returns nil to go on, an
// error to fail there (nothing of the transaction is kept, except at a Reply,
// where all of it is), or panics to stand for a crash. Tests only.
type Faults interface {
	At(ctx context.Context, p Point) error
}

// shipFaulty is Wire.Ship with the points of Faults.
func (s *Shipper) shipFaulty(ctx context.Context, dc any, stmts []Stmt, span Span) (int, error) {
	if s.Faults == nil {
		return s.Wire.Ship(ctx, dc, stmts, span)
	}
	if err := s.Faults.At(ctx, Point{Span: span, Index: -1, Of: len(stmts)}); err != nil {
		if !span.begins() {
			s.Wire.Rollback(ctx, dc)
		}
		return -1, err
	}
	for k, st := range stmts {
		if err := s.breakAt(ctx, dc, stmts, Point{Span: span, Index: k, Of: len(stmts), Text: st.Text}); err != nil {
			return k, err
		}
	}
	at, err := s.Wire.Ship(ctx, dc, stmts, span)
	if err == nil && span.commits() {
		err = s.Faults.At(ctx, Point{Span: span, Index: len(stmts), Of: len(stmts)})
		at = -1
	}
	return at, err
}

// breakAt asks for a failure at one statement. If there is one, the statements
// before it really run, and are rolled back.
func (s *Shipper) breakAt(ctx context.Context, dc any, stmts []Stmt, p Point) (err error) {
	crashed := true
	defer func() {
		if err == nil && !crashed {
			return
		}
		span := First
		if !p.Span.begins() {
			span = Middle
		}
		if _, shipErr := s.Wire.Ship(context.WithoutCancel(ctx), dc, stmts[:p.Index], span); shipErr == nil {
			s.Wire.Rollback(ctx, dc)
		}
	}()
	err = s.Faults.At(ctx, p)
	crashed = false
	return err
}
