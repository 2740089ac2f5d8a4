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
	"github.com/kontor-go/kontor/promotion"
)

// Reader answers in one round trip what a quote or an order has to know.
type Reader interface {
	// Basket returns a cart with everything it takes to price and to place it.
	// A cart that is not there is no error.
	Basket(ctx context.Context, q BasketQuery) (Basket, error)
	// CheckoutAttempt returns the attempt that is to become an order, or
	// NotFound.
	CheckoutAttempt(ctx context.Context, id order.ID) (Attempt, error)
}

// BasketQuery says what is asked.
type BasketQuery struct {
	Cart cart.ID
	// Stock asks for the levels of the SKUs as well.
	Stock bool
	// Promotions asks for what the promotions of the shop have to know of the
	// cart: its codes, and what its buyer has used.
	Promotions bool
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
	// Seen is what promotions have to know, if it was asked for, and else nil.
	Seen *promotion.Seen
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
	promotion.Tx
	order.Inserter
	CartTx
	op.Tx
	event.Appender
	tx.Scoper
}

// CartTx ends carts.
type CartTx interface {
	// FreezeCart: see cart.Tx.
	FreezeCart(ctx context.Context, id cart.ID, version int, becomes string) error
	// PayCart keeps a cart, which has the given version, as it is while the
	// payment of an order is under way. It fails as FreezeCart does.
	PayCart(ctx context.Context, id cart.ID, version int, becomes string) error
	// PlaceCart and ReleaseCart end that: the cart has become the order, or is
	// open again. They fail with a stale version Conflict if it was ended.
	PlaceCart(ctx context.Context, id cart.ID, became string) error
	ReleaseCart(ctx context.Context, id cart.ID, was string) error
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
