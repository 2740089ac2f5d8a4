package pricing_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

func anyPolicy() *rapid.Generator[money.Policy] {
	return rapid.Custom(func(t *rapid.T) money.Policy {
		return money.Policy{
			Mode:    rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Down, money.Up, money.Floor, money.Ceil}).Draw(t, "mode"),
			At:      rapid.SampledFrom([]money.Scope{money.Line, money.Unit, money.RateGroup, money.Document}).Draw(t, "at"),
			Residue: rapid.SampledFrom([]money.Residue{money.LargestRemainder, money.FirstEntries, money.HalfDownFirst, money.LastTakesRest}).Draw(t, "residue"),
			Cash:    rapid.Bool().Draw(t, "cash"),
		}
	})
}

// anyInput draws baskets in francs, which have a cash step, with everything
// that an input can hold. Prices are often tiny, where odd units hurt most.
func anyInput() *rapid.Generator[pricing.Input] {
	return rapid.Custom(func(t *rapid.T) pricing.Input {
		in := pricing.Input{
			Currency: money.MustCurrency("CHF"), Policy: anyPolicy().Draw(t, "policy"), TaxInclusive: rapid.Bool().Draw(t, "inclusive"),
		}
		category := rapid.SampledFrom([]string{"", "full", "low", "both"})
		price := rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 10_000))
		for i := range rapid.IntRange(0, 8).Draw(t, "lines") {
			in.Lines = append(in.Lines, pricing.Line{
				ID: fmt.Sprintf("l%d", i), SKU: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "sku"),
				Quantity: rapid.IntRange(1, 7).Draw(t, "quantity"), TaxCategory: category.Draw(t, "category"),
				Unit: money.Price{Amount: money.CHF(price.Draw(t, "price")), Per: rapid.SampledFrom([]int64{0, 1, 3}).Draw(t, "per")},
			})
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "shipping") {
			in.Shipping = append(in.Shipping, pricing.Shipping{ID: fmt.Sprintf("s%d", i), Amount: money.CHF(price.Draw(t, "price")), TaxCategory: category.Draw(t, "category")})
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "fees") {
			in.Fees = append(in.Fees, pricing.Fee{ID: fmt.Sprintf("f%d", i), Amount: money.CHF(price.Draw(t, "price")), TaxCategory: category.Draw(t, "category")})
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "discounts") {
			in.Discounts = append(in.Discounts, anyDiscount(i).Draw(t, "discount"))
		}
		rate := rapid.SampledFrom([]string{"0", "0.081", "0.026", "0.19", "0.0725", "1.5"})
		for _, c := range []string{"full", "low", "both", "both", "both"} {
			in.Taxes = append(in.Taxes, pricing.Tax{
				Name: fmt.Sprintf("t%d", len(in.Taxes)), Category: c, Rate: money.MustRate(rate.Draw(t, "rate")),
				Compound: rapid.Bool().Draw(t, "compound"),
			})
		}
		return in
	})
}

func anyDiscount(i int) *rapid.Generator[pricing.Discount] {
	return rapid.Custom(func(t *rapid.T) pricing.Discount {
		d := pricing.Discount{
			Code:     fmt.Sprintf("d%d", i),
			Kind:     rapid.SampledFrom([]pricing.Kind{pricing.PercentOff, pricing.AmountOff}).Draw(t, "kind"),
			Scope:    rapid.SampledFrom([]pricing.Scope{pricing.OnOrder, pricing.OnItems, pricing.OnEach, pricing.OnShipping}).Draw(t, "scope"),
			Priority: rapid.IntRange(0, 2).Draw(t, "priority"), Exclusive: rapid.IntRange(0, 9).Draw(t, "exclusive") == 0,
		}
		if rapid.Bool().Draw(t, "some") {
			d.SKUs = []string{"A", "C"}
		}
		if d.Kind == pricing.PercentOff {
			d.Rate = money.MustRate(rapid.SampledFrom([]string{"0", "0.001", "0.1", "0.333333", "0.5", "1"}).Draw(t, "rate"))
		} else {
			d.Amount = money.CHF(rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 20_000)).Draw(t, "amount"))
		}
		if rapid.Bool().Draw(t, "from") {
			d.Minimum = money.CHF(rapid.Int64Range(0, 10_000).Draw(t, "minimum"))
		}
		return d
	})
}

// Parts sum to the whole under every policy; the input is left alone; the same
// input gives the same quote; and a quote survives its JSON form.
func TestQuotesBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput().Draw(t, "in")
		before, err := json.Marshal(in)
		require.NoError(t, err)
		q, err := pricing.Compute(in)
		require.NoError(t, err)
		require.NoError(t, q.Verify())
		require.Len(t, q.Lines, len(in.Lines))
		require.Equal(t, len(in.Discounts), len(q.Discounts)+len(q.Refused), "every discount applies or is refused")
		after, err := json.Marshal(in)
		require.NoError(t, err)
		require.Equal(t, before, after)

		stored, err := json.Marshal(q)
		require.NoError(t, err)
		var restored pricing.Quote
		require.NoError(t, json.Unmarshal(stored, &restored))
		var again pricing.Input
		require.NoError(t, json.Unmarshal(before, &again))
		require.NoError(t, pricing.Replay(again, restored))
	})
}

