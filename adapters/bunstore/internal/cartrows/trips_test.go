package cartrows_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/cartrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/op"
)

// counting counts the round trips of a wire.
type counting struct {
	unit.Wire
	reads, ships atomic.Int64
}

func (c *counting) Read(ctx context.Context, conn any, queries []unit.Query) error {
	c.reads.Add(1)
	return c.Wire.Read(ctx, conn, queries)
}

func (c *counting) Ship(ctx context.Context, conn any, stmts []unit.Stmt, span unit.Span) (int, error) {
	c.ships.Add(1)
	return c.Wire.Ship(ctx, conn, stmts, span)
}

func TestAddTakesOneReadAndOneWrite(t *testing.T) {
	t.Parallel()
	s := unittest.Postgres(t).Shipper()
	sell(t, s, "shop", "TEE-M")
	trips := &counting{Wire: s.Wire}
	s.Wire = trips
	shop := open(s, "shop", nil)
	c, err := shop.Create(t.Context(), cart.Create{Market: here()})
	require.NoError(t, err)
	require.Equal(t, []int64{0, 1}, []int64{trips.reads.Load(), trips.ships.Load()}, "create")
	_, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "TEE-M", Quantity: 1})
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2}, []int64{trips.reads.Load(), trips.ships.Load()}, "add")
	_, err = shop.Add(t.Context(), c.ID, cart.Add{Meta: op.Meta{Key: "k"}, SKU: "TEE-M", Quantity: 1})
	require.NoError(t, err)
	require.Equal(t, []int64{2, 3}, []int64{trips.reads.Load(), trips.ships.Load()}, "add with a key")
	_, err = shop.Cart(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 3}, []int64{trips.reads.Load(), trips.ships.Load()}, "read")
}

func TestReadsLookUpAndNeverScan(t *testing.T) {
	t.Parallel()
	view := unittest.Memory(t).Shipper().View("shop")
	for _, q := range []unit.Query{
		cartrows.SelectCart("shop", cart.ID{}, func(cart.Cart) {}),
		cartrows.SelectLines("shop", cart.ID{}, func(int, cart.Line) {}),
	} {
		var steps []string
		err := view.Read(t.Context(), unit.Query{Text: "EXPLAIN QUERY PLAN " + q.Text, Args: q.Args, Row: func(r unit.Row) error {
			var id, parent, unused int
			var step string
			err := r.Scan(&id, &parent, &unused, &step)
			steps = append(steps, step)
			return err
		}})
		require.NoError(t, err)
		require.NotEmpty(t, steps)
		for _, step := range steps {
			require.True(t, strings.HasPrefix(step, "SEARCH"), "all steps: %v", steps)
		}
	}
}
