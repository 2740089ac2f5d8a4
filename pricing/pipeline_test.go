package pricing_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

func TestHostStep(t *testing.T) {
	t.Parallel()
	loyalty := pricing.StepFunc{Title: "loyalty", Do: func(s *pricing.Sheet) error {
		var last string
		for l, left := range s.Lines() {
			require.Positive(t, left.Minor())
			last = l.ID
		}
		taken, err := s.Deduct("l1", pricing.DiscountTotal{Code: "LOYAL", Title: "For old times", Amount: money.EUR(1_00)})
		require.NoError(t, err)
		require.Equal(t, money.EUR(1_00), taken)
		taken, err = s.Deduct(last, pricing.DiscountTotal{Code: "LOYAL", Amount: money.EUR(1000_00)})
		require.NoError(t, err)
		require.Equal(t, money.EUR(7_50), taken, "no more than is left")
		left, ok := s.Left(last)
		require.True(t, ok)
		require.True(t, left.IsZero())
		return s.AddFee(pricing.Fee{ID: "deposit", Amount: money.EUR(25)})
	}}
	in := sample()
	in.Discounts = nil
	p := pricing.Standard().Before(pricing.StepTaxes, loyalty)
	q, err := p.Compute(in)
	require.NoError(t, err)
	require.NoError(t, q.Verify())
	require.Equal(t, []pricing.DiscountTotal{{Code: "LOYAL", Title: "For old times", Amount: money.EUR(8_50)}}, q.Discounts)
	require.Equal(t, []string{"wrap", "deposit"}, []string{q.Fees[0].ID, q.Fees[1].ID})
	require.Equal(t, money.EUR(2_25), q.FeeTotal)
	require.Len(t, in.Fees, 1, "the input is left alone")
	require.NoError(t, p.Replay(in, q))
	require.ErrorIs(t, pricing.Replay(in, q), fault.Conflict)
}

func TestStepOrder(t *testing.T) {
	t.Parallel()
	var steps []string
	for e := range mustCompute(t, sample()).Trace.All() {
		if !slices.Contains(steps, e.Step) {
			steps = append(steps, e.Step)
		}
	}
	require.Equal(t, []string{"prices", "charges", "discounts", "taxes", "total"}, steps)

	late := func(do func(s *pricing.Sheet) error) error {
		_, err := pricing.Standard().Before(pricing.StepTotal, pricing.StepFunc{Title: "late", Do: do}).Compute(sample())
		return err
	}
	require.ErrorIs(t, late(func(s *pricing.Sheet) error {
		_, err := s.Deduct("l1", pricing.DiscountTotal{Code: "X", Amount: money.EUR(1)})
		return err
	}), pricing.ErrOrder)
	require.ErrorIs(t, late(func(s *pricing.Sheet) error {
		return s.AddFee(pricing.Fee{ID: "x", Amount: money.EUR(1)})
	}), pricing.ErrOrder)
	gone := errors.New("gone")
	require.ErrorIs(t, late(func(*pricing.Sheet) error { return gone }), gone)
}

func TestSheetRefuses(t *testing.T) {
	t.Parallel()
	early := func(do func(s *pricing.Sheet) error) error {
		_, err := pricing.Standard().Before(pricing.StepDiscounts, pricing.StepFunc{Title: "early", Do: do}).Compute(sample())
		return err
	}
	deduct := func(id string, a money.Amount) func(s *pricing.Sheet) error {
		return func(s *pricing.Sheet) error {
			_, err := s.Deduct(id, pricing.DiscountTotal{Code: "X", Amount: a})
			return err
		}
	}
	fee := func(id string, a money.Amount) func(s *pricing.Sheet) error {
		return func(s *pricing.Sheet) error { return s.AddFee(pricing.Fee{ID: id, Amount: a}) }
	}
	require.NoError(t, early(deduct("ship", money.EUR(1))))
	require.ErrorIs(t, early(deduct("nobody", money.EUR(1))), fault.NotFound)
	require.ErrorIs(t, early(deduct("l1", money.USD(1))), money.ErrCurrency)
	require.ErrorIs(t, early(deduct("l1", money.EUR(-1))), fault.Invalid)
	require.ErrorIs(t, early(deduct("l1", money.EUR(money.Limit+1))), money.ErrOverflow)
	require.ErrorIs(t, early(fee("l1", money.EUR(1))), fault.Invalid)
	require.ErrorIs(t, early(fee("", money.EUR(1))), fault.Invalid)
	require.ErrorIs(t, early(fee("x", money.EUR(-1))), fault.Invalid)
	require.ErrorIs(t, early(fee("x", money.JPY(1))), money.ErrCurrency)
	require.NoError(t, early(func(s *pricing.Sheet) error {
		_, ok := s.Left("nobody")
		require.False(t, ok)
		require.Equal(t, sample(), s.Input())
		for range s.Lines() {
			break
		}
		return nil
	}))
}

