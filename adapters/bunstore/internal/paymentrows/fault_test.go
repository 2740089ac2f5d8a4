package paymentrows_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// first makes the first call go by a plan, and all others work.
func first(p paymenttest.Plan) func(int, payment.Operation) paymenttest.Plan {
	return nth(0, p)
}

func nth(at int, p paymenttest.Plan) func(int, payment.Operation) paymenttest.Plan {
	return func(n int, _ payment.Operation) paymenttest.Plan {
		if n == at {
			return p
		}
		return paymenttest.Plan{}
	}
}

// brokenLines are all ways in which an answer is lost.
func brokenLines() []paymenttest.Plan {
	var out []paymenttest.Plan
	for _, r := range []paymenttest.Reply{paymenttest.Timeout, paymenttest.Reset, paymenttest.ServerError, paymenttest.Panic} {
		out = append(out, paymenttest.Plan{Reply: r, Drop: true}, paymenttest.Plan{Reply: r, NoEffect: true})
	}
	return append(out, paymenttest.Plan{Reply: paymenttest.Refused, NoEffect: true})
}

func (x *shop) settled(ctx context.Context, t require.TestingT) {
	for range 2 {
		x.clock.Advance(2 * time.Minute)
		_, err := x.ReconcileDue(ctx, 100)
		require.NoError(t, err)
	}
}

func TestLostAnswerToAuthorizeIsFoundOutAndTakenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		for _, plan := range brokenLines() {
			name := fmt.Sprintf("%s, no effect %t", plan.Reply, plan.NoEffect)
			p := x.begun(ctx, t, money.EUR(10_00))
			x.card.Script = nth(x.card.Calls(), plan)
			p, err := x.Authorize(ctx, p.ID)
			require.NoError(t, err, name)
			require.Equal(t, payment.StatusAuthorizing, p.Status(), "%s: unknown is neither yes nor no", name)
			require.True(t, p.InFlight())
			x.settled(ctx, t)
			p = x.again(ctx, t, p.ID)
			if plan.NoEffect && plan.Reply == paymenttest.ServerError {
				require.Equal(t, payment.StatusAuthorizing, p.Status(), "the key is burned until it is forgotten")
				x.clock.Advance(25 * time.Hour)
				_, err := x.ReconcileDue(ctx, 100)
				require.NoError(t, err)
				require.Equal(t, payment.StatusExpired, x.again(ctx, t, p.ID).Status())
				continue
			}
			require.True(t, p.Covers(), name)
			require.Equal(t, []string{"payment.authorized"}, x.events(ctx, t, p.ID), name)
		}
		x.sound(ctx, t)
	})
}

func TestLostAnswersToCaptureAndVoidAndRefundAreFoundOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		for _, plan := range brokenLines() {
			name := fmt.Sprintf("%s, no effect %t", plan.Reply, plan.NoEffect)
			burned := plan.NoEffect && plan.Reply == paymenttest.ServerError

			c := x.authorized(ctx, t, money.EUR(10_00))
			x.card.Script = nth(x.card.Calls(), plan)
			p, err := x.Capture(ctx, c.ID, payment.Capture{})
			require.NoError(t, err, name)
			require.Equal(t, payment.StatusCapturing, p.Status(), name)
			_, err = x.Void(ctx, c.ID, payment.Void{})
			require.ErrorIs(t, err, fault.Conflict, "nothing else begins while the outcome is open")

			v := x.authorized(ctx, t, money.EUR(10_00))
			x.card.Script = nth(x.card.Calls(), plan)
			p, err = x.Void(ctx, v.ID, payment.Void{})
			require.NoError(t, err, name)
			require.Equal(t, payment.StatusVoiding, p.Status(), name)

			r := x.captured(ctx, t, money.EUR(10_00))
			x.card.Script = nth(x.card.Calls(), plan)
			f, err := x.Refund(ctx, r.ID, payment.GiveBack{Amount: money.EUR(4_00)})
			require.NoError(t, err, name)
			require.True(t, f.InFlight(), name)
			_, err = x.Refund(ctx, r.ID, payment.GiveBack{Amount: money.EUR(6_01)})
			require.ErrorIs(t, err, fault.Conflict, "what is on its way back is set aside")

			x.settled(ctx, t)
			if burned {
				x.clock.Advance(25 * time.Hour)
				_, err := x.ReconcileDue(ctx, 100)
				require.NoError(t, err)
				require.Equal(t, payment.StatusAuthorized, x.again(ctx, t, c.ID).Status(), name)
				require.Equal(t, payment.StatusAuthorized, x.again(ctx, t, v.ID).Status(), name)
				f, err = x.RetryRefund(ctx, f.ID, payment.RetryRefund{})
				require.NoError(t, err)
			} else {
				require.Equal(t, payment.StatusCaptured, x.again(ctx, t, c.ID).Status(), name)
				require.Equal(t, payment.StatusVoided, x.again(ctx, t, v.ID).Status(), name)
			}
			f, err = x.RefundByID(ctx, f.ID)
			require.NoError(t, err)
			require.Equal(t, payment.RefundStatusSucceeded, f.Status(), name)
			require.Equal(t, money.EUR(4_00), x.again(ctx, t, r.ID).Refunded, name)
		}
		x.sound(ctx, t)
	})
}

func TestProviderWithoutKeysIsNeverAskedTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		x.card.Script = first(paymenttest.Plan{NoEffect: true, Reply: paymenttest.Timeout})
		p, err := x.Begin(ctx, payment.Open{Subject: "or_1", Method: "bare", Amount: money.EUR(10_00)})
		require.NoError(t, err)
		_, err = x.Authorize(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, 1, x.card.Calls())
		p, err = x.Authorize(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatusAuthorizing, p.Status())
		x.clock.Advance(14 * time.Minute)
		_, err = x.Reconcile(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, 1, x.card.Calls(), "only looked up: it may still show up")
		x.clock.Advance(time.Minute)
		p, err = x.Reconcile(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatusExpired, p.Status())
		require.Equal(t, 1, x.card.Calls())
	})
}

func TestIntentThatNobodySentIsSentByTheReconciler(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		for _, method := range []string{"card", "bare"} {
			p, err := x.Begin(ctx, payment.Open{Subject: x.subject(), Method: method, Amount: money.EUR(10_00)})
			require.NoError(t, err)
			x.clock.Advance(2 * time.Minute)
			_, err = x.ReconcileDue(ctx, 10)
			require.NoError(t, err)
			require.True(t, x.again(ctx, t, p.ID).Covers(), method)
		}
		x.sound(ctx, t)
	})
}

func TestMoneyThatSurfacesLateIsGivenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		for _, when := range []payment.Moment{payment.MomentLater, payment.MomentAtOnce} {
			s := x.service(t, payment.Methods{"card": x.card}, map[string]payment.Moment{"card": when})
			p, err := s.Begin(ctx, payment.Open{Subject: x.subject(), Method: "card", Amount: money.EUR(10_00)})
			require.NoError(t, err)
			x.card.Script = nth(x.card.Calls(), paymenttest.Plan{Verdict: paymenttest.Act})
			p, err = s.Authorize(ctx, p.ID)
			require.NoError(t, err)
			p, err = s.Void(ctx, p.ID, payment.Void{Reason: "buyer left"})
			require.NoError(t, err)
			require.Equal(t, payment.StatusVoided, p.Status())

			x.card.Resurrected(p.ID.String())
			p, err = s.Reconcile(ctx, p.ID)
			require.NoError(t, err)
			require.True(t, p.Orphaned)
			require.False(t, p.Covers())
			require.Contains(t, x.events(ctx, t, p.ID), "payment.orphaned")
			require.NotContains(t, x.events(ctx, t, p.ID), "payment.captured", "it pays nothing")
			if when == payment.MomentAtOnce {
				require.Equal(t, payment.StatusCaptured, p.Status())
				require.Equal(t, money.EUR(10_00), p.Refunded)
			} else {
				require.Equal(t, payment.StatusVoided, p.Status())
			}
		}
		for _, a := range x.card.Books() {
			require.False(t, a.Effective(), a.Reference)
		}
		x.sound(ctx, t)
	})
}

