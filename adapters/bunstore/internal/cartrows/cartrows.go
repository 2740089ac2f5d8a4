// Package cartrows keeps carts: one row for the cart and one for each line.
package cartrows

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
)

// CartReader reads carts.
type CartReader struct{ Q unit.Querier }

var _ cart.Reader = CartReader{}

const selectCart = `SELECT id, version, status, channel, market, currency, country, locale, buyer_groups, buyer_kind, buyer_id,
email, codes, ship_to, bill_to, shipping_method, order_id, last_line, metadata, created_at, updated_at
FROM kontor_cart WHERE tenant = $1 AND id = $2`

// SelectCart is the query of a cart without its lines; to receives it, if there
// is one. For the lines see SelectLines.
func SelectCart(tenant string, id cart.ID, to func(cart.Cart)) unit.Query {
	return unit.Query{Text: selectCart, Args: []any{tenant, id.UUID()}, Row: func(r unit.Row) error {
		c, err := scanCart(r)
		if err == nil {
			to(c)
		}
		return err
	}}
}

func scanCart(r unit.Row) (cart.Cart, error) {
	var c cart.Cart
	var u uuid.UUID
	var status, currency, groups, kind, codes, shipTo, billTo, metadata string
	var created, updated int64
	err := r.Scan(&u, &c.Version, &status, &c.Market.Channel, &c.Market.Market, &currency, &c.Market.Country, &c.Market.Locale,
		&groups, &kind, &c.Buyer.ID, &c.Email, &codes, &shipTo, &billTo, &c.ShippingMethod, &c.Order, &c.LastLine, &metadata,
		&created, &updated)
	if err != nil {
		return c, err
	}
	c.ID, c.Buyer.Kind = cart.IDFrom(u), op.ActorKind(kind)
	c.CreatedAt, c.UpdatedAt = clock.FromMicros(created), clock.FromMicros(updated)
	if c.Market, err = column.Market(c.Market, currency, groups); err != nil {
		return c, err
	}
	if c.Codes, err = column.To[[]string](codes); err != nil {
		return c, err
	}
	if c.ShipTo, err = column.To[*postal.Address](shipTo); err != nil {
		return c, err
	}
	if c.BillTo, err = column.To[*postal.Address](billTo); err != nil {
		return c, err
	}
	if c.Metadata, err = column.To[map[string]string](metadata); err != nil {
		return c, err
	}
	return cart.Restore(c, cart.Status(status))
}

// The outer join gives a row for an empty cart too, so that the version of the
// cart that the lines belong to is always known.
const selectLines = `SELECT c.version, COALESCE(l.n, 0), COALESCE(l.sku, ''), COALESCE(l.quantity, 0), COALESCE(l.metadata, '')
FROM kontor_cart c LEFT JOIN kontor_cart_line l ON l.tenant = c.tenant AND l.cart = c.id
WHERE c.tenant = $1 AND c.id = $2 ORDER BY l.n`

// SelectLines is the query of the lines of a cart, by number; to receives each
// together with the version of the cart that it belongs to. It is called once
// with the zero Line for a cart without lines.
//
// Two queries of one trip may see two moments. Where nothing guards the version
// of the cart at commit, compare.
func SelectLines(tenant string, id cart.ID, to func(version int, l cart.Line)) unit.Query {
	return unit.Query{Text: selectLines, Args: []any{tenant, id.UUID()}, Row: func(r unit.Row) error {
		var version int
		var l cart.Line
		var metadata string
		err := r.Scan(&version, &l.N, &l.SKU, &l.Quantity, &metadata)
		if err != nil {
			return err
		}
		if l.Metadata, err = column.To[map[string]string](metadata); err != nil {
			return err
		}
		to(version, l)
		return nil
	}}
}

// Sight collects a cart and its lines from the queries of one trip.
type Sight struct {
	Cart    cart.Cart
	Found   bool
	version int
}

// Queries are the queries that fill s; they leave together.
func (s *Sight) Queries(tenant string, id cart.ID) []unit.Query {
	*s = Sight{}
	var lines []cart.Line
	return []unit.Query{
		SelectLines(tenant, id, func(version int, l cart.Line) {
			s.version = version
			if l.N > 0 {
				lines = append(lines, l)
			}
		}),
		SelectCart(tenant, id, func(c cart.Cart) { s.Cart, s.Found, s.Cart.Lines = c, true, lines }),
	}
}

// Whole reports whether the cart and its lines are of one version.
func (s *Sight) Whole() bool { return !s.Found || s.version == s.Cart.Version }

// maxLooks bounds how often a cart is read that is changed all the while.
const maxLooks = 10

// Cart returns a cart.
func (c CartReader) Cart(ctx context.Context, id cart.ID) (cart.Cart, error) {
	var s Sight
	for range maxLooks {
		if err := c.Q.Read(ctx, s.Queries(c.Q.Tenant(), id)...); err != nil {
			return cart.Cart{}, err
		}
		if s.Whole() {
			break
		}
	}
	switch {
	case !s.Found:
		return cart.Cart{}, fault.Missing("cart")
	case !s.Whole():
		return cart.Cart{}, fault.Stale("cart", s.Cart.Version, s.version)
	default:
		return s.Cart, nil
	}
}

const selectSKU = "SELECT 1 FROM kontor_variant WHERE tenant = $1 AND sku = $2"

// LookCart answers what a change has to know. That cart and lines are of one
// version is guarded when the change is written.
func (c CartReader) LookCart(ctx context.Context, l cart.Look) (cart.Seen, error) {
	var s Sight
	var seen cart.Seen
	tenant := c.Q.Tenant()
	queries := s.Queries(tenant, l.Cart)
	if l.SKU != "" {
		queries = append(queries, unit.Query{Text: selectSKU, Args: []any{tenant, l.SKU}, Row: func(unit.Row) error {
			seen.Sold = true
			return nil
		}})
	}
	if key := l.Call.Meta.Key; key != "" {
		queries = append(queries, oprows.Select(tenant, l.Call.Meta.By.String(), l.Call.Operation, key, func(r op.Record) { seen.First = &r }))
	}
	err := c.Q.Read(ctx, queries...)
	seen.Cart, seen.Found = s.Cart, s.Found
	return seen, err
}
