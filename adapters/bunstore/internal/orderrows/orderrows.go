// Package orderrows keeps orders: one row for the order, one for each line, and
// one for each fact that the order has been told.
package orderrows

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

// OrderReader reads orders.
type OrderReader struct{ Q unit.Querier }

var (
	_ order.Reader  = OrderReader{}
	_ order.Auditor = OrderReader{}
)

const (
	fromOrder = ` FROM kontor_order o WHERE o.tenant = $1 AND `
	fromLines = ` FROM kontor_order o JOIN kontor_order_line l ON l.tenant = o.tenant AND l.order_id = o.id WHERE o.tenant = $1 AND `

	byID     = "o.id = $2"
	byNumber = "o.number = $2"
	byOrigin = "o.origin = $2 AND o.origin <> ''"

	byLine = " ORDER BY l.n"
)

// texts are the two queries of one way to find an order.
type texts struct{ order, lines string }

// Sight collects an order and its lines from the queries of one trip.
type Sight struct {
	Order   order.Order
	Found   bool
	version int
}

// Queries are the queries that fill s; they leave together.
func (s *Sight) Queries(tenant string, id order.ID) []unit.Query {
	return s.queries(texts{selectOrder + fromOrder + byID, selectLines + fromLines + byID + byLine}, tenant, id.UUID())
}

func (s *Sight) queries(t texts, tenant string, key any) []unit.Query {
	*s = Sight{}
	var lines []order.Line
	args := []any{tenant, key}
	return []unit.Query{
		{Text: t.lines, Args: args, Row: func(r unit.Row) error {
			_, version, l, err := scanLine(r)
			s.version = version
			lines = append(lines, l)
			return err
		}},
		{Text: t.order, Args: args, Row: func(r unit.Row) error {
			o, err := scanOrder(r)
			o.Lines = lines
			s.Order, s.Found = o, err == nil
			return err
		}},
	}
}

// whole reports whether the order and its lines are of one version.
func (s *Sight) whole() bool { return !s.Found || s.version == s.Order.Version }

// maxLooks bounds how often an order is read that is changed all the while.
const maxLooks = 10

func (r OrderReader) one(ctx context.Context, t texts, key any) (order.Order, error) {
	var s Sight
	for range maxLooks {
		if err := r.Q.Read(ctx, s.queries(t, r.Q.Tenant(), key)...); err != nil {
			return order.Order{}, err
		}
		if s.whole() {
			break
		}
	}
	switch {
	case !s.Found:
		return order.Order{}, fault.Missing("order")
	case !s.whole():
		return order.Order{}, fault.Stale("order", s.Order.Version, s.version)
	default:
		return s.Order, nil
	}
}

// Order returns an order.
func (r OrderReader) Order(ctx context.Context, id order.ID) (order.Order, error) {
	return r.one(ctx, texts{selectOrder + fromOrder + byID, selectLines + fromLines + byID + byLine}, id.UUID())
}

// OrderByNumber returns the order with a number.
func (r OrderReader) OrderByNumber(ctx context.Context, number string) (order.Order, error) {
	return r.one(ctx, texts{selectOrder + fromOrder + byNumber, selectLines + fromLines + byNumber + byLine}, number)
}

// OrderByOrigin returns the order that something has become.
func (r OrderReader) OrderByOrigin(ctx context.Context, origin string) (order.Order, error) {
	return r.one(ctx, texts{selectOrder + fromOrder + byOrigin, selectLines + fromLines + byOrigin + byLine}, origin)
}

const selectTold = `SELECT minor, items, at FROM kontor_order_told
WHERE tenant = $1 AND order_id = $2 AND kind = $3 AND source = $4 AND ref = $5`

// LookOrder answers what a change has to know. That order and lines are of one
// version is guarded when the change is written.
func (r OrderReader) LookOrder(ctx context.Context, l order.Look) (order.Seen, error) {
	var s Sight
	var seen order.Seen
	tenant := r.Q.Tenant()
	queries := s.Queries(tenant, l.Order)
	if l.Told.Kind != "" {
		queries = append(queries, unit.Query{
			Text: selectTold, Args: []any{tenant, l.Order.UUID(), string(l.Told.Kind), l.Told.Source, l.Told.Ref},
			Row: func(r unit.Row) error {
				t, err := scanTold(r, l.Told)
				seen.Told = &t
				return err
			},
		})
	}
	if key := l.Call.Meta.Key; key != "" {
		queries = append(queries, oprows.Select(tenant, l.Call.Meta.By.String(), l.Call.Operation, key, func(r op.Record) { seen.First = &r }))
	}
	err := r.Q.Read(ctx, queries...)
	seen.Order, seen.Found = s.Order, s.Found
	return seen, err
}

// scanTold completes what is known of a fact by its key.
func scanTold(r unit.Row, t order.Told) (order.Told, error) {
	var minor, at int64
	var items string
	if err := r.Scan(&minor, &items, &at); err != nil {
		return t, err
	}
	t.Amount, t.At = money.New(minor, t.Amount.Currency()), clock.FromMicros(at)
	var err error
	t.Items, err = column.To[[]order.Item](items)
	return t, err
}

