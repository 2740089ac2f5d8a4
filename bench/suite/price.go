package suite

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

const (
	priceMicros = 15
	priceAllocs = 200
	priceLines  = 20
	priceTimes  = 20
)

// Basket is a cart of 20 lines with 10 % off a category, 15.00 off the order, 5 %
// off everything, and two taxes on every line.
func Basket() pricing.Input {
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
	for i := range priceLines {
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

func priceCart(ctx context.Context, s Suite) ([]measure.Result, error) {
	s.say("price-cart")
	in := Basket()
	slices, err := measure.Contest(ctx, measure.Rules{Rounds: s.Rounds, Clients: 1, Slice: s.Slice}, measure.Side{Do: func(context.Context, int) error {
		for range priceTimes {
			if _, err := pricing.Compute(in); err != nil {
				return err
			}
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	f := measure.Of(slices[0])
	took := f.P50 / priceTimes
	r := measure.Result{Name: "price-cart", Clients: 1, Ops: f.Rate * priceTimes, P50: took, P99: f.P99 / priceTimes, Allocs: f.Allocs / priceTimes}
	micros := took * float64(time.Millisecond/time.Microsecond)
	r = r.Demand(micros <= priceMicros, "%.1f us, at most %d", micros, priceMicros)
	return []measure.Result{r.Demand(r.Allocs <= priceAllocs, "at most %d allocs", priceAllocs)}, nil
}
