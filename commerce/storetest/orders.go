package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

func cartToPaidOrder(t *testing.T, open Opener) {
	s := New(t, open(t))
	c := s.Cart("ada", Line(Mug, 2), Line(Tee, 1), Line(Book, 3))
	require.Equal(t, money.EUR(17_95), s.Total(c.ID))
	p := s.Place(c, "transfer", "once")
	require.True(t, p.Done())
	require.Equal(t, order.StatusPlaced, p.Order.Status())
	require.Equal(t, money.EUR(17_95), p.Order.Total)
	require.Equal(t, payment.StatusAuthorized, p.Payment.Status())
	onHand, reserved := s.Level(Book)
	require.Equal(t, []int{Stock, 3}, []int{onHand, reserved})
	s.Settle()
	s.Sound()

	_, err := s.Payments.Capture(s.Ctx(), p.Payment.ID, payment.Capture{Meta: Staff(), Reference: "line 4"})
	require.NoError(t, err)
	s.Settle()
	o := s.Order(p.OrderID)
	require.Equal(t, order.Paid, o.PaymentStanding())
	require.Equal(t, order.StatusConfirmed, o.Status())
	require.NoError(t, s.Checkout.Replay(o))
	bs, err := s.Ledger.AccountBalances(s.Ctx(), "cash")
	require.NoError(t, err)
	require.Len(t, bs, 1)
	require.Equal(t, money.EUR(17_95), bs[0].Amount)
	s.Sound()
	s.Pass(60 * 24 * time.Hour)
	_, reserved = s.Level(Book)
	require.Equal(t, 3, reserved, "goods of a confirmed order are kept")
	s.Sound()
}

func keyPlacesOnce(t *testing.T, open Opener) {
	s := New(t, open(t))
	c := s.Cart("ada", Line(Mug, 2))
	req := s.Request(c, "transfer", "k1")
	first, err := s.Checkout.Place(s.Ctx(), c.ID, req)
	require.NoError(t, err)
	again, err := s.Checkout.Place(s.Ctx(), c.ID, req)
	require.NoError(t, err)
	require.Equal(t, first.Order.ID, again.Order.ID)
	require.Equal(t, first.Payment.ID, again.Payment.ID)
	req.Method = "card"
	_, err = s.Checkout.Place(s.Ctx(), c.ID, req)
	require.ErrorIs(t, err, op.ErrMismatch)
	req.Key = ""
	_, err = s.Checkout.Place(s.Ctx(), c.ID, req)
	require.ErrorIs(t, err, cart.ErrPlaced)
	_, reserved := s.Level(Mug)
	require.Equal(t, 2, reserved)
	s.Sound()
}

func unpaidLapses(t *testing.T, open Opener) {
	s := New(t, open(t))
	p := s.Place(s.Cart("ada", Line(Mug, 2)), "transfer", "")
	s.Pass(14*24*time.Hour - time.Microsecond)
	require.Equal(t, order.StatusPlaced, s.Order(p.OrderID).Status())
	s.Pass(time.Microsecond)
	require.Equal(t, order.StatusCancelled, s.Order(p.OrderID).Status())
	_, reserved := s.Level(Mug)
	require.Zero(t, reserved)
	ps, err := s.Payments.BySubject(s.Ctx(), p.OrderID.String())
	require.NoError(t, err)
	require.False(t, ps[0].IsOpen())
	s.Sound()
}

func cancelledGivesBack(t *testing.T, open Opener) {
	s := New(t, open(t))
	p := s.Place(s.Cart("ada", Line(Tee, 2)), "transfer", "")
	_, err := s.Payments.Capture(s.Ctx(), p.Payment.ID, payment.Capture{Meta: Staff()})
	require.NoError(t, err)
	s.Settle()
	_, err = s.Orders.Cancel(s.Ctx(), p.OrderID, order.Cancel{Meta: Staff(), Reason: "customer asked"})
	require.NoError(t, err)
	s.Settle()
	o := s.Order(p.OrderID)
	require.Equal(t, o.Total, o.Refunded)
	_, reserved := s.Level(Tee)
	require.Zero(t, reserved)
	bs, err := s.Ledger.AccountBalances(s.Ctx(), "")
	require.NoError(t, err)
	for _, b := range bs {
		require.Zero(t, b.Amount.Minor(), "%s", b.Account)
	}
	s.Sound()
}

