package money

import "time"

// Currency is one of the currencies of ISO 4217. The zero value is none.
// Currencies compare with == and serve as map keys.
type Currency struct {
	// Three letters and the exponent, a byte each. The exponent spares the hot
	// path a look-up, and one number travels in a register, which three bytes
	// do not.
	packed uint32
}

// pack returns the currency of three letters.
func pack(code string, exponent uint8) Currency {
	return Currency{uint32(code[0])<<24 | uint32(code[1])<<16 | uint32(code[2])<<8 | uint32(exponent)}
}

// details is what the table says about one currency.
type details struct {
	numeric  uint16 // ISO 4217 numeric code
	exponent uint8  // decimals of the minor unit
	digits   uint8  // decimals that people write (CLDR)
	cash     uint16 // smallest step payable in cash, in minor units
	from, to uint32 // first and last day of use as yyyymmdd; 0: open
	name     string
}

// ParseCurrency returns the currency with the given code of three capital
// letters. Any other text is refused with ErrUnknownCurrency. Withdrawn
// currencies that ISO still lists are known; see ValidAt.
func ParseCurrency(code string) (Currency, error) {
	d, ok := lookup(code)
	if !ok {
		return Currency{}, ErrUnknownCurrency
	}
	return pack(code, d.exponent), nil
}

// MustCurrency is ParseCurrency for constants; it panics for an unknown code.
func MustCurrency(code string) Currency {
	c, err := ParseCurrency(code)
	if err != nil {
		panic("money: unknown currency " + code)
	}
	return c
}

// IsZero reports whether c is no currency.
func (c Currency) IsZero() bool { return c == Currency{} }

// Code returns the three letters, and "" for none.
func (c Currency) Code() string {
	if c.IsZero() {
		return ""
	}
	return string(c.appendCode(make([]byte, 0, 3)))
}

func (c Currency) appendCode(dst []byte) []byte {
	return append(dst, byte(c.packed>>24), byte(c.packed>>16), byte(c.packed>>8))
}

// String returns the code.
func (c Currency) String() string { return c.Code() }

// label is the code for messages.
func (c Currency) label() string {
	if c.IsZero() {
		return "no currency"
	}
	return c.Code()
}

// Exponent returns the number of decimals of the minor unit: 2 for EUR, 0 for
// JPY, 3 for KWD. It is the exponent of ISO 4217.
func (c Currency) Exponent() int { return int(c.packed & 0xff) }

// CashStep returns the smallest step that can be paid in cash, in minor
// units: 5 for CHF, 100 for CZK, 1 where every amount can be paid.
func (c Currency) CashStep() int64 {
	d, ok := lookup(c.Code())
	if !ok {
		return 1
	}
	return int64(d.cash)
}

// Numeric returns the three digits of the numeric code, "978" for EUR, and ""
// for none.
func (c Currency) Numeric() string {
	d, ok := lookup(c.Code())
	if !ok {
		return ""
	}
	n := d.numeric
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

// Name returns the English name, for operators: "Swiss Franc".
func (c Currency) Name() string {
	d, _ := lookup(c.Code())
	return d.name
}

// ValidAt reports whether c was in use anywhere on the day of t in UTC. The
// first and the last day count. A currency without known dates, such as a unit
// of account, is always valid; none is never valid.
func (c Currency) ValidAt(t time.Time) bool {
	d, ok := lookup(c.Code())
	if !ok {
		return false
	}
	y, m, dd := t.UTC().Date()
	day := int64(y)*10000 + int64(m)*100 + int64(dd)
	return day >= int64(d.from) && (d.to == 0 || day <= int64(d.to))
}

// unit returns the number of minor units in one major unit.
func (c Currency) unit() int64 { return pow10(c.Exponent()) }

// MarshalText writes the code; none is empty text.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c.Code()), nil }

// UnmarshalText reads a code; empty text is none.
func (c *Currency) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = Currency{}
		return nil
	}
	v, err := ParseCurrency(string(b))
	if err != nil {
		return err
	}
	*c = v
	return nil
}

// pow10 returns 10^n for n from 0 to 18.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
