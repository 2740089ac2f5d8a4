package order

import (
	"context"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
)

// Query asks for a page of orders. Its zero value asks for the newest.
type Query struct {
	Filter
	page.Request
}

// Order returns an order, or a NotFound error.
func (s *Service) Order(ctx context.Context, order ID) (Order, error) {
	return s.reader.Order(ctx, order)
}

// OrderByNumber returns the order with a number, or a NotFound error. Knowing a
// number proves nothing: the host decides who may see the order.
func (s *Service) OrderByNumber(ctx context.Context, number string) (Order, error) {
	if !isPlain(number, maxNumber) {
		return Order{}, fault.Missing("order")
	}
	return s.reader.OrderByNumber(ctx, number)
}

// OrderByOrigin returns the order that something has become, by the text of its
// id, or a NotFound error.
func (s *Service) OrderByOrigin(ctx context.Context, origin string) (Order, error) {
	var c fault.Check
	c.Required("origin", origin, maxRef)
	if c.Err("order.origin") != nil {
		return Order{}, fault.Missing("order")
	}
	return s.reader.OrderByOrigin(ctx, origin)
}

// Orders returns a page of orders, newest first. A cursor belongs to the Filter
// that it was made for. Errors: Invalid for a bad filter, limit or cursor.
func (s *Service) Orders(ctx context.Context, q Query) (page.Page[Summary], error) {
	var c fault.Check
	q.Check(&c)
	q.Buyer.Check(&c, "buyer")
	c.That(q.Buyer.ID != "" || q.Buyer == (op.Actor{}), "buyer.id", "required", "must not be empty")
	c.That(q.Status == "" || moves.Has(q.Status), "status", "unknown", "must be the state of an order")
	if err := c.Err("order.orders"); err != nil {
		return page.Page[Summary]{}, err
	}
	list := page.List{Name: "orders " + string(q.Status) + " " + q.Buyer.String(), Tenant: s.tenant, Sort: "-placed_at"}
	after, err := s.position(list, q.Cursor)
	if err != nil {
		return page.Page[Summary]{}, err
	}
	read, err := s.reader.OrdersAfter(ctx, q.Filter, after, q.Size()+1)
	if err != nil {
		return page.Page[Summary]{}, err
	}
	return page.Of(read, q.Request, func(last Summary) (string, error) {
		return s.cursors.Encode(list, clock.Micros(last.PlacedAt), last.ID.String())
	})
}

func (s *Service) position(list page.List, cursor string) (Position, error) {
	if cursor == "" {
		return Position{}, nil
	}
	var at int64
	var text string
	if err := s.cursors.Decode(list, cursor, &at, &text); err != nil {
		return Position{}, err
	}
	order, err := ParseID(text)
	return Position{At: clock.FromMicros(at), ID: order}, err
}
