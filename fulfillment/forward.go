package fulfillment

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Forward is the request to hand a fulfillment over to a warehouse.
type Forward struct {
	op.Meta
	// Warehouse is its name in Deps.Warehouses.
	Warehouse string
}

// Forward hands a planned fulfillment over. If the warehouse takes it on, it is
// allocated; what the warehouse then reports is noted by Pick, Pack and Ship as
// if we had done it. Goods that are held for it are kept without an end.
//
// A fulfillment whose Forward is still InFlight is neither taken on nor
// refused: Reconcile finds out. Errors by kind: Invalid for an unknown
// warehouse, Declined (*Refused) if the warehouse says no, after which the
// fulfillment is planned as before and may be forwarded again; Conflict
// (ErrForwarding) if one was asked already.
func (s *Service) Forward(ctx context.Context, of ID, req Forward) (Fulfillment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Fulfillment{}, err
	}
	warehouse, ok := s.warehouses[req.Warehouse]
	ran := false
	ch, err := s.forwarding(of, req, &ran)
	if err == nil && !ok {
		var c fault.Check
		c.Add("warehouse", "unknown", "must be the name of a warehouse")
		err = c.Err(ch.call.Operation)
	}
	f, err := s.run(ctx, ch, err)
	if err != nil {
		return Fulfillment{}, err
	}
	if !ran { // the key was used before
		return s.reader.Fulfillment(ctx, of)
	}
	return s.send(ctx, warehouse, f)
}

// forwarding is the first unit: the intent is saved.
func (s *Service) forwarding(of ID, req Forward, ran *bool) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	c.Required("warehouse", req.Warehouse, maxName)
	ch := s.changing(req.Meta, "fulfillment.forward", of)
	ch.call.Parameters = asked[string]{of.String(), req.Warehouse}
	due := ch.call.Now.Add(s.patience)
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		if f.Forward.InFlight() {
			return f, nil, ErrForwarding
		}
		if _, err := f.move(TriggerAllocate); err != nil {
			return f, nil, err
		}
		d := f.next(ch.call.Now)
		n := f.Forward.Number + 1
		d.Forward = Forwarding{
			State: ForwardSending, Warehouse: req.Warehouse, Key: f.ID.String() + ":" + strconv.Itoa(n), Number: n, Due: due,
		}
		return d, nil, nil
	}
	ch.due = func(Fulfillment) time.Time { return due }
	ch.after = s.keeping(req.By)
	ch.ran = ran
	return ch, c.Err(ch.call.Operation)
}

// settleWithin is how long the outcome of a call may take to be written, though
// the caller has gone.
const settleWithin = 10 * time.Second

// send makes the call and writes down what came of it.
func (s *Service) send(ctx context.Context, w Warehouse, f Fulfillment) (Fulfillment, error) {
	o, err := s.orders.Order(ctx, f.Order)
	if err != nil {
		return f, err
	}
	out, err := w.Forward(ctx, Handover{
		Key: f.Forward.Key, Fulfillment: f.ID, Number: f.Number, Location: f.Location, Lines: f.Lines, ShipTo: o.ShipTo, Email: o.Email,
	})
	if err != nil || out.State == OutcomeAbsent {
		out = Outcome{}
	}
	return s.settle(ctx, f, out)
}

// settle is the second unit: the outcome is saved.
func (s *Service) settle(ctx context.Context, f Fulfillment, out Outcome) (Fulfillment, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	number := f.Forward.Number
	ch := s.changing(op.Meta{By: op.Actor{Kind: op.System, ID: "fulfillment"}}, "fulfillment.forwarded", f.ID)
	ch.decide = func(f Fulfillment) (Fulfillment, []event.Payload, error) {
		if !f.Forward.InFlight() || f.Forward.Number != number {
			return f, nil, nil
		}
		return f.conclude(out, ch.call.Now, s.patience)
	}
	if out.State == OutcomeUnknown {
		ch.due = func(f Fulfillment) time.Time { return f.Forward.Due }
	}
	f, err := s.run(ctx, ch, nil)
	if err == nil && f.Forward.Number == number && f.Forward.State == ForwardDeclined {
		err = &Refused{Warehouse: f.Forward.Warehouse, Reason: f.Forward.Reason}
	}
	return f, err
}

func (f Fulfillment) conclude(out Outcome, now time.Time, patience time.Duration) (Fulfillment, []event.Payload, error) {
	d := f.next(now)
	switch out.State {
	case OutcomeAccepted:
		d.Forward.State, d.Forward.Reference, d.Forward.Due = ForwardAccepted, short(out.Reference, 200), time.Time{}
		d, err := d.move(TriggerAllocate)
		return d, []event.Payload{Allocated{
			Fact: f.fact(), Location: f.Location, Warehouse: d.Forward.Warehouse, Reference: d.Forward.Reference,
		}}, err
	case OutcomeRefused:
		d.Forward.State, d.Forward.Reason, d.Forward.Due = ForwardDeclined, short(out.Reason, maxReason), time.Time{}
		return d, []event.Payload{ForwardRefused{Fact: f.fact(), Warehouse: d.Forward.Warehouse, Reason: d.Forward.Reason}}, nil
	case OutcomeUnknown, OutcomeAbsent:
	}
	d.Forward.Due = clock.Cut(now.Add(patience))
	return d, nil, nil
}

// short makes a text of others fit to be kept.
func short(s string, limit int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if r := []rune(s); len(r) > limit {
		return string(r[:limit])
	}
	return s
}

// Reconcile finds out what became of a handover that is in flight and due: it
// asks the warehouse, and hands over again, under the same key, what never
// arrived there. One that is not in flight or not due stays as it is, so it is
// safe to call it at any time. It returns *Refused if the warehouse says no, and
// an Unsupported error if the warehouse is not among Deps.Warehouses any more.
func (s *Service) Reconcile(ctx context.Context, of ID) (Fulfillment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Fulfillment{}, err
	}
	f, err := s.reader.Fulfillment(ctx, of)
	if err != nil || !f.Forward.InFlight() || s.clock.Now().Before(f.Forward.Due) {
		return f, err
	}
	w, ok := s.warehouses[f.Forward.Warehouse]
	if !ok {
		return f, fault.New(fault.Unsupported, "fulfillment_no_warehouse", "The warehouse that was asked is not known any more.")
	}
	out, err := w.Lookup(ctx, f.Forward.Key)
	if err != nil {
		out = Outcome{}
	}
	if out.State == OutcomeAbsent {
		return s.send(ctx, w, f)
	}
	return s.settle(ctx, f, out)
}
