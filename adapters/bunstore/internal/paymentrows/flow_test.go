package paymentrows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

func TestLocalTenderSettlesInTheUnitOfTheCaller(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		var p payment.Payment
		err := x.units.InTx(ctx, func(ctx context.Context, u payment.Tx) error {
			var err error
			p, err = x.OpenLocalTx(ctx, u, payment.Open{Subject: "or_1", Method: "bank", Amount: money.EUR(59_90)})
			return err
		})
		require.NoError(t, err)
		require.True(t, p.Covers())
		require.Equal(t, "Pay to DE00.", p.Action.Text)
		require.Equal(t, p, x.again(ctx, t, p.ID), "values read back equal the values written")
		require.Equal(t, []string{"payment.authorized"}, x.events(ctx, t, p.ID))

		p, err = x.Capture(ctx, p.ID, payment.Capture{Reference: "statement 12, line 3"})
		require.NoError(t, err)
		require.Equal(t, payment.StatusCaptured, p.Status())
		require.Equal(t, "statement 12, line 3", p.CaptureReference)
		require.Equal(t, p, x.again(ctx, t, p.ID))
		require.Equal(t, []string{"authorize done 5990", "capture done 5990"}, x.results(ctx, t, p.ID))

		r, err := x.Refund(ctx, p.ID, payment.GiveBack{Amount: money.EUR(9_90), Reason: "scratched"})
		require.NoError(t, err)
		require.Equal(t, payment.RefundStatusSucceeded, r.Status())
		stored, err := x.RefundByID(ctx, r.ID)
		require.NoError(t, err)
		require.Equal(t, r, stored)
		require.Equal(t, money.EUR(50_00), x.again(ctx, t, p.ID).Refundable())
		require.Equal(t, []string{"payment.authorized", "payment.captured", "payment.refunded"}, x.events(ctx, t, p.ID))
		x.sound(ctx, t)
	})
}

func TestLocalTwinsJoinTheUnitAndRollBackWithIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p, err := x.OpenLocal(ctx, payment.Open{Subject: "or_1", Method: "cod", Amount: money.EUR(10_00)})
		require.NoError(t, err)
		stop := errors.New("stop")
		err = x.units.InTx(ctx, func(ctx context.Context, u payment.Tx) error {
			if _, err := x.CaptureLocalTx(ctx, u, p.ID, payment.Capture{}); err != nil {
				return err
			}
			return stop
		})
		require.ErrorIs(t, err, stop)
		require.Equal(t, p, x.again(ctx, t, p.ID))

		err = x.units.InTx(ctx, func(ctx context.Context, u payment.Tx) error {
			_, err := x.CaptureLocalTx(ctx, u, p.ID, payment.Capture{Amount: money.EUR(4_00)})
			return err
		})
		require.NoError(t, err)
		require.Equal(t, money.EUR(6_00), x.again(ctx, t, p.ID).Capturable())
		err = x.units.InTx(ctx, func(ctx context.Context, u payment.Tx) error {
			_, err := x.VoidLocalTx(ctx, u, p.ID, payment.Void{Reason: "paid in part only"})
			return err
		})
		require.NoError(t, err)
		q := x.again(ctx, t, p.ID)
		require.Equal(t, payment.StatusCaptured, q.Status(), "what came stays, the rest was given back")
		require.Equal(t, money.EUR(4_00), q.Captured)
		err = x.units.InTx(ctx, func(ctx context.Context, u payment.Tx) error {
			_, err := x.RefundLocalTx(ctx, u, p.ID, payment.GiveBack{})
			return err
		})
		require.NoError(t, err)
		require.Equal(t, money.EUR(4_00), x.again(ctx, t, p.ID).Refunded)
		x.sound(ctx, t)
	})
}

func TestLocalPromiseExpires(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p, err := x.OpenLocal(ctx, payment.Open{Subject: "or_1", Method: "bank", Amount: money.EUR(10_00)})
		require.NoError(t, err)
		x.clock.Advance(7*24*time.Hour - time.Microsecond)
		n, err := x.ReconcileDue(ctx, 10)
		require.NoError(t, err)
		require.Zero(t, n)
		x.clock.Advance(time.Microsecond)
		n, err = x.ReconcileDue(ctx, 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, payment.StatusExpired, x.again(ctx, t, p.ID).Status())
		n, err = x.ReconcileDue(ctx, 10)
		require.NoError(t, err)
		require.Zero(t, n)
		require.Equal(t, []string{"payment.authorized", "payment.expired"}, x.events(ctx, t, p.ID))
		x.sound(ctx, t)
	})
}

