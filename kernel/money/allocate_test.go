package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/money"
)

func anyRule() *rapid.Generator[money.Residue] {
	return rapid.SampledFrom([]money.Residue{
		money.LargestRemainder, money.FirstEntries, money.HalfDownFirst, money.LastTakesRest,
		money.LargestRemainder.OrEqual(), money.HalfDownFirst.OrNothing(),
	})
}

// anyWeights draws at least one positive weight.
func anyWeights() *rapid.Generator[[]int64] {
	weight := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 10_000), rapid.Int64Range(0, money.Limit))
	return rapid.SliceOfN(weight, 1, 24).Filter(func(ws []int64) bool {
		for _, w := range ws {
			if w > 0 {
				return true
			}
		}
		return false
	})
}

func anyTotal() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64Range(-30, 30), rapid.Int64Range(-money.Limit, money.Limit))
}

func TestAllocateConservesMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := money.EUR(anyTotal().Draw(t, "total"))
		weights := anyWeights().Draw(t, "weights")
		rule := anyRule().Draw(t, "rule")
		parts, err := money.Allocate(total, weights, rule)
		require.NoError(t, err)
		require.Len(t, parts, len(weights))
		again, err := money.Allocate(total, weights, rule)
		require.NoError(t, err)
		require.Equal(t, parts, again)

		sum, err := money.Sum(total.Currency(), parts...)
		require.NoError(t, err)
		require.Equal(t, total, sum)
		for i, p := range parts {
			require.True(t, p.IsZero() || p.Sign() == total.Sign(), "part %d is %s of %s", i, p, total)
			require.False(t, weights[i] == 0 && !p.IsZero(), "a zero weight got %s", p)
			gap := gapToExact(p.Minor(), total.Minor(), weights, i)
			if rule == money.LargestRemainder {
				require.Negative(t, gap, "part %d is %s, a unit or more from its exact share", i, p)
			}
			if rule == money.FirstEntries { // a first entry may get a unit on top of an even share
				require.LessOrEqual(t, gap, 0, "part %d is %s, more than a unit from its exact share", i, p)
			}
		}
	})
}

// gapToExact compares |part - total*w/sum(w)| with one, exactly.
func gapToExact(part, total int64, weights []int64, i int) int {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(w))
	}
	gap := new(big.Int).Mul(big.NewInt(part), sum)
	gap.Sub(gap, new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i])))
	return gap.CmpAbs(sum)
}

// A refund of a shared amount takes back exactly what each line got.
func TestAllocateMirrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := money.EUR(anyTotal().Draw(t, "total"))
		weights := anyWeights().Draw(t, "weights")
		rule := anyRule().Draw(t, "rule")
		parts, err := money.Allocate(total, weights, rule)
		require.NoError(t, err)
		mirror, err := money.Allocate(total.Neg(), weights, rule)
		require.NoError(t, err)
		for i := range parts {
			require.Equal(t, parts[i].Neg(), mirror[i])
		}
	})
}

func TestAllocateCappedKeepsFloors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := money.EUR(anyTotal().Draw(t, "total"))
		weights := anyWeights().Draw(t, "weights")
		rule := anyRule().Draw(t, "rule")
		capacity := make([]int64, len(weights))
		var room int64
		for i, w := range weights {
			capacity[i] = rapid.Int64Range(0, 1+w/2).Draw(t, "capacity")
			if w > 0 {
				room += capacity[i]
			}
		}
		parts, left, err := money.AllocateCapped(total, weights, capacity, rule)
		require.NoError(t, err)
		placed, err := money.Sum(total.Currency(), parts...)
		require.NoError(t, err)
		whole, err := placed.Add(left)
		require.NoError(t, err)
		require.Equal(t, total, whole)
		require.Equal(t, min(room, total.Abs().Minor()), placed.Abs().Minor(), "all that fits is placed")
		for i, p := range parts {
			require.True(t, p.IsZero() || p.Sign() == total.Sign())
			require.LessOrEqual(t, p.Abs().Minor(), capacity[i])
		}
	})
}

func TestAllocateOfZeroWeights(t *testing.T) {
	t.Parallel()
	zeros := []int64{0, 0, 0}
	_, err := money.Allocate(money.EUR(10), zeros, money.LargestRemainder)
	require.ErrorIs(t, err, money.ErrWeights)
	parts, err := money.Allocate(money.EUR(-10), zeros, money.LastTakesRest.OrEqual())
	require.NoError(t, err)
	require.Equal(t, []int64{-4, -3, -3}, minors(parts))
	parts, err = money.Allocate(money.EUR(10), zeros, money.FirstEntries.OrNothing())
	require.NoError(t, err)
	require.Equal(t, []money.Amount{money.EUR(0), money.EUR(0), money.EUR(0)}, parts)

	room := []int64{1, 9, 9}
	_, _, err = money.AllocateCapped(money.EUR(10), zeros, room, money.LargestRemainder)
	require.ErrorIs(t, err, money.ErrWeights)
	parts, left, err := money.AllocateCapped(money.EUR(10), zeros, room, money.LargestRemainder.OrEqual())
	require.NoError(t, err)
	require.Equal(t, []int64{1, 5, 4}, minors(parts))
	require.Equal(t, money.EUR(0), left)
	parts, left, err = money.AllocateCapped(money.EUR(10), zeros, room, money.LargestRemainder.OrNothing())
	require.NoError(t, err)
	require.Equal(t, []money.Amount{money.EUR(0), money.EUR(0), money.EUR(0)}, parts)
	require.Equal(t, money.EUR(10), left)
}

func TestAllocateErrors(t *testing.T) {
	t.Parallel()
	for _, weights := range [][]int64{nil, {}, {-1}, {2, -1}} {
		_, err := money.Allocate(money.EUR(1), weights, money.LargestRemainder)
		require.ErrorIs(t, err, money.ErrWeights)
		_, _, err = money.AllocateCapped(money.EUR(1), weights, weights, money.LargestRemainder)
		require.ErrorIs(t, err, money.ErrWeights)
	}
	_, err := money.Allocate(money.EUR(1), []int64{math.MaxInt64, 1}, money.LargestRemainder)
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = money.Allocate(money.EUR(1), []int64{1}, 4)
	require.ErrorIs(t, err, money.ErrPolicy)
	_, _, err = money.AllocateCapped(money.EUR(1), []int64{1}, []int64{1}, 4)
	require.ErrorIs(t, err, money.ErrPolicy)
	_, err = money.Allocate(money.Amount{}, []int64{1}, money.LargestRemainder)
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = money.Allocate(money.EUR(money.Limit+1), []int64{1}, money.LargestRemainder)
	require.ErrorIs(t, err, money.ErrOverflow)
	_, _, err = money.AllocateCapped(money.Amount{}, []int64{1}, []int64{1}, money.LargestRemainder)
	require.ErrorIs(t, err, money.ErrCurrency)
	for _, capacity := range [][]int64{nil, {1}, {1, -1}, {1, 1, 1}} {
		_, _, err = money.AllocateCapped(money.EUR(1), []int64{1, 1}, capacity, money.LargestRemainder)
		require.ErrorIs(t, err, money.ErrWeights)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	parts, err := money.Split(money.EUR(-152_99), 3)
	require.NoError(t, err)
	require.Equal(t, []int64{-51_00, -51_00, -50_99}, minors(parts))
	_, err = money.Split(money.EUR(1), 0)
	require.ErrorIs(t, err, money.ErrWeights)
	_, err = money.Split(money.Amount{}, 1)
	require.ErrorIs(t, err, money.ErrCurrency)
}
