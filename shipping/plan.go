package shipping

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
)

// Zone is a part of the world to which it costs the same.
type Zone struct {
	// Code names it: 1 to 40 lower case letters, digits, '-' and '_'.
	Code string `json:"code"`
	// Title is for people, at most 200 characters.
	Title string `json:"title,omitempty"`
	// Areas are what it is made of, at least one.
	Areas []postal.Area `json:"areas"`
}

// Check records under path what is wrong with z.
func (z Zone) Check(c *fault.Check, path string) {
	checkCode(c, path+".code", z.Code)
	c.Text(path+".title", z.Title, maxText)
	c.That(len(z.Areas) > 0, path+".areas", "required", "must not be empty")
	for i, a := range z.Areas {
		a.Check(c, path+".areas["+strconv.Itoa(i)+"]")
	}
}

// ZoneOf returns the narrowest zone that holds a place, the earlier one of two
// that are equally narrow, and false if none does.
func ZoneOf(zones []Zone, p postal.Place) (Zone, bool) {
	best, depth := Zone{}, -1
	for _, z := range zones {
		for _, a := range z.Areas {
			if a.Depth() > depth && a.Holds(p) {
				best, depth = z, a.Depth()
			}
		}
	}
	return best, depth >= 0
}

// Method is a way of shipping that a shop offers.
type Method struct {
	// Code names it: 1 to 40 lower case letters, digits, '-' and '_'.
	Code string `json:"code"`
	// Title is for people, 1 to 200 characters.
	Title string `json:"title"`
	// Zones are the codes of the zones it is offered in. None: everywhere.
	Zones []string `json:"zones,omitempty"`
	// Carrier is the code of the carrier whose rate is asked, and Service the
	// service; without a service the cheapest is taken. No carrier: Price.
	Carrier string `json:"carrier,omitempty"`
	Service string `json:"service,omitempty"`
	// Price is what the shop asks, whatever a carrier says. With a carrier it may
	// be the zero Amount: then the rate is asked.
	Price money.Amount `json:"price"`
	// MinWeight and MaxWeight bound what all parcels weigh, both included. Zero:
	// no bound.
	MinWeight measure.Weight `json:"min_weight,omitzero"`
	MaxWeight measure.Weight `json:"max_weight,omitzero"`
	// MinValue and MaxValue bound what the goods are worth, both included. The
	// zero Amount: no bound.
	MinValue money.Amount `json:"min_value"`
	MaxValue money.Amount `json:"max_value"`
	// FreeFrom is the value from which it costs nothing. The zero Amount: never.
	FreeFrom money.Amount `json:"free_from"`
	// TaxCategory is that of the charge.
	TaxCategory string `json:"tax_category,omitempty"`
}

// PlanSheet is what a Plan is made of.
type PlanSheet struct {
	// Zones, at most 1000.
	Zones []Zone
	// Methods in the order in which they are offered, at most 100.
	Methods []Method
	// Carriers are whom the methods name.
	Carriers []Carrier
}

// Plan is what a shop offers. It never changes and is safe for concurrent use.
type Plan struct {
	zones    []Zone
	methods  []Method
	carriers map[string]Carrier
}

// NewPlan makes a plan. Errors by kind: Invalid for zones and methods that are
// wrong or name what is not there.
func NewPlan(s PlanSheet) (*Plan, error) {
	p := &Plan{zones: slices.Clone(s.Zones), methods: slices.Clone(s.Methods), carriers: make(map[string]Carrier, len(s.Carriers))}
	var c fault.Check
	c.Range("zones", int64(len(s.Zones)), 0, 1000)
	c.Range("methods", int64(len(s.Methods)), 0, 100)
	zones, methods := map[string]bool{}, map[string]bool{}
	for i, carrier := range s.Carriers {
		path := "carriers[" + strconv.Itoa(i) + "]"
		checkCode(&c, path, carrier.Code())
		c.That(p.carriers[carrier.Code()] == nil, path, "duplicate", "must be given once")
		p.carriers[carrier.Code()] = carrier
	}
	for i, z := range s.Zones {
		path := "zones[" + strconv.Itoa(i) + "]"
		z.Check(&c, path)
		c.That(!zones[z.Code], path+".code", "duplicate", "must be unique")
		zones[z.Code] = true
	}
	for i, m := range s.Methods {
		path := "methods[" + strconv.Itoa(i) + "]"
		m.check(&c, path)
		c.That(m.Carrier == "" || p.carriers[m.Carrier] != nil, path+".carrier", "unknown", "must be the code of a carrier")
		c.That(!methods[m.Code], path+".code", "duplicate", "must be unique")
		methods[m.Code] = true
		for j, z := range m.Zones {
			c.That(zones[z], path+".zones["+strconv.Itoa(j)+"]", "unknown", "must be the code of a zone")
		}
	}
	if err := c.Err("shipping.plan"); err != nil {
		return nil, err
	}
	return p, nil
}