const selectOrder = `SELECT o.id, o.version, o.status, o.number, o.origin, o.buyer_kind, o.buyer_id, o.email, o.channel, o.market,
o.currency, o.country, o.locale, o.buyer_groups, o.priced_at, o.tax_inclusive, o.subtotal, o.shipping, o.fees, o.discount, o.tax,
o.rounding, o.total, o.paid, o.refunded, o.charges, o.policy, o.ship_to, o.bill_to, o.shipping_method, o.snapshot, o.payment_due,
o.reason, o.metadata, o.placed_at, o.updated_at`

// row is an order as it is stored.
type row struct {
	order.Order
	id                                                                   uuid.UUID
	status, kind, currency, groups, charges, policy, shipTo, billTo      string
	snapshot, metadata                                                   string
	pricedAt, paymentDue, placedAt, updatedAt                            int64
	subtotal, shipping, fees, discount, tax, rounding, total, paid, back int64
}

func scanOrder(r unit.Row) (order.Order, error) {
	var x row
	err := r.Scan(&x.id, &x.Version, &x.status, &x.Number, &x.Origin, &x.kind, &x.Buyer.ID, &x.Email, &x.Market.Channel,
		&x.Market.Market, &x.currency, &x.Market.Country, &x.Market.Locale, &x.groups, &x.pricedAt, &x.TaxInclusive, &x.subtotal,
		&x.shipping, &x.fees, &x.discount, &x.tax, &x.rounding, &x.total, &x.paid, &x.back, &x.charges, &x.policy, &x.shipTo,
		&x.billTo, &x.ShippingMethod, &x.snapshot, &x.paymentDue, &x.Reason, &x.metadata, &x.placedAt, &x.updatedAt)
	if err != nil {
		return order.Order{}, err
	}
	o := x.Order
	o.ID, o.Buyer.Kind = order.IDFrom(x.id), op.ActorKind(x.kind)
	o.Market.At, o.PaymentDue = clock.FromMicros(x.pricedAt), clock.FromMicros(x.paymentDue)
	o.PlacedAt, o.UpdatedAt = clock.FromMicros(x.placedAt), clock.FromMicros(x.updatedAt)
	if x.snapshot != "" {
		o.Snapshot = json.RawMessage(x.snapshot)
	}
	if err := x.unpack(&o); err != nil {
		return order.Order{}, fmt.Errorf("orderrows: order %s: %w", o.ID, err)
	}
	for _, a := range []struct {
		to    *money.Amount
		minor int64
	}{
		{&o.Subtotal, x.subtotal},
		{&o.Shipping, x.shipping},
		{&o.Fees, x.fees},
		{&o.Discount, x.discount},
		{&o.Tax, x.tax},
		{&o.Rounding, x.rounding},
		{&o.Total, x.total},
		{&o.Paid, x.paid},
		{&o.Refunded, x.back},
	} {
		*a.to = money.New(a.minor, o.Currency())
	}
	return order.Restore(o, order.Status(x.status))
}

// unpack reads the columns that hold more than one value.
func (x *row) unpack(o *order.Order) error {
	var err error
	if o.Market, err = column.Market(o.Market, x.currency, x.groups); err != nil {
		return err
	}
	for _, part := range []struct {
		text string
		to   any
	}{
		{x.charges, &o.Charges},
		{x.policy, &o.Policy},
		{x.shipTo, &o.ShipTo},
		{x.billTo, &o.BillTo},
		{x.metadata, &o.Metadata},
	} {
		if part.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(part.text), part.to); err != nil {
			return err
		}
	}
	return nil
}

const selectLines = `SELECT o.id, o.version, o.currency, l.n, l.sku, l.title, l.quantity, l.unit_minor, l.unit_per, l.subtotal, l.discount,
l.net, l.tax, l.gross, l.cancelled, l.shipped, l.returned, l.metadata, l.categories`

func scanLine(r unit.Row) (u uuid.UUID, version int, l order.Line, err error) {
	var code, metadata, categories string
	var each, subtotal, discount, net, tax, gross int64
	err = r.Scan(&u, &version, &code, &l.N, &l.SKU, &l.Title, &l.Quantity, &each, &l.Unit.Per, &subtotal, &discount, &net, &tax,
		&gross, &l.Cancelled, &l.Shipped, &l.Returned, &metadata, &categories)
	if err != nil {
		return u, version, l, err
	}
	cur, err := money.ParseCurrency(code)
	if err != nil {
		return u, version, l, fmt.Errorf("orderrows: order %s: currency %q: %w", u, code, err)
	}
	l.Unit.Amount, l.Subtotal, l.Discount = money.New(each, cur), money.New(subtotal, cur), money.New(discount, cur)
	l.Net, l.Tax, l.Gross = money.New(net, cur), money.New(tax, cur), money.New(gross, cur)
	if l.Categories, err = column.To[[]string](categories); err != nil {
		return u, version, l, err
	}
	l.Metadata, err = column.To[map[string]string](metadata)
	return u, version, l, err
}
