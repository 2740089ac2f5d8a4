package fulfillmentrows

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/order"
)

// Planned twice, or more of it has left than the order was told. The sums are
// of fulfillments that were not cancelled; an order knows of all that has left.
const selectBadLines = `SELECT f.order_id, l.n, COALESCE(o.quantity, 0), COALESCE(o.cancelled, 0), COALESCE(o.shipped, 0),
CAST(SUM(l.quantity) AS bigint), CAST(SUM(CASE WHEN f.sent THEN l.quantity ELSE 0 END) AS bigint)
FROM kontor_fulfillment f JOIN kontor_fulfillment_line l ON l.tenant = f.tenant AND l.fulfillment = f.id
LEFT JOIN kontor_order_line o ON o.tenant = f.tenant AND o.order_id = f.order_id AND o.n = l.n
LEFT JOIN kontor_order x ON x.tenant = f.tenant AND x.id = f.order_id
WHERE f.tenant = $1 AND f.status <> 'cancelled' GROUP BY f.order_id, l.n, o.quantity, o.cancelled, o.shipped, x.status
HAVING SUM(CASE WHEN f.sent THEN l.quantity ELSE 0 END) > COALESCE(o.shipped, 0)
OR (COALESCE(x.status, '') <> 'cancelled' AND SUM(l.quantity) > COALESCE(o.quantity, 0) - COALESCE(o.cancelled, 0))
ORDER BY f.order_id, l.n`

// FulfillmentDiscrepancies returns what must not be (O4). Plans of an order
// that was cancelled are called off a moment later, and are none.
func (r FulfillmentReader) FulfillmentDiscrepancies(ctx context.Context) ([]fulfillment.Discrepancy, error) {
	var found []fulfillment.Discrepancy
	err := r.Q.Read(ctx, unit.Query{Text: selectBadLines, Args: []any{r.Q.Tenant()}, Row: func(r unit.Row) error {
		var u uuid.UUID
		var n, quantity, cancelled, shipped, planned, sent int
		if err := r.Scan(&u, &n, &quantity, &cancelled, &shipped, &planned, &sent); err != nil {
			return err
		}
		found = append(found, fulfillment.Discrepancy{
			Invariant: "O4", Subject: order.IDFrom(u).String(),
			Text: fmt.Sprintf("line %d: of %d pieces %d cancelled, %d planned, %d sent, %d told", n, quantity, cancelled, planned, sent, shipped),
		})
		return nil
	}})
	return found, err
}
