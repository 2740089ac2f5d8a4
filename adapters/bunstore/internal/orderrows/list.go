package orderrows

import (
	"context"
	"math"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

const (
	selectSummaries = `SELECT id, number, buyer_kind, buyer_id, email, status, currency, total, paid, refunded, version, placed_at, updated_at
FROM kontor_order WHERE tenant = $1 AND (placed_at, id) < ($2, $3)`
	newestFirst = " ORDER BY placed_at DESC, id DESC LIMIT $4"

	ofStatus      = " AND status = $5"
	ofBuyer       = " AND buyer_kind = $5 AND buyer_id = $6 AND buyer_id <> ''"
	ofBuyerStatus = ofBuyer + " AND status = $7"
)

// OrdersAfter returns orders from the newest to the oldest.
func (r OrderReader) OrdersAfter(ctx context.Context, f order.Filter, after order.Position, limit int) ([]order.Summary, error) {
	at, last := int64(math.MaxInt64), uuid.Max
	if !after.ID.IsZero() {
		at, last = clock.Micros(after.At), after.ID.UUID()
	}
	text, args := listText(f, []any{r.Q.Tenant(), at, last, limit})
	var out []order.Summary
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: args, Row: func(r unit.Row) error {
		s, err := scanSummary(r)
		out = append(out, s)
		return err
	}})
	return out, err
}

// listText returns the text for a filter, one of four, and its arguments.
func listText(f order.Filter, args []any) (string, []any) {
	byStatus := f.Status != ""
	switch byBuyer := f.Buyer != (op.Actor{}); {
	case byBuyer && byStatus:
		return selectSummaries + ofBuyerStatus + newestFirst, append(args, string(f.Buyer.Kind), f.Buyer.ID, string(f.Status))
	case byBuyer:
		return selectSummaries + ofBuyer + newestFirst, append(args, string(f.Buyer.Kind), f.Buyer.ID)
	case byStatus:
		return selectSummaries + ofStatus + newestFirst, append(args, string(f.Status))
	default:
		return selectSummaries + newestFirst, args
	}
}

func scanSummary(r unit.Row) (order.Summary, error) {
	var s order.Summary
	var u uuid.UUID
	var kind, status, code string
	var total, paid, refunded, placed, updated int64
	err := r.Scan(&u, &s.Number, &kind, &s.Buyer.ID, &s.Email, &status, &code, &total, &paid, &refunded, &s.Version, &placed, &updated)
	if err != nil {
		return s, err
	}
	cur, err := money.ParseCurrency(code)
	s.ID, s.Buyer.Kind, s.Status = order.IDFrom(u), op.ActorKind(kind), order.Status(status)
	s.Total, s.Paid, s.Refunded = money.New(total, cur), money.New(paid, cur), money.New(refunded, cur)
	s.PlacedAt, s.UpdatedAt = clock.FromMicros(placed), clock.FromMicros(updated)
	return s, err
}
