package money

import (
	"bytes"
	"strconv"
)

// Price is an amount for a number of pieces, and so may be finer than a minor
// unit: 1.25 EUR per 100. Prices compare with ==, but 1 per 100 and 2 per 200
// are different values.
type Price struct {
	// Amount is what Per pieces cost.
	Amount Amount
	// Per is the number of pieces, at most a million. Default: 1.
	Per int64
}

// MaxPer is the largest number of pieces that a price can be given for.
const MaxPer = 1_000_000

// Each returns the price of a single piece.
func Each(a Amount) Price { return Price{Amount: a} }

// Pieces returns the number of pieces that Amount is for, at least 1.
func (p Price) Pieces() int64 { return max(p.Per, 1) }

// Check returns ErrCurrency or ErrOverflow for the amount, and ErrRate if Per
// is negative or more than MaxPer.
func (p Price) Check() error {
	if p.Per < 0 || p.Per > MaxPer {
		return ErrRate
	}
	return p.Amount.Check()
}

// Times returns what qty pieces cost, rounded once: 1.25 per 100 times 250 is
// 3.125 and half up 3.13. Errors: those of Check.
func (p Price) Times(qty int64, mode Rounding) (Amount, error) {
	if err := p.Check(); err != nil {
		return Amount{}, err
	}
	m, ok := scale(p.Amount.minor, qty, p.Pieces(), mode)
	if !ok {
		return Amount{}, ErrOverflow
	}
	return Amount{m, p.Amount.cur}, nil
}

// String returns "1.25 EUR per 100", and only the amount for single pieces.
func (p Price) String() string {
	if p.Pieces() == 1 {
		return p.Amount.String()
	}
	return p.Amount.String() + " per " + strconv.FormatInt(p.Per, 10)
}

// MarshalJSON writes {"amount":"1.25","currency":"EUR","per":100}, without per
// for single pieces, and null for the zero Price.
func (p Price) MarshalJSON() ([]byte, error) {
	b, err := p.Amount.MarshalJSON()
	if err != nil || p.Pieces() == 1 || bytes.Equal(b, []byte("null")) {
		return b, err
	}
	b = append(b[:len(b)-1], `,"per":`...)
	return append(strconv.AppendInt(b, p.Per, 10), '}'), nil
}

// UnmarshalJSON reads exactly what MarshalJSON writes; per is a whole number
// from 1 to MaxPer. Errors: those of Amount.UnmarshalJSON.
func (p *Price) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*p = Price{}
		return nil
	}
	f, err := readFields(b)
	if err != nil {
		return err
	}
	v := Price{}
	if v.Amount, err = f.value(); err != nil {
		return err
	}
	if f.per != "" {
		if v.Per, err = strconv.ParseInt(f.per.String(), 10, 64); err != nil || v.Per < 1 || v.Per > MaxPer {
			return ErrSyntax
		}
		if v.Per == 1 {
			v.Per = 0 // one value for one meaning
		}
	}
	*p = v
	return nil
}
