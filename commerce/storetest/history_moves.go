package storetest

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// pick draws one of some, or reports that there is none.
func pick[T any](h *history, what string, of []T) (one T, ok bool) {
	if len(of) == 0 {
		return one, false
	}
	return of[rapid.IntRange(0, len(of)-1).Draw(h.t, what)], true
}

func (h *history) sku() string { return rapid.SampledFrom(skus()).Draw(h.t, "sku") }

// fill puts something into a new cart or one that is there.
func (h *history) fill() {
	b, ok := pick(h, "cart", h.carts)
	if !ok || rapid.Bool().Draw(h.t, "new") {
		c, err := h.shop.Carts.Create(h.ctx, cart.Create{Meta: Buyer(Name("buyer", len(h.carts))), Market: Here()})
		require.NoError(h.t, err)
		b = &basket{id: c.ID, buyer: c.Buyer, lines: map[string]int{}}
		h.carts = append(h.carts, b)
	}
	sku, n := h.sku(), rapid.IntRange(1, 4).Draw(h.t, "pieces")
	_, err := h.shop.Carts.Add(h.ctx, b.id, cart.Add{SKU: sku, Quantity: n})
	if h.refused(b, err) {
		return
	}
	b.lines[sku] += n
}

// refused reports whether a cart is frozen, and demands the error for it.
func (h *history) refused(b *basket, err error) bool {
	if !b.frozen {
		require.NoError(h.t, err)
		return false
	}
	if err == nil { // it has thawed, since its payment came to nothing
		b.frozen = false
		return false
	}
	require.True(h.t, isFrozen(err), "%v", err)
	return true
}

// isFrozen reports whether err says that a cart is an order, or about to be.
func isFrozen(err error) bool {
	return errors.Is(err, cart.ErrPlaced) || errors.Is(err, cart.ErrPaying)
}

// change sets or removes a line.
func (h *history) change() {
	b, ok := pick(h, "cart", h.carts)
	if !ok {
		return
	}
	c, err := h.shop.Carts.Cart(h.ctx, b.id)
	require.NoError(h.t, err)
	l, ok := pick(h, "line", c.Lines)
	if !ok {
		return
	}
	n := rapid.IntRange(0, 5).Draw(h.t, "pieces")
	if n == 0 {
		_, err = h.shop.Carts.Remove(h.ctx, b.id, cart.Remove{Line: l.N})
	} else {
		_, err = h.shop.Carts.SetQuantity(h.ctx, b.id, cart.SetQuantity{Line: l.N, Quantity: n})
	}
	if h.refused(b, err) {
		return
	}
	b.lines[l.SKU] = n
}

func (h *history) code() {
	b, ok := pick(h, "cart", h.carts)
	if !ok {
		return
	}
	code := rapid.SampledFrom([]string{"TEN", "FIVE"}).Draw(h.t, "code")
	_, err := h.shop.Carts.ApplyCode(h.ctx, b.id, cart.ApplyCode{Code: code})
	if !h.refused(b, err) {
		b.codes = true
	}
}

func (h *history) place() { h.order("transfer") }

func (h *history) placeCard() {
	h.plan(paymenttest.Approve, paymenttest.Approve, paymenttest.Approve, paymenttest.Decline, paymenttest.Act, paymenttest.Defer)
	h.order("card")
	h.next = nil
}

// plan draws what the provider does in the next call.
func (h *history) plan(verdicts ...paymenttest.Verdict) paymenttest.Plan {
	p := paymenttest.Plan{
		Verdict: rapid.SampledFrom(verdicts).Draw(h.t, "verdict"),
		Reply: rapid.SampledFrom([]paymenttest.Reply{
			paymenttest.OK, paymenttest.OK, paymenttest.OK, paymenttest.Timeout, paymenttest.Reset, paymenttest.ServerError, paymenttest.Panic,
		}).Draw(h.t, "reply"),
		Copies: rapid.IntRange(0, 1).Draw(h.t, "copies"),
	}
	if p.Reply == paymenttest.Timeout || p.Reply == paymenttest.Reset {
		p.NoEffect = rapid.Bool().Draw(h.t, "lost on its way")
	}
	h.noise = rapid.IntRange(0, 2).Draw(h.t, "noise")
	h.next = &p
	return p
}

// order places a cart, and demands an order exactly if there is enough of
// everything.
func (h *history) order(method string) {
	b, ok := pick(h, "cart", h.carts)
	if !ok {
		return
	}
	q, err := h.shop.Checkout.Quote(h.ctx, b.id)
	require.NoError(h.t, err)
	enough := h.enough(b)
	req := checkout.Place{Meta: op.Meta{By: b.buyer, Key: Name("key", h.steps)}, Method: method, Total: q.Total}
	p, err := h.shop.Checkout.Place(h.ctx, b.id, req)
	switch {
	case isFrozen(err):
		require.True(h.t, b.frozen)
		return
	case b.pieces() == 0 || !enough:
		require.ErrorIs(h.t, err, fault.Conflict)
		return
	case errors.Is(err, fault.Declined):
		b.frozen = false
		return
	}
	require.NoError(h.t, err)
	b.frozen = true
	b.checkTotal(h.t, q.Total)
	s := b.sold(method, q.Total.Minor())
	s.order, s.payment, s.placed, s.due = p.OrderID, p.Payment.ID, p.Done(), h.clock.Now().Add(14*24*time.Hour)
	h.sales = append(h.sales, s)
	again, err := h.shop.Checkout.Place(h.ctx, b.id, req)
	require.NoError(h.t, err)
	require.Equal(h.t, p.OrderID, again.OrderID, "the key places one order")
}

