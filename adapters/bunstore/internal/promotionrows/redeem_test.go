package promotionrows_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/promotion"
)

func TestUsesAreCountedAndGivenBackOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		limited := sh.running(t, tenPercent(promotion.Limits{Total: 1, PerCode: 1, PerBuyer: 1}), "ONE")
		sh.running(t, tenPercent(promotion.Limits{}), "FREE")
		grants := sh.offers(t, "cu_1", "ONE", "FREE").Grants
		require.Len(t, grants, 2)
		require.NoError(t, sh.redeem(ctx, "or_1", "cu_1", grants))
		require.ErrorIs(t, sh.redeem(ctx, "or_1", "cu_1", grants[1:]), promotion.ErrRedeemed)
		err := sh.redeem(ctx, "or_2", "cu_2", grants)
		var gone *promotion.Exhausted
		require.ErrorAs(t, err, &gone)
		require.Equal(t, promotion.Exhausted{Promotion: limited.ID, Code: "ONE", Limit: promotion.LimitTotal}, *gone)
		rs, err := sh.Redemptions(ctx, "or_2")
		require.NoError(t, err)
		require.Empty(t, rs, "all or nothing")

		back, err := sh.GiveBack(ctx, "or_1", promotion.GiveBack{})
		require.NoError(t, err)
		require.Len(t, back, 2)
		back, err = sh.GiveBack(ctx, "or_1", promotion.GiveBack{})
		require.NoError(t, err)
		require.Empty(t, back)
		back, err = sh.GiveBack(ctx, "or_9", promotion.GiveBack{})
		require.NoError(t, err)
		require.Empty(t, back)
		require.NoError(t, sh.redeem(ctx, "or_2", "cu_2", grants))
		rs, err = sh.Redemptions(ctx, "or_1")
		require.NoError(t, err)
		require.Len(t, rs, 2)
		require.Equal(t, noon(), rs[0].GivenBackAt)
		require.Equal(t, []string{
			"promotion.redeemed", "promotion.redeemed", "promotion.given_back", "promotion.given_back", "promotion.redeemed", "promotion.redeemed",
		}, sh.events(t)[6:])
	})
}

func TestLimitsOfTheCodeAndOfTheBuyer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		sh.running(t, tenPercent(promotion.Limits{PerCode: 2, PerBuyer: 2}), "A", "B")
		a, b := sh.offers(t, "cu_1", "A").Grants, sh.offers(t, "cu_1", "B").Grants
		require.NoError(t, sh.redeem(ctx, "or_1", "cu_1", a))
		require.NoError(t, sh.redeem(ctx, "or_2", "cu_1", b))
		var gone *promotion.Exhausted
		require.ErrorAs(t, sh.redeem(ctx, "or_3", "cu_1", a), &gone)
		require.Equal(t, promotion.LimitPerBuyer, gone.Limit)
		require.NoError(t, sh.redeem(ctx, "or_3", "cu_2", a))
		require.ErrorAs(t, sh.redeem(ctx, "or_4", "cu_2", a), &gone)
		require.Equal(t, promotion.LimitPerCode, gone.Limit)
		require.ErrorIs(t, sh.redeem(ctx, "or_4", "", a), fault.Invalid)
	})
}

func TestLimitsCannotFallBelowWhatWasUsed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		p := sh.running(t, tenPercent(promotion.Limits{Total: 5, PerBuyer: 5}), "A")
		for i := range 2 {
			require.NoError(t, sh.redeem(ctx, fmt.Sprintf("or_%d", i), "cu_1", sh.offers(t, "cu_1", "A").Grants))
		}
		for _, l := range []promotion.Limits{{Total: 1}, {PerCode: 1}, {PerBuyer: 1}} {
			_, err := sh.Update(ctx, p.ID, promotion.Update{Terms: tenPercent(l)})
			require.ErrorIs(t, err, promotion.ErrLimitPassed, l)
		}
		_, err := sh.Update(ctx, p.ID, promotion.Update{Terms: tenPercent(promotion.Limits{PerBuyer: 2})})
		require.NoError(t, err)
		require.Equal(t, promotion.AlreadyUsed, sh.reason(t, "cu_1", "A"))

		free := sh.running(t, tenPercent(promotion.Limits{}), "F")
		_, err = sh.Update(ctx, free.ID, promotion.Update{Terms: tenPercent(promotion.Limits{Total: 1})})
		require.ErrorIs(t, err, promotion.ErrUncounted)
	})
}

