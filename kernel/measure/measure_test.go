package measure_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
)

func TestParseWeight(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]measure.Weight{
		"0 g":              0,
		"1 mg":             1,
		"250 g":            250_000,
		"250g":             250_000,
		"1.5 kg":           1_500_000,
		"1 lb":             453_592, // 453,592.37 mg
		"2 lb":             907_185, // 907,184.74 mg
		"1 oz":             28_350,  // 28,349.523125 mg
		"16 oz":            453_592,
		"0.0000005 kg":     1, // half a milligram
		"0.0000004 kg":     0,
		"000000000001 kg":  1_000_000,
		"1000000000 kg":    measure.MaxWeight,
		"0.000000000001 g": 0,
	} {
		got, err := measure.ParseWeight(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
}

func TestParseLength(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]measure.Length{
		"0 mm":    0,
		"0.1 mm":  1,
		"0.05 mm": 1,
		"0.04 mm": 0,
		"300 mm":  3000,
		"30 cm":   3000,
		"1.2m":    12_000,
		"11 in":   2794,
		"0.25 in": 64, // 63.5 tenths
		"1 ft":    3048,
		"1000 m":  measure.MaxLength,
	} {
		got, err := measure.ParseLength(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for in, code := range map[string]string{
		"":                            "measure_form",
		"kg":                          "measure_form",
		"-1 kg":                       "measure_form",
		"+1 kg":                       "measure_form",
		".5 kg":                       "measure_form",
		"1. kg":                       "measure_form",
		"1.2.3 kg":                    "measure_form",
		"1e3 kg":                      "measure_unit",
		"NaN":                         "measure_form",
		"\uff11 kg":                   "measure_form",
		"1,5 kg":                      "measure_unit",
		"1":                           "measure_unit",
		"1 KG":                        "measure_unit",
		"1  kg":                       "measure_unit",
		"1 kg ":                       "measure_unit",
		"1\u00a0kg":                   "measure_unit",
		"1 st":                        "measure_unit",
		"1000000000.000001 kg":        "measure_range",
		"1000000000000 kg":            "measure_form", // thirteen digits
		"0.0000000000001 kg":          "measure_form",
		strings.Repeat("9", 1<<20):    "measure_form",
		"1 kg\x00":                    "measure_unit",
		"1 " + string([]byte{0xff}):   "measure_unit",
		"999999999999 lb":             "measure_range",
		"1 " + strings.Repeat("k", 9): "measure_unit",
	} {
		_, err := measure.ParseWeight(in)
		require.ErrorIs(t, err, fault.Invalid, in)
		require.Equal(t, code, fault.CodeOf(err), in)
	}
	_, err := measure.ParseLength("1000.0001 m")
	require.Equal(t, "measure_range", fault.CodeOf(err))
	_, err = measure.ParseLength("1 kg")
	require.Equal(t, "measure_unit", fault.CodeOf(err))
	require.Equal(t, `The unit of the length is not known: expected is something like "300 mm".`, fault.Public(err))
}

func TestString(t *testing.T) {
	t.Parallel()
	require.Equal(t, "0 g", measure.Weight(0).String())
	require.Equal(t, "999 mg", measure.Weight(999).String())
	require.Equal(t, "1 g", measure.Gram.String())
	require.Equal(t, "28.35 g", measure.Weight(28_350).String())
	require.Equal(t, "1.000001 kg", measure.Weight(1_000_001).String())
	require.Equal(t, "-1.5 kg", measure.Weight(-1_500_000).String())
	require.Equal(t, "0 mm", measure.Length(0).String())
	require.Equal(t, "9.9 mm", measure.Length(99).String())
	require.Equal(t, "1 cm", measure.Centimetre.String())
	require.Equal(t, "2.54 cm", measure.Inch.String())
	require.Equal(t, "1.0001 m", measure.Length(10_001).String())
}

func TestTextRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := measure.Weight(rapid.Int64Range(0, int64(measure.MaxWeight)).Draw(t, "weight"))
		l := measure.Length(rapid.Int64Range(0, int64(measure.MaxLength)).Draw(t, "length"))
		b, err := json.Marshal(map[string]any{"w": w, "l": l})
		require.NoError(t, err)
		var back struct {
			W measure.Weight
			L measure.Length
		}
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, w, back.W)
		require.Equal(t, l, back.L)
	})
	var w measure.Weight
	require.ErrorIs(t, json.Unmarshal([]byte(`"heavy"`), &w), fault.Invalid)
	var l measure.Length
	require.ErrorIs(t, json.Unmarshal([]byte(`"long"`), &l), fault.Invalid)
}

func TestIn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		got  decimal.Decimal
		want string
	}{
		{measure.Weight(453_592).In(measure.UnitPound, 4), "1"},
		{measure.Weight(453_592).In(measure.UnitPound, 7), "0.9999992"},
		{measure.Kilogram.In(measure.UnitPound, 2), "2.2"},
		{measure.Kilogram.In(measure.UnitOunce, 2), "35.27"},
		{measure.Weight(1500).In(measure.UnitGram, 0), "2"},
		{measure.Weight(1499).In(measure.UnitGram, 0), "1"},
		{measure.Weight(7).In(measure.UnitMilligram, 0), "7"},
		{measure.Weight(7).In("stone", 3), "0"},
		{measure.Weight(1_200_000).In(measure.UnitKilogram, 3), "1.2"},
		{measure.Metre.In(measure.UnitInch, 3), "39.37"},
		{measure.Metre.In(measure.UnitFoot, 1), "3.3"},
		{measure.Inch.In(measure.UnitCentimetre, 2), "2.54"},
		{measure.Inch.In(measure.UnitMillimetre, 0), "25"},
		{measure.Inch.In(measure.UnitMetre, 4), "0.0254"},
		{measure.Inch.In("ell", 0), "0"},

		{measure.Weight(28_378).Ceil(measure.UnitOunce, 0), "2"}, // 1.001 oz
		{measure.Weight(28_349).Ceil(measure.UnitOunce, 0), "1"},
		{measure.Weight(0).Ceil(measure.UnitOunce, 0), "0"},
		{measure.Weight(2_000_000).Ceil(measure.UnitKilogram, 0), "2"},
		{measure.Weight(2_000_001).Ceil(measure.UnitKilogram, 0), "3"},
		{measure.Weight(2_000_001).Ceil(measure.UnitKilogram, 1), "2.1"},
		{measure.Weight(5).Ceil("stone", 1), "0"},
		{(10 * measure.Inch).Ceil(measure.UnitInch, 0), "10"},
		{(10*measure.Inch + 1).Ceil(measure.UnitInch, 0), "11"},
		{measure.Inch.Ceil("ell", 1), "0"},
	} {
		require.Equal(t, row.want, row.got.String())
	}
}

