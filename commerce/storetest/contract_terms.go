package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/tax"
)

// termsSuite is the part of the suite that is about what the rooms ask and
// grant.
func termsSuite() map[string]func(t *testing.T, open Opener) {
	return map[string]func(t *testing.T, open Opener){
		"taxes and shipping follow the address":       termsFollowTheAddress,
		"placing demands what the terms require":      placingDemands,
		"a price is explained to the cent":            priceIsExplained,
		"codes give, or the quote says why not":       codesGiveOrSayWhy,
		"what one trip sees is what the rooms say":    oneTripSeesTheSame,
		"a code with N uses serves N of M buyers":     usesForBuyers,
		"a guest is counted by mail":                  guestIsCounted,
		"a promotion changed meanwhile is seen":       promotionChangedMeanwhile,
		"a payment come to nothing gives uses back":   declinedGivesUsesBack,
		"promotions of tenants are apart":             promotionsAreApart,
		"a guest comes back by pass":                  guestComesBack,
		"uses are counted once, whatever is repeated": usesAreCountedOnce,
	}
}

// The things of a shop whose terms come from its rooms. Prices contain taxes.
const (
	Lamp  = "LAMP"  // 119.00, 2 kg, in lights under home
	Novel = "NOVEL" // 10.70, 400 g, taxed as a book, in no category
)

// NewTerms opens a Shop whose terms come from its rooms: the value added tax of
// the European Union, and books at less; parcels to Germany for 4.76, with an
// express at 9.90 up to 3 kg, and to France and Spain for 11.90.
func NewTerms(t testing.TB, store commerce.Store) *Shop {
	t.Helper()
	s := Reopen(t, store, clockAtOpening(), newCard())
	s.rebuild(s.termsConfig())
	s.FillTerms()
	return s
}

func (s *Shop) termsConfig() commerce.Config {
	s.t.Helper()
	sheet := tax.EU()
	for zone, percent := range map[string]string{"DE": "7", "FR": "5.5", "ES": "4"} {
		sheet.Rules = append(sheet.Rules, tax.Rule{Zone: zone, Category: "books", Name: "VAT", Rate: money.MustPercent(percent)})
	}
	table, err := tax.NewTable(sheet)
	require.NoError(s.t, err)
	cfg := Config(s.Store, s.Clock, s.Card)
	cfg.Terms, cfg.Taxes = nil, table
	cfg.Selling = commerce.Selling{
		TaxInclusive: true, Packing: 200 * measure.Gram,
		Zones: []shipping.Zone{
			{Code: "home", Areas: []postal.Area{{Country: "DE"}}},
			{Code: "south", Areas: []postal.Area{{Country: "FR"}, {Country: "ES"}}},
		},
		Methods: []shipping.Method{
			{Code: "parcel", Title: "Parcel", Zones: []string{"home"}, Price: money.EUR(4_76), FreeFrom: money.EUR(500_00)},
			{Code: "express", Title: "Express", Zones: []string{"home"}, Price: money.EUR(9_90), MaxWeight: 3 * measure.Kilogram},
			{Code: "abroad", Title: "Parcel abroad", Zones: []string{"south"}, Price: money.EUR(11_90)},
		},
	}
	return cfg
}

