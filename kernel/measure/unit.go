package measure

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/kontor-go/kontor/kernel/fault"
)

// maxDigits bounds the digits of a number before and after the point, which is
// more than any bound on a weight or length needs.
const maxDigits = 12

// split cuts a text such as "1.5 kg" or "1.5kg" into number and unit. The
// number is ASCII digits with at most one point between digits.
func split(s string) (number decimal.Decimal, unit string, ok bool) {
	end, points := 0, 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.') {
		if s[end] == '.' {
			points++
		}
		end++
	}
	text := s[:end]
	before, after, _ := strings.Cut(text, ".")
	if points > 1 || before == "" || len(before) > maxDigits || len(after) > maxDigits || points == 1 && after == "" {
		return decimal.Decimal{}, "", false
	}
	number, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, "", false
	}
	return number, strings.TrimPrefix(s[end:], " "), true
}

// read turns a text into a whole number of base units, rounded half up. unit
// tells how many base units one of the named unit has.
func read(s string, limit int64, unit func(string) (decimal.Decimal, bool)) (int64, string) {
	number, name, ok := split(s)
	if !ok {
		return 0, codeForm
	}
	factor, ok := unit(name)
	if !ok {
		return 0, codeUnit
	}
	v := number.Mul(factor).Round(0)
	if v.GreaterThan(decimal.NewFromInt(limit)) {
		return 0, codeRange
	}
	return v.IntPart(), ""
}

// Codes of the errors of this package.
const (
	codeForm     = "measure_form"
	codeUnit     = "measure_unit"
	codeRange    = "measure_range"
	codeNegative = "measure_negative"
)

func refuse(noun, code, example string) error {
	switch code {
	case codeUnit:
		return fault.Newf(fault.Invalid, code, "The unit of the %s is not known: expected is something like %s.", noun, example)
	case codeRange:
		return fault.Newf(fault.Invalid, code, "The %s is too large.", noun)
	case codeNegative:
		return fault.Newf(fault.Invalid, code, "The %s must not be negative.", noun)
	default:
		return fault.Newf(fault.Invalid, code, "The %s cannot be read: expected is something like %s.", noun, example)
	}
}

// exact writes v base units as a number of a unit that has ten to the places
// of them, without trailing zeros.
func exact(v int64, places int32, unit string) string {
	return decimal.New(v, -places).String() + " " + unit
}

// sum adds not negative numbers up to limit.
func sum(limit int64, xs ...int64) (int64, string) {
	var total int64
	for _, x := range xs {
		switch {
		case x < 0:
			return 0, codeNegative
		case x > limit-total:
			return 0, codeRange
		}
		total += x
	}
	return total, ""
}

// times multiplies not negative numbers up to limit.
func times(limit, v, n int64) (int64, string) {
	switch {
	case v < 0 || n < 0:
		return 0, codeNegative
	case n != 0 && v > limit/n:
		return 0, codeRange
	default:
		return v * n, ""
	}
}
