package catalogrows

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
)

const (
	stagedIDs           = "(SELECT id FROM kontor_product WHERE tenant = $1 AND slug = ANY($2::text[]))"
	presentationColumns = "SELECT f.product, f.position, f.featured, f.begins, f.ends, f.media, f.attributes FROM kontor_presentation f WHERE f.tenant = $1 AND f.product "
	placeColumns        = "SELECT pc.product, pc.category FROM kontor_product_category pc WHERE pc.tenant = $1 AND pc.product "
	placeOrder          = " ORDER BY pc.product, pc.n"

	selectStaged        = productColumns + "p.slug = ANY($2::text[]) ORDER BY p.id"
	selectStagedForms   = variantColumns + "v.product IN " + stagedIDs + variantOrder
	selectStagedShown   = presentationColumns + "IN " + stagedIDs
	selectStagedPlaces  = placeColumns + "IN " + stagedIDs + placeOrder
	selectAllAttributes = selectAttributes + attributeOrder
)

// presentations collects presentations and then the categories of them.
type presentations map[catalog.ID]catalog.Presentation

func (ps presentations) presentation(r unit.Row) error {
	var p catalog.Presentation
	var u uuid.UUID
	var begins, ends int64
	var media, values string
	err := r.Scan(&u, &p.Position, &p.Featured, &begins, &ends, &media, &values)
	if err != nil {
		return err
	}
	p.Span, p.Values = span(begins, ends), catalog.SplitValues(values)
	p.Media, err = column.To[[]catalog.Media](media)
	ps[catalog.IDFrom(u)] = p
	return err
}

func (ps presentations) place(r unit.Row) error {
	var product, category uuid.UUID
	err := r.Scan(&product, &category)
	of := catalog.IDFrom(product)
	if p, ok := ps[of]; ok {
		p.Categories = append(p.Categories, catalog.CategoryIDFrom(category))
		ps[of] = p
	}
	return err
}

// span reads the two bounds of a window in time.
func span(begins, ends int64) catalog.Span {
	var s catalog.Span
	if begins > 0 {
		s.From = clock.FromMicros(begins)
	}
	if ends < math.MaxInt64 {
		s.Until = clock.FromMicros(ends)
	}
	return s
}

// bounds writes what span reads: no bound is the first and the last moment.
func bounds(s catalog.Span) (begins, ends int64) {
	begins, ends = 0, math.MaxInt64
	if s.From != (time.Time{}) {
		begins = clock.Micros(s.From)
	}
	if s.Until != (time.Time{}) {
		ends = clock.Micros(s.Until)
	}
	return begins, ends
}

// Stage returns products, how they are shown, and all attributes.
func (c CatalogReader) Stage(ctx context.Context, slugs []string) (catalog.Stage, error) {
	var ps products
	shown := presentations{}
	var attributes []catalog.Attribute
	args := []any{c.Q.Tenant(), some(slugs)}
	err := c.Q.Read(ctx,
		unit.Query{Text: selectStaged, Args: args, Row: ps.product},
		unit.Query{Text: selectStagedForms, Args: args, Row: ps.variant},
		unit.Query{Text: selectStagedShown, Args: args, Row: shown.presentation},
		unit.Query{Text: selectStagedPlaces, Args: args, Row: shown.place},
		unit.Query{Text: selectAllAttributes, Args: args[:1], Row: attributesInto(&attributes)})
	return catalog.Stage{Products: ps.list, Presentations: shown, Attributes: attributes}, err
}

const (
	savePresentation = `INSERT INTO kontor_presentation (tenant, product, position, featured, begins, ends, image, media, attributes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant, product) DO UPDATE SET position = excluded.position, featured = excluded.featured, begins = excluded.begins,
ends = excluded.ends, image = excluded.image, media = excluded.media, attributes = excluded.attributes`
	deleteValues = "DELETE FROM kontor_product_value WHERE tenant = $1 AND product = $2"
	insertValue  = "INSERT INTO kontor_product_value (tenant, product, token, attribute) VALUES ($1, $2, $3, $4)"
	deletePlaces = "DELETE FROM kontor_product_category WHERE tenant = $1 AND product = $2"
	insertPlace  = "INSERT INTO kontor_product_category (tenant, product, category, n) VALUES ($1, $2, $3, $4)"
)

