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
	shown    []Shown
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
	if err := t.SavePresentations(ctx, b.shown); err != nil {
		return err
	}
	if err := s.show(ctx, t, b); err != nil {
		return err
	}
	for _, f := range b.facts {
		if err := s.announce(ctx, t, b.when, f.of, f.payload); err != nil {
			return err
		}
	}
	return nil
}

// show brings lists and search up to date with a batch.
func (s *Service) show(ctx context.Context, t Tx, b batch) error {
	var ids []ID
	var texts []ProductText
	for _, p := range b.inserted {
		ids, texts = append(ids, p.ID), append(texts, textOf(p, p.Variants))
	}
	for _, p := range b.updated {
		ids, texts = append(ids, p.ID), append(texts, textOf(p, merged(p, b.added, b.changed)))
	}
	if len(ids) == 0 {
		return nil
	}
	if err := t.SaveProductTexts(ctx, texts); err != nil {
		return err
	}
	return t.RefreshCards(ctx, ids)
}
