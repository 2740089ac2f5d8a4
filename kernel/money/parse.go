package money

// ParseAmount reads an amount in major units, such as "19.99": an optional
// minus, one to 12 digits, and optionally a point and one to four digits,
// ASCII only. It never guesses: "1,99", "1e5", "+1", ".5", "NaN" and digits of
// other scripts are ErrSyntax, more decimals than the currency has (zeros
// included) are ErrPrecision, more than Limit is ErrOverflow, no currency is
// ErrCurrency. Whatever the length of s, at most 19 bytes of it are looked at.
func ParseAmount(s string, c Currency) (Amount, error) {
	if c.IsZero() {
		return Amount{}, mismatch(c, c)
	}
	const longest = len("-123456789012.1234")
	if len(s) > longest {
		return Amount{}, ErrSyntax
	}
	rest := s
	negative := len(rest) > 0 && rest[0] == '-'
	if negative {
		rest = rest[1:]
	}
	whole, rest, n := number(rest)
	if n < 1 || n > 12 {
		return Amount{}, ErrSyntax
	}
	var fraction int64
	var places int
	if rest != "" {
		if rest[0] != '.' {
			return Amount{}, ErrSyntax
		}
		fraction, rest, places = number(rest[1:])
		if places < 1 || places > 4 || rest != "" {
			return Amount{}, ErrSyntax
		}
	}
	if places > c.Exponent() {
		return Amount{}, ErrPrecision
	}
	minor := whole*c.unit() + fraction*pow10(c.Exponent()-places)
	if negative {
		minor = -minor
	}
	return checked(minor, c)
}

// number reads the digits at the head of s, at most 18 of which it is given.
func number(s string) (v int64, rest string, n int) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		v = v*10 + int64(s[n]-'0')
		n++
	}
	return v, s[n:], n
}

// Decimal returns the amount in major units with all decimals of its
// currency, as ParseAmount reads it: "19.90", "-0.05", "1999" for yen.
func (a Amount) Decimal() string {
	return string(appendDecimal(make([]byte, 0, 24), a.minor, a.cur.Exponent()))
}

// String returns the amount and its currency, for operators and logs:
// "19.90 EUR". Format writes for people.
func (a Amount) String() string {
	b := appendDecimal(make([]byte, 0, 28), a.minor, a.cur.Exponent())
	if a.cur.IsZero() {
		return string(b)
	}
	b = append(b, ' ')
	return string(a.cur.appendCode(b))
}

// appendDecimal writes v / 10^places with exactly that many decimals.
func appendDecimal(dst []byte, v int64, places int) []byte {
	if v < 0 {
		dst = append(dst, '-')
	}
	var buf [24]byte
	at := len(buf)
	for u := magnitude(v); u > 0 || len(buf)-at <= places; u /= 10 {
		at--
		buf[at] = byte('0' + u%10)
	}
	digits := buf[at:]
	if places == 0 {
		return append(dst, digits...)
	}
	whole := len(digits) - places
	dst = append(dst, digits[:whole]...)
	dst = append(dst, '.')
	return append(dst, digits[whole:]...)
}
