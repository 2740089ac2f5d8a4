package stripe_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/kernel/money"
)

func TestCurrenciesAreCountedAsStripeCounts(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/currencies.csv")
	require.NoError(t, err)
	r := csv.NewReader(strings.NewReader(string(file)))
	r.Comment = '#'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 33)
	for _, row := range rows {
		minor, err := strconv.ParseInt(row[1], 10, 64)
		require.NoError(t, err)
		ours := money.New(minor, money.MustCurrency(row[0]))
		n, currency, ok := stripe.Units(ours)
		if row[2] == "-" {
			require.False(t, ok, row)
			continue
		}
		require.True(t, ok, row)
		require.Equal(t, row[2], strconv.FormatInt(n, 10), row)
		require.Equal(t, strings.ToLower(row[0]), currency)
		back, ok := stripe.AmountOf(n, currency)
		require.True(t, ok, row)
		require.Equal(t, ours, back)
	}
}

func TestWhatStripeWouldNeverSayIsNotRead(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		n        int64
		currency string
	}{{105050, "isk"}, {1, "ugx"}, {1234, "kwd"}, {100, "iqd"}, {100, "xxx1"}, {100, ""}, {100, "qqq"}, {1 << 62, "eur"}, {1 << 62, "mga"}} {
		_, ok := stripe.AmountOf(row.n, row.currency)
		require.False(t, ok, row)
	}
}

// What can be told comes back as it was, in every currency.
func TestAmountsComeBack(t *testing.T) {
	t.Parallel()
	codes := []string{"EUR", "JPY", "ISK", "UGX", "MGA", "KWD", "TND", "CLP", "HUF", "USD"}
	rapid.Check(t, func(r *rapid.T) {
		cur := money.MustCurrency(rapid.SampledFrom(codes).Draw(r, "currency"))
		ours := money.New(rapid.Int64Range(-money.Limit, money.Limit).Draw(r, "minor"), cur)
		n, currency, ok := stripe.Units(ours)
		if !ok {
			require.NotEqual(r, int64(0), ours.Minor()%100, "only last digits can be in the way")
			return
		}
		back, ok := stripe.AmountOf(n, currency)
		require.True(r, ok)
		require.Equal(r, ours, back)
	})
}