// all runs fn n times at once and returns the errors.
func all(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func TestNoMoreGetThroughThanThereAreUses(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop")
		for _, row := range []struct {
			limits promotion.Limits
			buyer  func(i int) string
		}{
			{promotion.Limits{Total: 1}, func(int) string { return "" }},
			{promotion.Limits{Total: 7}, func(i int) string { return fmt.Sprintf("cu_%d", i) }},
			{promotion.Limits{PerCode: 7}, func(i int) string { return fmt.Sprintf("cu_%d", i) }},
			{promotion.Limits{PerBuyer: 7}, func(int) string { return "cu_1" }},
		} {
			limit := max(row.limits.Total, row.limits.PerCode, row.limits.PerBuyer)
			code := fmt.Sprintf("C%d%d%d", row.limits.Total, row.limits.PerCode, row.limits.PerBuyer)
			sh.running(t, tenPercent(row.limits), code)
			grants := sh.offers(t, row.buyer(0), code).Grants
			won := 0
			for _, err := range all(32, func(i int) error {
				return sh.redeem(t.Context(), fmt.Sprintf("or_%s_%d", code, i), row.buyer(i), grants)
			}) {
				if err == nil {
					won++
					continue
				}
				var gone *promotion.Exhausted
				require.ErrorAs(t, err, &gone)
				require.Equal(t, code, gone.Code)
			}
			require.Equal(t, limit, won, code)
			sh.sound(t)
		}
	})
}

func TestUsesComeAndGoWhileLimitsChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		p := sh.running(t, tenPercent(promotion.Limits{Total: 10, PerBuyer: 10}), "A")
		errs := all(24, func(i int) error {
			if i%8 == 7 {
				_, err := sh.Update(ctx, p.ID, promotion.Update{Terms: tenPercent(promotion.Limits{Total: 10 - i/8, PerBuyer: 6})})
				return err
			}
			order := fmt.Sprintf("or_%d", i)
			o, err := sh.Offers(ctx, promotion.Ask{Buyer: "cu_1", Codes: []string{"A"}})
			if err != nil {
				return err
			}
			if err := sh.redeem(ctx, order, "cu_1", o.Grants); err != nil {
				return err
			}
			return errors.Join(all(2, func(int) error {
				_, err := sh.GiveBack(ctx, order, promotion.GiveBack{})
				return err
			})...)
		})
		for _, err := range errs {
			if err != nil {
				require.ErrorIs(t, err, fault.Conflict)
			}
		}
	})
}

func TestTenantsKeepApart(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		a, b := open(s, "a"), open(s, "b")
		ctx := t.Context()
		p := a.running(t, tenPercent(promotion.Limits{Total: 1}), "A")
		require.Equal(t, promotion.Unknown, b.reason(t, "", "A"))
		_, err := b.Promotion(ctx, p.ID)
		require.ErrorIs(t, err, promotion.ErrNoPromotion)
		_, err = b.End(ctx, p.ID, promotion.Move{})
		require.ErrorIs(t, err, promotion.ErrNoPromotion)
		_, err = b.AddCodes(ctx, p.ID, promotion.AddCodes{Generate: 1})
		require.ErrorIs(t, err, promotion.ErrNoPromotion)
		require.ErrorIs(t, b.redeem(ctx, "or_1", "", a.offers(t, "", "A").Grants), fault.Conflict)
		b.running(t, tenPercent(promotion.Limits{}), "A")
		require.NoError(t, a.redeem(ctx, "or_1", "", a.offers(t, "", "A").Grants))
		back, err := b.GiveBack(ctx, "or_1", promotion.GiveBack{})
		require.NoError(t, err)
		require.Empty(t, back)
		running, err := b.Running(ctx, noon())
		require.NoError(t, err)
		require.Len(t, running, 1)
		a.sound(t)
		b.sound(t)
	})
}

func TestTheAuditFindsWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop")
		p := sh.running(t, tenPercent(promotion.Limits{Total: 2, PerBuyer: 2}), "A")
		require.NoError(t, sh.redeem(t.Context(), "or_1", "cu_1", sh.offers(t, "cu_1", "A").Grants))
		sh.sound(t)
		require.NoError(t, s.Run(t.Context(), "shop", func(ctx context.Context, u *unit.Unit) error {
			for _, text := range []string{
				"UPDATE kontor_promotion_count SET used = 0 WHERE tenant = $1",
				"DELETE FROM kontor_promotion_use WHERE tenant = $1 AND kind = 'buyer'",
				"UPDATE kontor_promotion_use SET used = 2 WHERE tenant = $1 AND kind = 'code'",
				"UPDATE kontor_promotion_count SET max_code = 1 WHERE tenant = $1",
			} {
				if err := u.Write(ctx, unit.Write{Text: text, Args: []any{"shop"}}); err != nil {
					return err
				}
			}
			return nil
		}))
		found, err := sh.read.PromotionDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Equal(t, []promotion.Discrepancy{
			{Invariant: "M16", Subject: p.ID.String(), Text: "counted 0, redeemed and not given back 1"},
			{Invariant: "M16", Subject: p.ID.String() + " buyer cu_1", Text: "counted 0, redeemed and not given back 1"},
			{Invariant: "M16", Subject: p.ID.String() + " code A", Text: "counted 2, redeemed and not given back 1"},
		}, found)
	})
}
