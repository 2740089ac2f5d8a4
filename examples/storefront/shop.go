package main

import (
	"context"
	"hash/fnv"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/examples/internal/appliances"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
)

// The ways to pay.
const (
	transfer = "transfer"
	card     = "card"
)

// here is where prices are asked.
func here() market.Context {
	return market.Context{Channel: "web", Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "en"}
}

// openShop builds the engine. Cards are taken by Stripe's adapter, which here
// speaks to a simulator inside the program instead of to Stripe.
func (s *site) openShop(ctx context.Context, store *bunstore.Store, secret []byte) error {
	s.bank = stripetest.New(&stripetest.Options{Clock: s.clock})
	shop, err := commerce.New(commerce.Config{
		Store: store, Logger: s.logger, Clock: s.clock, Secret: secret,
		Payments: map[string]payment.Provider{
			transfer: &manual.Provider{
				Title:        "Bank transfer",
				Instructions: "Please transfer the total to DE02 1203 0000 0000 2020 51 and quote the order number.",
				Window:       14 * 24 * time.Hour,
			},
			card: stripe.New(stripetest.Key, &stripe.Options{
				HTTPClient: s.bank.Client(), WebhookSecrets: []string{stripetest.Secret}, Clock: s.clock,
			}),
		},
		Terms: checkout.Fixed(checkout.Terms{
			TaxInclusive: true,
			Taxes:        []pricing.Tax{{Name: "VAT", Rate: money.MustPercent("19")}},
			Shipping:     []checkout.ShippingMethod{{Code: "parcel", Title: "Parcel", Amount: money.EUR(5_90)}},
			Coupons: []checkout.Coupon{{Code: "WELCOME10", Discount: pricing.Discount{
				Title: "10 % for new customers", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustPercent("10"),
			}}},
		}),
	})
	if err != nil {
		return err
	}
	s.shop = shop
	return shop.Start(ctx)
}

// system is the program itself.
func system() op.Meta { return op.Meta{By: op.Actor{Kind: op.System, ID: "storefront"}} }

// stockUp fills an empty shop: the catalogue, the window, the shelves.
func (s *site) stockUp(ctx context.Context) error {
	goods, err := appliances.Spree()
	if err != nil {
		return err
	}
	if _, err := goods.Import(ctx, s.shop, system(), nil); err != nil {
		return err
	}
	if err := goods.Furnish(ctx, s.shop, system(), drawings); err != nil {
		return err
	}
	goods.Stock = shelves(goods)
	if _, _, err := goods.Receive(ctx, s.shop, system(), nil); err != nil {
		return err
	}
	for _, g := range goods.Stock {
		if err := s.shop.Inventory.SetLow(ctx, inventory.SetLow{Meta: system(), SKU: g.SKU, Low: 5}); err != nil {
			return err
		}
	}
	return nil
}

// shelves are smaller than those of the file, where there are 5,000 pieces of
// everything, so that the shop shows what it does when little is left. One
// article in twelve was never delivered.
func shelves(goods appliances.Catalogue) []appliances.Stock {
	var some []appliances.Stock
	for _, g := range goods.Stock {
		h := fnv.New32a()
		_, _ = h.Write([]byte(g.SKU))
		switch n := int(h.Sum32() % 60); {
		case n < 5:
		case n < 12:
			some = append(some, appliances.Stock{SKU: g.SKU, Count: n - 3})
		default:
			some = append(some, appliances.Stock{SKU: g.SKU, Count: 20 + n})
		}
	}
	return some
}

// drawings are the pictures of a product, one for each variant.
func drawings(p catalog.NewProduct, _ appliances.Facts) []catalog.Media {
	var all []catalog.Media
	for _, v := range p.Variants {
		shade := appliances.Slug(appliances.Shade(v))
		all = append(all, catalog.Media{
			URL: "/pictures/" + p.Slug + "/" + shade + ".svg", Alt: "Drawing: " + p.Title + ", " + v.Title, SKU: v.SKU,
		})
	}
	return all
}
