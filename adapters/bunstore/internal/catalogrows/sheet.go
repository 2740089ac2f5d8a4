package catalogrows

import (
	"context"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/money"
)

// CROSS JOIN tells SQLite to begin at the product.
const (
	ofSlug = "= (SELECT id FROM kontor_product WHERE tenant = $1 AND slug = $2)"

	selectPricesOfPage = "SELECT r.sku, r.currency, r.buyers, r.min_quantity, r.minor, r.per FROM kontor_variant v" +
		" CROSS JOIN kontor_price r WHERE v.tenant = $1 AND v.product " + ofSlug + " AND r.tenant = v.tenant AND r.sku = v.sku AND r.currency = $3" +
		" ORDER BY r.sku, r.buyers, r.min_quantity"
	selectShownOfPage      = presentationColumns + ofSlug
	selectPlacesOfPage     = placeColumns + ofSlug + placeOrder
	selectAttributesOfPage = selectAttributes + " AND code IN (SELECT v.attribute FROM kontor_product_value v WHERE v.tenant = $1 AND v.product " + ofSlug + ")" + attributeOrder
	selectTreeOfPage       = "WITH RECURSIVE above (id, parent) AS (SELECT k.id, k.parent FROM kontor_product_category pc" +
		" CROSS JOIN kontor_category k WHERE pc.tenant = $1 AND pc.product " + ofSlug + " AND k.tenant = pc.tenant AND k.id = pc.category" +
		" UNION SELECT k.id, k.parent FROM above a CROSS JOIN kontor_category k WHERE k.tenant = $1 AND k.id = a.parent) " +
		ofAbove

	// The levels are those of the stock room: a page asks for both at once.
	selectStockOfPage = "SELECT l.sku, l.on_hand - l.reserved, l.low FROM kontor_variant v" +
		" CROSS JOIN kontor_level l WHERE v.tenant = $1 AND v.product " + ofSlug + " AND l.tenant = v.tenant AND l.sku = v.sku"

	// The rating is kept by the room of the reviews.
	selectRatingOfPage = "SELECT count, sum FROM kontor_review_rating WHERE tenant = $1 AND product " + ofSlug
)

// ProductSheet returns what the page of a product needs.
func (c CatalogReader) ProductSheet(ctx context.Context, slug string, currency money.Currency) (catalog.Sheet, error) {
	sheet := catalog.Sheet{Stock: map[string]catalog.Stock{}}
	var ps products
	shown := presentations{}
	args := []any{c.Q.Tenant(), slug}
	err := c.Q.Read(ctx,
		unit.Query{Text: selectProductBySlug, Args: args, Row: ps.product},
		unit.Query{Text: selectVariantsBySlug, Args: args, Row: ps.variant},
		unit.Query{Text: selectPricesOfPage, Args: []any{args[0], slug, currency.Code()}, Row: func(r unit.Row) error {
			p, err := price(r)
			sheet.Prices = append(sheet.Prices, p)
			return err
		}},
		unit.Query{Text: selectShownOfPage, Args: args, Row: shown.presentation},
		unit.Query{Text: selectPlacesOfPage, Args: args, Row: shown.place},
		unit.Query{Text: selectAttributesOfPage, Args: args, Row: attributesInto(&sheet.Attributes)},
		unit.Query{Text: selectTreeOfPage, Args: args, Row: categoriesInto(&sheet.Places.Categories)},
		unit.Query{Text: selectStockOfPage, Args: args, Row: stockInto(sheet.Stock)},
		unit.Query{Text: selectRatingOfPage, Args: args, Row: func(r unit.Row) error {
			return r.Scan(&sheet.Rating.Count, &sheet.Rating.Sum)
		}})
	if err != nil {
		return catalog.Sheet{}, err
	}
	if len(ps.list) == 0 {
		return catalog.Sheet{}, catalog.ErrNoProduct
	}
	sheet.Product = ps.list[0]
	sheet.Presentation = shown[sheet.Product.ID]
	sheet.Places = sheet.Places.Sorted()
	return sheet, nil
}

// stockInto adds up the places at which a SKU lies.
func stockInto(into map[string]catalog.Stock) func(unit.Row) error {
	return func(r unit.Row) error {
		var sku string
		var available, low int
		err := r.Scan(&sku, &available, &low)
		was := into[sku]
		into[sku] = catalog.Stock{Available: was.Available + max(available, 0), Low: was.Low + low}
		return err
	}
}
