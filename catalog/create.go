package catalog

import (
	"context"
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// NewProduct is what a product is to say. Limits are those of Product.
type NewProduct struct {
	Slug        string
	Title       string
	Description string
	TaxCategory string
	Metadata    map[string]string
	// Publish makes it Active. Without it, it is a Draft.
	Publish bool
	// Variants are at most MaxVariants.
	Variants []NewVariant
}

// NewVariant is what a variant is to say. Limits are those of Variant.
type NewVariant struct {
	SKU     string
	Title   string
	Options []Option
	Weight  measure.Weight
	// Prices are at most 200, whose SKU may be left empty. A MinQuantity of 0
	// means 1.
	Prices []Price
}

// CreateProduct is a product to be added.
type CreateProduct struct {
	op.Meta
	NewProduct
}

// CreateProduct adds a product with its variants and their prices, all or
// nothing, and announces ProductCreated and PricesChanged. Errors by kind:
// Invalid for wrong input; Conflict if the slug or a SKU is in use
// (ErrSlugTaken, ErrSKUTaken).
func (s *Service) CreateProduct(ctx context.Context, req CreateProduct) (Product, error) {
	return s.creating(req).Alone(ctx, s.units)
}

// CreateProductTx is CreateProduct inside a unit.
func (s *Service) CreateProductTx(ctx context.Context, t Tx, req CreateProduct) (Product, error) {
	return s.creating(req).In(ctx, t)
}

func (s *Service) creating(req CreateProduct) tx.Deed[Tx, Product] {
	var c fault.Check
	checkNew(&c, req.Meta)
	n := req.check(&c, "")
	checkUnique(&c, "", []NewProduct{n})
	if err := c.Err("catalog.create_product"); err != nil {
		return tx.Refused[Tx, Product](err)
	}
	w := s.now(req.Meta)
	p := s.product(n, w)
	call := op.Call{Meta: req.Meta, Operation: "catalog.create_product", Parameters: n, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Product, error) {
		b := batch{when: w}
		b.insert(p, pricesOf(n.Variants))
		return p, s.write(ctx, t, b)
	})
}

// checkNew checks who asks for something that has no version yet.
func checkNew(c *fault.Check, m op.Meta) {
	m.Check(c)
	c.That(m.IfVersion <= 0, "if_version", "not_versioned", "must be zero: there is no version yet")
}

// checkUnique checks that no slug and no SKU comes twice in one call.
func checkUnique(c *fault.Check, path string, ns []NewProduct) {
	slugs, skus := map[string]bool{}, map[string]bool{}
	for i, n := range ns {
		p := path
		if p != "" {
			p += "[" + strconv.Itoa(i) + "]."
		}
		c.That(!slugs[n.Slug], p+"slug", "repeated", "comes twice")
		slugs[n.Slug] = true
		for j, v := range n.Variants {
			c.That(!skus[v.SKU], p+"variants["+strconv.Itoa(j)+"].sku", "repeated", "comes twice")
			skus[v.SKU] = true
		}
	}
}

// product makes the product that n describes.
func (s *Service) product(n NewProduct, w when) Product {
	p := Product{
		ID: id.New[kind](s.newID), Slug: n.Slug, Title: n.Title, Description: n.Description, TaxCategory: n.TaxCategory,
		Metadata: n.Metadata, Version: 1, CreatedAt: w.at, UpdatedAt: w.at, status: Draft,
	}
	if n.Publish {
		p.status = Active
	}
	p.Variants = s.variants(p.ID, n.Variants)
	return p
}

func (s *Service) variants(of ID, ns []NewVariant) []Variant {
	out := make([]Variant, len(ns))
	for i, n := range ns {
		out[i] = Variant{
			ID: id.New[variantKind](s.newID), ProductID: of, SKU: n.SKU, Title: n.Title, Options: n.Options, Weight: n.Weight,
		}
	}
	return out
}

func pricesOf(ns []NewVariant) []Price {
	var out []Price
	for _, n := range ns {
		out = append(out, n.Prices...)
	}
	sortPrices(out)
	return out
}

func skusOf(vs []Variant) []string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = v.SKU
	}
	return out
}
