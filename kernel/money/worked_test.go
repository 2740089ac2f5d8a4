package money_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
)

// The rows of these tests are figures that other shop systems state in their
// own tests, each under the policy named with it. The first letter of an id is
// the family of the row: R rounding, A sharing, M floor prices, F refunds,
// B bug reports, Z probes.

func TestRoundingRows(t *testing.T) {
	t.Parallel()
	jpy, eur := money.MustCurrency("JPY"), money.MustCurrency("EUR")
	rows := []struct {
		id, in string
		cur    money.Currency
		mode   money.Rounding
		want   int64
	}{
		{"R1 7.6", "7.6", jpy, money.HalfUp, 8},
		{"R1 7.5", "7.5", jpy, money.HalfUp, 8},
		{"R1 7.4", "7.4", jpy, money.HalfUp, 7},
		{"R1 2.5", "2.5", jpy, money.HalfUp, 3},
		{"R1 5.5", "5.5", jpy, money.HalfUp, 6},
		{"R1 -7.4", "-7.4", jpy, money.HalfUp, -7},
		{"R1 -7.45", "-7.45", jpy, money.HalfUp, -7},
		{"R1 -7.5", "-7.5", jpy, money.HalfUp, -8},
		{"R1 -7.55", "-7.55", jpy, money.HalfUp, -8},
		{"R1 -2.5", "-2.5", jpy, money.HalfUp, -3},
		{"R3 12.34567", "12.34567", eur, money.Floor, 12_34},
		{"R3 -12.34567", "-12.34567", eur, money.Floor, -12_35},
		{"R3 -0.119", "-0.119", eur, money.Floor, -12},
		{"R5 12.34567", "12.34567", eur, money.Ceil, 12_35},
		{"R5 -12.34567", "-12.34567", eur, money.Ceil, -12_34},
		{"R7 EUR", "12.34567", eur, money.HalfUp, 12_35},
		{"R7 BHD", "12.34567", money.MustCurrency("BHD"), money.HalfUp, 12_346},
		{"R7 CLF", "12.34567", money.MustCurrency("CLF"), money.HalfUp, 12_3457},
		{"R7 points", "12.34567", money.MustCurrency("XXX"), money.HalfUp, 12},
		{"R15", "1.23456", money.MustCurrency("BHD"), money.HalfUp, 1_235},
		{"half even 2.5", "2.5", jpy, money.HalfEven, 2},
		{"half even 3.5", "3.5", jpy, money.HalfEven, 4},
		{"half even -2.5", "-2.5", jpy, money.HalfEven, -2},
		{"half even 2.51", "2.51", jpy, money.HalfEven, 3},
		{"half down 2.5", "2.5", jpy, money.HalfDown, 2},
		{"half down -2.5", "-2.5", jpy, money.HalfDown, -2},
		{"half down 2.6", "2.6", jpy, money.HalfDown, 3},
		{"down -2.9", "-2.9", jpy, money.Down, -2},
		{"up 2.1", "2.1", jpy, money.Up, 3},
		{"up -2.1", "-2.1", jpy, money.Up, -3},
		{"up 2", "2", jpy, money.Up, 2},
	}
	for _, row := range rows {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			got, err := money.FromDecimal(decimal.RequireFromString(row.in), row.cur, row.mode)
			require.NoError(t, err)
			require.Equal(t, row.want, got.Minor())
		})
	}
}

func TestRateRows(t *testing.T) {
	t.Parallel()
	rows := []struct {
		id, rate string
		in, want money.Amount
	}{
		{"R9 12.45 less 10 %", "0.9", money.EUR(12_45), money.EUR(11_21)},
		{"B1 24.99 at 10.75 %", "0.1075", money.EUR(24_99), money.EUR(2_69)},
		{"B2 25 % of 19.99", "0.25", money.EUR(19_99), money.EUR(5_00)},
		{"B2 19.99 less 25 %", "0.75", money.EUR(19_99), money.EUR(14_99)},
		{"B3 100 % off", "1", money.EUR(1234567_89), money.EUR(1234567_89)},
		{"P15 10 % of 15 yen", "0.1", money.JPY(15), money.JPY(2)},
		{"T1 23 % of 2495.99", "0.23", money.EUR(2495_99), money.EUR(574_08)},
	}
	for _, row := range rows {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			got, err := money.MustRate(row.rate).Of(row.in, money.HalfUp)
			require.NoError(t, err)
			require.Equal(t, row.want, got)
		})
	}
	t.Run("R13 exchange", func(t *testing.T) {
		t.Parallel()
		got, err := money.MustRate("0.9737").Convert(money.USD(7_00), money.MustCurrency("EUR"), money.HalfUp)
		require.NoError(t, err)
		require.Equal(t, money.EUR(6_82), got)
	})
}

