package marketing

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// Limits of a Rule.
const (
	// MaxDepth is how deep rules may stand within rules; a leaf alone is 1 deep.
	MaxDepth = 5
	// MaxNodes is how many rules there may be in one, itself included.
	MaxNodes = 50
	// MaxRule is the longest JSON form in bytes.
	MaxRule = 16_384
)

// Rule says who belongs to a segment. Exactly one of its fields is set. As JSON:
//
//	{"all":[
//	  {"orders":{"min":2}},
//	  {"spent":{"min":{"amount":"100.00","currency":"EUR"}}},
//	  {"last_order":{"older_than_days":90}},
//	  {"not":{"bought":{"sku":"TEE-M"}}},
//	  {"any":[{"country":["DE","AT"]},{"consent":{"channel":"email","purpose":"newsletter"}}]}
//	]}
type Rule struct {
	// All holds if each of 1 or more rules does, Any if one does, Not if the
	// rule does not.
	All []Rule `json:"all,omitempty"`
	Any []Rule `json:"any,omitempty"`
	Not *Rule  `json:"not,omitempty"`
	// Everyone holds for every contact.
	Everyone bool `json:"everyone,omitempty"`
	// Orders looks at the number of purchases.
	Orders *Orders `json:"orders,omitempty"`
	// Spent looks at what was paid for them in one currency.
	Spent *Spent `json:"spent,omitempty"`
	// LastOrder looks at when the last of them was placed. It does not hold for
	// who has none.
	LastOrder *LastOrder `json:"last_order,omitempty"`
	// Bought looks at what was in them.
	Bought *Bought `json:"bought,omitempty"`
	// Consent looks for consent that holds now. The address must not be
	// suppressed either.
	Consent *Agreed `json:"consent,omitempty"`
	// Country holds if that of the contact is one of these, 1 to 60.
	Country []string `json:"country,omitempty"`
}

// Orders holds for Min to Max purchases, both included. Max may be nil: any
// number.
type Orders struct {
	Min int  `json:"min,omitempty"`
	Max *int `json:"max,omitempty"`
}

// Spent holds for a sum from Min to Max, both included, of which one may be
// nil. They have one currency, and only purchases in it count.
type Spent struct {
	Min *money.Amount `json:"min,omitempty"`
	Max *money.Amount `json:"max,omitempty"`
}

// LastOrder holds if the last purchase was placed in a span of time: from After
// (included) to Before (not included), or counted in days of 24 hours back from
// when the rule is applied. What is zero does not limit it; something must.
type LastOrder struct {
	After         time.Time `json:"after,omitzero"`
	Before        time.Time `json:"before,omitzero"`
	WithinDays    int       `json:"within_days,omitempty"`
	OlderThanDays int       `json:"older_than_days,omitempty"`
}

// Bought holds if a SKU, or something of a category, was bought and kept. One
// of the two is set.
type Bought struct {
	SKU      string `json:"sku,omitempty"`
	Category string `json:"category,omitempty"`
}

// Agreed names a consent.
type Agreed struct {
	Channel Channel `json:"channel"`
	Purpose Purpose `json:"purpose"`
}

// ParseRule reads the JSON form of a rule and checks it. Unknown names are
// refused, and so is anything after the rule. Errors by kind: Invalid, which
// names the place: "all[1].spent.min".
func ParseRule(b []byte) (Rule, error) {
	var r Rule
	var c fault.Check
	if c.That(len(b) <= MaxRule, "rule", "too_long", "must have at most "+strconv.Itoa(MaxRule)+" bytes") {
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		err := d.Decode(&r)
		c.That(err == nil && !d.More(), "rule", "malformed", "must be a rule as JSON")
	}
	if err := c.Err("marketing.rule"); err != nil {
		return Rule{}, err
	}
	return r, r.Check()
}

// Check returns an Invalid error that names everything that is wrong with r.
func (r Rule) Check() error {
	var c fault.Check
	nodes := 0
	r.check(&c, "", place{depth: 1, nodes: &nodes})
	c.That(nodes <= MaxNodes, "rule", "too_many", "must have at most "+strconv.Itoa(MaxNodes)+" parts")
	return c.Err("marketing.rule")
}

// place is how deep a rule stands, and how many were seen.
type place struct {
	depth int
	nodes *int
}

func (p place) below() place { return place{p.depth + 1, p.nodes} }

func (r Rule) check(c *fault.Check, path string, p place) {
	*p.nodes++
	if *p.nodes > MaxNodes {
		return
	}
	at := path
	if at == "" {
		at = "rule"
	}
	if !c.That(p.depth <= MaxDepth, at, "too_deep", "must be at most "+strconv.Itoa(MaxDepth)+" deep") {
		return
	}
	set := 0
	for _, is := range []bool{
		len(r.All) > 0, len(r.Any) > 0, r.Not != nil, r.Everyone, r.Orders != nil, r.Spent != nil, r.LastOrder != nil, r.Bought != nil,
		r.Consent != nil, len(r.Country) > 0,
	} {
		if is {
			set++
		}
	}
	c.That(set == 1, at, "not_one", "must say exactly one thing")
	for i, x := range r.All {
		x.check(c, join(path, "all["+strconv.Itoa(i)+"]"), p.below())
	}
	for i, x := range r.Any {
		x.check(c, join(path, "any["+strconv.Itoa(i)+"]"), p.below())
	}
	if r.Not != nil {
		r.Not.check(c, join(path, "not"), p.below())
	}
	r.checkLeaf(c, path)
}

