package catalog

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
)

// batch collects what one unit changes.
type batch struct {
	when
	inserted []Product
	updated  []Product
	added    []Variant
	changed  []Variant
	set      []Price
	dropped  []Price
	facts    []fact
}

// fact is what happened to a product.
type fact struct {
	of      Product
	payload event.Payload
}

func (b *batch) tell(of Product, payload event.Payload) { b.facts = append(b.facts, fact{of, payload}) }

// insert adds a product with its variants and prices.
func (b *batch) insert(p Product, prices []Price) {
	b.inserted = append(b.inserted, p)
	b.tell(p, ProductCreated{ProductID: p.ID, Slug: p.Slug, Title: p.Title, Status: p.status, SKUs: skusOf(p.Variants)})
	b.price(p, prices, nil)
}

// price changes prices of SKUs of a product.
func (b *batch) price(p Product, set, dropped []Price) {
	if len(set)+len(dropped) == 0 {
		return
	}
	b.set, b.dropped = append(b.set, set...), append(b.dropped, dropped...)
	b.tell(p, PricesChanged{ProductID: p.ID, Set: set, Dropped: dropped})
}

// write does a batch.
func (s *Service) write(ctx context.Context, t Tx, b batch) error {
	if err := t.InsertProducts(ctx, b.inserted); err != nil {
		return err
	}
	for _, p := range b.updated {
		if err := t.UpdateProduct(ctx, p); err != nil {
			return err
		}
	}
	if err := t.InsertVariants(ctx, b.added); err != nil {
		return err
	}
	if err := t.UpdateVariants(ctx, b.changed); err != nil {
		return err
	}
	if err := t.DeletePrices(ctx, b.dropped); err != nil {
		return err
	}
	if err := t.SavePrices(ctx, b.set); err != nil {
		return err
	}
	for _, f := range b.facts {
		if err := s.announce(ctx, t, b.when, f.of, f.payload); err != nil {
			return err
		}
	}
	return nil
}