// enough reports whether there is enough of everything for a cart.
func (h *history) enough(b *basket) bool {
	levels, err := h.shop.Inventory.Levels(h.ctx, skus()...)
	require.NoError(h.t, err)
	for sku, n := range b.lines {
		if inventory.Available(levels, sku) < n {
			return false
		}
	}
	return true
}

// capture takes money for an order, all or a part.
func (h *history) capture() {
	s, ok := pick(h, "order", h.live())
	if !ok || s.captured >= s.total {
		return
	}
	left := s.total - s.captured
	amount := left
	if rapid.Bool().Draw(h.t, "part") {
		amount = rapid.Int64Range(1, left).Draw(h.t, "amount")
	}
	plan := paymenttest.Plan{}
	if s.method == "card" {
		plan = h.plan(paymenttest.Approve, paymenttest.Approve, paymenttest.Decline)
	}
	_, err := h.shop.Payments.Capture(h.ctx, s.payment, payment.Capture{Meta: Staff(), Amount: money.EUR(amount)})
	h.next = nil
	if h.moved(err, plan) {
		s.captured += amount
		s.confirmIfPaid()
	}
}

// moved reports whether money has moved, or will: what the provider decided
// counts, whatever became of its answer, and a request that was lost on its way
// is sent again.
func (h *history) moved(err error, p paymenttest.Plan) bool {
	switch {
	case err == nil:
		return p.Verdict == paymenttest.Approve || p.NoEffect
	case errors.Is(err, fault.Declined):
		require.Equal(h.t, paymenttest.Decline, p.Verdict)
	default: // in flight, voided, or more than is there
		require.ErrorIs(h.t, err, fault.Conflict)
	}
	return false
}

// refund gives money back, all or a part.
func (h *history) refund() {
	s, ok := pick(h, "order", h.live())
	if !ok || s.captured == s.refunded {
		return
	}
	amount := rapid.Int64Range(1, s.captured-s.refunded).Draw(h.t, "amount")
	plan := paymenttest.Plan{}
	if s.method == "card" {
		plan = h.plan(paymenttest.Approve, paymenttest.Approve, paymenttest.Decline)
	}
	_, err := h.shop.Payments.Refund(h.ctx, s.payment, payment.GiveBack{Meta: Staff(), Amount: money.EUR(amount)})
	h.next = nil
	if h.moved(err, plan) {
		s.refunded += amount
	}
}

func (h *history) cancel() {
	s, ok := pick(h, "order", h.live())
	if !ok {
		return
	}
	_, err := h.shop.Orders.Cancel(h.ctx, s.order, order.Cancel{Meta: Staff(), Reason: "customer asked"})
	require.NoError(h.t, err)
	s.cancelled = true
}

func (h *history) receive() {
	sku, n := h.sku(), rapid.IntRange(1, 5).Draw(h.t, "pieces")
	_, err := h.shop.Inventory.Receive(h.ctx, inventory.Receive{Meta: Staff(), SKU: sku, Quantity: n})
	require.NoError(h.t, err)
	h.onHand[sku] += n
}

func (h *history) adjust() {
	sku, n := h.sku(), rapid.SampledFrom([]int{-5, -3, -1, 1, 2}).Draw(h.t, "delta")
	levels, err := h.shop.Inventory.Levels(h.ctx, sku)
	require.NoError(h.t, err)
	_, err = h.shop.Inventory.Adjust(h.ctx, inventory.Adjust{Meta: Staff(), SKU: sku, Delta: n})
	if -n > inventory.Available(levels, sku) {
		require.ErrorIs(h.t, err, fault.Conflict)
		return
	}
	require.NoError(h.t, err)
	h.onHand[sku] += n
}

func (h *history) tick() {
	_, err := h.shop.Tick(h.ctx)
	require.NoError(h.t, err)
}

// act has a buyer act, or the provider decide.
func (h *history) act() {
	s, ok := pick(h, "attempt", h.waiting())
	if !ok {
		return
	}
	v := rapid.SampledFrom([]paymenttest.Verdict{paymenttest.Approve, paymenttest.Decline}).Draw(h.t, "verdict")
	h.card.Acted(s.payment.String(), v)
	h.card.Decided(s.payment.String(), v)
	if rapid.Bool().Draw(h.t, "returns") {
		_, err := h.shop.Payments.Resume(h.ctx, s.payment, payment.Resume{})
		if err != nil {
			require.True(h.t, errors.Is(err, fault.Declined) || errors.Is(err, fault.Conflict), "%v", err)
		}
	}
}

// notices delivers what the provider has sent, in any order.
func (h *history) notices() {
	ns := h.card.Notices()
	if len(ns) == 0 {
		return
	}
	for _, n := range rapid.Permutation(ns).Draw(h.t, "notices") {
		require.NoError(h.t, h.shop.Payments.Receive(h.ctx, "card", n))
	}
}

// darken makes the provider unable to tell, or able again.
func (h *history) darken() { h.dark = !h.dark }

// pass lets time pass over a shop at rest.
func (h *history) pass() {
	h.rest()
	h.clock.Advance(rapid.SampledFrom([]time.Duration{time.Minute, 30 * time.Minute, 2 * time.Hour, 15 * 24 * time.Hour}).Draw(h.t, "time"))
	h.rest()
}
