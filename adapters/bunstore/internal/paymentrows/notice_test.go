package paymentrows_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

func TestNoticeIsCheckedStoredOnceAndApplied(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		x.card.Script = first(paymenttest.Plan{Reply: paymenttest.Timeout, Copies: 2})
		p, err := x.Authorize(ctx, x.begun(ctx, t, money.EUR(10_00)).ID)
		require.NoError(t, err)
		require.True(t, p.InFlight())
		ns := x.card.Notices()
		require.Len(t, ns, 3)
		for _, n := range ns {
			require.NoError(t, x.Receive(ctx, "card", n))
		}
		require.True(t, x.again(ctx, t, p.ID).InFlight(), "stored, not believed")
		n, err := x.ProcessInbox(ctx, 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.True(t, x.again(ctx, t, p.ID).Covers())
		require.NoError(t, x.Receive(ctx, "card", ns[0]), "days later")
		n, err = x.ProcessInbox(ctx, 10)
		require.NoError(t, err)
		require.Zero(t, n)
		x.sound(ctx, t)
	})
}

func TestForgedAndUnwantedNoticesAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		x.captured(ctx, t, money.EUR(10_00))
		n := x.card.Notices()[0]
		n.Body = append([]byte(" "), n.Body...)
		require.ErrorIs(t, x.Receive(ctx, "card", n), fault.Denied)
		require.ErrorIs(t, x.Receive(ctx, "card", payment.Notice{}), fault.Denied)
		err := x.Receive(ctx, "nowhere", n)
		require.Equal(t, "method", fault.FieldsOf(err)[0].Path)
		err = x.Receive(ctx, "card", payment.Notice{Body: make([]byte, payment.MaxNotice+1)})
		require.Equal(t, "body", fault.FieldsOf(err)[0].Path)
		require.ErrorIs(t, x.Receive(ctx, "cod", n), fault.Unsupported)
		done, err := x.ProcessInbox(ctx, 10)
		require.NoError(t, err)
		require.Zero(t, done)
	})
}

func TestNoticeThatComesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p := x.begun(ctx, t, money.EUR(10_00))
		x.card.Script = first(paymenttest.Plan{Early: func(n payment.Notice) {
			require.NoError(t, x.Receive(ctx, "card", n))
			_, err := x.ProcessInbox(ctx, 10)
			require.NoError(t, err)
			require.True(t, x.again(ctx, t, p.ID).Covers())
		}})
		q, err := x.Authorize(ctx, p.ID)
		require.NoError(t, err)
		require.True(t, q.Covers())
		require.Equal(t, []string{"payment.authorized"}, x.events(ctx, t, p.ID), "once")
		x.sound(ctx, t)
	})
}

func TestNoticeAboutSomethingUnknownWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		// The provider answers before the shop has saved anything.
		fresh := payment.NewID(x.newID)
		_, err := x.card.Authorize(ctx, payment.AuthorizeRequest{Key: fresh.String() + ":authorize:1", Payment: fresh.String(), Subject: "or_1", Amount: money.EUR(10_00)})
		require.NoError(t, err)
		require.NoError(t, x.Receive(ctx, "card", x.card.Notices()[0]))
		n, err := x.ProcessInbox(ctx, 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = x.Begin(ctx, payment.Open{ID: fresh, Subject: "or_1", Method: "card", Amount: money.EUR(10_00)})
		require.NoError(t, err)
		n, err = x.ProcessInbox(ctx, 10)
		require.NoError(t, err)
		require.Zero(t, n, "not before its time")
		x.clock.Advance(2 * time.Second)
		n, err = x.ProcessInbox(ctx, 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.True(t, x.again(ctx, t, fresh).Covers())
	})
}

func TestNoticeWaitsWhileTheProviderCannotBeAsked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p := x.authorized(ctx, t, money.EUR(10_00))
		_ = x.card.Notices()
		_, err := x.card.Capture(ctx, payment.CaptureRequest{Key: "desk", Reference: p.Reference, Amount: money.EUR(10_00), Final: true})
		require.NoError(t, err)
		require.NoError(t, x.Receive(ctx, "card", x.card.Notices()[0]))
		down := true
		x.card.Lost = func() bool { return down }
		_, err = x.ProcessInbox(ctx, 10)
		require.ErrorIs(t, err, fault.Unavailable)
		require.Equal(t, payment.StatusAuthorized, x.again(ctx, t, p.ID).Status())
		down = false
		x.clock.Advance(2 * time.Second)
		_, err = x.ProcessInbox(ctx, 10)
		require.NoError(t, err)
		require.Equal(t, payment.StatusCaptured, x.again(ctx, t, p.ID).Status())
	})
}

// TestEveryOrderOfSixNoticesEndsTheSame delivers the six notices of a payment
// that was captured in parts, in all 720 orders and each of them twice, to a
// shop that heard none of the answers.
func TestEveryOrderOfSixNoticesEndsTheSame(t *testing.T) {
	t.Parallel()
	store := unittest.Memory(t)
	n := 0
	permutations([]int{0, 1, 2, 3, 4, 5}, func(order []int) {
		n++
		life(t.Context(), t, open(t, store.Shipper(), fmt.Sprintf("shop%d", n)), order)
	})
	require.Equal(t, 720, n)
}

// life loses every answer and delivers the notices in an order, doubled.
func life(ctx context.Context, t *testing.T, x *shop, order []int) {
	t.Helper()
	x.card.Script = func(int, payment.Operation) paymenttest.Plan { return paymenttest.Plan{Reply: paymenttest.Reset} }
	p := x.begun(ctx, t, money.EUR(10_00))
	_, err := x.Authorize(ctx, p.ID)
	require.NoError(t, err)
	ref := x.card.Books()[0].Reference
	for i := range 5 {
		_, err := x.card.Capture(ctx, payment.CaptureRequest{Key: strconv.Itoa(i), Reference: ref, Amount: money.EUR(2_00), Final: i == 4})
		require.ErrorIs(t, err, fault.Unknown)
	}
	ns := x.card.Notices()
	require.Len(t, ns, 6)
	for _, i := range order {
		for range 2 {
			require.NoError(t, x.Receive(ctx, "card", ns[i]))
			_, err := x.ProcessInbox(ctx, 10)
			require.NoError(t, err)
		}
	}
	q := x.again(ctx, t, p.ID)
	require.Equal(t, payment.StatusCaptured, q.Status(), order)
	require.Equal(t, money.EUR(10_00), q.Captured)
	x.sound(ctx, t)
}

func permutations(xs []int, to func([]int)) {
	var walk func(k int)
	walk = func(k int) {
		if k == len(xs) {
			to(xs)
			return
		}
		for i := k; i < len(xs); i++ {
			xs[k], xs[i] = xs[i], xs[k]
			walk(k + 1)
			xs[k], xs[i] = xs[i], xs[k]
		}
	}
	walk(0)
}
