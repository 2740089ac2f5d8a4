package fulfillment

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// Fulfillment returns a fulfillment, or a NotFound error.
func (s *Service) Fulfillment(ctx context.Context, f ID) (Fulfillment, error) {
	return s.reader.Fulfillment(ctx, f)
}

// OfOrder returns all fulfillments of an order, oldest first; none is no error.
func (s *Service) OfOrder(ctx context.Context, of order.ID) ([]Fulfillment, error) {
	all, err := s.reader.OrderFulfillments(ctx, of)
	return all.Fulfillments, err
}

// Query asks for fulfillments. Its zero value asks for the oldest.
type Query struct {
	Filter
	// After is the last one that was seen; the zero id begins with the oldest.
	After ID
	// Limit is 1 to MaxPage; 0 is MaxPage.
	Limit int
}

// Fulfillments returns what a Query asks for, oldest first: what waits to be
// picked, packed or shipped, and where. Errors: Invalid for a bad filter or
// limit.
func (s *Service) Fulfillments(ctx context.Context, q Query) ([]Fulfillment, error) {
	var c fault.Check
	c.That(q.Status == "" || moves.Has(q.Status), "status", "unknown", "must be the state of a fulfillment")
	c.Text("location", q.Location, maxLocation)
	c.Range("limit", int64(q.Limit), 0, MaxPage)
	if err := c.Err("fulfillment.fulfillments"); err != nil {
		return nil, err
	}
	if q.Limit == 0 {
		q.Limit = MaxPage
	}
	return s.reader.FulfillmentsAfter(ctx, q.Filter, q.After, q.Limit)
}
