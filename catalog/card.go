package catalog

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// Card is what a list shows of a product. Lists hold the products that are
// active, within their Span, and of which one piece has a price for everyone in
// the currency asked for.
type Card struct {
	ProductID ID     `json:"product_id"`
	Slug      string `json:"slug"`
	Title     string `json:"title"`
	// Image is the first of its media; the zero Media if it has none.
	Image Media `json:"image,omitzero"`
	// Price is the lowest for everyone and one piece, of all variants. What a
	// buyer of a group pays, or many pieces cost, is on the product page.
	Price money.Price `json:"price"`
	// Varies says that another variant costs more.
	Varies bool `json:"varies,omitempty"`
	// Place is where it stands in its list.
	Place Place `json:"-"`
}

// Place is a position in a sorted list: what is sorted by, and the id, which
// decides between equals.
type Place struct {
	// Number is the position, the price of one piece in minor units, the time in
	// microseconds, or how well it was found, whichever is sorted by.
	Number int64
	// Text is the title, if it is sorted by.
	Text string
	ID   ID
}

// Sort is the order of a list.
type Sort string

// The orders.
const (
	// ByPosition: by Presentation.Position. The default of Browse.
	ByPosition Sort = "position"
	// Newest: what was created last comes first.
	Newest Sort = "newest"
	// PriceUp and PriceDown: by the price of one piece, rounded up to minor units.
	PriceUp   Sort = "price"
	PriceDown Sort = "-price"
	// ByTitle: by the folded title.
	ByTitle Sort = "title"
	// ByRelevance: first those whose title begins with the words, then those
	// whose title has all of them, then the others; each by title. It is for
	// Search, whose default it is.
	ByRelevance Sort = "relevance"
)

// Filter keeps the products that have one of the values.
type Filter struct {
	// Attribute is the code of one that is filterable.
	Attribute string `json:"attribute"`
	// Values are 1 to MaxFilterValues, in the form in which facets show them.
	Values []string `json:"values"`
}

// Searcher finds cards. The store of the shop is one; another can be plugged in
// for Search by Deps.Searcher.
type Searcher interface {
	// ProductCards returns what q asks for. It fails with ErrNoCategory if there
	// is no such category. It is safe for concurrent use.
	ProductCards(ctx context.Context, q CardQuery) (Found, error)
}

// CardQuery asks for cards.
type CardQuery struct {
	Currency money.Currency
	// At is the moment at which the products are for sale.
	At time.Time
	// Category is the slug of one whose products, and of all those under it,
	// are wanted. Empty is the whole shop.
	Category string
	// Words are those that all products have; see Words. Of the last the
	// beginning is enough. None finds everything.
	Words []string
	// Filters hold all at once.
	Filters []Filter
	// Low and High bound the price of one piece in minor units, both included.
	Low, High int64
	// Sort is never empty, and ByRelevance only with words.
	Sort Sort
	// After is the place of the last card of the page before. Its ID is zero for
	// the first page.
	After Place
	// Limit is the largest number of cards wanted.
	Limit int
	// PageOnly asks for no facets and no count.
	PageOnly bool
}

// Found is what was found.
type Found struct {
	// Cards are those after q.After, in order, with their places.
	Cards []Card
	// Trail is the way to the category, if one was asked for.
	Trail []Category
	// Attributes are all that are filterable, in order.
	Attributes []Attribute
	Counts
}

// Counts tell what there is besides the page; see Listing.
type Counts struct {
	Facets []Facet
	Count  int
	// Low and High are the lowest and the highest price of one piece, in minor
	// units, if Priced says that there are any.
	Low, High int64
	Priced    bool
}
