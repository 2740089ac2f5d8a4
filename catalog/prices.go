package catalog

import (
	"context"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// SetPrices is prices to be added, replaced or removed, of any SKUs.
type SetPrices struct {
	op.Meta
	// Set are prices that hold from now on. Each replaces that for the same
	// SKU, currency, group and quantity.
	Set []Price
	// Drop are prices to be removed; only SKU, currency, group and quantity of
	// them count. Those that are not there are no error.
	Drop []Price
}

// SetPrices changes prices, all or nothing, announces PricesChanged for each
// product, and returns the products that changed. What is equal already is not
// touched. IfVersion is of use only if all SKUs are of one product.
//
// Errors by kind: Invalid for wrong input or more than MaxPrices, NotFound for
// an unknown SKU (ErrNoSKU), Conflict if somebody changed the same products
// meanwhile.
func (s *Service) SetPrices(ctx context.Context, req SetPrices) ([]Product, error) {
	return s.pricing(req).Alone(ctx, s.units)
}

// SetPricesTx is SetPrices inside a unit.
func (s *Service) SetPricesTx(ctx context.Context, t Tx, req SetPrices) ([]Product, error) {
	return s.pricing(req).In(ctx, t)
}

func (s *Service) pricing(req SetPrices) tx.Deed[Tx, []Product] {
	req, err := req.check()
	if err != nil {
		return tx.Refused[Tx, []Product](err)
	}
	w := s.now(req.Meta)
	call := op.Call{Meta: req.Meta, Operation: "catalog.set_prices", Parameters: [][]Price{req.Set, req.Drop}, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Product, error) {
		shelf, err := t.Shelf(ctx, nil, req.skus())
		if err != nil {
			return nil, err
		}
		b, err := req.decide(w, shelf)
		if err != nil {
			return nil, err
		}
		return b.updated, s.write(ctx, t, b)
	})
}

func (r SetPrices) check() (SetPrices, error) {
	var c fault.Check
	r.Meta.Check(&c)
	n := len(r.Set) + len(r.Drop)
	c.That(n > 0, "set", "required", "must not be empty, or drop must not be")
	if !c.That(n <= MaxPrices, "set", "too_many", "must with drop be at most "+strconv.Itoa(MaxPrices)) {
		return r, c.Err("catalog.set_prices")
	}
	r.Set, r.Drop = checkPrices(&c, "set", r.Set, ""), checkPrices(&c, "drop", r.Drop, "")
	for i, p := range r.Drop {
		c.That(!slices.ContainsFunc(r.Set, p.sameKey), "drop["+strconv.Itoa(i)+"]", "repeated", "is set as well")
	}
	sortPrices(r.Set)
	sortPrices(r.Drop)
	return r, c.Err("catalog.set_prices")
}

func (r SetPrices) skus() []string {
	var out []string
	for _, p := range slices.Concat(r.Set, r.Drop) {
		out = append(out, p.SKU)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// decide tells what changes, product by product.
func (r SetPrices) decide(w when, shelf Shelf) (batch, error) {
	owner := map[string]int{}
	for i, p := range shelf.Products {
		for _, v := range p.Variants {
			owner[v.SKU] = i
		}
	}
	set, drop := make([][]Price, len(shelf.Products)), make([][]Price, len(shelf.Products))
	for _, p := range r.Set {
		i, ok := owner[p.SKU]
		if !ok {
			return batch{}, missing(p.SKU)
		}
		if !slices.Contains(shelf.Prices, p) {
			set[i] = append(set[i], p)
		}
	}
	for _, p := range r.Drop {
		i, ok := owner[p.SKU]
		if !ok {
			return batch{}, missing(p.SKU)
		}
		if j := slices.IndexFunc(shelf.Prices, p.sameKey); j >= 0 {
			drop[i] = append(drop[i], shelf.Prices[j])
		}
	}
	b := batch{when: w}
	for i, p := range shelf.Products {
		if err := r.expect(shelf, p); err != nil {
			return b, err
		}
		if len(set[i])+len(drop[i]) > 0 {
			p = p.next(w.at)
			b.updated = append(b.updated, p)
			b.price(p, set[i], drop[i])
		}
	}
	return b, nil
}

func (r SetPrices) expect(shelf Shelf, p Product) error {
	if r.IfVersion != 0 && len(shelf.Products) > 1 {
		var c fault.Check
		c.Add("if_version", "not_versioned", "must be zero: the SKUs are of several products")
		return c.Err("catalog.set_prices")
	}
	return r.Expect("product", p.Version)
}
