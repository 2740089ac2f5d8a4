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
	for _, look := range []func(context.Context) error{a.figures, a.counters, a.told, a.twice} {
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

// figures adds up every order again (M2, M4, M5, M13). What was agreed is never
// written twice, so that the two reads of a page see two moments does no harm.
func (a *audit) figures(ctx context.Context) error {
	withoutSnapshot := strings.Replace(selectOrder, "o.snapshot", "''", 1)
	for after := (order.ID{}); ; {
		orders, err := readAfter(ctx, a.q, withoutSnapshot, after, chunk)
		if err != nil || len(orders) == 0 {
			return err
		}
		for _, o := range orders {
			for _, f := range fault.FieldsOf(o.CheckFigures()) {
				a.add(ruleOf(f), o.ID.String(), "%s %s", f.Path, f.Text)
			}
		}
		after = orders[len(orders)-1].ID
	}
}

// ruleOf names the rule that a wrong figure breaks.
func ruleOf(f fault.Field) string {
	name := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
	switch {
	case name == "discount":
		return "M4"
	case f.Code == "out_of_range":
		return "M13"
	case name == "tax" || name == "gross":
		return "M5"
	default:
		return "M2"
	}
}

// WholeOrders returns orders by id.
func (r OrderReader) WholeOrders(ctx context.Context, after order.ID, limit int) ([]order.Order, error) {
	return readAfter(ctx, r.Q, selectOrder, after, limit)
}

// readAfter reads the orders after one, and then their lines.
func readAfter(ctx context.Context, q unit.Querier, columns string, after order.ID, limit int) ([]order.Order, error) {
	var orders []order.Order
	err := q.Read(ctx, unit.Query{
		Text: columns + selectChunkOrders, Args: []any{q.Tenant(), after.UUID(), limit},
		Row: func(r unit.Row) error {
			o, err := scanOrder(r)
			orders = append(orders, o)
			return err
		},
	})
	if err != nil || len(orders) == 0 {
		return nil, err
	}
	lines := map[uuid.UUID][]order.Line{}
	err = q.Read(ctx, unit.Query{
		Text: selectLines + selectChunkLines, Args: []any{q.Tenant(), after.UUID(), orders[len(orders)-1].ID.UUID()},
		Row: func(r unit.Row) error {
			u, _, l, err := scanLine(r)
			lines[u] = append(lines[u], l)
			return err
		},
	})
	for i := range orders {
		orders[i].Lines = lines[orders[i].ID.UUID()]
	}
	return orders, err
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

const selectTwice = `SELECT 'O2', origin, count(*) FROM kontor_order WHERE tenant = $1 AND origin <> '' GROUP BY origin HAVING count(*) > 1
UNION ALL SELECT 'O10', number, count(*) FROM kontor_order WHERE tenant = $1 GROUP BY number HAVING count(*) > 1 ORDER BY 1, 2`

// twice looks for what has become two orders (O2), and for numbers that two
// orders have (O10). Indexes refuse both; an index may be gone or broken.
func (a *audit) twice(ctx context.Context) error {
	return a.q.Read(ctx, unit.Query{Text: selectTwice, Args: []any{a.q.Tenant()}, Row: func(r unit.Row) error {
		var rule, what string
		var n int
		if err := r.Scan(&rule, &what, &n); err != nil {
			return err
		}
		if rule == "O2" {
			a.add(rule, what, "has become %d orders", n)
		} else {
			a.add(rule, what, "is the number of %d orders", n)
		}
		return nil
	}})
}
