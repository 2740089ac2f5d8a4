package catalogrows

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
)

const (
	categoryFields    = "SELECT k.id, k.slug, k.title, k.description, k.parent, k.position, k.featured, k.version, k.created_at, k.updated_at"
	categoryColumns   = categoryFields + " FROM kontor_category k"
	selectCategories  = categoryColumns + " WHERE k.tenant = $1"
	selectTreeVersion = "SELECT version FROM kontor_category_tree WHERE tenant = $1"
	selectAttributes  = "SELECT code, title, type, unit, scale, filterable, position, version FROM kontor_attribute WHERE tenant = $1"
	attributeOrder    = " ORDER BY position, code"
)

func categoryRow(r unit.Row) (catalog.Category, error) {
	var k catalog.Category
	var u, parent uuid.UUID
	var created, updated int64
	err := r.Scan(&u, &k.Slug, &k.Title, &k.Description, &parent, &k.Position, &k.Featured, &k.Version, &created, &updated)
	k.ID, k.Parent = catalog.CategoryIDFrom(u), catalog.CategoryIDFrom(parent)
	k.CreatedAt, k.UpdatedAt = clock.FromMicros(created), clock.FromMicros(updated)
	return k, err
}

func categoriesInto(into *[]catalog.Category) func(unit.Row) error {
	return func(r unit.Row) error {
		k, err := categoryRow(r)
		*into = append(*into, k)
		return err
	}
}

func attributesInto(into *[]catalog.Attribute) func(unit.Row) error {
	return func(r unit.Row) error {
		var a catalog.Attribute
		var kind string
		err := r.Scan(&a.Code, &a.Title, &kind, &a.Unit, &a.Scale, &a.Filterable, &a.Position, &a.Version)
		a.Type = catalog.AttributeType(kind)
		*into = append(*into, a)
		return err
	}
}

// CategoryTree returns all categories. The version is read first: it is never
// newer than what was read under it.
func (c CatalogReader) CategoryTree(ctx context.Context) (catalog.Tree, error) {
	var t catalog.Tree
	args := []any{c.Q.Tenant()}
	err := c.Q.Read(ctx,
		unit.Query{Text: selectTreeVersion, Args: args, Row: func(r unit.Row) error { return r.Scan(&t.Version) }},
		unit.Query{Text: selectCategories, Args: args, Row: categoriesInto(&t.Categories)})
	return t.Sorted(), err
}

// Attributes returns all attributes.
func (c CatalogReader) Attributes(ctx context.Context) ([]catalog.Attribute, error) {
	out := []catalog.Attribute{}
	err := c.Q.Read(ctx, unit.Query{Text: selectAttributes + attributeOrder, Args: []any{c.Q.Tenant()}, Row: attributesInto(&out)})
	return out, err
}

// What is shown is written in this order: attributes and categories before the
// products that name them.
const (
	attributeKey    = "00"
	treeKey         = "01"
	categoryKey     = "02"
	textKey         = "4"
	presentationKey = "5"
	valueKey        = "6"
	placeKey        = "7"
	cardKey         = "8"
)

const swapTree = `INSERT INTO kontor_category_tree (tenant, version) VALUES ($1, 1)
ON CONFLICT (tenant) DO UPDATE SET version = kontor_category_tree.version + 1 WHERE kontor_category_tree.version = $2`

// SwapCategoryTree makes the version of the tree one more.
func (c CatalogTx) SwapCategoryTree(ctx context.Context, was int) error {
	return c.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: treeKey, Text: swapTree, Args: []any{c.U.Tenant(), was},
		Untouched: fault.Stale("category tree", was, was+1),
		Explain: func(ctx context.Context, q unit.Querier, err error) error {
			have := 0
			if _, readErr := unit.One(ctx, q, selectTreeVersion, []any{q.Tenant()}, &have); readErr != nil {
				return err
			}
			return fault.Stale("category tree", was, have)
		},
	})
}

const insertCategory = `INSERT INTO kontor_category
(tenant, id, slug, title, description, parent, position, featured, version, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// InsertCategory stores a category.
func (c CatalogTx) InsertCategory(ctx context.Context, k catalog.Category) error {
	u := k.ID.UUID()
	return c.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: categoryKey + string(u[:]), Text: insertCategory, Broken: catalog.ErrSlugTaken,
		Args: []any{
			c.U.Tenant(), u, k.Slug, k.Title, k.Description, k.Parent.UUID(), k.Position, k.Featured, k.Version,
			clock.Micros(k.CreatedAt), clock.Micros(k.UpdatedAt),
		},
	})
}

const updateCategory = `UPDATE kontor_category
SET slug = $3, title = $4, description = $5, parent = $6, position = $7, featured = $8, version = version + 1, updated_at = $10
WHERE tenant = $1 AND id = $2 AND version = $9`

// UpdateCategory stores what a category says and where it hangs.
func (c CatalogTx) UpdateCategory(ctx context.Context, k catalog.Category) error {
	u, was := k.ID.UUID(), k.Version-1
	return c.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: categoryKey + string(u[:]), Text: updateCategory, Broken: catalog.ErrSlugTaken,
		Untouched: fault.Stale("category", was, was+1),
		Explain: func(ctx context.Context, q unit.Querier, err error) error {
			if !errors.Is(err, fault.Stale("", 0, 0)) {
				return err
			}
			tree, readErr := CatalogReader{Q: q}.CategoryTree(ctx)
			if readErr != nil {
				return err
			}
			fresh, ok := tree.Category(k.ID)
			if !ok {
				return catalog.ErrNoCategory
			}
			return fault.Stale("category", was, fresh.Version)
		},
		Args: []any{
			c.U.Tenant(), u, k.Slug, k.Title, k.Description, k.Parent.UUID(), k.Position, k.Featured, was, clock.Micros(k.UpdatedAt),
		},
	})
}

const saveAttribute = `INSERT INTO kontor_attribute (tenant, code, title, type, unit, scale, filterable, position, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
ON CONFLICT (tenant, code) DO UPDATE SET title = excluded.title, type = excluded.type, unit = excluded.unit, scale = excluded.scale,
filterable = excluded.filterable, position = excluded.position, version = kontor_attribute.version + 1 WHERE kontor_attribute.version = $9`

// SaveAttributes stores attributes.
func (c CatalogTx) SaveAttributes(ctx context.Context, as []catalog.Attribute) error {
	for _, a := range as {
		was := a.Version - 1
		err := c.U.Write(ctx, unit.Write{
			Rank: unit.RankCatalog, Key: attributeKey + a.Code, Text: saveAttribute, Untouched: fault.Stale("attribute", was, was+1),
			Args: []any{c.U.Tenant(), a.Code, a.Title, string(a.Type), a.Unit, a.Scale, a.Filterable, a.Position, was},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
