package catalog_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
)

func eur(minor int64) money.Price { return money.Each(money.EUR(minor)) }

func here(groups ...string) market.Context {
	return market.Context{Currency: money.EUR(0).Currency(), Groups: groups}
}

func TestPriceFor(t *testing.T) {
	t.Parallel()
	prices := []catalog.Price{
		{SKU: "A", MinQuantity: 1, Unit: eur(20_00)},
		{SKU: "A", MinQuantity: 10, Unit: eur(18_00)},
		{SKU: "A", MinQuantity: 1, Group: "trade", Unit: eur(17_00)},
		{SKU: "A", MinQuantity: 100, Unit: eur(16_00)},
		{SKU: "A", MinQuantity: 1, Group: "staff", Unit: eur(21_00)},
		{SKU: "A", MinQuantity: 1, Unit: money.Each(money.USD(1_00))},
	}
	for name, row := range map[string]struct {
		at       market.Context
		quantity int
		want     int64
	}{
		"everyone":                         {here(), 1, 20_00},
		"just below a break":               {here(), 9, 20_00},
		"at a break":                       {here(), 10, 18_00},
		"a group":                          {here("trade"), 1, 17_00},
		"a group that has nothing":         {here("press"), 1, 20_00},
		"several groups":                   {here("staff", "trade"), 1, 17_00},
		"nobody pays more for being known": {here("staff"), 1, 20_00},
		"nor for buying more":              {here("trade"), 100, 16_00},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, ok := catalog.PriceFor(prices, row.at, row.quantity)
			require.True(t, ok)
			require.Equal(t, money.EUR(row.want), p.Unit.Amount)
		})
	}
	_, ok := catalog.PriceFor(prices, market.Context{Currency: money.CHF(0).Currency()}, 1)
	require.False(t, ok, "no price in another currency, never a converted one")
	_, ok = catalog.PriceFor(prices[1:2], here(), 9)
	require.False(t, ok)
}

func TestPricesPerSeveralPiecesCompareExactly(t *testing.T) {
	t.Parallel()
	finer := catalog.Price{SKU: "A", MinQuantity: 1, Unit: money.Price{Amount: money.EUR(1_25), Per: 100}}
	each := catalog.Price{SKU: "A", MinQuantity: 1, Unit: eur(1)}
	p, _ := catalog.PriceFor([]catalog.Price{finer, each}, here(), 1)
	require.Equal(t, each, p, "0.01 is less than 0.0125")
	large := catalog.Price{SKU: "A", MinQuantity: 1, Group: "g", Unit: money.Price{Amount: money.EUR(money.Limit), Per: money.MaxPer}}
	larger := catalog.Price{SKU: "A", MinQuantity: 1, Unit: money.Price{Amount: money.EUR(money.Limit), Per: money.MaxPer - 1}}
	p, _ = catalog.PriceFor([]catalog.Price{larger, large}, here("g"), 1)
	require.Equal(t, large, p, "where 64 bits are not enough")
}

// The order in which prices are kept never decides, and no applicable price is
// lower than the one that is chosen.
func TestPriceForIsTheLowestInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seen := map[[2]any]bool{}
		var prices []catalog.Price
		for range rapid.IntRange(0, 8).Draw(t, "prices") {
			p := catalog.Price{
				SKU: "A", Group: rapid.SampledFrom([]string{"", "g", "h"}).Draw(t, "group"),
				MinQuantity: rapid.IntRange(1, 5).Draw(t, "min"),
				Unit:        money.Price{Amount: money.EUR(rapid.Int64Range(0, 9).Draw(t, "minor")), Per: rapid.Int64Range(0, 3).Draw(t, "per")},
			}
			if k := [2]any{p.Group, p.MinQuantity}; !seen[k] {
				seen[k] = true
				prices = append(prices, p)
			}
		}
		at, n := here("g"), rapid.IntRange(1, 5).Draw(t, "quantity")
		best, ok := catalog.PriceFor(prices, at, n)
		again, _ := catalog.PriceFor(rapid.Permutation(prices).Draw(t, "order"), at, n)
		require.Equal(t, best, again)
		applicable := 0
		for _, p := range prices {
			if p.MinQuantity > n || p.Group == "h" {
				continue
			}
			applicable++
			unit := func(p catalog.Price) *big.Rat { return big.NewRat(p.Unit.Amount.Minor(), p.Unit.Pieces()) }
			require.LessOrEqual(t, unit(best).Cmp(unit(p)), 0)
		}
		require.Equal(t, applicable > 0, ok)
	})
}

func TestOffersGatherPricesOnce(t *testing.T) {
	t.Parallel()
	offer := func(p catalog.Price) catalog.Offer {
		return catalog.Offer{Variant: catalog.Variant{SKU: "A"}, Title: "Tee", Prices: []catalog.Price{p}}
	}
	one, two := catalog.Price{SKU: "A", MinQuantity: 1, Unit: eur(2)}, catalog.Price{SKU: "A", MinQuantity: 5, Unit: eur(1)}
	offers := catalog.Offers{}
	for range 2 { // a read that was tried again
		offers.Put(offer(one))
		offers.Put(offer(two))
	}
	require.Equal(t, []catalog.Price{one, two}, offers["A"].Prices)
	p, ok := offers["A"].Price(here(), 5)
	require.True(t, ok)
	require.Equal(t, two, p)
	require.Equal(t, "Tee", offers["A"].Name())
	require.False(t, offers["A"].Sold())
}
