package returnrows

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

// chunk is how many returns are held in memory at once.
const chunk = 200

const (
	selectToldLines = `SELECT l.order_id, l.n, l.shipped, l.returned FROM kontor_order_line l WHERE l.tenant = $1
AND EXISTS (SELECT 1 FROM kontor_return r WHERE r.tenant = l.tenant AND r.order_id = l.order_id)`

	selectPaidBack = `SELECT subject, CAST(SUM(refunded) AS bigint) FROM kontor_payment WHERE tenant = $1 AND refunded > 0 GROUP BY subject`
)

type lineOf struct {
	order order.ID
	n     int
}

// tally is what returns claim.
type tally struct {
	returned map[lineOf]int
	refunded map[order.ID]int64
	found    []returns.Discrepancy
}

// ReturnDiscrepancies returns what must not be: O4 and S7.
func (r ReturnReader) ReturnDiscrepancies(ctx context.Context) ([]returns.Discrepancy, error) {
	t := tally{returned: map[lineOf]int{}, refunded: map[order.ID]int64{}}
	for last := (returns.ID{}); ; {
		some, err := r.ReturnsAfter(ctx, "", last, chunk)
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			break
		}
		for _, x := range some {
			t.count(x)
		}
		last = some[len(some)-1].ID
	}
	if err := t.compare(ctx, r.Q); err != nil {
		return nil, err
	}
	slices.SortFunc(t.found, func(a, b returns.Discrepancy) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Text, b.Text))
	})
	return t.found, nil
}

func (t *tally) add(invariant string, of order.ID, format string, args ...any) {
	t.found = append(t.found, returns.Discrepancy{Invariant: invariant, Subject: of.String(), Text: fmt.Sprintf(format, args...)})
}

// count adds one return, and looks at what it shows by itself.
func (t *tally) count(r returns.Return) {
	if r.Refund.State == returns.RefundDone {
		t.refunded[r.Order] += r.Refund.Amount.Minor()
	}
	for _, l := range r.Lines {
		t.returned[lineOf{r.Order, l.N}] += l.Received
		back := 0
		for _, d := range l.Dispositions {
			if d.Disposition == returns.Restock {
				back += d.Quantity
			}
		}
		if back > l.Received {
			t.add("S7", r.Order, "%s line %d: %d restocked of %d received", r.ID, l.N, back, l.Received)
		}
	}
}

// compare holds what was counted against orders and payments.
func (t *tally) compare(ctx context.Context, q unit.Querier) error {
	paid := map[string]int64{}
	err := q.Read(ctx, unit.Query{Text: selectToldLines, Args: []any{q.Tenant()}, Row: func(row unit.Row) error {
		var u uuid.UUID
		var n, shipped, told int
		if err := row.Scan(&u, &n, &shipped, &told); err != nil {
			return err
		}
		of := order.IDFrom(u)
		if have := t.returned[lineOf{of, n}]; have > told || have > shipped {
			t.add("O4", of, "line %d: %d shipped, %d told to have come back, %d received in returns", n, shipped, told, have)
		}
		return nil
	}}, unit.Query{Text: selectPaidBack, Args: []any{q.Tenant()}, Row: func(row unit.Row) error {
		var subject string
		var sum int64
		err := row.Scan(&subject, &sum)
		paid[subject] = sum
		return err
	}})
	if err != nil {
		return err
	}
	for of, claimed := range t.refunded {
		if have := paid[of.String()]; claimed > have {
			t.add("O4", of, "returns claim %d minor units refunded, payments have paid back %d", claimed, have)
		}
	}
	return nil
}
