package commerce_test

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/tax"
)

// A shop without Terms of its own asks its rooms: promotions, taxes by
// destination, shipping by zone. A guest buys in it.
func ExampleSelling() {
	ctx := context.Background()
	store := must(sqlite.Open(sqlite.Memory, nil))
	defer store.Close() //nolint:errcheck // an example
	must(0, store.Migrate(ctx))
	shop := must(commerce.New(commerce.Config{
		Store:    store,
		Payments: map[string]payment.Provider{"transfer": manual.New()},
		Taxes:    must(tax.NewTable(tax.EU())),
		Selling: commerce.Selling{
			TaxInclusive: true, Home: "DE",
			Zones: []shipping.Zone{{Code: "de", Areas: []postal.Area{{Country: "DE"}}}, {Code: "fr", Areas: []postal.Area{{Country: "FR"}}}},
			Methods: []shipping.Method{
				{Code: "parcel", Title: "Parcel", Zones: []string{"de"}, Price: money.EUR(4_90)},
				{Code: "colis", Title: "Colis", Zones: []string{"fr"}, Price: money.EUR(12_00)},
			},
		},
	}))
	staff := op.Meta{By: op.Actor{Kind: op.Staff, ID: "7"}}
	must(shop.Catalog.CreateProduct(ctx, catalog.CreateProduct{Meta: staff, NewProduct: catalog.NewProduct{
		Slug: "tee", Title: "T-shirt", Publish: true,
		Variants: []catalog.NewVariant{{SKU: "TEE-M", Prices: []catalog.Price{{Unit: money.Each(money.EUR(24_00))}}}},
	}}))
	must(shop.Inventory.Receive(ctx, inventory.Receive{Meta: staff, SKU: "TEE-M", Quantity: 3}))
	spring := must(shop.Promotions.Create(ctx, promotion.Create{Meta: staff, Terms: promotion.Terms{
		Title: "Spring", Kind: promotion.Percentage, Scope: promotion.OnOrder, Rate: money.MustPercent("25"), Limits: promotion.Limits{PerBuyer: 1},
	}}))
	must(shop.Promotions.AddCodes(ctx, spring.ID, promotion.AddCodes{Meta: staff, Codes: []string{"SPRING"}}))
	must(shop.Promotions.Activate(ctx, spring.ID, promotion.Move{Meta: staff}))

	c := must(shop.Carts.Create(ctx, cart.Create{Market: market.Context{Currency: money.MustCurrency("EUR"), Locale: "en"}}))
	must(shop.Carts.Add(ctx, c.ID, cart.Add{SKU: "TEE-M", Quantity: 1}))
	must(shop.Carts.ApplyCode(ctx, c.ID, cart.ApplyCode{Code: "spring"}))
	pass := must(shop.CartPass(c.ID, time.Now().Add(time.Hour))) // for a cookie
	c = must(shop.CartByPass(ctx, pass))
	q := must(shop.Checkout.Quote(ctx, c.ID))
	fmt.Println("estimated:", q.Estimated, q.To.Country, q.Total, "-", q.Denied[0].Code, q.Denied[0].Reason)
	_, err := shop.Checkout.Place(ctx, c.ID, checkout.Place{Method: "transfer", Total: q.Total})
	for _, f := range fault.FieldsOf(err) {
		fmt.Println(f.Path, f.Text)
	}

	must(shop.Carts.SetAddresses(ctx, c.ID, cart.SetAddresses{Email: "ada@example.com", ShipTo: &postal.Address{
		Name: "Ada Lovelace", Lines: []string{"1 rue de Rivoli"}, Postcode: "75001", City: "Paris", Country: "FR",
	}}))
	q = must(shop.Checkout.Quote(ctx, c.ID))
	for _, why := range q.Explain("en") {
		fmt.Println(why)
	}
	placed := must(shop.Checkout.Place(ctx, c.ID, checkout.Place{Method: "transfer", Total: q.Total}))
	o := must(shop.OrderByPass(ctx, must(shop.OrderPass(placed.Order))))
	fmt.Println(o.Email, o.ShippingMethod, o.Total)
	// Output:
	// estimated: true DE 28.90 EUR - SPRING needs_buyer
	// email must not be empty
	// ship_to must be an address
	// TEE-M: 1 × €24.00 = €24.00
	// Colis: €12.00
	// order: SPRING takes 25 % of €24.00 = €6.00
	// TEE-M: SPRING, share of €6.00 for €24.00 = €6.00
	// TEE-M: VAT (FR 75001) 20 % in €18.00 = €3.00
	// Colis: VAT (FR 75001) 20 % in €12.00 = €2.00
	// order: total €30.00
	// ada@example.com colis 30.00 EUR
}
