package catalogrows

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
)

// CatalogTx changes the catalogue in a unit.
type CatalogTx struct {
	CatalogReader
	U *unit.Unit
}

var _ catalog.Writer = CatalogTx{}

// Sort keys put products before their variants and these before their prices.
const (
	productKey = "1"
	variantKey = "2"
	priceKey   = "3"
)

const insertProduct = `INSERT INTO kontor_product
(tenant, id, slug, title, description, status, tax_category, metadata, version, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// InsertProducts stores products with their variants.
func (c CatalogTx) InsertProducts(ctx context.Context, ps []catalog.Product) error {
	for _, p := range ps {
		metadata, err := text(p.Metadata, len(p.Metadata))
		if err != nil {
			return err
		}
		u := p.ID.UUID()
		err = c.U.Write(ctx, unit.Write{
			Rank: unit.RankCatalog, Key: productKey + string(u[:]), Text: insertProduct, Broken: catalog.ErrSlugTaken,
			Args: []any{
				c.U.Tenant(), u, p.Slug, p.Title, p.Description, string(p.Status()), p.TaxCategory, metadata, p.Version,
				clock.Micros(p.CreatedAt), clock.Micros(p.UpdatedAt),
			},
		})
		if err != nil {
			return err
		}
		if err := c.InsertVariants(ctx, p.Variants); err != nil {
			return err
		}
	}
	return nil
}

// text writes n things as JSON, and none as an empty text.
func text(v any, n int) (string, error) {
	if n == 0 {
		return "", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

const updateProduct = `UPDATE kontor_product
SET slug = $3, title = $4, description = $5, status = $6, tax_category = $7, metadata = $8, version = version + 1, updated_at = $10
WHERE tenant = $1 AND id = $2 AND version = $9`

// UpdateProduct stores what a product says.
func (c CatalogTx) UpdateProduct(ctx context.Context, p catalog.Product) error {
	metadata, err := text(p.Metadata, len(p.Metadata))
	if err != nil {
		return err
	}
	u, was := p.ID.UUID(), p.Version-1
	return c.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: productKey + string(u[:]), Text: updateProduct, Broken: catalog.ErrSlugTaken,
		Untouched: fault.Stale("product", was, was+1),
		Explain: func(ctx context.Context, q unit.Querier, err error) error {
			if !errors.Is(err, fault.Stale("", 0, 0)) {
				return err
			}
			fresh, readErr := CatalogReader{Q: q}.Product(ctx, p.ID)
			switch {
			case errors.Is(readErr, fault.NotFound):
				return readErr
			case readErr != nil:
				return err
			default:
				return fault.Stale("product", was, fresh.Version)
			}
		},
		Args: []any{
			c.U.Tenant(), u, p.Slug, p.Title, p.Description, string(p.Status()), p.TaxCategory, metadata, was,
			clock.Micros(p.UpdatedAt),
		},
	})
}

const insertVariant = `INSERT INTO kontor_variant (tenant, product, id, sku, title, options, weight) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertVariants stores variants.
func (c CatalogTx) InsertVariants(ctx context.Context, vs []catalog.Variant) error {
	for _, v := range vs {
		options, err := text(v.Options, len(v.Options))
		if err != nil {
			return err
		}
		err = c.U.Write(ctx, unit.Write{
			Rank: unit.RankCatalog, Key: variantKey + v.SKU, Text: insertVariant, Broken: catalog.ErrSKUTaken,
			Args: []any{c.U.Tenant(), v.ProductID.UUID(), v.ID.UUID(), v.SKU, v.Title, options, int64(v.Weight)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const updateVariant = "UPDATE kontor_variant SET title = $4, options = $5, weight = $6 WHERE tenant = $1 AND sku = $2 AND product = $3"

// UpdateVariants stores what variants say.
func (c CatalogTx) UpdateVariants(ctx context.Context, vs []catalog.Variant) error {
	for _, v := range vs {
		options, err := text(v.Options, len(v.Options))
		if err != nil {
			return err
		}
		err = c.U.Write(ctx, unit.Write{
			Rank: unit.RankCatalog, Key: variantKey + v.SKU, Text: updateVariant, Untouched: catalog.ErrSKUTaken,
			Args: []any{c.U.Tenant(), v.SKU, v.ProductID.UUID(), v.Title, options, int64(v.Weight)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	savePrice = `INSERT INTO kontor_price (tenant, sku, currency, buyers, min_quantity, minor, per) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant, sku, currency, buyers, min_quantity) DO UPDATE SET minor = excluded.minor, per = excluded.per`
	deletePrice = "DELETE FROM kontor_price WHERE tenant = $1 AND sku = $2 AND currency = $3 AND buyers = $4 AND min_quantity = $5"
)

// SavePrices adds and replaces prices.
func (c CatalogTx) SavePrices(ctx context.Context, ps []catalog.Price) error {
	return c.prices(ctx, savePrice, ps, func(p catalog.Price) []any {
		return []any{p.Unit.Amount.Minor(), p.Unit.Per}
	})
}

// DeletePrices removes prices.
func (c CatalogTx) DeletePrices(ctx context.Context, ps []catalog.Price) error {
	return c.prices(ctx, deletePrice, ps, func(catalog.Price) []any { return nil })
}

func (c CatalogTx) prices(ctx context.Context, sql string, ps []catalog.Price, more func(catalog.Price) []any) error {
	for _, p := range ps {
		code := p.Currency().Code()
		err := c.U.Write(ctx, unit.Write{
			Rank: unit.RankCatalog, Text: sql, Broken: catalog.ErrNoSKU,
			Key:  priceKey + p.SKU + "\x00" + code + "\x00" + p.Group + "\x00" + strconv.Itoa(p.MinQuantity),
			Args: append([]any{c.U.Tenant(), p.SKU, code, p.Group, p.MinQuantity}, more(p)...),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
