package order

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// RecordShipment tells an order that goods have left.
type RecordShipment struct {
	op.Meta
	// Shipment is the text of the id of the parcel, at most 200 characters.
	Shipment string
	// Items are the pieces that have left, each line at most once.
	Items []Item
}

// RecordShipment tells a confirmed order that goods have left, once for each
// Shipment. An order in another state is ErrNotConfirmed, more pieces than are
// open are *Exceeded, a line that is not there is a NotFound error with code
// "order_line_not_found".
func (s *Service) RecordShipment(ctx context.Context, order ID, req RecordShipment) (Order, error) {
	return s.run(ctx, s.shipping(order, req))
}

// RecordShipmentTx is RecordShipment inside a unit of work.
func (s *Service) RecordShipmentTx(ctx context.Context, t Tx, order ID, req RecordShipment) (Order, error) {
	return s.runTx(ctx, t, s.shipping(order, req))
}

func (s *Service) shipping(order ID, req RecordShipment) change {
	var c fault.Check
	source := c.Required("shipment", req.Shipment, maxRef)
	checkItems(&c, req.Items)
	ch := s.changing(&c, req.Meta, "order.record_shipment", order)
	ch.told = Told{Kind: ToldShipment, Source: source, Items: req.Items, At: ch.call.Now}
	ch.call.Parameters = asked[Told]{order, ch.told.timeless()}
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		if o.status != StatusConfirmed {
			return o, nil, ErrNotConfirmed
		}
		d := o.next(ch.call.Now)
		err := d.each(req.Items, func(l *Line, n int) error {
			if n > l.Open() {
				return &Exceeded{Line: l.N, Want: n, Have: l.Open()}
			}
			l.Shipped += n
			return nil
		})
		return d, []event.Payload{ShipmentRecorded{
			Order: o.ID, Number: o.Number, Shipment: source, Items: req.Items, Standing: d.ShipmentStanding(),
		}}, err
	}
	return ch
}

func checkItems(c *fault.Check, items []Item) {
	c.Range("items", int64(len(items)), 1, MaxLines)
	seen := map[int]bool{}
	for i, item := range items[:min(len(items), MaxLines)] {
		path := at("items", i)
		c.That(item.Line >= 1, path+".line", "out_of_range", "must be the number of a line")
		c.That(!seen[item.Line], path+".line", "twice", "must not be named twice")
		c.Range(path+".quantity", int64(item.Quantity), 1, MaxQuantity)
		seen[item.Line] = true
	}
}

// each changes the lines named, which are o's own.
func (o Order) each(items []Item, fn func(l *Line, n int) error) error {
	for _, item := range items {
		i := o.index(item.Line)
		if i < 0 {
			return noLine()
		}
		if err := fn(&o.Lines[i], item.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// RecordReturn tells an order that goods have come back.
type RecordReturn struct {
	op.Meta
	// Return is the text of the id of the return, at most 200 characters.
	Return string
	// Items are the pieces that have come back, each line at most once.
	Items []Item
}

// RecordReturn tells an order that goods have come back, once for each Return.
// More pieces than have left and not come back are *Exceeded, a line that is
// not there is a NotFound error with code "order_line_not_found".
func (s *Service) RecordReturn(ctx context.Context, order ID, req RecordReturn) (Order, error) {
	return s.run(ctx, s.returning(order, req))
}

// RecordReturnTx is RecordReturn inside a unit of work.
func (s *Service) RecordReturnTx(ctx context.Context, t Tx, order ID, req RecordReturn) (Order, error) {
	return s.runTx(ctx, t, s.returning(order, req))
}

func (s *Service) returning(order ID, req RecordReturn) change {
	var c fault.Check
	source := c.Required("return", req.Return, maxRef)
	checkItems(&c, req.Items)
	ch := s.changing(&c, req.Meta, "order.record_return", order)
	ch.told = Told{Kind: ToldReturn, Source: source, Items: req.Items, At: ch.call.Now}
	ch.call.Parameters = asked[Told]{order, ch.told.timeless()}
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		d := o.next(ch.call.Now)
		err := d.each(req.Items, func(l *Line, n int) error {
			if away := l.Shipped - l.Returned; n > away {
				return &Exceeded{Line: l.N, Want: n, Have: away}
			}
			l.Returned += n
			return nil
		})
		return d, []event.Payload{ReturnRecorded{Order: o.ID, Number: o.Number, Return: source, Items: req.Items}}, err
	}
	return ch
}
