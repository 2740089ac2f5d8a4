package pricing_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

func TestInputIsRefused(t *testing.T) {
	t.Parallel()
	eur := money.EUR
	rows := []struct {
		name   string
		change func(in *pricing.Input)
		path   string
		code   string
	}{
		{"no currency", func(in *pricing.Input) { in.Currency = money.Currency{} }, "currency", "required"},
		{"unknown policy", func(in *pricing.Input) { in.Policy.At = 9 }, "policy", "unknown"},
		{"too many lines", func(in *pricing.Input) { in.Lines = make([]pricing.Line, pricing.MaxLines+1) }, "lines", "out_of_range"},
		{"too many discounts", func(in *pricing.Input) { in.Discounts = make([]pricing.Discount, pricing.MaxRules+1) }, "discounts", "out_of_range"},
		{"too many taxes", func(in *pricing.Input) { in.Taxes = make([]pricing.Tax, pricing.MaxRules+1) }, "taxes", "out_of_range"},
		{"too many charges", func(in *pricing.Input) { in.Shipping = make([]pricing.Shipping, pricing.MaxRules+1) }, "shipping", "out_of_range"},
		{"too many fees", func(in *pricing.Input) { in.Fees = make([]pricing.Fee, pricing.MaxRules+1) }, "fees", "out_of_range"},
		{"no line id", func(in *pricing.Input) { in.Lines[1].ID = "" }, "lines[1].id", "required"},
		{"line id twice", func(in *pricing.Input) { in.Lines[1].ID = in.Lines[0].ID }, "lines[1].id", "duplicate"},
		{"quantity zero", func(in *pricing.Input) { in.Lines[0].Quantity = 0 }, "lines[0].quantity", "out_of_range"},
		{"quantity negative", func(in *pricing.Input) { in.Lines[0].Quantity = -1 }, "lines[0].quantity", "out_of_range"},
		{"quantity 10^9", func(in *pricing.Input) { in.Lines[0].Quantity = 1e9 }, "lines[0].quantity", "out_of_range"},
		{"price negative", func(in *pricing.Input) { in.Lines[0].Unit.Amount = eur(-1) }, "lines[0].unit", "out_of_range"},
		{"price beyond the limit", func(in *pricing.Input) { in.Lines[0].Unit.Amount = eur(math.MaxInt64) }, "lines[0].unit", "out_of_range"},
		{"price per nothing", func(in *pricing.Input) { in.Lines[0].Unit.Per = -1 }, "lines[0].unit.per", "out_of_range"},
		{"no charge id", func(in *pricing.Input) { in.Shipping[0].ID = "" }, "shipping[0].id", "required"},
		{"charge with the id of a line", func(in *pricing.Input) { in.Shipping[0].ID = "l1" }, "shipping[0].id", "duplicate"},
		{"charge negative", func(in *pricing.Input) { in.Shipping[0].Amount = eur(-1) }, "shipping[0].amount", "out_of_range"},
		{"fee with the id of a charge", func(in *pricing.Input) { in.Fees[0].ID = "ship" }, "fees[0].id", "duplicate"},
		{"fee negative", func(in *pricing.Input) { in.Fees[0].Amount = eur(-1) }, "fees[0].amount", "out_of_range"},
		{"no discount code", func(in *pricing.Input) { in.Discounts[0].Code = "" }, "discounts[0].code", "required"},
		{"discount code twice", func(in *pricing.Input) { in.Discounts[1].Code = in.Discounts[0].Code }, "discounts[1].code", "duplicate"},
		{"discount kind", func(in *pricing.Input) { in.Discounts[0].Kind = "free" }, "discounts[0].kind", "unknown"},
		{"discount scope", func(in *pricing.Input) { in.Discounts[0].Scope = "tax" }, "discounts[0].scope", "unknown"},
		{"discount above 100 %", func(in *pricing.Input) { in.Discounts[0].Rate = money.MustRate("1.000001") }, "discounts[0].rate", "out_of_range"},
		{"discount below 0 %", func(in *pricing.Input) { in.Discounts[0].Rate = money.MustRate("-0.1") }, "discounts[0].rate", "out_of_range"},
		{"discount negative", func(in *pricing.Input) { in.Discounts[1].Amount = eur(-1) }, "discounts[1].amount", "out_of_range"},
		{"minimum negative", func(in *pricing.Input) { in.Discounts[1].Minimum = eur(-1) }, "discounts[1].minimum", "out_of_range"},
		{"no tax name", func(in *pricing.Input) { in.Taxes[0].Name = "" }, "taxes[0].name", "required"},
		{"tax twice", func(in *pricing.Input) { in.Taxes = append(in.Taxes, in.Taxes[0]) }, "taxes[1].name", "duplicate"},
		{"tax negative", func(in *pricing.Input) { in.Taxes[0].Rate = money.MustRate("-0.19") }, "taxes[0].rate", "out_of_range"},
		{"tax above 1000 %", func(in *pricing.Input) { in.Taxes[0].Rate = money.MustRate("19") }, "taxes[0].rate", "out_of_range"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			in := sample()
			row.change(&in)
			q, err := pricing.Compute(in)
			require.ErrorIs(t, err, fault.Invalid)
			require.Equal(t, pricing.InputInvalid, fault.CodeOf(err))
			require.Equal(t, pricing.Quote{}, q)
			var paths []string
			for _, f := range fault.FieldsOf(err) {
				paths = append(paths, f.Path+" "+f.Code)
			}
			require.Equal(t, []string{row.path + " " + row.code}, paths)
		})
	}
}

