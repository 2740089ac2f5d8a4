package analyticsrows

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/kernel/clock"
)

// AnalyticsTx writes facts in a unit.
type AnalyticsTx struct {
	AnalyticsReader
	U *unit.Unit
}

var _ analytics.Writer = AnalyticsTx{}

const (
	insertFact = "INSERT INTO kontor_analytics_fact (tenant, event, kind, subject, order_id, origin, at, awaited, currency, " + figures + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

	insertLine = `INSERT INTO kontor_analytics_line (tenant, event, n, kind, at, currency, sku, product, quantity, gross, discount, net, tax)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
)

// InsertAnalyticsFacts stores facts and their lines.
func (t AnalyticsTx) InsertAnalyticsFacts(ctx context.Context, fs []analytics.Fact) error {
	for _, f := range fs {
		u, at := f.Event.UUID(), clock.Micros(f.At)
		code := f.Total.Currency().Code()
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankOther, Key: factKey(u), Text: insertFact, Broken: analytics.ErrRecorded,
			Args: []any{
				t.U.Tenant(), u, string(f.Kind), f.Subject, f.Order, f.Origin, at, bit(f.Awaited), code, f.Gross.Minor(), f.Discount.Minor(),
				f.Net.Minor(), f.Shipping.Minor(), f.Fees.Minor(), f.Tax.Minor(), f.Rounding.Minor(), f.Total.Minor(),
			},
		})
		if err != nil {
			return err
		}
		for _, l := range f.Lines {
			err := t.U.Write(ctx, unit.Write{
				Rank: unit.RankOther, Key: factKey(u) + "l", Text: insertLine, Broken: analytics.ErrRecorded,
				Args: []any{
					t.U.Tenant(), u, l.N, string(f.Kind), at, code, l.SKU, l.Product.UUID(), l.Quantity,
					l.Gross.Minor(), l.Discount.Minor(), l.Net.Minor(), l.Tax.Minor(),
				},
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// factKey orders a fact before its lines.
func factKey(u uuid.UUID) string { return "af" + string(u[:]) }

func actionKey(u uuid.UUID) string { return "aa" + string(u[:]) }

func bit(yes bool) int { //nolint:revive // the value of a column
	if yes {
		return 1
	}
	return 0
}

const insertAction = `INSERT INTO kontor_analytics_action (tenant, id, step, visitor, cart, product, sku, at, awaited)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant, id) DO NOTHING`

// InsertAnalyticsActions stores actions but for those that are stored.
func (t AnalyticsTx) InsertAnalyticsActions(ctx context.Context, as []analytics.Action) error {
	for _, a := range as {
		u := a.ID.UUID()
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankOther, Key: actionKey(u), Text: insertAction,
			Args: []any{t.U.Tenant(), u, string(a.Step), a.Visitor, a.Cart, a.Product.UUID(), a.SKU, clock.Micros(a.At), bit(a.Awaited)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const deleteActions = "DELETE FROM kontor_analytics_action WHERE tenant = $1 AND id = ANY($2::uuid[])"

// DeleteAnalyticsActions deletes actions.
func (t AnalyticsTx) DeleteAnalyticsActions(ctx context.Context, as []analytics.ActionID) error {
	ids := make([]uuid.UUID, len(as))
	for i, a := range as {
		ids[i] = a.UUID()
	}
	return t.U.Write(ctx, unit.Write{Rank: unit.RankOther, Key: "aa", Text: deleteActions, Args: []any{t.U.Tenant(), ids}})
}

const forgetVisitor = "UPDATE kontor_analytics_action SET visitor = '', cart = '' WHERE tenant = $1 AND visitor = $2"

// ForgetAnalyticsVisitor takes a visitor off all actions.
func (t AnalyticsTx) ForgetAnalyticsVisitor(ctx context.Context, visitor string) error {
	return t.U.Write(ctx, unit.Write{Rank: unit.RankOther, Key: "aa", Text: forgetVisitor, Args: []any{t.U.Tenant(), visitor}})
}

const putCost = `INSERT INTO kontor_analytics_cost (tenant, sku, minor, per, currency, since) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, sku) DO UPDATE SET minor = excluded.minor, per = excluded.per, currency = excluded.currency, since = excluded.since
WHERE excluded.since >= kontor_analytics_cost.since`

// PutAnalyticsCost stores the cost of a SKU unless a later one is stored.
func (t AnalyticsTx) PutAnalyticsCost(ctx context.Context, c analytics.Cost) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: "ac" + c.SKU, Text: putCost,
		Args: []any{
			t.U.Tenant(), c.SKU, c.Price.Amount.Minor(), c.Price.Pieces(), c.Price.Amount.Currency().Code(), clock.Micros(c.Since),
		},
	})
}

const (
	sentFacts   = "UPDATE kontor_analytics_fact SET awaited = 0 WHERE tenant = $1 AND event = ANY($2::uuid[])"
	sentActions = "UPDATE kontor_analytics_action SET awaited = 0 WHERE tenant = $1 AND id = ANY($2::uuid[])"
)

// MarkAnalyticsSent stores that the Sink has got these.
func (t AnalyticsTx) MarkAnalyticsSent(ctx context.Context, b analytics.Batch) error {
	facts, actions := make([]uuid.UUID, len(b.Facts)), make([]uuid.UUID, len(b.Actions))
	for i, f := range b.Facts {
		facts[i] = f.Event.UUID()
	}
	for i, a := range b.Actions {
		actions[i] = a.ID.UUID()
	}
	err := t.U.Write(ctx, unit.Write{Rank: unit.RankOther, Key: "af", Text: sentFacts, Args: []any{t.U.Tenant(), facts}})
	if err != nil {
		return err
	}
	return t.U.Write(ctx, unit.Write{Rank: unit.RankOther, Key: "aa", Text: sentActions, Args: []any{t.U.Tenant(), actions}})
}
