package catalog

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
)

// Price is what a SKU costs in one currency, for one group of buyers, from one
// quantity on. A SKU has at most one price for each of these.
type Price struct {
	SKU string `json:"sku"`
	// Group is the code of the buyers it is for. Empty means everyone.
	Group string `json:"group,omitempty"`
	// MinQuantity is the quantity of one line from which it holds, at least 1.
	MinQuantity int `json:"min_quantity"`
	// Unit is the price of a piece, or of several; it is never negative.
	Unit money.Price `json:"unit"`
}

// Currency returns the currency of the price.
func (p Price) Currency() money.Currency { return p.Unit.Amount.Currency() }

// sameKey reports whether p and q are prices of the same thing, so that one
// replaces the other.
func (p Price) sameKey(q Price) bool {
	return p.SKU == q.SKU && p.Group == q.Group && p.MinQuantity == q.MinQuantity && p.Currency() == q.Currency()
}

// PriceFor returns the price of a quantity of one SKU for the buyer of at, and
// false if there is none. prices are those of the SKU, in any order. A price
// counts if it is in the currency of at, for everyone or for a group of the
// buyer, and from a quantity that is reached. Of those the lowest wins: nobody
// pays more for being known, or for buying more. Of equally low ones it is that
// of a group, and then that of the larger quantity.
func PriceFor(prices []Price, at market.Context, quantity int) (Price, bool) {
	var best Price
	found := false
	for _, p := range prices {
		if p.Currency() != at.Currency || p.MinQuantity > quantity || (p.Group != "" && !at.In(p.Group)) {
			continue
		}
		if !found || better(p, best) {
			best, found = p, true
		}
	}
	return best, found
}

// better reports whether p is preferred to q.
func better(p, q Price) bool {
	return cmp.Or(compareUnit(p.Unit, q.Unit), cmp.Compare(q.Group, p.Group), cmp.Compare(q.MinQuantity, p.MinQuantity)) < 0
}

// compareUnit compares prices of one currency that may be for different
// numbers of pieces: a per n with b per m as a*m with b*n, in 128 bits.
func compareUnit(a, b money.Price) int {
	ah, al := bits.Mul64(uint64(a.Amount.Minor()), uint64(b.Pieces())) //nolint:gosec // prices are not negative
	bh, bl := bits.Mul64(uint64(b.Amount.Minor()), uint64(a.Pieces())) //nolint:gosec // as above
	return cmp.Or(cmp.Compare(ah, bh), cmp.Compare(al, bl))
}

// sortPrices puts prices into their one order: by SKU, currency, group, quantity.
func sortPrices(ps []Price) {
	slices.SortFunc(ps, func(a, b Price) int {
		return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Currency().Code(), b.Currency().Code()),
			cmp.Compare(a.Group, b.Group), cmp.Compare(a.MinQuantity, b.MinQuantity))
	})
}

// Offer is what somebody who wants to sell a SKU has to know: the variant, what
// its product says, and its prices in one currency.
type Offer struct {
	Variant Variant
	// Title, Status and TaxCategory are those of the product, Version is the
	// version from which all of this is.
	Title       string
	Status      Status
	TaxCategory string
	Version     int
	// Categories are the slugs of the categories of the product and of all above
	// them, sorted. None if it is in none.
	Categories []string
	// Span is when the product is for sale.
	Span   Span
	Prices []Price
}

// Sold reports whether the SKU is for sale, whenever that is; see SoldAt.
func (o Offer) Sold() bool { return o.Status == Active }

// SoldAt reports whether the SKU is for sale at a moment.
func (o Offer) SoldAt(at time.Time) bool { return o.Sold() && o.Span.Holds(at) }

// Name returns what stands on a bill: the title of the product, and of the
// variant if it has one.
func (o Offer) Name() string {
	if o.Variant.Title == "" {
		return o.Title
	}
	return o.Title + " - " + o.Variant.Title
}

// Price returns the price of a quantity for the buyer of at; see PriceFor.
func (o Offer) Price(at market.Context, quantity int) (Price, bool) {
	return PriceFor(o.Prices, at, quantity)
}

// Offers are offers by SKU.
type Offers map[string]Offer

// Put adds an offer. If the SKU is there already, its prices are added to those
// that are there, each price once.
func (os Offers) Put(o Offer) {
	was, ok := os[o.Variant.SKU]
	if !ok {
		os[o.Variant.SKU] = o
		return
	}
	for _, p := range o.Prices {
		if !slices.ContainsFunc(was.Prices, p.sameKey) {
			was.Prices = append(was.Prices, p)
		}
	}
	os[o.Variant.SKU] = was
}