// FillTerms puts the things of NewTerms on the shelf.
func (s *Shop) FillTerms() {
	s.t.Helper()
	home, err := s.Catalog.CreateCategory(s.Ctx(), catalog.CreateCategory{Meta: Staff(), Slug: "home", Title: "Home"})
	require.NoError(s.t, err)
	lights, err := s.Catalog.CreateCategory(s.Ctx(), catalog.CreateCategory{Meta: Staff(), Slug: "lights", Title: "Lights", Parent: home.ID})
	require.NoError(s.t, err)
	for _, x := range []struct {
		sku, tax string
		price    money.Amount
		weight   measure.Weight
	}{{Lamp, "", money.EUR(119_00), 2 * measure.Kilogram}, {Novel, "books", money.EUR(10_70), 400 * measure.Gram}} {
		_, err := s.Catalog.CreateProduct(s.Ctx(), catalog.CreateProduct{Meta: Staff(), NewProduct: catalog.NewProduct{
			Slug: slug(x.sku), Title: "The " + x.sku, Publish: true, TaxCategory: x.tax,
			Variants: []catalog.NewVariant{{SKU: x.sku, Weight: x.weight, Prices: []catalog.Price{{Unit: money.Each(x.price)}}}},
		}})
		require.NoError(s.t, err)
		_, err = s.Inventory.Receive(s.Ctx(), inventory.Receive{Meta: Staff(), SKU: x.sku, Quantity: Stock})
		require.NoError(s.t, err)
	}
	_, err = s.Catalog.Present(s.Ctx(), catalog.Present{Meta: Staff(), Products: []catalog.Showing{
		{Slug: slug(Lamp), Presentation: catalog.Presentation{Categories: []catalog.CategoryID{lights.ID}}},
	}})
	require.NoError(s.t, err)
}

// Berlin is an address in Germany.
func Berlin() *postal.Address {
	return &postal.Address{Name: "Ada Lovelace", Lines: []string{"Unter den Linden 1"}, Postcode: "10117", City: "Berlin", Country: "DE"}
}

// Paris is an address in France.
func Paris() *postal.Address {
	return &postal.Address{Name: "Ada Lovelace", Lines: []string{"1 rue de Rivoli"}, Postcode: "75001", City: "Paris", Country: "FR"}
}

// Tenerife is an address on the Canary Islands, outside of the tax of Spain.
func Tenerife() *postal.Address {
	return &postal.Address{
		Name: "Ada Lovelace", Lines: []string{"Calle del Castillo 1"}, Postcode: "38001", City: "Santa Cruz", Region: "Santa Cruz de Tenerife", Country: "ES",
	}
}

// Vienna is an address where the shop does not deliver.
func Vienna() *postal.Address {
	return &postal.Address{Name: "Ada Lovelace", Lines: []string{"Ring 1"}, Postcode: "1010", City: "Wien", Country: "AT"}
}

// to sends a cart somewhere.
func (s *Shop) to(c cart.Cart, a *postal.Address) cart.Cart {
	s.t.Helper()
	c, err := s.Carts.SetAddresses(s.Ctx(), c.ID, cart.SetAddresses{Meta: op.Meta{By: c.Buyer}, ShipTo: a})
	require.NoError(s.t, err)
	return c
}

// by has a cart shipped by a method.
func (s *Shop) by(c cart.Cart, method string) cart.Cart {
	s.t.Helper()
	c, err := s.Carts.SetShipping(s.Ctx(), c.ID, cart.SetShipping{Meta: op.Meta{By: c.Buyer}, Method: method})
	require.NoError(s.t, err)
	return c
}

func (s *Shop) quote(c cart.Cart) checkout.Quote {
	s.t.Helper()
	q, err := s.Checkout.Quote(s.Ctx(), c.ID)
	require.NoError(s.t, err)
	require.NoError(s.t, q.Quote.Verify())
	return q
}

// taxed are the taxes of a quote by rate, in cents.
func taxed(q checkout.Quote) map[string]int64 {
	out := map[string]int64{}
	for _, x := range q.Taxes {
		out[x.Rate.String()] += x.Amount.Minor()
	}
	return out
}

func methods(q checkout.Quote) map[string]int64 {
	out := map[string]int64{}
	for _, m := range q.Methods {
		out[m.Code] = m.Amount.Minor()
	}
	return out
}

