package floor

import "sync"

// gate lets a few orders of one SKU at a time reach for the database. It knows
// orders of one line only.
type gate struct {
	width int
	mu    sync.Mutex
	slots map[string]chan struct{}
}

func newGate(width int) *gate { return &gate{width: width, slots: map[string]chan struct{}{}} }

func (g *gate) enter(skus []string) func() {
	if g.width == 0 {
		return func() {}
	}
	g.mu.Lock()
	slot := g.slots[skus[0]]
	if slot == nil {
		slot = make(chan struct{}, g.width)
		g.slots[skus[0]] = slot
	}
	g.mu.Unlock()
	slot <- struct{}{}
	return func() { <-slot }
}
