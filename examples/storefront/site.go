package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"

	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/examples/storefront/assets"
	"github.com/kontor-go/kontor/kernel/clock"
)

// config is how the site is run. The zero value is for tests.
type config struct {
	logger *slog.Logger // defaults to silence
	clock  clock.Clock  // defaults to the system's
	// base is where the site is: "http://localhost:8080". Links in messages and
	// the way back from a bank begin with it.
	base string
	// mail is the folder into which messages are written.
	mail string
	// trade makes up a fortnight of trade in a shop that is new.
	trade bool
}

// site is the program: its pages, its one table, and the shop.
type site struct {
	config
	shop   *commerce.Engine
	bank   *stripetest.Simulator
	assets *assets.Set
	seal   seal
	labels labels
	// password opens the back office. It is of this run alone.
	password string
	staff    sessions
}

// newSite brings the schema up to date, builds the shop and fills it.
func newSite(ctx context.Context, store *bunstore.Store, c config) (*site, error) {
	if c.logger == nil {
		c.logger = slog.New(slog.DiscardHandler)
	}
	if c.clock == nil {
		c.clock = clock.System()
	}
	past := &pastClock{present: c.clock}
	c.clock = past
	if err := store.Migrate(ctx); err != nil {
		return nil, err
	}
	secret, err := secretOf(ctx, store.DB())
	if err != nil {
		return nil, err
	}
	s := &site{config: c, seal: seal{secret}, password: rand.Text()[:16]}
	s.labels.clock, s.staff.clock = c.clock, c.clock
	if s.assets, err = assets.Load(); err != nil {
		return nil, err
	}
	if err := s.openShop(ctx, store, secret); err != nil {
		return nil, err
	}
	fresh, err := s.stockUp(ctx)
	if err == nil && fresh && c.trade {
		err = s.tradeBefore(ctx, past)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// setting is a row of the host's own table: what a shop must remember from one
// run to the next.
type setting struct {
	bun.BaseModel `bun:"table:storefront_setting"`

	Name  string `bun:",pk"`
	Value string `bun:",notnull"`
}

// secretOf returns the secret of the shop in the database, which signs cookies
// and links. The first run makes it up.
func secretOf(ctx context.Context, db *bun.DB) ([]byte, error) {
	if _, err := db.NewCreateTable().Model((*setting)(nil)).IfNotExists().Exec(ctx); err != nil {
		return nil, err
	}
	fresh := setting{Name: "secret", Value: rand.Text() + rand.Text()}
	if _, err := db.NewInsert().Model(&fresh).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
		return nil, err
	}
	var kept setting
	err := db.NewSelect().Model(&kept).Where("name = 'secret'").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errors.New("the secret of the shop is gone")
	}
	return []byte(kept.Value), err
}

// handler is all pages.
func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", s.assets)
	mux.Handle("GET /pictures/{slug}/{shade}", http.HandlerFunc(drawing))
	s.customerPages(mux)
	s.staffPages(mux)
	mux.Handle("/", s.page(func(http.ResponseWriter, *http.Request, *visit) error { return errNoPage }))
	// A page of somebody else must not act in the name of a visitor.
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.page(func(http.ResponseWriter, *http.Request, *visit) error { return errForeignPage }))
	return s.safe(guard.Handler(mux))
}

func (s *site) customerPages(mux *http.ServeMux) {
	mux.Handle("GET /{$}", s.page(s.home))
	mux.Handle("GET /c/{category}", s.page(s.category))
	mux.Handle("GET /search", s.page(s.search))
	mux.Handle("GET /p/{product}", s.page(s.product))
	mux.Handle("POST /counting", s.form(s.answerCount))
	mux.Handle("GET /cart", s.page(s.cart))
	mux.Handle("POST /cart/lines", s.form(s.addLine))
	mux.Handle("POST /cart/lines/{line}", s.form(s.changeLine))
	mux.Handle("POST /cart/codes", s.form(s.changeCode))
	mux.Handle("GET /checkout", s.page(s.address))
	mux.Handle("POST /checkout", s.form(s.setAddress))
	mux.Handle("GET /checkout/payment", s.page(s.choose))
	mux.Handle("POST /checkout/shipping", s.form(s.setShipping))
	mux.Handle("POST /checkout/place", s.form(s.place))
	mux.Handle("GET /checkout/bank", s.page(s.bankPage))
	mux.Handle("POST /checkout/bank", s.form(s.answerBank))
	mux.Handle("GET /order", s.page(s.findForm))
	mux.Handle("POST /order", s.form(s.find))
	mux.Handle("GET /o/{pass}", s.page(s.orderPage))
	mux.Handle("GET /o/{pass}/return", s.page(s.returnForm))
	mux.Handle("POST /o/{pass}/return", s.form(s.requestReturn))
	mux.Handle("POST /o/{pass}/chat", s.form(s.askOrderChat))
	mux.Handle("GET /review/{token}", s.page(s.reviewForm))
	mux.Handle("POST /review/{token}", s.form(s.writeReview))
	mux.Handle("GET /help", s.page(s.helpForm))
	mux.Handle("POST /help", s.form(s.askForHelp))
	mux.Handle("GET /chat/{token}", s.page(s.chat))
	mux.Handle("POST /chat/{token}", s.form(s.sayInChat))
}
