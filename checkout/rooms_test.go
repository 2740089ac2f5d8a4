package checkout_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/tax"
)

// shelf is a checkout.Reader with one basket on it.
type shelf struct {
	basket checkout.Basket
	asked  checkout.BasketQuery
}

func (s *shelf) Basket(_ context.Context, q checkout.BasketQuery) (checkout.Basket, error) {
	s.asked = q
	b := s.basket
	if !q.Promotions {
		b.Seen = nil
	}
	return b, nil
}

func (s *shelf) CheckoutAttempt(context.Context, order.ID) (checkout.Attempt, error) {
	return checkout.Attempt{}, fault.Missing("checkout")
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// goods is one thing in a basket.
type goods struct {
	sku, tax   string
	price      int64
	quantity   int
	weight     measure.Weight
	categories []string
}

// basket is a cart of things, to be sent to an address or nobody knows where.
func basket(t *testing.T, country string, to *postal.Address, things ...goods) checkout.Basket {
	t.Helper()
	b := checkout.Basket{Found: true, Offers: catalog.Offers{}, Seen: &promotion.Seen{}}
	c := cart.Cart{
		ID: cart.IDFrom(uuid.UUID{15: 1}), Market: market.Context{Currency: money.MustCurrency("EUR"), Country: country},
		Buyer: op.Actor{Kind: op.Buyer, ID: "ada"}, ShipTo: to, Version: 3,
	}
	for i, g := range things {
		c.Lines = append(c.Lines, cart.Line{N: i + 1, SKU: g.sku, Quantity: g.quantity})
		b.Offers.Put(catalog.Offer{
			Variant: catalog.Variant{SKU: g.sku, Weight: g.weight}, Title: "The " + g.sku, Status: catalog.Active, TaxCategory: g.tax,
			Categories: g.categories, Prices: []catalog.Price{{SKU: g.sku, MinQuantity: 1, Unit: money.Each(money.EUR(g.price))}},
		})
	}
	var err error
	b.Cart, err = cart.Restore(c, cart.StatusOpen)
	require.NoError(t, err)
	return b
}

func quote(t *testing.T, terms checkout.TermsPolicy, b checkout.Basket) checkout.Quote {
	t.Helper()
	s := checkout.NewService(checkout.Deps{Reader: &shelf{basket: b}, Clock: clock.NewManual(noon()), Terms: terms})
	q, err := s.Quote(t.Context(), b.Cart.ID)
	require.NoError(t, err)
	require.NoError(t, q.Quote.Verify())
	return q
}

func taxes(t *testing.T) *tax.Table {
	t.Helper()
	zone := func(code, country string, postcodes ...string) tax.Zone {
		return tax.Zone{Code: code, Areas: []postal.Area{{Country: country, Postcodes: postcodes}}}
	}
	rule := func(zone, category, percent string) tax.Rule {
		return tax.Rule{Zone: zone, Category: category, Name: "VAT", Rate: money.MustPercent(percent)}
	}
	table, err := tax.NewTable(tax.Sheet{
		Zones: []tax.Zone{zone("DE", "DE"), zone("FI", "FI"), zone("ES", "ES"), zone("IC", "ES", "35*", "38*")},
		Rules: []tax.Rule{
			rule("DE", "", "19"), rule("DE", "books", "7"), rule("FI", "", "24"), rule("ES", "", "21"), rule("IC", "", "0"),
		},
	})
	require.NoError(t, err)
	return table
}

func at(country, postcode string) *postal.Address {
	return &postal.Address{Name: "Ada", Country: country, Postcode: postcode}
}

// The destination decides over the tax. Figures T3, T5, T7, T9, T11, T13 and T15
// of the worked examples: with net prices the net stays and the gross follows the
// destination, with gross prices it is the other way round.
func TestTaxByDestination(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		inclusive              bool
		price                  int64
		category               string
		to                     *postal.Address
		net, contained, paying int64
	}{
		"T3 119 gross at 19 %":                      {true, 119_00, "", at("DE", "10117"), 100_00, 19_00, 119_00},
		"T3 100 net at 19 %":                        {false, 100_00, "", at("DE", "10117"), 100_00, 19_00, 119_00},
		"T5 8 gross at 7 %":                         {true, 8_00, "books", at("DE", "10117"), 7_48, 52, 8_00},
		"T7 16 gross at 19 %":                       {true, 16_00, "", at("DE", "10117"), 13_45, 2_55, 16_00},
		"T9 2 gross at 19 %":                        {true, 2_00, "", at("DE", "10117"), 1_68, 32, 2_00},
		"T11 2 gross at 24 %":                       {true, 2_00, "", at("FI", "00100"), 1_61, 39, 2_00},
		"T13 8.40 net at home":                      {false, 8_40, "", at("DE", "10117"), 8_40, 1_60, 10_00},
		"T13 8.40 net to a country of 24 %":         {false, 8_40, "", at("FI", "00100"), 8_40, 2_02, 10_42},
		"T15 25.21 net at home":                     {false, 25_21, "", at("DE", "10117"), 25_21, 4_79, 30_00},
		"T15 25.21 net outside of all zones":        {false, 25_21, "", at("US", "94103"), 25_21, 0, 25_21},
		"gross to Spain":                            {true, 121_00, "", at("ES", "28001"), 100_00, 21_00, 121_00},
		"gross to a part of Spain outside of taxes": {true, 121_00, "", at("ES", "38001"), 121_00, 0, 121_00},
		"a book where books have no rate":           {true, 1_24, "books", at("FI", "00100"), 1_00, 24, 1_24},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := basket(t, "DE", row.to, goods{sku: "A", tax: row.category, price: row.price, quantity: 1})
			q := quote(t, checkout.Rooms{TaxInclusive: row.inclusive, Taxes: taxes(t)}, b)
			require.Equal(t, []int64{row.net, row.contained, row.paying}, []int64{q.Lines[0].Net.Minor(), q.Tax.Minor(), q.Total.Minor()})
			require.Equal(t, row.to.Place(), q.To)
			require.False(t, q.Estimated)
			require.Equal(t, row.to.Country+" "+row.to.Postcode, q.Place)
		})
	}
}

