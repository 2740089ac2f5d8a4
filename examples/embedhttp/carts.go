package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/fault"
)

// cartView is a cart with what it costs right now.
type cartView struct {
	Cart  cart.Cart       `json:"cart"`
	Quote *checkout.Quote `json:"quote,omitempty"`
	// Why explains the total, one sentence for each move of money.
	Why []string `json:"why,omitempty"`
	// Problem is why there is no quote: something in the cart is not sold any
	// more, say.
	Problem *problem `json:"problem,omitempty"`
}

// view prices a cart.
func (h *host) view(ctx context.Context, c cart.Cart) (cartView, error) {
	v := cartView{Cart: c}
	if len(c.Lines) == 0 {
		return v, nil
	}
	q, err := h.shop.Checkout.Quote(ctx, c.ID)
	if errors.Is(err, fault.Conflict) {
		p := problemOf(err)
		v.Problem = &p
		return v, nil
	}
	v.Quote, v.Why = &q, q.Explain(here().Locale)
	return v, err
}

// cartOf returns the cart that a request names, if it is the user's. Else it is
// not found, as if it never was.
func (h *host) cartOf(r *http.Request, u user) (cart.Cart, error) {
	id, err := cart.ParseID(r.PathValue("cart"))
	if err != nil {
		return cart.Cart{}, fault.Missing("cart")
	}
	c, err := h.shop.Carts.Cart(r.Context(), id)
	if err == nil && c.Buyer != u.actor() {
		return cart.Cart{}, fault.Missing("cart")
	}
	return c, err
}

func (h *host) createCart(r *http.Request, u user) (reply, error) {
	c, err := h.shop.Carts.Create(r.Context(), cart.Create{Meta: u.meta(), Market: here(), Email: u.Email})
	if err != nil {
		return reply{}, err
	}
	return reply{http.StatusCreated, cartView{Cart: c}}, nil
}

func (h *host) getCart(r *http.Request, u user) (reply, error) {
	c, err := h.cartOf(r, u)
	if err != nil {
		return reply{}, err
	}
	v, err := h.view(r.Context(), c)
	return reply{http.StatusOK, v}, err
}

func (h *host) addLine(r *http.Request, u user) (reply, error) {
	in, err := read[struct {
		SKU      string `json:"sku"`
		Quantity int    `json:"quantity"`
	}](r)
	if err != nil {
		return reply{}, err
	}
	c, err := h.cartOf(r, u)
	if err != nil {
		return reply{}, err
	}
	if c, err = h.shop.Carts.Add(r.Context(), c.ID, cart.Add{Meta: u.meta(), SKU: in.SKU, Quantity: in.Quantity}); err != nil {
		return reply{}, err
	}
	v, err := h.view(r.Context(), c)
	return reply{http.StatusOK, v}, err
}

func (h *host) applyCode(r *http.Request, u user) (reply, error) {
	in, err := read[struct {
		Code string `json:"code"`
	}](r)
	if err != nil {
		return reply{}, err
	}
	c, err := h.cartOf(r, u)
	if err != nil {
		return reply{}, err
	}
	if c, err = h.shop.Carts.ApplyCode(r.Context(), c.ID, cart.ApplyCode{Meta: u.meta(), Code: in.Code}); err != nil {
		return reply{}, err
	}
	v, err := h.view(r.Context(), c)
	return reply{http.StatusOK, v}, err
}