func TestIncludedTaxRows(t *testing.T) {
	t.Parallel()
	rows := []struct {
		id, percent string
		gross, tax  int64
	}{
		{"T3", "19", 119_00, 19_00},
		{"T5", "7", 8_00, 52},
		{"T7", "19", 16_00, 2_55},
		{"T9", "19", 2_00, 32},
		{"T11", "24", 2_00, 39},
		{"T15", "19", 30_00, 30_00 - 25_21},
		{"B4 one", "7", 8_50, 56},
		{"B4 other", "7", 1_65, 11},
		{"B4 on the sum", "7", 10_15, 66},
		{"refund of B4", "7", -10_15, -66},
	}
	for _, row := range rows {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			got, err := money.MustPercent(row.percent).Included(money.EUR(row.gross), money.HalfUp)
			require.NoError(t, err)
			require.Equal(t, money.EUR(row.tax), got)
		})
	}
}

func TestSharingRows(t *testing.T) {
	t.Parallel()
	equal := money.LargestRemainder.OrEqual()
	sylius := money.HalfDownFirst.OrNothing()
	rows := []struct {
		id      string
		total   int64
		weights []int64
		rule    money.Residue
		want    []int64
	}{
		{"R11", -152_99, []int64{1, 1, 1}, money.FirstEntries, []int64{-51_00, -51_00, -50_99}},
		{"A1", 300, []int64{4000, 2000, 2000}, equal, []int64{150, 75, 75}},
		{"A3", 299, []int64{4300, 1400, 2300}, equal, []int64{161, 52, 86}},
		{"A5", 95, []int64{10, 20, 10, 30, 50, 20, 10, 40}, equal, []int64{5, 10, 5, 15, 25, 10, 5, 20}},
		{"A7", 40, []int64{10, 0}, equal, []int64{40, 0}},
		{"A9", 0, []int64{0, 0}, equal, []int64{0, 0}},
		{"A9 with an amount", 5, []int64{0, 0}, equal, []int64{3, 2}},
		{"A11", 300, []int64{123}, equal, []int64{300}},
		{"A13", -300, []int64{4300, 1400, 2300}, sylius, []int64{-162, -52, -86}},
		{"A15", -299, []int64{0}, sylius, []int64{0}},
		{"A17", 0, []int64{1, 1, 1, 1}, money.FirstEntries, []int64{0, 0, 0, 0}},
		{"A19", 1000, []int64{1, 1, 1}, money.FirstEntries, []int64{334, 333, 333}},
		{"A21", 10_00, []int64{50, 50, 50}, money.LargestRemainder, []int64{3_34, 3_33, 3_33}},
		{"A21 as the source", 10_00, []int64{50, 50, 50}, money.LastTakesRest, []int64{3_33, 3_33, 3_34}},
		{"A23", 15, []int64{20, 30, 100}, money.LargestRemainder, []int64{2, 3, 10}},
		{"A25", 50_00, []int64{120_00, 230_00, 300_00}, money.FirstEntries, []int64{9_24, 17_69, 23_07}},
		{"A25 by largest remainder", 50_00, []int64{120_00, 230_00, 300_00}, money.LargestRemainder, []int64{9_23, 17_69, 23_08}},
		{"A27", 3_00, []int64{7_00, 33_00, 25_00}, money.LastTakesRest, []int64{32, 1_52, 1_16}},
		{"A29 first", 30_00, []int64{50, 150}, money.LargestRemainder, []int64{7_50, 22_50}},
		{"A29 second", 50_00, []int64{50, 150}, money.LargestRemainder, []int64{12_50, 37_50}},
		{"A31", -10_00, []int64{7, 7, 7}, money.LargestRemainder, []int64{-3_34, -3_33, -3_33}},
		{"A33", 4, []int64{1, 1, 1}, money.LastTakesRest, []int64{1, 1, 2}},
		{"F1", 290_00, []int64{1, 1, 1}, money.LargestRemainder, []int64{96_67, 96_67, 96_66}},
		{"Z1", 4, []int64{0, 1000, 1000, 1000}, money.HalfDownFirst, []int64{0, 2, 1, 1}},
		{"Z2", 1, []int64{1000, 1000}, money.HalfDownFirst, []int64{1, 0}},
		{"Z3", 1, []int64{10_00, 10_00, 0}, money.LastTakesRest, []int64{1, 0, 0}},
		{"Z4", 10, []int64{1, 1, 1}, money.LastTakesRest, []int64{3, 3, 4}},
		{"last has no rest", 2, []int64{1, 1, 1, 1}, money.LastTakesRest, []int64{1, 1, 0, 0}},
		{"half down takes back from who has", 2, []int64{1, 7, 7, 6}, money.HalfDownFirst, []int64{0, 0, 1, 1}},
		{"half down takes back", 2, []int64{7, 7, 6}, money.HalfDownFirst, []int64{0, 1, 1}},
	}
	for _, row := range rows {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			got, err := money.Allocate(money.EUR(row.total), row.weights, row.rule)
			require.NoError(t, err)
			require.Equal(t, row.want, minors(got))
		})
	}
}

