package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/pricing"
)

// cartOf returns the cart of a visitor, or a zero one without lines. A cart that
// has become an order is not theirs to fill any more.
func (s *site) cartOf(ctx context.Context, v *visit) (cart.Cart, error) {
	if v.cart.IsZero() {
		return cart.Cart{}, nil
	}
	c, err := s.shop.Carts.Cart(ctx, v.cart)
	if errors.Is(err, fault.NotFound) || c.Status() == cart.StatusPlaced {
		v.cart = cart.ID{}
		return cart.Cart{}, nil
	}
	return c, err
}

// ownCart is cartOf, and begins a cart if there is none.
func (s *site) ownCart(w http.ResponseWriter, r *http.Request, v *visit) (cart.Cart, error) {
	c, err := s.cartOf(r.Context(), v)
	if err != nil || !c.ID.IsZero() {
		return c, err
	}
	if c, err = s.shop.Carts.Create(r.Context(), cart.Create{Meta: v.meta(), Market: here()}); err != nil {
		return c, err
	}
	v.cart = c.ID
	setCookie(w, cartCookie, s.seal.sign("cart", c.ID.String()), month)
	return c, nil
}

func number(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0 // which the engine refuses, naming the field
	}
	return n
}

func (s *site) addLine(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, err := s.ownCart(w, r, v)
	if err != nil {
		return err
	}
	_, err = s.shop.Carts.Add(r.Context(), c.ID, cart.Add{
		Meta: v.meta(), SKU: r.PostForm.Get("sku"), Quantity: number(r.PostForm.Get("quantity")),
	})
	if err != nil {
		return err
	}
	say(w, "added")
	return see(w, r, "/cart")
}

func (s *site) changeLine(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, err := s.cartOf(r.Context(), v)
	if err != nil {
		return err
	}
	n := number(r.PathValue("line"))
	if r.PostForm.Get("remove") != "" {
		say(w, "removed")
		_, err = s.shop.Carts.Remove(r.Context(), c.ID, cart.Remove{Meta: v.meta(), Line: n})
	} else {
		say(w, "changed")
		_, err = s.shop.Carts.SetQuantity(r.Context(), c.ID, cart.SetQuantity{
			Meta: v.meta(), Line: n, Quantity: number(r.PostForm.Get("quantity")),
		})
	}
	if err != nil {
		setCookie(w, saidCookie, "", -1)
		return err
	}
	return see(w, r, "/cart")
}

func (s *site) changeCode(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, err := s.cartOf(r.Context(), v)
	if err != nil {
		return err
	}
	code := r.PostForm.Get("code")
	if r.PostForm.Get("remove") != "" {
		if _, err := s.shop.Carts.RemoveCode(r.Context(), c.ID, cart.RemoveCode{Meta: v.meta(), Code: code}); err != nil {
			return err
		}
		say(w, "code-gone")
		return see(w, r, "/cart")
	}
	if c, err = s.shop.Carts.ApplyCode(r.Context(), c.ID, cart.ApplyCode{Meta: v.meta(), Code: code}); err != nil {
		return err
	}
	q, err := s.shop.Checkout.Quote(r.Context(), c.ID)
	if err == nil && slices.Contains(q.Unknown, cart.Code(code)) { // keep no code that nobody knows
		_, err = s.shop.Carts.RemoveCode(r.Context(), c.ID, cart.RemoveCode{Meta: v.meta(), Code: code})
		say(w, "code-unknown")
	} else {
		say(w, "code")
	}
	if err != nil && !errors.Is(err, fault.Conflict) {
		return err
	}
	return see(w, r, "/cart")
}

func (s *site) cart(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, err := s.cartOf(r.Context(), v)
	if err != nil {
		return err
	}
	p, err := s.around(r, v, view.Page{Title: "Your cart – Hausrat"})
	if err != nil {
		return err
	}
	shown, err := s.priced(r.Context(), c)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.CartPage(p, shown))
}

// priced is a cart with what it costs right now.
func (s *site) priced(ctx context.Context, c cart.Cart) (view.Cart, error) {
	var out view.Cart
	if len(c.Lines) == 0 {
		return out, nil
	}
	names, err := s.labels.of(ctx, s.shop, c.SKUs()...)
	if err != nil {
		return out, err
	}
	for _, l := range c.Lines {
		k := names[l.SKU]
		out.Lines = append(out.Lines, view.CartLine{
			N: l.N, Quantity: l.Quantity, SKU: l.SKU, Title: k.title, Slug: k.slug, Picture: k.picture,
		})
	}
	for _, code := range c.Codes {
		out.Codes = append(out.Codes, view.Code{Code: code})
	}
	q, err := s.shop.Checkout.Quote(ctx, c.ID)
	if errors.Is(err, fault.Conflict) {
		out.Problem = fault.Public(err)
		return out, nil
	}
	if err != nil {
		return out, err
	}
	fill(&out, q)
	return out, nil
}

// fill adds the figures of a quote to what is shown of a cart.
func fill(out *view.Cart, q checkout.Quote) {
	for i := range out.Lines {
		l := &out.Lines[i]
		priced, _ := q.Line(checkout.LineID(l.N))
		l.Each = view.Money(priced.Unit.Amount)
		l.Gross = view.Money(priced.Gross)
		if !priced.Discount.IsZero() {
			l.Before = view.Money(priced.Subtotal)
		}
		for _, s := range q.Short {
			if s.Line == l.N {
				l.Short = shortage(s)
			}
		}
	}
	for i := range out.Codes {
		out.Codes[i].Refused = refusal(q, out.Codes[i].Code)
	}
	sum := sumOf(q)
	out.Sum, out.Why = &sum, q.Explain(here().Locale)
	out.Ready = len(q.Short) == 0
	if !out.Ready {
		out.Problem = "Not everything is there in this quantity. Please change the lines that say so."
	}
}

func shortage(s checkout.Short) string {
	if s.Have == 0 {
		return "Sold out."
	}
	return "Only " + strconv.Itoa(s.Have) + " left."
}

// refusal is why a code takes nothing off, or nothing.
func refusal(q checkout.Quote, code string) string {
	if slices.Contains(q.Unknown, code) {
		return "We do not know this code."
	}
	for _, r := range q.Refused {
		if r.Code != code {
			continue
		}
		switch r.Reason {
		case pricing.NoMatch:
			return "Nothing in your cart is part of it."
		case pricing.BelowMinimum:
			return "Your cart is below its minimum."
		case pricing.NothingLeft, pricing.NoEffect:
			return "There is nothing left to take off."
		case pricing.Excluded:
			return "It does not go together with another offer."
		}
	}
	return ""
}

func sumOf(q checkout.Quote) view.Sum {
	sum := view.Sum{Subtotal: q.Subtotal, Total: q.Total}
	for _, d := range q.Discounts {
		sum.Discounts = append(sum.Discounts, view.Row{Title: d.Title, Amount: d.Amount})
	}
	for _, c := range q.Shipping {
		sum.Shipping = append(sum.Shipping, view.Row{Title: "Shipping", Amount: c.Amount})
	}
	for _, t := range q.Taxes {
		sum.Taxes = append(sum.Taxes, view.Row{Title: taxTitle(t, q.TaxInclusive), Amount: t.Amount})
	}
	return sum
}

func taxTitle(t pricing.TaxTotal, inclusive bool) string { //nolint:revive // two wordings of one line
	if inclusive {
		return "of which " + t.Name
	}
	return t.Name
}