// termsFollowTheAddress prices one cart for four destinations: prices stay, and
// the taxes in them and what can be shipped are those of the place.
func termsFollowTheAddress(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	c := s.Cart("ada", Line(Lamp, 1), Line(Novel, 1))
	q := s.quote(c)
	require.True(t, q.Estimated, "only the country of the market is known")
	require.Equal(t, postal.Place{Country: "DE"}, q.To)
	require.Equal(t, checkout.Required{ShipTo: true}, q.Required)
	require.Equal(t, map[string]int64{"parcel": 4_76, "express": 9_90}, methods(q))
	require.Equal(t, []shipping.Refused{{Method: "abroad", Reason: shipping.OtherZone}}, q.NotOffered)
	require.Equal(t, "parcel", q.Method, "the first one, as long as none is chosen")
	require.Equal(t, map[string]int64{"0.19": 19_00 + 76, "0.07": 70}, taxed(q))
	require.Equal(t, money.EUR(134_46), q.Total)

	c = s.by(s.to(c, Berlin()), "express")
	q = s.quote(c)
	require.False(t, q.Estimated)
	require.Equal(t, postal.Place{Country: "DE", Postcode: "10117"}, q.To)
	require.Equal(t, map[string]int64{"0.19": 19_00 + 1_58, "0.07": 70}, taxed(q))
	require.Equal(t, money.EUR(139_60), q.Total)

	c = s.to(c, Paris())
	q = s.quote(c)
	require.True(t, q.MethodGone, "no express there")
	require.Equal(t, map[string]int64{"abroad": 11_90}, methods(q))
	require.Equal(t, map[string]int64{"0.2": 19_83 + 1_98, "0.055": 56}, taxed(q))
	require.Equal(t, money.EUR(141_60), q.Total)
	_, err := s.Checkout.Place(s.Ctx(), c.ID, s.Request(c, "transfer", ""))
	require.ErrorIs(t, err, checkout.ErrMethodGone)
	require.Equal(t, "shipping_method", fault.FieldsOf(err)[0].Path)

	c = s.to(c, Vienna())
	q = s.quote(c)
	require.Empty(t, q.Methods)
	require.Len(t, q.NotOffered, 3)
	_, err = s.Checkout.Place(s.Ctx(), c.ID, s.Request(c, "transfer", ""))
	require.ErrorIs(t, err, checkout.ErrNotShipped)

	c = s.by(s.to(c, Tenerife()), "abroad")
	q = s.quote(c)
	require.Equal(t, map[string]int64{"0": 0}, taxed(q), "the postcode is outside of the tax")
	require.Equal(t, money.EUR(141_60), q.Total)
	s.keepsTerms(c)

	heavy := s.to(s.Cart("bob", Line(Lamp, 2)), Berlin())
	q = s.quote(heavy)
	require.Equal(t, shipping.Refused{Method: "express", Reason: shipping.TooHeavy}, q.NotOffered[0], "4.2 kg with the wrapping")
	rich := s.to(s.Cart("bob", Line(Lamp, 5)), Berlin())
	require.Equal(t, map[string]int64{"parcel": 0}, methods(s.quote(rich)))
	s.Sound()
}

// keepsTerms places a cart and demands that the order keeps what was agreed.
func (s *Shop) keepsTerms(c cart.Cart) {
	s.t.Helper()
	p := s.Place(c, "transfer", "")
	o := s.Order(p.OrderID)
	require.Equal(s.t, p.Order, o)
	require.Equal(s.t, "ada@example.com", o.Email)
	require.Equal(s.t, Tenerife(), o.ShipTo)
	require.Equal(s.t, "abroad", o.ShippingMethod)
	require.Equal(s.t, []order.Charge{{
		Kind: order.ForShipping, Code: "abroad", Title: "Parcel abroad", Amount: money.EUR(11_90), Discount: money.EUR(0),
		Net: money.EUR(11_90), Tax: money.EUR(0), Gross: money.EUR(11_90),
	}}, o.Charges)
	require.Equal(s.t, []string{"home", "lights"}, o.Lines[0].Categories)
	require.Nil(s.t, o.Lines[1].Categories)
	require.NoError(s.t, s.Checkout.Replay(o))
	s.Settle()
}

