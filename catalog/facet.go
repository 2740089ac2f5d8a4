package catalog

import (
	"cmp"
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

// Group is products that say the same of themselves.
type Group struct {
	// Values is what JoinValues has written.
	Values string
	// Count is how many they are.
	Count int
	// Within says that their prices are within the bounds asked for.
	Within bool
	// Low and High are the lowest and the highest of their prices.
	Low, High int64
}

// Tally counts facets for a store that can only group. It is made by NewTally
// and used by one goroutine.
type Tally struct {
	chosen map[string]map[string]bool
	counts map[Value]int
	sum    Counts
}

// NewTally returns a tally of what is left by filters.
func NewTally(filters []Filter) *Tally {
	t := &Tally{chosen: map[string]map[string]bool{}, counts: map[Value]int{}}
	for _, f := range filters {
		t.chosen[f.Attribute] = map[string]bool{}
		for _, v := range f.Values {
			t.chosen[f.Attribute][v] = true
			t.counts[Value{f.Attribute, v}] = 0 // shown even if nothing has it
		}
	}
	return t
}

// Add counts the products of a group, which are those that meet everything
// asked for but the filters and the bounds of the price.
func (t *Tally) Add(g Group) {
	values := SplitValues(g.Values)
	missed, n := "", 0
	for code, chosen := range t.chosen {
		if !slices.ContainsFunc(values, func(v Value) bool { return v.Attribute == code && chosen[v.Value] }) {
			missed, n = code, n+1
		}
	}
	if n == 0 {
		t.price(g)
	}
	if n > 1 || !g.Within {
		return
	}
	if n == 0 {
		t.sum.Count += g.Count
	}
	for _, v := range values {
		if n == 0 || v.Attribute == missed {
			t.counts[v] += g.Count
		}
	}
}

func (t *Tally) price(g Group) {
	if !t.sum.Priced {
		t.sum.Priced, t.sum.Low, t.sum.High = true, g.Low, g.High
	}
	t.sum.Low, t.sum.High = min(t.sum.Low, g.Low), max(t.sum.High, g.High)
}

// Counts returns what was counted, for the attributes given.
func (t *Tally) Counts(attributes []Attribute) Counts {
	known := make(map[string]Attribute, len(attributes))
	for _, a := range attributes {
		known[a.Code] = a
	}
	byCode := map[string][]FacetValue{}
	for v, n := range t.counts {
		if _, ok := known[v.Attribute]; ok {
			byCode[v.Attribute] = append(byCode[v.Attribute], FacetValue{v.Value, n, t.chosen[v.Attribute][v.Value]})
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
