package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/fulfillment/fulfillmenttest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/returns"
)

// Once creates a promotion that may be used once, and returns its grant.
func (s *Shop) Once(code string) promotion.Grant {
	s.t.Helper()
	p, err := s.Promotions.Create(s.Ctx(), promotion.Create{Meta: Staff(), Terms: promotion.Terms{
		Title: "Once", Kind: promotion.Amount, Scope: promotion.OnOrder, Amount: money.EUR(1_00), Limits: promotion.Limits{Total: 1},
	}})
	require.NoError(s.t, err)
	_, err = s.Promotions.AddCodes(s.Ctx(), p.ID, promotion.AddCodes{Meta: Staff(), Codes: []string{code}})
	require.NoError(s.t, err)
	_, err = s.Promotions.Activate(s.Ctx(), p.ID, promotion.Move{Meta: Staff()})
	require.NoError(s.t, err)
	o, err := s.Promotions.Offers(s.Ctx(), promotion.Ask{Buyer: "ada", Codes: []string{code}})
	require.NoError(s.t, err)
	require.Len(s.t, o.Grants, 1)
	return o.Grants[0]
}

// Redeem counts the use of a grant by an order.
func (s *Shop) Redeem(o order.ID, g promotion.Grant) error {
	return s.Store.InTx(s.Ctx(), func(ctx context.Context, t commerce.Tx) error {
		return s.Promotions.RedeemTx(ctx, t, promotion.Redeem{Meta: Staff(), Order: o.String(), Buyer: "ada", Grants: []promotion.Grant{g}})
	})
}

// cancelledLeavesNothing cancels an order of which one part is packed and
// another one may or may not have reached a warehouse, and which used up a
// code.
func cancelledLeavesNothing(t *testing.T, open Opener) {
	s := NewWith(t, open(t))
	grant := s.Once("ONCE")
	p := s.Ordered("ada", "k")
	s.Settle()
	require.NoError(t, s.Redeem(p.OrderID, grant))
	other := s.Ordered("ada", "k2")
	var exhausted *promotion.Exhausted
	require.ErrorAs(t, s.Redeem(other.OrderID, grant), &exhausted)
	packed := s.Packed(p.OrderID, 1, order.Item{Line: 1, Quantity: 1})
	fs, err := s.Fulfillment.Plan(s.Ctx(), p.OrderID, fulfillment.Plan{Meta: Staff()})
	require.NoError(t, err)
	s.Outside.Warehouse.Script(fulfillmenttest.LoseAnswer)
	sent, err := s.Fulfillment.Forward(s.Ctx(), fs[0].ID, fulfillment.Forward{Meta: Staff(), Warehouse: "north"})
	require.NoError(t, err)
	require.True(t, sent.Forward.InFlight())

	_, err = s.Orders.Cancel(s.Ctx(), p.OrderID, order.Cancel{Meta: Staff(), Reason: "customer asked"})
	require.NoError(t, err)
	s.Settle()
	f, err := s.Fulfillment.Fulfillment(s.Ctx(), sent.ID)
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusPlanned, f.Status(), "nobody knows what the warehouse says")
	for range 20 {
		s.Pass(time.Minute)
	}
	for _, id := range []fulfillment.ID{packed.ID, sent.ID} {
		f, err = s.Fulfillment.Fulfillment(s.Ctx(), id)
		require.NoError(t, err)
		require.Equal(t, fulfillment.StatusCancelled, f.Status())
	}
	require.Equal(t, "north", f.Forward.Warehouse)
	require.NotEmpty(t, f.Forward.Reference, "whoever calls it off there knows under which name")
	require.NoError(t, s.Redeem(other.OrderID, grant), "the use was given back")
	_, reserved := s.Level(Book)
	require.Equal(t, 3, reserved, "those of the other order")
	require.Equal(t, s.Order(p.OrderID).Paid, s.Order(p.OrderID).Refunded)
	s.Sound()
}

// delivered orders and has everything arrive.
func (s *Shop) delivered() order.ID {
	s.t.Helper()
	p := s.Ordered("ada", "k")
	s.Settle()
	s.arrive(p.OrderID)
	return p.OrderID
}

func (s *Shop) arrive(o order.ID) {
	s.t.Helper()
	f := s.Packed(o, 1)
	s.Ship(f)
	_, err := s.Fulfillment.Deliver(s.Ctx(), f.ID, fulfillment.Deliver{Meta: Staff()})
	require.NoError(s.t, err)
	s.Settle()
}

