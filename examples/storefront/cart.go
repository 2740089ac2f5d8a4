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
	"github.com/kontor-go/kontor/promotion"
)

// cartOf returns the cart of a visitor, or a zero one without lines. A cart that
// has become an order is not theirs to fill any more.
func (s *site) cartOf(ctx context.Context, v *visit) (cart.Cart, error) {
	if v.cart == "" {
		return cart.Cart{}, nil
	}
	c, err := s.shop.CartByPass(ctx, v.cart)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Denied) || c.Status() == cart.StatusPlaced {
		v.cart = ""
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
	if v.cart, err = s.shop.CartPass(c.ID, s.clock.Now().Add(month)); err != nil {
		return c, err
	}
	setCookie(w, cartCookie, v.cart, month)
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
	sku := r.PostForm.Get("sku")
	_, err = s.shop.Carts.Add(r.Context(), c.ID, cart.Add{Meta: v.meta(), SKU: sku, Quantity: number(r.PostForm.Get("quantity"))})
	if err != nil {
		return err
	}
	s.added(r, v, c, sku)
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
	out.Ways, out.NotThere = ways(q)
	out.Ready = len(q.Short) == 0
	if !out.Ready {
		out.Problem = "Not everything is there in this quantity. Please change the lines that say so."
	}
}

// ways are how a cart can be brought, and why it cannot be brought otherwise.
func ways(q checkout.Quote) (offered []view.Way, not []string) {
	for _, m := range q.Methods {
		w := view.Way{Code: m.Code, Title: m.Title, Price: view.Money(m.Amount), Chosen: m.Code == q.Method}
		switch {
		case m.MaxDays == 1:
			w.Text = "the next working day"
		case m.MaxDays > 0:
			w.Text = strconv.Itoa(m.MinDays) + " to " + strconv.Itoa(m.MaxDays) + " working days"
		}
		offered = append(offered, w)
	}
	if len(q.Methods) == 0 && len(q.NotOffered) > 0 {
		not = append(not, "We cannot bring this there. It may be too heavy, or too far.")
	}
	return offered, not
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
	for _, d := range q.Denied {
		if d.Code == code {
			return denial(d.Reason)
		}
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

// denial is why a code that we know is not granted now.
func denial(why promotion.Reason) string {
	switch why {
	case promotion.Unknown:
		return "We do not know this code."
	case promotion.NotYet:
		return "It is not valid yet."
	case promotion.Over:
		return "It is not valid any more."
	case promotion.UsedUp:
		return "It was used as often as it may be."
	case promotion.AlreadyUsed:
		return "You have used it before."
	case promotion.NeedsBuyer:
		return "It is taken off once you have told your email in the checkout."
	case promotion.NotForYou:
		return "It is for certain customers only."
	case promotion.OtherCurrency:
		return "It is for prices in another currency."
	case promotion.Twice:
		return "It is on your cart already."
	}
	return ""
}

func sumOf(q checkout.Quote) view.Sum {
	sum := view.Sum{Subtotal: q.Subtotal, Total: q.Total}
	for _, d := range q.Discounts {
		sum.Discounts = append(sum.Discounts, view.Row{Title: d.Title, Amount: d.Amount})
	}
	for _, c := range q.Shipping {
		sum.Shipping = append(sum.Shipping, view.Row{Title: c.Title, Amount: c.Amount})
	}
	if q.Estimated {
		sum.Note = "Shipping and taxes as for " + view.CountryName(q.To.Country) + ", until we know your address."
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
