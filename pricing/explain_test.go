package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

func TestExplainTellsWhyDiscountsAreRefused(t *testing.T) {
	t.Parallel()
	in := less(euro(line(1, 10_00, "")),
		pricing.Discount{Code: "tiny", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustRate("0.0001")},
		pricing.Discount{Code: "much", Kind: pricing.AmountOff, Scope: pricing.OnOrder, Amount: money.EUR(1), Minimum: money.EUR(10_01)},
		pricing.Discount{Code: "ship", Kind: pricing.PercentOff, Scope: pricing.OnShipping, Rate: money.MustRate("1")},
		pricing.Discount{Code: "all", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustRate("1")},
		pricing.Discount{Code: "late", Kind: pricing.AmountOff, Scope: pricing.OnOrder, Amount: money.EUR(1)},
	)
	require.Equal(t, []string{
		"A: 1 × €10.00 = €10.00",
		"order: tiny does not apply: it takes nothing",
		"order: much does not apply: below its minimum",
		"order: ship does not apply: nothing matches",
		"order: all takes 100 % of €10.00 = €10.00",
		"A: all, share of €10.00 for €10.00 = €10.00",
		"order: late does not apply: nothing is left",
		"order: total €0.00",
	}, mustCompute(t, in).Explain("en"))

	in.Discounts = []pricing.Discount{in.Discounts[1], in.Discounts[3]}
	in.Discounts[1].Exclusive = true
	require.Equal(t, []string{
		"A: 1 × 10,00\u00a0€ = 10,00\u00a0€",
		"Bestellung: much gilt nicht: ein anderer schließt ihn aus",
		"Bestellung: all nimmt 100 % von 10,00\u00a0€ = 10,00\u00a0€",
		"A: all, Anteil an 10,00\u00a0€ für 10,00\u00a0€ = 10,00\u00a0€",
		"Bestellung: Summe 0,00\u00a0€",
	}, mustCompute(t, in).Explain("de"))
}

func TestExplainNamesPlaceTitlesAndWhatNobodyTyped(t *testing.T) {
	t.Parallel()
	in := less(euro(line(1, 10_00, "20")), pricing.Discount{
		Code: "pm_01", Title: "Spring sale", Automatic: true, Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustPercent("10"),
	}, pricing.Discount{
		Code: "pm_02", Title: "Free shipping", Automatic: true, Kind: pricing.PercentOff, Scope: pricing.OnShipping,
		Rate: money.MustPercent("100"), Minimum: money.EUR(50_00),
	}, pricing.Discount{
		Code: "FIVE", Title: "Five off", Kind: pricing.AmountOff, Scope: pricing.OnOrder, Amount: money.EUR(5_00),
	})
	in.Place, in.TaxInclusive = "FR 75001", true
	in.Shipping = []pricing.Shipping{{ID: "shipping", Title: "Parcel", Amount: money.EUR(4_80), TaxCategory: "20"}}
	q := mustCompute(t, in)
	require.Equal(t, []string{
		"A: 1 × €10.00 = €10.00",
		"Parcel: €4.80",
		"order: Spring sale takes 10 % of €10.00 = €1.00",
		"A: Spring sale, share of €1.00 for €10.00 = €1.00",
		"order: Free shipping does not apply: below its minimum",
		"order: FIVE takes €5.00 of €9.00",
		"A: FIVE, share of €5.00 for €9.00 = €5.00",
		"A: 20 % (FR 75001) 20 % in €4.00 = €0.67",
		"Parcel: 20 % (FR 75001) 20 % in €4.80 = €0.80",
		"order: total €8.80",
	}, q.Explain("en"))
	require.Equal(t, "FR 75001", q.Place)
	require.Equal(t, []pricing.DiscountTotal{
		{Code: "pm_01", Title: "Spring sale", Automatic: true, Amount: money.EUR(1_00)},
		{Code: "FIVE", Title: "Five off", Amount: money.EUR(5_00)},
	}, q.Discounts)
	require.NoError(t, pricing.Replay(in, q))
}

func TestReplayAcceptsQuotesFromBeforeTitles(t *testing.T) {
	t.Parallel()
	in := sample()
	q := mustCompute(t, in)
	require.NotEmpty(t, q.Shipping[0].Title)
	q.Shipping[0].Title, q.Fees[0].Title = "", ""
	require.NoError(t, pricing.Replay(in, q))
	require.Empty(t, q.Shipping[0].Title, "what was kept stays as it was")
	q.Shipping[0].Net = money.EUR(1)
	require.Error(t, pricing.Replay(in, q))
}