func TestFloorPriceRows(t *testing.T) {
	t.Parallel()
	rows := []struct {
		id              string
		total           int64
		weights, floors []int64
		want            []int64
		left            int64
	}{
		{"M1", 1200, []int64{1000, 2000, 5000, 3000}, []int64{0, 1900, 5000, 2600}, []int64{700, 100, 0, 400}, 0},
		{"M3", 2500, []int64{5000, 6000}, []int64{4500, 4500}, []int64{500, 1500}, 500},
		{"M5", 25_00, []int64{50_00, 20_00, 20_00, 20_00}, []int64{45_00, 0, 0, 0}, []int64{5_00, 6_67, 6_67, 6_66}, 0},
		{"M7", 27_00, []int64{50_00, 50_00, 20_00, 20_00, 40_00}, []int64{45_00, 45_00, 0, 0, 0}, []int64{5_00, 5_00, 4_25, 4_25, 8_50}, 0},
		{"M9", 12_00, []int64{10_00, 20_00, 50_00, 30_00}, []int64{0, 19_00, 50_00, 29_00}, []int64{10_00, 1_00, 0, 1_00}, 0},
		// The source's row has a floor of 26 for the last item.
		{"M11", 20_00, []int64{10_00, 20_00, 50_00, 30_00}, []int64{0, 19_00, 50_00, 26_00}, []int64{10_00, 1_00, 0, 4_00}, 5_00},
	}
	for _, row := range rows {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			capacity := make([]int64, len(row.weights))
			for i := range capacity {
				capacity[i] = row.weights[i] - row.floors[i]
			}
			got, left, err := money.AllocateCapped(money.EUR(row.total), row.weights, capacity, money.LargestRemainder)
			require.NoError(t, err)
			require.Equal(t, row.want, minors(got))
			require.Equal(t, money.EUR(row.left), left)

			// A surcharge is the mirror of a discount.
			got, left, err = money.AllocateCapped(money.EUR(-row.total), row.weights, capacity, money.LargestRemainder)
			require.NoError(t, err)
			for i := range got {
				require.Equal(t, -row.want[i], got[i].Minor())
			}
			require.Equal(t, money.EUR(-row.left), left)
		})
	}
}

func minors(as []money.Amount) []int64 {
	out := make([]int64, len(as))
	for i, a := range as {
		out[i] = a.Minor()
	}
	return out
}
