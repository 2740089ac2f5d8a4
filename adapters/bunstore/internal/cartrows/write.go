package cartrows

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
)

// CartTx writes carts in a unit.
type CartTx struct {
	CartReader
	U *unit.Unit
}

const insertCart = `INSERT INTO kontor_cart (tenant, id, version, status, email, codes, ship_to, bill_to, shipping_method,
last_line, metadata, updated_at, counted_for, order_id, channel, market, currency, country, locale, buyer_groups, buyer_kind, buyer_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`

// InsertCart stores a new cart.
func (t CartTx) InsertCart(ctx context.Context, c cart.Cart) error {
	args, err := t.changing(c)
	if err != nil {
		return err
	}
	groups, err := column.Of(c.Market.Groups)
	if err != nil {
		return err
	}
	args = append(args, c.Order, c.Market.Channel, c.Market.Market, c.Market.Currency.Code(), c.Market.Country, c.Market.Locale,
		groups, string(c.Buyer.Kind), c.Buyer.ID, clock.Micros(c.CreatedAt))
	if err := t.U.Write(ctx, unit.Write{Rank: unit.RankCart, Key: key(c.ID, 0), Text: insertCart, Args: args}); err != nil {
		return err
	}
	for _, l := range c.Lines {
		if err := t.line(ctx, c.ID, l, insertLine); err != nil {
			return err
		}
	}
	return nil
}

// changing are the columns that a change may touch, in the order of both texts.
func (t CartTx) changing(c cart.Cart) ([]any, error) {
	codes, err := column.Of(c.Codes)
	if err != nil {
		return nil, err
	}
	shipTo, err := column.Of(c.ShipTo)
	if err != nil {
		return nil, err
	}
	billTo, err := column.Of(c.BillTo)
	if err != nil {
		return nil, err
	}
	metadata, err := column.Of(c.Metadata)
	if err != nil {
		return nil, err
	}
	return []any{
		t.U.Tenant(), c.ID.UUID(), c.Version, string(c.Status()), c.Email, codes, shipTo, billTo, c.ShippingMethod, c.LastLine,
		metadata, clock.Micros(c.UpdatedAt), c.CountedFor(),
	}, nil
}

const updateCart = `UPDATE kontor_cart SET version = $3, status = $4, email = $5, codes = $6, ship_to = $7, bill_to = $8,
shipping_method = $9, last_line = $10, metadata = $11, updated_at = $12, counted_for = $13
WHERE tenant = $1 AND id = $2 AND version = $14 AND status NOT IN ('placed', 'paying')`

// UpdateCart turns one version of a cart into the next.
func (t CartTx) UpdateCart(ctx context.Context, was, now cart.Cart) error {
	args, err := t.changing(now)
	if err != nil {
		return err
	}
	err = t.U.Write(ctx, unit.Write{
		Rank: unit.RankCart, Key: key(was.ID, 0), Text: updateCart, Args: append(args, was.Version),
		Untouched: fault.Stale("cart", was.Version, 0), Explain: explain(was.ID, was.Version),
	})
	if err != nil {
		return err
	}
	for _, l := range was.Lines {
		if _, there := now.Line(l.N); !there {
			if err := t.line(ctx, was.ID, l, deleteLine); err != nil {
				return err
			}
		}
	}
	for _, l := range now.Lines {
		old, there := was.Line(l.N)
		switch {
		case !there:
			err = t.line(ctx, was.ID, l, insertLine)
		case !old.Equal(l):
			err = t.line(ctx, was.ID, l, updateLine)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

const payCart = `UPDATE kontor_cart SET version = version + 1, status = 'paying', order_id = $4
WHERE tenant = $1 AND id = $2 AND version = $3 AND status NOT IN ('placed', 'paying')`

// PayCart keeps a cart as it is while the payment of an order is under way.
func (t CartTx) PayCart(ctx context.Context, id cart.ID, version int, order string) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankCart, Key: key(id, 0), Text: payCart, Args: []any{t.U.Tenant(), id.UUID(), version, order},
		Untouched: fault.Stale("cart", version, 0), Explain: explain(id, version),
	})
}

