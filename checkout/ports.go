package checkout

import (
	"context"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// Reader answers in one round trip what a quote or an order has to know.
type Reader interface {
	// Basket returns a cart with everything it takes to price and to place it.
	// A cart that is not there is no error.
	Basket(ctx context.Context, q BasketQuery) (Basket, error)
	// CheckoutAttempt returns the attempt that is to become an order, or
	// NotFound.
	CheckoutAttempt(ctx context.Context, order order.ID) (Attempt, error)
}

// BasketQuery says what is asked.
type BasketQuery struct {
	Cart cart.ID
	// Stock asks for the levels of the SKUs as well.
	Stock bool
	// Call is the write under way. If it has a key, the record of an earlier
	// run is looked for.
	Call op.Call
}

// Basket is a cart and what is known about what lies in it, all of one moment.
type Basket struct {
	Cart  cart.Cart
	Found bool
	// Offers are the offers of the SKUs in the currency of the cart.
	Offers catalog.Offers
	// Levels are the stock levels of the SKUs, if they were asked for.
	Levels []inventory.Level
	// First is the record of the first run with this key, or nil.
	First *op.Record
}

// Tx is what placing an order may do. It is the only Tx that spans rooms: what
// it writes in them it writes through their services.
type Tx interface {
	Reader
	Writer
	inventory.Tx
	payment.Tx
	order.Inserter
	// FreezeCart: see cart.Tx.
	FreezeCart(ctx context.Context, id cart.ID, version int, order string) error
	// ThawCart opens a cart again whose order was never placed.
	ThawCart(ctx context.Context, id cart.ID, order string) error
	op.Tx
	event.Appender
	tx.Scoper
}

// Writer keeps attempts.
type Writer interface {
	// InsertCheckoutAttempt stores a new attempt of Version 1.
	InsertCheckoutAttempt(ctx context.Context, a Attempt) error
	// UpdateCheckoutAttempt stores the status of an attempt that carries its
	// new version; the stored one must be one less, or the unit fails with a
	// stale-version Conflict.
	UpdateCheckoutAttempt(ctx context.Context, a Attempt) error
}
