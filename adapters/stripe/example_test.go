package stripe_test

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/payment"
)

// must gives a value, or ends the example with the error that came instead.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A card is promised when the order is placed, after the buyer's bank has asked
// the buyer, and captured when the shop says so. Here a simulator stands for
// Stripe; without HTTPClient it is Stripe itself.
func ExampleNew() {
	ctx := context.Background()
	sim := stripetest.New(nil)
	card := stripe.New(stripetest.Key, &stripe.Options{
		HTTPClient:     sim.Client(),
		WebhookSecrets: []string{stripetest.Secret},
	})

	store := must(sqlite.Open(sqlite.Memory, nil))
	defer store.Close() //nolint:errcheck // an example
	must(0, store.Migrate(ctx))
	shop := must(commerce.New(commerce.Config{Store: store, Payments: map[string]payment.Provider{"card": card}}))
	staff, ada := op.Meta{By: op.Actor{Kind: op.Staff, ID: "7"}}, op.Meta{By: op.Actor{Kind: op.Buyer, ID: "ada"}}
	must(shop.Catalog.CreateProduct(ctx, catalog.CreateProduct{Meta: staff, NewProduct: catalog.NewProduct{
		Slug: "tee", Title: "T-shirt", Publish: true,
		Variants: []catalog.NewVariant{{SKU: "TEE-M", Prices: []catalog.Price{{Unit: money.Each(money.EUR(19_99))}}}},
	}}))
	must(shop.Inventory.Receive(ctx, inventory.Receive{Meta: staff, SKU: "TEE-M", Quantity: 3}))

	c := must(shop.Carts.Create(ctx, cart.Create{Meta: ada, Market: market.Context{Currency: money.MustCurrency("EUR"), Country: "DE"}}))
	must(shop.Carts.Add(ctx, c.ID, cart.Add{Meta: ada, SKU: "TEE-M", Quantity: 2}))
	placed := must(shop.Checkout.Place(ctx, c.ID, checkout.Place{
		Meta: ada, Method: "card", Total: must(shop.Checkout.Quote(ctx, c.ID)).Total,
		Details: payment.Details{Token: "pm_card_authenticationRequired", ReturnURL: "https://shop.example/back"},
	}))
	fmt.Println(placed.Payment.Status(), placed.Payment.Action.URL)

	sim.Authenticate(placed.Payment.Reference) // the buyer was at the bank
	for _, notice := range sim.Notices() {
		must(0, shop.Payments.Receive(ctx, "card", notice))
	}
	must(shop.Payments.ProcessInbox(ctx, 10))
	p := must(shop.Payments.Payment(ctx, placed.Payment.ID))
	fmt.Println(p.Status(), p.Authorized)

	p = must(shop.Payments.Capture(ctx, p.ID, payment.Capture{Meta: staff}))
	fmt.Println(p.Status(), p.Captured)
	for _, e := range sim.Books() {
		fmt.Println(e.Status, e.Captured, e.Currency)
	}
	// Output:
	// action_required https://hooks.stripe.com/redirect/authenticate/pi_sim_1
	// authorized 39.98 EUR
	// captured 39.98 EUR
	// succeeded 3998 eur
}