func TestRemotePaymentGoesThroughItsStates(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p := x.begun(ctx, t, money.EUR(100_00))
		require.Equal(t, payment.StatusAuthorizing, p.Status())
		require.Equal(t, p.ID.String()+":authorize:1", p.Attempt.Key)
		require.Equal(t, p, x.again(ctx, t, p.ID))
		require.Zero(t, x.card.Calls(), "nobody was asked yet")

		p, err := x.Authorize(ctx, p.ID)
		require.NoError(t, err)
		require.True(t, p.Covers())
		same, err := x.Authorize(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, p, same)
		require.Equal(t, 1, x.card.Calls())

		p, err = x.Capture(ctx, p.ID, payment.Capture{Amount: money.EUR(30_00)})
		require.NoError(t, err)
		require.Equal(t, payment.StatusAuthorized, p.Status())
		p, err = x.Capture(ctx, p.ID, payment.Capture{})
		require.NoError(t, err)
		require.Equal(t, payment.StatusCaptured, p.Status())
		require.Equal(t, money.EUR(100_00), p.Captured)

		r, err := x.Refund(ctx, p.ID, payment.GiveBack{Amount: money.EUR(25_00)})
		require.NoError(t, err)
		require.Equal(t, payment.RefundStatusSucceeded, r.Status())
		p = x.again(ctx, t, p.ID)
		require.Equal(t, money.EUR(25_00), p.Refunded)
		require.True(t, p.Refunding.IsZero())
		require.Equal(t, []string{
			"payment.authorized", "payment.captured", "payment.captured", "payment.refunded",
		}, x.events(ctx, t, p.ID))
		x.sound(ctx, t)
	})
}

func TestDeclineIsAnErrorAndLeavesTheSubjectFree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		x.card.Script = func(n int, _ payment.Operation) paymenttest.Plan {
			if n == 0 {
				return paymenttest.Plan{Verdict: paymenttest.Decline}
			}
			return paymenttest.Plan{}
		}
		p := x.begun(ctx, t, money.EUR(10_00))
		p, err := x.Authorize(ctx, p.ID)
		require.ErrorIs(t, err, fault.Declined)
		require.Equal(t, "The payment was declined: there are not enough funds.", fault.Public(err))
		require.Equal(t, payment.StatusDeclined, p.Status())
		_, err = x.Authorize(ctx, p.ID)
		require.ErrorIs(t, err, fault.Declined, "asked again it says so again")
		q, err := x.Begin(ctx, payment.Open{Subject: p.Subject, Method: "card", Amount: p.Amount})
		require.NoError(t, err)
		q, err = x.Authorize(ctx, q.ID)
		require.NoError(t, err)
		require.True(t, q.Covers())
		x.sound(ctx, t)
	})
}

func TestOneOpenPaymentForEachSubject(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p := x.begun(ctx, t, money.EUR(10_00))
		_, err := x.Begin(ctx, payment.Open{Subject: p.Subject, Method: "card", Amount: p.Amount})
		var open *payment.AlreadyOpen
		require.ErrorAs(t, err, &open)
		require.Equal(t, p.ID, open.Payment)
		require.ErrorIs(t, err, fault.Conflict)
		_, err = x.OpenLocal(ctx, payment.Open{Subject: p.Subject, Method: "cod", Amount: p.Amount})
		require.ErrorIs(t, err, fault.Conflict)
	})
}

func TestBuyerActsAndResumes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		x.card.Script = func(n int, _ payment.Operation) paymenttest.Plan {
			if n == 0 {
				return paymenttest.Plan{Verdict: paymenttest.Act}
			}
			return paymenttest.Plan{}
		}
		p, err := x.Authorize(ctx, x.begun(ctx, t, money.EUR(10_00)).ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatusActionRequired, p.Status())
		require.Equal(t, payment.ActionRedirect, p.Action.Kind)
		require.False(t, p.Covers())

		x.card.Acted(p.ID.String(), paymenttest.Approve)
		p, err = x.Resume(ctx, p.ID, payment.Resume{})
		require.NoError(t, err)
		require.True(t, p.Covers())
		require.Empty(t, p.Action)
		require.Equal(t, []string{"payment.action_required", "payment.authorized"}, x.events(ctx, t, p.ID))
		x.sound(ctx, t)
	})
}

func TestBuyerWhoNeverActsIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		x.card.Script = func(n int, _ payment.Operation) paymenttest.Plan {
			if n == 0 {
				return paymenttest.Plan{Verdict: paymenttest.Act}
			}
			return paymenttest.Plan{}
		}
		p, err := x.Authorize(ctx, x.begun(ctx, t, money.EUR(10_00)).ID)
		require.NoError(t, err)
		x.clock.Advance(time.Hour)
		_, err = x.ReconcileDue(ctx, 10)
		require.NoError(t, err)
		require.Equal(t, payment.StatusVoided, x.again(ctx, t, p.ID).Status())
		require.Equal(t, payment.StateVoided, x.card.Books()[0].State, "cancelled at the provider")
		x.sound(ctx, t)
	})
}

