package measure

import (
	"github.com/shopspring/decimal"
)

// Weight is a weight in milligrams.
type Weight int64

// The metric weights.
const (
	Milligram Weight = 1
	Gram      Weight = 1000
	Kilogram  Weight = 1_000_000
)

// MaxWeight is the largest weight that is accepted: a million tonnes.
const MaxWeight = 1_000_000_000 * Kilogram

// WeightUnit is a unit in which a weight is read or told.
type WeightUnit string

// The units of weight. Ounce and pound are the avoirdupois ones:
// 28.349523125 g and 453.59237 g.
const (
	UnitMilligram WeightUnit = "mg"
	UnitGram      WeightUnit = "g"
	UnitKilogram  WeightUnit = "kg"
	UnitOunce     WeightUnit = "oz"
	UnitPound     WeightUnit = "lb"
)

// milligrams returns how many milligrams the unit has.
func (u WeightUnit) milligrams() (decimal.Decimal, bool) {
	switch u {
	case UnitMilligram:
		return decimal.New(1, 0), true
	case UnitGram:
		return decimal.New(1, 3), true
	case UnitKilogram:
		return decimal.New(1, 6), true
	case UnitOunce:
		return decimal.New(28_349_523_125, -6), true
	case UnitPound:
		return decimal.New(45_359_237, -2), true
	default:
		return decimal.Decimal{}, false
	}
}

// ParseWeight reads a weight such as "1.5 kg", "250g" or "12 oz". Anything
// finer than a milligram is rounded half up. Another form, another unit and a
// weight above MaxWeight are Invalid errors.
func ParseWeight(s string) (Weight, error) {
	v, code := read(s, int64(MaxWeight), func(unit string) (decimal.Decimal, bool) {
		return WeightUnit(unit).milligrams()
	})
	if code != "" {
		return 0, refuse("weight", code, `"1.5 kg"`)
	}
	return Weight(v), nil
}

// String writes the exact weight in the largest of kg, g and mg in which it is
// at least one: "1.5 kg", "250 g", "3 mg".
func (w Weight) String() string {
	switch a := max(w, -w); {
	case a >= Kilogram:
		return exact(int64(w), 6, "kg")
	case a >= Gram || w == 0:
		return exact(int64(w), 3, "g")
	default:
		return exact(int64(w), 0, "mg")
	}
}

// In returns the weight in a unit, rounded half up to a number of decimal
// places. An unknown unit returns zero.
func (w Weight) In(u WeightUnit, places int32) decimal.Decimal {
	f, ok := u.milligrams()
	if !ok {
		return decimal.Decimal{}
	}
	return decimal.NewFromInt(int64(w)).DivRound(f, places)
}

// Ceil returns the weight in a unit, rounded up to a number of decimal places:
// 1.001 oz are 2 oz with none. An unknown unit returns zero.
func (w Weight) Ceil(u WeightUnit, places int32) decimal.Decimal {
	f, ok := u.milligrams()
	if !ok {
		return decimal.Decimal{}
	}
	return ceil(int64(w), f, places)
}

// Plus returns w + v. A negative weight and a sum above MaxWeight are Invalid
// errors.
func (w Weight) Plus(v Weight) (Weight, error) { return SumWeights(w, v) }

// Times returns n times w. A negative n and a product above MaxWeight are
// Invalid errors.
func (w Weight) Times(n int64) (Weight, error) {
	v, code := times(int64(MaxWeight), int64(w), n)
	if code != "" {
		return 0, refuse("weight", code, `"1.5 kg"`)
	}
	return Weight(v), nil
}

// SumWeights returns the sum of ws, zero for none. A negative weight and a sum
// above MaxWeight are Invalid errors.
func SumWeights(ws ...Weight) (Weight, error) {
	xs := make([]int64, len(ws))
	for i, w := range ws {
		xs[i] = int64(w)
	}
	v, code := sum(int64(MaxWeight), xs...)
	if code != "" {
		return 0, refuse("weight", code, `"1.5 kg"`)
	}
	return Weight(v), nil
}

// MarshalText writes what String writes.
func (w Weight) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads what ParseWeight reads.
func (w *Weight) UnmarshalText(b []byte) error {
	v, err := ParseWeight(string(b))
	if err != nil {
		return err
	}
	*w = v
	return nil
}

// ceil returns v / f rounded up to a number of decimal places.
func ceil(v int64, f decimal.Decimal, places int32) decimal.Decimal {
	d := decimal.NewFromInt(v)
	q := d.DivRound(f, places)
	if q.Mul(f).LessThan(d) {
		q = q.Add(decimal.New(1, -places))
	}
	return q
}
