package main

import (
	"context"
	"hash/fnv"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/flatrate"
	"github.com/kontor-go/kontor/adapters/lognotify"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/adapters/tablerate"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/examples/internal/appliances"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/tax"
)

// The ways to pay, and the carriers.
const (
	transfer = "transfer"
	card     = "card"
	driver   = "hausrat-driver"
	freight  = "freight"
)

// The promotion whose code everybody may know.
const (
	welcome     = "10 % for new customers"
	welcomeCode = "WELCOME10"
)

// here is where prices are asked.
func here() market.Context {
	return market.Context{Channel: "web", Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "en"}
}

// sender is the address on labels.
func sender() postal.Address {
	return postal.Address{Name: "Hausrat", Lines: []string{"Speicherstrasse 4"}, Postcode: "20457", City: "Hamburg", Country: "DE"}
}

// openShop builds the engine. Cards are taken by Stripe's adapter, which here
// speaks to a simulator inside the program instead of to Stripe; messages become
// files.
func (s *site) openShop(ctx context.Context, store *bunstore.Store, secret []byte) error {
	taxes, err := tax.NewTable(tax.EU())
	if err != nil {
		return err
	}
	carriers, err := carriers()
	if err != nil {
		return err
	}
	s.bank = stripetest.New(&stripetest.Options{Clock: s.clock})
	cfg := commerce.Config{
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
		Moments:  map[string]payment.Moment{card: payment.MomentAtOnce},
		Taxes:    taxes,
		Carriers: carriers,
		Selling: commerce.Selling{
			TaxInclusive: true, Zones: zones(), Methods: methods(), From: sender().Place(),
			Packing: 300 * measure.Gram, Piece: 2 * measure.Kilogram, Home: here().Country,
		},
		Site: commerce.Site{
			Name:       "Hausrat",
			OrderPage:  func(pass string) string { return s.base + "/o/" + pass },
			ReviewPage: func(e reviews.EntitlementID) string { return s.base + s.reviewAddress(e) },
		},
	}
	if s.mail != "" {
		letters := lognotify.New(s.mail, nil)
		cfg.Notifiers = map[notification.Channel]notification.Notifier{notification.Email: letters, notification.SMS: letters}
	}
	if s.shop, err = commerce.New(cfg); err != nil {
		return err
	}
	return s.shop.Start(ctx)
}

// zones are the parts of the world to which it costs the same.
func zones() []shipping.Zone {
	eu := []string{"AT", "BE", "CZ", "DK", "ES", "FR", "IE", "IT", "LU", "NL", "PL", "SE"}
	zone := func(code, title string, countries ...string) shipping.Zone {
		z := shipping.Zone{Code: code, Title: title}
		for _, c := range countries {
			z.Areas = append(z.Areas, postal.Area{Country: c})
		}
		return z
	}
	return []shipping.Zone{
		zone("de", "Germany", "DE"), zone("eu", "European Union", eu...), zone("abroad", "Abroad", "CH", "GB", "US"),
	}
}

// methods are what buyers may choose.
func methods() []shipping.Method {
	return []shipping.Method{
		{Code: "parcel", Title: "Parcel", Zones: []string{"de"}, Carrier: driver, Service: "standard"},
		{Code: "express", Title: "Express", Zones: []string{"de"}, Carrier: driver, Service: "express"},
		{Code: "parcel-abroad", Title: "Parcel abroad", Zones: []string{"eu", "abroad"}, Carrier: freight, Service: "standard"},
	}
}

// carriers are a driver of the house, who also makes the labels, and a carrier
// who charges by weight and zone.
func carriers() ([]shipping.Carrier, error) {
	house := &flatrate.Carrier{Name: driver, Title: "Hausrat driver", Services: []flatrate.Service{
		{Code: "standard", Title: "Parcel", Amounts: []money.Amount{money.EUR(5_90)}, MinDays: 2, MaxDays: 3},
		{Code: "express", Title: "Express", Amounts: []money.Amount{money.EUR(12_90)}, MinDays: 1, MaxDays: 1},
	}}
	sheet := tablerate.Sheet{Zones: zones()}
	for _, row := range []struct {
		zone     string
		upTo     measure.Weight
		cents    int64
		min, max int
	}{
		{"eu", 2 * measure.Kilogram, 9_90, 3, 5},
		{"eu", 10 * measure.Kilogram, 14_90, 3, 5},
		{"eu", 31 * measure.Kilogram, 24_90, 3, 6},
		{"abroad", 2 * measure.Kilogram, 19_90, 5, 9},
		{"abroad", 10 * measure.Kilogram, 34_90, 5, 9},
		{"abroad", 20 * measure.Kilogram, 54_90, 5, 12},
	} {
		sheet.Bands = append(sheet.Bands, tablerate.Band{
			Zone: row.zone, Service: "standard", Title: "Parcel abroad", UpTo: row.upTo, Amount: money.EUR(row.cents),
			MinDays: row.min, MaxDays: row.max,
		})
	}
	table, err := tablerate.New(freight, sheet)
	return []shipping.Carrier{house, table}, err
}

// system is the program itself.
func system() op.Meta { return op.Meta{By: op.Actor{Kind: op.System, ID: "storefront"}} }

// stockUp fills an empty shop: the catalogue, the window, the shelves, what is
// granted. It reports whether the shop was empty.
func (s *site) stockUp(ctx context.Context) (fresh bool, err error) {
	goods, err := appliances.Spree()
	if err != nil {
		return false, err
	}
	if _, err := goods.Import(ctx, s.shop, system(), nil); err != nil {
		return false, err
	}
	if err := goods.Furnish(ctx, s.shop, system(), drawings); err != nil {
		return false, err
	}
	goods.Stock = shelves(goods)
	skus, _, err := goods.Receive(ctx, s.shop, system(), nil)
	if err != nil || skus == 0 { // the shelves were filled before
		return false, err
	}
	for _, g := range goods.Stock {
		if err := s.shop.Inventory.SetLow(ctx, inventory.SetLow{Meta: system(), SKU: g.SKU, Low: 5}); err != nil {
			return true, err
		}
	}
	return true, s.grant(ctx)
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

// grant starts the promotions of the shop.
func (s *site) grant(ctx context.Context) error {
	for _, row := range []struct {
		terms promotion.Terms
		codes []string
	}{
		{promotion.Terms{
			Title: welcome, Kind: promotion.Percentage, Scope: promotion.OnOrder,
			Rate: money.MustPercent("10"), Limits: promotion.Limits{PerBuyer: 1},
		}, []string{welcomeCode}},
		{promotion.Terms{
			Title: "Free shipping from €150", Kind: promotion.Percentage, Scope: promotion.OnShipping,
			Rate: money.MustPercent("100"), Minimum: money.EUR(150_00), Automatic: true,
		}, nil},
		{promotion.Terms{
			Title: "15 % off kettles", Kind: promotion.Percentage, Scope: promotion.OnItems,
			Rate: money.MustPercent("15"), Categories: []string{"kettles"}, Automatic: true, Priority: 1,
		}, nil},
	} {
		p, err := s.shop.Promotions.Create(ctx, promotion.Create{Meta: system(), Terms: row.terms})
		if err != nil {
			return err
		}
		if len(row.codes) > 0 {
			if _, err := s.shop.Promotions.AddCodes(ctx, p.ID, promotion.AddCodes{Meta: system(), Codes: row.codes}); err != nil {
				return err
			}
		}
		if _, err := s.shop.Promotions.Activate(ctx, p.ID, promotion.Move{Meta: system()}); err != nil {
			return err
		}
	}
	return nil
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