func TestKeyedRepeatReturnsTheFirstResult(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		by := op.Actor{Kind: op.Staff, ID: "ann"}
		p, err := x.Begin(ctx, payment.Open{Meta: op.Meta{By: by, Key: "k1"}, Subject: "or_1", Method: "card", Amount: money.EUR(10_00)})
		require.NoError(t, err)
		again, err := x.Begin(ctx, payment.Open{Meta: op.Meta{By: by, Key: "k1"}, Subject: "or_1", Method: "card", Amount: money.EUR(10_00)})
		require.NoError(t, err)
		require.Equal(t, p, again)
		_, err = x.Begin(ctx, payment.Open{Meta: op.Meta{By: by, Key: "k1"}, Subject: "or_1", Method: "card", Amount: money.EUR(11_00)})
		require.ErrorIs(t, err, op.ErrMismatch)
		_, err = x.Authorize(ctx, p.ID)
		require.NoError(t, err)
		c, err := x.Capture(ctx, p.ID, payment.Capture{Meta: op.Meta{By: by, Key: "k2"}, Amount: money.EUR(4_00)})
		require.NoError(t, err)
		d, err := x.Capture(ctx, p.ID, payment.Capture{Meta: op.Meta{By: by, Key: "k2"}, Amount: money.EUR(4_00)})
		require.NoError(t, err)
		require.Equal(t, c, d)
		_, err = x.Capture(ctx, p.ID, payment.Capture{})
		require.NoError(t, err)
		r, err := x.Refund(ctx, p.ID, payment.GiveBack{Meta: op.Meta{By: by, Key: "k3"}, Amount: money.EUR(4_00)})
		require.NoError(t, err)
		q, err := x.Refund(ctx, p.ID, payment.GiveBack{Meta: op.Meta{By: by, Key: "k3"}, Amount: money.EUR(4_00)})
		require.NoError(t, err)
		require.Equal(t, r, q)
		require.Equal(t, money.EUR(4_00), x.again(ctx, t, p.ID).Refunded)
		x.sound(ctx, t)
	})
}

func TestTenantsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		ctx := t.Context()
		a, b := open(t, s, "a"), open(t, s, "b")
		p := a.captured(ctx, t, money.EUR(10_00))
		r, err := a.Refund(ctx, p.ID, payment.GiveBack{Amount: money.EUR(1_00)})
		require.NoError(t, err)
		_, err = b.Payment(ctx, p.ID)
		require.Equal(t, "payment_not_found", fault.CodeOf(err))
		for name, err := range map[string]error{
			"authorize": second(b.Authorize(ctx, p.ID)),
			"capture":   second(b.Capture(ctx, p.ID, payment.Capture{})),
			"void":      second(b.Void(ctx, p.ID, payment.Void{})),
			"refund":    second(b.Refund(ctx, p.ID, payment.GiveBack{})),
			"retry":     second(b.RetryRefund(ctx, r.ID, payment.RetryRefund{})),
			"reconcile": second(b.Reconcile(ctx, p.ID)),
			"resume":    second(b.Resume(ctx, p.ID, payment.Resume{})),
		} {
			require.ErrorIs(t, err, fault.NotFound, name)
		}
		ps, err := b.BySubject(ctx, p.Subject)
		require.NoError(t, err)
		require.Empty(t, ps)
		q, err := b.OpenLocal(ctx, payment.Open{ID: p.ID, Subject: p.Subject, Method: "cod", Amount: money.EUR(3_00)})
		require.NoError(t, err, "ids are of a tenant")
		require.Equal(t, money.EUR(3_00), b.again(ctx, t, q.ID).Amount)
		require.Equal(t, money.EUR(10_00), a.again(ctx, t, p.ID).Amount)
		a.sound(ctx, t)
		b.sound(ctx, t)
	})
}

func second[T any](_ T, err error) error { return err }

func TestNoNetworkInsideAUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		p := x.begun(t.Context(), t, money.EUR(10_00))
		err := x.units.InTx(t.Context(), func(ctx context.Context, _ payment.Tx) error {
			for name, err := range map[string]error{
				"authorize": second(x.Authorize(ctx, p.ID)),
				"resume":    second(x.Resume(ctx, p.ID, payment.Resume{})),
				"capture":   second(x.Capture(ctx, p.ID, payment.Capture{})),
				"void":      second(x.Void(ctx, p.ID, payment.Void{})),
				"refund":    second(x.Refund(ctx, p.ID, payment.GiveBack{})),
				"reconcile": second(x.Reconcile(ctx, p.ID)),
				"due":       second(x.ReconcileDue(ctx, 1)),
				"inbox":     second(x.ProcessInbox(ctx, 1)),
				"receive":   x.Receive(ctx, "card", payment.Notice{}),
			} {
				require.ErrorIs(t, err, tx.ErrInUnit, name)
			}
			return nil
		})
		require.NoError(t, err)
		require.Zero(t, x.card.Calls())
	})
}
