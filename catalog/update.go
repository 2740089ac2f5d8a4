package catalog

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// UpdateProduct is what is to be different. Fields that are nil stay.
type UpdateProduct struct {
	op.Meta
	Slug        *string
	Title       *string
	Description *string
	TaxCategory *string
	// Metadata replaces all of it, unless it is nil.
	Metadata map[string]string
}

// UpdateProduct changes what a product says and announces ProductUpdated. If
// nothing is different nothing happens. Errors by kind: Invalid for wrong
// input, NotFound, Conflict for a stale version or a slug in use
// (ErrSlugTaken).
func (s *Service) UpdateProduct(ctx context.Context, id ID, req UpdateProduct) (Product, error) {
	return s.updating(id, req).Alone(ctx, s.units)
}

// UpdateProductTx is UpdateProduct inside a unit.
func (s *Service) UpdateProductTx(ctx context.Context, t Tx, id ID, req UpdateProduct) (Product, error) {
	return s.updating(id, req).In(ctx, t)
}

func (s *Service) updating(id ID, req UpdateProduct) tx.Deed[Tx, Product] {
	var c fault.Check
	req.Meta.Check(&c)
	req = req.check(&c)
	if err := c.Err("catalog.update_product"); err != nil {
		return tx.Refused[Tx, Product](err)
	}
	ch := change{id: id, meta: req.Meta, name: "update_product", when: s.now(req.Meta), parameters: req.parameters()}
	return s.changing(ch, func(p Product) (Product, event.Payload, error) {
		now := req.apply(p)
		return now, now.updated(nil, nil), nil
	})
}

func (r UpdateProduct) check(c *fault.Check) UpdateProduct {
	tidy := func(s *string, check func(string) string) *string {
		if s == nil {
			return nil
		}
		v := check(*s)
		return &v
	}
	r.Slug = tidy(r.Slug, func(s string) string { checkSlug(c, "slug", s); return s })
	r.Title = tidy(r.Title, func(s string) string { return c.Required("title", s, 250) })
	r.Description = tidy(r.Description, func(s string) string { return c.Lines("description", s, 20_000) })
	r.TaxCategory = tidy(r.TaxCategory, func(s string) string { return c.Text("tax_category", s, 64) })
	if r.Metadata != nil {
		if r.Metadata = checkMetadata(c, "metadata", r.Metadata); r.Metadata == nil {
			r.Metadata = map[string]string{}
		}
	}
	return r
}

func (r UpdateProduct) parameters() any { r.Meta = op.Meta{}; return r }

func (r UpdateProduct) apply(p Product) Product {
	set := func(to, v *string) {
		if v != nil {
			*to = *v
		}
	}
	set(&p.Slug, r.Slug)
	set(&p.Title, r.Title)
	set(&p.Description, r.Description)
	set(&p.TaxCategory, r.TaxCategory)
	if r.Metadata != nil {
		p.Metadata = r.Metadata
	}
	return p
}

// Publish puts a product on sale.
type Publish struct{ op.Meta }

// Publish moves a draft to Active and announces ProductPublished. Any other
// status is a Conflict (*lifecycle.Forbidden).
func (s *Service) Publish(ctx context.Context, id ID, req Publish) (Product, error) {
	return s.moveAlone(ctx, id, req.Meta, DoPublish)
}

// PublishTx is Publish inside a unit.
func (s *Service) PublishTx(ctx context.Context, t Tx, id ID, req Publish) (Product, error) {
	return s.moveIn(ctx, t, id, move{req.Meta, DoPublish})
}

// Withdraw takes a product off sale for the time being.
type Withdraw struct{ op.Meta }

// Withdraw moves an active product back to Draft and announces
// ProductWithdrawn. Any other status is a Conflict (*lifecycle.Forbidden).
func (s *Service) Withdraw(ctx context.Context, id ID, req Withdraw) (Product, error) {
	return s.moveAlone(ctx, id, req.Meta, DoWithdraw)
}

// WithdrawTx is Withdraw inside a unit.
func (s *Service) WithdrawTx(ctx context.Context, t Tx, id ID, req Withdraw) (Product, error) {
	return s.moveIn(ctx, t, id, move{req.Meta, DoWithdraw})
}

// Archive takes a product off sale for ever.
type Archive struct{ op.Meta }

// Archive moves a product to Archived and announces ProductArchived. If it is
// archived already that is a Conflict (*lifecycle.Forbidden).
func (s *Service) Archive(ctx context.Context, id ID, req Archive) (Product, error) {
	return s.moveAlone(ctx, id, req.Meta, DoArchive)
}

// ArchiveTx is Archive inside a unit.
func (s *Service) ArchiveTx(ctx context.Context, t Tx, id ID, req Archive) (Product, error) {
	return s.moveIn(ctx, t, id, move{req.Meta, DoArchive})
}

