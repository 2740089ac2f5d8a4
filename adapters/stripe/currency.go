package stripe

import (
	"math"
	"strings"

	"github.com/kontor-go/kontor/kernel/money"
)

// counting is how Stripe counts a currency: with so many decimals, and in
// steps of so many units. It is not what ISO 4217 says for all of them.
type counting struct {
	exponent int
	step     int64
}

// countingOf returns how Stripe counts a currency, and false where that is not
// known, so that nothing is ever off by a power of ten.
func countingOf(c money.Currency) (counting, bool) {
	switch c.Code() {
	case "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF":
		return counting{0, 1}, true
	case "ISK", "UGX": // without decimals, and yet counted in hundredths that must be zero
		return counting{2, 100}, true
	case "BHD", "JOD", "KWD", "OMR", "TND": // the third decimal must be zero
		return counting{3, 10}, true
	}
	return counting{2, 1}, c.Exponent() == 2
}

// units returns an amount as Stripe counts it, and false if Stripe cannot
// express it.
func units(a money.Amount) (n int64, currency string, ok bool) {
	c, known := countingOf(a.Currency())
	if !known || a.Check() != nil {
		return 0, "", false
	}
	n, ok = scaled(a.Minor(), c.exponent-a.Currency().Exponent())
	return n, strings.ToLower(a.Currency().Code()), ok && n%c.step == 0
}

// amountOf is the way back. It is false for a currency that is not known and
// for a number that Stripe would never say.
func amountOf(n int64, currency string) (money.Amount, bool) {
	cur, err := money.ParseCurrency(strings.ToUpper(currency))
	if err != nil {
		return money.Amount{}, false
	}
	c, known := countingOf(cur)
	if !known || n%c.step != 0 {
		return money.Amount{}, false
	}
	minor, ok := scaled(n, cur.Exponent()-c.exponent)
	a := money.New(minor, cur)
	return a, ok && a.Check() == nil
}

// scaled returns n times ten to the power of by, if that is exact.
func scaled(n int64, by int) (int64, bool) {
	for ; by > 0; by-- {
		if n > math.MaxInt64/10 || n < math.MinInt64/10 {
			return 0, false
		}
		n *= 10
	}
	for ; by < 0; by++ {
		if n%10 != 0 {
			return 0, false
		}
		n /= 10
	}
	return n, true
}