func (m Method) check(c *fault.Check, path string) {
	checkCode(c, path+".code", m.Code)
	c.Required(path+".title", m.Title, maxText)
	c.Text(path+".service", m.Service, maxService)
	c.Text(path+".tax_category", m.TaxCategory, maxName)
	c.That(m.Carrier != "" || !m.Price.Currency().IsZero(), path+".price", "required", "must be given without a carrier")
	c.That(m.Carrier != "" || m.Service == "", path+".service", "without_carrier", "must be empty without a carrier")
	c.That(m.MinWeight >= 0, path+".min_weight", "out_of_range", "must not be negative")
	c.That(m.MaxWeight == 0 || m.MaxWeight >= m.MinWeight, path+".max_weight", "out_of_range", "must not be below min_weight")
	for _, x := range []struct {
		name string
		a    money.Amount
	}{{"price", m.Price}, {"min_value", m.MinValue}, {"max_value", m.MaxValue}, {"free_from", m.FreeFrom}} {
		if x.a == (money.Amount{}) {
			continue
		}
		c.That(!x.a.IsNegative(), path+"."+x.name, "out_of_range", "must not be negative")
		c.Merge(path+"."+x.name, x.a.Check())
	}
}

// Options are what a buyer may choose.
type Options struct {
	// Zone is the code of the zone the goods go to; empty if it is in none.
	Zone string `json:"zone,omitempty"`
	// Estimated says that the place is known too little to be sure: with the
	// region and postcode it may turn out to be in a narrower zone.
	Estimated bool `json:"estimated,omitempty"`
	// Offered are the methods that apply, in the order of the plan.
	Offered []Option `json:"offered"`
	// Refused are those that do not, with the reason.
	Refused []Refused `json:"refused,omitempty"`
}

// Option is a method and what it costs.
type Option struct {
	Method  string       `json:"method"`
	Title   string       `json:"title"`
	Amount  money.Amount `json:"amount"`
	Carrier string       `json:"carrier,omitempty"`
	Service string       `json:"service,omitempty"`
	// MinDays and MaxDays are how many days it takes. Zero: not known.
	MinDays     int    `json:"min_days,omitempty"`
	MaxDays     int    `json:"max_days,omitempty"`
	TaxCategory string `json:"tax_category,omitempty"`
}

// Refused is a method that does not apply.
type Refused struct {
	Method string `json:"method"`
	Reason Reason `json:"reason"`
}

// Reason says why a method does not apply.
type Reason string

// The reasons.
const (
	// OtherZone: it is not offered there.
	OtherZone Reason = "other_zone"
	// TooLight and TooHeavy: the weight is out of its bounds.
	TooLight Reason = "too_light"
	TooHeavy Reason = "too_heavy"
	// TooCheap and TooDear: the value is out of its bounds.
	TooCheap Reason = "too_cheap"
	TooDear  Reason = "too_dear"
	// OtherCurrency: its price or a bound is in another currency.
	OtherCurrency Reason = "other_currency"
	// NoRate: the carrier does not offer it for these parcels.
	NoRate Reason = "no_rate"
	// Unavailable: the carrier cannot be asked right now.
	Unavailable Reason = "unavailable"
)

