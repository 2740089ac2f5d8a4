package tx

import (
	"context"

	"github.com/kontor-go/kontor/kernel/op"
)

// Deed is a verb of a service that has been checked and is ready to be done in
// a unit of work: in one of its own, or in that of the caller. It is what the
// two forms of a service method share. Whatever it needs that is not in the
// database (ids, times) is made before it, because a unit may run more than
// once.
type Deed[T Scoper, R any] struct {
	invalid error
	do      func(ctx context.Context, t T) (R, error)
}

// Keyer is what a Tx can do whose deeds have keys.
type Keyer interface {
	Scoper
	op.Tx
}

// Do returns the deed that runs do.
func Do[T Scoper, R any](do func(ctx context.Context, t T) (R, error)) Deed[T, R] {
	return Deed[T, R]{do: do}
}

// Once returns the deed that runs do once for each key; see op.Run.
func Once[T Keyer, R any](call op.Call, do func(ctx context.Context, t T) (R, error)) Deed[T, R] {
	return Deed[T, R]{do: func(ctx context.Context, t T) (R, error) {
		return op.Run(ctx, t, call, func() (R, error) { return do(ctx, t) })
	}}
}

// Refused returns the deed that is never done: it fails with err, before any
// unit is begun.
func Refused[T Scoper, R any](err error) Deed[T, R] { return Deed[T, R]{invalid: err} }

// Unless returns d, or, if err is not nil, the deed that is Refused with it.
func (d Deed[T, R]) Unless(err error) Deed[T, R] {
	if err != nil {
		return Refused[T, R](err)
	}
	return d
}

// In does d inside the unit of the caller, whole or not at all.
func (d Deed[T, R]) In(ctx context.Context, t T) (R, error) {
	var out, none R
	if d.invalid != nil {
		return none, d.invalid
	}
	err := t.Scope(ctx, func(ctx context.Context) error {
		var failed error
		out, failed = d.do(ctx, t)
		return failed
	})
	if err != nil {
		return none, err
	}
	return out, nil
}

// Alone does d in a unit of its own. If another run with the same key was
// quicker, its result is returned.
func (d Deed[T, R]) Alone(ctx context.Context, units Runner[T]) (R, error) {
	return d.Insist(ctx, units, 1, nil)
}

// Insist is Alone, up to most times while lost says of the error that others
// were quicker and that a fresh look may win.
func (d Deed[T, R]) Insist(ctx context.Context, units Runner[T], most int, lost func(error) bool) (R, error) {
	var out, none R
	if d.invalid != nil {
		return none, d.invalid
	}
	var err error
	for range most {
		err = op.Retry(func() error {
			return units.InTx(ctx, func(ctx context.Context, t T) error {
				var failed error
				out, failed = d.do(ctx, t)
				return failed
			})
		})
		if err == nil {
			return out, nil
		}
		if lost == nil || !lost(err) {
			break
		}
	}
	return none, err
}
