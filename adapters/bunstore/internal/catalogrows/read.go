// Package catalogrows keeps products, variants and prices.
package catalogrows

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
)

// CatalogReader reads the catalogue.
type CatalogReader struct{ Q unit.Querier }

var _ catalog.Reader = CatalogReader{}

const (
	productColumns = "SELECT p.id, p.slug, p.title, p.description, p.status, p.tax_category, p.metadata, p.version, p.created_at, p.updated_at" +
		" FROM kontor_product p WHERE p.tenant = $1 AND "
	variantColumns = "SELECT v.product, v.id, v.sku, v.title, v.options, v.weight FROM kontor_variant v WHERE v.tenant = $1 AND "
	variantOrder   = " ORDER BY v.product, v.id"

	selectProduct          = productColumns + "p.id = $2"
	selectVariants         = variantColumns + "v.product = $2" + variantOrder
	selectProductBySlug    = productColumns + "p.slug = $2"
	selectVariantsBySlug   = variantColumns + "v.product = (SELECT id FROM kontor_product WHERE tenant = $1 AND slug = $2)" + variantOrder
	shelfIDs               = "(SELECT id FROM kontor_product WHERE tenant = $1 AND slug = ANY($2::text[]) UNION SELECT product FROM kontor_variant WHERE tenant = $1 AND sku = ANY($3::text[]))"
	selectShelf            = productColumns + "p.id IN " + shelfIDs + " ORDER BY p.id"
	selectVariantsOfShelf  = variantColumns + "v.product IN " + shelfIDs + variantOrder
	selectPrices           = "SELECT sku, currency, buyers, min_quantity, minor, per FROM kontor_price WHERE tenant = $1 AND sku = ANY($2::text[]) ORDER BY sku, currency, buyers, min_quantity"
	listedIDs              = "tenant = $1 AND ($2 = '' OR status = $2) AND id < $3 ORDER BY id DESC LIMIT $4"
	selectProducts         = productColumns + "p.id IN (SELECT id FROM kontor_product WHERE " + listedIDs + ") ORDER BY p.id DESC"
	selectVariantsOfListed = variantColumns + "v.product IN (SELECT id FROM kontor_product WHERE " + listedIDs + ")" + variantOrder
)

// products collects products and then their variants.
type products struct {
	list []catalog.Product
	at   map[catalog.ID]int
}

func (ps *products) product(r unit.Row) error {
	var p catalog.Product
	var u uuid.UUID
	var status, metadata string
	var created, updated int64
	err := r.Scan(&u, &p.Slug, &p.Title, &p.Description, &status, &p.TaxCategory, &metadata, &p.Version, &created, &updated)
	if err != nil {
		return err
	}
	p.ID, p.CreatedAt, p.UpdatedAt = catalog.IDFrom(u), clock.FromMicros(created), clock.FromMicros(updated)
	if err := fromText(metadata, &p.Metadata); err != nil {
		return err
	}
	if p, err = p.Stored(catalog.Status(status)); err != nil {
		return err
	}
	p.Variants = []catalog.Variant{}
	if ps.at == nil {
		ps.at = map[catalog.ID]int{}
	}
	ps.at[p.ID] = len(ps.list)
	ps.list = append(ps.list, p)
	return nil
}

// variant adds a variant to its product. One of a product that came in between
// the two queries is left out.
func (ps *products) variant(r unit.Row) error {
	var v catalog.Variant
	var product, u uuid.UUID
	var options string
	var weight int64
	if err := r.Scan(&product, &u, &v.SKU, &v.Title, &options, &weight); err != nil {
		return err
	}
	v.ID, v.ProductID, v.Weight = catalog.VariantIDFrom(u), catalog.IDFrom(product), measure.Weight(weight)
	if err := fromText(options, &v.Options); err != nil {
		return err
	}
	if i, ok := ps.at[v.ProductID]; ok {
		ps.list[i].Variants = append(ps.list[i].Variants, v)
	}
	return nil
}

// fromText reads JSON; nothing is kept as an empty text.
func fromText(s string, into any) error {
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), into)
}

func (c CatalogReader) one(ctx context.Context, product, variants string, arg any) (catalog.Product, error) {
	var ps products
	args := []any{c.Q.Tenant(), arg}
	err := c.Q.Read(ctx, unit.Query{Text: product, Args: args, Row: ps.product}, unit.Query{Text: variants, Args: args, Row: ps.variant})
	switch {
	case err != nil:
		return catalog.Product{}, err
	case len(ps.list) == 0:
		return catalog.Product{}, catalog.ErrNoProduct
	default:
		return ps.list[0], nil
	}
}

// Product returns a product.
func (c CatalogReader) Product(ctx context.Context, id catalog.ID) (catalog.Product, error) {
	return c.one(ctx, selectProduct, selectVariants, id.UUID())
}

// ProductBySlug returns the product with a slug.
func (c CatalogReader) ProductBySlug(ctx context.Context, slug string) (catalog.Product, error) {
	return c.one(ctx, selectProductBySlug, selectVariantsBySlug, slug)
}

// Products returns products, newest first.
func (c CatalogReader) Products(ctx context.Context, q catalog.Query) ([]catalog.Product, error) {
	var ps products
	after := uuid.Max // no product has this id
	if !q.After.IsZero() {
		after = q.After.UUID()
	}
	args := []any{c.Q.Tenant(), string(q.Status), after, q.Limit}
	err := c.Q.Read(ctx,
		unit.Query{Text: selectProducts, Args: args, Row: ps.product},
		unit.Query{Text: selectVariantsOfListed, Args: args, Row: ps.variant})
	return ps.list, err
}

// Shelf returns products by slugs and SKUs.
func (c CatalogReader) Shelf(ctx context.Context, slugs, skus []string) (catalog.Shelf, error) {
	var ps products
	var shelf catalog.Shelf
	args := []any{c.Q.Tenant(), some(slugs), some(skus)}
	err := c.Q.Read(ctx,
		unit.Query{Text: selectShelf, Args: args, Row: ps.product},
		unit.Query{Text: selectVariantsOfShelf, Args: args, Row: ps.variant},
		unit.Query{Text: selectPrices, Args: []any{c.Q.Tenant(), some(skus)}, Row: func(r unit.Row) error {
			p, err := price(r)
			shelf.Prices = append(shelf.Prices, p)
			return err
		}})
	shelf.Products = ps.list
	return shelf, err
}

// some makes an empty list of none, which as an argument is not a list.
func some(ss []string) []string {
	if ss == nil {
		return []string{}
	}
	return ss
}

func price(r unit.Row) (catalog.Price, error) {
	var p catalog.Price
	var code string
	var minor int64
	if err := r.Scan(&p.SKU, &code, &p.Group, &p.MinQuantity, &minor, &p.Unit.Per); err != nil {
		return p, err
	}
	currency, err := money.ParseCurrency(code)
	p.Unit.Amount = money.New(minor, currency)
	return p, err
}
