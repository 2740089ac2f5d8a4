package cartrows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/fault"
)

// Inside a transaction of the host an error of a call leaves nothing of it, and
// the transaction goes on.
func TestTheTxFormsInATransactionOfTheHost(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		ctx := t.Context()
		shop := open(s, "shop", anything())
		c, err := shop.Create(ctx, cart.Create{Market: here()})
		require.NoError(t, err)
		other, err := shop.Create(ctx, cart.Create{Market: here()})
		require.NoError(t, err)

		host, err := s.DB.DB.BeginTx(ctx, nil)
		require.NoError(t, err)
		defer host.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
		u := wrap(s.Join(host, "shop"))
		got, err := shop.AddTx(ctx, u, c.ID, cart.Add{SKU: "A", Quantity: 1})
		require.NoError(t, err)
		_, err = shop.RemoveTx(ctx, u, c.ID, cart.Remove{Line: 9})
		require.ErrorIs(t, err, fault.NotFound)
		require.ErrorIs(t, u.FreezeCart(ctx, c.ID, 9, "or_1"), fault.Stale("cart", 0, 0))
		require.NoError(t, u.FreezeCart(ctx, other.ID, 1, "or_1"))
		_, err = shop.AddTx(ctx, u, other.ID, cart.Add{SKU: "A", Quantity: 1})
		require.ErrorIs(t, err, cart.ErrPlaced)
		got, err = shop.SetQuantityTx(ctx, u, c.ID, cart.SetQuantity{Line: got.LastLine, Quantity: 5})
		require.NoError(t, err)
		require.NoError(t, host.Commit())

		stored, err := shop.Cart(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, got, stored)
		require.Equal(t, 3, stored.Version)
		require.Equal(t, []string{"cart.created 1 anyone", "cart.line_added 2 anyone", "cart.line_changed 3 anyone"}, shop.events(t, c.ID))
	})
}
