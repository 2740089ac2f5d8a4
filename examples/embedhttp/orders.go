package main

import (
	"net/http"

	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
)

// placeOrder turns a cart into an order. The client states the total that the
// buyer has seen, and a key of its own making: repeated with the same key, the
// request gives the same order, whatever became of the first answer.
func (h *host) placeOrder(r *http.Request, u user) (reply, error) {
	in, err := read[struct {
		Method string       `json:"method"`
		Total  money.Amount `json:"total"`
	}](r)
	if err != nil {
		return reply{}, err
	}
	meta := u.meta()
	meta.Key = r.Header.Get("Idempotency-Key")
	var check fault.Check
	check.Required("Idempotency-Key", meta.Key, 255)
	if err := check.Err("order.place"); err != nil {
		return reply{}, err
	}
	c, err := h.cartOf(r, u)
	if err != nil {
		return reply{}, err
	}
	p, err := h.shop.Checkout.Place(r.Context(), c.ID, checkout.Place{Meta: meta, Method: in.Method, Total: in.Total})
	if err != nil {
		return reply{}, err
	}
	p.Order.Snapshot = nil // the shop's own record of the calculation
	if !p.Done() {
		return reply{http.StatusAccepted, p}, nil
	}
	return reply{http.StatusCreated, p}, nil
}

// orderOf returns the order that a request names, if it is the user's.
func (h *host) orderOf(r *http.Request, u user) (order.Order, error) {
	id, err := order.ParseID(r.PathValue("order"))
	if err != nil {
		return order.Order{}, fault.Missing("order")
	}
	o, err := h.shop.Orders.Order(r.Context(), id)
	if err == nil && o.Buyer != u.actor() {
		return order.Order{}, fault.Missing("order")
	}
	o.Snapshot = nil
	return o, err
}

func (h *host) getOrder(r *http.Request, u user) (reply, error) {
	o, err := h.orderOf(r, u)
	return reply{http.StatusOK, o}, err
}