func TestBefore(t *testing.T) {
	t.Parallel()
	names := func(p pricing.Pipeline) []string {
		var out []string
		for _, s := range p {
			out = append(out, s.Name())
		}
		return out
	}
	x := pricing.StepFunc{Title: "x", Do: func(*pricing.Sheet) error { return nil }}
	require.Equal(t, []string{"x", "prices", "charges", "discounts", "taxes", "total"}, names(pricing.Standard().Before("prices", x)))
	require.Equal(t, []string{"prices", "charges", "discounts", "taxes", "total", "x"}, names(pricing.Standard().Before("nothing", x)))
	require.Len(t, pricing.Standard(), 5)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	in := less(euro(line(1, 10_00, "")),
		pricing.Discount{Code: "ALL", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustRate("1"), Priority: 5},
		pricing.Discount{Code: "LATE", Kind: pricing.AmountOff, Scope: pricing.OnOrder, Amount: money.EUR(1), Priority: 4},
		pricing.Discount{Code: "OTHER", Kind: pricing.PercentOff, Scope: pricing.OnItems, Rate: money.MustRate("1"), SKUs: []string{"Z"}, Priority: 3},
		pricing.Discount{Code: "SHIP", Kind: pricing.PercentOff, Scope: pricing.OnShipping, Rate: money.MustRate("1"), Priority: 2},
		pricing.Discount{Code: "MUCH", Title: "From 10 euro", Kind: pricing.AmountOff, Scope: pricing.OnOrder, Amount: money.EUR(1), Minimum: money.EUR(10_00), Priority: 1},
		pricing.Discount{Code: "TINY", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustRate("0.0001"), Priority: 9},
		pricing.Discount{Code: "TINY2", Kind: pricing.PercentOff, Scope: pricing.OnItems, Rate: money.MustRate("0.0001"), Priority: 8},
	)
	q := mustCompute(t, in)
	require.Equal(t, []pricing.Refusal{
		{Code: "TINY", Reason: pricing.NoEffect},
		{Code: "TINY2", Reason: pricing.NoEffect},
		{Code: "LATE", Reason: pricing.NothingLeft},
		{Code: "OTHER", Reason: pricing.NoMatch},
		{Code: "SHIP", Reason: pricing.NoMatch},
		{Code: "MUCH", Title: "From 10 euro", Reason: pricing.BelowMinimum},
	}, q.Refused)
	require.Equal(t, []pricing.DiscountTotal{{Code: "ALL", Amount: money.EUR(10_00)}}, q.Discounts)
	require.Equal(t, money.EUR(0), q.Total)

	in.Discounts[4].Exclusive = true // MUCH, whose minimum is met by the untouched price
	in.Discounts[3].Exclusive = true // SHIP, which matches nothing and so suppresses nobody
	q = mustCompute(t, in)
	require.Equal(t, []pricing.DiscountTotal{{Code: "MUCH", Title: "From 10 euro", Amount: money.EUR(1)}}, q.Discounts)
	require.Len(t, q.Refused, 6)
	for _, r := range q.Refused {
		require.Equal(t, pricing.Excluded, r.Reason, r.Code)
	}
}

func TestDiscountOnCategory(t *testing.T) {
	t.Parallel()
	in := euro(line(1, 10_00, ""), line(1, 10_00, ""), line(1, 10_00, ""))
	in.Lines[0].Categories = []string{"shirts", "sale"}
	in.Discounts = []pricing.Discount{{
		Code: "X", Kind: pricing.PercentOff, Scope: pricing.OnItems, Rate: money.MustPercent("10"), Categories: []string{"sale"}, SKUs: []string{"C"},
	}}
	require.Equal(t, []int64{1_00, 0, 1_00}, perLine(mustCompute(t, in)))
}

// An amount for each piece that passes every limit takes what is there.
func TestHugeAmountForEach(t *testing.T) {
	t.Parallel()
	in := less(euro(line(1000, 10_00, "")), on(off(money.Limit), pricing.OnEach))
	q := mustCompute(t, in)
	require.Equal(t, q.Subtotal, q.Discount)
}