func TestTheDestinationIsGuessedUntilItIsKnown(t *testing.T) {
	t.Parallel()
	book := goods{sku: "A", price: 121_00, quantity: 1}
	rooms := checkout.Rooms{TaxInclusive: true, Taxes: taxes(t)}
	q := quote(t, rooms, basket(t, "ES", nil, book))
	require.Equal(t, money.EUR(21_00), q.Tax)
	require.True(t, q.Estimated)
	require.Equal(t, checkout.Required{}, q.Required, "nothing is shipped, and the market says the country")

	q = quote(t, rooms, basket(t, "", nil, book))
	require.Equal(t, money.EUR(0), q.Tax, "nobody knows")
	require.True(t, q.Estimated)
	require.Equal(t, checkout.Required{ShipTo: true}, q.Required)

	rooms.Home = "ES"
	require.Equal(t, money.EUR(21_00), quote(t, rooms, basket(t, "", nil, book)).Tax)

	b := basket(t, "DE", nil, book)
	b.Cart.BillTo = at("ES", "28001")
	require.Equal(t, money.EUR(21_00), quote(t, rooms, b).Tax, "what is not shipped goes where the bill goes")
	rooms.Shipping = plan(t)
	require.Equal(t, postal.Place{Country: "DE"}, quote(t, rooms, b).To, "what is shipped does not")
}

// scale is a carrier that asks a cent a gram.
type scale struct {
	down  bool
	asked []shipping.RateRequest
}

func (*scale) Code() string { return "scale" }

