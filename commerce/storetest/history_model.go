package storetest

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// basket is what the model knows of a cart.
type basket struct {
	id     cart.ID
	buyer  op.Actor
	lines  map[string]int
	codes  bool // then its price is for the tests of pricing
	frozen bool
}

func (b *basket) pieces() int {
	n := 0
	for _, q := range b.lines {
		n += q
	}
	return n
}

// checkTotal demands the price of a cart without coupons.
func (b *basket) checkTotal(t require.TestingT, total money.Amount) {
	if b.codes {
		return
	}
	sum := int64(4_95)
	for sku, n := range b.lines {
		sum += prices()[sku] * int64(n)
	}
	require.Equal(t, money.EUR(sum), total)
}

// sale is what the model knows of an attempt, and of the order it has become.
type sale struct {
	basket  *basket
	order   order.ID
	payment payment.ID
	method  string
	lines   map[string]int
	total   int64
	due     time.Time

	placed    bool // it is an order
	over      bool // nothing came of it
	cancelled bool
	confirmed bool
	captured  int64
	refunded  int64
}

func (b *basket) sold(method string, total int64) *sale {
	return &sale{basket: b, method: method, lines: maps.Clone(b.lines), total: total}
}

// confirmIfPaid says that an order is paid for good. Where money is on its way
// in both directions, who is told first decides, and it may stay as it is.
func (s *sale) confirmIfPaid() {
	if s.method == "transfer" && !s.cancelled && s.captured == s.total && s.refunded == 0 {
		s.confirmed = true
	}
}

// live are the orders that are not cancelled, waiting the attempts that nobody
// has decided.
func (h *history) live() []*sale {
	return h.those(func(s *sale) bool { return s.placed && !s.cancelled })
}

func (h *history) waiting() []*sale {
	return h.those(func(s *sale) bool { return !s.placed && !s.over })
}

func (h *history) those(want func(*sale) bool) []*sale {
	var out []*sale
	for _, s := range h.sales {
		if want(s) {
			out = append(out, s)
		}
	}
	return out
}

// rest lets the shop come to rest and compares it with the model.
func (h *history) rest() {
	h.dark, h.noise = false, 0
	const rounds = 60
	for n := 0; ; n++ {
		_, err := h.shop.Drain(h.ctx)
		require.NoError(h.t, err)
		if !h.busy() {
			break
		}
		require.Less(h.t, n, rounds, "it does not come to rest")
		h.clock.Advance(2 * time.Minute)
	}
	h.rests++
	books := map[string]paymenttest.Account{}
	for _, a := range h.card.Books() {
		books[a.Payment] = a
	}
	for _, s := range h.sales {
		h.decide(s, books[s.payment.String()])
		h.compare(s, books[s.payment.String()])
	}
	h.compareStock()
	h.compareCash()
	h.verify()
}

// busy reports whether something is on its way: an event that failed once, or a
// call to the provider of which it is not known what became. What the provider
// has put off is not on its way.
func (h *history) busy() bool {
	d, err := h.store.Queue().Depth(h.ctx)
	require.NoError(h.t, err)
	require.Zero(h.t, d.Parked, "parked events")
	if d.Fresh+d.Waiting+d.Behind > 0 {
		return true
	}
	for _, s := range h.sales {
		p, err := h.shop.Payments.Payment(h.ctx, s.payment)
		require.NoError(h.t, err)
		if p.Refunding.IsPositive() || p.InFlight() && !h.putOff(s) {
			return true
		}
	}
	return false
}

// putOff reports whether the provider has not decided about a promise.
func (h *history) putOff(s *sale) bool {
	return slices.ContainsFunc(h.card.Books(), func(a paymenttest.Account) bool {
		return a.Payment == s.payment.String() && a.State == payment.StatePending
	})
}

