package returnrows

import (
	"context"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

// ReturnTx writes returns in a unit.
type ReturnTx struct {
	ReturnReader
	U *unit.Unit
}

var _ returns.Writer = ReturnTx{}

// Sort keys put parents before their children.
const (
	historyKey  = "return 1"
	headKey     = "return 2"
	deliveryKey = "return 3"
)

const (
	insertHistory = "INSERT INTO kontor_return_history (tenant, order_id, version) VALUES ($1, $2, 1)"
	raiseHistory  = "UPDATE kontor_return_history SET version = version + 1 WHERE tenant = $1 AND order_id = $2 AND version = $3"
)

// RaiseReturnHistory turns the version of a history into the next.
func (t ReturnTx) RaiseReturnHistory(ctx context.Context, of order.ID, was int) error {
	u := of.UUID()
	stale := fault.Stale("history", was, was+1)
	w := unit.Write{
		Rank: unit.RankReturn, Key: historyKey + string(u[:]), Text: insertHistory, Args: []any{t.U.Tenant(), u}, Broken: stale,
	}
	if was > 0 {
		w.Text, w.Args, w.Broken, w.Untouched = raiseHistory, append(w.Args, was), nil, stale
	}
	return t.U.Write(ctx, w)
}

const insertReturn = `INSERT INTO kontor_return (tenant, id, version, order_id, number, buyer_kind, buyer_id, status, lines, decision, note,
reason, receive_by, refund, metadata, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

// InsertReturn stores a new return.
func (t ReturnTx) InsertReturn(ctx context.Context, r returns.Return) error {
	p, err := pack(r)
	if err != nil {
		return err
	}
	decision, err := column.Of(r.Decision)
	if err != nil {
		return err
	}
	metadata, err := column.Of(r.Metadata)
	if err != nil {
		return err
	}
	u := r.ID.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankReturn, Key: headKey + string(u[:]), Text: insertReturn,
		Args: []any{
			t.U.Tenant(), u, r.Version, r.Order.UUID(), r.Number, string(r.Buyer.Kind), r.Buyer.ID, string(r.Status()), p.lines, decision,
			r.Note, r.Reason, clock.Micros(r.ReceiveBy), p.refund, metadata, clock.Micros(r.CreatedAt), clock.Micros(r.UpdatedAt),
		},
	})
}

// packed are the columns that hold more than one value and change.
type packed struct{ lines, refund string }

func pack(r returns.Return) (packed, error) {
	var p packed
	var err error
	if p.lines, err = column.Of(r.Lines); err != nil {
		return p, err
	}
	if r.Refund.State != returns.RefundNone {
		p.refund, err = column.Of(r.Refund)
	}
	return p, err
}

const updateReturn = `UPDATE kontor_return SET version = $4, status = $5, lines = $6, reason = $7, receive_by = $8, refund = $9,
updated_at = $10 WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdateReturn turns one version of a return into the next.
func (t ReturnTx) UpdateReturn(ctx context.Context, was, now returns.Return) error {
	p, err := pack(now)
	if err != nil {
		return err
	}
	u := was.ID.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankReturn, Key: headKey + string(u[:]), Text: updateReturn,
		Untouched: fault.Stale("return", was.Version, 0), Explain: explain(was),
		Args: []any{
			t.U.Tenant(), u, was.Version, now.Version, string(now.Status()), p.lines, now.Reason, clock.Micros(now.ReceiveBy), p.refund,
			clock.Micros(now.UpdatedAt),
		},
	})
}

const selectVersion = "SELECT version FROM kontor_return WHERE tenant = $1 AND id = $2"

func explain(was returns.Return) func(ctx context.Context, q unit.Querier, err error) error {
	return func(ctx context.Context, q unit.Querier, err error) error {
		var have int
		found, readErr := unit.One(ctx, q, selectVersion, []any{q.Tenant(), was.ID.UUID()}, &have)
		switch {
		case readErr != nil:
			return err
		case !found:
			return fault.Missing("return")
		default:
			return fault.Stale("return", was.Version, have)
		}
	}
}

const insertDelivery = "INSERT INTO kontor_return_delivery (tenant, order_id, source, items, at) VALUES ($1, $2, $3, $4, $5)"

// InsertReturnDelivery stores what has arrived.
func (t ReturnTx) InsertReturnDelivery(ctx context.Context, of order.ID, d returns.Delivery) error {
	items, err := column.Of(d.Items)
	if err != nil {
		return err
	}
	u := of.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankReturn, Key: deliveryKey + string(u[:]) + d.Source, Text: insertDelivery, Broken: returns.ErrDeliveryTold,
		Args: []any{t.U.Tenant(), u, d.Source, items, clock.Micros(d.At)},
	})
}
