package money

import (
	"cmp"
	"math/big"
	"math/bits"
)

// Rounding says what happens to a fraction of a minor unit. The zero value is
// HalfUp, and so does an unknown value round.
type Rounding uint8

// The rounding modes. Up and away mean away from zero, so that a refund is the
// mirror of its sale; only Floor and Ceil look at the sign.
const (
	// HalfUp rounds to the nearest unit and a half away from zero: 2.5 to 3,
	// -2.5 to -3. Most tax laws mean this.
	HalfUp Rounding = iota
	// HalfEven rounds to the nearest unit and a half to the even one.
	HalfEven
	// HalfDown rounds to the nearest unit and a half towards zero.
	HalfDown
	// Down cuts the fraction off, towards zero.
	Down
	// Up rounds any fraction away from zero.
	Up
	// Floor rounds towards minus infinity.
	Floor
	// Ceil rounds towards plus infinity.
	Ceil
)

// away reports whether a magnitude q with a fraction is rounded away from
// zero. half compares the fraction with one half; sign is that of the number.
func (r Rounding) away(q uint64, half, sign int) bool {
	switch r {
	case HalfUp:
		return half >= 0
	case HalfEven:
		return half > 0 || half == 0 && q&1 == 1
	case HalfDown:
		return half > 0
	case Down:
		return false
	case Up:
		return true
	case Floor:
		return sign < 0
	case Ceil:
		return sign > 0
	}
	return half >= 0
}

// scale returns a*num/den rounded, by way of a product of 128 bits, and false
// if the result is beyond Limit. den is positive.
func scale(a, num, den int64, r Rounding) (int64, bool) {
	sign := 1
	if (a < 0) != (num < 0) {
		sign = -1
	}
	d := uint64(den)
	hi, lo := bits.Mul64(magnitude(a), magnitude(num))
	if hi >= d {
		return 0, false
	}
	q, rem := bits.Div64(hi, lo, d)
	if rem > 0 && r.away(q, cmp.Compare(rem, d-rem), sign) {
		q++
	}
	if q > uint64(Limit) {
		return 0, false
	}
	return int64(sign) * int64(q), true
}

// scaleWide is scale for factors that need more than 63 bits.
func scaleWide(a int64, num, den *big.Int, r Rounding) (int64, bool) {
	n := new(big.Int).Mul(big.NewInt(a), num)
	sign := n.Sign()
	q, rem := n.Abs(n).QuoRem(n, den, new(big.Int))
	if !q.IsUint64() || q.Uint64() > uint64(Limit) {
		return 0, false
	}
	u := q.Uint64()
	if rem.Sign() > 0 && r.away(u, rem.Cmp(new(big.Int).Sub(den, rem)), sign) {
		u++
	}
	if u > uint64(Limit) {
		return 0, false
	}
	return int64(sign) * int64(u), true
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}