// placingDemands has carts that lack what the terms require.
func placingDemands(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	guest, err := s.Carts.Create(s.Ctx(), cart.Create{Market: Here()})
	require.NoError(t, err)
	guest, err = s.Carts.Add(s.Ctx(), guest.ID, cart.Add{SKU: Novel, Quantity: 1})
	require.NoError(t, err)
	require.Equal(t, checkout.Required{ShipTo: true, Email: true}, s.quote(guest).Required)
	refused := func(c cart.Cart, fields ...string) {
		t.Helper()
		_, err := s.Checkout.Place(s.Ctx(), c.ID, s.Request(c, "transfer", ""))
		require.ErrorIs(t, err, fault.Invalid)
		require.Equal(t, "checkout.place", fault.CodeOf(err))
		var have []string
		for _, f := range fault.FieldsOf(err) {
			have = append(have, f.Path)
		}
		require.Equal(t, fields, have)
		now, err := s.Carts.Cart(s.Ctx(), c.ID)
		require.NoError(t, err)
		require.Equal(t, c, now)
		list, err := s.Orders.Orders(s.Ctx(), order.Query{})
		require.NoError(t, err)
		require.Empty(t, list.Items)
	}
	refused(guest, "email", "ship_to")
	guest = s.to(guest, Berlin())
	refused(guest, "email")
	known := s.Cart("ada", Line(Novel, 1))
	refused(known, "ship_to")

	bad := Berlin()
	bad.Postcode, bad.City = "1011", ""
	_, err = s.Carts.SetAddresses(s.Ctx(), known.ID, cart.SetAddresses{ShipTo: bad})
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, "ship_to.city", fault.FieldsOf(err)[0].Path)
	require.Equal(t, "ship_to.postcode", fault.FieldsOf(err)[1].Path)

	guest, err = s.Carts.SetAddresses(s.Ctx(), guest.ID, cart.SetAddresses{Email: "guest@example.com"})
	require.NoError(t, err)
	require.Equal(t, "guest@example.com", s.Place(guest, "transfer", "").Order.Email)
	s.Settle()
	s.Sound()
}

// priceIsExplained compares every sentence of a price with promotions, taxes of
// the destination and shipping, before and after it is placed.
func priceIsExplained(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	s.promote(s.sale("Light week", "10"))
	s.promote(s.freeShipping(), "FREESHIP")
	c := s.by(s.to(s.Cart("ada", Line(Lamp, 1), Line(Novel, 1)), Paris()), "abroad")
	c = s.typed(c, "freeship")
	want := []string{
		"LAMP: 1 × €119.00 = €119.00",
		"NOVEL: 1 × €10.70 = €10.70",
		"Parcel abroad: €11.90",
		"order: FREESHIP takes 100 % of €11.90 = €11.90",
		"Parcel abroad: FREESHIP, share of €11.90 for €11.90 = €11.90",
		"LAMP: Light week takes 10 % of €119.00 = €11.90",
		"LAMP: VAT (FR 75001) 20 % in €107.10 = €17.85",
		"NOVEL: VAT (FR 75001) 5.5 % in €10.70 = €0.56",
		"Parcel abroad: VAT (FR 75001) 20 % in €0.00 = €0.00",
		"order: total €117.80",
	}
	q := s.quote(c)
	require.Equal(t, want, q.Explain("en"))
	require.Equal(t, []int64{129_70, 11_90, 23_80, 18_41, 117_80}, []int64{
		q.Subtotal.Minor(), q.ShippingTotal.Minor(), q.Discount.Minor(), q.Tax.Minor(), q.Total.Minor(),
	})
	o := s.Place(c, "transfer", "").Order
	s.Settle()
	o = s.Order(o.ID)
	told, err := s.Checkout.Explain(o, "en")
	require.NoError(t, err)
	require.Equal(t, want, told)
	require.NoError(t, s.Checkout.Replay(o))
	require.Equal(t, []order.Charge{{
		Kind: order.ForShipping, Code: "abroad", Title: "Parcel abroad", Amount: money.EUR(11_90), Discount: money.EUR(11_90),
		Net: money.EUR(0), Tax: money.EUR(0), Gross: money.EUR(0),
	}}, o.Charges)
	require.Equal(t, []pricing.Reason(nil), reasons(q))
	s.Sound()
}

func reasons(q checkout.Quote) []pricing.Reason {
	var out []pricing.Reason
	for _, r := range q.Refused {
		out = append(out, r.Reason)
	}
	return out
}
