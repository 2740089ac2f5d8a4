package main

import (
	"context"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
)

// transfer is the key of the one way to pay.
const transfer = "transfer"

func buyer() op.Actor { return op.Actor{Kind: op.Buyer, ID: "ada"} }

func staff() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "mia"}} }

// here is where prices are asked.
func here() market.Context {
	return market.Context{Channel: "web", Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "en"}
}

// terms are what the shop asks and grants beside its list prices.
func terms() checkout.Terms {
	return checkout.Terms{
		TaxInclusive: true,
		Taxes:        []pricing.Tax{{Name: "VAT", Rate: money.MustPercent("19")}},
		Shipping:     []checkout.ShippingMethod{{Code: "parcel", Title: "Parcel", Amount: money.EUR(5_90)}},
		Coupons: []checkout.Coupon{{Code: "WELCOME10", Discount: pricing.Discount{
			Title: "10 % for new customers", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustPercent("10"),
		}}},
	}
}

// newShop builds the engine on a database, and returns the view of its tenant.
func newShop(ctx context.Context, d database, diary *diary) (*commerce.Engine, error) {
	engine, err := commerce.New(commerce.Config{
		Store: d.store,
		Payments: map[string]payment.Provider{transfer: &manual.Provider{
			Title:        "Bank transfer",
			Instructions: "transfer the total to DE02 1203 0000 0000 2020 51 and quote the order number",
			Window:       14 * 24 * time.Hour,
		}},
		Terms: checkout.Fixed(terms()),
	})
	if err != nil {
		return nil, err
	}
	diary.tenant = d.tenant
	diary.listen(engine.Events)
	if err := engine.Start(ctx); err != nil {
		return nil, err
	}
	return engine.Tenant(ctx, d.tenant)
}

// diary notes what the shop announces, as a mailer or an ERP would hear it.
type diary struct {
	tenant string
	heard  []string
}

func (d *diary) listen(bus *event.Bus) {
	event.On(bus, "quickstart.diary", func(_ context.Context, e event.Event, p order.Placed) error {
		return d.note(e, "order "+p.Number+" was placed")
	})
	event.On(bus, "quickstart.diary", func(_ context.Context, e event.Event, p payment.Captured) error {
		return d.note(e, money.Format(p.Amount, "en")+" came in")
	})
	event.On(bus, "quickstart.diary", func(_ context.Context, e event.Event, p order.Confirmed) error {
		return d.note(e, "order "+p.Number+" is confirmed, its goods are kept")
	})
}

func (d *diary) note(e event.Event, text string) error {
	if e.Tenant == d.tenant { // the bus is shared by all shops in the database
		d.heard = append(d.heard, text)
	}
	return nil
}

// read returns what was heard since the last time.
func (d *diary) read() []string {
	heard := d.heard
	d.heard = nil
	return heard
}

// plural writes a number of things.
func plural(n int, thing string) string {
	text := thousands(n) + " " + thing
	if n != 1 {
		text += "s"
	}
	return text
}

func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
