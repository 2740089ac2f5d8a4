package fulfillment

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

// Plan is the request to plan what shall leave. IfVersion is the version of the
// order.
type Plan struct {
	op.Meta
	// Lines are what shall leave, each line at most once. None means all that is
	// open, as far as goods are held for it.
	Lines []order.Item
	// Location is the place it shall leave from. Empty means wherever goods are
	// held.
	Location string
	// Metadata belongs to the host.
	Metadata map[string]string
}

// Plan divides what is open of a confirmed order among the places at which
// goods are held for it, and makes one fulfillment for each. Of a line no more
// is ever planned than was ordered and not cancelled, however many plan at
// once. Lines for which stock was never held, because they are not kept in
// stock, leave from Location or from inventory.Main.
//
// Errors by kind: NotFound for an unknown order or line (ErrNoLine); Conflict
// for an order that is not confirmed (order.ErrNotConfirmed), for more than is
// open or held (*Exceeded), and if nothing is left (ErrNothingToPlan).
func (s *Service) Plan(ctx context.Context, of order.ID, req Plan) ([]Fulfillment, error) {
	p, err := s.planning(of, req)
	if err != nil {
		return nil, err
	}
	return tx.Do(p.do).Insist(ctx, s.units, attempts, overtaking(req.Meta))
}

// PlanTx is Plan inside a unit of work.
func (s *Service) PlanTx(ctx context.Context, t Tx, of order.ID, req Plan) ([]Fulfillment, error) {
	p, err := s.planning(of, req)
	if err != nil {
		return nil, err
	}
	return tx.Do(p.do).In(ctx, t)
}

// planning is a checked Plan.
type planning struct {
	of   order.ID
	req  Plan
	call op.Call
	ids  *reel
}

func (s *Service) planning(of order.ID, req Plan) (planning, error) {
	var c fault.Check
	req.Meta.Check(&c)
	checkItems(&c, req.Lines)
	c.Text("location", req.Location, maxLocation)
	req.Metadata = c.Metadata("metadata", req.Metadata)
	p := planning{of: of, req: req, ids: &reel{newID: s.newID}}
	plain := req
	plain.Meta = op.Meta{}
	p.call = op.Call{Meta: req.Meta, Operation: "fulfillment.plan", Parameters: asked[Plan]{of.String(), plain}, Now: s.clock.Now()}
	return p, c.Err("fulfillment.plan")
}

func (p planning) do(ctx context.Context, t Tx) ([]Fulfillment, error) {
	p.ids.rewind()
	return op.Run(ctx, t, p.call, func() ([]Fulfillment, error) { return p.once(ctx, t) })
}

func (p planning) once(ctx context.Context, t Tx) ([]Fulfillment, error) {
	before, err := t.OrderFulfillments(ctx, p.of)
	if err != nil {
		return nil, err
	}
	o, err := t.Order(ctx, p.of)
	if err != nil {
		return nil, err
	}
	if err := p.req.Expect("order", o.Version); err != nil {
		return nil, err
	}
	held, err := t.StockReservations(ctx, p.of.String())
	if err != nil {
		return nil, err
	}
	if o.Status() != order.StatusConfirmed {
		return nil, order.ErrNotConfirmed
	}
	shares, err := newSupply(o, before.Fulfillments, held).divide(p.req.Lines, p.req.Location)
	if err != nil {
		return nil, err
	}
	if err := t.Expect(ctx, tx.Ref{Table: "order", ID: o.ID.String()}, o.Version); err != nil {
		return nil, err
	}
	fs := p.made(o, shares)
	if err := t.InsertFulfillments(ctx, o.ID, before.Version, fs); err != nil {
		return nil, err
	}
	return fs, p.announce(ctx, t, fs)
}

// made makes a fulfillment of what leaves each place.
func (p planning) made(o order.Order, shares map[string][]Line) []Fulfillment {
	fs := make([]Fulfillment, 0, len(shares))
	now := clock.Cut(p.call.Now)
	for _, place := range slices.Sorted(maps.Keys(shares)) {
		fs = append(fs, Fulfillment{
			ID: NewID(p.ids.next), Order: o.ID, Number: o.Number, Location: place, Lines: shares[place], Metadata: p.req.Metadata,
			Version: 1, CreatedAt: now, UpdatedAt: now, status: moves.Initial,
		})
	}
	return fs
}

