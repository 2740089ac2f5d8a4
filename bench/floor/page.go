package floor

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
)

// Page is the page of a product.
type Page struct {
	ID                            uuid.UUID
	Slug, Title, Description      string
	Tax                           string
	Version, CreatedAt, UpdatedAt int64
	Media                         []Media
	Values                        string
	Trail                         []Crumb
	Says                          []Quality
	Forms                         []Form
}

// Crumb is a category on the way to a product, Quality an attribute of it.
type (
	Crumb struct {
		Slug        string `json:"slug"`
		Title       string `json:"title"`
		Description string `json:"description"`
	}
	Quality struct {
		Code  string `json:"code"`
		Title string `json:"title"`
		Type  string `json:"type"`
		Unit  string `json:"unit"`
	}
)

// Form is a variant with a price of it and what is there of it.
type Form struct {
	ID               uuid.UUID
	SKU, Title       string
	Options          []Choice
	Weight           int64
	Buyers           string
	From, Minor, Per int64
	Available, Low   int64
}

// Choice is one of the options of a variant.
type Choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ErrNoPage says that there is no product with a slug.
var ErrNoPage = errors.New("floor: no such product")

// The page in one statement: a row for each variant and price.
const (
	pageHead = `WITH RECURSIVE p AS MATERIALIZED (
SELECT p.id, p.slug, p.title, p.description, p.tax_category, p.version, p.created_at, p.updated_at, f.media, f.attributes
FROM kontor_product p JOIN kontor_presentation f ON f.tenant = '' AND f.product = p.id
WHERE p.tenant = '' AND p.slug = $1 AND p.status = 'active' AND f.begins <= $2 AND f.ends > $2),
above (parent, slug, title, description, n) AS (
SELECT k.parent, k.slug, k.title, k.description, 0 FROM p
CROSS JOIN kontor_product_category pc CROSS JOIN kontor_category k
WHERE pc.tenant = '' AND pc.product = p.id AND k.tenant = '' AND k.id = pc.category
UNION ALL SELECT k.parent, k.slug, k.title, k.description, a.n - 1 FROM above a CROSS JOIN kontor_category k WHERE k.tenant = '' AND k.id = a.parent)
SELECT p.id, p.slug, p.title, p.description, p.tax_category, p.version, p.created_at, p.updated_at, p.media, p.attributes, `
	pageTail = `,
v.id, v.sku, v.title, v.options, v.weight, r.buyers, r.min_quantity, r.minor, r.per, coalesce(l.available, 0), coalesce(l.low, 0)
FROM p CROSS JOIN kontor_variant v JOIN kontor_price r ON r.tenant = '' AND r.sku = v.sku AND r.currency = 'EUR'
LEFT JOIN (SELECT sku, sum(on_hand - reserved) AS available, sum(low) AS low FROM kontor_level WHERE tenant = '' AND sku IN
(SELECT v.sku FROM p CROSS JOIN kontor_variant v WHERE v.tenant = '' AND v.product = p.id) GROUP BY sku) l ON l.sku = v.sku
WHERE v.tenant = '' AND v.product = p.id ORDER BY v.id, r.buyers, r.min_quantity`
	pageText = pageHead + `
(SELECT json_agg(json_build_object('slug', a.slug, 'title', a.title, 'description', a.description) ORDER BY a.n)::text FROM above a),
(SELECT json_agg(json_build_object('code', q.code, 'title', q.title, 'type', q.type, 'unit', q.unit) ORDER BY q.position)::text
FROM kontor_attribute q WHERE q.tenant = '' AND q.code IN (SELECT w.attribute FROM p CROSS JOIN kontor_product_value w WHERE w.tenant = '' AND w.product = p.id))` + pageTail
	pageTextLite = pageHead + `
(SELECT json_group_array(json_object('slug', a.slug, 'title', a.title, 'description', a.description)) FROM (SELECT * FROM above ORDER BY n) a),
(SELECT json_group_array(json_object('code', q.code, 'title', q.title, 'type', q.type, 'unit', q.unit)) FROM (SELECT * FROM kontor_attribute
WHERE tenant = '' AND code IN (SELECT w.attribute FROM p CROSS JOIN kontor_product_value w WHERE w.tenant = '' AND w.product = p.id) ORDER BY position) q)` + pageTail
)

// Page reads the page of a product in one statement.
func (p *Postgres) Page(ctx context.Context, slug string) (Page, error) {
	var out Page
	rows, err := p.pool.Query(ctx, pageText, slug, time.Now().UnixMicro())
	if err != nil {
		return out, err
	}
	defer rows.Close()
	for rows.Next() {
		var f Form
		if err := out.add(&f, rows.Scan, (*[16]byte)(&out.ID), (*[16]byte)(&f.ID)); err != nil {
			return out, err
		}
	}
	return there(out, rows.Err())
}

// Page is that of SQLite.
func (s *SQLite) Page(ctx context.Context, slug string) (Page, error) {
	var out Page
	err := s.each(ctx, pageTextLite, []any{slug, time.Now().UnixMicro()}, func(rows *sql.Rows) error {
		var f Form
		var product, variant sql.RawBytes
		return out.add(&f, func(dest ...any) error {
			err := rows.Scan(dest...)
			copy(out.ID[:], product)
			copy(f.ID[:], variant)
			return err
		}, &product, &variant)
	})
	return there(out, err)
}

func there(p Page, err error) (Page, error) {
	if err == nil && len(p.Forms) == 0 {
		err = ErrNoPage
	}
	return p, err
}

// add reads a row. What all rows say is taken from the first.
func (p *Page) add(f *Form, scan func(...any) error, product, variant any) error {
	var media, trail, says, options string
	err := scan(product, &p.Slug, &p.Title, &p.Description, &p.Tax, &p.Version, &p.CreatedAt, &p.UpdatedAt, &media, &p.Values, &trail, &says,
		variant, &f.SKU, &f.Title, &options, &f.Weight, &f.Buyers, &f.From, &f.Minor, &f.Per, &f.Available, &f.Low)
	if err != nil {
		return err
	}
	if len(p.Forms) == 0 {
		err = errors.Join(json.Unmarshal([]byte(media), &p.Media), json.Unmarshal([]byte(trail), &p.Trail), json.Unmarshal([]byte(says), &p.Says))
	}
	p.Forms = append(p.Forms, *f)
	if err != nil || options == "" {
		return err
	}
	return json.Unmarshal([]byte(options), &p.Forms[len(p.Forms)-1].Options)
}
