// Package catalog knows what is for sale, and what it costs.
//
// A Product is one thing with a title and a description. It is sold in one or
// more variants, each known to carts, stock and prices by its SKU. A product is
// a draft until it is published; it can be withdrawn, and archived for ever:
//
//	draft <-> active, and from both -> archived
//
// A SKU has prices: in a currency, for everyone or for a group of buyers, from
// a quantity on. PriceFor picks the one that a buyer gets. What somebody who
// sells a SKU has to know about it is its Offer.
//
//	p, err := shop.CreateProduct(ctx, catalog.CreateProduct{NewProduct: catalog.NewProduct{
//		Slug: "tee", Title: "T-shirt", Publish: true,
//		Variants: []catalog.NewVariant{{
//			SKU: "TEE-M", Title: "M", Options: []catalog.Option{{Name: "Size", Value: "M"}},
//			Prices: []catalog.Price{
//				{Unit: money.Each(money.EUR(19_99))},
//				{Unit: money.Each(money.EUR(17_50)), MinQuantity: 10},
//			},
//		}},
//	}})
//
// CreateProducts brings in whole catalogues, and may be repeated.
package catalog
