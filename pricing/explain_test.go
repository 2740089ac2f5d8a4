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