func (r Rule) checkLeaf(c *fault.Check, path string) {
	if o := r.Orders; o != nil {
		at := join(path, "orders")
		c.Range(at+".min", int64(o.Min), 0, 1_000_000)
		c.That(o.Min > 0 || o.Max != nil, at, "required", "must have a min or a max")
		c.That(o.Max == nil || *o.Max >= o.Min, at+".max", "out_of_range", "must not be less than min")
	}
	if r.Spent != nil {
		r.Spent.check(c, join(path, "spent"))
	}
	if r.LastOrder != nil {
		r.LastOrder.check(c, join(path, "last_order"))
	}
	if b := r.Bought; b != nil {
		at := join(path, "bought")
		c.That((b.SKU == "") != (b.Category == ""), at, "not_one", "must name a sku or a category")
		c.Text(at+".sku", b.SKU, maxSKU)
		c.Text(at+".category", b.Category, maxSKU)
	}
	if a := r.Consent; a != nil {
		at := join(path, "consent")
		c.That(a.Channel == Email, at+".channel", "unknown", "must be email")
		c.That(isPurpose(a.Purpose), at+".purpose", "bad_name", "must be 1 to 40 lower case letters, digits and dashes")
	}
	c.That(len(r.Country) <= 60, join(path, "country"), "too_many", "must be at most 60")
	for i, x := range r.Country {
		c.That(isCountry(x), join(path, "country["+strconv.Itoa(i)+"]"), "bad_country", "must be two capital letters")
	}
}

func (s Spent) check(c *fault.Check, at string) {
	c.That(s.Min != nil || s.Max != nil, at, "required", "must have a min or a max")
	for _, x := range []struct {
		path string
		is   *money.Amount
	}{{at + ".min", s.Min}, {at + ".max", s.Max}} {
		if x.is != nil {
			c.Merge(x.path, x.is.Check())
			c.That(!x.is.IsNegative(), x.path, "negative", "must not be negative")
		}
	}
	if s.Min != nil && s.Max != nil {
		n, err := s.Min.Cmp(*s.Max)
		c.That(err == nil, at+".max", "mixed", "must have the currency of min")
		c.That(n <= 0, at+".max", "out_of_range", "must not be less than min")
	}
}

func (l LastOrder) check(c *fault.Check, at string) {
	c.That(l != LastOrder{}, at, "required", "must have some limit")
	for _, x := range []struct {
		path string
		is   time.Time
	}{{at + ".after", l.After}, {at + ".before", l.Before}} {
		if !x.is.IsZero() {
			checkTime(c, x.path, x.is)
		}
	}
	c.Range(at+".within_days", int64(l.WithinDays), 0, 36_500)
	c.Range(at+".older_than_days", int64(l.OlderThanDays), 0, 36_500)
	c.That(ordered(l.After, l.Before), at+".before", "out_of_range", "must be later than after")
}

// Matches reports whether r, which passes Check, holds for a contact at a time.
func (r Rule) Matches(p Profile, now time.Time) bool {
	holds := func(x Rule) bool { return x.Matches(p, now) }
	switch {
	case len(r.All) > 0:
		return !slices.ContainsFunc(r.All, func(x Rule) bool { return !holds(x) })
	case len(r.Any) > 0:
		return slices.ContainsFunc(r.Any, holds)
	case r.Not != nil:
		return !holds(*r.Not)
	case r.Orders != nil:
		n := len(p.Purchases)
		return n >= r.Orders.Min && (r.Orders.Max == nil || n <= *r.Orders.Max)
	case r.Spent != nil:
		return r.Spent.matches(p)
	case r.LastOrder != nil:
		return r.LastOrder.matches(p, now)
	case r.Bought != nil:
		return slices.ContainsFunc(p.Purchases, r.Bought.in)
	case r.Consent != nil:
		return !p.Suppressed && slices.ContainsFunc(p.Consents, func(e Entry) bool {
			return e.State == Given && e.Channel == r.Consent.Channel && e.Purpose == r.Consent.Purpose
		})
	case len(r.Country) > 0:
		return slices.Contains(r.Country, p.Contact.Country)
	default:
		return r.Everyone
	}
}

func (s Spent) matches(p Profile) bool {
	limit := s.Min
	if limit == nil {
		limit = s.Max
	}
	sum := money.Zero(limit.Currency())
	for _, x := range p.Purchases {
		if x.Total.Currency() != sum.Currency() {
			continue
		}
		more, err := sum.Add(x.Total)
		if err != nil { // more than anybody can count is more than any limit
			return s.Max == nil
		}
		sum = more
	}
	return (s.Min == nil || sum.Minor() >= s.Min.Minor()) && (s.Max == nil || sum.Minor() <= s.Max.Minor())
}

func (l LastOrder) matches(p Profile, now time.Time) bool {
	var last time.Time
	for _, x := range p.Purchases {
		if x.At.After(last) {
			last = x.At
		}
	}
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * 24 * time.Hour) }
	return !last.IsZero() &&
		(l.After.IsZero() || !last.Before(l.After)) &&
		(l.Before.IsZero() || last.Before(l.Before)) &&
		(l.WithinDays == 0 || !last.Before(ago(l.WithinDays))) &&
		(l.OlderThanDays == 0 || last.Before(ago(l.OlderThanDays)))
}

func (b Bought) in(p Purchase) bool {
	return slices.ContainsFunc(p.Lines, func(l PurchaseLine) bool {
		if b.SKU != "" {
			return l.SKU == b.SKU
		}
		return slices.Contains(l.Categories, b.Category)
	})
}