// refundFoundOut settles a return whose refund is lost on its way, and then its
// answer: the money goes back once.
func refundFoundOut(t *testing.T, open Opener) {
	s := NewWith(t, open(t))
	id := s.delivered()
	r := s.Returned(id, 3, 2)
	n := 0
	s.Card.Script = func(_ int, op payment.Operation) paymenttest.Plan {
		if op != payment.OpRefund || n > 1 {
			return paymenttest.Plan{}
		}
		n++
		return paymenttest.Plan{Reply: paymenttest.Timeout, NoEffect: n == 1}
	}
	r, err := s.Returns.Settle(s.Ctx(), r.ID, returns.Settle{Meta: Staff()})
	require.NoError(t, err)
	require.True(t, r.Refund.InFlight())
	s.Sound()
	for range 30 {
		s.Pass(time.Minute)
	}
	r, err = s.Returns.Return(s.Ctx(), r.ID)
	require.NoError(t, err)
	require.Equal(t, returns.StatusSettled, r.Status())
	require.Equal(t, r.Refund.Amount, s.Card.Books()[0].Refunded)
	require.Equal(t, r.Refund.Amount, s.Order(id).Refunded)
	require.Empty(t, s.Card.Violations())
	s.Sound()
}

// refundRefused settles a return whose refund the provider declines: staff sees
// why, and tries again.
func refundRefused(t *testing.T, open Opener) {
	s := NewWith(t, open(t))
	id := s.delivered()
	r := s.Returned(id, 3, 2)
	s.Card.Script = func(int, payment.Operation) paymenttest.Plan { return paymenttest.Plan{Verdict: paymenttest.Decline} }
	_, err := s.Returns.Settle(s.Ctx(), r.ID, returns.Settle{Meta: Staff()})
	var no *returns.NotRefunded
	require.ErrorAs(t, err, &no)
	s.Settle()
	r, err = s.Returns.Return(s.Ctx(), r.ID)
	require.NoError(t, err)
	require.Equal(t, returns.RefundFailed, r.Refund.State)
	require.NotEmpty(t, r.Refund.Reason)
	require.True(t, s.Order(id).Refunded.IsZero())
	s.Sound()
	s.Card.Script = nil
	r, err = s.Returns.Settle(s.Ctx(), r.ID, returns.Settle{Meta: Staff()})
	require.NoError(t, err)
	require.Equal(t, returns.StatusSettled, r.Status())
	s.Settle()
	require.Equal(t, money.EUR(3_70), s.Order(id).Refunded)
	s.Sound()
}

// twoPayments pays an order with two cards and takes goods back whose price is
// more than is left of the first. Each refund stays with the payment that it
// began with, however often it is asked about.
func twoPayments(t *testing.T, open Opener) {
	s := NewWith(t, open(t))
	c := s.Cart("ada", Line(Mug, 2), Line(Tee, 1), Line(Book, 3))
	p := s.Place(c, "card", "k")
	_, err := s.Payments.Capture(s.Ctx(), p.Payment.ID, payment.Capture{Meta: Staff(), Amount: money.EUR(7_00)})
	require.NoError(t, err)
	_, err = s.Payments.Void(s.Ctx(), p.Payment.ID, payment.Void{Meta: Staff()})
	require.NoError(t, err, "the rest of the first promise")
	second, err := s.Payments.Begin(s.Ctx(), payment.Open{Meta: Staff(), Subject: p.OrderID.String(), Method: "card", Amount: money.EUR(10_95)})
	require.NoError(t, err)
	_, err = s.Payments.Authorize(s.Ctx(), second.ID)
	require.NoError(t, err)
	_, err = s.Payments.Capture(s.Ctx(), second.ID, payment.Capture{Meta: Staff()})
	require.NoError(t, err)
	s.Settle()
	require.Equal(t, order.Paid, s.Order(p.OrderID).PaymentStanding())
	s.arrive(p.OrderID)
	lose := true
	s.Card.Script = func(_ int, op payment.Operation) paymenttest.Plan {
		if op == payment.OpRefund && lose {
			return paymenttest.Plan{Reply: paymenttest.Timeout}
		}
		return paymenttest.Plan{}
	}
	for _, pieces := range []int{2, 1} {
		r := s.Returned(p.OrderID, 3, pieces)
		r, err = s.Returns.Settle(s.Ctx(), r.ID, returns.Settle{Meta: Staff()})
		require.NoError(t, err)
		require.True(t, r.Refund.InFlight())
	}
	lose = false
	for range 30 {
		s.Pass(time.Minute)
	}
	h, err := s.Returns.OfOrder(s.Ctx(), p.OrderID)
	require.NoError(t, err)
	for _, r := range h.Returns {
		require.Equal(t, returns.StatusSettled, r.Status())
	}
	ps, err := s.Payments.BySubject(s.Ctx(), p.OrderID.String())
	require.NoError(t, err)
	require.Equal(t, []money.Amount{money.EUR(6_00), money.EUR(3_00)}, []money.Amount{ps[0].Refunded, ps[1].Refunded})
	require.Equal(t, money.EUR(9_00), s.Order(p.OrderID).Refunded)
	s.Sound()
}

