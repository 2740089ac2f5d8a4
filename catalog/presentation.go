package catalog

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
)

// Limits of a presentation.
const (
	// MaxMedia is how many pictures and films a product may have.
	MaxMedia = 50
	// MaxPlaces is how many categories a product may be in.
	MaxPlaces = 20
	// MaxURL is the largest length of the address of a medium, in bytes.
	MaxURL = 2000
	// MaxValue is the largest length of the value of a text attribute, in
	// characters.
	MaxValue = 100
)

// Presentation is how a product is shown: where, when, with which pictures, and
// what it says of itself. The zero value is that of a product that was never
// presented: in no category, at any time, without pictures.
type Presentation struct {
	// Categories are those it is in, each once, at most MaxPlaces. It is found
	// under the categories above them as well.
	Categories []CategoryID `json:"categories,omitempty"`
	// Values are what it says of itself, at most MaxValues. An attribute may
	// have several values, each once.
	Values []Value `json:"values,omitempty"`
	// Media are its pictures and films in order, at most MaxMedia. The first is
	// that of its card.
	Media []Media `json:"media,omitempty"`
	// Span is when it is for sale.
	Span Span `json:"span,omitzero"`
	// Position orders it in lists, lowest first.
	Position int `json:"position,omitempty"`
	// Featured shows it on the home page.
	Featured bool `json:"featured,omitempty"`
}

// Value is what a product says of itself by one attribute.
type Value struct {
	// Attribute is a code.
	Attribute string `json:"attribute"`
	// Value is what Attribute.Canon makes of it: at most MaxValue characters.
	Value string `json:"value"`
}

// Media is a link to a picture or a film.
type Media struct {
	// URL begins with https:// or is relative: at most MaxURL bytes.
	URL string `json:"url"`
	// Alt says in words what is to be seen, at most 250 characters. It is empty
	// for what only decorates.
	Alt string `json:"alt,omitempty"`
	// SKU is that of the variant it shows. Empty for all of them.
	SKU string `json:"sku,omitempty"`
}

