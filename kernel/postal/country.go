package postal

import (
	"regexp"
	"strings"
	"sync"

	"github.com/kontor-go/kontor/kernel/fault"
)

// rules is what an address of one country must look like.
type rules struct {
	// name is the country in English capitals, as the post writes it abroad.
	name string
	// format sets the lines: %N name, %O company, %A street lines, %D district,
	// %C city, %S region, %Z postcode, %X sorting code, %n new line.
	format string
	// latin is format for addresses in Latin letters, where that differs.
	latin string
	// require and upper hold the letters of the fields that must be there and
	// of those that the post wants in capitals.
	require, upper string
	// postcode is what a whole postcode must match; empty means anything.
	postcode string
	// prefix is what format writes before the postcode, and people often type.
	prefix string
}

// ParseCountry returns a country code in capitals. It accepts, in either case,
// the codes that ISO 3166-1 alpha-2 assigns and the three more that are in use
// for post: XK (Kosovo), AC (Ascension) and TA (Tristan da Cunha). Anything else
// is an Invalid error with code "country_unknown".
func ParseCountry(code string) (string, error) {
	if len(code) == 2 {
		up := strings.ToUpper(code)
		if _, ok := rulesOf(up); ok {
			return up, nil
		}
	}
	return "", fault.New(fault.Invalid, codeCountry, textCountry)
}

const (
	codeCountry = "country_unknown"
	textCountry = "must be a country code of two letters"
)

// IsCountry reports whether code is a country code in capitals.
func IsCountry(code string) bool {
	_, ok := rulesOf(code)
	return ok
}

// CountryName returns the English name of a country in capitals, as the post
// writes it, or "" if there is no such country.
func CountryName(code string) string {
	r, _ := rulesOf(code)
	return r.name
}

// Countries returns all country codes in alphabetical order.
func Countries() []string { return countryCodes() }

// Required returns the fields that an address in country must have beside the
// name, as they are called in JSON ("lines", "city", "region", "postcode"), for
// a host that draws a form. It returns nil if there is no such country.
func Required(country string) []string {
	r, _ := rulesOf(country)
	var fields []string
	for _, f := range []struct{ letter, name string }{
		{"A", "lines"}, {"C", "city"}, {"S", "region"}, {"Z", "postcode"},
	} {
		if strings.Contains(r.require, f.letter) {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// patterns keeps the compiled postcode rules; the British one takes a tenth of
// a millisecond to compile. It holds at most one entry for each country.
//
//nolint:gochecknoglobals // a cache of constants
var patterns sync.Map

// matches reports whether code is a whole postcode of the country.
func (r rules) matches(code string) bool {
	if r.postcode == "" {
		return true
	}
	re, ok := patterns.Load(r.postcode)
	if !ok {
		re, _ = patterns.LoadOrStore(r.postcode, regexp.MustCompile("^(?:"+r.postcode+")$"))
	}
	return re.(*regexp.Regexp).MatchString(code) //nolint:forcetypeassert // nothing else is stored
}
