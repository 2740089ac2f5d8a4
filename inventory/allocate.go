package inventory

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Allocation is how much of a SKU is taken from one place.
type Allocation struct {
	SKU      string `json:"sku"`
	Location string `json:"location"`
	Quantity int    `json:"quantity"`
}

// HighestFirst takes each line from the places with the most of it available,
// so from a single place wherever one suffices. Equal places are taken by
// priority, then code.
func HighestFirst() Allocator { //nolint:ireturn // a policy is passed on as one
	return AllocatorFunc(highestFirst)
}

func highestFirst(lines []Line, levels []Level) ([]Allocation, error) {
	var out []Allocation
	for _, line := range lines {
		parts, err := take(line, levels)
		if err != nil {
			return nil, err
		}
		out = append(out, parts...)
	}
	return out, nil
}

// take takes one line from the fullest places.
func take(line Line, levels []Level) ([]Allocation, error) {
	own := make([]Level, 0, 4)
	have := 0
	for _, l := range levels {
		if l.SKU == line.SKU && l.Available() > 0 {
			own = append(own, l)
			have += l.Available()
		}
	}
	if have < line.Quantity {
		return nil, &Shortage{SKU: line.SKU, Want: line.Quantity, Have: have}
	}
	slices.SortFunc(own, func(a, b Level) int {
		return cmp.Or(cmp.Compare(b.Available(), a.Available()), cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Location, b.Location))
	})
	var out []Allocation
	for want := line.Quantity; want > 0; own = own[1:] {
		n := min(want, own[0].Available())
		out = append(out, Allocation{SKU: line.SKU, Location: own[0].Location, Quantity: n})
		want -= n
	}
	return out, nil
}

// OnePlace takes everything from a single place if one has all of it, which
// makes one parcel: of several, the one with the lowest priority, then code.
// If none has, it takes as HighestFirst does. It is the default.
func OnePlace() Allocator { //nolint:ireturn // a policy is passed on as one
	return AllocatorFunc(func(lines []Line, levels []Level) ([]Allocation, error) {
		if out := onePlace(lines, levels); out != nil {
			return out, nil
		}
		return highestFirst(lines, levels)
	})
}

func onePlace(lines []Line, levels []Level) []Allocation {
	want := make(map[string]int, len(lines))
	for _, l := range lines {
		want[l.SKU] = l.Quantity
	}
	serves := map[string]int{}
	for _, l := range levels {
		if n := want[l.SKU]; n > 0 && l.Available() >= n {
			serves[l.Location]++
		}
	}
	var best *Level
	for i, l := range levels {
		if serves[l.Location] == len(lines) && (best == nil || before(l, *best)) {
			best = &levels[i]
		}
	}
	if best == nil {
		return nil
	}
	out := make([]Allocation, len(lines))
	for i, l := range lines {
		out[i] = Allocation{SKU: l.SKU, Location: best.Location, Quantity: l.Quantity}
	}
	return out
}

func before(a, b Level) bool {
	return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Location, b.Location)) < 0
}

// sound checks what an allocator answered: a policy of the host may be wrong,
// and the stock must not be.
func sound(lines []Line, levels []Level, parts []Allocation) error {
	type place struct{ sku, location string }
	free := make(map[place]int, len(levels))
	for _, l := range levels {
		free[place{l.SKU, l.Location}] = l.Available()
	}
	want := make(map[string]int, len(lines))
	for _, l := range lines {
		want[l.SKU] = l.Quantity
	}
	for _, p := range parts {
		at := place{p.SKU, p.Location}
		if p.Quantity < 1 || p.Quantity > free[at] {
			return unsound(p)
		}
		delete(free, at) // each place once
		want[p.SKU] -= p.Quantity
	}
	for sku, rest := range want {
		if rest != 0 {
			return unsound(Allocation{SKU: sku, Quantity: rest})
		}
	}
	return nil
}

func unsound(p Allocation) error {
	return fault.New(fault.Internal, "allocation_wrong", "The goods could not be allocated.").
		Because(fmt.Errorf("inventory: the allocator answered %d of %s at %q", p.Quantity, p.SKU, p.Location))
}
