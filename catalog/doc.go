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
//
// # The shop window
//
// Categories are a tree. What can be said about products are attributes: a text,
// a number with a unit, or yes or no. How a product is shown is its Presentation:
// its categories, what it says of itself, its pictures, when it is for sale, and
// its place in lists.
//
//	tops, err := shop.CreateCategory(ctx, catalog.CreateCategory{Slug: "tops", Title: "Tops", Featured: true})
//	_, err = shop.DefineAttributes(ctx, catalog.DefineAttributes{Attributes: []catalog.Attribute{
//		{Code: "colour", Title: "Colour", Type: catalog.TextValue, Filterable: true},
//	}})
//	_, err = shop.Present(ctx, catalog.Present{Products: []catalog.Showing{{Slug: "tee", Presentation: catalog.Presentation{
//		Categories: []catalog.CategoryID{tops.ID},
//		Values:     []catalog.Value{{Attribute: "colour", Value: "black"}},
//		Media:      []catalog.Media{{URL: "/media/tee.jpg", Alt: "A black T-shirt"}},
//	}}}})
//
// A shopper sees the Window of the home page, lists by category (Browse) and by
// words (Search), and the ProductPage. Lists are of Cards, which follow every
// change in the unit that makes it; they count what each filter would leave, and
// are sorted and filtered by the lowest price for everyone. A ProductPage has the
// prices of its very buyer, and tells how much there is in a word alone. Each is
// one round trip.
//
//	list, err := shop.Browse(ctx, catalog.Browse{
//		Market: here, Category: "tops", Sort: catalog.PriceUp,
//		Filters: []catalog.Filter{{Attribute: "colour", Values: []string{"black", "white"}}},
//	})
//
// Search of the store folds capitals, accents and umlaut dots, and finds the
// beginning of the last word; another Searcher can be plugged in.
package catalog
