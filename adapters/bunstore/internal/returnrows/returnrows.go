// Package returnrows keeps returns: one row for the return, one for each
// delivery, and one for each order of which something was to come back.
package returnrows

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

// ReturnReader reads returns.
type ReturnReader struct{ Q unit.Querier }

var (
	_ returns.Reader  = ReturnReader{}
	_ returns.Auditor = ReturnReader{}
)

const (
	selectReturn = `SELECT id, version, order_id, number, buyer_kind, buyer_id, status, lines, decision, note, reason, receive_by, refund,
metadata, created_at, updated_at FROM kontor_return WHERE tenant = $1 AND `

	byID        = "id = $2"
	byOrder     = "order_id = $2 ORDER BY id"
	after       = "id > $2 ORDER BY id LIMIT $3"
	afterStatus = "id > $2 AND status = $4 ORDER BY id LIMIT $3"

	selectHistory    = "SELECT version FROM kontor_return_history WHERE tenant = $1 AND order_id = $2"
	selectDeliveries = "SELECT source, items, at FROM kontor_return_delivery WHERE tenant = $1 AND order_id = $2 ORDER BY at, source"
)

// Return returns a return.
func (r ReturnReader) Return(ctx context.Context, id returns.ID) (returns.Return, error) {
	all, err := r.list(ctx, selectReturn+byID, r.Q.Tenant(), id.UUID())
	if err != nil {
		return returns.Return{}, err
	}
	if len(all) == 0 {
		return returns.Return{}, fault.Missing("return")
	}
	return all[0], nil
}

func (r ReturnReader) list(ctx context.Context, text string, args ...any) ([]returns.Return, error) {
	var out []returns.Return
	err := r.Q.Read(ctx, into(&out, text, args...))
	return out, err
}

// into is the query that collects returns.
func into(out *[]returns.Return, text string, args ...any) unit.Query {
	return unit.Query{Text: text, Args: args, Row: func(row unit.Row) error {
		x, err := scan(row)
		*out = append(*out, x)
		return err
	}}
}

// OrderReturns returns what is known of the returns of an order.
func (r ReturnReader) OrderReturns(ctx context.Context, of order.ID) (returns.History, error) {
	var h returns.History
	args := []any{r.Q.Tenant(), of.UUID()}
	err := r.Q.Read(
		ctx,
		unit.Query{Text: selectHistory, Args: args, Row: func(row unit.Row) error { return row.Scan(&h.Version) }},
		into(&h.Returns, selectReturn+byOrder, args...),
		unit.Query{Text: selectDeliveries, Args: args, Row: func(row unit.Row) error {
			var d returns.Delivery
			var items string
			var at int64
			if err := row.Scan(&d.Source, &items, &at); err != nil {
				return err
			}
			d.At = clock.FromMicros(at)
			var err error
			d.Items, err = column.To[[]order.Item](items)
			h.Deliveries = append(h.Deliveries, d)
			return err
		}},
	)
	return h, err
}

// ReturnsAfter returns returns, oldest first.
func (r ReturnReader) ReturnsAfter(ctx context.Context, s returns.Status, last returns.ID, limit int) ([]returns.Return, error) {
	if s == "" {
		return r.list(ctx, selectReturn+after, r.Q.Tenant(), last.UUID(), limit)
	}
	return r.list(ctx, selectReturn+afterStatus, r.Q.Tenant(), last.UUID(), limit, string(s))
}

func scan(row unit.Row) (returns.Return, error) {
	var r returns.Return
	var id, of uuid.UUID
	var kind, status, lines, decision, refund, metadata string
	var by, created, updated int64
	err := row.Scan(&id, &r.Version, &of, &r.Number, &kind, &r.Buyer.ID, &status, &lines, &decision, &r.Note, &r.Reason, &by, &refund,
		&metadata, &created, &updated)
	if err != nil {
		return r, err
	}
	r.ID, r.Order, r.Buyer.Kind = returns.IDFrom(id), order.IDFrom(of), op.ActorKind(kind)
	r.ReceiveBy, r.CreatedAt, r.UpdatedAt = clock.FromMicros(by), clock.FromMicros(created), clock.FromMicros(updated)
	if r.Lines, err = column.To[[]returns.Line](lines); err == nil {
		r.Decision, err = column.To[returns.Decision](decision)
	}
	if err == nil {
		r.Refund, err = column.To[returns.Refund](refund)
	}
	if err == nil {
		r.Metadata, err = column.To[map[string]string](metadata)
	}
	if err != nil {
		return r, fmt.Errorf("returnrows: %s: %w", r.ID, err)
	}
	return returns.Restore(r, returns.Status(status))
}