func (s *scale) Rates(_ context.Context, r shipping.RateRequest) ([]shipping.Rate, error) {
	s.asked = append(s.asked, r)
	if s.down {
		return nil, fault.New(fault.Unavailable, "scale_down", "Not now.")
	}
	return []shipping.Rate{{Service: "slow", Amount: money.New(int64(r.Weight()/measure.Gram), r.Value.Currency()), MinDays: 2, MaxDays: 4}}, nil
}

func plan(t *testing.T, carriers ...shipping.Carrier) *shipping.Plan {
	t.Helper()
	sheet := shipping.PlanSheet{Carriers: carriers, Methods: []shipping.Method{
		{Code: "flat", Title: "Parcel", Price: money.EUR(4_76), TaxCategory: "books"},
	}}
	if len(carriers) > 0 {
		sheet.Methods = append(sheet.Methods, shipping.Method{Code: "scale", Title: "By weight", Carrier: "scale"})
	}
	p, err := shipping.NewPlan(sheet)
	require.NoError(t, err)
	return p
}

func TestShippingIsWeighedAndPacked(t *testing.T) {
	t.Parallel()
	c := &scale{}
	rooms := checkout.Rooms{Shipping: plan(t, c), Packing: 100 * measure.Gram, Piece: 50 * measure.Gram, Taxes: taxes(t), From: postal.Place{Country: "DE"}}
	b := basket(t, "DE", at("DE", "10117"), goods{sku: "A", price: 10_00, quantity: 2, weight: measure.Kilogram}, goods{sku: "B", price: 1_00, quantity: 3})
	q := quote(t, rooms, b)
	require.Equal(t, []checkout.ShippingMethod{
		{Code: "flat", Title: "Parcel", Amount: money.EUR(4_76), TaxCategory: "books"},
		{Code: "scale", Title: "By weight", Amount: money.EUR(22_50), Carrier: "scale", Service: "slow", MinDays: 2, MaxDays: 4},
	}, q.Methods)
	require.Equal(t, []shipping.RateRequest{{
		From: postal.Place{Country: "DE"}, To: postal.Place{Country: "DE", Postcode: "10117"}, Value: money.EUR(23_00), At: noon(),
		Parcels: []shipping.Parcel{{Weight: 2250 * measure.Gram}},
	}}, c.asked)
	require.Equal(t, "flat", q.Method)
	require.Equal(t, money.EUR(33), q.Shipping[0].Tax, "7 % on 4.76: the category is that of the method")

	rooms.Pack = func(items []checkout.Item) []shipping.Parcel {
		require.Len(t, items, 2)
		return []shipping.Parcel{{Weight: measure.Kilogram}, {Weight: 2 * measure.Kilogram}}
	}
	b.Cart.ShippingMethod = "scale"
	q = quote(t, rooms, b)
	require.Equal(t, money.EUR(30_00), q.ShippingTotal)
	require.Equal(t, money.EUR(5_70), q.Shipping[0].Tax)

	c.down = true
	q = quote(t, rooms, b)
	require.True(t, q.MethodGone)
	require.Equal(t, []shipping.Refused{{Method: "scale", Reason: shipping.Unavailable}}, q.NotOffered, "the others are offered")
	require.Equal(t, money.EUR(4_76), q.ShippingTotal)
}

func TestWeightsDoNotOverflow(t *testing.T) {
	t.Parallel()
	heavy := checkout.Item{Quantity: 99_999, Weight: measure.MaxWeight}
	a := checkout.Ask{Items: []checkout.Item{heavy, heavy}}
	require.Equal(t, measure.MaxWeight, a.Weight(0))
	q := quote(t, checkout.Rooms{Shipping: plan(t), Packing: measure.Kilogram}, basket(t, "DE", at("DE", ""), goods{sku: "A", price: 1, quantity: 99_999, weight: measure.MaxWeight}))
	require.Len(t, q.Methods, 1)
	q = quote(t, checkout.Rooms{Shipping: plan(t)}, basket(t, "DE", at("DE", ""), goods{sku: "A", price: 1, quantity: 1}))
	require.Len(t, q.Methods, 1, "a parcel of nothing weighs something")
}

