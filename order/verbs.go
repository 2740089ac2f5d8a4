package order

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// asked is what makes a request for one order what it is.
type asked[R any] struct {
	Order   ID
	Request R
}

// changing begins a change: meta is checked, and so is what c holds already.
func (s *Service) changing(c *fault.Check, meta op.Meta, operation string, order ID) change {
	meta.Check(c)
	return change{
		order: order, invalid: c.Err(operation),
		call: op.Call{Meta: meta, Operation: operation, Parameters: asked[string]{Order: order}, Now: s.clock.Now()},
	}
}

// Confirm is the request to confirm an order.
type Confirm struct {
	op.Meta
}

// Confirm says that the shop delivers, paid or not. An order that is paid
// exactly confirms itself.
func (s *Service) Confirm(ctx context.Context, order ID, req Confirm) (Order, error) {
	return s.run(ctx, s.confirming(order, req))
}

// ConfirmTx is Confirm inside a unit of work.
func (s *Service) ConfirmTx(ctx context.Context, t Tx, order ID, req Confirm) (Order, error) {
	return s.runTx(ctx, t, s.confirming(order, req))
}

func (s *Service) confirming(order ID, req Confirm) change {
	ch := s.changing(new(fault.Check), req.Meta, "order.confirm", order)
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		d, err := o.next(ch.call.Now).move(TriggerConfirm)
		return d, []event.Payload{Confirmed{Order: o.ID, Number: o.Number}}, err
	}
	return ch
}

// Hold is the request to put an order on hold.
type Hold struct {
	op.Meta
	// Reason is why, 1 to 500 characters.
	Reason string
}

// Hold puts a placed order on hold until somebody has looked at it.
func (s *Service) Hold(ctx context.Context, order ID, req Hold) (Order, error) {
	return s.run(ctx, s.holding(order, req))
}

// HoldTx is Hold inside a unit of work.
func (s *Service) HoldTx(ctx context.Context, t Tx, order ID, req Hold) (Order, error) {
	return s.runTx(ctx, t, s.holding(order, req))
}

func (s *Service) holding(order ID, req Hold) change {
	var c fault.Check
	reason := c.Required("reason", req.Reason, maxReason)
	ch := s.changing(&c, req.Meta, "order.hold", order)
	ch.call.Parameters = asked[string]{order, reason}
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		d, err := o.next(ch.call.Now).move(TriggerHold)
		d.Reason = reason
		return d, []event.Payload{OnHold{Order: o.ID, Number: o.Number, Reason: reason}}, err
	}
	return ch
}

// Resume is the request to go on with an order that is on hold.
type Resume struct {
	op.Meta
}

// Resume goes on with an order that is on hold. If it was paid meanwhile it is
// confirmed as well.
func (s *Service) Resume(ctx context.Context, order ID, req Resume) (Order, error) {
	return s.run(ctx, s.resuming(order, req))
}

// ResumeTx is Resume inside a unit of work.
func (s *Service) ResumeTx(ctx context.Context, t Tx, order ID, req Resume) (Order, error) {
	return s.runTx(ctx, t, s.resuming(order, req))
}

func (s *Service) resuming(order ID, req Resume) change {
	ch := s.changing(new(fault.Check), req.Meta, "order.resume", order)
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		d, err := o.next(ch.call.Now).move(TriggerResume)
		if err != nil {
			return o, nil, err
		}
		d.Reason = ""
		d, confirmed, err := d.confirmIfPaid()
		return d, append([]event.Payload{Resumed{Order: o.ID, Number: o.Number}}, confirmed...), err
	}
	return ch
}

// confirmIfPaid confirms a placed order that is paid exactly. One that is
// overpaid waits for somebody to look.
func (o Order) confirmIfPaid() (Order, []event.Payload, error) {
	if o.status != StatusPlaced || o.PaymentStanding() != Paid {
		return o, nil, nil
	}
	d, err := o.move(TriggerConfirm)
	return d, []event.Payload{Confirmed{Order: o.ID, Number: o.Number}}, err
}

