package money

import "strings"

// Policy is how one shop rounds. It is a small value that is stored on every
// order, so that the figures of the order can be computed again. The zero
// value rounds half up, per line, and shares by largest remainder.
type Policy struct {
	// Mode says how to round. Default: HalfUp.
	Mode Rounding `json:"mode"`
	// At says how much is added up before it is rounded. Default: Line.
	At Scope `json:"at"`
	// Residue says who gets the odd units of a shared amount. Default:
	// LargestRemainder.
	Residue Residue `json:"residue"`
	// Cash says that totals are rounded to what can be paid in cash; see
	// Currency.CashStep. Default: false.
	Cash bool `json:"cash"`
}

// Check returns ErrPolicy if a field is none of its constants.
func (p Policy) Check() error {
	if p.Mode > Ceil || p.At > Document || p.Residue&residueRules > LastTakesRest {
		return ErrPolicy
	}
	return nil
}

// Scope says how much is added up before a tax is rounded. The zero value is
// Line.
type Scope uint8

// The scopes. All give the same figures for one unit of one thing, and may
// differ by a few minor units on a document.
const (
	// Line: the tax of each line is rounded.
	Line Scope = iota
	// Unit: the tax of one piece is rounded and multiplied by the quantity.
	Unit
	// RateGroup: amounts with the same rate are added up, their tax is
	// rounded once and shared over the lines.
	RateGroup
	// Document: the exact taxes of all rates are added up and rounded once.
	Document
)

// Residue says who gets the odd units when an amount is shared, and what
// happens if there is nothing to share by. The zero value is LargestRemainder.
type Residue uint8

// The residue rules. Under each of them the parts add up to the whole, a part
// has the sign of the whole, and a weight of zero gets nothing as long as
// another weight is positive.
const (
	// LargestRemainder cuts every share and gives one unit each to those that
	// lost most by it, the first of equals first. No part is a whole unit
	// away from its exact share.
	LargestRemainder Residue = iota
	// FirstEntries cuts every share and gives one unit each to the first.
	FirstEntries
	// HalfDownFirst rounds every share half down and gives or takes one unit
	// each at the first until the sum is right.
	HalfDownFirst
	// LastTakesRest rounds every share half up but the last, which takes what
	// is left.
	LastTakesRest
)

// The bits above the rule say what all-zero weights mean.
const (
	residueRules   = 0x0f
	residueEqual   = 0x10
	residueNothing = 0x20
)

// OrEqual returns r with the addition that all-zero weights get equal parts.
func (r Residue) OrEqual() Residue { return r&residueRules | residueEqual }

// OrNothing returns r with the addition that all-zero weights get nothing: the
// parts then do not add up to the whole.
func (r Residue) OrNothing() Residue { return r&residueRules | residueNothing }

// String returns the text form, such as "half_up".
func (r Rounding) String() string { return name(r.names(), int(r)) }

func (Rounding) names() []string {
	return []string{"half_up", "half_even", "half_down", "down", "up", "floor", "ceil"}
}

// MarshalText writes the text form.
func (r Rounding) MarshalText() ([]byte, error) { return textOf(r.names(), int(r)) }

// UnmarshalText reads the text form; anything else is ErrPolicy.
func (r *Rounding) UnmarshalText(b []byte) error {
	i, err := indexOf(r.names(), string(b))
	if err != nil {
		return err
	}
	*r = Rounding(i)
	return nil
}

// String returns the text form, such as "line".
func (s Scope) String() string { return name(s.names(), int(s)) }

func (Scope) names() []string { return []string{"line", "unit", "rate_group", "document"} }

// MarshalText writes the text form.
func (s Scope) MarshalText() ([]byte, error) { return textOf(s.names(), int(s)) }

// UnmarshalText reads the text form; anything else is ErrPolicy.
func (s *Scope) UnmarshalText(b []byte) error {
	i, err := indexOf(s.names(), string(b))
	if err != nil {
		return err
	}
	*s = Scope(i)
	return nil
}

func (Residue) names() []string {
	return []string{"largest_remainder", "first_entries", "half_down_first", "last_takes_rest"}
}

const (
	suffixEqual   = "_or_equal"
	suffixNothing = "_or_nothing"
)

// String returns the text form, such as "largest_remainder" or
// "largest_remainder_or_equal".
func (r Residue) String() string {
	s := name(r.names(), int(r&residueRules))
	switch {
	case r&residueEqual != 0:
		return s + suffixEqual
	case r&residueNothing != 0:
		return s + suffixNothing
	default:
		return s
	}
}

// MarshalText writes the text form.
func (r Residue) MarshalText() ([]byte, error) {
	if _, err := textOf(r.names(), int(r&residueRules)); err != nil {
		return nil, err
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads the text form; anything else is ErrPolicy.
func (r *Residue) UnmarshalText(b []byte) error {
	rule, zero := string(b), Residue(0)
	if s, ok := strings.CutSuffix(rule, suffixEqual); ok {
		rule, zero = s, residueEqual
	} else if s, ok := strings.CutSuffix(rule, suffixNothing); ok {
		rule, zero = s, residueNothing
	}
	i, err := indexOf(r.names(), rule)
	if err != nil {
		return err
	}
	*r = Residue(i) | zero
	return nil
}

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "invalid"
}

func textOf(names []string, i int) ([]byte, error) {
	if i >= len(names) {
		return nil, ErrPolicy
	}
	return []byte(names[i]), nil
}

func indexOf(names []string, s string) (int, error) {
	for i, n := range names {
		if n == s {
			return i, nil
		}
	}
	return 0, ErrPolicy
}
