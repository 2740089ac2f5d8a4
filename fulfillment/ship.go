package fulfillment

import (
	"context"
	"slices"
	"time"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

// Ship is the request to hand the parcels over.
type Ship struct {
	op.Meta
	// Tracking says who carries which parcel and under which number. Parcels
	// that are not named stay as they were packed.
	Tracking []Tracking
}

// Tracking is how one parcel can be followed.
type Tracking struct {
	// Parcel is the number of the parcel.
	Parcel int
	// Carrier is the code of who carries it, at most 64 characters.
	Carrier string
	// Tracking is its number there, at most 100 characters.
	Tracking string
	// Shipment is the text of the id under which somebody else knows it, at most
	// 100 characters.
	Shipment string
}

// Ship notes that the parcels have left. In the same unit the goods are taken
// off the shelf and the order is told: all of it happens or nothing. Goods that
// are sent again were taken and told of before.
//
// Errors by kind: NotFound (ErrNoParcel; inventory.ErrNoReservation if the
// goods are not held any more); Conflict (order.ErrNotConfirmed, *order.Exceeded).
func (s *Service) Ship(ctx context.Context, f ID, req Ship) (Fulfillment, error) {
	ch, err := s.shipping(f, req)
	return s.run(ctx, ch, err)
}

// ShipTx is Ship inside a unit of work.
func (s *Service) ShipTx(ctx context.Context, t Tx, f ID, req Ship) (Fulfillment, error) {
	ch, err := s.shipping(f, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) shipping(of ID, req Ship) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	tracking := slices.Clone(req.Tracking)
	if c.Range("tracking", int64(len(tracking)), 0, MaxParcels) {
		for i := range tracking {
			x, path := &tracking[i], at("tracking", i)
			x.Carrier = c.Text(path+".carrier", x.Carrier, maxCarrier)
			x.Tracking = c.Text(path+".tracking", x.Tracking, maxTracking)
			x.Shipment = c.Text(path+".shipment", x.Shipment, maxTracking)
		}
	}
	ch := s.changing(req.Meta, "fulfillment.ship", of)
	ch.call.Parameters = asked[[]Tracking]{of.String(), tracking}
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) { return f.ship(tracking, ch.call.Now) }
	ch.before = func(ctx context.Context, t Tx, was, _ Fulfillment) error {
		if was.Sent {
			return nil
		}
		_, err := s.orders.RecordShipmentTx(ctx, t, was.Order, order.RecordShipment{
			Meta: op.Meta{By: req.By}, Shipment: was.ID.String(), Items: was.Items(),
		})
		return err
	}
	ch.after = func(ctx context.Context, t Tx, was, _ Fulfillment) error {
		lines := was.stock()
		if was.Sent || len(lines) == 0 {
			return nil
		}
		_, err := s.inventory.CommitTx(ctx, t, was.Order.String(), inventory.Commit{
			Meta: op.Meta{By: req.By}, Lines: lines, Location: was.Location,
		})
		return err
	}
	return ch, c.Err(ch.call.Operation)
}

func (f Fulfillment) ship(tracking []Tracking, now time.Time) (Fulfillment, []event.Payload, error) {
	d, err := f.next(now).move(TriggerShip)
	if err != nil {
		return f, nil, err
	}
	for _, x := range tracking {
		i := slices.IndexFunc(d.Parcels, func(p Parcel) bool { return p.N == x.Parcel })
		if i < 0 {
			return f, nil, ErrNoParcel
		}
		d.Parcels[i].Carrier, d.Parcels[i].Tracking, d.Parcels[i].Shipment = x.Carrier, x.Tracking, x.Shipment
	}
	d.Sent, d.ShippedAt = true, d.UpdatedAt
	return d, []event.Payload{Shipped{Fact: f.fact(), Location: f.Location, Lines: f.Lines, Parcels: d.Parcels, At: d.ShippedAt}}, nil
}

// Deliver is the request to note that a parcel has arrived.
type Deliver struct {
	op.Meta
	// Parcel is the number of the parcel; 0 means all of them.
	Parcel int
	// Shipment names the parcel by its Shipment instead.
	Shipment string
	// At is when it arrived, not in the future. Zero means now.
	At time.Time
}

// Deliver notes that a parcel of a shipped fulfillment has arrived, also after
// it was thought to be lost. With the last one the fulfillment is delivered, as
// of the latest time. A parcel that has arrived before stays as it is. A parcel
// that is not there is ErrNoParcel.
func (s *Service) Deliver(ctx context.Context, f ID, req Deliver) (Fulfillment, error) {
	ch, err := s.delivering(f, req)
	return s.run(ctx, ch, err)
}

