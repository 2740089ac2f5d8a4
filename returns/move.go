package returns

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

// Approve is the request to let goods come back.
type Approve struct{ op.Meta }

// Approve lets goods come back, within Deps.ReceiveWithin. A ReceiveDue timer
// rings at the end.
func (s *Service) Approve(ctx context.Context, r ID, req Approve) (Return, error) {
	ch, err := s.approving(r, req)
	return s.run(ctx, ch, err)
}

// ApproveTx is Approve inside a unit of work.
func (s *Service) ApproveTx(ctx context.Context, t Tx, r ID, req Approve) (Return, error) {
	ch, err := s.approving(r, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) approving(of ID, req Approve) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	ch := s.changing(req.Meta, "returns.approve", of)
	ch.decide = func(_ context.Context, _ Tx, r Return) (Return, []event.Payload, error) {
		d, err := r.next(ch.call.Now).move(TriggerApprove)
		d.ReceiveBy = clock.Cut(ch.call.Now.Add(s.receiveWithin))
		return d, []event.Payload{Approved{Fact: r.fact(), ReceiveBy: d.ReceiveBy}}, err
	}
	ch.timer = func(r Return) (time.Time, event.Payload) { return r.ReceiveBy, ReceiveDue{r.fact()} }
	return ch, c.Err(ch.call.Operation)
}

// Reject is the request not to let goods come back.
type Reject struct {
	op.Meta
	// Reason is why, 1 to 500 characters. The buyer may see it.
	Reason string
}

// Reject does not let goods come back.
func (s *Service) Reject(ctx context.Context, r ID, req Reject) (Return, error) {
	ch, err := s.rejecting(r, req)
	return s.run(ctx, ch, err)
}

// RejectTx is Reject inside a unit of work.
func (s *Service) RejectTx(ctx context.Context, t Tx, r ID, req Reject) (Return, error) {
	ch, err := s.rejecting(r, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) rejecting(of ID, req Reject) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	reason := c.Required("reason", req.Reason, maxReason)
	ch := s.changing(req.Meta, "returns.reject", of)
	ch.call.Parameters = asked[string]{of.String(), reason}
	ch.decide = func(_ context.Context, _ Tx, r Return) (Return, []event.Payload, error) {
		d, err := r.next(ch.call.Now).move(TriggerReject)
		d.Reason = reason
		return d, []event.Payload{Rejected{Fact: r.fact(), Reason: reason}}, err
	}
	return ch, c.Err(ch.call.Operation)
}

// Expire is the request to give up on goods that did not come.
type Expire struct{ op.Meta }

// Expire ends an approved return whose ReceiveBy has come. Any other stays as it
// is, so it is safe to call it at any time and more than once.
func (s *Service) Expire(ctx context.Context, r ID, req Expire) (Return, error) {
	ch, err := s.expiring(r, req)
	return s.run(ctx, ch, err)
}

// ExpireTx is Expire inside a unit of work.
func (s *Service) ExpireTx(ctx context.Context, t Tx, r ID, req Expire) (Return, error) {
	ch, err := s.expiring(r, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) expiring(of ID, req Expire) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	ch := s.changing(req.Meta, "returns.expire", of)
	ch.decide = func(_ context.Context, _ Tx, r Return) (Return, []event.Payload, error) {
		if r.status != StatusApproved || ch.call.Now.Before(r.ReceiveBy) {
			return r, nil, nil
		}
		d, err := r.next(ch.call.Now).move(TriggerExpire)
		return d, []event.Payload{Expired{r.fact()}}, err
	}
	return ch, c.Err(ch.call.Operation)
}

// Receive is the request to note that goods have come in.
type Receive struct {
	op.Meta
	// Lines are the pieces that have come, each line at most once, and of each
	// at most what was requested. What is missing has not come.
	Lines []order.Item
}

// Receive notes that goods of an approved return have come in. In the same unit
// the order is told. Pieces that have not come may be requested again.
//
// Errors by kind: NotFound (ErrNoLine); Conflict (*Exceeded, *order.Exceeded).
func (s *Service) Receive(ctx context.Context, r ID, req Receive) (Return, error) {
	ch, err := s.receiving(r, req)
	return s.run(ctx, ch, err)
}

// ReceiveTx is Receive inside a unit of work.
func (s *Service) ReceiveTx(ctx context.Context, t Tx, r ID, req Receive) (Return, error) {
	ch, err := s.receiving(r, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) receiving(of ID, req Receive) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	checkItems(&c, req.Lines)
	ch := s.changing(req.Meta, "returns.receive", of)
	ch.call.Parameters = asked[[]order.Item]{of.String(), req.Lines}
	ch.decide = func(_ context.Context, _ Tx, r Return) (Return, []event.Payload, error) {
		d, err := r.next(ch.call.Now).move(TriggerReceive)
		if err != nil {
			return r, nil, err
		}
		for _, item := range req.Lines {
			i := d.index(item.Line)
			if i < 0 {
				return r, nil, ErrNoLine
			}
			if item.Quantity > d.Lines[i].Quantity {
				return r, nil, &Exceeded{Line: item.Line, Want: item.Quantity, Have: d.Lines[i].Quantity}
			}
			d.Lines[i].Received = item.Quantity
		}
		return d, []event.Payload{Received{Fact: r.fact(), Items: d.Received()}}, nil
	}
	ch.before = func(ctx context.Context, t Tx, _, now Return) error {
		_, err := s.orders.RecordReturnTx(ctx, t, now.Order, order.RecordReturn{
			Meta: op.Meta{By: req.By}, Return: now.ID.String(), Items: now.Received(),
		})
		return err
	}
	return ch, c.Err(ch.call.Operation)
}

