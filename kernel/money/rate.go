package money

import (
	"cmp"
	"math/big"
	"math/bits"
	"strings"

	"github.com/shopspring/decimal"
)

// Rate is a plain factor: 0.19 for a tax of 19 percent, 0.9737 for an exchange
// rate. Rates compare with ==; the zero value is 0.
//
// A rate is below 10^12 and has at most 30 decimals. Up to 18 digits it works
// without memory; finer ones take the way over big integers to the same answer.
type Rate struct {
	num   int64  // num / 10^scale, without trailing zeros in the fraction
	scale uint8  // 0 to 18
	wide  string // the decimal text of a rate that does not fit; num and scale are 0
}

const (
	rateWhole    = 12 // digits before the point
	rateFraction = 30 // digits after it
	rateFast     = 18 // digits in num
)

// ParseRate reads a plain decimal factor such as "0.195": an optional minus,
// one to 12 digits, and optionally a point and one to 30 digits, ASCII only.
// Anything else is refused with ErrRate.
func ParseRate(s string) (Rate, error) { return parseRate(s, 0) }

// Percent reads a factor in percent: "19" is 0.19. Its grammar is that of
// ParseRate with 28 decimals.
func Percent(s string) (Rate, error) { return parseRate(s, 2) }

// MustRate is ParseRate for constants; it panics if s is no rate.
func MustRate(s string) Rate {
	r, err := ParseRate(s)
	if err != nil {
		panic("money: not a rate: " + s)
	}
	return r
}

// MustPercent is Percent for constants; it panics if s is no rate.
func MustPercent(s string) Rate {
	r, err := Percent(s)
	if err != nil {
		panic("money: not a percentage: " + s)
	}
	return r
}

// RateOf returns the rate with the value of d, or ErrRate if d has too many
// digits.
func RateOf(d decimal.Decimal) (Rate, error) {
	if d.IsZero() {
		return Rate{}, nil
	}
	if e := d.Exponent(); e > rateWhole || e < -4*rateFraction || d.NumDigits() > 4*rateFraction {
		return Rate{}, ErrRate
	}
	// Within these bounds the plain text is short, and parsing normalises it.
	return parseRate(d.String(), 0)
}

// parseRate reads s and divides it by 10^shift.
func parseRate(s string, shift int) (Rate, error) {
	whole, fraction, pointed := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if !digits(whole, 1, rateWhole) || pointed && !digits(fraction, 1, rateFraction-shift) {
		return Rate{}, ErrRate
	}
	fraction = strings.TrimRight(fraction, "0")
	coefficient := strings.TrimLeft(whole+fraction, "0")
	places := len(fraction) + shift
	for coefficient != "" && places > 0 && strings.HasSuffix(coefficient, "0") {
		coefficient = coefficient[:len(coefficient)-1]
		places--
	}
	if coefficient == "" {
		return Rate{}, nil
	}
	negative := strings.HasPrefix(s, "-")
	if len(coefficient) <= rateFast && places <= rateFast {
		r := Rate{scale: uint8(places)}
		for _, c := range []byte(coefficient) {
			r.num = r.num*10 + int64(c-'0')
		}
		if negative {
			r.num = -r.num
		}
		return r, nil
	}
	return Rate{wide: pointAt(coefficient, places, negative)}, nil
}

// pointAt writes coefficient / 10^places.
func pointAt(coefficient string, places int, negative bool) string { //nolint:revive // the sign is data here
	if pad := places + 1 - len(coefficient); pad > 0 {
		coefficient = strings.Repeat("0", pad) + coefficient
	}
	at := len(coefficient) - places
	text := coefficient[:at]
	if places > 0 {
		text += "." + coefficient[at:]
	}
	if negative {
		return "-" + text
	}
	return text
}