func TestAnEmptyCartAsksNobody(t *testing.T) {
	t.Parallel()
	nobody := tax.CalculatorFunc(func(context.Context, tax.Query) ([]tax.Rate, error) {
		t.Error("asked")
		return nil, nil
	})
	q := quote(t, checkout.Rooms{Taxes: nobody, Shipping: plan(t)}, basket(t, "DE", at("DE", "10117")))
	require.True(t, q.Total.IsZero())
	require.Empty(t, q.Methods)
}

func TestTermsFailWithWhatTheRoomsFailWith(t *testing.T) {
	t.Parallel()
	down := tax.CalculatorFunc(func(context.Context, tax.Query) ([]tax.Rate, error) {
		return nil, fault.New(fault.Unavailable, "tax_down", "Not now.")
	})
	one := goods{sku: "A", price: 1, quantity: 1}
	for name, row := range map[string]struct {
		rooms checkout.Rooms
		kind  fault.Kind
	}{
		"taxes that cannot be found out":   {checkout.Rooms{Taxes: down}, fault.Unavailable},
		"parcels that make no sense":       {checkout.Rooms{Shipping: plan(t), Pack: func([]checkout.Item) []shipping.Parcel { return nil }}, fault.Invalid},
		"a country that there is not":      {checkout.Rooms{Shipping: plan(t), Home: "XX"}, fault.Invalid},
		"a country that there is not, tax": {checkout.Rooms{Taxes: taxes(t), Home: "XX"}, fault.Invalid},
	} {
		b := basket(t, "", nil, one)
		if row.rooms.Home == "" {
			b.Cart.ShipTo = at("DE", "10117")
		}
		s := checkout.NewService(checkout.Deps{Reader: &shelf{basket: b}, Clock: clock.NewManual(noon()), Terms: row.rooms})
		_, err := s.Quote(t.Context(), b.Cart.ID)
		require.ErrorIs(t, err, row.kind, name)
	}
}

// shopfront is a promotion.Reader with promotions that run.
type shopfront struct {
	promotion.Reader
	running []promotion.Promotion
}

func (s shopfront) ActivePromotions(context.Context, int) ([]promotion.Promotion, int64, error) {
	return s.running, 1, nil
}

func running(t *testing.T, n int, terms promotion.Terms) promotion.Promotion {
	t.Helper()
	terms.Title, terms.Automatic = fmt.Sprintf("Offer %d", n), true
	p, err := promotion.Restore(promotion.Promotion{ID: promotion.IDFrom(uuid.UUID{14: byte(n >> 8), 15: byte(n)}), Version: 1, Terms: terms}, promotion.Active, false)
	require.NoError(t, err)
	return p
}

// A shop may run more promotions than a price can have.
func TestThePromotionsThatMatterStay(t *testing.T) {
	t.Parallel()
	var all []promotion.Promotion
	cent := promotion.Terms{Kind: promotion.Amount, Scope: promotion.OnItems, Amount: money.EUR(1)}
	for n := range 150 {
		terms := cent
		terms.SKUs, terms.Priority = []string{"A"}, n%150
		all = append(all, running(t, n, terms))
	}
	for n := range 300 {
		terms := cent
		terms.Categories = []string{"shoes"}
		all = append(all, running(t, 1000+n, terms))
	}
	rooms := checkout.Rooms{Promotions: promotion.NewService(promotion.Deps{Reader: shopfront{running: all}, Clock: clock.NewManual(noon())})}
	q := quote(t, rooms, basket(t, "DE", nil, goods{sku: "A", price: 100_00, quantity: 1, categories: []string{"hats"}}))
	require.Len(t, q.Discounts, pricing.MaxRules)
	require.Equal(t, "Offer 149", q.Discounts[0].Title)
	require.Equal(t, "Offer 50", q.Discounts[99].Title)
	require.Empty(t, q.Refused)
	require.Equal(t, money.EUR(99_00), q.Total)
}

