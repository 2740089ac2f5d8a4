package tx_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
)

// store is what a whole shop may change; shelf is what one room may.
type store struct{ stock map[string]int }

type shelf interface{ Take(sku string, n int) }

func (s *store) Take(sku string, n int) { s.stock[sku] -= n }

// runner marks its units and refuses nested ones, as every store must.
type runner struct{ store *store }

func (r runner) InTx(ctx context.Context, fn func(ctx context.Context, t *store) error) error {
	if tx.Open(ctx) {
		return tx.ErrNested
	}
	return fn(tx.Mark(ctx), r.store)
}

func TestMarkTellsThatAUnitIsOpen(t *testing.T) {
	t.Parallel()
	require.False(t, tx.Open(t.Context()))
	require.NoError(t, tx.RefuseOpen(t.Context()))
	inside := tx.Mark(t.Context())
	require.True(t, tx.Open(inside))
	require.False(t, tx.Open(t.Context()), "the outer context stays as it was")

	derived, cancel := context.WithCancel(context.WithoutCancel(inside))
	defer cancel()
	require.ErrorIs(t, tx.RefuseOpen(derived), tx.ErrInUnit)
	require.ErrorIs(t, tx.ErrInUnit, fault.Internal)
	require.ErrorIs(t, tx.ErrNested, fault.Internal)
	require.NotErrorIs(t, tx.ErrInUnit, tx.ErrNested)
}

func TestNarrowShowsTheRoomItsPart(t *testing.T) {
	t.Parallel()
	s := &store{stock: map[string]int{"TEE": 5}}
	units := tx.Narrow(runner{s}, func(s *store) shelf { return s })
	err := units.InTx(t.Context(), func(ctx context.Context, sh shelf) error {
		require.True(t, tx.Open(ctx))
		sh.Take("TEE", 2)
		return units.InTx(ctx, func(context.Context, shelf) error { return nil })
	})
	require.ErrorIs(t, err, tx.ErrNested, "what the runner says comes through")
	require.Equal(t, 3, s.stock["TEE"])

	broken := errors.New("broken")
	require.ErrorIs(t, units.InTx(t.Context(), func(context.Context, shelf) error { return broken }), broken)
}

func ExampleNarrow() {
	wide := runner{&store{stock: map[string]int{"TEE": 5}}}
	units := tx.Narrow(wide, func(s *store) shelf { return s })
	err := units.InTx(context.Background(), func(_ context.Context, t shelf) error {
		t.Take("TEE", 2)
		return nil
	})
	fmt.Println(wide.store.stock["TEE"], err)
	// Output: 3 <nil>
}
