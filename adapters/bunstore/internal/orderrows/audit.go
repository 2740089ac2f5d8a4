package orderrows

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// OrderDiscrepancies returns what must not be, rule by rule.
func (r OrderReader) OrderDiscrepancies(ctx context.Context) ([]order.Discrepancy, error) {
	a := audit{q: r.Q}
	for _, look := range []func(context.Context) error{a.figures, a.counters, a.told, a.origins} {
		if err := look(ctx); err != nil {
			return nil, err
		}
	}
	return a.found, nil
}

type audit struct {
	q     unit.Querier
	found []order.Discrepancy
}

func (a *audit) add(invariant, subject, format string, args ...any) {
	a.found = append(a.found, order.Discrepancy{Invariant: invariant, Subject: subject, Text: fmt.Sprintf(format, args...)})
}

// chunk is how many orders are held in memory at once.
const chunk = 200

const (
	selectChunkOrders = fromOrder + "o.id > $2 ORDER BY o.id LIMIT $3"
	selectChunkLines  = fromLines + "o.id > $2 AND o.id <= $3 ORDER BY o.id, l.n"
)

// figures adds up every order again (M2). What was agreed is never written
// twice, so that the two reads of a chunk see two moments does no harm.
func (a *audit) figures(ctx context.Context) error {
	withoutSnapshot := strings.Replace(selectOrder, "o.snapshot", "''", 1)
	var after uuid.UUID
	for {
		var orders []order.Order
		err := a.q.Read(ctx, unit.Query{
			Text: withoutSnapshot + selectChunkOrders, Args: []any{a.q.Tenant(), after, chunk},
			Row: func(r unit.Row) error {
				o, err := scanOrder(r)
				orders = append(orders, o)
				return err
			},
		})
		if err != nil || len(orders) == 0 {
			return err
		}
		last := orders[len(orders)-1].ID.UUID()
		if err := a.chunk(ctx, orders, after, last); err != nil {
			return err
		}
		after = last
	}
}

// chunk adds up the orders after one id and up to another.
func (a *audit) chunk(ctx context.Context, orders []order.Order, after, last uuid.UUID) error {
	lines := map[uuid.UUID][]order.Line{}
	err := a.q.Read(ctx, unit.Query{
		Text: selectLines + selectChunkLines, Args: []any{a.q.Tenant(), after, last},
		Row: func(r unit.Row) error {
			u, _, l, err := scanLine(r)
			lines[u] = append(lines[u], l)
			return err
		},
	})
	if err != nil {
		return err
	}
	for _, o := range orders {
		o.Lines = lines[o.ID.UUID()]
		for _, f := range fault.FieldsOf(o.CheckFigures()) {
			a.add("M2", o.ID.String(), "%s %s", f.Path, f.Text)
		}
	}
	return nil
}

const selectBadCounters = `SELECT order_id, n, quantity, cancelled, shipped, returned FROM kontor_order_line WHERE tenant = $1
AND (shipped > quantity - cancelled OR returned > shipped OR cancelled < 0 OR shipped < 0 OR returned < 0) ORDER BY order_id, n`

const selectBadRefunds = `SELECT id, paid, refunded FROM kontor_order WHERE tenant = $1 AND (refunded > paid OR refunded < 0 OR paid < 0)
ORDER BY id`

// counters looks for counters out of bounds (O4).
func (a *audit) counters(ctx context.Context) error {
	return a.q.Read(ctx, unit.Query{Text: selectBadCounters, Args: []any{a.q.Tenant()}, Row: func(r unit.Row) error {
		var u uuid.UUID
		var n, quantity, cancelled, shipped, returned int
		if err := r.Scan(&u, &n, &quantity, &cancelled, &shipped, &returned); err != nil {
			return err
		}
		a.add("O4", order.IDFrom(u).String(), "line %d: of %d pieces %d cancelled, %d shipped, %d returned", n, quantity, cancelled, shipped, returned)
		return nil
	}}, unit.Query{Text: selectBadRefunds, Args: []any{a.q.Tenant()}, Row: func(r unit.Row) error {
		var u uuid.UUID
		var paid, refunded int64
		if err := r.Scan(&u, &paid, &refunded); err != nil {
			return err
		}
		a.add("O4", order.IDFrom(u).String(), "%d minor units paid and %d refunded", paid, refunded)
		return nil
	}})
}

const selectBadTold = `SELECT o.id, o.paid, o.refunded,
CAST(COALESCE(SUM(CASE WHEN t.kind = 'payment' THEN t.minor ELSE 0 END), 0) AS bigint),
CAST(COALESCE(SUM(CASE WHEN t.kind = 'refund' THEN t.minor ELSE 0 END), 0) AS bigint)
FROM kontor_order o LEFT JOIN kontor_order_told t ON t.tenant = o.tenant AND t.order_id = o.id
WHERE o.tenant = $1 GROUP BY o.id, o.paid, o.refunded
HAVING o.paid <> COALESCE(SUM(CASE WHEN t.kind = 'payment' THEN t.minor ELSE 0 END), 0)
OR o.refunded <> COALESCE(SUM(CASE WHEN t.kind = 'refund' THEN t.minor ELSE 0 END), 0) ORDER BY o.id`

// told compares what orders show with what they were told (M9).
func (a *audit) told(ctx context.Context) error {
	return a.q.Read(ctx, unit.Query{Text: selectBadTold, Args: []any{a.q.Tenant()}, Row: func(r unit.Row) error {
		var u uuid.UUID
		var paid, refunded, toldPaid, toldRefunded int64
		if err := r.Scan(&u, &paid, &refunded, &toldPaid, &toldRefunded); err != nil {
			return err
		}
		a.add("M9", order.IDFrom(u).String(), "shows %d minor units paid and %d refunded, was told %d and %d", paid, refunded, toldPaid, toldRefunded)
		return nil
	}})
}

const selectBadOrigins = `SELECT origin, count(*) FROM kontor_order WHERE tenant = $1 AND origin <> '' GROUP BY origin HAVING count(*) > 1
ORDER BY origin`

// origins looks for what has become two orders (O2).
func (a *audit) origins(ctx context.Context) error {
	return a.q.Read(ctx, unit.Query{Text: selectBadOrigins, Args: []any{a.q.Tenant()}, Row: func(r unit.Row) error {
		var origin string
		var n int
		if err := r.Scan(&origin, &n); err != nil {
			return err
		}
		a.add("O2", origin, "has become %d orders", n)
		return nil
	}})
}
