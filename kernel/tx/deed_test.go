package tx_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// till is a Tx that counts units and scopes and remembers keyed writes.
type till struct {
	units, scopes, rung int
	records             map[string]op.Record
	// fail is what the next units end with.
	fail []error
}

func (x *till) InTx(ctx context.Context, fn func(ctx context.Context, t *till) error) error {
	x.units++
	if err := fn(ctx, x); err != nil {
		return err
	}
	if len(x.fail) == 0 {
		return nil
	}
	err := x.fail[0]
	x.fail = x.fail[1:]
	return err
}

func (x *till) Scope(ctx context.Context, fn func(ctx context.Context) error) error {
	x.scopes++
	return fn(ctx)
}

func (x *till) Operation(_ context.Context, _, _, key string) (op.Record, error) {
	r, ok := x.records[key]
	if !ok {
		return r, fault.New(fault.NotFound, "operation_unknown", "There is no such operation.")
	}
	return r, nil
}

func (x *till) InsertOperation(_ context.Context, r op.Record) error {
	x.records[r.Key] = r
	return nil
}

var (
	errBusy  = errors.New("others were quicker")
	errWrong = fault.New(fault.Invalid, "wrong", "This is wrong.")
)

func TestDeed(t *testing.T) {
	t.Parallel()
	ring := func(ctx context.Context, x *till) (int, error) { x.rung++; return x.rung, ctx.Err() }
	busy := func(err error) bool { return errors.Is(err, errBusy) }
	keyed := func(key string) tx.Deed[*till, int] {
		return tx.Once(op.Call{Meta: op.Meta{Key: key}, Operation: "ring"}, ring)
	}
	for _, c := range []struct {
		name                       string
		fail                       []error
		do                         func(x *till) (int, error)
		want                       int
		err                        error
		times, units, scopes, kept int
	}{
		{"alone", nil, func(x *till) (int, error) { return tx.Do(ring).Alone(t.Context(), x) }, 1, nil, 1, 1, 0, 0},
		{"in the unit of the caller", nil, func(x *till) (int, error) { return tx.Do(ring).In(t.Context(), x) }, 1, nil, 1, 0, 1, 0},
		{"a failed unit gives nothing", []error{errBusy}, func(x *till) (int, error) { return tx.Do(ring).Alone(t.Context(), x) }, 0, errBusy, 1, 1, 0, 0},
		{"others were quicker twice", []error{errBusy, errBusy}, func(x *till) (int, error) {
			return tx.Do(ring).Insist(t.Context(), x, 3, busy)
		}, 3, nil, 3, 3, 0, 0},
		{"others are always quicker", []error{errBusy, errBusy, errBusy}, func(x *till) (int, error) {
			return tx.Do(ring).Insist(t.Context(), x, 2, busy)
		}, 0, errBusy, 2, 2, 0, 0},
		{"what no fresh look mends", []error{errWrong}, func(x *till) (int, error) {
			return tx.Do(ring).Insist(t.Context(), x, 3, busy)
		}, 0, errWrong, 1, 1, 0, 0},
		{"refused begins no unit", nil, func(x *till) (int, error) { return keyed("k").Unless(errWrong).Alone(t.Context(), x) }, 0, errWrong, 0, 0, 0, 0},
		{"refused opens no scope", nil, func(x *till) (int, error) { return tx.Refused[*till, int](errWrong).In(t.Context(), x) }, 0, errWrong, 0, 0, 0, 0},
		{"once for each key", nil, func(x *till) (int, error) {
			first, err := keyed("k").Unless(nil).Alone(t.Context(), x)
			require.NoError(t, err)
			again, err := keyed("k").In(t.Context(), x)
			require.Equal(t, first, again)
			return again, err
		}, 1, nil, 1, 1, 1, 1},
		{"the winner's result", []error{op.ErrRepeated}, func(x *till) (int, error) { return keyed("k").Alone(t.Context(), x) }, 1, nil, 1, 2, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := &till{records: map[string]op.Record{}, fail: c.fail}
			got, err := c.do(x)
			require.ErrorIs(t, err, c.err)
			require.Equal(t, []int{c.want, c.times, c.units, c.scopes, c.kept}, []int{got, x.rung, x.units, x.scopes, len(x.records)})
		})
	}
}
