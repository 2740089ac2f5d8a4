package cart

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// Add is the request to put pieces of a SKU into a cart.
type Add struct {
	op.Meta
	// SKU is 1 to 64 printable ASCII characters without spaces.
	SKU string
	// Quantity is 1 to MaxQuantity, together with what the line holds already.
	Quantity int
	// Metadata belongs to the host, as in Create. Pieces with other metadata
	// become a line of their own.
	Metadata map[string]string
}

// Add puts pieces of a SKU into a cart: onto the line that has the same SKU and
// metadata, or else onto a new one. It fails with *UnknownSKU if the SKU is not
// sold, and with ErrFull if the cart has MaxLines lines.
func (s *Service) Add(ctx context.Context, cart ID, req Add) (Cart, error) {
	return s.run(ctx, s.adding(cart, req))
}

// AddTx is Add inside a unit of work.
func (s *Service) AddTx(ctx context.Context, t Tx, cart ID, req Add) (Cart, error) {
	return s.runTx(ctx, t, s.adding(cart, req))
}

func (s *Service) adding(cart ID, req Add) change {
	var c fault.Check
	req.Meta.Check(&c)
	checkSKU(&c, "sku", req.SKU)
	c.Range("quantity", int64(req.Quantity), 1, MaxQuantity)
	req.Metadata = c.Metadata("metadata", req.Metadata)
	now := s.clock.Now()
	meta := req.Meta
	req.Meta = op.Meta{}
	return change{
		cart: cart, sku: req.SKU, invalid: c.Err("cart.add"),
		call:   call(meta, "cart.add", now, asked[Add]{cart, req}),
		decide: func(c Cart) (Cart, []event.Payload, error) { return c.add(req, now) },
	}
}

// asked is what makes a request for one cart what it is.
type asked[R any] struct {
	Cart    ID
	Request R
}

func call(meta op.Meta, operation string, now time.Time, parameters any) op.Call {
	return op.Call{Meta: meta, Operation: operation, Parameters: parameters, Now: now}
}

func (c Cart) add(a Add, now time.Time) (Cart, []event.Payload, error) {
	d := c.next(now)
	i := slices.IndexFunc(d.Lines, func(l Line) bool { return l.SKU == a.SKU && maps.Equal(l.Metadata, a.Metadata) })
	if i < 0 {
		if len(d.Lines) >= MaxLines {
			return Cart{}, nil, ErrFull
		}
		d.LastLine++
		d.Lines = append(d.Lines, Line{N: d.LastLine, SKU: a.SKU, Metadata: a.Metadata})
		i = len(d.Lines) - 1
	}
	l := &d.Lines[i]
	l.Quantity += a.Quantity
	var bad fault.Check
	bad.Range("quantity", int64(l.Quantity), 1, MaxQuantity)
	if err := bad.Err("cart.add"); err != nil {
		return Cart{}, nil, err
	}
	return d, []event.Payload{LineAdded{Cart: c.ID, Line: l.N, SKU: l.SKU, Added: a.Quantity, Quantity: l.Quantity}}, nil
}

// SetQuantity is the request to set how many pieces a line holds.
type SetQuantity struct {
	op.Meta
	// Line is the number of the line.
	Line int
	// Quantity is 1 to MaxQuantity. To take the line out, use Remove.
	Quantity int
}

// SetQuantity sets how many pieces a line holds. A line that is not there is a
// NotFound error with code "cart_line_not_found".
func (s *Service) SetQuantity(ctx context.Context, cart ID, req SetQuantity) (Cart, error) {
	return s.run(ctx, s.setting(cart, req))
}

// SetQuantityTx is SetQuantity inside a unit of work.
func (s *Service) SetQuantityTx(ctx context.Context, t Tx, cart ID, req SetQuantity) (Cart, error) {
	return s.runTx(ctx, t, s.setting(cart, req))
}

func (s *Service) setting(cart ID, req SetQuantity) change {
	var c fault.Check
	req.Meta.Check(&c)
	c.That(req.Line >= 1, "line", "out_of_range", "must be the number of a line")
	c.Range("quantity", int64(req.Quantity), 1, MaxQuantity)
	now := s.clock.Now()
	meta := req.Meta
	req.Meta = op.Meta{}
	return change{
		cart: cart, invalid: c.Err("cart.set_quantity"),
		call:   call(meta, "cart.set_quantity", now, asked[SetQuantity]{cart, req}),
		decide: func(c Cart) (Cart, []event.Payload, error) { return c.setQuantity(req, now) },
	}
}

func (c Cart) setQuantity(q SetQuantity, now time.Time) (Cart, []event.Payload, error) {
	i := c.index(q.Line)
	if i < 0 {
		return Cart{}, nil, noLine()
	}
	was := c.Lines[i]
	if was.Quantity == q.Quantity {
		return c, nil, nil
	}
	d := c.next(now)
	d.Lines[i].Quantity = q.Quantity
	return d, []event.Payload{LineChanged{Cart: c.ID, Line: was.N, SKU: was.SKU, Was: was.Quantity, Quantity: q.Quantity}}, nil
}

// Remove is the request to take a line out of a cart.
type Remove struct {
	op.Meta
	// Line is the number of the line.
	Line int
}

// Remove takes a line out. A line that is not there is a NotFound error with
// code "cart_line_not_found".
func (s *Service) Remove(ctx context.Context, cart ID, req Remove) (Cart, error) {
	return s.run(ctx, s.removing(cart, req))
}

// RemoveTx is Remove inside a unit of work.
func (s *Service) RemoveTx(ctx context.Context, t Tx, cart ID, req Remove) (Cart, error) {
	return s.runTx(ctx, t, s.removing(cart, req))
}

func (s *Service) removing(cart ID, req Remove) change {
	var c fault.Check
	req.Meta.Check(&c)
	c.That(req.Line >= 1, "line", "out_of_range", "must be the number of a line")
	now := s.clock.Now()
	meta := req.Meta
	req.Meta = op.Meta{}
	return change{
		cart: cart, invalid: c.Err("cart.remove"),
		call:   call(meta, "cart.remove", now, asked[Remove]{cart, req}),
		decide: func(c Cart) (Cart, []event.Payload, error) { return c.remove(req.Line, now) },
	}
}

func (c Cart) remove(n int, now time.Time) (Cart, []event.Payload, error) {
	i := c.index(n)
	if i < 0 {
		return Cart{}, nil, noLine()
	}
	was := c.Lines[i]
	d := c.next(now)
	d.Lines = slices.Delete(d.Lines, i, i+1)
	if len(d.Lines) == 0 {
		d.Lines = nil
	}
	return d, []event.Payload{LineRemoved{Cart: c.ID, Line: was.N, SKU: was.SKU, Quantity: was.Quantity}}, nil
}
