package money_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/money"
)

func TestParseRate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "0.000": "0", "0.19": "0.19", "0.190": "0.19", "19": "19", "-0.05": "-0.05",
		"1.50": "1.5", "007.5": "7.5", "100": "100", "999999999999": "999999999999",
		"0.000001": "0.000001", "123456789012.123456": "123456789012.123456",
		"0.1234567890123456789":            "0.1234567890123456789",
		"-123456789012.1234567":            "-123456789012.1234567",
		"0.000000000000000000000000000001": "0.000000000000000000000000000001",
		"1.000000000000000000000000000000": "1",
	} {
		r, err := money.ParseRate(in)
		require.NoError(t, err, in)
		require.Equal(t, want, r.String(), in)
		require.True(t, decimal.RequireFromString(in).Equal(r.Decimal()), in)
		again, err := money.RateOf(decimal.RequireFromString(in))
		require.NoError(t, err)
		require.Equal(t, r, again, "one value has one form")
		require.Equal(t, want == "0", r.IsZero())
		require.Equal(t, want[0] == '-', r.IsNegative())
	}
}

func TestParseRateRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "-", ".", "1.", ".5", "+1", "1e5", "NaN", "１", "1,5", "1%", " 1", "1234567890123",
		"0." + strings.Repeat("0", 31), strings.Repeat("9", 1<<20),
	} {
		_, err := money.ParseRate(in)
		require.ErrorIs(t, err, money.ErrRate, "%.30q", in)
		require.Panics(t, func() { money.MustRate(in) })
		require.Panics(t, func() { money.MustPercent(in) })
	}
	for _, d := range []decimal.Decimal{
		decimal.New(1, 12), decimal.New(1, 1<<30), decimal.New(1, -31), decimal.New(1, -1<<30),
		decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(7), big.NewInt(1000), nil), -840),
	} {
		_, err := money.RateOf(d)
		require.ErrorIs(t, err, money.ErrRate)
	}
	r, err := money.RateOf(decimal.New(0, 1<<30))
	require.NoError(t, err)
	require.True(t, r.IsZero())
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"19": "0.19", "9.975": "0.09975", "100": "1", "0": "0", "-5": "-0.05", "250": "2.5", "0.5": "0.005"} {
		r, err := money.Percent(in)
		require.NoError(t, err)
		require.Equal(t, want, r.String())
		require.Equal(t, r, money.MustRate(want))
	}
	_, err := money.Percent("0." + strings.Repeat("0", 29))
	require.ErrorIs(t, err, money.ErrRate)
}

func TestRateOrder(t *testing.T) {
	t.Parallel()
	require.Negative(t, money.MustRate("0.1").Cmp(money.MustRate("0.11")))
	require.Zero(t, money.MustRate("0.10").Cmp(money.MustRate("0.1")))
	require.Positive(t, money.MustRate("0.1").Cmp(money.MustRate("-0.12345678901234567890")))
}

func TestRateOrderEqualsDecimals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyRate().Draw(t, "a"), anyRate().Draw(t, "b")
		want := decimal.RequireFromString(a).Cmp(decimal.RequireFromString(b))
		require.Equal(t, want, money.MustRate(a).Cmp(money.MustRate(b)))
		require.Zero(t, money.MustRate(a).Cmp(money.MustRate(a)))
	})
}

func TestRateJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal([]money.Rate{money.MustPercent("19"), {}})
	require.NoError(t, err)
	require.Equal(t, `["0.19","0"]`, string(b)) //nolint:testifylint // the very bytes are stable
	var back []money.Rate
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, []money.Rate{money.MustRate("0.19"), {}}, back)
	require.ErrorIs(t, json.Unmarshal([]byte(`["1e3"]`), &back), money.ErrRate)
	require.Error(t, json.Unmarshal([]byte(`[0.19]`), &back))
}

// exact rounds num/den by the definition of the mode, over big rationals.
func exact(v *big.Rat, mode money.Rounding) *big.Int {
	floor := new(big.Int).Div(v.Num(), v.Denom()) // Euclidean: towards minus infinity, for the denominator is positive
	if v.IsInt() {
		return floor
	}
	ceil := new(big.Int).Add(floor, big.NewInt(1))
	down, up := floor, ceil
	if v.Sign() < 0 {
		down, up = ceil, floor
	}
	rest := new(big.Rat).Sub(v, new(big.Rat).SetInt(floor))
	half := rest.Cmp(big.NewRat(1, 2))
	near := floor
	if half > 0 {
		near = ceil
	}
	switch mode {
	case money.HalfUp:
		if half == 0 {
			return up
		}
	case money.HalfDown:
		if half == 0 {
			return down
		}
	case money.HalfEven:
		if half == 0 && floor.Bit(0) == 1 {
			return ceil
		}
	case money.Down:
		return down
	case money.Up:
		return up
	case money.Floor:
		return floor
	case money.Ceil:
		return ceil
	}
	return near
}