// decide tells the model what the provider's books say of a promise, and what
// time has done.
func (h *history) decide(s *sale, a paymenttest.Account) {
	now := h.clock.Now()
	if !s.placed && !s.over && !h.unheard(s) {
		switch a.State {
		case payment.StateAuthorized, payment.StateCaptured:
			s.placed = true
		case payment.StateActionRequired, payment.StatePending:
		case payment.StateDeclined, payment.StateVoided, payment.StateExpired, payment.StateUnknown, payment.StateAbsent, payment.StateRefunded:
			fallthrough
		default: // the provider has never heard of it
			s.over = true
			s.basket.frozen = h.taken(s.basket)
		}
	}
	if s.placed && s.method == "transfer" && s.captured == 0 && !s.confirmed && !now.Before(s.due) {
		s.cancelled = true
	}
	if s.placed && s.cancelled {
		s.refunded = s.captured
	}
	if s.placed && !s.cancelled && s.captured == s.total && s.refunded == 0 {
		s.confirmed = true
	}
}

// taken reports whether a cart is an order or about to be: it may have been
// placed again before the shop came to rest.
func (h *history) taken(b *basket) bool {
	return slices.ContainsFunc(h.sales, func(s *sale) bool { return s.basket == b && !s.over })
}

// unheard reports whether a shop still waits for a buyer, although the provider
// may know better: until a notice comes, or the time to act is over.
func (h *history) unheard(s *sale) bool {
	p, err := h.shop.Payments.Payment(h.ctx, s.payment)
	require.NoError(h.t, err)
	waits := p.Status() == payment.StatusActionRequired
	require.False(h.t, waits && !h.clock.Now().Before(p.Expires), "%s waits too long", s.payment)
	return waits
}

// compare demands what the model says of one sale.
func (h *history) compare(s *sale, a paymenttest.Account) {
	p, err := h.shop.Payments.Payment(h.ctx, s.payment)
	require.NoError(h.t, err)
	require.Equal(h.t, []int64{s.captured, s.refunded}, []int64{p.Captured.Minor(), p.Refunded.Minor()}, "money of %s", s.payment)
	if s.method == "card" && a.Payment != "" {
		require.Equal(h.t, []int64{s.captured, s.refunded}, []int64{a.Captured.Minor(), a.Refunded.Minor()}, "books about %s", s.payment)
	}
	os, err := h.shop.Orders.Order(h.ctx, s.order)
	if !s.placed {
		require.Error(h.t, err, "no order yet")
		require.Equal(h.t, s.over, !p.IsOpen(), "%s is %s", s.payment, p.Status())
		return
	}
	require.NoError(h.t, err)
	require.Equal(h.t, []int64{s.total, s.captured, s.refunded}, []int64{os.Total.Minor(), os.Paid.Minor(), os.Refunded.Minor()}, "money of %s", s.order)
	switch {
	case s.cancelled:
		require.Equal(h.t, order.StatusCancelled, os.Status())
		require.False(h.t, p.IsOpen(), "%s of a cancelled order is %s", s.payment, p.Status())
	case s.confirmed:
		require.Equal(h.t, order.StatusConfirmed, os.Status())
	case s.captured < s.total:
		require.Equal(h.t, order.StatusPlaced, os.Status())
	default:
		require.Contains(h.t, []order.Status{order.StatusPlaced, order.StatusConfirmed}, os.Status())
	}
}

func (h *history) compareStock() {
	reserved := map[string]int{}
	for _, s := range h.those(func(s *sale) bool { return !s.over && !s.cancelled }) {
		for sku, n := range s.lines {
			reserved[sku] += n
		}
	}
	for _, sku := range skus() {
		ls, err := h.shop.Inventory.Levels(h.ctx, sku)
		require.NoError(h.t, err)
		require.Len(h.t, ls, 1)
		require.Equal(h.t, []int{h.onHand[sku], reserved[sku]}, []int{ls[0].OnHand, ls[0].Reserved}, "on hand and reserved of %s", sku)
	}
}

// compareCash demands that what lies on the accounts of cash is what came and
// did not go back.
func (h *history) compareCash() {
	bs, err := h.shop.Ledger.AccountBalances(h.ctx, "")
	require.NoError(h.t, err)
	var want, have int64
	for _, s := range h.sales {
		want += s.captured - s.refunded
	}
	for _, b := range bs {
		if strings.HasPrefix(string(b.Account), "cash") {
			have += b.Amount.Minor()
		}
	}
	require.Equal(h.t, want, have, "cash")
}
