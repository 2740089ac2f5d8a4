package fulfillment

import (
	"context"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

// Allocate is the request to promise the goods of a fulfillment.
type Allocate struct{ op.Meta }

// Allocate takes the end off the promise of the goods and makes sure that they
// are held at the place. If they are not, for example because the promise has
// expired, it fails with NotFound (inventory.ErrNoReservation) or *Exceeded.
func (s *Service) Allocate(ctx context.Context, f ID, req Allocate) (Fulfillment, error) {
	ch, err := s.allocating(f, req)
	return s.run(ctx, ch, err)
}

// AllocateTx is Allocate inside a unit of work.
func (s *Service) AllocateTx(ctx context.Context, t Tx, f ID, req Allocate) (Fulfillment, error) {
	ch, err := s.allocating(f, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) allocating(of ID, req Allocate) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	ch := s.changing(req.Meta, "fulfillment.allocate", of)
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		if f.Forward.InFlight() {
			return f, nil, ErrForwarding
		}
		d, err := f.next(ch.call.Now).move(TriggerAllocate)
		return d, []event.Payload{Allocated{Fact: f.fact(), Location: f.Location}}, err
	}
	ch.after = s.keeping(req.By)
	return ch, c.Err(ch.call.Operation)
}

// keeping takes the end off the promise of the goods of a fulfillment.
func (s *Service) keeping(by op.Actor) func(ctx context.Context, t Tx, was, _ Fulfillment) error {
	return func(ctx context.Context, t Tx, was, _ Fulfillment) error {
		if was.Sent || len(was.stock()) == 0 {
			return nil
		}
		held, err := s.inventory.KeepTx(ctx, t, was.Order.String(), inventory.Keep{Meta: op.Meta{By: by}})
		if err != nil {
			return err
		}
		return was.covered(held)
	}
}

// stock returns what shipping f takes off the shelf.
func (f Fulfillment) stock() []inventory.Line {
	var out []inventory.Line
	for _, l := range f.Lines {
		if l.Stocked {
			out = append(out, inventory.Line{SKU: l.SKU, Quantity: l.Quantity})
		}
	}
	return out
}

// covered reports an error unless what is held at the place is enough for f.
func (f Fulfillment) covered(held []inventory.Reservation) error {
	have := map[string]int{}
	for _, r := range held {
		if r.Location == f.Location {
			have[r.SKU] += r.Quantity
		}
	}
	for _, l := range f.Lines {
		if !l.Stocked {
			continue
		}
		if have[l.SKU] < l.Quantity {
			return &Exceeded{Line: l.N, Want: l.Quantity, Have: max(have[l.SKU], 0), Location: f.Location}
		}
		have[l.SKU] -= l.Quantity
	}
	return nil
}

// Pick is the request to begin to fetch the goods.
type Pick struct{ op.Meta }

// Pick notes that somebody is fetching the goods of an allocated fulfillment.
func (s *Service) Pick(ctx context.Context, f ID, req Pick) (Fulfillment, error) {
	ch, err := s.picking(f, req)
	return s.run(ctx, ch, err)
}

// PickTx is Pick inside a unit of work.
func (s *Service) PickTx(ctx context.Context, t Tx, f ID, req Pick) (Fulfillment, error) {
	ch, err := s.picking(f, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) picking(of ID, req Pick) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	ch := s.changing(req.Meta, "fulfillment.pick", of)
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		d, err := f.next(ch.call.Now).move(TriggerPick)
		return d, []event.Payload{Picked{Fact: f.fact(), Location: f.Location}}, err
	}
	return ch, c.Err(ch.call.Operation)
}

// Pack is the request to close the parcels.
type Pack struct {
	op.Meta
	// Parcels are what the goods were packed into, 1 to MaxParcels. Their
	// numbers may be left out. Carrier and Tracking may follow with Ship.
	Parcels []Parcel
}