func TestCashRounding(t *testing.T) {
	t.Parallel()
	in := pricing.Input{
		Currency: money.MustCurrency("CHF"), Policy: money.Policy{Cash: true},
		Lines: []pricing.Line{{ID: "1", Quantity: 1, Unit: money.Each(money.CHF(9_98))}},
	}
	q := mustCompute(t, in)
	require.Equal(t, money.CHF(10_00), q.Total)
	require.Equal(t, money.CHF(2), q.Rounding)
}

func TestTaxesOfSeveralCategories(t *testing.T) {
	t.Parallel()
	in := euro(line(1, 10_00, ""), line(1, 5_00, ""), line(1, 1_00, ""))
	in.Lines[0].TaxCategory, in.Lines[1].TaxCategory, in.Lines[2].TaxCategory = "books", "food", "full"
	in.Taxes = []pricing.Tax{
		{Name: "VAT", Category: "books", Rate: money.MustPercent("7")},
		{Name: "VAT", Category: "food", Rate: money.MustPercent("7")},
		{Name: "VAT", Category: "full", Rate: money.MustPercent("19")},
		{Name: "VAT", Category: "unused", Rate: money.MustPercent("3")},
	}
	for _, at := range []money.Scope{money.Line, money.Unit, money.RateGroup, money.Document} {
		in.Policy.At = at
		q := mustCompute(t, in)
		require.Equal(t, []pricing.TaxTotal{
			{Name: "VAT", Rate: money.MustPercent("7"), Base: money.EUR(15_00), Amount: money.EUR(1_05)},
			{Name: "VAT", Rate: money.MustPercent("19"), Base: money.EUR(1_00), Amount: money.EUR(19)},
		}, q.Taxes, at)
	}
}

// Where taxes are rounded makes the difference that the scopes promise: three
// lines of 0.50 at 5 %, whose taxes are 0.025 each.
func TestScopes(t *testing.T) {
	t.Parallel()
	for at, want := range map[money.Scope]int64{money.Line: 9, money.Unit: 9, money.RateGroup: 8, money.Document: 8} {
		in := euro(line(1, 50, "5"), line(1, 50, "5"), line(1, 50, "5"))
		in.Policy.At = at
		require.Equal(t, want, mustCompute(t, in).Tax.Minor(), at)
	}
	// One line of six: 0.15 per line, six times 0.03 per unit.
	for at, want := range map[money.Scope]int64{money.Line: 15, money.Unit: 18, money.RateGroup: 15, money.Document: 15} {
		in := euro(line(6, 50, "5"))
		in.Policy.At = at
		require.Equal(t, want, mustCompute(t, in).Tax.Minor(), at)
	}
	// Two rates whose exact taxes are 0.004 and 0.001: together they make a half.
	for at, want := range map[money.Scope]int64{money.Line: 0, money.Unit: 0, money.RateGroup: 0, money.Document: 1} {
		in := euro(line(1, 4, "10"), line(1, 1, "10.0"))
		in.Taxes[1].Name = "other"
		in.Policy.At = at
		q := mustCompute(t, in)
		require.Equal(t, want, q.Tax.Minor(), at)
		require.Equal(t, want, q.Lines[0].Tax.Minor(), at)
	}
}

// Who gets the odd units of a shared discount is up to the policy.
func TestResidueOfDiscounts(t *testing.T) {
	t.Parallel()
	for rule, want := range map[money.Residue][]int64{
		money.LargestRemainder: {9_23, 17_69, 23_08},
		money.FirstEntries:     {9_24, 17_69, 23_07},
		money.HalfDownFirst:    {9_23, 17_69, 23_08},
		money.LastTakesRest:    {9_23, 17_69, 23_08},
	} {
		in := less(euro(line(1, 120_00, ""), line(1, 230_00, ""), line(1, 300_00, "")), off(50_00))
		in.Policy.Residue = rule
		require.Equal(t, want, perLine(mustCompute(t, in)), rule)
	}
}

// The contained tax of 60 % rounds 0.6 up and 2.4 down; the unit that is
// missing then may not make the first line cheaper than its tax.
func TestTaxIsNeverMoreThanThePrice(t *testing.T) {
	t.Parallel()
	in := inclusive(euro(line(1, 1, "150"), line(1, 4, "150"), line(1, 4, "150"), line(1, 4, "150")))
	in.Policy = money.Policy{At: money.RateGroup, Residue: money.HalfDownFirst}
	q := mustCompute(t, in)
	require.Equal(t, int64(8), q.Tax.Minor())
	require.Equal(t, int64(1), q.Lines[0].Tax.Minor())
}

// A tax of next to nothing, rounded up, still finds somebody to bear it.
func TestTinyDocumentTax(t *testing.T) {
	t.Parallel()
	in := euro(line(1, 1, "0.01"))
	in.Policy = money.Policy{At: money.Document, Mode: money.Up}
	require.Equal(t, int64(1), mustCompute(t, in).Tax.Minor())
}

func TestVerifyFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	one := money.EUR(1)
	for name, spoil := range map[string]func(q *pricing.Quote){
		"total":            func(q *pricing.Quote) { q.Total = one },
		"subtotal":         func(q *pricing.Quote) { q.Subtotal = one },
		"discount":         func(q *pricing.Quote) { q.Discount = one },
		"tax":              func(q *pricing.Quote) { q.Tax = one },
		"shipping":         func(q *pricing.Quote) { q.ShippingTotal = one },
		"fees":             func(q *pricing.Quote) { q.FeeTotal = one },
		"rounding":         func(q *pricing.Quote) { q.Rounding = one },
		"quantity":         func(q *pricing.Quote) { q.Lines[0].Quantity++ },
		"unit":             func(q *pricing.Quote) { q.Lines[0].Unit = money.Each(one) },
		"line subtotal":    func(q *pricing.Quote) { q.Lines[0].Subtotal = one },
		"line net":         func(q *pricing.Quote) { q.Lines[0].Net = one },
		"line gross":       func(q *pricing.Quote) { q.Lines[0].Gross = one },
		"line tax":         func(q *pricing.Quote) { q.Lines[0].Tax = one },
		"line discount":    func(q *pricing.Quote) { q.Lines[0].Discount = one },
		"portion of tax":   func(q *pricing.Quote) { q.Lines[0].Taxes[0].Amount = one },
		"negative portion": func(q *pricing.Quote) { q.Lines[0].Discounts[0].Amount = one.Neg() },
		"charge":           func(q *pricing.Quote) { q.Shipping[0].Amount = one },
		"fee":              func(q *pricing.Quote) { q.Fees[0].Amount = one },
		"discount total":   func(q *pricing.Quote) { q.Discounts[0].Amount = one },
		"tax total":        func(q *pricing.Quote) { q.Taxes[0].Amount = one },
		"currency":         func(q *pricing.Quote) { q.Currency = money.MustCurrency("USD") },
		"currency of one":  func(q *pricing.Quote) { q.Total = money.USD(q.Total.Minor()) },
		"lost line":        func(q *pricing.Quote) { q.Lines = q.Lines[1:] },
		"other convention": func(q *pricing.Quote) { q.TaxInclusive = true },
	} {
		q := mustCompute(t, sample())
		require.NoError(t, q.Verify())
		spoil(&q)
		err := q.Verify()
		require.ErrorIs(t, err, fault.Internal, name)
		require.Equal(t, pricing.Unbalanced, fault.CodeOf(err), name)
		require.ErrorIs(t, pricing.Replay(sample(), q), fault.Conflict, name)
	}
}

func TestReplayNamesTheDifference(t *testing.T) {
	t.Parallel()
	q := mustCompute(t, sample())
	in := sample()
	in.Lines[0].Unit = money.Each(money.EUR(20_00))
	err := pricing.Replay(in, q)
	require.Equal(t, "The quote cannot be repeated: its total was 74.58 EUR and now is 74.62 EUR.", fault.Public(err))
	in = sample()
	in.Lines[0].SKU = "RENAMED"
	require.Contains(t, fault.Public(pricing.Replay(in, q)), "details differ")
	in.Currency = money.Currency{}
	require.ErrorIs(t, pricing.Replay(in, q), fault.Invalid)
}

func TestTraceOfOneLine(t *testing.T) {
	t.Parallel()
	q := mustCompute(t, sample())
	var out []int64
	for e := range q.Trace.Of("l2") {
		out = append(out, e.Out)
	}
	require.Equal(t, []int64{7_50, 75, 56, 1_18}, out)
	for range q.Trace.Of("l2") {
		break
	}
	require.Len(t, slices.Collect(q.Trace.All()), q.Trace.Len())
	_, ok := q.Line("nobody")
	require.False(t, ok)
}

func TestTraceJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(pricing.Trace{})
	require.NoError(t, err)
	require.Equal(t, "[]", string(b))
	var trace pricing.Trace
	require.ErrorIs(t, json.Unmarshal([]byte(`[{"step":"x","what":"magic"}]`), &trace), money.ErrPolicy)
	require.Error(t, json.Unmarshal([]byte(`{}`), &trace))
	require.Equal(t, "unknown", pricing.What(200).String())
}

func mustCompute(t *testing.T, in pricing.Input) pricing.Quote {
	t.Helper()
	q, err := pricing.Compute(in)
	require.NoError(t, err)
	require.NoError(t, q.Verify())
	return q
}
