package bunstore_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// hostShop is a shop beside a table of the host.
func hostShop(t *testing.T, s *bunstore.Store) *storetest.Shop {
	t.Helper()
	_, err := s.DB().ExecContext(t.Context(), "CREATE TABLE crm (note text NOT NULL)")
	require.NoError(t, err)
	return storetest.New(t, s)
}

func notes(t *testing.T, s *bunstore.Store) int {
	t.Helper()
	n, err := s.DB().NewSelect().Table("crm").Count(t.Context())
	require.NoError(t, err)
	return int(n)
}

// joins are the ways into a transaction of the host.
func joins(s *bunstore.Store) map[string]func(ctx context.Context, fn func(ctx context.Context, tx bun.Tx, t commerce.Tx) error) error {
	type body = func(ctx context.Context, tx bun.Tx, t commerce.Tx) error
	return map[string]func(ctx context.Context, fn body) error{
		"bun.Tx": func(ctx context.Context, fn body) error {
			return s.DB().RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return fn(ctx, tx, s.Join(tx)) })
		},
		"*bun.Tx": func(ctx context.Context, fn body) error {
			return s.DB().RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return fn(ctx, tx, s.Join(&tx)) })
		},
		"*sql.Tx": func(ctx context.Context, fn body) error {
			return s.DB().RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return fn(ctx, tx, s.Join(tx.Tx)) })
		},
		"HostTx": func(ctx context.Context, fn body) error { return s.HostTx(ctx, fn) },
	}
}

func TestHostCommitsBothOrNeither(t *testing.T) {
	t.Parallel()
	unittest.EachStore(t, func(t *testing.T, s *bunstore.Store) {
		shop := hostShop(t, s)
		for name, join := range joins(s) {
			p := shop.Place(shop.Cart("ada", storetest.Line(storetest.Mug, 1)), "transfer", "")
			before := notes(t, s)
			change := func(ctx context.Context, tx bun.Tx, tt commerce.Tx) error {
				if _, err := tx.ExecContext(ctx, "INSERT INTO crm (note) VALUES ('cancelled')"); err != nil {
					return err
				}
				_, err := shop.Orders.CancelTx(ctx, tt, p.OrderID, order.Cancel{Meta: storetest.Staff(), Reason: "customer asked"})
				return err
			}
			err := join(t.Context(), func(ctx context.Context, tx bun.Tx, tt commerce.Tx) error {
				require.NoError(t, change(ctx, tx, tt))
				return sql.ErrNoRows
			})
			require.ErrorIs(t, err, sql.ErrNoRows, name)
			require.Equal(t, before, notes(t, s), name)
			require.Equal(t, order.StatusPlaced, shop.Order(p.OrderID).Status(), name)

			require.NoError(t, join(t.Context(), change), name)
			require.Equal(t, before+1, notes(t, s), name)
			require.Equal(t, order.StatusCancelled, shop.Order(p.OrderID).Status(), name)
			shop.Wake()
			shop.Settle()
			shop.Sound()
		}
	})
}

func TestGuardInAHostTransactionLeavesItUsable(t *testing.T) {
	t.Parallel()
	unittest.EachStore(t, func(t *testing.T, s *bunstore.Store) {
		shop := hostShop(t, s)
		for name, join := range joins(s) {
			p := shop.Place(shop.Cart("ada", storetest.Line(storetest.Mug, 1)), "transfer", "")
			onHand, _ := shop.Level(storetest.Tee)
			before := notes(t, s)
			err := join(t.Context(), func(ctx context.Context, tx bun.Tx, tt commerce.Tx) error {
				_, err := shop.Orders.CompleteTx(ctx, tt, p.OrderID, order.Complete{Meta: storetest.Staff()})
				require.ErrorIs(t, err, fault.Conflict, name)
				_, err = shop.Inventory.AdjustTx(ctx, tt, inventory.Adjust{Meta: storetest.Staff(), SKU: storetest.Tee, Delta: -10 * storetest.Stock})
				require.ErrorIs(t, err, fault.Conflict, name)
				_, err = shop.Inventory.ReceiveTx(ctx, tt, inventory.Receive{Meta: storetest.Staff(), SKU: storetest.Tee, Quantity: 3})
				require.NoError(t, err, name)
				_, err = tx.ExecContext(ctx, "INSERT INTO crm (note) VALUES ('still usable')")
				return err
			})
			require.NoError(t, err, name)
			require.Equal(t, before+1, notes(t, s), name)
			now, _ := shop.Level(storetest.Tee)
			require.Equal(t, onHand+3, now, name)
		}
		shop.Settle()
		shop.Sound()
	})
}

// TestHostTransactionOnTheSameFile has the host write to the same SQLite file
// through a pool of its own while units are under way.
func TestHostTransactionOnTheSameFile(t *testing.T) {
	t.Parallel()
	s, path := unittest.FileAt(t)
	shop := hostShop(t, s)
	other, err := sqlite.Open(path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	host, err := other.DB().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = host.ExecContext(t.Context(), "INSERT INTO crm (note) VALUES ('open')")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := shop.Inventory.Receive(t.Context(), inventory.Receive{Meta: storetest.Staff(), SKU: storetest.Mug, Quantity: 1})
		done <- err
	}()
	onHand, _ := shop.Level(storetest.Mug)
	require.Equal(t, storetest.Stock, onHand, "readers do not wait for the writer")
	require.NoError(t, host.Commit())
	require.NoError(t, <-done, "the unit has waited for the host")
	onHand, _ = shop.Level(storetest.Mug)
	require.Equal(t, storetest.Stock+1, onHand)
	require.Equal(t, 1, notes(t, s))
}