// SavePresentations replaces how products are shown.
func (c CatalogTx) SavePresentations(ctx context.Context, ps []catalog.Shown) error {
	for _, p := range ps {
		if err := c.savePresentation(ctx, p); err != nil {
			return err
		}
		if err := c.saveValues(ctx, p); err != nil {
			return err
		}
		if err := c.savePlaces(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (c CatalogTx) savePresentation(ctx context.Context, p catalog.Shown) error {
	image := ""
	media, err := column.Of(p.Media)
	if err == nil && len(p.Media) > 0 {
		image, err = column.Of(p.Media[0])
	}
	if err != nil {
		return err
	}
	u := p.ProductID.UUID()
	begins, ends := bounds(p.Span)
	return c.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: presentationKey + string(u[:]), Text: savePresentation, Broken: catalog.ErrNoProduct,
		Args: []any{c.U.Tenant(), u, p.Position, p.Featured, begins, ends, image, media, catalog.JoinValues(p.Values)},
	})
}

// saveValues deletes what a product has said of itself and writes what it says.
func (c CatalogTx) saveValues(ctx context.Context, p catalog.Shown) error {
	u := p.ProductID.UUID()
	w := unit.Write{Rank: unit.RankCatalog, Key: valueKey + string(u[:]), Text: deleteValues, Args: []any{c.U.Tenant(), u}}
	err := c.U.Write(ctx, w)
	for _, v := range p.Values {
		if err != nil {
			break
		}
		w.Text, w.Args = insertValue, []any{c.U.Tenant(), u, v.Token(), v.Attribute}
		err = c.U.Write(ctx, w)
	}
	return err
}

// savePlaces deletes the categories a product was in and writes those it is in.
func (c CatalogTx) savePlaces(ctx context.Context, p catalog.Shown) error {
	u := p.ProductID.UUID()
	w := unit.Write{Rank: unit.RankCatalog, Key: placeKey + string(u[:]), Text: deletePlaces, Args: []any{c.U.Tenant(), u}}
	err := c.U.Write(ctx, w)
	for i, k := range p.Categories {
		if err != nil {
			break
		}
		w.Text, w.Args, w.Broken = insertPlace, []any{c.U.Tenant(), u, k.UUID(), i}, catalog.ErrNoCategory
		err = c.U.Write(ctx, w)
	}
	return err
}

const saveText = `INSERT INTO kontor_product_text (tenant, product, title, body) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, product) DO UPDATE SET title = excluded.title, body = excluded.body
WHERE kontor_product_text.title <> excluded.title OR kontor_product_text.body <> excluded.body`

// SaveProductTexts replaces what search knows of products.
func (c CatalogTx) SaveProductTexts(ctx context.Context, ts []catalog.ProductText) error {
	for _, t := range ts {
		u := t.ID.UUID()
		err := c.U.Write(ctx, unit.Write{
			Rank: unit.RankCatalog, Key: textKey + string(u[:]), Text: saveText, Broken: catalog.ErrNoProduct,
			Args: []any{c.U.Tenant(), u, t.Title, t.Body},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A card shows the lowest price of its product: that of one piece, rounded up,
// and of those that are equal then the lowest in fractions.
//
// Databases that know nothing about the sizes of tables, as SQLite always and
// PostgreSQL in a young shop, would begin at all cards and at all prices of the
// shop: hence the index, and for the prices the CROSS JOIN and the OFFSET 0, over
// which PostgreSQL does not look.
const (
	deleteCards     = "DELETE FROM kontor_product_card" + ofProduct
	deleteCardsLite = "DELETE FROM kontor_product_card INDEXED BY kontor_product_card_product" + ofProduct
	ofProduct       = " WHERE tenant = $1 AND product = $2"
	piece           = "GREATEST(r.per, 1)"
	perPiece        = "((r.minor + " + piece + " - 1) / " + piece + ")"
	insertCards     = cardFields + ", places, heading, words)" + cardValues + postgresValuesOfCard + cardPrices + postgresPrices + cardTables
	insertCardsLite = cardFields + ")" + cardValues + cardPrices + litePrices + cardTables
	postgresPrices  = "CROSS JOIN LATERAL (SELECT * FROM kontor_price r" + pricesOfCard + " OFFSET 0) r WHERE " + formsOfCard
	litePrices      = "CROSS JOIN kontor_price r" + pricesOfCard + " AND " + formsOfCard
	pricesOfCard    = " WHERE r.tenant = v.tenant AND r.sku = v.sku AND r.buyers = '' AND r.min_quantity = 1"
	formsOfCard     = "v.tenant = $1 AND v.product = $2"
	cardFields      = `INSERT INTO kontor_product_card (tenant, currency, product, slug, title, sort_title, position, featured, created_at,
begins, ends, image, attributes, price, highest, minor, per`
	// What PostgreSQL looks up in the cards SQLite has apart.
	postgresValuesOfCard = `, ARRAY(SELECT pc.category FROM kontor_product_category pc WHERE pc.tenant = $1 AND pc.product = $2), t.title,
setweight(to_tsvector('simple', t.title), 'A') || setweight(to_tsvector('simple', t.body), 'B')`
	cardValues = `
SELECT p.tenant, x.currency, p.id, p.slug, p.title, substr(t.title, 1, 60), COALESCE(f.position, 0), COALESCE(f.featured, $4),
p.created_at, COALESCE(f.begins, 0), COALESCE(f.ends, $3), COALESCE(f.image, ''), COALESCE(f.attributes, ''), x.price, x.highest, x.minor, x.per`
	cardPrices = `
FROM (
	SELECT r.currency, r.minor, r.per, ` + perPiece + ` AS price, max(` + perPiece + `) OVER (PARTITION BY r.currency) AS highest,
	row_number() OVER (PARTITION BY r.currency ORDER BY r.minor / ` + piece + `, (r.minor % ` + piece + `) * 1000000 / ` + piece + `, r.sku) AS n
	FROM kontor_variant v `
	cardTables = `
) x JOIN kontor_product p ON p.tenant = $1 AND p.id = $2 AND p.status = 'active'
JOIN kontor_product_text t ON t.tenant = p.tenant AND t.product = p.id
LEFT JOIN kontor_presentation f ON f.tenant = p.tenant AND f.product = p.id
WHERE x.n = 1`
)

// RefreshCards writes the cards of products anew, after everything else of the
// catalogue that the unit writes.
func (c CatalogTx) RefreshCards(ctx context.Context, ids []catalog.ID) error {
	for _, id := range ids {
		u := id.UUID()
		w := unit.Write{Rank: unit.RankCatalog, Key: cardKey + string(u[:]), Text: unit.Either(deleteCards, deleteCardsLite), Args: []any{c.U.Tenant(), u}}
		if err := c.U.Write(ctx, w); err != nil {
			return err
		}
		w.Text, w.Args = unit.Either(insertCards, insertCardsLite), []any{c.U.Tenant(), u, int64(math.MaxInt64), false}
		if err := c.U.Write(ctx, w); err != nil {
			return err
		}
	}
	return nil
}