// Cancel is the request to call an order off.
type Cancel struct {
	op.Meta
	// Reason is why, 1 to 500 characters.
	Reason string
}

// Cancel calls an order off and takes its sale out of the books. What was paid
// has to be refunded; the event says how much that is. Once goods have left it
// fails with ErrShipped.
func (s *Service) Cancel(ctx context.Context, order ID, req Cancel) (Order, error) {
	return s.run(ctx, s.cancelling(order, req))
}

// CancelTx is Cancel inside a unit of work.
func (s *Service) CancelTx(ctx context.Context, t Tx, order ID, req Cancel) (Order, error) {
	return s.runTx(ctx, t, s.cancelling(order, req))
}

func (s *Service) cancelling(order ID, req Cancel) change {
	var c fault.Check
	reason := c.Required("reason", req.Reason, maxReason)
	ch := s.changing(&c, req.Meta, "order.cancel", order)
	ch.call.Parameters = asked[string]{order, reason}
	ch.book = Order.Unsale
	ch.decide = func(o Order) (Order, []event.Payload, error) { return o.cancel(reason, ch.call.Now) }
	return ch
}

func (o Order) cancel(reason string, now time.Time) (Order, []event.Payload, error) {
	d, err := o.next(now).move(TriggerCancel)
	if err != nil {
		return o, nil, err
	}
	if o.ShipmentStanding() != Unshipped {
		return o, nil, ErrShipped
	}
	d.Reason = reason
	for i := range d.Lines {
		d.Lines[i].Cancelled = d.Lines[i].Quantity
	}
	return d, []event.Payload{Cancelled{
		Order: o.ID, Number: o.Number, Origin: o.Origin, Reason: reason, Refundable: d.Owed().Neg(),
	}}, nil
}

// Lapse is the request to cancel an order that was not paid in time.
type Lapse struct {
	op.Meta
}

// Lapsed is the Reason of orders that were not paid in time.
const Lapsed = "not paid in time"

// Lapse cancels an order whose PaymentDue has come while it was placed or on
// hold and nothing was paid. Any other order stays as it is, so it is safe to
// call it at any time and more than once.
func (s *Service) Lapse(ctx context.Context, order ID, req Lapse) (Order, error) {
	return s.run(ctx, s.lapsing(order, req))
}

// LapseTx is Lapse inside a unit of work.
func (s *Service) LapseTx(ctx context.Context, t Tx, order ID, req Lapse) (Order, error) {
	return s.runTx(ctx, t, s.lapsing(order, req))
}

func (s *Service) lapsing(order ID, req Lapse) change {
	ch := s.changing(new(fault.Check), req.Meta, "order.lapse", order)
	ch.book = Order.Unsale
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		waiting := o.status == StatusPlaced || o.status == StatusOnHold
		due := !o.PaymentDue.IsZero() && !ch.call.Now.Before(o.PaymentDue)
		if !waiting || !due || !o.Paid.IsZero() {
			return o, nil, nil
		}
		return o.cancel(Lapsed, ch.call.Now)
	}
	return ch
}

// Complete is the request to close an order.
type Complete struct {
	op.Meta
}

// Complete closes a confirmed order for which nothing is left to do.
func (s *Service) Complete(ctx context.Context, order ID, req Complete) (Order, error) {
	return s.run(ctx, s.completing(order, req))
}

// CompleteTx is Complete inside a unit of work.
func (s *Service) CompleteTx(ctx context.Context, t Tx, order ID, req Complete) (Order, error) {
	return s.runTx(ctx, t, s.completing(order, req))
}

func (s *Service) completing(order ID, req Complete) change {
	ch := s.changing(new(fault.Check), req.Meta, "order.complete", order)
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		d, err := o.next(ch.call.Now).move(TriggerComplete)
		return d, []event.Payload{Completed{Order: o.ID, Number: o.Number}}, err
	}
	return ch
}
