package catalog

import (
	"context"
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Present is how products are to be shown from now on.
type Present struct {
	op.Meta
	// Products are 1 to MaxBatch.
	Products []Showing
}

// Showing is how one product is to be shown.
type Showing struct {
	// Slug is that of the product.
	Slug string
	// Presentation replaces all of the one before.
	Presentation
}

// Shown says how a product is shown.
type Shown struct {
	ProductID ID
	Presentation
}

// Present says how products are shown, all or nothing, announces
// ProductPresented for each product, and returns the products that changed, in
// order of their ids. What is equal already is not touched. IfVersion is of use
// only for a single product.
//
// Errors by kind: Invalid for wrong input, such as a value that is none of its
// attribute; NotFound for an unknown product or category (ErrNoProduct,
// ErrNoCategory); Conflict for a stale version, or if somebody changed the same
// products meanwhile.
func (s *Service) Present(ctx context.Context, req Present) ([]Product, error) {
	return s.presenting(req).Alone(ctx, s.units)
}

// PresentTx is Present inside a unit.
func (s *Service) PresentTx(ctx context.Context, t Tx, req Present) ([]Product, error) {
	return s.presenting(req).In(ctx, t)
}

func (s *Service) presenting(req Present) tx.Deed[Tx, []Product] {
	req, err := req.check()
	if err != nil {
		return tx.Refused[Tx, []Product](err)
	}
	w := s.now(req.Meta)
	call := op.Call{Meta: req.Meta, Operation: "catalog.present", Parameters: req.Products, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Product, error) {
		stage, err := t.Stage(ctx, req.slugs())
		if err != nil {
			return nil, err
		}
		changed, shown, err := req.decide(w, stage)
		if err != nil {
			return nil, err
		}
		b := batch{when: w, updated: changed, shown: shown}
		for i, p := range changed {
			b.tell(p, ProductPresented{ProductID: p.ID, Slug: p.Slug, Presentation: shown[i].Presentation})
		}
		return changed, s.write(ctx, t, b)
	})
}

func (r Present) slugs() []string {
	out := make([]string, len(r.Products))
	for i, p := range r.Products {
		out[i] = p.Slug
	}
	return out
}

func (r Present) check() (Present, error) {
	var c fault.Check
	r.Meta.Check(&c)
	c.That(len(r.Products) > 0, "products", "required", "must not be empty")
	c.That(r.IfVersion <= 0 || len(r.Products) < 2, "if_version", "not_versioned", "must be zero: there are several products")
	if !c.That(len(r.Products) <= MaxBatch, "products", "too_many", "must be at most "+strconv.Itoa(MaxBatch)) {
		return r, c.Err("catalog.present")
	}
	products := make([]Showing, len(r.Products))
	seen := map[string]bool{}
	for i, p := range r.Products {
		path := "products[" + strconv.Itoa(i) + "]."
		checkSlug(&c, path+"slug", p.Slug)
		c.That(!seen[p.Slug], path+"slug", "repeated", "comes twice")
		seen[p.Slug] = true
		products[i] = Showing{Slug: p.Slug, Presentation: p.Presentation.check(&c, path)}
	}
	r.Products = products
	return r, c.Err("catalog.present")
}

// decide tells which products change, and how each of them is shown.
func (r Present) decide(w when, stage Stage) ([]Product, []Shown, error) {
	wanted := map[string]int{}
	for i, p := range r.Products {
		wanted[p.Slug] = i
	}
	if len(stage.Products) < len(r.Products) {
		return nil, nil, ErrNoProduct
	}
	known := map[string]Attribute{}
	for _, a := range stage.Attributes {
		known[a.Code] = a
	}
	var c fault.Check
	var changed []Product
	var shown []Shown
	for _, p := range stage.Products {
		i := wanted[p.Slug]
		if err := r.Expect("product", p.Version); err != nil {
			return nil, nil, err
		}
		now := r.Products[i].fit(&c, "products["+strconv.Itoa(i)+"].", known, p)
		if now.equal(stage.Presentations[p.ID]) {
			continue
		}
		changed = append(changed, p.next(w.at))
		shown = append(shown, Shown{p.ID, now})
	}
	return changed, shown, c.Err("catalog.present")
}
