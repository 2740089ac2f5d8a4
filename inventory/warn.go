package inventory

import (
	"context"
	"slices"

	"github.com/kontor-go/kontor/kernel/event"
)

// change is parts that are taken out of levels.
type change struct {
	when
	levels []Level
	parts  []Allocation
}

// warn announces what a change leads to. It is decided on what was read; see
// LowStock.
func (s *Service) warn(ctx context.Context, t Tx, c change) error {
	for _, p := range c.parts {
		low, is := c.low(p)
		if !is {
			continue
		}
		if err := s.announce(ctx, t, c.when, p.SKU, low); err != nil {
			return err
		}
	}
	for _, sku := range c.emptied() {
		if err := s.announce(ctx, t, c.when, sku, OutOfStock{SKU: sku}); err != nil {
			return err
		}
	}
	return nil
}

// low reports whether a part takes its level over the threshold.
func (c change) low(p Allocation) (event.Payload, bool) {
	i := slices.IndexFunc(c.levels, func(l Level) bool { return l.SKU == p.SKU && l.Location == p.Location })
	if i < 0 {
		return nil, false
	}
	l := c.levels[i]
	was, is := l.Available(), l.Available()-p.Quantity
	return LowStock{SKU: l.SKU, Location: l.Location, Low: l.Low, Available: is}, l.Low > 0 && was > l.Low && is <= l.Low
}

// emptied returns the SKUs of which the last piece is taken. Parts are sorted
// by SKU.
func (c change) emptied() []string {
	var out []string
	for i := 0; i < len(c.parts); {
		sku, taken := c.parts[i].SKU, 0
		for ; i < len(c.parts) && c.parts[i].SKU == sku; i++ {
			taken += c.parts[i].Quantity
		}
		if was := Available(c.levels, sku); was > 0 && was <= taken {
			out = append(out, sku)
		}
	}
	return out
}
