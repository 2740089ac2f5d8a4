package promotionrows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/promotion"
)

func TestATransactionOfTheHostStaysUsableWhenACodeIsUsedUp(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop")
		sh.running(t, tenPercent(promotion.Limits{Total: 1}), "ONE")
		grants := sh.offers(t, "", "ONE").Grants
		err := s.HostTx(t.Context(), "shop", func(ctx context.Context, _ bun.Tx, u *unit.Unit) error {
			tt := wrap(u)
			redeem := func(order string) error {
				return sh.RedeemTx(ctx, tt, promotion.Redeem{Order: order, Grants: grants})
			}
			require.NoError(t, redeem("or_1"))
			var gone *promotion.Exhausted
			require.ErrorAs(t, redeem("or_2"), &gone)
			require.Equal(t, promotion.LimitTotal, gone.Limit)
			back, err := sh.GiveBackTx(ctx, tt, "or_1", promotion.GiveBack{})
			require.NoError(t, err)
			require.Len(t, back, 1)
			require.NoError(t, redeem("or_3"))

			p, err := sh.CreateTx(ctx, tt, promotion.Create{Terms: tenPercent(promotion.Limits{})})
			require.NoError(t, err)
			_, err = sh.AddCodesTx(ctx, tt, p.ID, promotion.AddCodes{Codes: []string{"ONE"}})
			require.ErrorIs(t, err, promotion.ErrCodeTaken)
			_, err = sh.AddCodesTx(ctx, tt, p.ID, promotion.AddCodes{Codes: []string{"TWO"}})
			require.NoError(t, err)
			_, err = sh.UpdateTx(ctx, tt, p.ID, promotion.Update{Terms: tenPercent(promotion.Limits{Total: 5})})
			require.NoError(t, err)
			p, err = sh.ActivateTx(ctx, tt, p.ID, promotion.Move{})
			require.NoError(t, err)
			require.True(t, p.Counted())
			_, err = sh.DeactivateTx(ctx, tt, p.ID, promotion.Move{})
			require.NoError(t, err)
			_, err = sh.ActivateTx(ctx, tt, p.ID, promotion.Move{})
			require.NoError(t, err)
			return err
		})
		require.NoError(t, err)
		rs, err := sh.Redemptions(t.Context(), "or_3")
		require.NoError(t, err)
		require.Len(t, rs, 1)
		require.Equal(t, promotion.UsedUp, sh.reason(t, "", "ONE"))
		require.Empty(t, sh.reason(t, "", "TWO"))
		sh.sound(t)
	})
}

func TestWhatTheHostTakesBackWasNeverUsed(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop")
		p := sh.running(t, tenPercent(promotion.Limits{Total: 1}), "ONE")
		grants := sh.offers(t, "", "ONE").Grants
		regret := fault.New(fault.Conflict, "regret", "Never mind.")
		err := s.HostTx(t.Context(), "shop", func(ctx context.Context, _ bun.Tx, u *unit.Unit) error {
			tt := wrap(u)
			require.NoError(t, sh.RedeemTx(ctx, tt, promotion.Redeem{Order: "or_1", Grants: grants}))
			_, err := sh.EndTx(ctx, tt, p.ID, promotion.Move{})
			require.NoError(t, err)
			return regret
		})
		require.ErrorIs(t, err, regret)
		require.Empty(t, sh.reason(t, "", "ONE"))
		require.NoError(t, sh.redeem(t.Context(), "or_2", "", grants))
		sh.sound(t)
	})
}
