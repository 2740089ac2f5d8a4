package catalog

import (
	"context"

	"github.com/kontor-go/kontor/kernel/money"
)

// ShopReader reads how the catalogue is shown. Each method is one round trip.
// Implementations are safe for concurrent use, except inside a unit of work.
type ShopReader interface {
	Searcher
	// CategoryTree returns all categories, in the order of Tree.Sorted.
	CategoryTree(ctx context.Context) (Tree, error)
	// Attributes returns all attributes, by position and code.
	Attributes(ctx context.Context) ([]Attribute, error)
	// Stage returns products by their slugs, in order of their ids, how each is
	// shown, and all attributes. Unknown slugs have no product.
	Stage(ctx context.Context, slugs []string) (Stage, error)
	// ShopWindow returns the home page.
	ShopWindow(ctx context.Context, q WindowQuery) (Window, error)
	// ProductSheet returns what the page of a product needs, or ErrNoProduct. It
	// does not look at the status of the product.
	ProductSheet(ctx context.Context, slug string, currency money.Currency) (Sheet, error)
}

// Stage is products and how they are shown.
type Stage struct {
	Products []Product
	// Presentations are by product. One that was never presented is not in it.
	Presentations map[ID]Presentation
	Attributes    []Attribute
}

// ShopWriter is what only the catalogue writes about how it is shown. Slices
// are not changed and not kept. A conflict may also fail the unit at its end.
type ShopWriter interface {
	// SwapCategoryTree makes the version of the tree one more than was, or fails
	// the unit with a stale version Conflict if it is another one.
	SwapCategoryTree(ctx context.Context, was int) error
	// InsertCategory stores a category. A slug in use is ErrSlugTaken.
	InsertCategory(ctx context.Context, c Category) error
	// UpdateCategory stores a category whose version is one more than that which
	// was read; if another one is stored the unit fails with a stale version
	// Conflict. A slug in use is ErrSlugTaken.
	UpdateCategory(ctx context.Context, c Category) error
	// SaveAttributes stores attributes whose versions are one more than those
	// which were read, none being version 0; others fail as in UpdateCategory.
	SaveAttributes(ctx context.Context, as []Attribute) error
	// SavePresentations replaces how products are shown. The products and
	// attributes are there; an unknown category is ErrNoCategory.
	SavePresentations(ctx context.Context, ps []Shown) error
	// SaveProductTexts replaces what search knows of products.
	SaveProductTexts(ctx context.Context, ts []ProductText) error
	// RefreshCards brings what lists show of products in line with everything
	// that the unit has stored of them when it ends.
	RefreshCards(ctx context.Context, products []ID) error
}
