package catalog

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Facet is an attribute with the values that products have, and how many have
// each.
type Facet struct {
	Attribute Attribute    `json:"attribute"`
	Values    []FacetValue `json:"values"`
}

// FacetValue is one value of a facet.
type FacetValue struct {
	Value string `json:"value"`
	// Count is how many products there were if it were chosen alone.
	Count int `json:"count"`
	// Chosen says that it is filtered by.
	Chosen bool `json:"chosen,omitempty"`
}

// Tally counts what lists show besides their page, for a store that hands it the
// products one by one. It is made by NewTally and used by one goroutine.
type Tally struct {
	low, high int64
	chosen    map[string]uint32 // by token, the filters it meets as bits
	begins    []string          // of the tokens of each filter
	counts    map[string]int    // by token
	sum       Counts
}

// ProductMark stands between products and PriceMark before their prices in the
// text that Read reads. Both are control characters, which no value has.
const (
	ProductMark = 28
	PriceMark   = 29
)

// NewTally returns a tally of what is left by filters, which are at most
// MaxFilters, and by prices from low to high, both included.
func NewTally(filters []Filter, low, high int64) *Tally {
	t := &Tally{low: low, high: high, chosen: map[string]uint32{}, begins: make([]string, len(filters)), counts: map[string]int{}}
	for i, f := range filters {
		t.begins[i] = Value{Attribute: f.Attribute}.Token()
		for _, v := range f.Values {
			token := Value{f.Attribute, v}.Token()
			t.chosen[token] |= 1 << i
			t.counts[token] = 0 // shown even if nothing has it
		}
	}
	return t
}

// Read adds the products of a text in which a store has put all of them: of each
// the values, a PriceMark and the price in minor units, and a ProductMark between
// one and the next.
func (t *Tally) Read(products string) error {
	for len(products) > 0 {
		var one string
		one, products, _ = strings.Cut(products, string(rune(ProductMark)))
		values, price, _ := strings.Cut(one, string(rune(PriceMark)))
		minor, err := strconv.ParseInt(price, 10, 64)
		if err != nil {
			return fmt.Errorf("catalog: tally: %w", err)
		}
		t.Add(values, minor)
	}
	return nil
}

// Add counts a product with the values that JoinValues has written and the price
// of one piece in minor units. It meets everything that is asked for but the
// filters and the bounds of the price.
func (t *Tally) Add(values string, price int64) {
	missed := t.missed(values)
	if missed == 0 {
		t.price(price)
	}
	if bits.OnesCount32(missed) > 1 || price < t.low || price > t.high {
		return
	}
	begin := ""
	if missed == 0 {
		t.sum.Count++
	} else {
		begin = t.begins[bits.TrailingZeros32(missed)]
	}
	for len(values) > 0 {
		var token string
		token, values, _ = strings.Cut(values, tokenMark)
		if strings.HasPrefix(token, begin) {
			t.counts[token]++
		}
	}
}

// missed returns the filters that a product does not meet, as bits.
func (t *Tally) missed(values string) uint32 {
	missed := uint32(1)<<len(t.begins) - 1
	for missed != 0 && len(values) > 0 {
		var token string
		token, values, _ = strings.Cut(values, tokenMark)
		missed &^= t.chosen[token]
	}
	return missed
}

func (t *Tally) price(minor int64) {
	if !t.sum.Priced {
		t.sum.Priced, t.sum.Low, t.sum.High = true, minor, minor
	}
	t.sum.Low, t.sum.High = min(t.sum.Low, minor), max(t.sum.High, minor)
}

// Counts returns what was counted, for the attributes given.
func (t *Tally) Counts(attributes []Attribute) Counts {
	known := make(map[string]bool, len(attributes))
	for _, a := range attributes {
		known[a.Code] = true
	}
	byCode := map[string][]FacetValue{}
	for token, n := range t.counts {
		if v := valueOf(token); known[v.Attribute] {
			// A copy, so that what is shown does not hold all that was read.
			byCode[v.Attribute] = append(byCode[v.Attribute], FacetValue{strings.Clone(v.Value), n, t.chosen[token] != 0})
		}
	}
	out := t.sum
	for _, a := range attributes {
		values := byCode[a.Code]
		if len(values) == 0 {
			continue
		}
		slices.SortFunc(values, func(v, w FacetValue) int { return a.compare(v.Value, w.Value) })
		out.Facets = append(out.Facets, Facet{Attribute: a, Values: values})
	}
	return out
}

func sortAttributes(as []Attribute) {
	slices.SortFunc(as, func(a, b Attribute) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Code, b.Code))
	})
}

// compareValues orders values of attributes as the attributes are ordered, and
// those of one attribute by themselves.
func compareValues(known map[string]Attribute, v, w Value) int {
	a, b := known[v.Attribute], known[w.Attribute]
	return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(v.Attribute, w.Attribute), a.compare(v.Value, w.Value))
}

// compare orders two values of one attribute: numbers by their size, all others
// as text.
func (a Attribute) compare(v, w string) int {
	if a.Type == NumberValue {
		return cmp.Or(cmp.Compare(a.scaled(v), a.scaled(w)), cmp.Compare(v, w))
	}
	return cmp.Compare(v, w)
}

// scaled returns a number in units of its last decimal; zero for what Canon
// would not have made.
func (a Attribute) scaled(canon string) int64 {
	whole, fraction, _ := strings.Cut(canon, ".")
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", max(a.Scale-len(fraction), 0)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
