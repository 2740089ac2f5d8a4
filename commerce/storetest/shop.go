package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
	"github.com/kontor-go/kontor/pricing"
)

// Shop is a small shop on a store, with a clock that is moved by hand, a way to
// pay by transfer, one by a scripted card provider, and three things to sell.
type Shop struct {
	*commerce.Engine
	Clock *clock.Manual
	Card  *paymenttest.Scripted
	// Outside is nil for a shop that talks to nobody else; see NewWith.
	Outside *Outside
	Store   commerce.Store
	t       testing.TB
}

// The things the shop sells: one euro each for the first, two for the second
// and so on, and how many there are of each at the start.
const (
	Mug   = "MUG"
	Tee   = "TEE-M-BLACK"
	Book  = "BOOK"
	Stock = 100
)

// Opening is when the clock of a Shop begins.
func Opening() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

// Terms are the terms of a Shop: prices contain 19 % tax, carriage is 4.95, and
// two coupons.
func Terms() checkout.Terms {
	return checkout.Terms{
		TaxInclusive: true,
		Taxes:        []pricing.Tax{{Name: "VAT", Rate: money.MustPercent("19")}},
		Shipping:     []checkout.ShippingMethod{{Code: "standard", Title: "Standard", Amount: money.EUR(4_95)}},
		Coupons: []checkout.Coupon{
			{Code: "TEN", Discount: pricing.Discount{Title: "10 % off", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustPercent("10")}},
			{Code: "FIVE", Discount: pricing.Discount{Title: "5 off", Kind: pricing.AmountOff, Scope: pricing.OnOrder, Amount: money.EUR(5_00)}},
			{Code: "ALL", Discount: pricing.Discount{Title: "Free", Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustPercent("100")}},
		},
	}
}

// Config is the configuration of a Shop, for tests that change it.
func Config(store commerce.Store, clk clock.Clock, card payment.Provider) commerce.Config {
	return commerce.Config{
		Store: store, Clock: clk, Secret: []byte("a secret of the tests"),
		Payments: map[string]payment.Provider{"transfer": manual.New(), "card": card},
		Terms:    checkout.Fixed(Terms()),
	}
}

// New opens a Shop on an empty store and fills its shelves.
func New(t testing.TB, store commerce.Store) *Shop {
	t.Helper()
	s := Reopen(t, store, clock.NewManual(Opening()), &paymenttest.Scripted{})
	s.Fill(Stock)
	return s
}

// Reopen builds a Shop on a store that has been used before.
func Reopen(t testing.TB, store commerce.Store, clk *clock.Manual, card *paymenttest.Scripted) *Shop {
	t.Helper()
	return ReopenWith(t, store, clk, card, nil)
}

// rebuild builds the engine of s anew.
func (s *Shop) rebuild(cfg commerce.Config) {
	s.t.Helper()
	e, err := commerce.New(cfg)
	require.NoError(s.t, err)
	s.Engine = e
}

// View returns the shop of a tenant.
func (s *Shop) View(tenant string) *Shop {
	s.t.Helper()
	e, err := s.Tenant(s.Ctx(), tenant)
	require.NoError(s.t, err)
	v := *s
	v.Engine, v.Store = e, s.Store.Tenant(tenant)
	return &v
}

// Ctx is the context of the test.
func (s *Shop) Ctx() context.Context { return s.t.Context() }

// Staff is who works here, Buyer who buys.
func Staff() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "7"}} }

// Buyer is a buyer by name.
func Buyer(name string) op.Meta { return op.Meta{By: op.Actor{Kind: op.Buyer, ID: name}} }

// Here is where prices are asked.
func Here() market.Context {
	return market.Context{Channel: "web", Market: "eu", Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "en"}
}

// Fill puts the things into the catalogue and n of each on the shelf.
func (s *Shop) Fill(n int) {
	s.t.Helper()
	for i, sku := range []string{Mug, Tee, Book} {
		s.Sell(sku, money.EUR(int64(i+1)*100), n)
	}
}