// Options says what a buyer may choose. Only the country of the destination has
// to be known. It asks the carriers, each once; one that cannot be reached does
// not keep the others from being offered. Errors by kind: Invalid; and whatever
// a carrier fails with but Unavailable.
func (p *Plan) Options(ctx context.Context, r RateRequest) (Options, error) {
	var c fault.Check
	r.Check(&c)
	if err := c.Err("shipping.options"); err != nil {
		return Options{}, err
	}
	zone, _ := ZoneOf(p.zones, r.To)
	out := Options{Zone: zone.Code, Estimated: p.estimated(r.To), Offered: []Option{}}
	asked := map[string]quote{}
	for _, m := range p.methods {
		if reason := m.objection(zone.Code, r); reason != "" {
			out.Refused = append(out.Refused, Refused{m.Code, reason})
			continue
		}
		q := quote{}
		if m.Carrier != "" {
			if _, known := asked[m.Carrier]; !known {
				asked[m.Carrier] = ask(ctx, p.carriers[m.Carrier], r)
			}
			q = asked[m.Carrier]
		}
		if q.err != nil {
			return Options{}, q.err
		}
		if o, reason := m.option(q, r); reason == "" {
			out.Offered = append(out.Offered, o)
		} else {
			out.Refused = append(out.Refused, Refused{m.Code, reason})
		}
	}
	return out, nil
}

// estimated reports whether more of the address may lead to another zone.
func (p *Plan) estimated(to postal.Place) bool {
	for _, z := range p.zones {
		for _, a := range z.Areas {
			if a.Country == to.Country && (len(a.Regions) > 0 && to.Region == "" || len(a.Postcodes) > 0 && to.Postcode == "") {
				return true
			}
		}
	}
	return false
}

// quote is the answer of a carrier.
type quote struct {
	rates []Rate
	down  bool
	err   error
}

func ask(ctx context.Context, carrier Carrier, r RateRequest) quote {
	rates, err := carrier.Rates(ctx, r)
	if errors.Is(err, fault.Unavailable) && ctx.Err() == nil {
		return quote{down: true}
	}
	return quote{rates: rates, err: err}
}

// objection returns why m does not apply, as far as the shop knows, or "".
func (m Method) objection(zone string, r RateRequest) Reason {
	weight := r.Weight()
	switch {
	case len(m.Zones) > 0 && !slices.Contains(m.Zones, zone):
		return OtherZone
	case weight < m.MinWeight:
		return TooLight
	case m.MaxWeight > 0 && weight > m.MaxWeight:
		return TooHeavy
	}
	for _, a := range []money.Amount{m.Price, m.MinValue, m.MaxValue, m.FreeFrom} {
		if a != (money.Amount{}) && a.Currency() != r.Value.Currency() {
			return OtherCurrency
		}
	}
	switch {
	case r.Value.Minor() < m.MinValue.Minor():
		return TooCheap
	case m.MaxValue != (money.Amount{}) && r.Value.Minor() > m.MaxValue.Minor():
		return TooDear
	default:
		return ""
	}
}

// option returns m at its price, or why it is not offered.
func (m Method) option(q quote, r RateRequest) (Option, Reason) {
	o := Option{Method: m.Code, Title: m.Title, Amount: m.Price, Carrier: m.Carrier, Service: m.Service, TaxCategory: m.TaxCategory}
	if m.Carrier != "" {
		if q.down {
			return o, Unavailable
		}
		i := slices.IndexFunc(q.rates, func(x Rate) bool { return m.Service == "" || m.Service == x.Service })
		if i < 0 {
			return o, NoRate
		}
		rate := q.rates[i]
		o.Service, o.MinDays, o.MaxDays = rate.Service, rate.MinDays, rate.MaxDays
		if m.Price == (money.Amount{}) {
			o.Amount = rate.Amount
		}
	}
	if m.FreeFrom != (money.Amount{}) && r.Value.Minor() >= m.FreeFrom.Minor() {
		o.Amount = money.Zero(r.Value.Currency())
	}
	return o, ""
}
