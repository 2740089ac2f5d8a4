package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// anyMinor draws figures that are small, near the limit or near the end of
// 64 bits.
func anyMinor() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.Int64Range(-1000, 1000),
		rapid.Int64Range(-money.Limit, money.Limit),
		rapid.Int64Range(money.Limit-2, money.Limit+2),
		rapid.Int64(),
	)
}

func inLimit(xs ...*big.Int) bool {
	limit := big.NewInt(money.Limit)
	for _, x := range xs {
		if x.CmpAbs(limit) > 0 {
			return false
		}
	}
	return true
}

func TestArithmeticEqualsBigIntegers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, y := anyMinor().Draw(t, "x"), anyMinor().Draw(t, "y")
		a, b := money.EUR(x), money.EUR(y)
		bx, by := big.NewInt(x), big.NewInt(y)
		sum, err := a.Add(b)
		agree(t, new(big.Int).Add(bx, by), inLimit(bx, by), sum, err)
		diff, err := a.Sub(b)
		agree(t, new(big.Int).Sub(bx, by), inLimit(bx, by), diff, err)
		product, err := a.Mul(y)
		agree(t, new(big.Int).Mul(bx, by), inLimit(bx), product, err)
		order, err := a.Cmp(b)
		if inLimit(bx, by) {
			require.NoError(t, err)
			require.Equal(t, bx.Cmp(by), order)
		} else {
			require.ErrorIs(t, err, money.ErrOverflow)
		}
	})
}

// agree holds an amount to the exact figure, or to ErrOverflow where the
// operands or the figure are beyond the limit.
func agree(t *rapid.T, want *big.Int, operands bool, got money.Amount, err error) {
	if !operands || !inLimit(want) {
		require.ErrorIs(t, err, money.ErrOverflow)
		require.Equal(t, money.Amount{}, got)
		return
	}
	require.NoError(t, err)
	require.Equal(t, want.Int64(), got.Minor())
	require.Equal(t, "EUR", got.Currency().Code())
}

func TestCurrenciesDoNotMix(t *testing.T) {
	t.Parallel()
	for _, other := range []money.Amount{money.USD(1), money.USD(0), {}} {
		_, err := money.EUR(1).Add(other)
		require.ErrorIs(t, err, money.ErrCurrency)
		require.ErrorIs(t, err, fault.Invalid)
		_, err = other.Sub(money.EUR(1))
		require.ErrorIs(t, err, money.ErrCurrency)
		_, err = money.EUR(1).Cmp(other)
		require.ErrorIs(t, err, money.ErrCurrency)
		_, err = money.Sum(money.MustCurrency("EUR"), money.EUR(1), other)
		require.ErrorIs(t, err, money.ErrCurrency)
	}
	_, err := money.EUR(1).Add(money.USD(1))
	require.Equal(t, "Amounts in EUR and USD cannot be combined.", fault.Public(err))
	_, err = money.Amount{}.Mul(2)
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = money.Sum(money.Currency{})
	require.ErrorIs(t, err, money.ErrCurrency)
}

func TestSum(t *testing.T) {
	t.Parallel()
	got, err := money.Sum(money.MustCurrency("EUR"), money.EUR(1), money.EUR(2), money.EUR(-5))
	require.NoError(t, err)
	require.Equal(t, money.EUR(-2), got)
	got, err = money.Sum(money.MustCurrency("JPY"))
	require.NoError(t, err)
	require.Equal(t, money.JPY(0), got)
	_, err = money.Sum(money.MustCurrency("EUR"), money.EUR(money.Limit), money.EUR(1))
	require.ErrorIs(t, err, money.ErrOverflow)
}

// The product has its 65th bit set, so it does not fit in front of a division.
func TestMulBeyondAllBits(t *testing.T) {
	t.Parallel()
	_, err := money.EUR(money.Limit).Mul(20_000)
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = money.EUR(-money.Limit).Mul(math.MinInt64)
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestSignsOfAmounts(t *testing.T) {
	t.Parallel()
	for _, a := range []money.Amount{money.EUR(-3), money.EUR(0), money.EUR(7), money.EUR(math.MinInt64)} {
		require.Equal(t, a.Minor() < 0, a.IsNegative())
		require.Equal(t, a.Minor() == 0, a.IsZero())
		require.Equal(t, a.Minor() > 0, a.IsPositive())
		require.Equal(t, -a.Sign(), a.Neg().Sign())
		require.False(t, a.Abs().IsNegative())
	}
	require.Equal(t, money.EUR(3), money.EUR(-3).Abs())
	require.Equal(t, money.EUR(3), money.EUR(3).Abs())
	require.ErrorIs(t, money.EUR(math.MinInt64).Neg().Check(), money.ErrOverflow)
	require.NoError(t, money.EUR(money.Limit).Check())
	require.ErrorIs(t, money.EUR(money.Limit+1).Check(), money.ErrOverflow)
	require.ErrorIs(t, money.Amount{}.Check(), money.ErrCurrency)
}

func TestRoundCash(t *testing.T) {
	t.Parallel()
	rows := []struct{ in, want money.Amount }{
		{money.CHF(12_32), money.CHF(12_30)},
		{money.CHF(12_33), money.CHF(12_35)},
		{money.CHF(-12_33), money.CHF(-12_35)},
		{money.EUR(12_33), money.EUR(12_33)},
		{money.New(249, money.MustCurrency("CZK")), money.New(200, money.MustCurrency("CZK"))},
		{money.New(1250, money.MustCurrency("HUF")), money.New(1500, money.MustCurrency("HUF"))},
		{money.New(75, money.MustCurrency("DKK")), money.New(100, money.MustCurrency("DKK"))},
	}
	for _, row := range rows {
		got, err := row.in.RoundCash(money.HalfUp)
		require.NoError(t, err)
		require.Equal(t, row.want, got)
	}
	_, err := money.Amount{}.RoundCash(money.HalfUp)
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = money.CHF(money.Limit + 1).RoundCash(money.Down)
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestConstructorsMatchTheTable(t *testing.T) {
	t.Parallel()
	for code, of := range map[string]func(int64) money.Amount{
		"EUR": money.EUR, "USD": money.USD, "GBP": money.GBP, "CHF": money.CHF,
		"PLN": money.PLN, "JPY": money.JPY, "KWD": money.KWD, "BHD": money.BHD,
	} {
		require.Equal(t, money.New(5, money.MustCurrency(code)), of(5))
	}
}