// Sell puts one thing into the catalogue and n of it on the shelf.
func (s *Shop) Sell(sku string, price money.Amount, n int) {
	s.t.Helper()
	_, err := s.Catalog.CreateProduct(s.Ctx(), catalog.CreateProduct{Meta: Staff(), NewProduct: catalog.NewProduct{
		Slug: slug(sku), Title: "The " + sku, Publish: true,
		Variants: []catalog.NewVariant{{SKU: sku, Prices: []catalog.Price{{Unit: money.Each(price)}}}},
	}})
	require.NoError(s.t, err)
	if n > 0 {
		_, err = s.Inventory.Receive(s.Ctx(), inventory.Receive{Meta: Staff(), SKU: sku, Quantity: n})
		require.NoError(s.t, err)
	}
}

func slug(sku string) string {
	b := []byte(sku)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// Cart is a new cart of a buyer with lines in it.
func (s *Shop) Cart(buyer string, lines ...inventory.Line) cart.Cart {
	s.t.Helper()
	c, err := s.Carts.Create(s.Ctx(), cart.Create{Meta: Buyer(buyer), Market: Here(), Email: buyer + "@example.com"})
	require.NoError(s.t, err)
	for _, l := range lines {
		c, err = s.Carts.Add(s.Ctx(), c.ID, cart.Add{Meta: Buyer(buyer), SKU: l.SKU, Quantity: l.Quantity})
		require.NoError(s.t, err)
	}
	return c
}

// Line is a line of a cart to be filled.
func Line(sku string, n int) inventory.Line { return inventory.Line{SKU: sku, Quantity: n} }

// Total is what a cart costs.
func (s *Shop) Total(id cart.ID) money.Amount {
	s.t.Helper()
	q, err := s.Checkout.Quote(s.Ctx(), id)
	require.NoError(s.t, err)
	return q.Total
}

// Place turns a cart into an order, to be paid by a method.
func (s *Shop) Place(c cart.Cart, method, key string) checkout.Placed {
	s.t.Helper()
	p, err := s.Checkout.Place(s.Ctx(), c.ID, s.Request(c, method, key))
	require.NoError(s.t, err)
	return p
}

// Request is what Place asks for.
func (s *Shop) Request(c cart.Cart, method, key string) checkout.Place {
	s.t.Helper()
	meta := op.Meta{By: c.Buyer, Key: key}
	return checkout.Place{Meta: meta, Method: method, Total: s.Total(c.ID)}
}

// Settle delivers all events that are due.
func (s *Shop) Settle() {
	s.t.Helper()
	_, err := s.Drain(s.Ctx())
	require.NoError(s.t, err)
}

// Pass lets time pass and delivers what falls due.
func (s *Shop) Pass(d time.Duration) {
	s.t.Helper()
	s.Clock.Advance(d)
	s.Settle()
}

// Order reads an order.
func (s *Shop) Order(id order.ID) order.Order {
	s.t.Helper()
	o, err := s.Orders.Order(s.Ctx(), id)
	require.NoError(s.t, err)
	return o
}

// Level is what lies on the shelf of a SKU and how much of it is promised.
func (s *Shop) Level(sku string) (onHand, reserved int) {
	s.t.Helper()
	ls, err := s.Inventory.Levels(s.Ctx(), sku)
	require.NoError(s.t, err)
	for _, l := range ls {
		onHand += l.OnHand
		reserved += l.Reserved
	}
	return onHand, reserved
}

// Sound demands that nothing is wrong with money, stock and events, and that
// nothing is parked.
func (s *Shop) Sound() {
	s.t.Helper()
	vs, err := s.Verify(context.WithoutCancel(s.Ctx()))
	require.NoError(s.t, err)
	require.Empty(s.t, vs)
	d, err := s.Store.Queue().Depth(context.WithoutCancel(s.Ctx()))
	require.NoError(s.t, err)
	require.Zero(s.t, d.Parked, "parked events")
}

// T is the test that the shop belongs to.
func (s *Shop) T() testing.TB { return s.t }

// Name makes names that differ.
func Name(kind string, n int) string { return fmt.Sprintf("%s-%d", kind, n) }
