package catalog

import (
	"context"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// CreateProducts is a part of a catalogue from elsewhere.
type CreateProducts struct {
	op.Meta
	// Products are 1 to MaxBatch, with at most MaxPrices prices in all.
	Products []NewProduct
}

// Imported says what became of each product of a batch.
type Imported struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
}

// CreateProducts brings in a batch in one unit, all or nothing, and may be
// repeated: a product is known by its slug and a variant by its SKU. What is
// new is created; what is known is changed to what the batch says; what the
// batch does not name, such as further variants and prices, stays; and what is
// equal is not touched. Publish moves a known draft to Active and has no
// opposite here.
//
// Errors by kind: Invalid for wrong input; Conflict if a SKU is of another
// product (ErrSKUTaken), an archived product is to be published
// (*lifecycle.Forbidden), or somebody changed the same products meanwhile.
func (s *Service) CreateProducts(ctx context.Context, req CreateProducts) (Imported, error) {
	return s.importing(req).Alone(ctx, s.units)
}

// CreateProductsTx is CreateProducts inside a unit.
func (s *Service) CreateProductsTx(ctx context.Context, t Tx, req CreateProducts) (Imported, error) {
	return s.importing(req).In(ctx, t)
}

// arrival is a product of a batch, as it is if it turns out to be new.
type arrival struct {
	NewProduct
	fresh  Product
	prices []Price
}

func (s *Service) importing(req CreateProducts) tx.Deed[Tx, Imported] {
	ns, err := req.check()
	if err != nil {
		return tx.Refused[Tx, Imported](err)
	}
	w := s.now(req.Meta)
	as := make([]arrival, len(ns))
	var slugs, skus []string
	for i, n := range ns {
		as[i] = arrival{NewProduct: n, fresh: s.product(n, w), prices: pricesOf(n.Variants)}
		slugs, skus = append(slugs, n.Slug), append(skus, skusOf(as[i].fresh.Variants)...)
	}
	call := op.Call{Meta: req.Meta, Operation: "catalog.create_products", Parameters: ns, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Imported, error) {
		shelf, err := t.Shelf(ctx, slugs, skus)
		if err != nil {
			return Imported{}, err
		}
		b, counts, err := merge(w, as, shelf)
		if err != nil {
			return Imported{}, err
		}
		return counts, s.write(ctx, t, b)
	})
}

func (r CreateProducts) check() ([]NewProduct, error) {
	var c fault.Check
	checkNew(&c, r.Meta)
	c.That(len(r.Products) > 0, "products", "required", "must not be empty")
	if !c.That(len(r.Products) <= MaxBatch, "products", "too_many", "must be at most "+strconv.Itoa(MaxBatch)) {
		return nil, c.Err("catalog.create_products")
	}
	ns := make([]NewProduct, len(r.Products))
	prices := 0
	for i, n := range r.Products {
		ns[i] = n.check(&c, "products["+strconv.Itoa(i)+"].")
		prices += len(pricesOf(n.Variants))
	}
	c.That(prices <= MaxPrices, "products", "too_many", "must have at most "+strconv.Itoa(MaxPrices)+" prices in all")
	checkUnique(&c, "products", ns)
	return ns, c.Err("catalog.create_products")
}

// merge decides what a batch changes in what is there.
func merge(w when, as []arrival, shelf Shelf) (batch, Imported, error) {
	b, counts := batch{when: w}, Imported{}
	bySlug, bySKU := map[string]Product{}, map[string]Variant{}
	for _, p := range shelf.Products {
		bySlug[p.Slug] = p
		for _, v := range p.Variants {
			bySKU[v.SKU] = v
		}
	}
	for _, a := range as {
		was := bySlug[a.Slug] // the zero product if there is none
		for _, v := range a.fresh.Variants {
			if there, ok := bySKU[v.SKU]; ok && there.ProductID != was.ID {
				return b, counts, taken(v.SKU)
			}
		}
		if was.ID.IsZero() {
			b.insert(a.fresh, a.prices)
			counts.Created++
			continue
		}
		switch changed, err := b.merge(a, was, shelf.Prices); {
		case err != nil:
			return b, counts, err
		case changed:
			counts.Updated++
		default:
			counts.Unchanged++
		}
	}
	return b, counts, nil
}

// merge adds what one product of a batch changes in the one that is there, and
// reports whether it changes anything.
func (b *batch) merge(a arrival, was Product, prices []Price) (bool, error) {
	now := was
	now.Title, now.Description, now.TaxCategory, now.Metadata = a.Title, a.Description, a.TaxCategory, a.Metadata
	if a.Publish && was.status != Active {
		var err error
		if now, err = now.move(DoPublish); err != nil {
			return false, err
		}
	}
	added, changed := compareVariants(was, a.fresh.Variants)
	if err := checkRoom(was, added); err != nil {
		return false, err
	}
	set := newPrices(a.prices, prices)
	content := !now.same(was) || len(added)+len(changed) > 0
	if !content && len(set) == 0 {
		return false, nil
	}
	now = now.next(b.at)
	b.updated, b.added, b.changed = append(b.updated, now), append(b.added, added...), append(b.changed, changed...)
	if content {
		b.tell(now, now.updated(added, changed))
	}
	b.price(now, set, nil)
	return true, nil
}

// compareVariants tells which variants are new to a product, and which differ.
func compareVariants(was Product, fresh []Variant) (added, changed []Variant) {
	for _, v := range fresh {
		v.ProductID = was.ID
		i := slices.IndexFunc(was.Variants, func(w Variant) bool { return w.SKU == v.SKU })
		switch {
		case i < 0:
			added = append(added, v)
		case !was.Variants[i].same(v):
			changed = append(changed, v)
		}
	}
	return added, changed
}

// newPrices returns those prices that are not there already.
func newPrices(want, there []Price) []Price {
	var out []Price
	for _, p := range want {
		if !slices.Contains(there, p) {
			out = append(out, p)
		}
	}
	return out
}

func (p Product) updated(added, changed []Variant) ProductUpdated {
	return ProductUpdated{
		ProductID: p.ID, Slug: p.Slug, Title: p.Title, Status: p.status,
		SKUs: append(skusOf(added), skusOf(changed)...),
	}
}
