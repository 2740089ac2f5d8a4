// Package tablerate is a carrier whose prices stand in a table: so much to this
// zone, with this service, up to this weight.
//
// It is a shipping.Carrier and nothing more. A table is made from a Sheet, or
// read from CSV as a spreadsheet writes it (Read). To a place belongs the
// narrowest zone that holds it; places in no zone are not served. Each parcel is
// charged by the smallest band that it fits into, and the request by the sum; a
// service that has no band for one of the parcels is not offered.
package tablerate

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/shipping"
)

// Band is one line of a table.
type Band struct {
	// Zone is the code of the zone.
	Zone string
	// Service names the service, 1 to 64 characters, and Title is for people.
	// Default: the service.
	Service, Title string
	// UpTo is the largest weight of a parcel, included. Required.
	UpTo measure.Weight
	// MaxSize is the largest outside of a parcel, whichever way it is turned.
	// Zero: any. A parcel of unknown size fits.
	MaxSize measure.Size
	// Amount is for one parcel, zero or more.
	Amount money.Amount
	// MinDays and MaxDays are how many days it takes. Zero: not known.
	MinDays, MaxDays int
}

// Sheet is what a table is made of.
type Sheet struct {
	// Zones, at most 1000.
	Zones []shipping.Zone
	// Bands, at most 100,000, in any order.
	Bands []Band
}

const (
	maxZones = 1000
	maxBands = 100_000
	maxDays  = 365
	maxText  = 64
)

// Carrier asks the prices of a table. It never changes and is safe for
// concurrent use.
type Carrier struct {
	code  string
	zones []shipping.Zone
	// bands by zone, the smallest first.
	bands map[string][]Band
}

var _ shipping.Carrier = (*Carrier)(nil)

// New returns a carrier with a code and a table. Errors by kind: Invalid for a
// sheet that is wrong, names zones that are not there, or has two bands of the
// same zone, service, currency and weight.
func New(code string, s Sheet) (*Carrier, error) {
	c := &Carrier{code: code, zones: slices.Clone(s.Zones), bands: make(map[string][]Band, len(s.Zones))}
	var check fault.Check
	check.Range("zones", int64(len(s.Zones)), 0, maxZones)
	check.Range("bands", int64(len(s.Bands)), 0, maxBands)
	for i, z := range s.Zones {
		path := "zones[" + strconv.Itoa(i) + "]"
		z.Check(&check, path)
		_, twice := c.bands[z.Code]
		check.That(!twice, path+".code", "duplicate", "must be unique")
		c.bands[z.Code] = []Band{}
	}
	seen := make(map[Band]bool, len(s.Bands))
	for i, b := range s.Bands {
		path := "bands[" + strconv.Itoa(i) + "]"
		b.check(&check, path)
		_, known := c.bands[b.Zone]
		check.That(known, path+".zone", "unknown", "must be the code of a zone")
		same := Band{Zone: b.Zone, Service: b.Service, UpTo: b.UpTo, MaxSize: b.MaxSize, Amount: money.Zero(b.Amount.Currency())}
		check.That(!seen[same], path, "duplicate", "must not stand twice")
		seen[same] = true
		c.bands[b.Zone] = append(c.bands[b.Zone], b)
	}
	if err := check.Err("tablerate.table"); err != nil {
		return nil, err
	}
	for _, bands := range c.bands {
		slices.SortStableFunc(bands, func(a, b Band) int {
			return cmp.Or(cmp.Compare(a.UpTo, b.UpTo), cmp.Compare(a.Amount.Minor(), b.Amount.Minor()))
		})
	}
	return c, nil
}

func (b Band) check(c *fault.Check, path string) {
	c.Required(path+".service", b.Service, maxText)
	c.Text(path+".title", b.Title, 200)
	c.Range(path+".up_to", int64(b.UpTo), 1, int64(measure.MaxWeight))
	b.MaxSize.Check(c, path+".max_size")
	if c.That(!b.Amount.Currency().IsZero(), path+".amount", "required", "must have a currency") {
		c.That(!b.Amount.IsNegative(), path+".amount", "out_of_range", "must not be negative")
		c.Merge(path+".amount", b.Amount.Check())
	}
	c.Range(path+".min_days", int64(b.MinDays), 0, maxDays)
	c.Range(path+".max_days", int64(b.MaxDays), int64(b.MinDays), maxDays)
}

// holds reports whether a parcel fits into a band.
func (b Band) holds(p shipping.Parcel) bool {
	if p.Weight > b.UpTo {
		return false
	}
	if b.MaxSize.IsZero() || p.Size.IsZero() {
		return true
	}
	parcel, most := p.Size.Sorted(), b.MaxSize.Sorted()
	return parcel.Length <= most.Length && parcel.Width <= most.Width && parcel.Height <= most.Height
}

// Code returns the code.
func (c *Carrier) Code() string { return c.code }

// Rates returns what the services to a place cost.
func (c *Carrier) Rates(_ context.Context, r shipping.RateRequest) ([]shipping.Rate, error) {
	var check fault.Check
	r.Check(&check)
	if err := check.Err("tablerate.rates"); err != nil {
		return nil, err
	}
	out := []shipping.Rate{}
	zone, ok := shipping.ZoneOf(c.zones, r.To)
	if !ok {
		return out, nil
	}
	bands := slices.DeleteFunc(slices.Clone(c.bands[zone.Code]), func(b Band) bool { return b.Amount.Currency() != r.Value.Currency() })
	asked := map[string]bool{}
	for _, b := range bands {
		if asked[b.Service] {
			continue
		}
		asked[b.Service] = true
		rate, ok, err := sum(bands, b.Service, r)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, rate)
		}
	}
	slices.SortFunc(out, func(a, b shipping.Rate) int {
		return cmp.Or(cmp.Compare(a.Amount.Minor(), b.Amount.Minor()), cmp.Compare(a.Service, b.Service))
	})
	return out, nil
}

// sum adds up what the parcels cost with a service, and reports whether all of
// them fit.
func sum(bands []Band, service string, r shipping.RateRequest) (shipping.Rate, bool, error) {
	rate := shipping.Rate{Service: service, Amount: money.Zero(r.Value.Currency())}
	for _, p := range r.Parcels {
		i := slices.IndexFunc(bands, func(b Band) bool { return b.Service == service && b.holds(p) })
		if i < 0 {
			return rate, false, nil
		}
		b := bands[i]
		var err error
		if rate.Amount, err = rate.Amount.Add(b.Amount); err != nil {
			return rate, false, err
		}
		rate.Title = cmp.Or(rate.Title, b.Title, service)
		rate.MinDays, rate.MaxDays = max(rate.MinDays, b.MinDays), max(rate.MaxDays, b.MaxDays)
	}
	return rate, true, nil
}
