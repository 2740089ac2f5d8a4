package checkout

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/shipping"
)

// Quote is what a cart costs, and why. Its Total is what Place must be told.
type Quote struct {
	// Cart and CartVersion say what was priced.
	Cart        cart.ID `json:"cart"`
	CartVersion int     `json:"cart_version"`
	pricing.Quote
	// Unknown are coupon codes of the cart that give nothing because the shop
	// does not know them.
	Unknown []string `json:"unknown,omitempty"`
	// Denied are the codes that it knows and does not grant to this buyer now,
	// with the reason. Those that it grants and that take nothing off this cart
	// are in Refused, with the reason.
	Denied []Refusal `json:"denied,omitempty"`
	// To is the place that taxes and shipping are for, and Estimated says that
	// both may change when more of the address is known.
	To        postal.Place `json:"to,omitzero"`
	Estimated bool         `json:"estimated,omitempty"`
	// Methods are the ways of shipping that can be chosen, each at its price
	// before discounts, and NotOffered the others, with the reason. Method is
	// the code of the one that is priced in: the one chosen, or else the first.
	// MethodGone says that one was chosen that is not offered any more; Place
	// refuses until another one is.
	Methods    []ShippingMethod   `json:"methods,omitempty"`
	NotOffered []shipping.Refused `json:"not_offered,omitempty"`
	Method     string             `json:"method,omitempty"`
	MethodGone bool               `json:"method_gone,omitempty"`
	// Required is what Place will ask for.
	Required Required `json:"required,omitzero"`
	// Short are the lines of which less is available than the cart wants.
	Short []Short `json:"short,omitempty"`
}

// Short is a line that cannot be had in full right now.
type Short struct {
	Line int    `json:"line"`
	SKU  string `json:"sku"`
	Want int    `json:"want"`
	Have int    `json:"have"`
}

// Quote prices a cart, in one round trip. It promises nothing: Place prices
// again, and refuses if the total is another one.
//
// Errors by kind: NotFound for an unknown cart; Conflict (*NotSold) if
// something in it is not for sale any more; Invalid if the terms of the shop do
// not fit.
func (s *Service) Quote(ctx context.Context, id cart.ID) (Quote, error) {
	b, err := s.reader.Basket(ctx, BasketQuery{Cart: id, Stock: true, Promotions: s.sees})
	if err != nil {
		return Quote{}, err
	}
	if !b.Found {
		return Quote{}, errNoCart()
	}
	p, err := s.price(ctx, b)
	if err != nil {
		return Quote{}, err
	}
	return p.told(), nil
}

// told is what a buyer is told of a price.
func (p priced) told() Quote {
	t := &p.terms
	q := Quote{
		Cart: p.basket.Cart.ID, CartVersion: p.basket.Cart.Version, Quote: p.quote, Unknown: p.unknown, To: t.To, Estimated: t.Estimated,
		Methods: t.Shipping, NotOffered: t.NotOffered, Method: p.method.Code, MethodGone: p.gone, Required: t.Required, Short: short(p.basket),
	}
	for _, d := range t.Denied {
		if d.Reason != promotion.Unknown {
			q.Denied = append(q.Denied, d)
		}
	}
	return q
}

// priced is a basket with its price.
type priced struct {
	basket  Basket
	terms   Terms
	input   pricing.Input
	quote   pricing.Quote
	unknown []string
	method  ShippingMethod
	gone    bool // the method chosen is not offered any more
}

// price prices a basket under the terms of the moment.
func (s *Service) price(ctx context.Context, b Basket) (priced, error) {
	at := b.Cart.Market
	at.At = s.clock.Now()
	a, lines, err := ask(b, at)
	if err != nil {
		return priced{}, err
	}
	terms, err := s.terms.Terms(ctx, a)
	if err != nil {
		return priced{}, err
	}
	p := priced{basket: b, terms: terms, input: pricing.Input{
		Currency: at.Currency, At: at.At, Place: placeText(terms.To), Policy: terms.Policy, TaxInclusive: terms.TaxInclusive,
		Lines: lines, Taxes: terms.Taxes, Fees: terms.Fees,
	}}
	p.input.Discounts, p.unknown = terms.discounts(b.Cart.Codes)
	m, ships, gone := terms.method(b.Cart.ShippingMethod)
	p.gone = gone
	if ships && len(lines) > 0 {
		p.method = m
		p.input.Shipping = []pricing.Shipping{{ID: shippingID, Title: m.Title, Amount: m.Amount, TaxCategory: m.TaxCategory}}
	}
	p.quote, err = s.pipeline.Compute(p.input)
	return p, err
}

// placeText is a place for people: "FR 75001", "US CA 94103".
func placeText(p postal.Place) string {
	if p == (postal.Place{}) {
		return ""
	}
	parts := []string{p.Country, p.Region, p.Postcode}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// shippingID is the id of the one shipping charge.
const shippingID = "shipping"

// LineID returns the id that line n of a cart has in quotes.
func LineID(n int) string { return strconv.Itoa(n) }

// short returns the lines of which too little is available, given that the
// earlier lines of the same SKU take theirs first.
func short(b Basket) []Short {
	left := make(map[string]int, len(b.Levels))
	for _, l := range b.Levels {
		left[l.SKU] += l.Available()
	}
	var out []Short
	for _, l := range b.Cart.Lines {
		have := max(left[l.SKU], 0)
		if have < l.Quantity {
			out = append(out, Short{Line: l.N, SKU: l.SKU, Want: l.Quantity, Have: have})
		}
		left[l.SKU] -= l.Quantity
	}
	return out
}

// errEmpty is the error for placing a cart without lines.
var errEmpty = fault.New(fault.Conflict, "cart_empty", "There is nothing in the cart.")