func cardDeclined(t *testing.T, open Opener) {
	s := New(t, open(t))
	s.Card.Script = func(int, payment.Operation) paymenttest.Plan { return paymenttest.Plan{Verdict: paymenttest.Decline} }
	c := s.Cart("ada", Line(Mug, 2))
	req := s.Request(c, "card", "k1")
	_, err := s.Checkout.Place(s.Ctx(), c.ID, req)
	require.ErrorIs(t, err, fault.Declined)
	_, err = s.Checkout.Place(s.Ctx(), c.ID, req)
	require.ErrorIs(t, err, fault.Declined, "the same key gets the same answer")
	_, reserved := s.Level(Mug)
	require.Zero(t, reserved)
	s.Settle()
	s.Sound()
	p := s.Place(c, "transfer", "k2")
	require.True(t, p.Done(), "the cart is open again")
	s.Settle()
	s.Sound()
}

func cardApproved(t *testing.T, open Opener) {
	s := New(t, open(t))
	p := s.Place(s.Cart("ada", Line(Mug, 2)), "card", "k1")
	require.True(t, p.Done())
	s.Settle()
	_, err := s.Payments.Capture(s.Ctx(), p.Payment.ID, payment.Capture{Meta: Staff()})
	require.NoError(t, err)
	s.Settle()
	require.Equal(t, order.Paid, s.Order(p.OrderID).PaymentStanding())
	s.Sound()
}

func cardUnknown(t *testing.T, open Opener) {
	s := New(t, open(t))
	s.Card.Script = func(n int, _ payment.Operation) paymenttest.Plan {
		if n == 0 {
			return paymenttest.Plan{Reply: paymenttest.Timeout}
		}
		return paymenttest.Plan{}
	}
	s.Card.Lost = func() bool { return true }
	c := s.Cart("ada", Line(Mug, 2))
	p := s.Place(c, "card", "k1")
	require.False(t, p.Done(), "nobody knows yet, and nobody says failed")
	_, reserved := s.Level(Mug)
	require.Equal(t, 2, reserved)
	s.Sound()
	s.Card.Lost = nil
	for range 10 {
		s.Pass(5 * time.Minute)
	}
	o := s.Order(p.OrderID)
	require.Equal(t, order.StatusPlaced, o.Status())
	again, err := s.Checkout.Place(s.Ctx(), c.ID, checkout.Place{Meta: op.Meta{By: c.Buyer, Key: "k1"}, Method: "card", Total: o.Total})
	require.NoError(t, err)
	require.Equal(t, p.OrderID, again.Order.ID)
	s.Sound()
}

func freeOrder(t *testing.T, open Opener) {
	s := New(t, open(t))
	s.Sell("GIFT", money.EUR(0), 5)
	c := s.Cart("ada", Line("GIFT", 1))
	q, err := s.Checkout.Quote(s.Ctx(), c.ID)
	require.NoError(t, err)
	require.Equal(t, money.EUR(4_95), q.Total)
	_, err = s.Checkout.Place(s.Ctx(), c.ID, checkout.Place{Meta: op.Meta{By: c.Buyer}, Total: money.EUR(0)})
	var changed *checkout.TotalChanged
	require.ErrorAs(t, err, &changed, "free is what is computed, never what is stated")
	require.Equal(t, money.EUR(4_95), changed.Actual)
	s.Sound()
}

func anotherTotal(t *testing.T, open Opener) {
	s := New(t, open(t))
	c := s.Cart("ada", Line(Mug, 2))
	req := s.Request(c, "transfer", "")
	req.Total = money.EUR(6_94)
	_, err := s.Checkout.Place(s.Ctx(), c.ID, req)
	var changed *checkout.TotalChanged
	require.ErrorAs(t, err, &changed)
	require.Equal(t, money.EUR(6_95), changed.Actual)
	require.ErrorIs(t, err, fault.Conflict)
	_, reserved := s.Level(Mug)
	require.Zero(t, reserved)
	s.Sound()
}