// digits reports whether s is between lo and hi ASCII digits.
func digits(s string, lo, hi int) bool {
	if len(s) < lo || len(s) > hi {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// IsZero reports whether r is 0.
func (r Rate) IsZero() bool { return r == Rate{} }

// IsNegative reports whether r is below 0.
func (r Rate) IsNegative() bool { return r.num < 0 || strings.HasPrefix(r.wide, "-") }

// Cmp returns -1, 0 or 1 as r is less than, equal to or more than s.
func (r Rate) Cmp(s Rate) int {
	switch {
	case r == s:
		return 0
	case r.wide == "" && s.wide == "":
		return compareScaled(r, s)
	default:
		return r.Decimal().Cmp(s.Decimal())
	}
}

// compareScaled compares two rates of the fast form by their products with
// the other's denominator.
func compareScaled(r, s Rate) int {
	if a, b := sign(r.num), sign(s.num); a != b {
		return cmp.Compare(a, b)
	}
	rh, rl := bits.Mul64(magnitude(r.num), uint64(pow10(int(s.scale))))
	sh, sl := bits.Mul64(magnitude(s.num), uint64(pow10(int(r.scale))))
	return sign(r.num) * cmp.Or(cmp.Compare(rh, sh), cmp.Compare(rl, sl))
}

// Decimal returns the value of r.
func (r Rate) Decimal() decimal.Decimal {
	if r.wide != "" {
		d, err := decimal.NewFromString(r.wide)
		if err != nil {
			return decimal.Decimal{} // unreachable: wide is written by pointAt
		}
		return d
	}
	return decimal.New(r.num, -int32(r.scale))
}

// String returns the plain decimal text: "0.195".
func (r Rate) String() string {
	if r.wide != "" {
		return r.wide
	}
	return string(appendDecimal(make([]byte, 0, 24), r.num, int(r.scale)))
}

// MarshalText writes the plain decimal text.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRate reads.
func (r *Rate) UnmarshalText(b []byte) error {
	v, err := ParseRate(string(b))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// Of returns r times a, rounded: a tax added to a, a percentage of a. Errors:
// ErrCurrency if a has none, ErrOverflow.
func (r Rate) Of(a Amount, mode Rounding) (Amount, error) {
	return r.fraction(a, a.cur, 0, mode)
}

// Convert returns a, of one currency, in another one at r units of that for
// one unit of this, rounded: 7.00 USD at 0.9737 are 6.82 EUR. It looks after
// currencies of different exponents. Errors: ErrCurrency if either is none,
// ErrOverflow.
func (r Rate) Convert(a Amount, to Currency, mode Rounding) (Amount, error) {
	if to.IsZero() {
		return Amount{}, mismatch(a.cur, to)
	}
	return r.fraction(a, to, to.Exponent()-a.cur.Exponent(), mode)
}

// fraction returns a * r * 10^shift in currency to.
func (r Rate) fraction(a Amount, to Currency, shift int, mode Rounding) (Amount, error) {
	if err := a.Check(); err != nil {
		return Amount{}, err
	}
	var m int64
	var ok bool
	if r.wide == "" && shift == 0 {
		m, ok = scale(a.minor, r.num, pow10(int(r.scale)), mode)
	} else {
		num, den := r.ratio()
		if shift > 0 {
			num.Mul(num, big.NewInt(pow10(shift)))
		} else {
			den.Mul(den, big.NewInt(pow10(-shift)))
		}
		m, ok = scaleWide(a.minor, num, den, mode)
	}
	if !ok {
		return Amount{}, ErrOverflow
	}
	return Amount{m, to}, nil
}

// Included returns the part of gross that is tax at rate r, rounded:
// gross * r / (1 + r). The net amount is gross less that, so that both always
// add up. Errors: ErrRate if r is -1 or less, ErrCurrency, ErrOverflow.
func (r Rate) Included(gross Amount, mode Rounding) (Amount, error) {
	if err := gross.Check(); err != nil {
		return Amount{}, err
	}
	var m int64
	var ok bool
	if r.wide == "" {
		den := pow10(int(r.scale)) + r.num
		if den <= 0 {
			return Amount{}, ErrRate
		}
		m, ok = scale(gross.minor, r.num, den, mode)
	} else {
		num, den := r.ratio()
		if den.Add(den, num).Sign() <= 0 {
			return Amount{}, ErrRate
		}
		m, ok = scaleWide(gross.minor, num, den, mode)
	}
	if !ok {
		return Amount{}, ErrOverflow
	}
	return Amount{m, gross.cur}, nil
}

// ratio returns r as a fraction with a positive denominator.
func (r Rate) ratio() (num, den *big.Int) {
	d := r.Decimal()
	if e := d.Exponent(); e < 0 {
		return d.Coefficient(), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-e)), nil)
	}
	return d.BigInt(), big.NewInt(1)
}

// FromDecimal returns d, in major units of c, rounded to minor units: 12.34567
// in EUR is 12.35. Errors: ErrCurrency if c is none, ErrOverflow.
func FromDecimal(d decimal.Decimal, c Currency, mode Rounding) (Amount, error) {
	if d.IsZero() {
		return Zero(c), Zero(c).Check()
	}
	// The digits are counted before anything is computed with 10^exponent.
	if e := d.Exponent(); e > 2*rateWhole || e < -4*rateFraction || d.NumDigits() > 4*rateFraction {
		return Amount{}, ErrOverflow
	}
	return FromRat(d.Rat(), c, mode)
}

// FromRat is FromDecimal for an exact fraction, such as a sum of contained
// taxes that no decimal can hold. It leaves v as it is.
func FromRat(v *big.Rat, c Currency, mode Rounding) (Amount, error) {
	if c.IsZero() {
		return Amount{}, mismatch(c, c)
	}
	m, ok := scaleWide(c.unit(), v.Num(), v.Denom(), mode)
	if !ok {
		return Amount{}, ErrOverflow
	}
	return Amount{m, c}, nil
}
