package bunstore_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// What random histories have found, each as the shortest story that tells it.

// TestCancelGivesBackBothPartsOfAPayment: of a card payment a part has been
// captured when its order is cancelled. The part goes back, and the promise of
// the rest is let go.
func TestCancelGivesBackBothPartsOfAPayment(t *testing.T) {
	t.Parallel()
	r := newRig(t, onMemory)
	p := r.ordered("card")
	_, err := r.shop.Payments.Capture(t.Context(), p.Payment.ID, payment.Capture{Meta: storetest.Staff(), Amount: money.EUR(5_00)})
	require.NoError(t, err)
	r.quiet()
	r.cancelled(p.OrderID)
	r.allBack(p.OrderID, 5_00)
	require.Equal(t, payment.StateCaptured, r.shop.Card.Books()[0].State, "the rest was let go")
}

// TestCancelWhileMoneyIsOnItsWay: an order is cancelled while nobody knows what
// became of the capture. When it turns out to have come, it goes back.
func TestCancelWhileMoneyIsOnItsWay(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]paymenttest.Plan{
		"it came": {Reply: paymenttest.Timeout}, "it did not": {Reply: paymenttest.Timeout, Verdict: paymenttest.Decline},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, onMemory)
			p := r.ordered("card")
			r.script(plan)
			_, err := r.shop.Payments.Capture(t.Context(), p.Payment.ID, payment.Capture{Meta: storetest.Staff()})
			require.NoError(t, err, "it is in flight")
			r.cancelled(p.OrderID)
			if plan.Verdict == paymenttest.Decline {
				r.allBack(p.OrderID, 0)
				require.Equal(t, payment.StateVoided, r.shop.Card.Books()[0].State)
				return
			}
			r.allBack(p.OrderID, 17_95)
		})
	}
}

// TestCancelWhileARefundIsOnItsWay: an order is cancelled while nobody knows
// what became of a refund of a part. It turns out that the provider refused it,
// so that part goes back with another refund.
func TestCancelWhileARefundIsOnItsWay(t *testing.T) {
	t.Parallel()
	r := newRig(t, onMemory)
	p := r.ordered("card")
	_, err := r.shop.Payments.Capture(t.Context(), p.Payment.ID, payment.Capture{Meta: storetest.Staff()})
	require.NoError(t, err)
	r.script(paymenttest.Plan{Reply: paymenttest.ServerError, Verdict: paymenttest.Decline})
	f, err := r.shop.Payments.Refund(t.Context(), p.Payment.ID, payment.GiveBack{Meta: storetest.Staff(), Amount: money.EUR(3_00)})
	require.NoError(t, err)
	require.True(t, f.InFlight())
	r.cancelled(p.OrderID)
	r.allBack(p.OrderID, 17_95)
}

// TestARefusedGiveBackHoldsNothingUp: the provider refuses to give back what was
// paid for a cancelled order. That is announced, nothing is parked, and staff
// sends it again.
func TestARefusedGiveBackHoldsNothingUp(t *testing.T) {
	t.Parallel()
	r := newRig(t, onMemory)
	p := r.ordered("card")
	_, err := r.shop.Payments.Capture(t.Context(), p.Payment.ID, payment.Capture{Meta: storetest.Staff()})
	require.NoError(t, err)
	r.quiet()
	r.script(paymenttest.Plan{Verdict: paymenttest.Decline})
	r.cancelled(p.OrderID)
	d, err := r.store.Queue().Depth(t.Context())
	require.NoError(t, err)
	require.Zero(t, d.Parked)
	fs, err := r.shop.Payments.Refunds(t.Context(), p.Payment.ID)
	require.NoError(t, err)
	require.Len(t, fs, 1)
	require.Equal(t, payment.RefundStatusFailed, fs[0].Status())
	_, err = r.shop.Payments.RetryRefund(t.Context(), fs[0].ID, payment.RetryRefund{Meta: storetest.Staff()})
	require.NoError(t, err)
	r.quiet()
	r.allBack(p.OrderID, 17_95)
}

// TestNoticesAreForgottenInTime: the inbox keeps a notice that has been worked
// off for as long as keyed writes are remembered, and one that has not for ever.
func TestNoticesAreForgottenInTime(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, kind)
			r.script(paymenttest.Plan{Copies: 1})
			r.ordered("card")
			ns := r.shop.Card.Notices()
			require.NotEmpty(t, ns)
			require.NoError(t, r.shop.Payments.Receive(t.Context(), "card", ns[0]))
			r.quiet()
			left := func() (n int) {
				require.NoError(t, r.store.DB().NewRaw("SELECT count(*) FROM kontor_inbox").Scan(t.Context(), &n))
				return n
			}
			for _, w := range []struct{ days, left int }{{29, 1}, {2, 0}} {
				r.shop.Pass(time.Duration(w.days) * 24 * time.Hour)
				require.Equal(t, w.left, left(), "after %d more days", w.days)
			}
			r.sound()
		})
	}
}

// TestABuyerWhoNeverActsFreesTheGoods: the provider asks the buyer to act, who
// does not. When the time to act is over the goods are free and the cart is
// open, although nobody asks.
func TestABuyerWhoNeverActsFreesTheGoods(t *testing.T) {
	t.Parallel()
	r := newRig(t, onMemory)
	p := r.attempted()
	_, reserved := r.shop.Level(storetest.Mug)
	require.Equal(t, 2, reserved)
	r.shop.Pass(time.Hour)
	r.quiet()
	_, reserved = r.shop.Level(storetest.Mug)
	require.Zero(t, reserved)
	_, err := r.shop.Checkout.Resume(t.Context(), p.OrderID)
	require.ErrorIs(t, err, fault.Declined)
	require.Equal(t, payment.StateVoided, r.shop.Card.Books()[0].State)
	r.sound()
}

// TestVerifyOfAnAbandonedAttempt: what an attempt announces under the id of an
// order that never came is no violation while it waits for delivery.
func TestVerifyOfAnAbandonedAttempt(t *testing.T) {
	t.Parallel()
	r := newRig(t, onMemory)
	r.script(paymenttest.Plan{Verdict: paymenttest.Decline})
	c := r.cart()
	_, err := r.shop.Checkout.Place(t.Context(), c.ID, r.shop.Request(c, "card", "once"))
	require.ErrorIs(t, err, fault.Declined)
	r.sound()
}

func (r *rig) cancelled(id order.ID) {
	r.t.Helper()
	_, err := r.shop.Orders.Cancel(r.t.Context(), id, order.Cancel{Meta: storetest.Staff(), Reason: "customer asked"})
	require.NoError(r.t, err)
	r.quiet()
}

// allBack demands that of a cancelled order nothing is kept or promised, and
// that so much had come.
func (r *rig) allBack(id order.ID, came int64) {
	r.t.Helper()
	o := r.shop.Order(id)
	require.Equal(r.t, []int64{came, came}, []int64{o.Paid.Minor(), o.Refunded.Minor()})
	ps, err := r.shop.Payments.BySubject(r.t.Context(), id.String())
	require.NoError(r.t, err)
	require.Len(r.t, ps, 1)
	require.False(r.t, ps[0].IsOpen(), "%s", ps[0].Status())
	r.sound()
}
