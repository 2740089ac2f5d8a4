package tax

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
)

// The categories of EU beside the standard one. Not every country has all of
// them; where it has no such rate, goods are taxed at the standard one.
const (
	// Reduced is the reduced rate of a country that has one only.
	Reduced = "reduced"
	// Reduced1 and Reduced2 are the lower and the higher reduced rate of a
	// country that has two.
	Reduced1 = "reduced1"
	Reduced2 = "reduced2"
	// SuperReduced is below 5 percent.
	SuperReduced = "super_reduced"
	// Parking is what some countries still ask for certain goods.
	Parking = "parking"
)

// period is the rates of a country from a day on.
type period struct {
	country, from string // the day; empty: always
	levels        []level
	territories   []territory
}

type level struct{ category, percent string }

// territory is a part of a country with another standard rate.
type territory struct {
	code, name string
	postcodes  []string
	percent    string
}

// EU returns the value added tax of the 27 countries of the European Union and
// of Great Britain, of today and of some years back: a zone for each country,
// whose code is that of the country, and for each territory with other rates
// ("ES-CANARY-ISLANDS"). Of a territory only the standard rate is known, and
// applies to all goods. Days begin at midnight UTC.
//
// Rates are facts of a day; check before use. See NOTICE for their source.
func EU() Sheet {
	var s Sheet
	var last string                // the country of the period before
	var from time.Time             // when that began
	zones := map[string]struct{}{} // a territory stands in several periods
	for _, p := range euPeriods() {
		until := from
		if p.country != last {
			until = time.Time{}
			s.Zones = append(s.Zones, Zone{
				Code: p.country, Name: postal.CountryName(p.country), Areas: []postal.Area{{Country: p.country}},
			})
		}
		last, from = p.country, day(p.from)
		rule := Rule{Zone: p.country, Name: "VAT", From: from, Until: until}
		for _, l := range p.levels {
			rule.Category, rule.Rate = l.category, money.MustPercent(l.percent)
			s.Rules = append(s.Rules, rule)
		}
		rule.Category = ""
		for _, t := range p.territories {
			rule.Zone, rule.Rate = t.code, money.MustPercent(t.percent)
			s.Rules = append(s.Rules, rule)
			if _, known := zones[t.code]; !known {
				zones[t.code] = struct{}{}
				s.Zones = append(s.Zones, Zone{Code: t.code, Name: t.name, Areas: []postal.Area{{Country: p.country, Postcodes: t.postcodes}}})
			}
		}
	}
	return s
}

// day reads a day of the table; all of them are well formed, which a test holds.
func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
