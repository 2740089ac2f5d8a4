package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
)

// label is what a page shows of a SKU beside its figures.
type label struct {
	slug, title, picture string
}

// labels remembers the labels of SKUs for a minute, so that carts and orders of
// many lines do not ask for each product each time.
type labels struct {
	clock clock.Clock

	mu    sync.Mutex
	known map[string]label
	until time.Time
}

// of returns the labels of SKUs. One that is not sold any more has its SKU as
// its title.
func (l *labels) of(ctx context.Context, shop *commerce.Engine, skus ...string) (map[string]label, error) {
	now := l.clock.Now()
	l.mu.Lock()
	if l.known == nil || !now.Before(l.until) {
		l.known, l.until = map[string]label{}, now.Add(time.Minute)
	}
	found, missing := map[string]label{}, []string(nil)
	for _, sku := range skus {
		if k, ok := l.known[sku]; ok {
			found[sku] = k
		} else {
			missing = append(missing, sku)
		}
	}
	l.mu.Unlock()
	if len(missing) == 0 {
		return found, nil
	}
	variants, err := shop.Catalog.Variants(ctx, missing...)
	if err != nil {
		return nil, err
	}
	for _, sku := range missing {
		if found[sku], err = labelOf(ctx, shop, sku, variants); err != nil {
			return nil, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, sku := range missing {
		l.known[sku] = found[sku]
	}
	return found, nil
}

func labelOf(ctx context.Context, shop *commerce.Engine, sku string, variants map[string]catalog.Variant) (label, error) {
	v, ok := variants[sku]
	if !ok {
		return label{title: sku}, nil
	}
	p, err := shop.Catalog.Product(ctx, v.ProductID)
	if err != nil {
		return label{}, err
	}
	k := label{slug: p.Slug, title: p.Title}
	if v.Title != "" {
		k.title += ", " + v.Title
	}
	shown, err := shop.Catalog.ProductPage(ctx, p.Slug, here())
	if errors.Is(err, fault.NotFound) { // not for sale now
		return k, nil
	}
	if err != nil {
		return label{}, err
	}
	for i, m := range shown.Presentation.Media {
		if i == 0 || m.SKU == sku {
			k.picture = m.URL
		}
	}
	return k, nil
}

// cards are cards with what buyers think of the products.
func (s *site) cards(ctx context.Context, found []catalog.Card) ([]view.Card, error) {
	all := make([]view.Card, len(found))
	if len(found) == 0 {
		return all, nil
	}
	which := make([]catalog.ID, len(found))
	for i, c := range found {
		which[i] = c.ProductID
	}
	ratings, err := s.shop.Reviews.Ratings(ctx, which...)
	if err != nil {
		return nil, err
	}
	for i, c := range found {
		all[i] = view.Card{Card: c, Rating: ratingOf(ratings[i].Sum, ratings[i].Count)}
	}
	return all, nil
}
