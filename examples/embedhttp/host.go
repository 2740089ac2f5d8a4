package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
)

// config is how the host is run. The zero value is for tests.
type config struct {
	logger *slog.Logger // defaults to silence
	clock  clock.Clock  // defaults to the system's
	// secure sends the session cookie over HTTPS only.
	secure bool
	// rounds is the work in a password. Defaults to what OWASP asks for.
	rounds int
	// poll is how long the relay sleeps if nobody wakes it. Defaults to its own.
	poll time.Duration
}

// host is the program: its own tables, and the shop.
type host struct {
	config
	database
	shop *commerce.Engine
}

// newHost builds the shop and makes the tables of the host.
func newHost(ctx context.Context, d database, c config) (*host, error) {
	if c.logger == nil {
		c.logger = slog.New(slog.DiscardHandler)
	}
	if c.clock == nil {
		c.clock = clock.System()
	}
	if c.rounds == 0 {
		c.rounds = 600_000
	}
	shop, err := commerce.New(commerce.Config{
		Store: d.store, Logger: c.logger, Clock: c.clock, Relay: event.RelayConfig{Poll: c.poll},
		Payments: map[string]payment.Provider{"transfer": manual.New(), "cod": manual.New()},
		Terms:    checkout.Fixed(terms()),
	})
	if err != nil {
		return nil, err
	}
	if err := shop.Start(ctx); err != nil {
		return nil, err
	}
	for _, table := range []any{(*user)(nil), (*session)(nil), (*note)(nil)} {
		if _, err := d.db.NewCreateTable().Model(table).IfNotExists().WithForeignKeys().Exec(ctx); err != nil {
			return nil, err
		}
	}
	return &host{config: c, database: d, shop: shop}, nil
}

// handler is the whole of the HTTP interface.
func (h *host) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /users", h.public(h.signUp))
	mux.Handle("POST /sessions", h.public(h.signIn))
	mux.Handle("DELETE /sessions", h.public(h.signOut))
	mux.Handle("POST /carts", h.private(h.createCart))
	mux.Handle("GET /carts/{cart}", h.private(h.getCart))
	mux.Handle("POST /carts/{cart}/lines", h.private(h.addLine))
	mux.Handle("POST /carts/{cart}/codes", h.private(h.applyCode))
	mux.Handle("POST /carts/{cart}/order", h.private(h.placeOrder))
	mux.Handle("GET /orders/{order}", h.private(h.getOrder))
	mux.Handle("POST /orders/{order}/cancel", h.private(h.cancelOrder))
	// A page of somebody else must not act in the name of our user.
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.refuse(w, r, errForeignPage) }))
	return guard.Handler(mux)
}

// here is where prices are asked: this shop has one place.
func here() market.Context {
	return market.Context{Channel: "web", Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "en"}
}

func terms() checkout.Terms {
	return checkout.Terms{
		TaxInclusive: true,
		Taxes:        []pricing.Tax{{Name: "VAT", Rate: money.MustPercent("19")}},
		Shipping:     []checkout.ShippingMethod{{Code: "parcel", Title: "Parcel", Amount: money.EUR(4_95)}},
		Coupons: []checkout.Coupon{{Code: "TEN", Discount: pricing.Discount{
			Title: "10 % off", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustPercent("10"),
		}}},
	}
}

// stockUp puts three products on the shelves of an empty shop.
func (h *host) stockUp(ctx context.Context) error {
	by := op.Meta{By: op.Actor{Kind: op.System, ID: "embedhttp"}}
	var products []catalog.NewProduct
	for _, p := range []struct {
		slug, sku, title string
		cents            int64
	}{{"mug", "MUG", "Mug", 9_90}, {"tee", "TEE-M", "T-shirt", 19_99}, {"book", "BOOK", "Book", 24_50}} {
		products = append(products, catalog.NewProduct{
			Slug: p.slug, Title: p.title, Publish: true,
			Variants: []catalog.NewVariant{{SKU: p.sku, Prices: []catalog.Price{{Unit: money.Each(money.EUR(p.cents))}}}},
		})
	}
	if _, err := h.shop.Catalog.CreateProducts(ctx, catalog.CreateProducts{Meta: by, Products: products}); err != nil {
		return err
	}
	for _, p := range products {
		sku := p.Variants[0].SKU
		levels, err := h.shop.Inventory.Levels(ctx, sku)
		if err != nil {
			return err
		}
		if len(levels) > 0 {
			continue
		}
		if _, err := h.shop.Inventory.Receive(ctx, inventory.Receive{Meta: by, SKU: sku, Quantity: 100}); err != nil {
			return err
		}
	}
	return nil
}

// note is a line about a customer, for the staff.
type note struct {
	bun.BaseModel `bun:"table:crm_note"`

	ID     string `bun:",pk"`
	UserID string `bun:",notnull"`
	Order  string `bun:"order_id,notnull"`
	Text   string `bun:",notnull"`
	At     int64  `bun:",notnull"` // microseconds since 1970
}
