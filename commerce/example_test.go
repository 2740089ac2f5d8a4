package commerce_test

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
)

// must gives a value, or ends the example with the error that came instead.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func ExampleNew() {
	ctx := context.Background()
	store := must(sqlite.Open(sqlite.Memory, nil))
	defer store.Close() //nolint:errcheck // an example
	must(0, store.Migrate(ctx))

	shop := must(commerce.New(commerce.Config{
		Store:    store,
		Payments: map[string]payment.Provider{"transfer": manual.New()},
		Terms: checkout.Fixed(checkout.Terms{
			TaxInclusive: true,
			Taxes:        []pricing.Tax{{Name: "VAT", Rate: money.MustPercent("19")}},
			Shipping:     []checkout.ShippingMethod{{Code: "parcel", Title: "Parcel", Amount: money.EUR(4_95)}},
			Coupons: []checkout.Coupon{{Code: "TEN", Discount: pricing.Discount{
				Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustPercent("10"),
			}}},
		}),
	}))
	must(0, shop.Start(ctx))
	event.On(shop.Events, "example", func(_ context.Context, _ event.Event, p order.Confirmed) error {
		fmt.Println("heard of", p.EventName())
		return nil
	})

	staff, ada := op.Meta{By: op.Actor{Kind: op.Staff, ID: "7"}}, op.Meta{By: op.Actor{Kind: op.Buyer, ID: "ada"}}
	must(shop.Catalog.CreateProduct(ctx, catalog.CreateProduct{Meta: staff, NewProduct: catalog.NewProduct{
		Slug: "tee", Title: "T-shirt", Publish: true,
		Variants: []catalog.NewVariant{{SKU: "TEE-M", Prices: []catalog.Price{{Unit: money.Each(money.EUR(19_99))}}}},
	}}))
	must(shop.Inventory.Receive(ctx, inventory.Receive{Meta: staff, SKU: "TEE-M", Quantity: 3}))

	here := market.Context{Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "en"}
	c := must(shop.Carts.Create(ctx, cart.Create{Meta: ada, Market: here}))
	must(shop.Carts.Add(ctx, c.ID, cart.Add{Meta: ada, SKU: "TEE-M", Quantity: 2}))
	must(shop.Carts.ApplyCode(ctx, c.ID, cart.ApplyCode{Meta: ada, Code: "ten"}))
	quote := must(shop.Checkout.Quote(ctx, c.ID))
	for _, why := range quote.Explain("en") {
		fmt.Println(why)
	}

	place := checkout.Place{Meta: op.Meta{By: ada.By, Key: "k1"}, Method: "transfer", Total: quote.Total}
	first := must(shop.Checkout.Place(ctx, c.ID, place))
	again := must(shop.Checkout.Place(ctx, c.ID, place))
	fmt.Println("the same order:", first.OrderID == again.OrderID)

	must(shop.Payments.Capture(ctx, first.Payment.ID, payment.Capture{Meta: staff, Reference: "statement 7, line 4"}))
	must(shop.Drain(ctx))
	o := must(shop.Orders.Order(ctx, first.OrderID))
	fmt.Println(o.Status(), o.PaymentStanding(), o.Paid)
	for _, b := range must(shop.Ledger.AccountBalances(ctx, "")) {
		fmt.Println(b.Account, b.Amount)
	}
	for _, l := range must(shop.Inventory.Levels(ctx, "TEE-M")) {
		fmt.Println(l.SKU, l.OnHand, "on hand,", l.Available(), "to be had")
	}
	fmt.Println("violations:", len(must(shop.Verify(ctx))))
	// Output:
	// TEE-M: 2 × €19.99 = €39.98
	// Parcel: €4.95
	// order: TEN takes 10 % of €39.98 = €4.00
	// TEE-M: TEN, share of €4.00 for €39.98 = €4.00
	// TEE-M: VAT 19 % in €35.98 = €5.74
	// Parcel: VAT 19 % in €4.95 = €0.79
	// order: total €40.93
	// the same order: true
	// heard of order.confirmed
	// confirmed paid 40.93 EUR
	// cash:transfer 40.93 EUR
	// receivable 0.00 EUR
	// sales -30.24 EUR
	// shipping -4.16 EUR
	// tax -6.53 EUR
	// TEE-M 3 on hand, 1 to be had
	// violations: 0
}

// All that cannot work is said at once.
func ExampleNew_refused() {
	_, err := commerce.New(commerce.Config{
		Secret:  []byte("short"),
		Without: []string{"kontor.no-such-reaction"},
	})
	for _, f := range fault.FieldsOf(err) {
		fmt.Println(f.Path, f.Text)
	}
	// Output:
	// Store must be set
	// Secret must have at least 16 bytes
	// Without[0] must be one of Reactions()
}
