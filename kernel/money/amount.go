package money

import "cmp"

// Limit is the largest number of minor units, positive or negative, that a
// calculation accepts or returns: ten trillion euro.
const Limit int64 = 1_000_000_000_000_000

// Amount is a number of minor units of a currency. Amounts compare with ==;
// the zero value has no currency and takes part in no calculation.
type Amount struct {
	minor int64
	cur   Currency
}

// New returns an amount of minor units: New(1999, eur) is 19.99 EUR. A number
// beyond Limit is kept as it is, but every calculation with it is refused with
// ErrOverflow; Check tells beforehand.
func New(minor int64, c Currency) Amount { return Amount{minor: minor, cur: c} }

// Zero returns nothing of a currency.
func Zero(c Currency) Amount { return Amount{cur: c} }

// EUR returns an amount of euro cents.
func EUR(minor int64) Amount { return Amount{minor, pack("EUR", 2)} }

// USD returns an amount of US cents.
func USD(minor int64) Amount { return Amount{minor, pack("USD", 2)} }

// GBP returns an amount of British pence.
func GBP(minor int64) Amount { return Amount{minor, pack("GBP", 2)} }

// CHF returns an amount of Swiss centimes.
func CHF(minor int64) Amount { return Amount{minor, pack("CHF", 2)} }

// PLN returns an amount of Polish groszy.
func PLN(minor int64) Amount { return Amount{minor, pack("PLN", 2)} }

// JPY returns an amount of yen, which has no smaller unit.
func JPY(minor int64) Amount { return Amount{minor, pack("JPY", 0)} }

// KWD returns an amount of Kuwaiti fils, a thousand to the dinar.
func KWD(minor int64) Amount { return Amount{minor, pack("KWD", 3)} }

// BHD returns an amount of Bahraini fils, a thousand to the dinar.
func BHD(minor int64) Amount { return Amount{minor, pack("BHD", 3)} }

// Minor returns the number of minor units.
func (a Amount) Minor() int64 { return a.minor }

// Currency returns the currency.
func (a Amount) Currency() Currency { return a.cur }

// IsZero reports whether a is nothing, with or without a currency.
func (a Amount) IsZero() bool { return a.minor == 0 }

// IsNegative reports whether a is less than nothing.
func (a Amount) IsNegative() bool { return a.minor < 0 }

// IsPositive reports whether a is more than nothing.
func (a Amount) IsPositive() bool { return a.minor > 0 }

// Sign returns -1, 0 or 1.
func (a Amount) Sign() int { return sign(a.minor) }

// Check returns ErrCurrency if a has no currency and ErrOverflow if it is
// beyond Limit.
func (a Amount) Check() error {
	switch {
	case a.cur.IsZero():
		return mismatch(a.cur, a.cur)
	case !within(a.minor):
		return ErrOverflow
	default:
		return nil
	}
}

// Neg returns a with the other sign.
func (a Amount) Neg() Amount {
	if a.minor == minInt64 {
		return Amount{maxInt64, a.cur} // both are far beyond Limit and refused
	}
	return Amount{-a.minor, a.cur}
}

// Abs returns a without its sign.
func (a Amount) Abs() Amount {
	if a.minor < 0 {
		return a.Neg()
	}
	return a
}

// Add returns a + b, or ErrCurrency, or ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	if err := together(a, b); err != nil {
		return Amount{}, err
	}
	return checked(a.minor+b.minor, a.cur) // cannot wrap: both are within Limit
}

// Sub returns a - b, or ErrCurrency, or ErrOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	if err := together(a, b); err != nil {
		return Amount{}, err
	}
	return checked(a.minor-b.minor, a.cur)
}

// Mul returns n times a, or ErrCurrency, or ErrOverflow.
func (a Amount) Mul(n int64) (Amount, error) {
	if err := a.Check(); err != nil {
		return Amount{}, err
	}
	m, ok := scale(a.minor, n, 1, Down)
	if !ok {
		return Amount{}, ErrOverflow
	}
	return Amount{m, a.cur}, nil
}

// Cmp returns -1, 0 or 1 as a is less than, equal to or more than b, or
// ErrCurrency, or ErrOverflow.
func (a Amount) Cmp(b Amount) (int, error) {
	if err := together(a, b); err != nil {
		return 0, err
	}
	return cmp.Compare(a.minor, b.minor), nil
}

// Sum adds amounts of currency c; the sum of none is nothing of c. The first
// amount of another currency ends it with ErrCurrency. Sums on the way may
// not pass Limit either, so the order of xs never decides between a result
// and an error unless the signs differ.
func Sum(c Currency, xs ...Amount) (Amount, error) {
	total := Zero(c)
	if err := total.Check(); err != nil {
		return Amount{}, err
	}
	for _, x := range xs {
		var err error
		if total, err = total.Add(x); err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}

// RoundCash returns a rounded to what can be paid in cash; see
// Currency.CashStep.
func (a Amount) RoundCash(r Rounding) (Amount, error) {
	if err := a.Check(); err != nil {
		return Amount{}, err
	}
	step := a.cur.CashStep()
	n, ok := scale(a.minor, 1, step, r)
	if !ok {
		return Amount{}, ErrOverflow
	}
	return checked(n*step, a.cur)
}

const (
	minInt64 = -1 << 63
	maxInt64 = 1<<63 - 1
)

func sign(v int64) int { return cmp.Compare(v, 0) }

func within(minor int64) bool { return minor >= -Limit && minor <= Limit }

// together tells whether two amounts may meet in one calculation.
func together(a, b Amount) error {
	if a.cur != b.cur || a.cur.IsZero() {
		return mismatch(a.cur, b.cur)
	}
	if !within(a.minor) || !within(b.minor) {
		return ErrOverflow
	}
	return nil
}

func checked(minor int64, c Currency) (Amount, error) {
	if !within(minor) {
		return Amount{}, ErrOverflow
	}
	return Amount{minor, c}, nil
}
