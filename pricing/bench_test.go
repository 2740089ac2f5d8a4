package pricing_test

import (
	"fmt"
	"testing"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

// basket is a cart of 20 lines with 10 % off a category, 15.00 off the order,
// 5 % off everything, and two taxes on every line.
func basket() pricing.Input {
	in := pricing.Input{
		Currency: money.MustCurrency("EUR"),
		Discounts: []pricing.Discount{
			{Code: "SHIRTS10", Kind: pricing.PercentOff, Scope: pricing.OnItems, Rate: money.MustPercent("10"), Categories: []string{"shirts"}, Priority: 3},
			{Code: "MINUS15", Kind: pricing.AmountOff, Scope: pricing.OnOrder, Amount: money.EUR(15_00), Priority: 2},
			{Code: "ALL5", Kind: pricing.PercentOff, Scope: pricing.OnItems, Rate: money.MustPercent("5"), Priority: 1},
		},
		Taxes: []pricing.Tax{
			{Name: "state", Category: "standard", Rate: money.MustPercent("6.25")},
			{Name: "city", Category: "standard", Rate: money.MustPercent("1.5"), Compound: true},
		},
		Shipping: []pricing.Shipping{{ID: "ship", Amount: money.EUR(4_95), TaxCategory: "standard"}},
	}
	for i := range 20 {
		category := "shirts"
		if i%2 == 1 {
			category = "shoes"
		}
		in.Lines = append(in.Lines, pricing.Line{
			ID: fmt.Sprintf("line-%02d", i), SKU: fmt.Sprintf("SKU-%02d", i), Categories: []string{category},
			Quantity: 1 + i%4, Unit: money.Each(money.EUR(int64(9_99 + i*137))), TaxCategory: "standard",
		})
	}
	return in
}

func BenchmarkPriceCart(b *testing.B) {
	for _, at := range []money.Scope{money.Line, money.Unit, money.RateGroup, money.Document} {
		for _, inclusive := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/inclusive=%t", at, inclusive), func(b *testing.B) {
				in := basket()
				in.Policy.At, in.TaxInclusive = at, inclusive
				b.ReportAllocs()
				for b.Loop() {
					if _, err := pricing.Compute(in); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
