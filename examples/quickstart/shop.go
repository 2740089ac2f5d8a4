package main

import (
	"context"
	_ "embed"
	"strings"
	"time"

	"github.com/kontor-go/kontor/adapters/flatrate"
	"github.com/kontor-go/kontor/adapters/lognotify"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/adapters/tablerate"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/support"
	"github.com/kontor-go/kontor/tax"
)

// The ways to pay.
const (
	transfer = "transfer"
	card     = "stripe"
)

// tenant is the shop in the database.
const tenant = "quickstart"

// secret signs the links in mails and the cursors of lists. A shop that is open
// to the world reads its own from where it keeps such things.
const secret = "known to everybody who reads this" //nolint:gosec // see above

// staff is who works here, by what is to be done only once; empty: whenever.
func staff(key string) op.Meta {
	return op.Meta{By: op.Actor{Kind: op.Staff, ID: "mia"}, Key: key}
}

// here is where prices are asked.
func here() market.Context {
	return market.Context{Channel: "web", Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "en"}
}

// ourPlace is where parcels leave.
func ourPlace() postal.Address {
	return postal.Address{
		Company: "Kontor Quickstart", Lines: []string{"Speicherstadt 7"}, Postcode: "20457", City: "Hamburg", Country: "DE",
	}
}

// newShop builds the engine, and returns the view of our tenant.
func (s *story) newShop(ctx context.Context) (*commerce.Engine, error) {
	post, err := newPost(nil)
	if err != nil {
		return nil, err
	}
	taxes, err := tax.NewTable(tax.EU())
	if err != nil {
		return nil, err
	}
	desk := folder(s.mem.Folder)
	mail := lognotify.New(s.mem.Folder, nil)
	engine, err := commerce.New(commerce.Config{
		Store: s.db.store, Clock: s.clock, NewID: s.newID, Numbers: s.numbers, Secret: []byte(secret),
		Payments:     s.tills(),
		Taxes:        taxes,
		Carriers:     []shipping.Carrier{post},
		Selling:      selling(),
		Bins:         fulfillment.BinsFunc(bins),
		Warehouses:   map[string]fulfillment.Warehouse{supplierPlace: supplier{desk}},
		Notifiers:    map[notification.Channel]notification.Notifier{notification.Email: mail, notification.SMS: mail},
		Channels:     map[support.Kind]support.Channel{support.Email: letters{desk}}, //nolint:exhaustive // chats and calls need none
		Mailbox:      "reply@shop.example",
		Site:         site(),
		ReturnPolicy: returns.Window{Days: 30, FinalCategories: []string{"personal-care"}},
	})
	if err != nil {
		return nil, err
	}
	s.diary.listen(engine.Events)
	if err := engine.Start(ctx); err != nil {
		return nil, err
	}
	return engine.Tenant(ctx, tenant)
}

// tills are the ways to pay. Stripe is a simulator inside this program: with a
// key of yours and without HTTPClient it is Stripe itself.
func (s *story) tills() map[string]payment.Provider {
	return map[string]payment.Provider{
		transfer: &manual.Provider{
			Title:        "Bank transfer",
			Instructions: "transfer the total to DE02 1203 0000 0000 2020 51 and quote the order number",
			Window:       14 * 24 * time.Hour,
		},
		card: stripe.New(stripetest.Key, &stripe.Options{
			HTTPClient: s.bank.Client(), WebhookSecrets: []string{stripetest.Secret}, Clock: s.clock,
		}),
	}
}

// selling is where and how the shop ships. List prices contain the taxes of
// wherever the goods go.
func selling() commerce.Selling {
	return commerce.Selling{
		TaxInclusive: true,
		Zones: []shipping.Zone{
			{Code: "de", Title: "Germany", Areas: []postal.Area{{Country: "DE"}}},
			{Code: "at", Title: "Austria", Areas: []postal.Area{{Country: "AT"}}},
		},
		Methods: []shipping.Method{
			{Code: "parcel", Title: "Parcel", Carrier: "post", Service: "parcel"},
			{Code: "express", Title: "Express, next day", Zones: []string{"de"}, Carrier: "post", Service: "express"},
			{Code: "cargo", Title: "Forwarding agent", Price: money.EUR(49_00), MinWeight: 25 * measure.Kilogram},
		},
		From:    ourPlace().Place(),
		Packing: 300 * measure.Gram,
		Piece:   500 * measure.Gram,
		Home:    "DE",
	}
}

// site is where the pages of the shop are, for links in messages.
func site() commerce.Site {
	return commerce.Site{
		Name:       "Kontor Quickstart",
		OrderPage:  func(pass string) string { return "https://shop.example/order?pass=" + pass },
		ReviewPage: func(e reviews.EntitlementID) string { return "https://shop.example/review/" + e.String() },
		CartPage:   func(cart string) string { return "https://shop.example/cart/" + cart },

		ConfirmPage:     func(token string) string { return "https://shop.example/confirm?token=" + token },
		UnsubscribePage: func(token string) string { return "https://shop.example/unsubscribe?token=" + token },
	}
}

//go:embed data/post.csv
var postPrices string

// post is a carrier put together from two adapters: its prices stand in a
// table, and its labels are printed here.
type post struct {
	*tablerate.Carrier
	printer *flatrate.Carrier
}

var _ shipping.Labeler = post{}

// newPost returns the carrier with a printer of its labels; nil is one that speaks
// ZPL.
func newPost(printer shipping.LabelPrinter) (post, error) {
	sheet, err := tablerate.Read(strings.NewReader(postPrices))
	if err != nil {
		return post{}, err
	}
	prices, err := tablerate.New("post", sheet)
	return post{Carrier: prices, printer: &flatrate.Carrier{
		Name: "post", Title: "Kontor Post", Printer: printer,
		Services: []flatrate.Service{{Code: "parcel", Title: "Parcel"}, {Code: "express", Title: "Express"}},
	}}, err
}

// Label prints the label of a parcel.
func (p post) Label(ctx context.Context, r shipping.LabelRequest) (shipping.Label, error) {
	return p.printer.Label(ctx, r)
}