func (p planning) announce(ctx context.Context, t Tx, fs []Fulfillment) error {
	var events []event.Event
	for _, f := range fs {
		s := stamp{event.Stamp{NewID: p.ids.next, At: p.call.Now, Actor: p.call.Meta.By.String()}}
		es, err := s.of(f, Planned{Fact: f.fact(), Location: f.Location, Lines: f.Lines})
		if err != nil {
			return err
		}
		events = append(events, es...)
	}
	return t.Append(ctx, events...)
}

// place is where a SKU lies.
type place struct{ sku, location string }

// supply is what of an order may still be planned, and where goods for it are.
type supply struct {
	order order.Order
	// open are the pieces of each line that have not left and are not planned.
	open map[int]int
	// held are the pieces that are held and not planned yet.
	held map[place]int
	// stocked are the SKUs for which goods are or were held.
	stocked map[string]bool
}

func newSupply(o order.Order, planned []Fulfillment, held []inventory.Reservation) supply {
	s := supply{order: o, open: map[int]int{}, held: map[place]int{}, stocked: map[string]bool{}}
	for _, l := range o.Lines {
		s.open[l.N] = l.Open()
	}
	for _, r := range held {
		s.stocked[r.SKU] = true
		if r.State() == inventory.Held {
			s.held[place{r.SKU, r.Location}] += r.Quantity
		}
	}
	for _, f := range planned {
		if f.Sent || f.status == StatusCancelled {
			continue
		}
		for _, l := range f.Lines {
			s.open[l.N] -= l.Quantity
			if l.Stocked {
				s.held[place{l.SKU, f.Location}] -= l.Quantity
			}
		}
	}
	return s
}

// divide says what leaves which place. Without items it is all that is there.
func (s supply) divide(items []order.Item, location string) (map[string][]Line, error) {
	all := len(items) == 0
	if all {
		for _, l := range s.order.Lines {
			if n := s.open[l.N]; n > 0 {
				items = append(items, order.Item{Line: l.N, Quantity: n})
			}
		}
	}
	out := map[string][]Line{}
	for _, item := range items {
		l, ok := s.order.Line(item.Line)
		if !ok {
			return nil, ErrNoLine
		}
		if have := s.open[l.N]; item.Quantity > have {
			return nil, &Exceeded{Line: l.N, Want: item.Quantity, Have: max(have, 0), Location: location}
		}
		rest := s.take(l, item.Quantity, location, out)
		if rest > 0 && !all {
			return nil, &Exceeded{Line: l.N, Want: item.Quantity, Have: item.Quantity - rest, Location: location}
		}
	}
	if len(out) == 0 {
		return nil, ErrNothingToPlan
	}
	return out, nil
}

// take takes pieces of a line from where they are held, and returns how many
// there are too few. The fullest place comes first, so that one parcel is made
// where one suffices.
func (s supply) take(l order.Line, want int, location string, out map[string][]Line) int {
	put := func(from string, n int) {
		out[from] = append(out[from], Line{N: l.N, SKU: l.SKU, Title: l.Title, Quantity: n, Stocked: s.stocked[l.SKU]})
	}
	if !s.stocked[l.SKU] {
		if location == "" {
			location = inventory.Main
		}
		put(location, want)
		return 0
	}
	for _, p := range s.places(l.SKU, location) {
		n := min(want, s.held[p])
		if n <= 0 {
			continue
		}
		put(p.location, n)
		s.held[p] -= n
		want -= n
	}
	return want
}

// places returns where a SKU is held, fullest first.
func (s supply) places(sku, location string) []place {
	var ps []place
	for p := range s.held {
		if p.sku == sku && (location == "" || p.location == location) {
			ps = append(ps, p)
		}
	}
	slices.SortFunc(ps, func(a, b place) int {
		if d := s.held[b] - s.held[a]; d != 0 {
			return d
		}
		return strings.Compare(a.location, b.location)
	})
	return ps
}