// What every line, charge and tax comes to does not depend on the order in
// which lines and discounts are given, and neither does the trace.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput().Draw(t, "in")
		q, err := pricing.Compute(in)
		require.NoError(t, err)
		mixed := in
		mixed.Lines = rapid.Permutation(in.Lines).Draw(t, "lines")
		mixed.Discounts = rapid.Permutation(in.Discounts).Draw(t, "discounts")
		p, err := pricing.Compute(mixed)
		require.NoError(t, err)
		for i, l := range p.Lines {
			require.Equal(t, mixed.Lines[i].ID, l.ID)
			have, ok := q.Line(l.ID)
			require.True(t, ok)
			require.Equal(t, have, l)
		}
		p.Lines = q.Lines
		// The numbers of discounts inside the trace follow the input; what it says
		// does not.
		require.Equal(t, slices.Collect(q.Trace.All()), slices.Collect(p.Trace.All()))
		p.Trace = q.Trace
		require.Equal(t, q, p)
	})
}

// cutLine returns in with its first line of several pieces cut in two, and
// false if it has none. The new line sorts behind the old one.
func cutLine(t *rapid.T, in pricing.Input) (pricing.Input, bool) {
	i := slices.IndexFunc(in.Lines, func(l pricing.Line) bool { return l.Quantity > 1 })
	if i < 0 {
		return in, false
	}
	out := in
	out.Lines = slices.Clone(in.Lines)
	head := rapid.IntRange(1, in.Lines[i].Quantity-1).Draw(t, "cut")
	rest := in.Lines[i]
	rest.ID += "-rest"
	rest.Quantity -= head
	out.Lines[i].Quantity = head
	out.Lines = append(out.Lines, rest)
	return out, true
}

// Cutting a line in two leaves the total as it is where taxes are rounded per
// rate or per document, prices are per piece, and discounts stand on the order.
func TestCutLinesCostTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput().Draw(t, "in")
		in.Policy.At = rapid.SampledFrom([]money.Scope{money.RateGroup, money.Document}).Draw(t, "group")
		for i := range in.Lines {
			in.Lines[i].Unit.Per = 1
			in.Lines[i].TaxCategory = "both" // a shared discount moves odd units between categories
		}
		for i := range in.Discounts {
			if in.Discounts[i].Scope != pricing.OnShipping {
				in.Discounts[i].Scope = pricing.OnOrder
			}
		}
		cut, ok := cutLine(t, in)
		if !ok {
			return
		}
		q, err := pricing.Compute(in)
		require.NoError(t, err)
		p, err := pricing.Compute(cut)
		require.NoError(t, err)
		require.Equal(t, q.Subtotal, p.Subtotal)
		require.Equal(t, q.Discount, p.Discount)
		require.Equal(t, q.Tax, p.Tax)
		require.Equal(t, q.Total, p.Total)
	})
}

// Taxes per piece do not care how pieces are put on lines, as long as no
// discount makes some pieces of a line cheaper than others.
func TestCutLinesCostTheSamePerUnit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput().Draw(t, "in")
		in.Policy.At, in.Discounts = money.Unit, nil
		for i := range in.Lines {
			in.Lines[i].Unit.Per = 1
		}
		cut, ok := cutLine(t, in)
		if !ok {
			return
		}
		q, err := pricing.Compute(in)
		require.NoError(t, err)
		p, err := pricing.Compute(cut)
		require.NoError(t, err)
		require.Equal(t, q.Total, p.Total)
	})
}

// Where every line is rounded for itself, a cut adds one rounding for each tax
// of the line, and each moves the total by at most one unit. (A compound tax
// would carry the unit of the one before on.)
func TestCutLinesCostNearlyTheSamePerLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput().Draw(t, "in")
		in.Policy.At, in.Policy.Cash, in.Discounts = money.Line, false, nil
		for i := range in.Lines {
			in.Lines[i].Unit.Per = 1
		}
		for i := range in.Taxes {
			in.Taxes[i].Compound = false
		}
		cut, ok := cutLine(t, in)
		if !ok {
			return
		}
		q, err := pricing.Compute(in)
		require.NoError(t, err)
		p, err := pricing.Compute(cut)
		require.NoError(t, err)
		gap, err := q.Total.Sub(p.Total)
		require.NoError(t, err)
		const taxesOfALine = 3
		require.LessOrEqual(t, gap.Abs().Minor(), int64(taxesOfALine))
	})
}

// Where taxes are rounded per rate, the total of each tax is that of its group,
// however it was shared over the lines.
func TestGroupTaxesComeOutEven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput().Draw(t, "in")
		in.Policy.At, in.TaxInclusive = money.RateGroup, false
		for i := range in.Taxes {
			in.Taxes[i].Compound = false
		}
		for i := range in.Lines {
			in.Lines[i].TaxCategory = "both"
		}
		in.Shipping, in.Fees = nil, nil
		q, err := pricing.Compute(in)
		require.NoError(t, err)
		for _, tax := range q.Taxes {
			want, err := tax.Rate.Of(tax.Base, in.Policy.Mode)
			require.NoError(t, err)
			require.Equal(t, want, tax.Amount, tax.Name)
		}
	})
}

// More discount never makes anything dearer.
func TestDiscountsNeverRaise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput().Draw(t, "in")
		q, err := pricing.Compute(in)
		require.NoError(t, err)
		for _, l := range q.Lines {
			require.False(t, l.Discount.IsNegative())
			require.LessOrEqual(t, l.Discount.Minor(), l.Subtotal.Minor())
		}
		for _, s := range q.Shipping {
			require.LessOrEqual(t, s.Discount.Minor(), s.Amount.Minor())
		}
		for _, f := range q.Fees {
			require.True(t, f.Discount.IsZero())
		}
	})
}
