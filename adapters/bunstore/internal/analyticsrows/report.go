package analyticsrows

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
)

const (
	// The parts of a time as rows: a list of instants, each of which ends the
	// part before it.
	partsPostgres = `WITH part AS (SELECT n - 1 AS n, CAST(x AS bigint) AS start, lead(CAST(x AS bigint)) OVER (ORDER BY n) AS stop
FROM unnest($2::text[]) WITH ORDINALITY AS u (x, n)) `
	partsLite = `WITH part AS (SELECT key AS n, CAST(value AS integer) AS start, lead(CAST(value AS integer)) OVER (ORDER BY key) AS stop
FROM json_each($2)) `

	summaries = `SELECT part.n, f.kind, CAST(count(*) AS bigint), f.currency, CAST(SUM(f.gross) AS bigint), CAST(SUM(f.discount) AS bigint),
CAST(SUM(f.net) AS bigint), CAST(SUM(f.shipping) AS bigint), CAST(SUM(f.fees) AS bigint), CAST(SUM(f.tax) AS bigint),
CAST(SUM(f.rounding) AS bigint), CAST(SUM(f.total) AS bigint)
FROM part JOIN kontor_analytics_fact f ON f.tenant = $1 AND f.at >= part.start AND f.at < part.stop
GROUP BY part.n, f.kind, f.currency ORDER BY part.n, f.currency, f.kind`
)

// AnalyticsSummaries adds up facts by part, kind and currency.
func (r AnalyticsReader) AnalyticsSummaries(ctx context.Context, starts []time.Time) ([]analytics.Summary, error) {
	instants := make([]string, len(starts))
	for i, at := range starts {
		instants[i] = strconv.FormatInt(clock.Micros(at), 10)
	}
	out := []analytics.Summary{}
	err := r.Q.Read(ctx, unit.Query{
		Text: unit.Either(partsPostgres+summaries, partsLite+summaries), Args: []any{r.Q.Tenant(), instants},
		Row: func(row unit.Row) error {
			var x analytics.Summary
			var kind string
			var s sums
			if err := row.Scan(append([]any{&x.Part, &kind, &x.Facts}, s.into()...)...); err != nil {
				return err
			}
			var err error
			x.Kind = analytics.Kind(kind)
			x.Currency, x.Figures, err = s.figures()
			out = append(out, x)
			return err
		},
	})
	return out, err
}

const (
	productSums = `CAST(count(DISTINCT CASE WHEN kind = 'sale' THEN event END) AS bigint),
CAST(SUM(CASE WHEN kind = 'sale' THEN quantity ELSE 0 END) AS bigint),
CAST(SUM(CASE WHEN kind = 'cancellation' THEN -quantity ELSE 0 END) AS bigint),
CAST(SUM(CASE WHEN kind = 'return' THEN -quantity ELSE 0 END) AS bigint),
CAST(SUM(CASE WHEN kind = 'sale' THEN gross ELSE 0 END) AS bigint),
CAST(SUM(CASE WHEN kind = 'sale' THEN discount ELSE 0 END) AS bigint),
CAST(SUM(CASE WHEN kind = 'sale' THEN net ELSE 0 END) AS bigint), CAST(SUM(net) AS bigint)
FROM kontor_analytics_line WHERE tenant = $1 AND at >= $2 AND at < $3 AND currency = $4 `

	productsBySKU     = "SELECT sku, product, " + productSums + "GROUP BY sku, product ORDER BY SUM(net) DESC, sku, product LIMIT $5"
	productsByProduct = "SELECT '', product, " + productSums + "GROUP BY product ORDER BY SUM(net) DESC, product LIMIT $5"
)

// AnalyticsProducts adds up lines.
func (r AnalyticsReader) AnalyticsProducts(ctx context.Context, q analytics.ProductRead) ([]analytics.Product, error) {
	text := productsBySKU
	if q.By == analytics.ByProduct {
		text = productsByProduct
	}
	out := []analytics.Product{}
	args := append(spanned(r.Q.Tenant(), q.Span), q.Currency.Code(), q.Limit)
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: args, Row: func(row unit.Row) error {
		var x analytics.Product
		var u uuid.UUID
		var gross, discount, net, turnover int64
		err := row.Scan(&x.SKU, &u, &x.Orders, &x.Sold, &x.Cancelled, &x.Returned, &gross, &discount, &net, &turnover)
		x.Product = catalog.IDFrom(u)
		x.Gross, x.Discount = money.New(gross, q.Currency), money.New(discount, q.Currency)
		x.Net, x.Turnover = money.New(net, q.Currency), money.New(turnover, q.Currency)
		out = append(out, x)
		return err
	}})
	return out, err
}

func spanned(tenant string, s analytics.Span) []any {
	return []any{tenant, clock.Micros(s.From), clock.Micros(s.To)}
}

// Each step takes the earliest moment after the earliest moment of the step
// before it: if a visitor can go on from any moment, then from that one.
const funnel = `WITH viewed AS (
SELECT visitor, min(at) AS at FROM kontor_analytics_action
WHERE tenant = $1 AND visitor <> '' AND step = 'viewed' AND at >= $2 AND at < $3 GROUP BY visitor),
added AS (
SELECT a.visitor, min(a.at) AS at FROM viewed v JOIN kontor_analytics_action a ON a.tenant = $1 AND a.visitor = v.visitor
WHERE a.visitor <> '' AND a.step = 'added' AND a.at >= v.at AND a.at < $3 GROUP BY a.visitor),
gone AS (
SELECT a.visitor, min(a.at) AS at FROM added v JOIN kontor_analytics_action a ON a.tenant = $1 AND a.visitor = v.visitor
WHERE a.visitor <> '' AND a.step = 'checkout' AND a.at >= v.at AND a.at < $3 GROUP BY a.visitor),
bought AS (
SELECT DISTINCT g.visitor, f.order_id, f.currency, f.total FROM gone g
JOIN kontor_analytics_action a ON a.tenant = $1 AND a.visitor = g.visitor AND a.visitor <> '' AND a.cart <> ''
JOIN kontor_analytics_fact f ON f.tenant = $1 AND f.origin = a.cart AND f.origin <> '' AND f.kind = 'sale' AND f.at >= g.at AND f.at < $3),
paid AS (
SELECT b.visitor FROM bought b LEFT JOIN kontor_analytics_fact p ON p.tenant = $1 AND p.order_id = b.order_id AND p.kind = 'payment'
AND p.currency = b.currency AND p.at < $3 GROUP BY b.visitor, b.order_id, b.total HAVING COALESCE(SUM(p.total), 0) >= b.total)
SELECT (SELECT count(*) FROM viewed), (SELECT count(*) FROM added), (SELECT count(*) FROM gone),
(SELECT count(DISTINCT visitor) FROM bought), (SELECT count(DISTINCT visitor) FROM paid)`

// AnalyticsFunnel counts visitors.
func (r AnalyticsReader) AnalyticsFunnel(ctx context.Context, within analytics.Span) (analytics.Funnel, error) {
	var f analytics.Funnel
	_, err := unit.One(ctx, r.Q, funnel, spanned(r.Q.Tenant(), within), &f.Viewed, &f.Added, &f.Checkout, &f.Placed, &f.Paid)
	return f, err
}
