package catalogrows

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
)

// An offer comes as one row for each of its prices, and one row without a
// price if it has none. Only what is presented is in categories.
const (
	categoriesOfOffer = ", CASE WHEN f.product IS NULL THEN '' ELSE COALESCE((" +
		"WITH RECURSIVE above (slug, parent) AS (SELECT k.slug, k.parent FROM kontor_product_category pc" +
		" CROSS JOIN kontor_category k WHERE pc.tenant = v.tenant AND pc.product = v.product AND k.tenant = pc.tenant AND k.id = pc.category" +
		" UNION SELECT k.slug, k.parent FROM above CROSS JOIN kontor_category k WHERE k.tenant = v.tenant AND k.id = above.parent)" +
		" SELECT string_agg(above.slug, ' ') FROM above), '') END"
	offerColumns = "SELECT v.product, v.id, v.sku, v.title, v.options, v.weight, p.title, p.status, p.tax_category, p.version," +
		" COALESCE(f.begins, 0), COALESCE(f.ends, 9223372036854775807)," +
		" COALESCE(r.currency, ''), COALESCE(r.buyers, ''), COALESCE(r.min_quantity, 0), COALESCE(r.minor, 0), COALESCE(r.per, 0)" + categoriesOfOffer +
		" FROM kontor_variant v JOIN kontor_product p ON p.tenant = v.tenant AND p.id = v.product" +
		" LEFT JOIN kontor_presentation f ON f.tenant = v.tenant AND f.product = v.product" +
		" LEFT JOIN kontor_price r ON r.tenant = v.tenant AND r.sku = v.sku AND r.currency = "
	offerOrder = " ORDER BY v.sku, r.buyers, r.min_quantity"

	selectOffers = offerColumns + "$2 WHERE v.tenant = $1 AND v.sku = ANY($3::text[])" + offerOrder

	selectOffersOfCart = offerColumns + "(SELECT c.currency FROM kontor_cart c WHERE c.tenant = $1 AND c.id = $2)" +
		" WHERE v.tenant = $1 AND v.sku IN (SELECT l.sku FROM kontor_cart_line l WHERE l.tenant = $1 AND l.cart = $2)" + offerOrder
)

// SelectOffers is the query of the offers of SKUs in a currency. It puts them
// into offers, which is not nil.
func SelectOffers(tenant, currency string, skus []string, offers catalog.Offers) unit.Query {
	return unit.Query{Text: selectOffers, Args: []any{tenant, currency, some(skus)}, Row: offerRow(offers)}
}

// SelectOffersOfCart is SelectOffers for the SKUs of the lines of a cart, in
// the currency of the cart.
func SelectOffersOfCart(tenant string, cart uuid.UUID, offers catalog.Offers) unit.Query {
	return unit.Query{Text: selectOffersOfCart, Args: []any{tenant, cart}, Row: offerRow(offers)}
}

func offerRow(offers catalog.Offers) func(unit.Row) error {
	return func(r unit.Row) error {
		var o catalog.Offer
		var p catalog.Price
		var product, variant uuid.UUID
		var options, status, currency, categories string
		var weight, minor, begins, ends int64
		err := r.Scan(&product, &variant, &o.Variant.SKU, &o.Variant.Title, &options, &weight,
			&o.Title, &status, &o.TaxCategory, &o.Version, &begins, &ends, &currency, &p.Group, &p.MinQuantity, &minor, &p.Unit.Per, &categories)
		if err != nil {
			return err
		}
		o.Variant.ID, o.Variant.ProductID = catalog.VariantIDFrom(variant), catalog.IDFrom(product)
		o.Variant.Weight, o.Status = measure.Weight(weight), catalog.Status(status)
		o.Span = span(begins, ends)
		if categories != "" {
			o.Categories = strings.Split(categories, " ")
			slices.Sort(o.Categories)
		}
		if err := fromText(options, &o.Variant.Options); err != nil {
			return err
		}
		if currency != "" {
			cur, err := money.ParseCurrency(currency)
			if err != nil {
				return err
			}
			p.SKU, p.Unit.Amount = o.Variant.SKU, money.New(minor, cur)
			o.Prices = []catalog.Price{p}
		}
		offers.Put(o)
		return nil
	}
}

// Offers returns the offers of SKUs in a currency.
func (c CatalogReader) Offers(ctx context.Context, currency money.Currency, skus []string) (catalog.Offers, error) {
	offers := catalog.Offers{}
	err := c.Q.Read(ctx, SelectOffers(c.Q.Tenant(), currency.Code(), skus, offers))
	return offers, err
}
