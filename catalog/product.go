package catalog

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/measure"
)

type kind struct{}

func (kind) Prefix() string { return "pr" }

// ID is the id of a product.
type ID = id.Of[kind]

// IDFrom returns the id that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form "pr_...". Anything else is an Invalid error.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

type variantKind struct{}

func (variantKind) Prefix() string { return "va" }

// VariantID is the id of a variant.
type VariantID = id.Of[variantKind]

// VariantIDFrom returns the id that holds u.
func VariantIDFrom(u uuid.UUID) VariantID { return id.From[variantKind](u) }

// Product is one thing for sale, in one or more variants.
type Product struct {
	ID ID
	// Slug names the product in addresses, unique in the shop: 1 to 200 lower
	// case letters, digits and '-'.
	Slug string
	// Title is at most 250 characters, Description at most 20,000.
	Title       string
	Description string
	// TaxCategory is a code that the tax room knows, at most 64 characters.
	// Empty is the standard category.
	TaxCategory string
	// Metadata is the host's: at most 50 keys of 40 characters with values of
	// at most 500.
	Metadata map[string]string
	// Version grows by one with every change of the product, its variants or
	// their prices.
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time
	// Variants are in the order in which they were added.
	Variants []Variant

	status Status
}

// Status returns whether p is sold.
func (p Product) Status() Status { return p.status }

// Stored returns p in the status that a store has kept. A status that no
// product ever had is an Internal error. It is for stores only.
func (p Product) Stored(s Status) (Product, error) {
	if !Moves().Has(s) {
		return p, fmt.Errorf("catalog: product %s is stored as %q: %w", p.ID, s, fault.Internal)
	}
	p.status = s
	return p, nil
}

// move moves p by a trigger, or returns *lifecycle.Forbidden.
func (p Product) move(by Trigger) (Product, error) {
	to, err := Moves().Next(p.status, by)
	p.status = to
	return p, err
}

// next returns p as a change at a time leaves it.
func (p Product) next(at time.Time) Product {
	p.Version++
	p.UpdatedAt = clock.Cut(at)
	return p
}

// same reports whether two products say the same, variants aside.
func (p Product) same(q Product) bool {
	return p.Slug == q.Slug && p.Title == q.Title && p.Description == q.Description &&
		p.TaxCategory == q.TaxCategory && p.status == q.status && maps.Equal(p.Metadata, q.Metadata)
}

// productJSON is the form of a product in JSON.
type productJSON struct {
	ID          ID                `json:"id"`
	Slug        string            `json:"slug"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Status      Status            `json:"status"`
	TaxCategory string            `json:"tax_category,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
	Version     int               `json:"version"`
	CreatedAt   time.Time         `json:"created_at"`
	UpdatedAt   time.Time         `json:"updated_at"`
	Variants    []Variant         `json:"variants"`
}

// MarshalJSON writes the product with its status.
func (p Product) MarshalJSON() ([]byte, error) {
	return json.Marshal(productJSON{
		ID: p.ID, Slug: p.Slug, Title: p.Title, Description: p.Description, Status: p.status, TaxCategory: p.TaxCategory,
		Metadata: p.Metadata, Version: p.Version, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Variants: p.Variants,
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Product) UnmarshalJSON(b []byte) error {
	var j productJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	v, err := Product{
		ID: j.ID, Slug: j.Slug, Title: j.Title, Description: j.Description, TaxCategory: j.TaxCategory,
		Metadata: j.Metadata, Version: j.Version, CreatedAt: j.CreatedAt, UpdatedAt: j.UpdatedAt, Variants: j.Variants,
	}.Stored(j.Status)
	*p = v
	return err
}

// Variant is one form in which a product is sold. Its SKU is what carts, stock
// and prices know it by.
type Variant struct {
	ID        VariantID `json:"id"`
	ProductID ID        `json:"product_id"`
	// SKU is unique in the shop: 1 to 64 printable ASCII characters without
	// spaces, compared bytewise.
	SKU string `json:"sku"`
	// Title is at most 250 characters; empty for the only variant.
	Title string `json:"title,omitempty"`
	// Options are what tells it from its sisters, in the order in which people
	// choose: size, then colour. At most 10.
	Options []Option `json:"options,omitempty"`
	// Weight is zero where it is not known or there is none.
	Weight measure.Weight `json:"weight,omitzero"`
}

// Option is a choice that a variant stands for.
type Option struct {
	// Name is at most 60 characters, Value at most 200.
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (v Variant) same(w Variant) bool {
	return v.SKU == w.SKU && v.Title == w.Title && v.Weight == w.Weight && slices.Equal(v.Options, w.Options)
}