func checkItems(c *fault.Check, items []order.Item) {
	if !c.Range("lines", int64(len(items)), 1, order.MaxLines) {
		return
	}
	for i, item := range items {
		path := at("lines", i)
		c.That(item.Line >= 1, path+".line", "out_of_range", "must be the number of a line")
		c.That(!slices.ContainsFunc(items[:i], func(x order.Item) bool { return x.Line == item.Line }), path+".line", "twice", "must not be named twice")
		c.Range(path+".quantity", int64(item.Quantity), 1, order.MaxQuantity)
	}
}

// Inspect is the request to say what becomes of goods that have come in.
type Inspect struct {
	op.Meta
	// Lines say what becomes of every piece that was received. A line may be
	// named more than once.
	Lines []Inspected
}

// Inspected is what becomes of some pieces.
type Inspected struct {
	// Line is the number of the line.
	Line     int `json:"line"`
	Quantity int `json:"quantity"`
	// Disposition is Restock, Damaged or Discard.
	Disposition Disposition `json:"disposition"`
	// Location is the place where they are put, for Restock; it defaults to
	// inventory.Main.
	Location string `json:"location,omitempty"`
}

// Inspect says what becomes of goods that were received. In the same unit those
// to be restocked are put on the shelf, once.
//
// Errors by kind: NotFound (ErrNoLine, inventory.ErrNoLocation); Conflict
// (*Exceeded) unless the pieces named are exactly those received.
func (s *Service) Inspect(ctx context.Context, r ID, req Inspect) (Return, error) {
	ch, err := s.inspecting(r, req)
	return s.run(ctx, ch, err)
}

// InspectTx is Inspect inside a unit of work.
func (s *Service) InspectTx(ctx context.Context, t Tx, r ID, req Inspect) (Return, error) {
	ch, err := s.inspecting(r, req)
	return s.runTx(ctx, t, ch, err)
}

func (s *Service) inspecting(of ID, req Inspect) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	lines := checkInspected(&c, req.Lines)
	ch := s.changing(req.Meta, "returns.inspect", of)
	ch.call.Parameters = asked[[]Inspected]{of.String(), lines}
	ch.decide = func(_ context.Context, _ Tx, r Return) (Return, []event.Payload, error) {
		d, err := r.next(ch.call.Now).inspect(lines)
		return d, []event.Payload{Examined{Fact: r.fact(), Lines: lines}}, err
	}
	ch.after = func(ctx context.Context, t Tx, _, now Return) error {
		goods := now.restocking(req.By)
		if len(goods.Goods) == 0 {
			return nil
		}
		return s.restocker.RestockTx(ctx, t, goods)
	}
	return ch, c.Err(ch.call.Operation)
}

func checkInspected(c *fault.Check, lines []Inspected) []Inspected {
	if !c.Range("lines", int64(len(lines)), 1, 4*order.MaxLines) {
		return nil
	}
	out := slices.Clone(lines)
	for i := range out {
		x, path := &out[i], at("lines", i)
		c.That(x.Line >= 1, path+".line", "out_of_range", "must be the number of a line")
		c.Range(path+".quantity", int64(x.Quantity), 1, order.MaxQuantity)
		c.Text(path+".location", x.Location, maxLocation)
		switch x.Disposition {
		case Restock:
			if x.Location == "" {
				x.Location = inventory.Main
			}
		case Damaged, Discard:
			c.That(x.Location == "", path+".location", "not_allowed", "must be empty but for what is restocked")
		default:
			c.Add(path+".disposition", "unknown", "must be restock, damaged or discard")
		}
	}
	return out
}

func (r Return) inspect(lines []Inspected) (Return, error) {
	d, err := r.move(TriggerInspect)
	if err != nil {
		return r, err
	}
	for _, x := range lines {
		i := d.index(x.Line)
		if i < 0 {
			return r, ErrNoLine
		}
		l := &d.Lines[i]
		l.Dispositions = append(slices.Clone(l.Dispositions), Disposed{Quantity: x.Quantity, Disposition: x.Disposition, Location: x.Location})
	}
	for _, l := range d.Lines {
		sum := 0
		for _, x := range l.Dispositions {
			sum += x.Quantity
		}
		if sum != l.Received {
			return r, &Exceeded{Line: l.N, Want: sum, Have: l.Received}
		}
	}
	return d, nil
}
