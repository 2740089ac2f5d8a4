// Package analyticsrows keeps the facts that reports are made of: one row for
// each, one for each of its lines, one for what a visitor did and one for what
// a SKU costs. Nothing is added up before somebody asks.
package analyticsrows

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/money"
)

// AnalyticsReader adds up facts.
type AnalyticsReader struct{ Q unit.Querier }

var (
	_ analytics.Reader  = AnalyticsReader{}
	_ analytics.Auditor = AnalyticsReader{}
)

const (
	figures = "gross, discount, net, shipping, fees, tax, rounding, total"

	selectFacts = "SELECT event, kind, subject, order_id, origin, at, awaited, currency, " + figures + `
FROM kontor_analytics_fact WHERE tenant = $1 AND `
	selectFact = selectFacts + "event = $2"

	selectLines = `SELECT event, n, sku, product, quantity, currency, gross, discount, net, tax FROM kontor_analytics_line
WHERE tenant = $1 AND `
	selectLinesOf = selectLines + "event = $2 ORDER BY n"
)

// AnalyticsFact returns what an event told.
func (r AnalyticsReader) AnalyticsFact(ctx context.Context, told event.ID) (analytics.Fact, error) {
	fs := facts{}
	args := []any{r.Q.Tenant(), told.UUID()}
	err := r.Q.Read(ctx, unit.Query{Text: selectFact, Args: args, Row: fs.fact}, unit.Query{Text: selectLinesOf, Args: args, Row: fs.line})
	switch {
	case err != nil:
		return analytics.Fact{}, err
	case len(fs.all) == 0:
		return analytics.Fact{}, analytics.ErrMissing
	default:
		return fs.all[0], nil
	}
}

// facts collects facts and then their lines.
type facts struct {
	all []analytics.Fact
	at  map[uuid.UUID]int
}

func (fs *facts) fact(row unit.Row) error {
	var f analytics.Fact
	var u uuid.UUID
	var kind string
	var at, awaited int64
	var s sums
	if err := row.Scan(append([]any{&u, &kind, &f.Subject, &f.Order, &f.Origin, &at, &awaited}, s.into()...)...); err != nil {
		return err
	}
	var err error
	f.Event, f.Kind, f.At, f.Awaited = event.IDFrom(u), analytics.Kind(kind), clock.FromMicros(at), awaited == 1
	if _, f.Figures, err = s.figures(); err != nil {
		return err
	}
	if fs.at == nil {
		fs.at = map[uuid.UUID]int{}
	}
	fs.at[u] = len(fs.all)
	fs.all = append(fs.all, f)
	return nil
}

func (fs *facts) line(row unit.Row) error {
	var l analytics.Line
	var u, product uuid.UUID
	var code string
	var gross, discount, net, tax int64
	if err := row.Scan(&u, &l.N, &l.SKU, &product, &l.Quantity, &code, &gross, &discount, &net, &tax); err != nil {
		return err
	}
	c, err := currency(code)
	if err != nil {
		return err
	}
	l.Product = catalog.IDFrom(product)
	l.Gross, l.Discount, l.Net, l.Tax = money.New(gross, c), money.New(discount, c), money.New(net, c), money.New(tax, c)
	if i, ok := fs.at[u]; ok {
		fs.all[i].Lines = append(fs.all[i].Lines, l)
	}
	return nil
}

// sums are the figures of a row, which begin with their currency.
type sums struct {
	code  string
	minor [8]int64
}

func (s *sums) into() []any {
	out := []any{&s.code}
	for i := range s.minor {
		out = append(out, &s.minor[i])
	}
	return out
}

func (s *sums) figures() (money.Currency, analytics.Figures, error) {
	c, err := currency(s.code)
	if err != nil {
		return c, analytics.Figures{}, err
	}
	m := func(i int) money.Amount { return money.New(s.minor[i], c) }
	return c, analytics.Figures{
		Gross: m(0), Discount: m(1), Net: m(2), Shipping: m(3), Fees: m(4), Tax: m(5), Rounding: m(6), Total: m(7),
	}, nil
}

func currency(code string) (money.Currency, error) {
	c, err := money.ParseCurrency(code)
	if err != nil {
		return c, fmt.Errorf("analyticsrows: currency %q: %w", code, err)
	}
	return c, nil
}

const (
	awaitedFacts = " AND awaited = 1 ORDER BY at, event LIMIT $2"

	selectAwaited      = selectFacts + "awaited = 1 ORDER BY at, event LIMIT $2"
	selectAwaitedLines = selectLines + `event IN (SELECT event FROM kontor_analytics_fact WHERE tenant = $1` + awaitedFacts + `)
ORDER BY event, n`
	selectAwaitedActions = `SELECT id, step, visitor, cart, product, sku, at, awaited FROM kontor_analytics_action
WHERE tenant = $1 AND awaited = 1 ORDER BY at, id LIMIT $2`
)

// AnalyticsAwaited returns what the Sink has not got.
func (r AnalyticsReader) AnalyticsAwaited(ctx context.Context, limit int) (analytics.Batch, error) {
	fs := facts{all: []analytics.Fact{}}
	b := analytics.Batch{Actions: []analytics.Action{}}
	args := []any{r.Q.Tenant(), limit}
	err := r.Q.Read(ctx, unit.Query{Text: selectAwaited, Args: args, Row: fs.fact},
		unit.Query{Text: selectAwaitedLines, Args: args, Row: fs.line},
		unit.Query{Text: selectAwaitedActions, Args: args, Row: func(row unit.Row) error {
			var a analytics.Action
			var u, product uuid.UUID
			var step string
			var at, awaited int64
			err := row.Scan(&u, &step, &a.Visitor, &a.Cart, &product, &a.SKU, &at, &awaited)
			a.Awaited = awaited == 1
			a.ID, a.Step, a.Product, a.At = analytics.ActionIDFrom(u), analytics.Step(step), catalog.IDFrom(product), clock.FromMicros(at)
			b.Actions = append(b.Actions, a)
			return err
		}})
	b.Facts = fs.all
	return b, err
}

const selectOld = "SELECT id FROM kontor_analytics_action WHERE tenant = $1 AND at < $2 ORDER BY at, id LIMIT $3"

// AnalyticsActionsBefore returns old actions.
func (r AnalyticsReader) AnalyticsActionsBefore(ctx context.Context, before time.Time, limit int) ([]analytics.ActionID, error) {
	var out []analytics.ActionID
	args := []any{r.Q.Tenant(), clock.Micros(before), limit}
	err := r.Q.Read(ctx, unit.Query{Text: selectOld, Args: args, Row: func(row unit.Row) error {
		var u uuid.UUID
		err := row.Scan(&u)
		out = append(out, analytics.ActionIDFrom(u))
		return err
	}})
	return out, err
}
