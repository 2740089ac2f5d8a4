// Package checkoutrows answers what placing an order has to know, in one trip
// over the tables of several rooms, and keeps the attempts at it.
package checkoutrows

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/cartrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/catalogrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/promotionrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/stockrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/promotion"
)

// CheckoutReader reads baskets and attempts.
type CheckoutReader struct{ Q unit.Querier }

var _ checkout.Reader = CheckoutReader{}

// maxLooks bounds how often a basket is read that is changed all the while.
const maxLooks = 10

// Basket reads a cart and what is known about what lies in it.
func (c CheckoutReader) Basket(ctx context.Context, q checkout.BasketQuery) (checkout.Basket, error) {
	for range maxLooks {
		b, whole, err := c.basket(ctx, q)
		if err != nil || whole {
			return b, err
		}
	}
	return checkout.Basket{}, fault.Stale("cart", 0, 0)
}

func (c CheckoutReader) basket(ctx context.Context, q checkout.BasketQuery) (checkout.Basket, bool, error) {
	var s cartrows.Sight
	tenant, u := c.Q.Tenant(), q.Cart.UUID()
	b := checkout.Basket{Offers: catalog.Offers{}}
	queries := append(s.Queries(tenant, q.Cart), catalogrows.SelectOffersOfCart(tenant, u, b.Offers))
	if q.Stock {
		queries = append(queries, stockrows.SelectLevelsOfCart(tenant, u, func(l inventory.Level) { b.Levels = append(b.Levels, l) }))
	}
	if q.Promotions {
		b.Seen = &promotion.Seen{}
		queries = append(queries, promotionrows.SelectSeenOfCart(tenant, u, b.Seen)...)
	}
	if key := q.Call.Meta.Key; key != "" {
		queries = append(queries, oprows.Select(tenant, q.Call.Meta.By.String(), q.Call.Operation, key, func(r op.Record) { b.First = &r }))
	}
	err := c.Q.Read(ctx, queries...)
	b.Cart, b.Found = s.Cart, s.Found
	return b, s.Whole(), err
}

const selectAttempt = `SELECT order_id, cart, payment, status, version, draft, created_at, updated_at
FROM kontor_checkout WHERE tenant = $1 AND order_id = $2`

// CheckoutAttempt returns an attempt.
func (c CheckoutReader) CheckoutAttempt(ctx context.Context, id order.ID) (checkout.Attempt, error) {
	var a checkout.Attempt
	found := false
	err := c.Q.Read(ctx, unit.Query{Text: selectAttempt, Args: []any{c.Q.Tenant(), id.UUID()}, Row: func(r unit.Row) error {
		found = true
		var err error
		a, err = scanAttempt(r)
		return err
	}})
	if err == nil && !found {
		err = fault.Missing("checkout")
	}
	return a, err
}

func scanAttempt(r unit.Row) (checkout.Attempt, error) {
	var a checkout.Attempt
	var o, c, p uuid.UUID
	var status, draft string
	var created, updated int64
	if err := r.Scan(&o, &c, &p, &status, &a.Version, &draft, &created, &updated); err != nil {
		return a, err
	}
	a.Order, a.Cart, a.Payment = order.IDFrom(o), cart.IDFrom(c), payment.IDFrom(p)
	a.CreatedAt, a.UpdatedAt = clock.FromMicros(created), clock.FromMicros(updated)
	if err := json.Unmarshal([]byte(draft), &a.Draft); err != nil {
		return a, fmt.Errorf("checkoutrows: draft of %s: %w", a.Order, err)
	}
	return checkout.Restore(a, checkout.Status(status))
}

// CheckoutTx writes attempts in a unit.
type CheckoutTx struct {
	CheckoutReader
	U *unit.Unit
}

const insertAttempt = `INSERT INTO kontor_checkout (tenant, order_id, cart, payment, status, version, draft, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// InsertCheckoutAttempt stores a new attempt.
func (t CheckoutTx) InsertCheckoutAttempt(ctx context.Context, a checkout.Attempt) error {
	draft, err := json.Marshal(a.Draft)
	if err != nil {
		return fmt.Errorf("checkoutrows: draft of %s: %w", a.Order, err)
	}
	u := a.Order.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankCheckout, Key: string(u[:]), Text: insertAttempt, Broken: cart.ErrPlaced,
		Args: []any{
			t.U.Tenant(), u, a.Cart.UUID(), a.Payment.UUID(), string(a.Status()), a.Version, string(draft),
			clock.Micros(a.CreatedAt), clock.Micros(a.UpdatedAt),
		},
	})
}

const updateAttempt = `UPDATE kontor_checkout SET status = $3, version = $4, updated_at = $5
WHERE tenant = $1 AND order_id = $2 AND version = $6`

// UpdateCheckoutAttempt stores the status of an attempt.
func (t CheckoutTx) UpdateCheckoutAttempt(ctx context.Context, a checkout.Attempt) error {
	u := a.Order.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankCheckout, Key: string(u[:]), Text: updateAttempt, Untouched: fault.Stale("checkout", a.Version-1, 0),
		Args: []any{t.U.Tenant(), u, string(a.Status()), a.Version, clock.Micros(a.UpdatedAt), a.Version - 1},
	})
}