func TestCurrenciesDoNotMix(t *testing.T) {
	t.Parallel()
	for path, change := range map[string]func(in *pricing.Input){
		"lines[0].unit":        func(in *pricing.Input) { in.Lines[0].Unit.Amount = money.USD(1) },
		"lines[1].unit":        func(in *pricing.Input) { in.Lines[1].Unit = money.Price{} },
		"shipping[0].amount":   func(in *pricing.Input) { in.Shipping[0].Amount = money.JPY(100) },
		"fees[0].amount":       func(in *pricing.Input) { in.Fees[0].Amount = money.USD(0) },
		"discounts[1].amount":  func(in *pricing.Input) { in.Discounts[1].Amount = money.USD(1) },
		"discounts[0].minimum": func(in *pricing.Input) { in.Discounts[0].Minimum = money.USD(1) },
	} {
		in := sample()
		change(&in)
		_, err := pricing.Compute(in)
		require.ErrorIs(t, err, money.ErrCurrency, path)
		require.ErrorIs(t, err, fault.Invalid)
		require.Len(t, fault.FieldsOf(err), 1)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
}

func TestAllFieldsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	in := sample()
	in.Lines[0].Quantity, in.Lines[1].ID, in.Taxes[0].Name = 0, "", ""
	_, err := pricing.Compute(in)
	require.Len(t, fault.FieldsOf(err), 3)
}

func TestFiguresBeyondTheLimit(t *testing.T) {
	t.Parallel()
	limit := money.Each(money.EUR(money.Limit))
	rows := map[string]func(in *pricing.Input){
		"one line":  func(in *pricing.Input) { in.Lines[0].Unit = limit; in.Lines[0].Quantity = 2 },
		"two lines": func(in *pricing.Input) { in.Lines[0].Unit, in.Lines[1].Unit = limit, limit },
		"taxes": func(in *pricing.Input) {
			in.Discounts, in.Lines[0].Unit, in.Lines[0].Quantity = nil, limit, 1
		},
		"charges": func(in *pricing.Input) {
			in.Shipping[0].Amount, in.Fees[0].Amount = money.EUR(money.Limit), money.EUR(1)
		},
		"lines and charges": func(in *pricing.Input) {
			in.Discounts, in.Taxes = nil, nil
			in.Lines[0].Unit, in.Lines[0].Quantity, in.Lines[1].Unit.Amount = limit, 1, money.EUR(0)
		},
	}
	for name, change := range rows {
		for _, at := range []money.Scope{money.Line, money.Unit, money.RateGroup, money.Document} {
			in := sample()
			in.Policy.At = at
			change(&in)
			_, err := pricing.Compute(in)
			require.ErrorIs(t, err, money.ErrOverflow, "%s, %s", name, at)
		}
	}
}

func TestTaxesWithoutSense(t *testing.T) {
	t.Parallel()
	in := sample()
	in.TaxInclusive, in.Taxes = true, nil
	for range 9 { // compounded to more than weights can hold
		in.Taxes = append(in.Taxes, pricing.Tax{Name: strings.Repeat("x", len(in.Taxes)+1), Category: "19", Rate: money.MustRate("10"), Compound: true})
	}
	_, err := pricing.Compute(in)
	require.ErrorIs(t, err, money.ErrRate)
}

// sample is a small basket with one of everything.
func sample() pricing.Input {
	in := less(euro(line(3, 19_99, "19"), line(1, 7_50, "19")), percentOff("10"), off(5_00))
	in.Shipping = []pricing.Shipping{{ID: "ship", Title: "Parcel", Amount: money.EUR(4_95), TaxCategory: "19"}}
	in.Fees = []pricing.Fee{{ID: "wrap", Title: "Gift wrap", Amount: money.EUR(2_00), TaxCategory: "19"}}
	return in
}

func TestEmptyBasket(t *testing.T) {
	t.Parallel()
	q, err := pricing.Compute(pricing.Input{Currency: money.MustCurrency("EUR")})
	require.NoError(t, err)
	require.NoError(t, q.Verify())
	require.Equal(t, money.EUR(0), q.Total)
	require.NotNil(t, q.Lines)
}
