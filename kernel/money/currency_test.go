package money_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

func TestCurrencyTable(t *testing.T) {
	t.Parallel()
	rows := []struct {
		code, numeric, name string
		exponent            int
		cash                int64
	}{
		{"EUR", "978", "Euro", 2, 1},
		{"ALL", "008", "Lek", 2, 100},
		{"CHF", "756", "Swiss Franc", 2, 5},
		{"JPY", "392", "Yen", 0, 1},
		{"KWD", "414", "Kuwaiti Dinar", 3, 1},
		{"CLF", "990", "Unidad de Fomento", 4, 1},
		{"HUF", "348", "Forint", 2, 500},
		{"XCG", "532", "Caribbean Guilder", 2, 1},
		{"XXX", "999", "The codes assigned for transactions where no currency is involved", 0, 1},
	}
	for _, row := range rows {
		c, err := money.ParseCurrency(row.code)
		require.NoError(t, err)
		require.Equal(t, row.code, c.Code())
		require.Equal(t, row.code, c.String())
		require.Equal(t, row.numeric, c.Numeric())
		require.Equal(t, row.name, c.Name())
		require.Equal(t, row.exponent, c.Exponent(), row.code)
		require.Equal(t, row.cash, c.CashStep(), row.code)
	}
}

func TestCodesAreAllKnown(t *testing.T) {
	t.Parallel()
	codes := money.Codes()
	require.Len(t, codes, 168) // 179 of list one without 12 that have no minor unit, and XCG
	require.True(t, slices.IsSorted(codes))
	units := map[int]int{}
	for _, code := range codes {
		c := money.MustCurrency(code)
		units[c.Exponent()]++
		require.Len(t, c.Numeric(), 3)
		require.NotEmpty(t, c.Name())
		require.Positive(t, c.CashStep())
	}
	require.Equal(t, map[int]int{0: 18, 2: 141, 3: 7, 4: 2}, units)
}

func TestUnknownCurrencies(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "E", "eur", "EURO", "EU", "ZZZ", "XAU", "XTS", "ＥＵＲ", "EU\x00"} {
		_, err := money.ParseCurrency(code)
		require.ErrorIs(t, err, money.ErrUnknownCurrency, code)
		require.ErrorIs(t, err, fault.Invalid)
	}
	require.Panics(t, func() { money.MustCurrency("eur") })
}

func TestNoCurrency(t *testing.T) {
	t.Parallel()
	var c money.Currency
	require.True(t, c.IsZero())
	require.Empty(t, c.Code())
	require.Empty(t, c.Numeric())
	require.Empty(t, c.Name())
	require.Zero(t, c.Exponent())
	require.Equal(t, int64(1), c.CashStep())
	require.False(t, c.ValidAt(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)))
	require.False(t, money.MustCurrency("EUR").IsZero())
}

func TestValidity(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		require.NoError(t, err)
		return d
	}
	eur, bgn, clf := money.MustCurrency("EUR"), money.MustCurrency("BGN"), money.MustCurrency("CLF")
	require.False(t, eur.ValidAt(day("1998-12-31T23:59:59Z")))
	require.True(t, eur.ValidAt(day("1999-01-01T00:00:00Z")))
	require.False(t, eur.ValidAt(day("1999-01-01T00:30:00+01:00"))) // still 1998 in UTC
	require.True(t, eur.ValidAt(day("2999-01-01T00:00:00Z")))
	require.True(t, bgn.ValidAt(day("2026-01-31T23:59:59Z")))
	require.False(t, bgn.ValidAt(day("2026-02-01T00:00:00Z")))
	require.True(t, clf.ValidAt(day("1900-01-01T00:00:00Z")))
}

func TestCurrencyText(t *testing.T) {
	t.Parallel()
	in := map[money.Currency][]money.Currency{money.MustCurrency("EUR"): {money.MustCurrency("JPY"), {}}}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, `{"EUR":["JPY",""]}`, string(b))
	var out map[money.Currency][]money.Currency
	require.NoError(t, json.Unmarshal(b, &out))
	require.Equal(t, in, out)
	require.ErrorIs(t, json.Unmarshal([]byte(`["eur"]`), &[]money.Currency{}), money.ErrUnknownCurrency)
}
