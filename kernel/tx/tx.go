// Package tx is the unit of work: the only place where a write may happen.
//
// A room declares what it may read and write as an interface of its own, its
// Tx. Its Service holds a Runner of that interface and writes
//
//	err := s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
//		c, err := t.Cart(ctx, id)
//		...decide...
//		return t.UpdateCart(ctx, c)
//	})
//
// Everything in the closure happens, or nothing does. The rules for closures:
// decide on reads, guard on writes; call no network; touch nothing but t, for
// the closure may run more than once; make ids and times before it. A conflict
// may surface from the write or from InTx; callers treat both alike.
package tx

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Runner runs units of work. T is what the unit may read and write.
//
// InTx commits if fn returns nil and changes nothing if it returns an error or
// panics. It runs fn again after a deadlock, a serialisation failure or a busy
// database, a bounded number of times. It is refused with ErrNested inside
// another unit. Errors by kind: whatever fn returned; Conflict for a guard
// that did not hold; Unavailable if nothing happened and a repeat may work;
// Unknown if the outcome could not be found out in time.
type Runner[T any] interface {
	InTx(ctx context.Context, fn func(ctx context.Context, t T) error) error
}

// ErrNested is returned by InTx inside a unit: use the Tx form of a service
// method there.
var ErrNested = fault.New(fault.Internal, "unit_nested", "A unit of work was started inside another one.")

// ErrInUnit is returned by adapters that are called inside a unit of work.
var ErrInUnit = fault.New(fault.Internal, "network_in_unit", "A network call was attempted inside a unit of work.")

type markKey struct{}

// Mark returns a context that says a unit is open. Stores call it.
func Mark(ctx context.Context) context.Context { return context.WithValue(ctx, markKey{}, true) }

// Open reports whether ctx belongs to a unit that is open.
func Open(ctx context.Context) bool { return ctx.Value(markKey{}) != nil }

// RefuseOpen returns ErrInUnit if a unit is open. Every adapter that goes over
// the network calls it first.
func RefuseOpen(ctx context.Context) error {
	if Open(ctx) {
		return ErrInUnit
	}
	return nil
}

// Narrow gives a room a Runner of its own narrow Tx.
func Narrow[W, N any](r Runner[W], view func(W) N) Runner[N] {
	return narrowed[W, N]{r, view}
}

type narrowed[W, N any] struct {
	wide Runner[W]
	view func(W) N
}

func (n narrowed[W, N]) InTx(ctx context.Context, fn func(ctx context.Context, t N) error) error {
	return n.wide.InTx(ctx, func(ctx context.Context, w W) error { return fn(ctx, n.view(w)) })
}

// Ref names an aggregate whose version a unit relies on: Table is the noun of
// the room ("cart"), ID the text of its id.
type Ref struct {
	Table string
	ID    string
}

// Expecter guards what was read but not written: the unit fails with a stale
// version Conflict unless the aggregate still has this version at commit.
type Expecter interface {
	Expect(ctx context.Context, ref Ref, version int) error
}

// Scoper makes the Tx form of a service method whole: everything that fn
// writes through the Tx happens, or nothing of it does, and a transaction of
// the host that the Tx has joined stays usable after an error. Every room's Tx
// embeds it, and every ...Tx method of a service runs inside Scope.
type Scoper interface {
	Scope(ctx context.Context, fn func(ctx context.Context) error) error
}