// DeliverTx is Deliver inside a unit of work.
func (s *Service) DeliverTx(ctx context.Context, t Tx, f ID, req Deliver) (Fulfillment, error) {
	ch, err := s.delivering(f, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) delivering(of ID, req Deliver) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	c.Range("parcel", int64(req.Parcel), 0, 1_000_000)
	c.That(req.Shipment == "" || req.Parcel == 0, "shipment", "not_allowed", "must be empty if the number of the parcel is given")
	c.Text("shipment", req.Shipment, maxTracking)
	ch := s.changing(req.Meta, "fulfillment.deliver", of)
	when := checkTime(&c, "at", req.At, ch.call.Now)
	ch.call.Parameters = asked[Deliver]{of.String(), Deliver{Parcel: req.Parcel, Shipment: req.Shipment, At: clock.Cut(req.At)}}
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		if req.Shipment == "" {
			return f.deliver(req.Parcel, when, ch.call.Now)
		}
		i := slices.IndexFunc(f.Parcels, func(p Parcel) bool { return p.Shipment == req.Shipment })
		if i < 0 {
			return f, nil, ErrNoParcel
		}
		return f.deliver(f.Parcels[i].N, when, ch.call.Now)
	}
	return ch, c.Err(ch.call.Operation)
}

func (f Fulfillment) deliver(parcel int, when, now time.Time) (Fulfillment, []event.Payload, error) {
	if p, ok := f.Parcel(parcel); ok && !p.DeliveredAt.IsZero() {
		return f, nil, nil
	} else if !ok && parcel != 0 {
		return f, nil, ErrNoParcel
	}
	if _, err := f.move(TriggerDeliver); err != nil {
		return f, nil, err
	}
	d := f.next(now)
	var payloads []event.Payload
	for i := range d.Parcels {
		p := &d.Parcels[i]
		if (parcel == 0 || p.N == parcel) && p.DeliveredAt.IsZero() {
			p.DeliveredAt = when
			payloads = append(payloads, ParcelDelivered{Fact: f.fact(), Parcel: *p})
		}
	}
	last := time.Time{}
	for _, p := range d.Parcels {
		if p.DeliveredAt.IsZero() {
			return d, payloads, nil
		}
		if p.DeliveredAt.After(last) {
			last = p.DeliveredAt
		}
	}
	d.DeliveredAt, d.Reason = last, ""
	d, err := d.move(TriggerDeliver)
	return d, append(payloads, Delivered{Fact: f.fact(), Lines: f.Lines, Parcels: d.Parcels, At: last}), err
}

// Fail is the request to note that parcels did not arrive.
type Fail struct {
	op.Meta
	// Reason is what went wrong, 1 to 500 characters.
	Reason string
}

// Fail notes that parcels of a shipped fulfillment are lost or on their way
// back. See Resend for what comes next.
func (s *Service) Fail(ctx context.Context, f ID, req Fail) (Fulfillment, error) {
	ch, err := s.failing(f, req)
	return s.run(ctx, ch, err)
}

// FailTx is Fail inside a unit of work.
func (s *Service) FailTx(ctx context.Context, t Tx, f ID, req Fail) (Fulfillment, error) {
	ch, err := s.failing(f, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) failing(of ID, req Fail) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	reason := c.Required("reason", req.Reason, maxReason)
	ch := s.changing(req.Meta, "fulfillment.fail", of)
	ch.call.Parameters = asked[string]{of.String(), reason}
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		d, err := f.next(ch.call.Now).move(TriggerFail)
		d.Reason = reason
		return d, []event.Payload{Exception{Fact: f.fact(), Reason: reason, Parcels: d.undelivered()}}, err
	}
	return ch, c.Err(ch.call.Operation)
}

func (f Fulfillment) undelivered() []Parcel {
	return slices.DeleteFunc(slices.Clone(f.Parcels), func(p Parcel) bool { return !p.DeliveredAt.IsZero() })
}

// Resend is the request to send goods again that came back.
type Resend struct{ op.Meta }

// Resend plans anew what came back undelivered, so that it can be allocated,
// packed and shipped again. Stock is not touched, because the same goods leave,
// and the order is not told again. Parcels that have arrived stay.
func (s *Service) Resend(ctx context.Context, f ID, req Resend) (Fulfillment, error) {
	ch, err := s.resending(f, req)
	return s.run(ctx, ch, err)
}

// ResendTx is Resend inside a unit of work.
func (s *Service) ResendTx(ctx context.Context, t Tx, f ID, req Resend) (Fulfillment, error) {
	ch, err := s.resending(f, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) resending(of ID, req Resend) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	ch := s.changing(req.Meta, "fulfillment.resend", of)
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		d, err := f.next(ch.call.Now).move(TriggerResend)
		d.Parcels = slices.DeleteFunc(d.Parcels, func(p Parcel) bool { return p.DeliveredAt.IsZero() })
		d.Reason, d.ShippedAt, d.Forward = "", time.Time{}, Forwarding{Number: f.Forward.Number}
		return d, []event.Payload{Planned{Fact: f.fact(), Location: f.Location, Lines: f.Lines, Again: true}}, err
	}
	return ch, c.Err(ch.call.Operation)
}
