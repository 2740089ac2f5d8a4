package stockrows_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/stockrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/inventory"
)

func TestATransactionOfTheHostStaysUsableAfterAShortage(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop", nil)
		sh.stock(t, "TEE", map[string]int{"main": 5})
		stale := []inventory.Level{{SKU: "TEE", Location: "main", OnHand: 500}}
		err := s.HostTx(t.Context(), "shop", func(ctx context.Context, _ bun.Tx, u *unit.Unit) error {
			tt := wrap(u)
			if _, err := sh.HoldTx(ctx, tt, "or_1", inventory.Hold{Lines: lines("TEE", 2)}); err != nil {
				return err
			}
			_, err := sh.HoldLevelsTx(ctx, tt, inventory.Holding{Owner: "or_2", Levels: stale, Hold: inventory.Hold{Lines: lines("TEE", 4)}})
			var short *inventory.Shortage
			require.ErrorAs(t, err, &short)
			require.Equal(t, inventory.Shortage{SKU: "TEE", Want: 4, Have: 3, Location: "main"}, *short, "read in the transaction")
			if _, err := sh.CommitTx(ctx, tt, "or_1", inventory.Commit{Lines: lines("TEE", 1)}); err != nil {
				return err
			}
			_, err = sh.ReceiveTx(ctx, tt, inventory.Receive{SKU: "CAP", Quantity: 1})
			return err
		})
		require.NoError(t, err)
		require.Equal(t, [3]int{4, 1, 3}, sh.figures(t, "TEE", "main"))
		require.Equal(t, [3]int{1, 0, 1}, sh.figures(t, "CAP", "main"))
		sh.sound(t)
	})
}

const insertCart = `INSERT INTO kontor_cart (tenant, id, version, status, channel, market, currency, country, locale, buyer_groups, buyer_kind,
 buyer_id, email, codes, ship_to, bill_to, shipping_method, order_id, last_line, metadata, created_at, updated_at)
VALUES ($1, $2, 1, 'open', '', '', 'EUR', '', '', '', '', '', '', '', '', '', '', '', 9, '', 1, 1)`

func TestLevelsOfACart(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop", nil)
		sh.stock(t, "TEE", map[string]int{"north": 2, "south": 1})
		sh.stock(t, "CAP", map[string]int{"north": 4})
		sh.stock(t, "BAG", map[string]int{"north": 4})
		cart := uuid.UUID{15: 9}
		err := s.Run(t.Context(), "shop", func(ctx context.Context, u *unit.Unit) error {
			err := u.Write(ctx, unit.Write{Rank: unit.RankCart, Key: "1", Text: insertCart, Args: []any{"shop", cart}})
			for i, sku := range []string{"TEE", "CAP", "TEE", "NONE"} { // a SKU on two lines is read once
				if err == nil {
					err = u.Write(ctx, unit.Write{
						Rank: unit.RankCart, Key: fmt.Sprint(2, i), Args: []any{"shop", cart, i + 1, sku},
						Text: "INSERT INTO kontor_cart_line (tenant, cart, n, sku, quantity, metadata) VALUES ($1, $2, $3, $4, 1, '')",
					})
				}
			}
			return err
		})
		require.NoError(t, err)

		read := func(tenant string) []inventory.Level {
			var out []inventory.Level
			err := s.View(tenant).Read(t.Context(), stockrows.SelectLevelsOfCart(tenant, cart, func(l inventory.Level) { out = append(out, l) }))
			require.NoError(t, err)
			return out
		}
		require.Equal(t, []inventory.Level{
			{SKU: "CAP", Location: "north", OnHand: 4}, {SKU: "TEE", Location: "north", OnHand: 2}, {SKU: "TEE", Location: "south", OnHand: 1},
		}, read("shop"))
		require.Empty(t, read("other"))
	})
}