func TestCeilIsTheLeastThatCovers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := measure.Weight(rapid.Int64Range(0, int64(measure.MaxWeight)).Draw(t, "weight"))
		places := rapid.Int32Range(0, 4).Draw(t, "places")
		ounce := decimal.RequireFromString("28349.523125")
		got := w.Ceil(measure.UnitOunce, places)
		have := decimal.NewFromInt(int64(w))
		require.True(t, got.Mul(ounce).GreaterThanOrEqual(have), "covers")
		require.True(t, got.Sub(decimal.New(1, -places)).Mul(ounce).LessThan(have), "least")
	})
}

func TestArithmeticIsChecked(t *testing.T) {
	t.Parallel()
	w, err := measure.SumWeights(measure.Kilogram, 2*measure.Gram, 3)
	require.NoError(t, err)
	require.Equal(t, measure.Weight(1_002_003), w)
	w, err = measure.SumWeights()
	require.NoError(t, err)
	require.Zero(t, w)
	w, err = measure.MaxWeight.Plus(0)
	require.NoError(t, err)
	require.Equal(t, measure.MaxWeight, w)
	w, err = (measure.MaxWeight / 1000).Times(1000)
	require.NoError(t, err)
	require.Equal(t, measure.MaxWeight, w)
	w, err = measure.Kilogram.Times(0)
	require.NoError(t, err)
	require.Zero(t, w)
	l, err := measure.Inch.Plus(measure.Millimetre)
	require.NoError(t, err)
	require.Equal(t, measure.Length(264), l)
	l, err = measure.Inch.Times(12)
	require.NoError(t, err)
	require.Equal(t, measure.Length(3048), l)

	for code, fails := range map[string][]func() error{
		"measure_range": {
			func() error { _, err := measure.MaxWeight.Plus(1); return err },
			func() error { _, err := measure.Weight(math.MaxInt64).Plus(math.MaxInt64); return err },
			func() error { _, err := measure.Kilogram.Times(math.MaxInt64); return err },
			func() error { _, err := measure.MaxLength.Plus(1); return err },
			func() error { _, err := measure.Metre.Times(1001); return err },
		},
		"measure_negative": {
			func() error { _, err := measure.Gram.Plus(-1); return err },
			func() error { _, err := measure.Weight(-1).Times(1); return err },
			func() error { _, err := measure.Gram.Times(-1); return err },
			func() error { _, err := measure.Length(-1).Plus(2); return err },
			func() error { _, err := measure.Metre.Times(-1); return err },
		},
	} {
		for _, f := range fails {
			err := f()
			require.ErrorIs(t, err, fault.Invalid)
			require.Equal(t, code, fault.CodeOf(err))
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	s := measure.Size{Length: 10 * measure.Centimetre, Width: 30 * measure.Centimetre, Height: 20 * measure.Centimetre}
	require.Equal(t, measure.Size{Length: 3000, Width: 2000, Height: 1000}, s.Sorted())
	require.Equal(t, 60*measure.Centimetre, s.Girth())
	require.Equal(t, int64(6_000_000), s.Volume())
	require.Equal(t, int64(1), measure.Size{Length: 1, Width: 1, Height: 1}.Volume())
	require.Equal(t, int64(1_000_000_000_000_000), measure.Size{Length: measure.MaxSide, Width: measure.MaxSide, Height: measure.MaxSide}.Volume())

	for _, row := range []struct {
		size measure.Size
		want []string
	}{
		{measure.Size{}, nil},
		{s, nil},
		{measure.Size{Length: 1}, []string{"box.width required", "box.height required"}},
		{measure.Size{Length: -1, Width: 1, Height: measure.MaxSide + 1}, []string{"box.length out_of_range", "box.height out_of_range"}},
	} {
		var c fault.Check
		row.size.Check(&c, "box")
		var got []string
		for _, f := range fault.FieldsOf(c.Err("x")) {
			got = append(got, f.Path+" "+f.Code)
		}
		require.Equal(t, row.want, got)
	}
}

func ExampleWeight() {
	w, err := measure.ParseWeight("1.5 lb")
	fmt.Println(w, err)
	fmt.Println(w.In(measure.UnitOunce, 2), "oz, charged as", w.Ceil(measure.UnitPound, 0), "lb")
	_, err = measure.ParseWeight("1,5 kg")
	fmt.Println(fault.Public(err))
	// Output:
	// 680.389 g <nil>
	// 24 oz, charged as 2 lb
	// The unit of the weight is not known: expected is something like "1.5 kg".
}

func ExampleLength() {
	l, err := measure.ParseLength("11 in")
	fmt.Println(l, l.In(measure.UnitInch, 2), err)
	// Output: 27.94 cm 11 <nil>
}