const (
	placeCart = `UPDATE kontor_cart SET version = version + 1, status = 'placed'
WHERE tenant = $1 AND id = $2 AND order_id = $3 AND status = 'paying'`
	releaseCart = `UPDATE kontor_cart SET version = version + 1, status = 'open', order_id = ''
WHERE tenant = $1 AND id = $2 AND order_id = $3 AND status = 'paying'`
)

// PlaceCart ends a PayCart: the order is placed.
func (t CartTx) PlaceCart(ctx context.Context, id cart.ID, order string) error {
	return t.paid(ctx, id, order, placeCart)
}

// ReleaseCart ends a PayCart: the payment came to nothing.
func (t CartTx) ReleaseCart(ctx context.Context, id cart.ID, order string) error {
	return t.paid(ctx, id, order, releaseCart)
}

func (t CartTx) paid(ctx context.Context, id cart.ID, order, text string) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankCart, Key: key(id, 0), Text: text, Args: []any{t.U.Tenant(), id.UUID(), order},
		Untouched: fault.Stale("cart", 0, 0),
	})
}

const freezeCart = `UPDATE kontor_cart SET version = version + 1, status = 'placed', order_id = $4
WHERE tenant = $1 AND id = $2 AND version = $3 AND status NOT IN ('placed', 'paying')`

// FreezeCart turns a cart into an order.
func (t CartTx) FreezeCart(ctx context.Context, id cart.ID, version int, order string) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankCart, Key: key(id, 0), Text: freezeCart, Args: []any{t.U.Tenant(), id.UUID(), version, order},
		Untouched: fault.Stale("cart", version, 0), Explain: explain(id, version),
	})
}

const (
	insertLine = "INSERT INTO kontor_cart_line (tenant, cart, n, sku, quantity, metadata) VALUES ($1, $2, $3, $4, $5, $6)"
	updateLine = "UPDATE kontor_cart_line SET quantity = $4, metadata = $5 WHERE tenant = $1 AND cart = $2 AND n = $3"
	deleteLine = "DELETE FROM kontor_cart_line WHERE tenant = $1 AND cart = $2 AND n = $3"
)

// line writes one line by one of the texts above.
func (t CartTx) line(ctx context.Context, id cart.ID, l cart.Line, text string) error {
	metadata, err := column.Of(l.Metadata)
	if err != nil {
		return err
	}
	args := []any{t.U.Tenant(), id.UUID(), l.N}
	switch text {
	case insertLine:
		args = append(args, l.SKU, l.Quantity, metadata)
	case updateLine:
		args = append(args, l.Quantity, metadata)
	default:
	}
	return t.U.Write(ctx, unit.Write{Rank: unit.RankCart, Key: key(id, l.N), Text: text, Args: args})
}

// key orders the writes of a cart: the cart before its lines.
func key(id cart.ID, n int) string {
	u := id.UUID()
	if n == 0 {
		return string(u[:])
	}
	return string(binary.BigEndian.AppendUint64(slices.Clone(u[:]), uint64(n))) //nolint:gosec // n is positive
}

const selectState = "SELECT version, status FROM kontor_cart WHERE tenant = $1 AND id = $2"

// explain finds out why the version guard of a cart did not hold.
func explain(id cart.ID, want int) func(ctx context.Context, q unit.Querier, err error) error {
	return func(ctx context.Context, q unit.Querier, err error) error {
		var have int
		var status string
		found, readErr := unit.One(ctx, q, selectState, []any{q.Tenant(), id.UUID()}, &have, &status)
		switch {
		case readErr != nil:
			return err
		case !found:
			return fault.Missing("cart")
		case cart.Status(status) == cart.StatusPlaced:
			return cart.ErrPlaced
		case cart.Status(status) == cart.StatusPaying:
			return cart.ErrPaying
		default:
			return fault.Stale("cart", want, have)
		}
	}
}