func TestPromiseOfAnotherAmountOrCurrencyIsGivenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		for _, other := range []money.Amount{money.EUR(9_99), money.EUR(10_01), money.USD(10_00)} {
			p := x.begun(ctx, t, money.EUR(10_00))
			x.card.Script = nth(x.card.Calls(), paymenttest.Plan{Other: other})
			p, err := x.Authorize(ctx, p.ID)
			require.NoError(t, err)
			require.False(t, p.Covers())
			require.True(t, p.Orphaned)
			require.Equal(t, payment.StatusVoided, p.Status(), other)
			require.Equal(t, []string{"payment.orphaned", "payment.voided"}, x.events(ctx, t, p.ID))
		}
		x.sound(ctx, t)
	})
}

func TestPendingIsWaitedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p := x.begun(ctx, t, money.EUR(10_00))
		x.card.Script = func(int, payment.Operation) paymenttest.Plan { return paymenttest.Plan{Verdict: paymenttest.Defer} }
		p, err := x.Authorize(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatusAuthorizing, p.Status())
		require.Equal(t, "auth_1", p.Reference, "known already, so that notices find it")
		x.card.Decided(p.ID.String(), paymenttest.Approve)
		p, err = x.Reconcile(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatusAuthorized, p.Status())

		p, err = x.Capture(ctx, p.ID, payment.Capture{})
		require.NoError(t, err)
		require.Equal(t, payment.StatusCapturing, p.Status())
		x.card.Decided(p.ID.String(), paymenttest.Decline)
		p, err = x.Reconcile(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatusAuthorized, p.Status(), "the promise stands")
		require.Contains(t, x.events(ctx, t, p.ID), "payment.capture_failed")

		p, err = x.Capture(ctx, p.ID, payment.Capture{})
		require.NoError(t, err)
		x.card.Decided(p.ID.String(), paymenttest.Approve)
		p, err = x.Reconcile(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatusCaptured, p.Status())

		r, err := x.Refund(ctx, p.ID, payment.GiveBack{})
		require.NoError(t, err)
		x.card.Decided(p.ID.String(), paymenttest.Decline)
		r, err = x.ReconcileRefund(ctx, r.ID)
		require.NoError(t, err)
		require.Equal(t, payment.RefundStatusFailed, r.Status())
		require.Equal(t, p.Captured, x.again(ctx, t, p.ID).Refundable(), "no longer set aside")
		x.card.Script = nil
		r, err = x.RetryRefund(ctx, r.ID, payment.RetryRefund{})
		require.NoError(t, err)
		require.Equal(t, payment.RefundStatusSucceeded, r.Status())
		require.Equal(t, r.ID.String()+":refund:2", r.Attempt.Key)
		x.sound(ctx, t)
	})
}

func TestWhatHappensAtTheProvidersDeskIsFollowed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p := x.authorized(ctx, t, money.EUR(10_00))
		_, err := x.card.Capture(ctx, payment.CaptureRequest{Key: "desk", Reference: p.Reference, Amount: money.EUR(10_00), Final: true})
		require.NoError(t, err)
		p, err = x.Reconcile(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatusCaptured, p.Status())

		q := x.authorized(ctx, t, money.EUR(10_00))
		x.card.Expired(q.ID.String())
		_, err = x.Capture(ctx, q.ID, payment.Capture{})
		require.ErrorIs(t, err, fault.Declined)
		require.Equal(t, payment.StatusExpired, x.again(ctx, t, q.ID).Status())

		v := x.authorized(ctx, t, money.EUR(10_00))
		_, err = x.card.Capture(ctx, payment.CaptureRequest{Key: "desk2", Reference: v.Reference, Amount: money.EUR(10_00), Final: true})
		require.NoError(t, err)
		v, err = x.Void(ctx, v.ID, payment.Void{})
		require.ErrorIs(t, err, payment.ErrCapturedInstead)
		require.Equal(t, payment.StatusCaptured, v.Status(), "the books decide")
		x.sound(ctx, t)
	})
}

func TestCallerWhoLeavesDoesNotLoseTheOutcome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx, leave := context.WithCancel(t.Context())
		p := x.begun(ctx, t, money.EUR(10_00))
		x.card.Script = first(paymenttest.Plan{Wait: leave})
		p, err := x.Authorize(ctx, p.ID)
		require.NoError(t, err)
		require.True(t, p.Covers())
		require.True(t, x.again(t.Context(), t, p.ID).Covers())
	})
}
