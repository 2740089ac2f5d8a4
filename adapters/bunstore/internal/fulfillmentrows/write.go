package fulfillmentrows

import (
	"context"
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// FulfillmentTx writes fulfillments in a unit.
type FulfillmentTx struct {
	FulfillmentReader
	U *unit.Unit
}

var _ fulfillment.Writer = FulfillmentTx{}

// Sort keys put parents before their children.
const (
	planKey = "fulfillment 1"
	headKey = "fulfillment 2"
	lineKey = "fulfillment 3"
)

const (
	insertPlan = "INSERT INTO kontor_fulfillment_plan (tenant, order_id, version) VALUES ($1, $2, 1)"
	raisePlan  = "UPDATE kontor_fulfillment_plan SET version = version + 1 WHERE tenant = $1 AND order_id = $2 AND version = $3"
)

const insertFulfillment = `INSERT INTO kontor_fulfillment (tenant, id, version, order_id, number, location, status, sent, parcels, forward,
reason, metadata, created_at, updated_at, shipped_at, delivered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

const insertLine = `INSERT INTO kontor_fulfillment_line (tenant, fulfillment, n, sku, title, quantity, stocked)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertFulfillments stores new fulfillments of one order.
func (t FulfillmentTx) InsertFulfillments(ctx context.Context, of order.ID, was int, fs []fulfillment.Fulfillment) error {
	u := of.UUID()
	stale := fault.Stale("plan", was, was+1)
	plan := unit.Write{
		Rank: unit.RankFulfillment, Key: planKey + string(u[:]), Text: insertPlan, Args: []any{t.U.Tenant(), u}, Broken: stale,
	}
	if was > 0 {
		plan.Text, plan.Args, plan.Broken, plan.Untouched = raisePlan, append(plan.Args, was), nil, stale
	}
	err := t.U.Write(ctx, plan)
	for i := 0; err == nil && i < len(fs); i++ {
		err = t.insert(ctx, fs[i])
	}
	return err
}

func (t FulfillmentTx) insert(ctx context.Context, f fulfillment.Fulfillment) error {
	p, err := pack(f)
	if err != nil {
		return err
	}
	u := f.ID.UUID()
	err = t.U.Write(ctx, unit.Write{
		Rank: unit.RankFulfillment, Key: headKey + string(u[:]), Text: insertFulfillment,
		Args: []any{
			t.U.Tenant(), u, f.Version, f.Order.UUID(), f.Number, f.Location, string(f.Status()), f.Sent, p.parcels, p.forward, f.Reason,
			p.metadata, clock.Micros(f.CreatedAt), clock.Micros(f.UpdatedAt), clock.Micros(f.ShippedAt), clock.Micros(f.DeliveredAt),
		},
	})
	for i := 0; err == nil && i < len(f.Lines); i++ {
		l := f.Lines[i]
		n := binary.BigEndian.AppendUint64(nil, uint64(l.N)) //nolint:gosec // n is positive
		err = t.U.Write(ctx, unit.Write{
			Rank: unit.RankFulfillment, Key: lineKey + string(u[:]) + string(n), Text: insertLine,
			Args: []any{t.U.Tenant(), u, l.N, l.SKU, l.Title, l.Quantity, l.Stocked},
		})
	}
	return err
}

// packed are the columns that hold more than one value.
type packed struct{ parcels, forward, metadata string }

func pack(f fulfillment.Fulfillment) (packed, error) {
	var p packed
	var err error
	if p.parcels, err = column.Of(f.Parcels); err != nil {
		return p, err
	}
	if p.forward, err = column.Of(f.Forward); err != nil {
		return p, err
	}
	p.metadata, err = column.Of(f.Metadata)
	return p, err
}

const updateFulfillment = `UPDATE kontor_fulfillment SET version = $4, status = $5, sent = $6, parcels = $7, forward = $8, reason = $9,
updated_at = $10, shipped_at = $11, delivered_at = $12 WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdateFulfillment turns one version of a fulfillment into the next.
func (t FulfillmentTx) UpdateFulfillment(ctx context.Context, was, now fulfillment.Fulfillment) error {
	p, err := pack(now)
	if err != nil {
		return err
	}
	u := was.ID.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankFulfillment, Key: headKey + string(u[:]), Text: updateFulfillment,
		Untouched: fault.Stale("fulfillment", was.Version, 0), Explain: explain(was.ID.UUID(), was.Version),
		Args: []any{
			t.U.Tenant(), u, was.Version, now.Version, string(now.Status()), now.Sent, p.parcels, p.forward, now.Reason,
			clock.Micros(now.UpdatedAt), clock.Micros(now.ShippedAt), clock.Micros(now.DeliveredAt),
		},
	})
}

const selectVersion = "SELECT version FROM kontor_fulfillment WHERE tenant = $1 AND id = $2"

func explain(u uuid.UUID, want int) func(ctx context.Context, q unit.Querier, err error) error {
	return func(ctx context.Context, q unit.Querier, err error) error {
		var have int
		found, readErr := unit.One(ctx, q, selectVersion, []any{q.Tenant(), u}, &have)
		switch {
		case readErr != nil:
			return err
		case !found:
			return fault.Missing("fulfillment")
		default:
			return fault.Stale("fulfillment", want, have)
		}
	}
}