func TestOnlyWhoAsksPromotionsReadsThem(t *testing.T) {
	t.Parallel()
	b := basket(t, "DE", nil, goods{sku: "A", price: 1, quantity: 1})
	for name, row := range map[string]struct {
		terms checkout.TermsPolicy
		asks  bool
	}{
		"fixed":              {checkout.Fixed(checkout.Terms{}), false},
		"none":               {nil, false},
		"rooms":              {checkout.Rooms{Promotions: promotion.NewService(promotion.Deps{Reader: shopfront{}, Clock: clock.NewManual(noon())})}, true},
		"without promotions": {checkout.Rooms{}, false},
	} {
		r := &shelf{basket: b}
		s := checkout.NewService(checkout.Deps{Reader: r, Clock: clock.NewManual(noon()), Terms: row.terms})
		_, err := s.Quote(t.Context(), b.Cart.ID)
		require.NoError(t, err)
		require.Equal(t, checkout.BasketQuery{Cart: b.Cart.ID, Stock: true, Promotions: row.asks}, r.asked, name)
	}
}

func TestFeesAreTypedRows(t *testing.T) {
	t.Parallel()
	terms := checkout.Fixed(checkout.Terms{
		TaxInclusive: true, Taxes: []pricing.Tax{{Name: "VAT", Rate: money.MustPercent("19")}},
		Coupons: []checkout.Coupon{{Code: "ten", Discount: pricing.Discount{Kind: pricing.PercentOff, Scope: pricing.OnOrder, Rate: money.MustPercent("10")}}},
		Fees:    []pricing.Fee{{ID: "cod", Title: "Cash on delivery", Amount: money.EUR(2_00)}},
	})
	b := basket(t, "DE", nil, goods{sku: "A", price: 11_90, quantity: 1})
	b.Cart.Codes = []string{"TEN", "NONE"}
	q := quote(t, terms, b)
	require.Equal(t, pricing.Sums{
		Discount: money.EUR(1_19), Net: money.EUR(9_00), Tax: money.EUR(1_71), Gross: money.EUR(10_71),
		Discounts: []pricing.DiscountPortion{{Code: "TEN", Amount: money.EUR(1_19)}},
		Taxes:     []pricing.TaxPortion{{Name: "VAT", Rate: money.MustPercent("19"), Amount: money.EUR(1_71)}},
	}, q.Lines[0].Sums)
	require.Equal(t, "Cash on delivery", q.Fees[0].Title)
	require.Equal(t, money.EUR(32), q.Fees[0].Tax)
	require.Equal(t, []string{"NONE"}, q.Unknown)
	require.Equal(t, money.EUR(12_71), q.Total)
}

func TestForWhomUsesAreCounted(t *testing.T) {
	t.Parallel()
	const hash = "mail:8c2a47d3bdb8d3096a6479f53eac3b724291db5f1c31611100f675be5537329d"
	for name, row := range map[string]struct {
		buyer op.Actor
		email string
		want  string
	}{
		"a buyer":               {op.Actor{Kind: op.Buyer, ID: "7"}, "me@example.com", "buyer:7"},
		"staff":                 {op.Actor{Kind: op.Staff, ID: "7"}, "", "staff:7"},
		"a guest":               {op.Actor{Kind: op.Guest, ID: "cookie"}, "", ""},
		"anyone":                {op.Actor{}, "", ""},
		"a guest with mail":     {op.Actor{Kind: op.Guest, ID: "cookie"}, "me@example.com", ""},
		"anyone with mail":      {op.Actor{}, "Me@Example.com", ""},
		"another guest by mail": {op.Actor{Kind: op.Guest, ID: "other"}, "ME@EXAMPLE.COM", ""},
	} {
		want := row.want
		if row.email != "" && want == "" {
			want = hash
		}
		require.Equal(t, want, checkout.Ask{Buyer: row.buyer, Email: row.email}.CountedFor(), name)
	}
}
