package marketingrows_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/marketing"
)

// purchase is one of 10 euro with some SKUs.
func purchase(order, address string, version int, skus ...string) marketing.Purchase {
	p := marketing.Purchase{Order: order, Version: version, Address: address, At: noon(), Total: money.EUR(10_00)}
	for _, x := range skus {
		p.Lines = append(p.Lines, marketing.PurchaseLine{SKU: x, Categories: []string{"k-" + x}, Quantity: 1})
	}
	return p
}

func (r room) bought(t require.TestingT, order, address string, skus ...string) {
	_, err := r.Record(context.Background(), marketing.Record{Purchase: purchase(order, address, 1, skus...)})
	require.NoError(t, err)
}

func TestWhatIsBoughtTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		for i, skus := range [][]string{
			{"TEE", "CAP"},
			{"TEE", "CAP"},
			{"TEE", "CAP", "MUG"},
			{"TEE", "MUG"},
			{"TEE", "MUG"},
			{"TEE", "BAG"},
			{"BAG"},
			{"BAG"},
			{"MUG"},
			{"MUG"},
			{"PEN"},
			{"PEN"},
		} {
			r.bought(t, "or_"+strconv.Itoa(i), "", skus...)
		}
		with, err := r.BoughtTogether(ctx, marketing.Alongside{SKU: "TEE"})
		require.NoError(t, err)
		require.Equal(t, []marketing.Together{ // 12 purchases, 6 with TEE
			{SKU: "CAP", Both: 3, This: 6, Other: 3, All: 12},
			{SKU: "MUG", Both: 3, This: 6, Other: 5, All: 12},
		}, with)
		require.InDelta(t, 0.5, with[0].Confidence(), 0)
		require.InDelta(t, 2, with[0].Lift(), 0)
		require.InDelta(t, 1.2, with[1].Lift(), 1e-15)
		one, err := r.BoughtTogether(ctx, marketing.Alongside{SKU: "TEE", Limit: 1, AtLeast: 1})
		require.NoError(t, err)
		require.Equal(t, with[:1], one)
		more, err := r.BoughtTogether(ctx, marketing.Alongside{SKU: "BAG", AtLeast: 1})
		require.NoError(t, err)
		require.Empty(t, more, "1 of 12 with both, 6 and 3 with each: less than by chance")
		none, err := r.BoughtTogether(ctx, marketing.Alongside{SKU: "NO"})
		require.NoError(t, err)
		require.Equal(t, []marketing.Together{}, none)

		_, err = r.Record(ctx, marketing.Record{Purchase: purchase("or_0", "", 2, "TEE")})
		require.NoError(t, err, "the cap came back")
		with, err = r.BoughtTogether(ctx, marketing.Alongside{SKU: "CAP"})
		require.NoError(t, err)
		require.Equal(t, []marketing.Together{{SKU: "TEE", Both: 2, This: 2, Other: 6, All: 12}}, with)
		_, err = r.Record(ctx, marketing.Record{Purchase: purchase("or_1", "", 2)})
		require.NoError(t, err, "all of it came back")
		with, err = r.BoughtTogether(ctx, marketing.Alongside{SKU: "CAP", AtLeast: 1})
		require.NoError(t, err)
		require.Equal(t, []marketing.Together{
			{SKU: "MUG", Both: 1, This: 1, Other: 5, All: 11}, {SKU: "TEE", Both: 1, This: 1, Other: 5, All: 11},
		}, with)
	})
}

func TestAnOldStoryOfAPurchaseChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		_, err := r.Record(ctx, marketing.Record{Purchase: purchase("or_1", "Eva@shop.example", 5, "A")})
		require.NoError(t, err)
		for _, v := range []int{4, 5} {
			p, err := r.Record(ctx, marketing.Record{Purchase: purchase("or_1", "eva@shop.example", v, "A", "B")})
			require.NoError(t, err)
			require.Equal(t, purchase("or_1", "eva@shop.example", 5, "A"), p)
		}
		stored, err := r.Purchase(ctx, "or_1")
		require.NoError(t, err)
		require.Equal(t, purchase("or_1", "eva@shop.example", 5, "A"), stored)
	})
}

func TestWholesaleCountsForNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		var many []string
		for i := range marketing.MaxTogether + 1 {
			many = append(many, fmt.Sprintf("S%02d", i))
		}
		r.bought(t, "or_1", "", many...)
		r.bought(t, "or_2", "", many[1:]...)
		r.bought(t, "or_3", "", "X")
		with, err := r.BoughtTogether(t.Context(), marketing.Alongside{SKU: "S01", AtLeast: 1, Limit: 50})
		require.NoError(t, err)
		require.Len(t, with, marketing.MaxTogether-1)
		require.Equal(t, marketing.Together{SKU: "S02", Both: 1, This: 1, Other: 1, All: 2}, with[0])
	})
}

// The counts are those of a plain recount after any story, and so are the
// answers.
func TestCountsEqualARecount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		model := map[string]marketing.Purchase{}
		rapid.Check(t, func(rt *rapid.T) {
			order := "or_" + strconv.Itoa(rapid.IntRange(1, 12).Draw(rt, "order"))
			skus := rapid.SliceOfN(rapid.SampledFrom([]string{"A", "B", "C", "D", "E"}), 0, 5).Draw(rt, "skus")
			p := purchase(order, "", rapid.IntRange(1, 40).Draw(rt, "version"), skus...)
			_, err := r.Record(t.Context(), marketing.Record{Purchase: p})
			require.NoError(rt, err)
			if model[order].Version < p.Version {
				model[order] = p
			}
			sku := rapid.SampledFrom([]string{"A", "B"}).Draw(rt, "asked")
			got, err := r.BoughtTogether(t.Context(), marketing.Alongside{SKU: sku, AtLeast: 1})
			require.NoError(rt, err)
			require.Equal(rt, recount(model, sku), got)
		})
	})
}

// recount answers from the purchases alone.
func recount(purchases map[string]marketing.Purchase, sku string) []marketing.Together {
	all, n, both := int64(0), map[string]int64{}, map[string]int64{}
	for p := range maps.Values(purchases) {
		skus := p.SKUs()
		if len(skus) > 0 {
			all++
		}
		for _, x := range skus {
			n[x]++
			if slices.Contains(skus, sku) && x != sku {
				both[x]++
			}
		}
	}
	out := []marketing.Together{}
	for x := range both {
		if t := (marketing.Together{SKU: x, Both: both[x], This: n[sku], Other: n[x], All: all}); t.Both*t.All > t.This*t.Other {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b marketing.Together) int {
		if a.Both != b.Both {
			return int(b.Both - a.Both)
		}
		if a.Other != b.Other {
			return int(a.Other - b.Other)
		}
		return int(a.SKU[0]) - int(b.SKU[0])
	})
	return out
}

func TestManyPurchasesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		skus := []string{"A", "B", "C", "D"}
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 6 {
					mine := slices.Clone(skus)
					if w%2 == 1 {
						slices.Reverse(mine)
					}
					// Two tell of each order, with different versions.
					p := purchase("or_"+strconv.Itoa(i*4+w/2), "eva@shop.example", w%2+1, mine[:2+w%2]...)
					if _, err := r.Record(t.Context(), marketing.Record{Purchase: p}); err != nil {
						t.Errorf("record: %v", err)
					}
				}
			})
		}
		wg.Wait()
		with, err := r.BoughtTogether(t.Context(), marketing.Alongside{SKU: "D", AtLeast: 1})
		require.NoError(t, err)
		require.Empty(t, with, "D is in each of the 24 now, so nothing comes with it more often than by chance")
		p, err := r.Purchase(t.Context(), "or_3")
		require.NoError(t, err)
		require.Equal(t, 2, p.Version)
		require.Equal(t, time.Duration(0), p.At.Sub(noon()))
	})
}
