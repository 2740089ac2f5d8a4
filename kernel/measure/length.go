package measure

import "github.com/shopspring/decimal"

// Length is a length in tenths of a millimetre.
type Length int64

// The lengths that others are multiples of. An inch is exactly 25.4 mm.
const (
	Millimetre Length = 10
	Centimetre Length = 100
	Metre      Length = 10_000
	Inch       Length = 254
)

// MaxLength is the largest length that is accepted: a kilometre.
const MaxLength = 1000 * Metre

// LengthUnit is a unit in which a length is read or told.
type LengthUnit string

// The units of length.
const (
	UnitMillimetre LengthUnit = "mm"
	UnitCentimetre LengthUnit = "cm"
	UnitMetre      LengthUnit = "m"
	UnitInch       LengthUnit = "in"
	UnitFoot       LengthUnit = "ft"
)

// tenths returns how many tenths of a millimetre the unit has.
func (u LengthUnit) tenths() (decimal.Decimal, bool) {
	switch u {
	case UnitMillimetre:
		return decimal.New(int64(Millimetre), 0), true
	case UnitCentimetre:
		return decimal.New(int64(Centimetre), 0), true
	case UnitMetre:
		return decimal.New(int64(Metre), 0), true
	case UnitInch:
		return decimal.New(int64(Inch), 0), true
	case UnitFoot:
		return decimal.New(12*int64(Inch), 0), true
	default:
		return decimal.Decimal{}, false
	}
}

// ParseLength reads a length such as "300 mm", "1.2m" or "11 in". Anything
// finer than a tenth of a millimetre is rounded half up. Another form, another
// unit and a length above MaxLength are Invalid errors.
func ParseLength(s string) (Length, error) {
	v, code := read(s, int64(MaxLength), func(unit string) (decimal.Decimal, bool) {
		return LengthUnit(unit).tenths()
	})
	if code != "" {
		return 0, refuse("length", code, `"300 mm"`)
	}
	return Length(v), nil
}

// String writes the exact length in the largest of m, cm and mm in which it is
// at least one: "1.2 m", "30 cm", "2.5 mm".
func (l Length) String() string {
	switch a := max(l, -l); {
	case a >= Metre:
		return exact(int64(l), 4, "m")
	case a >= Centimetre:
		return exact(int64(l), 2, "cm")
	default:
		return exact(int64(l), 1, "mm")
	}
}

// In returns the length in a unit, rounded half up to a number of decimal
// places. An unknown unit returns zero.
func (l Length) In(u LengthUnit, places int32) decimal.Decimal {
	f, ok := u.tenths()
	if !ok {
		return decimal.Decimal{}
	}
	return decimal.NewFromInt(int64(l)).DivRound(f, places)
}

// Ceil returns the length in a unit, rounded up to a number of decimal places.
// An unknown unit returns zero.
func (l Length) Ceil(u LengthUnit, places int32) decimal.Decimal {
	f, ok := u.tenths()
	if !ok {
		return decimal.Decimal{}
	}
	return ceil(int64(l), f, places)
}

// Plus returns l + k. A negative length and a sum above MaxLength are Invalid
// errors.
func (l Length) Plus(k Length) (Length, error) {
	v, code := sum(int64(MaxLength), int64(l), int64(k))
	if code != "" {
		return 0, refuse("length", code, `"300 mm"`)
	}
	return Length(v), nil
}

// Times returns n times l. A negative n and a product above MaxLength are
// Invalid errors.
func (l Length) Times(n int64) (Length, error) {
	v, code := times(int64(MaxLength), int64(l), n)
	if code != "" {
		return 0, refuse("length", code, `"300 mm"`)
	}
	return Length(v), nil
}

// MarshalText writes what String writes.
func (l Length) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what ParseLength reads.
func (l *Length) UnmarshalText(b []byte) error {
	v, err := ParseLength(string(b))
	if err != nil {
		return err
	}
	*l = v
	return nil
}
