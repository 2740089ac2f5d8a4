package main

import (
	"bytes"
	"context"
	"iter"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/marketing"
)

// feed writes what is for sale for Google Merchant Center.
func (s *story) feed(ctx context.Context) error {
	var text bytes.Buffer
	report, err := marketing.WriteMerchantFeed(ctx, &text, marketing.Feed{
		Title: site().Name, Description: "Household appliances", Link: "https://shop.example/",
	}, s.forSale(ctx))
	if err != nil {
		return err
	}
	s.fact("feed", "%s for ads, %d left out", plural(report.Written, "article"), report.LeftOut)
	return s.file("  file", "merchant-feed.xml", text.Bytes())
}

// forSale goes through the catalogue page by page, so that a feed of any length
// needs little memory.
func (s *story) forSale(ctx context.Context) iter.Seq2[marketing.FeedItem, error] {
	return func(yield func(marketing.FeedItem, error) bool) {
		for ask := (catalog.List{Status: catalog.Active}); ; {
			products, err := s.shop.Catalog.Products(ctx, ask)
			if err != nil {
				yield(marketing.FeedItem{}, err)
				return
			}
			items, err := s.feedItems(ctx, products)
			if err != nil {
				yield(marketing.FeedItem{}, err)
				return
			}
			for _, x := range items {
				if !yield(x, nil) {
					return
				}
			}
			if ask.Cursor = products.Next; ask.Cursor == "" {
				return
			}
		}
	}
}

// feedItems are the variants of some products in the words of the feed.
func (s *story) feedItems(ctx context.Context, products page.Page[catalog.Product]) ([]marketing.FeedItem, error) {
	var skus []string
	for _, p := range products.Items {
		for _, v := range p.Variants {
			skus = append(skus, v.SKU)
		}
	}
	offers, err := s.shop.Catalog.Offers(ctx, here().Currency, skus...)
	if err != nil {
		return nil, err
	}
	levels, err := s.shop.Inventory.Levels(ctx, skus...)
	if err != nil {
		return nil, err
	}
	var items []marketing.FeedItem
	for _, p := range products.Items {
		for _, v := range p.Variants {
			x := marketing.FeedItem{
				ID: v.SKU, Group: p.Slug, Title: offers[v.SKU].Name(), Description: p.Description,
				Link: "https://shop.example/p/" + p.Slug, Image: "https://shop.example/pictures/" + v.SKU + ".webp",
				Available: marketing.OutOfStock,
			}
			if inventory.Available(levels, v.SKU) > 0 {
				x.Available = marketing.InStock
			}
			if price, ok := offers[v.SKU].Price(here(), 1); ok {
				x.Price = price.Unit.Amount
			}
			items = append(items, x)
		}
	}
	return items, nil
}
