package analyticsrows

import (
	"context"
	"math"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
)

const (
	held = `WITH held AS (SELECT sku, SUM(on_hand) AS on_hand, SUM(reserved) AS reserved FROM kontor_level
WHERE tenant = $1 AND sku > $4 GROUP BY sku ORDER BY sku LIMIT $5)
SELECT h.sku, CAST(h.on_hand AS bigint), CAST(h.reserved AS bigint), `
	ofSales = `COALESCE((SELECT CAST(SUM(l.quantity) AS bigint) FROM kontor_analytics_line l
WHERE l.tenant = $1 AND l.sku = h.sku AND l.at >= $2 AND l.at < $3 AND l.kind IN ('sale', 'cancellation')), 0)`
	costs = `, COALESCE(c.sku, ''), COALESCE(c.minor, 0), COALESCE(c.per, 1), COALESCE(c.currency, ''), COALESCE(c.since, 0)
FROM held h LEFT JOIN kontor_analytics_cost c ON c.tenant = $1 AND c.sku = h.sku ORDER BY h.sku`

	selectStock    = held + ofSales + costs
	selectHoldings = held + "CASE WHEN $2::bigint = $3::bigint THEN 0 ELSE 0 END" + costs
)

// AnalyticsStock returns what lies in the shop of some SKUs.
func (r AnalyticsReader) AnalyticsStock(ctx context.Context, q analytics.StockRead) ([]analytics.Holding, error) {
	return r.holdings(ctx, selectStock, q)
}

// AnalyticsHoldings returns what lies in the shop of every SKU.
func (r AnalyticsReader) AnalyticsHoldings(ctx context.Context) ([]analytics.Holding, error) {
	return r.holdings(ctx, selectHoldings, analytics.StockRead{Limit: math.MaxInt32})
}

func (r AnalyticsReader) holdings(ctx context.Context, text string, q analytics.StockRead) ([]analytics.Holding, error) {
	out := []analytics.Holding{}
	args := append(spanned(r.Q.Tenant(), q.Span), q.After, q.Limit)
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: args, Row: func(row unit.Row) error {
		var h analytics.Holding
		var code string
		var minor, per, since int64
		if err := row.Scan(&h.SKU, &h.OnHand, &h.Reserved, &h.Sold, &h.Cost.SKU, &minor, &per, &code, &since); err != nil {
			return err
		}
		if h.Cost.SKU != "" {
			c, err := currency(code)
			if err != nil {
				return err
			}
			h.Cost.Price, h.Cost.Since = money.Each(money.New(minor, c)), clock.FromMicros(since)
			if per > 1 {
				h.Cost.Price.Per = per
			}
		}
		out = append(out, h)
		return nil
	}})
	return out, err
}
