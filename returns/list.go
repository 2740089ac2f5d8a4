package returns

import (
	"context"
	"slices"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

// Return returns a return, or a NotFound error.
func (s *Service) Return(ctx context.Context, r ID) (Return, error) { return s.reader.Return(ctx, r) }

// OfOrder returns what is known of the returns of an order.
func (s *Service) OfOrder(ctx context.Context, of order.ID) (History, error) {
	return s.reader.OrderReturns(ctx, of)
}

// Query asks for returns. Its zero value asks for the oldest.
type Query struct {
	// Status wants those in one state, unless it is empty.
	Status Status
	// After is the last one that was seen; the zero id begins with the oldest.
	After ID
	// Limit is 1 to MaxPage; 0 is MaxPage.
	Limit int
}

// Returns returns what a Query asks for, oldest first. Errors: Invalid for an
// unknown status or a bad limit.
func (s *Service) Returns(ctx context.Context, q Query) ([]Return, error) {
	var c fault.Check
	c.That(q.Status == "" || moves.Has(q.Status), "status", "unknown", "must be the state of a return")
	c.Range("limit", int64(q.Limit), 0, MaxPage)
	if err := c.Err("returns.returns"); err != nil {
		return nil, err
	}
	if q.Limit == 0 {
		q.Limit = MaxPage
	}
	return s.reader.ReturnsAfter(ctx, q.Status, q.After, q.Limit)
}

// RecordDelivery tells what has arrived of an order, and begins its window.
type RecordDelivery struct {
	op.Meta
	// Source is the text of the id of what has arrived, such as a fulfillment:
	// 1 to 200 characters.
	Source string
	// Items are the pieces, each line at most once.
	Items []order.Item
	// At is when it arrived, not in the future. Zero means now.
	At time.Time
}

// RecordDelivery notes what has arrived, once for each Source. Telling other
// pieces under the same is ErrDeliveryTold. Key and IfVersion must be empty.
func (s *Service) RecordDelivery(ctx context.Context, of order.ID, req RecordDelivery) error {
	do, err := s.recording(of, req)
	if err != nil {
		return err
	}
	_, err = tx.Do(do).Insist(ctx, s.units, attempts, overtaken)
	return err
}

// RecordDeliveryTx is RecordDelivery inside a unit of work.
func (s *Service) RecordDeliveryTx(ctx context.Context, t Tx, of order.ID, req RecordDelivery) error {
	do, err := s.recording(of, req)
	if err != nil {
		return err
	}
	_, err = tx.Do(do).In(ctx, t)
	return err
}

func (s *Service) recording(of order.ID, req RecordDelivery) (func(ctx context.Context, t Tx) (Delivery, error), error) {
	var c fault.Check
	now := s.clock.Now()
	req.Meta.Check(&c)
	c.That(req.Key == "", "key", "not_allowed", "must be empty: Source tells deliveries apart")
	c.That(req.IfVersion == 0, "if_version", "not_allowed", "must be zero")
	d := Delivery{Source: c.Required("source", req.Source, maxSource), Items: req.Items, At: clock.Cut(req.At)}
	checkItems(&c, req.Items)
	if req.At.IsZero() {
		d.At = now
	}
	c.That(d.At.Year() >= 1971 && !d.At.After(now), "at", "out_of_range", "must not be in the future or before 1971")
	return func(ctx context.Context, t Tx) (Delivery, error) {
		known, err := t.OrderReturns(ctx, of)
		if err != nil {
			return d, err
		}
		for _, x := range known.Deliveries {
			if x.Source != d.Source {
				continue
			}
			if !slices.Equal(x.Items, d.Items) {
				return x, ErrDeliveryTold
			}
			return x, nil
		}
		return d, t.InsertReturnDelivery(ctx, of, d)
	}, c.Err("returns.record_delivery")
}

// quiet reports whether no timer is needed after all.
func (ch change) quiet(r Return) bool {
	when, _ := ch.timer(r)
	return when.IsZero()
}