// Span is a half-open interval of time: it holds From and does not hold Until.
// A zero time is no bound.
type Span struct {
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Holds reports whether at lies in the span.
func (s Span) Holds(at time.Time) bool {
	return !at.Before(s.From) && (s.Until.IsZero() || at.Before(s.Until))
}

// equal reports whether two presentations show the same.
func (p Presentation) equal(q Presentation) bool {
	return p.Span.From.Equal(q.Span.From) && p.Span.Until.Equal(q.Span.Until) && p.Position == q.Position && p.Featured == q.Featured &&
		slices.Equal(p.Categories, q.Categories) && slices.Equal(p.Values, q.Values) && slices.Equal(p.Media, q.Media)
}

// valueMark stands between a code and a value, tokenMark between tokens. Both
// are control characters, which no text has.
const (
	valueMark = "\x1f"
	tokenMark = "\x1e"
)

// Token is the text by which a store knows the value.
func (v Value) Token() string { return v.Attribute + valueMark + v.Value }

// JoinValues writes values as one text, and SplitValues reads them again: the
// form in which a store hands what products say of themselves to a Tally.
func JoinValues(vs []Value) string {
	tokens := make([]string, len(vs))
	for i, v := range vs {
		tokens[i] = v.Token()
	}
	return strings.Join(tokens, tokenMark)
}

// SplitValues reads what JoinValues has written.
func SplitValues(s string) []Value {
	if s == "" {
		return nil
	}
	out := make([]Value, 0, 1+strings.Count(s, tokenMark))
	for token := range strings.SplitSeq(s, tokenMark) {
		out = append(out, valueOf(token))
	}
	return out
}

// valueOf reads a token.
func valueOf(token string) Value {
	code, value, _ := strings.Cut(token, valueMark)
	return Value{code, value}
}

// check returns the presentation with tidy texts. Whether its values are of
// attributes that there are is seen in the unit; see fit.
func (p Presentation) check(c *fault.Check, path string) Presentation {
	c.That(len(p.Categories) <= MaxPlaces, path+"categories", "too_many", "must be at most "+strconv.Itoa(MaxPlaces))
	for i, k := range p.Categories {
		c.That(!slices.Contains(p.Categories[:i], k), path+"categories["+strconv.Itoa(i)+"]", "repeated", "comes twice")
	}
	if c.That(len(p.Values) <= MaxValues, path+"values", "too_many", "must be at most "+strconv.Itoa(MaxValues)) {
		p.Values = checkValues(c, path, p.Values)
	}
	if c.That(len(p.Media) <= MaxMedia, path+"media", "too_many", "must be at most "+strconv.Itoa(MaxMedia)) {
		p.Media = slices.Clone(p.Media)
		for i, m := range p.Media {
			p.Media[i] = m.check(c, path+"media["+strconv.Itoa(i)+"]")
		}
	}
	p.Span = p.Span.check(c, path+"span")
	checkPosition(c, path+"position", p.Position)
	return p
}

func checkValues(c *fault.Check, path string, vs []Value) []Value {
	vs = slices.Clone(vs)
	for i, v := range vs {
		at := path + "values[" + strconv.Itoa(i) + "]"
		checkAttributeCode(c, at+".attribute", v.Attribute)
		vs[i].Value = c.Required(at+".value", v.Value, MaxValue)
		c.That(!slices.Contains(vs[:i], vs[i]), at, "repeated", "comes twice")
	}
	return vs
}

func (m Media) check(c *fault.Check, path string) Media {
	u, err := url.Parse(m.URL)
	ok := err == nil && m.URL != "" && len(m.URL) <= MaxURL && visible(m.URL) && !strings.Contains(m.URL, `\`)
	if ok {
		relative := u.Scheme == "" && u.Host == "" && u.Opaque == "" && !strings.HasPrefix(m.URL, "//")
		ok = relative || (u.Scheme == "https" && u.Host != "" && u.User == nil)
	}
	c.That(ok, path+".url", "bad_url", "must begin with https:// or be relative, in at most 2000 bytes")
	m.Alt = c.Text(path+".alt", m.Alt, 250)
	if m.SKU != "" {
		checkSKU(c, path+".sku", m.SKU)
	}
	return m
}

// visible reports whether s is of printable ASCII without spaces.
func visible(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

func (s Span) check(c *fault.Check, path string) Span {
	if !s.From.IsZero() {
		s.From = clock.Cut(s.From)
	}
	if !s.Until.IsZero() {
		s.Until = clock.Cut(s.Until)
	}
	c.That(s.From.IsZero() || s.From.Unix() >= 0, path+".from", "out_of_range", "must not be before 1970")
	c.That(s.Until.IsZero() || (s.Until.After(s.From) && s.Until.Unix() >= 0), path+".until", "out_of_range", "must be after from, and not before 1970")
	return s
}

// fit brings the values into their one form and order, which needs the
// attributes, and checks that media are of variants of the product.
func (p Presentation) fit(c *fault.Check, path string, known map[string]Attribute, of Product) Presentation {
	p.Values = slices.Clone(p.Values)
	for i, v := range p.Values {
		at := path + "values[" + strconv.Itoa(i) + "]"
		a, ok := known[v.Attribute]
		if !c.That(ok, at+".attribute", "unknown", "must be the code of an attribute") {
			continue
		}
		canon, ok := a.Canon(v.Value)
		if c.That(ok, at+".value", "bad_value", "must be a value of the attribute: "+string(a.Type)) {
			p.Values[i].Value = canon
			c.That(!slices.Contains(p.Values[:i], p.Values[i]), at, "repeated", "comes twice")
		}
	}
	slices.SortFunc(p.Values, func(v, w Value) int { return compareValues(known, v, w) })
	for i, m := range p.Media {
		ok := m.SKU == "" || slices.ContainsFunc(of.Variants, func(v Variant) bool { return v.SKU == m.SKU })
		c.That(ok, path+"media["+strconv.Itoa(i)+"].sku", "foreign", "must be the SKU of a variant of the product, or empty")
	}
	return p
}