func anyMode() *rapid.Generator[money.Rounding] {
	return rapid.SampledFrom([]money.Rounding{
		money.HalfUp, money.HalfEven, money.HalfDown, money.Down, money.Up, money.Floor, money.Ceil,
	})
}

// anyRate draws rates of the fast and of the wide form.
func anyRate() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`-?0\.[0-9]{1,6}`),
		rapid.StringMatching(`[0-9]{1,3}\.[05]`),
		rapid.StringMatching(`-?[0-9]{1,12}\.[0-9]{1,30}`),
		rapid.StringMatching(`0\.[0-9]{17,30}`),
	)
}

func TestRatesEqualBigRationals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyRate().Draw(t, "rate")
		mode := anyMode().Draw(t, "mode")
		minor := anyMinor().Draw(t, "minor")
		a := money.EUR(minor)
		rate := money.MustRate(text)
		factor, ok := new(big.Rat).SetString(text)
		require.True(t, ok)
		value := new(big.Rat).SetInt64(minor)

		got, err := rate.Of(a, mode)
		agree(t, exact(new(big.Rat).Mul(value, factor), mode), inLimit(big.NewInt(minor)), got, err)

		got, err = rate.Convert(a, money.MustCurrency("KWD"), mode)
		tenfold := new(big.Rat).Mul(new(big.Rat).Mul(value, factor), big.NewRat(10, 1))
		agreeIn(t, "KWD", exact(tenfold, mode), inLimit(big.NewInt(minor)), got, err)
		got, err = rate.Convert(a, money.MustCurrency("JPY"), mode)
		hundredth := new(big.Rat).Mul(new(big.Rat).Mul(value, factor), big.NewRat(1, 100))
		agreeIn(t, "JPY", exact(hundredth, mode), inLimit(big.NewInt(minor)), got, err)

		got, err = rate.Included(a, mode)
		whole := new(big.Rat).Add(factor, big.NewRat(1, 1))
		switch {
		case !inLimit(big.NewInt(minor)):
			require.ErrorIs(t, err, money.ErrOverflow)
		case whole.Sign() <= 0:
			require.ErrorIs(t, err, money.ErrRate)
		default:
			share := new(big.Rat).Quo(factor, whole)
			agree(t, exact(share.Mul(share, value), mode), true, got, err)
		}
	})
}

func agreeIn(t *rapid.T, code string, want *big.Int, operands bool, got money.Amount, err error) { //nolint:revive // what agree needs, and the code
	if err != nil {
		agree(t, want, operands, got, err)
		return
	}
	require.Equal(t, code, got.Currency().Code())
	agree(t, want, operands, money.EUR(got.Minor()), err)
}

// Net and tax of a gross amount always add up, and a refund mirrors its sale
// under every mode that does not look at the sign.
func TestIncludedTaxMirrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := money.MustRate(rapid.StringMatching(`0\.[0-9]{1,4}`).Draw(t, "rate"))
		gross := money.EUR(rapid.Int64Range(-money.Limit, money.Limit).Draw(t, "gross"))
		mode := rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Down, money.Up}).Draw(t, "mode")
		tax, err := rate.Included(gross, mode)
		require.NoError(t, err)
		mirror, err := rate.Included(gross.Neg(), mode)
		require.NoError(t, err)
		require.Equal(t, tax.Neg(), mirror)
	})
}

func TestRateErrors(t *testing.T) {
	t.Parallel()
	one, eur := money.MustRate("1"), money.MustCurrency("EUR")
	_, err := one.Of(money.Amount{}, money.HalfUp)
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = one.Included(money.Amount{}, money.HalfUp)
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = one.Convert(money.Amount{}, eur, money.HalfUp)
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = one.Convert(money.EUR(1), money.Currency{}, money.HalfUp)
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = money.MustRate("-1").Included(money.EUR(1), money.HalfUp)
	require.ErrorIs(t, err, money.ErrRate)
	_, err = money.MustRate("-1.0000000000000000001").Included(money.EUR(1), money.HalfUp)
	require.ErrorIs(t, err, money.ErrRate)
	_, err = money.FromDecimal(decimal.New(1, 0), money.Currency{}, money.HalfUp)
	require.ErrorIs(t, err, money.ErrCurrency)
	for _, d := range []decimal.Decimal{decimal.New(1, 14), decimal.New(1, 1<<30), decimal.New(1, -1<<30)} {
		_, err = money.FromDecimal(d, eur, money.HalfUp)
		require.ErrorIs(t, err, money.ErrOverflow)
	}
	zero, err := money.FromDecimal(decimal.New(0, 1<<30), eur, money.HalfUp)
	require.NoError(t, err)
	require.Equal(t, money.EUR(0), zero)
	thousand, err := money.FromDecimal(decimal.New(1, 3), eur, money.HalfUp)
	require.NoError(t, err)
	require.Equal(t, money.EUR(1000_00), thousand)
}
