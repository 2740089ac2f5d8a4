package tax

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
)

// Zone is a part of the world with rules of its own.
type Zone struct {
	// Code names the zone: 1 to 64 printable ASCII characters without spaces.
	Code string `json:"code"`
	// Name is for people, at most 100 characters.
	Name string `json:"name,omitempty"`
	// Areas are what it is made of, at least one.
	Areas []postal.Area `json:"areas"`
	// Adds says that the taxes of the wider zone apply too, before those of this
	// one. Default: they do not.
	Adds bool `json:"adds,omitempty"`
}

// depth returns how narrow the zone is where it holds p, and false if it does
// not.
func (z Zone) depth(p postal.Place) (int, bool) {
	depth, holds := 0, false
	for _, a := range z.Areas {
		if a.Holds(p) {
			depth, holds = max(depth, a.Depth()), true
		}
	}
	return depth, holds
}

// Rule is one tax in one zone.
type Rule struct {
	// Zone is the code of the zone.
	Zone string `json:"zone"`
	// Category of the goods. Empty: the standard one, and whatever the zone has
	// no rule for at that time.
	Category string `json:"category,omitempty"`
	// Name is for people, 1 to 100 characters. The taxes on a category differ in
	// it.
	Name string `json:"name"`
	// Rate is from 0 to 10.
	Rate money.Rate `json:"rate"`
	// Compound: it is on the price and on the taxes before it.
	Compound bool `json:"compound,omitempty"`
	// From and Until say when it is in force, From <= t < Until. Zero: no bound.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

func (r Rule) inForce(at time.Time) bool {
	return (r.From.IsZero() || !at.Before(r.From)) && (r.Until.IsZero() || at.Before(r.Until))
}

// overlaps reports whether r and o are in force at the same time.
func (r Rule) overlaps(o Rule) bool {
	before := func(until, from time.Time) bool { return !until.IsZero() && !from.IsZero() && !until.After(from) }
	return !before(r.Until, o.From) && !before(o.Until, r.From)
}

// Sheet is what a Table is made of.
type Sheet struct {
	// Zones, at most 10,000. Of two that are equally narrow at a place the
	// earlier one counts.
	Zones []Zone `json:"zones"`
	// Rules, at most 100,000, in the order in which taxes build on each other.
	Rules []Rule `json:"rules"`
}

const (
	maxZones = 10_000
	maxRules = 100_000
	maxName  = 100
)

// Table is a Calculator in memory. It never changes and is safe for concurrent
// use.
type Table struct {
	zones []Zone
	rules map[string][]Rule // by zone
}

var _ Calculator = (*Table)(nil)

// NewTable makes a table of a sheet, which it does not keep. Errors by kind:
// Invalid for zones or rules that are wrong, a rule of a zone that is not there,
// and two rules of the same zone, category and name for the same time.
func NewTable(s Sheet) (*Table, error) {
	var c fault.Check
	c.Range("zones", int64(len(s.Zones)), 0, maxZones)
	c.Range("rules", int64(len(s.Rules)), 0, maxRules)
	if err := c.Err("tax.table"); err != nil {
		return nil, err
	}
	t := &Table{rules: make(map[string][]Rule, len(s.Zones))}
	for i, z := range s.Zones {
		path := "zones[" + strconv.Itoa(i) + "]"
		z.check(&c, path)
		_, twice := t.rules[z.Code]
		c.That(!twice, path+".code", "duplicate", "must be unique")
		z.Areas = slices.Clone(z.Areas)
		t.zones, t.rules[z.Code] = append(t.zones, z), []Rule{}
	}
	for i, r := range s.Rules {
		path := "rules[" + strconv.Itoa(i) + "]"
		r.check(&c, path)
		others, known := t.rules[r.Zone]
		c.That(known, path+".zone", "unknown", "must be the code of a zone")
		same := func(o Rule) bool { return o.Category == r.Category && o.Name == r.Name && o.overlaps(r) }
		c.That(!slices.ContainsFunc(others, same), path, "overlap", "must not be in force together with another rule of its name")
		t.rules[r.Zone] = append(others, r)
	}
	if err := c.Err("tax.table"); err != nil {
		return nil, err
	}
	return t, nil
}

func (z Zone) check(c *fault.Check, path string) {
	if c.That(z.Code != "", path+".code", "required", "must not be empty") {
		checkCode(c, path+".code", z.Code)
	}
	c.Text(path+".name", z.Name, maxName)
	c.That(len(z.Areas) > 0, path+".areas", "required", "must not be empty")
	for i, a := range z.Areas {
		a.Check(c, path+".areas["+strconv.Itoa(i)+"]")
	}
}

func (r Rule) check(c *fault.Check, path string) {
	c.Required(path+".name", r.Name, maxName)
	checkCode(c, path+".category", r.Category)
	c.That(!r.Rate.IsNegative() && r.Rate.Cmp(money.MustRate("10")) <= 0, path+".rate", "out_of_range", "must be between 0 and 10")
	c.That(r.From.IsZero() || r.Until.IsZero() || r.From.Before(r.Until), path+".until", "before_from", "must be later than from")
}

// Rates returns the taxes at a place.
func (t *Table) Rates(_ context.Context, q Query) ([]Rate, error) {
	var c fault.Check
	q.Check(&c)
	if err := c.Err("tax.rates"); err != nil {
		return nil, err
	}
	categories := slices.Clone(q.Categories)
	if len(categories) == 0 {
		categories = []string{""}
	}
	slices.Sort(categories)
	zones := t.at(q)
	out := []Rate{}
	for _, category := range slices.Compact(categories) {
		for _, z := range zones {
			out = append(out, t.on(z, category, q.At)...)
		}
	}
	return out, nil
}

// at returns the zones whose taxes apply at a place, the widest first. A zone
// without a rule at that time does not count.
func (t *Table) at(q Query) []Zone {
	type found struct {
		zone  Zone
		depth int
	}
	var all []found
	for _, z := range t.zones {
		depth, ok := z.depth(q.To)
		twin := slices.ContainsFunc(all, func(f found) bool { return f.depth == depth })
		ruled := slices.ContainsFunc(t.rules[z.Code], func(r Rule) bool { return r.inForce(q.At) })
		if ok && ruled && !twin {
			all = append(all, found{z, depth})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(b.depth, a.depth) })
	var out []Zone
	for _, f := range all { // from the narrowest outwards
		out = append(out, f.zone)
		if !f.zone.Adds {
			break
		}
	}
	slices.Reverse(out)
	return out
}

// on returns the taxes of a zone on a category, or, if it has none for it, those
// on the standard one.
func (t *Table) on(z Zone, category string, at time.Time) []Rate {
	var out []Rate
	for _, wanted := range []string{category, ""} {
		for _, r := range t.rules[z.Code] {
			if r.Category == wanted && r.inForce(at) {
				out = append(out, Rate{Name: r.Name, Category: category, Rate: r.Rate, Compound: r.Compound})
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}
