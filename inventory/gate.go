package inventory

import (
	"context"
	"slices"
	"sync"

	"github.com/kontor-go/kontor/kernel/fault"
)

// DefaultGate is the width of a gate unless the host says otherwise: one unit
// is under way while the next is made ready.
const DefaultGate = 2

// Gate lets a few callers of this process at a time reach for the same SKU of
// the same tenant. It guards nothing: that is what the statements do. It keeps
// the queue of a flash sale in the process, where waiting costs nothing,
// instead of in the database, where every waiter holds a connection and slows
// the one who works. Other processes have gates of their own.
//
// It is safe for concurrent use and holds memory only for SKUs somebody is
// waiting for or working on.
type Gate struct {
	width int

	mu    sync.Mutex
	slots map[slotKey]*slot
}

type slotKey struct{ tenant, sku string }

// slot is the gate of one SKU.
type slot struct {
	tokens chan struct{}
	users  int // inside or waiting; guarded by Gate.mu
}

// NewGate returns a gate that lets width callers at a time reach for a SKU.
// Zero or less opens it for everybody.
func NewGate(width int) *Gate {
	return &Gate{width: width, slots: map[slotKey]*slot{}}
}

// Enter waits until there is room at every SKU. SKUs may repeat and come in
// any order: they are entered sorted, so that two callers never wait for each
// other. leave gives the room back and may be called more than once. If ctx
// ends first, Enter holds nothing and returns an Unavailable error.
func (g *Gate) Enter(ctx context.Context, tenant string, skus []string) (leave func(), err error) {
	if g == nil || g.width <= 0 || len(skus) == 0 {
		return func() {}, nil
	}
	order := slices.Clone(skus)
	slices.Sort(order)
	order = slices.Compact(order)
	var inside []slotKey
	for _, sku := range order {
		k := slotKey{tenant, sku}
		if err := g.enter(ctx, k); err != nil {
			g.leave(inside)
			return nil, err
		}
		inside = append(inside, k)
	}
	return sync.OnceFunc(func() { g.leave(inside) }), nil
}

func (g *Gate) enter(ctx context.Context, k slotKey) error {
	g.mu.Lock()
	s := g.slots[k]
	if s == nil {
		s = &slot{tokens: make(chan struct{}, g.width)}
		g.slots[k] = s
	}
	s.users++
	g.mu.Unlock()
	select {
	case s.tokens <- struct{}{}:
		return nil
	default:
	}
	select {
	case s.tokens <- struct{}{}:
		return nil
	case <-ctx.Done():
		g.mu.Lock()
		defer g.mu.Unlock()
		g.drop(k, s)
		return fault.New(fault.Unavailable, "context_ended", "The call was cancelled or ran out of time while it waited for others.").Because(ctx.Err())
	}
}

func (g *Gate) leave(inside []slotKey) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, k := range inside {
		s := g.slots[k]
		<-s.tokens
		g.drop(k, s)
	}
}

// drop forgets a slot that nobody uses. The lock is held.
func (g *Gate) drop(k slotKey, s *slot) {
	if s.users--; s.users == 0 {
		delete(g.slots, k)
	}
}

// Busy returns how many SKUs somebody is waiting for or working on.
func (g *Gate) Busy() int {
	if g == nil {
		return 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.slots)
}

// Door returns the gate as one tenant sees it.
func (g *Gate) Door(tenant string) Door { return Door{gate: g, tenant: tenant} }

// Door is a Gate as one tenant sees it. The zero value is always open.
type Door struct {
	gate   *Gate
	tenant string
}

// Enter is Gate.Enter for the tenant.
func (d Door) Enter(ctx context.Context, skus []string) (leave func(), err error) {
	return d.gate.Enter(ctx, d.tenant, skus)
}
