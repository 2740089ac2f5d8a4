package catalog

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reader reads the catalogue. Implementations are safe for concurrent use,
// except inside a unit of work.
type Reader interface {
	ShopReader
	// Product returns a product with its variants, or NotFound (ErrNoProduct).
	Product(ctx context.Context, id ID) (Product, error)
	// ProductBySlug returns a product with its variants, or ErrNoProduct.
	ProductBySlug(ctx context.Context, slug string) (Product, error)
	// Products returns one product more than a page of q holds, if there are
	// as many, with their variants and in the order of q.
	Products(ctx context.Context, q Query) ([]Product, error)
	// Shelf returns everything about products that have one of the slugs or a
	// variant with one of the SKUs, in one round trip.
	Shelf(ctx context.Context, slugs, skus []string) (Shelf, error)
	// Offers returns the offers of SKUs in a currency. SKUs that are not in the
	// catalogue have none.
	Offers(ctx context.Context, currency money.Currency, skus []string) (Offers, error)
}

// Query asks for products, newest first.
type Query struct {
	// Status is that of all products returned. Empty means any.
	Status Status
	// After is the last product of the page before; zero for the first page.
	After ID
	// Limit is the largest number of products returned.
	Limit int
}

// Shelf is a part of the catalogue.
type Shelf struct {
	Products []Product
	// Prices are those of the SKUs asked for, in all currencies.
	Prices []Price
}

// Tx changes the catalogue inside a unit of work. Slices are not changed and
// not kept. A conflict may also fail the unit at its end.
type Tx interface {
	Reader
	Writer
	ShopWriter
	event.Appender
	op.Tx
	tx.Scoper
}

// Writer is what only the catalogue writes.
type Writer interface {
	// InsertProducts stores products with their variants. It fails with
	// ErrSlugTaken or ErrSKUTaken.
	InsertProducts(ctx context.Context, ps []Product) error
	// UpdateProduct stores everything of a product but its variants. Its
	// version is one more than that which was read; if another one is stored
	// the unit fails with a stale version Conflict. A slug of another product
	// is ErrSlugTaken.
	UpdateProduct(ctx context.Context, p Product) error
	// InsertVariants stores variants of products. A SKU in use is ErrSKUTaken.
	InsertVariants(ctx context.Context, vs []Variant) error
	// UpdateVariants stores what variants say, by their SKU and product. A
	// SKU that is not of the product is ErrSKUTaken.
	UpdateVariants(ctx context.Context, vs []Variant) error
	// SavePrices adds prices and replaces those for the same SKU, currency,
	// group and quantity. The SKUs are of the catalogue.
	SavePrices(ctx context.Context, ps []Price) error
	// DeletePrices removes prices. Those that are not there are no error.
	DeletePrices(ctx context.Context, ps []Price) error
}