// move is a trigger and who pulls it.
type move struct {
	meta op.Meta
	by   Trigger
}

func (s *Service) moveAlone(ctx context.Context, id ID, m op.Meta, by Trigger) (Product, error) {
	return s.moving(id, move{m, by}).Alone(ctx, s.units)
}

func (s *Service) moveIn(ctx context.Context, t Tx, id ID, m move) (Product, error) {
	return s.moving(id, m).In(ctx, t)
}

func (s *Service) moving(id ID, m move) tx.Deed[Tx, Product] {
	var c fault.Check
	m.meta.Check(&c)
	if err := c.Err("catalog." + string(m.by)); err != nil {
		return tx.Refused[Tx, Product](err)
	}
	ch := change{id: id, meta: m.meta, name: string(m.by), when: s.now(m.meta), parameters: id}
	return s.changing(ch, func(p Product) (Product, event.Payload, error) {
		now, err := p.move(m.by)
		return now, m.by.payload(p), err
	})
}

func (t Trigger) payload(p Product) event.Payload {
	switch t {
	case DoWithdraw:
		return ProductWithdrawn{ProductID: p.ID, Slug: p.Slug}
	case DoArchive:
		return ProductArchived{ProductID: p.ID, Slug: p.Slug}
	case DoPublish:
	}
	return ProductPublished{ProductID: p.ID, Slug: p.Slug}
}

// change names a change of one product.
type change struct {
	when
	id         ID
	meta       op.Meta
	name       string
	parameters any
}

func (c change) call() op.Call {
	return op.Call{Meta: c.meta, Operation: "catalog." + c.name, Now: c.at, Parameters: struct {
		ID ID
		P  any
	}{c.id, c.parameters}}
}

// changing reads a product, decides, and stores what became of it.
func (s *Service) changing(c change, decide func(Product) (Product, event.Payload, error)) tx.Deed[Tx, Product] {
	return tx.Once(c.call(), func(ctx context.Context, t Tx) (Product, error) {
		was, err := t.Product(ctx, c.id)
		if err != nil {
			return Product{}, err
		}
		if err := c.meta.Expect("product", was.Version); err != nil {
			return Product{}, err
		}
		now, payload, err := decide(was)
		if err != nil || now.same(was) {
			return was, err
		}
		now = now.next(c.at)
		b := batch{when: c.when, updated: []Product{now}}
		b.tell(now, payload)
		return now, s.write(ctx, t, b)
	})
}

// AddVariants is variants to be added to a product.
type AddVariants struct {
	op.Meta
	// Variants are 1 to MaxVariants, together with those that are there.
	Variants []NewVariant
}

// AddVariants adds variants with their prices and announces ProductUpdated and
// PricesChanged. Errors by kind: Invalid for wrong input or more than
// MaxVariants, NotFound, Conflict for a stale version or a SKU in use
// (ErrSKUTaken).
func (s *Service) AddVariants(ctx context.Context, id ID, req AddVariants) (Product, error) {
	return s.addingVariants(id, req).Alone(ctx, s.units)
}

// AddVariantsTx is AddVariants inside a unit.
func (s *Service) AddVariantsTx(ctx context.Context, t Tx, id ID, req AddVariants) (Product, error) {
	return s.addingVariants(id, req).In(ctx, t)
}

func (s *Service) addingVariants(id ID, req AddVariants) tx.Deed[Tx, Product] {
	var c fault.Check
	req.Meta.Check(&c)
	c.That(len(req.Variants) > 0, "variants", "required", "must not be empty")
	ns := checkVariants(&c, "", req.Variants)
	checkUnique(&c, "", []NewProduct{{Variants: ns}})
	if err := c.Err("catalog.add_variants"); err != nil {
		return tx.Refused[Tx, Product](err)
	}
	vs := s.variants(id, ns)
	ch := change{id: id, meta: req.Meta, name: "add_variants", when: s.now(req.Meta), parameters: ns}
	return tx.Once(ch.call(), func(ctx context.Context, t Tx) (Product, error) {
		p, err := t.Product(ctx, id)
		if err != nil {
			return Product{}, err
		}
		if err := req.Expect("product", p.Version); err != nil {
			return Product{}, err
		}
		if err := checkRoom(p, vs); err != nil {
			return Product{}, err
		}
		p = p.next(ch.at)
		p.Variants = append(p.Variants, vs...)
		b := batch{when: ch.when, updated: []Product{p}, added: vs}
		b.tell(p, p.updated(vs, nil))
		b.price(p, pricesOf(ns), nil)
		return p, s.write(ctx, t, b)
	})
}
