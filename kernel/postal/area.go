package postal

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Area is a part of the world, as shops, carriers and tax offices divide it. It
// may be as wide as a country or as narrow as a postcode.
type Area struct {
	// Country is a country code in capitals. Empty: the whole world, and the
	// other fields are empty too.
	Country string `json:"country,omitempty"`
	// Regions are states or provinces, as addresses name them, without regard
	// to case. None: all. At most 100.
	Regions []string `json:"regions,omitempty"`
	// Postcodes say which postcodes, without regard to spaces, hyphens and case.
	// None: all. At most 500. Each is of the form
	//
	//	22061         this one
	//	35*           all that begin so
	//	5100..5107    all that begin with one of these, which are equally long
	Postcodes []string `json:"postcodes,omitempty"`
}

// The limits of an Area.
const (
	maxRegions   = 100
	maxPostcodes = 500
)

// Check records under path what is wrong with a.
func (a Area) Check(c *fault.Check, path string) {
	if a.Country == "" {
		c.That(len(a.Regions)+len(a.Postcodes) == 0, path+".country", "required", "must not be empty with regions or postcodes")
		return
	}
	c.That(IsCountry(a.Country), path+".country", codeCountry, textCountry)
	c.That(len(a.Regions) <= maxRegions, path+".regions", "too_many", "must be at most 100")
	for i, r := range a.Regions[:min(len(a.Regions), maxRegions)] {
		c.Required(path+".regions["+strconv.Itoa(i)+"]", r, maxText)
	}
	c.That(len(a.Postcodes) <= maxPostcodes, path+".postcodes", "too_many", "must be at most 500")
	for i, p := range a.Postcodes[:min(len(a.Postcodes), maxPostcodes)] {
		lo, hi := bounds(p)
		ok := lo != "" && len(p) <= 2*maxPostcode+2 && len(lo) == len(hi) && lo <= hi && isBare(lo) && isBare(hi)
		c.That(ok, path+".postcodes["+strconv.Itoa(i)+"]", "bad_postcode", `must be like "22061", "35*" or "5100..5107"`)
	}
}

// Depth says how narrow an area is: 0 the world, 1 a country, 2 some regions of
// it, 3 some postcodes.
func (a Area) Depth() int {
	switch {
	case a.Country == "":
		return 0
	case len(a.Postcodes) > 0:
		return 3
	case len(a.Regions) > 0:
		return 2
	default:
		return 1
	}
}

// Place is where something is or goes, as far as it is known.
type Place struct {
	// Country is a country code in capitals.
	Country string `json:"country"`
	// Region and Postcode are as in an Address; empty if not known yet.
	Region   string `json:"region,omitempty"`
	Postcode string `json:"postcode,omitempty"`
}

// Place returns where an address is.
func (a Address) Place() Place {
	return Place{Country: a.Country, Region: a.Region, Postcode: a.Postcode}
}

// Check records under path what is wrong with p: the country is required.
func (p Place) Check(c *fault.Check, path string) {
	c.That(IsCountry(p.Country), path+".country", codeCountry, textCountry)
	c.Text(path+".region", p.Region, maxText)
	c.Text(path+".postcode", p.Postcode, maxPostcode)
}

// Holds reports whether p is in a. A place whose region or postcode is not
// known is in no area that asks for one.
func (a Area) Holds(p Place) bool {
	if a.Country == "" {
		return true
	}
	if a.Country != p.Country {
		return false
	}
	if len(a.Regions) > 0 && !slices.ContainsFunc(a.Regions, func(r string) bool { return strings.EqualFold(r, p.Region) }) {
		return false
	}
	if len(a.Postcodes) == 0 {
		return true
	}
	code := bare(p.Postcode)
	return code != "" && slices.ContainsFunc(a.Postcodes, func(pattern string) bool { return matches(pattern, code) })
}

func matches(pattern, code string) bool {
	lo, hi := bounds(pattern)
	if !strings.Contains(pattern, "..") && !strings.HasSuffix(pattern, "*") {
		return code == lo
	}
	if len(code) < len(lo) {
		return false
	}
	start := code[:len(lo)]
	return start >= lo && start <= hi
}

// bounds returns the smallest and the largest beginning that a pattern means.
func bounds(pattern string) (lo, hi string) {
	lo, hi, ranged := strings.Cut(pattern, "..")
	if !ranged {
		lo = strings.TrimSuffix(pattern, "*")
		hi = lo
	}
	return bare(lo), bare(hi)
}

// bare is a postcode without what people write or leave out at will.
func bare(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
}

func isBare(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'A' || s[i] > 'Z') {
			return false
		}
	}
	return true
}
