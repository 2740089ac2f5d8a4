package promotionrows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/promotion"
)

func TestThePathOfAPromotion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		terms := promotion.Terms{
			Title: "Five off", Kind: promotion.Amount, Scope: promotion.OnEach, Amount: money.EUR(500), Minimum: money.EUR(2000),
			SKUs: []string{"TEE"}, Categories: []string{"caps"}, Priority: 3, Exclusive: true, Groups: []string{"club"},
			From: noon(), Until: noon().Add(time.Hour), Limits: promotion.Limits{Total: 9, PerCode: 1, PerBuyer: 2},
		}
		made, err := sh.Create(ctx, promotion.Create{Meta: op.Meta{Key: "k1"}, Terms: terms})
		require.NoError(t, err)
		again, err := sh.Create(ctx, promotion.Create{Meta: op.Meta{Key: "k1"}, Terms: terms})
		require.NoError(t, err)
		require.Equal(t, made, again)
		back, err := sh.Promotion(ctx, made.ID)
		require.NoError(t, err)
		require.Equal(t, made, back)
		require.Equal(t, terms, back.Terms)
		require.Equal(t, promotion.Draft, back.State())

		running, err := sh.Running(ctx, time.Time{})
		require.NoError(t, err)
		require.Empty(t, running)
		active, err := sh.Activate(ctx, made.ID, promotion.Move{})
		require.NoError(t, err)
		require.Equal(t, 2, active.Version)
		running, err = sh.Running(ctx, time.Time{})
		require.NoError(t, err)
		require.Equal(t, []promotion.Promotion{active}, running)
		running, err = sh.Running(ctx, noon().Add(time.Hour))
		require.NoError(t, err)
		require.Empty(t, running, "the end is half open")

		terms.Title = "Six off"
		_, err = sh.Update(ctx, made.ID, promotion.Update{Meta: op.Meta{IfVersion: 1}, Terms: terms})
		require.ErrorIs(t, err, fault.Stale("", 0, 0))
		changed, err := sh.Update(ctx, made.ID, promotion.Update{Meta: op.Meta{IfVersion: 2}, Terms: terms})
		require.NoError(t, err)
		require.Equal(t, "Six off", changed.Title)
		require.Equal(t, promotion.Active, changed.State())

		_, err = sh.Deactivate(ctx, made.ID, promotion.Move{})
		require.NoError(t, err)
		_, err = sh.Deactivate(ctx, made.ID, promotion.Move{})
		var forbidden *lifecycle.Forbidden
		require.ErrorAs(t, err, &forbidden)
		_, err = sh.End(ctx, made.ID, promotion.Move{})
		require.NoError(t, err)
		_, err = sh.Update(ctx, made.ID, promotion.Update{Terms: terms})
		require.ErrorIs(t, err, promotion.ErrEnded)
		_, err = sh.AddCodes(ctx, made.ID, promotion.AddCodes{Generate: 1})
		require.ErrorIs(t, err, promotion.ErrEnded)
		require.Equal(t, []string{
			"promotion.created", "promotion.moved", "promotion.updated", "promotion.moved", "promotion.moved",
		}, sh.events(t))

		_, err = sh.Promotion(ctx, promotion.ID{})
		require.ErrorIs(t, err, promotion.ErrNoPromotion)
		list, err := sh.Promotions(ctx, promotion.ID{}, 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		list, err = sh.Promotions(ctx, made.ID, 10)
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

func TestCodes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		p := sh.running(t, tenPercent(promotion.Limits{}), "first")
		codes, err := sh.AddCodes(ctx, p.ID, promotion.AddCodes{Meta: op.Meta{Key: "k"}, Codes: []string{" second "}, Generate: 50, Prefix: "win-"})
		require.NoError(t, err)
		require.Len(t, codes, 51)
		require.Equal(t, "SECOND", codes[0])
		seen := map[string]bool{}
		for _, c := range codes[1:] {
			require.Regexp(t, "^WIN-[0-9A-HJKMNP-TV-Z]{12}$", c)
			seen[c] = true
		}
		require.Len(t, seen, 50)
		again, err := sh.AddCodes(ctx, p.ID, promotion.AddCodes{Meta: op.Meta{Key: "k"}, Codes: []string{" second "}, Generate: 50, Prefix: "win-"})
		require.NoError(t, err)
		require.Equal(t, codes, again, "the same key makes up no new codes")
		require.Empty(t, sh.reason(t, "", codes[50]))
		require.Equal(t, codes[7], sh.offers(t, "", strings.ToLower(codes[7])).Grants[0].Code)

		_, err = sh.AddCodes(ctx, p.ID, promotion.AddCodes{Codes: []string{"NEW", "FIRST"}})
		require.ErrorIs(t, err, promotion.ErrCodeTaken)
		require.Equal(t, promotion.Unknown, sh.reason(t, "", "NEW"), "all or nothing")
		auto := tenPercent(promotion.Limits{})
		auto.Automatic = true
		a := sh.running(t, auto)
		_, err = sh.AddCodes(ctx, a.ID, promotion.AddCodes{Generate: 1})
		require.ErrorIs(t, err, promotion.ErrCodesFixed)
		_, err = sh.Update(ctx, a.ID, promotion.Update{Terms: tenPercent(promotion.Limits{})})
		require.ErrorIs(t, err, promotion.ErrCodesFixed)
	})
}

func TestWhyACodeGivesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		club, later, euro := tenPercent(promotion.Limits{}), tenPercent(promotion.Limits{}), tenPercent(promotion.Limits{})
		club.Groups = []string{"club"}
		later.From, later.Until = noon().Add(time.Hour), noon().Add(2*time.Hour)
		euro.Minimum = money.EUR(1000)
		sh.running(t, club, "CLUB")
		sh.running(t, later, "LATER")
		sh.running(t, euro, "EURO", "EURO2")
		sh.running(t, tenPercent(promotion.Limits{PerBuyer: 1}), "MINE")
		sh.running(t, tenPercent(promotion.Limits{PerCode: 1}), "ONE", "TWO")
		draft, err := sh.Create(ctx, promotion.Create{Terms: tenPercent(promotion.Limits{})})
		require.NoError(t, err)
		_, err = sh.AddCodes(ctx, draft.ID, promotion.AddCodes{Codes: []string{"DRAFT"}})
		require.NoError(t, err)

		require.Equal(t, promotion.Unknown, sh.reason(t, "", "NEVER"))
		require.Equal(t, promotion.NotYet, sh.reason(t, "", "DRAFT"))
		require.Equal(t, promotion.NotYet, sh.reason(t, "", "LATER"))
		require.Equal(t, promotion.NotForYou, sh.reason(t, "", "CLUB"))
		require.Equal(t, promotion.NeedsBuyer, sh.reason(t, "", "MINE"))
		o, err := sh.Offers(ctx, promotion.Ask{
			Groups: []string{"club"}, Currency: money.MustCurrency("USD"), At: noon().Add(time.Hour),
			Codes: []string{"club", "euro", "later", "LATER"},
		})
		require.NoError(t, err)
		require.Equal(t, []promotion.Refusal{{Code: "EURO", Title: "Spring", Reason: promotion.OtherCurrency}}, o.Refused)
		require.Len(t, o.Grants, 2)
		require.Equal(t, promotion.Twice, sh.offers(t, "", "EURO", "EURO2").Refused[0].Reason)

		require.NoError(t, sh.redeem(ctx, "or_1", "cu_1", sh.offers(t, "cu_1", "MINE", "ONE").Grants))
		require.Equal(t, promotion.AlreadyUsed, sh.reason(t, "cu_1", "MINE"))
		require.Empty(t, sh.reason(t, "cu_2", "MINE"))
		require.Equal(t, promotion.UsedUp, sh.reason(t, "cu_2", "ONE"))
		require.Empty(t, sh.reason(t, "cu_2", "TWO"))
		sh.clock.Advance(2 * time.Hour)
		require.Equal(t, promotion.Over, sh.reason(t, "", "LATER"))
	})
}

func TestAutomaticPromotionsAreSeenWhenTheyChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		auto := tenPercent(promotion.Limits{PerBuyer: 1})
		auto.Automatic = true
		require.Empty(t, sh.offers(t, "cu_1").Grants)
		p := sh.running(t, auto)
		o := sh.offers(t, "cu_1")
		require.Equal(t, []promotion.Grant{{Promotion: p}}, o.Grants)
		require.Equal(t, p.ID.String(), o.Grants[0].Name())
		require.Empty(t, sh.offers(t, "").Grants, "nobody is counted")
		require.NoError(t, sh.redeem(ctx, "or_1", "cu_1", o.Grants))
		require.Empty(t, sh.offers(t, "cu_1").Grants)
		require.Len(t, sh.offers(t, "cu_2").Grants, 1)
		_, err := sh.Deactivate(ctx, p.ID, promotion.Move{})
		require.NoError(t, err)
		require.Empty(t, sh.offers(t, "cu_2").Grants)
		require.ErrorIs(t, sh.redeem(ctx, "or_2", "cu_2", o.Grants), promotion.ErrChanged, "what was granted meanwhile is asked for again")
	})
}
