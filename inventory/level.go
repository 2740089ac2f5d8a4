package inventory

import (
	"cmp"
	"maps"
	"slices"
)

// Main is the code of the place that is meant where none is named. It comes
// into being with the first goods received there.
const Main = "main"

// Location is a place where goods lie: a warehouse, a shop floor, a supplier.
type Location struct {
	// Code names the place: 1 to 40 lower case letters, digits, '-' and '_'.
	Code string `json:"code"`
	// Name is for people, at most 200 characters.
	Name string `json:"name,omitempty"`
	// Priority decides between places that are equally good, lowest first.
	Priority int `json:"priority,omitempty"`
}

// Level is how much of one SKU is at one place.
type Level struct {
	SKU      string `json:"sku"`
	Location string `json:"location"`
	// OnHand is what lies there, promised or not.
	OnHand int `json:"on_hand"`
	// Reserved is the part of OnHand that is promised. It is never more.
	Reserved int `json:"reserved"`
	// Low is the threshold at which LowStock is announced. Zero: never.
	Low int `json:"low,omitempty"`
	// Priority is that of the place.
	Priority int `json:"priority,omitempty"`
}

// Available returns what can still be promised. It is never negative.
func (l Level) Available() int { return max(l.OnHand-l.Reserved, 0) }

// Available returns how much of a SKU can still be promised, all places
// together.
func Available(levels []Level, sku string) int {
	n := 0
	for _, l := range levels {
		if l.SKU == sku {
			n += l.Available()
		}
	}
	return n
}

// Line is how much of a SKU is wanted.
type Line struct {
	SKU string `json:"sku"`
	// Quantity is in pieces, 1 to MaxQuantity.
	Quantity int `json:"quantity"`
}

// gather adds up lines of the same SKU and sorts them by SKU.
func gather(lines []Line) []Line {
	sums := make(map[string]int, len(lines))
	for _, l := range lines {
		sums[l.SKU] += l.Quantity
	}
	out := make([]Line, 0, len(sums))
	for _, sku := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, Line{SKU: sku, Quantity: sums[sku]})
	}
	return out
}

// skus returns the SKUs of gathered lines.
func skus(lines []Line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.SKU
	}
	return out
}

// byPlace orders what lies at places by SKU and code.
func byPlace(aSKU, aLocation, bSKU, bLocation string) int {
	return cmp.Or(cmp.Compare(aSKU, bSKU), cmp.Compare(aLocation, bLocation))
}
