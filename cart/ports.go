package cart

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reader reads carts.
type Reader interface {
	// Cart returns a cart with its lines by number, all of one version, or a
	// NotFound error.
	Cart(ctx context.Context, id ID) (Cart, error)
	// LookCart answers everything that a change of a cart has to know, in one
	// round trip. A cart that is not there is no error.
	LookCart(ctx context.Context, l Look) (Seen, error)
}

// Look is what a change asks.
type Look struct {
	Cart ID
	// SKU is asked for in the catalogue, if it is not empty.
	SKU string
	// Call is the write under way. If it has a key, the record of an earlier
	// run is looked for.
	Call op.Call
}

// Seen is the answer to a Look.
type Seen struct {
	Cart  Cart
	Found bool
	// Sold says that the catalogue knows the SKU.
	Sold bool
	// First is the record of the first run with this key, or nil.
	First *op.Record
}

// Tx reads and writes carts inside a unit of work.
type Tx interface {
	Reader
	op.Tx
	event.Appender
	tx.Scoper
	// InsertCart stores a new cart and its lines. The id is not in use.
	InsertCart(ctx context.Context, c Cart) error
	// UpdateCart turns was, as it was read, into now, whose version is one
	// higher: the cart, and those of its lines that differ. If the cart no
	// longer has the version of was, the unit fails: with ErrPlaced if it has
	// become an order, with NotFound if it is gone, and else with a stale
	// version Conflict.
	UpdateCart(ctx context.Context, was, now Cart) error
	// FreezeCart turns the cart, which has the given version, into the order
	// whose id has this text, and counts the version up by one. It fails as
	// UpdateCart does. Nothing can be written to the cart afterwards.
	FreezeCart(ctx context.Context, id ID, version int, order string) error
}

// Catalog says what is sold. Without one the service asks the catalogue of the
// store, in the same round trip in which it reads the cart.
type Catalog interface {
	// SellsSKU reports whether sku can be put into a cart. It is called before
	// the unit of work, once for each SKU, from many goroutines.
	SellsSKU(ctx context.Context, sku string) (bool, error)
}

// CatalogFunc makes a Catalog of a function.
type CatalogFunc func(ctx context.Context, sku string) (bool, error)

// SellsSKU calls f.
func (f CatalogFunc) SellsSKU(ctx context.Context, sku string) (bool, error) { return f(ctx, sku) }
