package analyticsrows

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/returns"
)

const (
	// What the books have and what the facts tell, side by side. The books have
	// turnover as credit, and cash as debit. A return is booked under its own
	// id, everything else under that of the order.
	booked = `SELECT subject, account, currency, at, -minor AS booked, 0 AS told FROM kontor_posting
WHERE tenant = $1 AND account IN ('sales', 'shipping', 'fees', 'tax', 'rounding')
UNION ALL SELECT subject, 'cash', currency, at, minor, 0 FROM kontor_posting WHERE tenant = $1 AND substr(account, 1, 5) = 'cash:'`
	toldOf  = ` UNION ALL SELECT CASE WHEN kind = 'return' THEN subject ELSE order_id END, `
	ofGoods = ` FROM kontor_analytics_fact WHERE tenant = $1 AND kind IN ('sale', 'cancellation', 'return')`
	told    = toldOf + "'sales', currency, at, 0, net" + ofGoods + toldOf + "'shipping', currency, at, 0, shipping" + ofGoods +
		toldOf + "'fees', currency, at, 0, fees" + ofGoods + toldOf + "'tax', currency, at, 0, tax" + ofGoods +
		toldOf + "'rounding', currency, at, 0, rounding" + ofGoods +
		toldOf + "'cash', currency, at, 0, total FROM kontor_analytics_fact WHERE tenant = $1 AND kind IN ('payment', 'refund')"

	// An event that waits has not been told yet. One that is parked, and what
	// stands behind it, waits for somebody to look.
	oldest = `SELECT COALESCE(min(e.at), 9223372036854775807) FROM kontor_event e
WHERE e.tenant = $1 AND e.name = ANY($2::text[]) AND e.state <> 3 AND NOT EXISTS (
SELECT 1 FROM kontor_event p WHERE p.tenant = e.tenant AND p.subject = e.subject AND p.seq < e.seq AND p.state = 3 AND p.deliver_at = 0)`

	differences = "SELECT subject, account, currency, at, CAST(SUM(booked) AS bigint), CAST(SUM(told) AS bigint) FROM (" + booked + told + `) x
WHERE at < (` + oldest + `) GROUP BY subject, account, currency, at HAVING SUM(booked) <> SUM(told) ORDER BY at, subject, account, currency`
)

// tells names the events that tell of facts.
func tells() []string {
	return []string{
		order.Placed{}.EventName(), order.Cancelled{}.EventName(), returns.Settled{}.EventName(), payment.OrphanCaptured{}.EventName(),
		payment.Captured{}.EventName(), payment.Refunded{}.EventName(),
	}
}

// AnalyticsDiscrepancies returns where facts and books differ.
func (r AnalyticsReader) AnalyticsDiscrepancies(ctx context.Context) ([]analytics.Discrepancy, error) {
	out := []analytics.Discrepancy{}
	err := r.Q.Read(ctx, unit.Query{Text: differences, Args: []any{r.Q.Tenant(), tells()}, Row: func(row unit.Row) error {
		var account, code string
		var at, books, facts int64
		d := analytics.Discrepancy{Invariant: "F1"}
		if err := row.Scan(&d.Subject, &account, &code, &at, &books, &facts); err != nil {
			return err
		}
		if account == "cash" {
			d.Invariant = "F2"
		}
		d.Text = fmt.Sprintf("the books have %d of %s in minor units of %s at %s, the facts tell %d",
			books, account, code, clock.FromMicros(at).Format("2006-01-02T15:04:05.000000Z07:00"), facts)
		out = append(out, d)
		return nil
	}})
	return out, err
}
