package checkout

import (
	"context"
	"strconv"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/pricing"
)

// Quote is what a cart costs, and why. Its Total is what Place must be told.
type Quote struct {
	// Cart and CartVersion say what was priced.
	Cart        cart.ID `json:"cart"`
	CartVersion int     `json:"cart_version"`
	pricing.Quote
	// Unknown are coupon codes of the cart that give nothing because the shop
	// does not know them. Those that it knows and that do not apply are in
	// Refused, with the reason.
	Unknown []string `json:"unknown,omitempty"`
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
	b, err := s.reader.Basket(ctx, BasketQuery{Cart: id, Stock: true})
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
	return Quote{
		Cart: b.Cart.ID, CartVersion: b.Cart.Version, Quote: p.quote, Unknown: p.unknown, Short: short(b),
	}, nil
}

// priced is a basket with its price.
type priced struct {
	basket  Basket
	input   pricing.Input
	quote   pricing.Quote
	unknown []string
	method  ShippingMethod
}

// price prices a basket under the terms of the moment.
func (s *Service) price(ctx context.Context, b Basket) (priced, error) {
	at := b.Cart.Market
	at.At = s.clock.Now()
	terms, err := s.terms.Terms(ctx, at)
	if err != nil {
		return priced{}, err
	}
	p := priced{basket: b, input: pricing.Input{
		Currency: at.Currency, At: at.At, Policy: terms.Policy, TaxInclusive: terms.TaxInclusive,
		Taxes: terms.Taxes, Discounts: terms.Promotions,
	}}
	if p.input.Lines, err = lines(b, at); err != nil {
		return priced{}, err
	}
	p.discounts(b.Cart.Codes, terms)
	m, ships, err := terms.method(b.Cart.ShippingMethod)
	if err != nil {
		return priced{}, err
	}
	if ships && len(b.Cart.Lines) > 0 {
		p.method = m
		p.input.Shipping = []pricing.Shipping{{ID: shippingID, Title: m.Title, Amount: m.Amount, TaxCategory: m.TaxCategory}}
	}
	p.quote, err = s.pipeline.Compute(p.input)
	return p, err
}

// shippingID is the id of the one shipping charge.
const shippingID = "shipping"

// LineID returns the id that line n of a cart has in quotes.
func LineID(n int) string { return strconv.Itoa(n) }

func lines(b Basket, at market.Context) ([]pricing.Line, error) {
	out := make([]pricing.Line, len(b.Cart.Lines))
	for i, l := range b.Cart.Lines {
		o, ok := b.Offers[l.SKU]
		if !ok || !o.SoldAt(at.At) {
			return nil, &NotSold{SKU: l.SKU}
		}
		price, ok := o.Price(at, l.Quantity)
		if !ok {
			return nil, &NotSold{SKU: l.SKU, NoPrice: true}
		}
		out[i] = pricing.Line{
			ID: LineID(l.N), SKU: l.SKU, Name: o.Name(), Quantity: l.Quantity, Unit: price.Unit, TaxCategory: o.TaxCategory,
		}
	}
	return out, nil
}

func (p *priced) discounts(codes []string, terms Terms) {
	if len(codes) == 0 {
		return
	}
	all := append([]pricing.Discount(nil), terms.Promotions...)
	for _, code := range codes {
		c, ok := terms.coupon(code)
		if !ok {
			p.unknown = append(p.unknown, code)
			continue
		}
		d := c.Discount
		d.Code = code
		all = append(all, d)
	}
	p.input.Discounts = all
}

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