// neverCameBack approves a return whose goods never come, and refuses one that
// comes too late to be asked for.
func neverCameBack(t *testing.T, open Opener) {
	s := NewWith(t, open(t))
	id := s.delivered()
	want := returns.Request{Meta: Buyer("ada"), Lines: []returns.Wanted{{Line: 1, Quantity: 1, Reason: returns.ChangedMind}}}
	r, err := s.Returns.Request(s.Ctx(), id, want)
	require.NoError(t, err)
	require.Equal(t, returns.WithinWindow, r.Decision.Because[0].Code)
	_, err = s.Returns.Approve(s.Ctx(), r.ID, returns.Approve{Meta: Staff()})
	require.NoError(t, err)
	s.Pass(30*24*time.Hour - time.Second)
	r, err = s.Returns.Return(s.Ctx(), r.ID)
	require.NoError(t, err)
	require.Equal(t, returns.StatusApproved, r.Status())
	s.Pass(time.Second)
	r, err = s.Returns.Return(s.Ctx(), r.ID)
	require.NoError(t, err)
	require.Equal(t, returns.StatusExpired, r.Status())
	_, err = s.Returns.Request(s.Ctx(), id, want)
	var no *returns.NotAllowed
	require.ErrorAs(t, err, &no)
	require.Equal(t, returns.WindowOver, no.Decision.Because[0].Code)
	s.Sound()
}

// messagesGoOn: what a provider cannot take now is sent later, what nobody knows
// is not sent twice, and a message that cannot be written keeps no order back.
func messagesGoOn(t *testing.T, open Opener) {
	s := NewWith(t, open(t))
	s.Outside.Mail.Script = func(n int, _ notification.Message) notificationtest.Plan {
		if n < 2 {
			return notificationtest.Plan{Lost: true, Err: fault.New(fault.Unavailable, "busy", "Later.")}
		}
		return notificationtest.Plan{}
	}
	s.Outside.Text.Script = func(int, notification.Message) notificationtest.Plan {
		return notificationtest.Plan{Answer: notification.Outcome{State: notification.Unclear}}
	}
	p := s.Ordered("ada", "k")
	s.Settle()
	require.Empty(t, s.Outside.Mail.Arrived())
	for range 3 {
		s.Pass(time.Hour)
	}
	require.Len(t, s.Outside.Mail.Arrived(), 1)
	require.Len(t, s.Outside.Text.Arrived(), 1)
	require.Equal(t, 1, s.Outside.Text.Calls(), "it may have arrived")
	ms, err := s.Notifications.BySubject(s.Ctx(), p.OrderID.String())
	require.NoError(t, err)
	require.Len(t, ms, 2)
	for _, m := range ms {
		want := notification.StatusSent
		if m.Channel == notification.SMS {
			want = notification.StatusUnclear
		}
		require.Equal(t, want, m.Status(), m.Channel)
	}
	s.Sound()

	for _, email := range []string{"", "eva..x@example.com"} {
		s.unwritten(email)
	}
	s.Sound()
}

// unwritten places and pays an order of somebody to whom nobody can write.
func (s *Shop) unwritten(email string) {
	s.t.Helper()
	c, err := s.Carts.Create(s.Ctx(), cart.Create{Meta: Buyer("eva"), Market: Here(), Email: email})
	require.NoError(s.t, err)
	c, err = s.Carts.Add(s.Ctx(), c.ID, cart.Add{Meta: Buyer("eva"), SKU: Mug, Quantity: 1})
	require.NoError(s.t, err)
	p := s.Place(c, "transfer", "unwritten"+email)
	s.Settle()
	ms, err := s.Notifications.BySubject(s.Ctx(), p.OrderID.String())
	require.NoError(s.t, err)
	require.Empty(s.t, ms)
	_, err = s.Payments.Capture(s.Ctx(), p.Payment.ID, payment.Capture{Meta: Staff()})
	require.NoError(s.t, err)
	s.Settle()
	require.Equal(s.t, order.StatusConfirmed, s.Order(p.OrderID).Status())
}