// Pack closes the parcels of a fulfillment that was being picked. Of one that
// is sent again, parcels that have arrived stay as they are and the new ones
// are numbered after them.
func (s *Service) Pack(ctx context.Context, f ID, req Pack) (Fulfillment, error) {
	ch, err := s.packing(f, req)
	return s.run(ctx, ch, err)
}

// PackTx is Pack inside a unit of work.
func (s *Service) PackTx(ctx context.Context, t Tx, f ID, req Pack) (Fulfillment, error) {
	ch, err := s.packing(f, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) packing(of ID, req Pack) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	parcels := checkParcels(&c, req.Parcels, 1)
	ch := s.changing(req.Meta, "fulfillment.pack", of)
	ch.call.Parameters = asked[[]Parcel]{of.String(), parcels}
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		d, err := f.next(ch.call.Now).move(TriggerPack)
		if err != nil {
			return f, nil, err
		}
		for _, p := range parcels {
			p.N = 1
			if n := len(d.Parcels); n > 0 {
				p.N = d.Parcels[n-1].N + 1
			}
			d.Parcels = append(d.Parcels, p)
		}
		return d, []event.Payload{Packed{Fact: f.fact(), Parcels: d.Parcels}}, nil
	}
	return ch, c.Err(ch.call.Operation)
}

// Cancel is the request to call a fulfillment off.
type Cancel struct {
	op.Meta
	// Reason is why, 1 to 500 characters.
	Reason string
}

// Cancel calls off a fulfillment that was not shipped. The goods go back to
// their place and stay promised to the order, so they can be planned anew. It
// fails with ErrForwarding while a warehouse has not answered. If one has taken
// the fulfillment on, whoever hears Cancelled has to call it off there. What is
// to be sent again cannot be cancelled (ErrSentBefore).
func (s *Service) Cancel(ctx context.Context, f ID, req Cancel) (Fulfillment, error) {
	ch, err := s.cancelling(f, req)
	return s.run(ctx, ch, err)
}

// CancelTx is Cancel inside a unit of work.
func (s *Service) CancelTx(ctx context.Context, t Tx, f ID, req Cancel) (Fulfillment, error) {
	ch, err := s.cancelling(f, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) cancelling(of ID, req Cancel) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	reason := c.Required("reason", req.Reason, maxReason)
	ch := s.changing(req.Meta, "fulfillment.cancel", of)
	ch.call.Parameters = asked[string]{of.String(), reason}
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		d, err := f.next(ch.call.Now).move(TriggerCancel)
		switch {
		case err != nil:
			return f, nil, err
		case f.Sent:
			return f, nil, ErrSentBefore
		case f.Forward.InFlight():
			return f, nil, ErrForwarding
		}
		d.Reason = reason
		p := Cancelled{Fact: f.fact(), Location: f.Location, Reason: reason, Lines: f.Lines}
		if f.Forward.State == ForwardAccepted {
			p.Warehouse, p.Reference = f.Forward.Warehouse, f.Forward.Reference
		}
		return d, []event.Payload{p}, nil
	}
	return ch, c.Err(ch.call.Operation)
}

// CancelOrder calls off whatever of an order was not shipped yet, each
// fulfillment in a unit of its own, and returns what it has called off. It is
// what follows when an order is cancelled, and may be repeated. Key and
// IfVersion must be empty.
func (s *Service) CancelOrder(ctx context.Context, of order.ID, req Cancel) ([]Fulfillment, error) {
	var c fault.Check
	c.That(req.Key == "", "key", "not_allowed", "must be empty")
	c.That(req.IfVersion == 0, "if_version", "not_allowed", "must be zero")
	if err := c.Err("fulfillment.cancel_order"); err != nil {
		return nil, err
	}
	all, err := s.reader.OrderFulfillments(ctx, of)
	if err != nil {
		return nil, err
	}
	var out []Fulfillment
	for _, f := range all.Fulfillments {
		if f.Sent || !moves.Can(f.status, TriggerCancel) {
			continue
		}
		f, err := s.Cancel(ctx, f.ID, req)
		if err != nil {
			return out, err
		}
		out = append(out, f)
	}
	return out, nil
}
