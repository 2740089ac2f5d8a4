// Package fulfillmentrows keeps fulfillments: one row for the fulfillment, one
// for each of its lines, and one for each order that was planned.
package fulfillmentrows

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// FulfillmentReader reads fulfillments.
type FulfillmentReader struct{ Q unit.Querier }

var (
	_ fulfillment.Reader  = FulfillmentReader{}
	_ fulfillment.Auditor = FulfillmentReader{}
)

const (
	selectFulfillment = `SELECT f.id, f.version, f.order_id, f.number, f.location, f.status, f.sent, f.parcels, f.forward, f.reason,
f.metadata, f.created_at, f.updated_at, f.shipped_at, f.delivered_at FROM kontor_fulfillment f WHERE f.tenant = $1 AND `

	selectLines = `SELECT l.fulfillment, l.n, l.sku, l.title, l.quantity, l.stocked FROM kontor_fulfillment f
JOIN kontor_fulfillment_line l ON l.tenant = f.tenant AND l.fulfillment = f.id WHERE f.tenant = $1 AND `

	byID    = "f.id = $2"
	byOrder = "f.order_id = $2"
	byIDs   = "f.id = ANY($2::uuid[])"

	inOrder     = " ORDER BY f.id"
	linesInside = " ORDER BY l.fulfillment, l.n"

	selectPlan = "SELECT version FROM kontor_fulfillment_plan WHERE tenant = $1 AND order_id = $2"
)

// sight collects fulfillments and their lines. Lines are written with their
// fulfillment and never change, so those that are read after it are all there.
type sight struct {
	found []fulfillment.Fulfillment
	lines map[uuid.UUID][]fulfillment.Line
}

func (s *sight) heads(text string, args ...any) unit.Query {
	return unit.Query{Text: text, Args: args, Row: func(r unit.Row) error {
		f, err := scan(r)
		s.found = append(s.found, f)
		return err
	}}
}

func (s *sight) rest(text string, args ...any) unit.Query {
	s.lines = map[uuid.UUID][]fulfillment.Line{}
	return unit.Query{Text: text, Args: args, Row: func(r unit.Row) error {
		var u uuid.UUID
		var l fulfillment.Line
		err := r.Scan(&u, &l.N, &l.SKU, &l.Title, &l.Quantity, &l.Stocked)
		s.lines[u] = append(s.lines[u], l)
		return err
	}}
}

func (s *sight) whole() []fulfillment.Fulfillment {
	for i := range s.found {
		s.found[i].Lines = s.lines[s.found[i].ID.UUID()]
	}
	return s.found
}

// Fulfillment returns a fulfillment.
func (r FulfillmentReader) Fulfillment(ctx context.Context, id fulfillment.ID) (fulfillment.Fulfillment, error) {
	var s sight
	tenant := r.Q.Tenant()
	err := r.Q.Read(ctx, s.heads(selectFulfillment+byID, tenant, id.UUID()), s.rest(selectLines+byID+linesInside, tenant, id.UUID()))
	if err != nil {
		return fulfillment.Fulfillment{}, err
	}
	if all := s.whole(); len(all) > 0 {
		return all[0], nil
	}
	return fulfillment.Fulfillment{}, fault.Missing("fulfillment")
}

// OrderFulfillments returns what was planned for an order.
func (r FulfillmentReader) OrderFulfillments(ctx context.Context, of order.ID) (fulfillment.Schedule, error) {
	var s sight
	var version int
	tenant, u := r.Q.Tenant(), of.UUID()
	err := r.Q.Read(
		ctx,
		unit.Query{Text: selectPlan, Args: []any{tenant, u}, Row: func(r unit.Row) error { return r.Scan(&version) }},
		s.heads(selectFulfillment+byOrder+inOrder, tenant, u), s.rest(selectLines+byOrder+linesInside, tenant, u),
	)
	return fulfillment.Schedule{Version: version, Fulfillments: s.whole()}, err
}

const (
	afterAll      = "f.id > $2 ORDER BY f.id LIMIT $3"
	afterStatus   = "f.id > $2 AND f.status = $4 ORDER BY f.id LIMIT $3"
	afterLocation = "f.id > $2 AND f.location = $4 ORDER BY f.id LIMIT $3"
	afterBoth     = "f.id > $2 AND f.status = $4 AND f.location = $5 ORDER BY f.id LIMIT $3"
)

// FulfillmentsAfter returns fulfillments, oldest first.
func (r FulfillmentReader) FulfillmentsAfter(
	ctx context.Context, f fulfillment.Filter, after fulfillment.ID, limit int,
) ([]fulfillment.Fulfillment, error) {
	tenant := r.Q.Tenant()
	text, args := afterAll, []any{tenant, after.UUID(), limit}
	switch {
	case f.Status != "" && f.Location != "":
		text, args = afterBoth, append(args, string(f.Status), f.Location)
	case f.Status != "":
		text, args = afterStatus, append(args, string(f.Status))
	case f.Location != "":
		text, args = afterLocation, append(args, f.Location)
	}
	var s sight
	if err := r.Q.Read(ctx, s.heads(selectFulfillment+text, args...)); err != nil || len(s.found) == 0 {
		return nil, err
	}
	ids := make([]uuid.UUID, len(s.found))
	for i, x := range s.found {
		ids[i] = x.ID.UUID()
	}
	err := r.Q.Read(ctx, s.rest(selectLines+byIDs+linesInside, tenant, ids))
	return s.whole(), err
}

func scan(r unit.Row) (fulfillment.Fulfillment, error) {
	var f fulfillment.Fulfillment
	var id, of uuid.UUID
	var status, parcels, forward, metadata string
	var created, updated, shipped, delivered int64
	err := r.Scan(&id, &f.Version, &of, &f.Number, &f.Location, &status, &f.Sent, &parcels, &forward, &f.Reason, &metadata, &created,
		&updated, &shipped, &delivered)
	if err != nil {
		return f, err
	}
	f.ID, f.Order = fulfillment.IDFrom(id), order.IDFrom(of)
	f.CreatedAt, f.UpdatedAt = clock.FromMicros(created), clock.FromMicros(updated)
	f.ShippedAt, f.DeliveredAt = clock.FromMicros(shipped), clock.FromMicros(delivered)
	if f.Parcels, err = column.To[[]fulfillment.Parcel](parcels); err == nil {
		f.Forward, err = column.To[fulfillment.Forwarding](forward)
	}
	if err == nil {
		f.Metadata, err = column.To[map[string]string](metadata)
	}
	if err != nil {
		return f, fmt.Errorf("fulfillmentrows: %s: %w", f.ID, err)
	}
	return fulfillment.Restore(f, fulfillment.Status(status))
}
