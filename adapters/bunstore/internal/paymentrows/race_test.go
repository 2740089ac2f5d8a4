package paymentrows_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// atOnce runs fn n times at once and returns how many were accepted; the
// others must be refused as conflicts.
func atOnce(t *testing.T, n int, fn func(i int) error) int {
	t.Helper()
	var wg sync.WaitGroup
	var accepted atomic.Int64
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			err := fn(i)
			switch {
			case err == nil:
				accepted.Add(1)
			case !errors.Is(err, fault.Conflict):
				t.Errorf("refused with %v", err)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(accepted.Load())
}

func TestRefundsAtOnceAreAcceptedExactlyAsFarAsTheMoneyGoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p := x.captured(ctx, t, money.EUR(100_00))
		_, err := x.Refund(ctx, p.ID, payment.GiveBack{Amount: money.EUR(10_00)})
		require.NoError(t, err)
		n := atOnce(t, 12, func(int) error {
			_, err := x.Refund(ctx, p.ID, payment.GiveBack{Amount: money.EUR(17_00)})
			var e *payment.ExceedsCaptured
			if err != nil && !errors.As(err, &e) {
				t.Errorf("refused with %v", err)
			}
			return err
		})
		require.Equal(t, 5, n, "floor(90/17)")
		p = x.again(ctx, t, p.ID)
		require.Equal(t, money.EUR(95_00), p.Refunded)
		require.True(t, p.Refunding.IsZero())
		require.Equal(t, p.Refunded, x.card.Books()[0].Refunded)
		x.sound(ctx, t)
	})
}

func TestLocalRefundsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p, err := x.OpenLocal(ctx, payment.Open{Subject: "or_1", Method: "cod", Amount: money.EUR(10_00)})
		require.NoError(t, err)
		_, err = x.Capture(ctx, p.ID, payment.Capture{})
		require.NoError(t, err)
		n := atOnce(t, 8, func(int) error {
			_, err := x.Refund(ctx, p.ID, payment.GiveBack{Amount: money.EUR(3_00)})
			return err
		})
		require.Equal(t, 3, n)
		require.Equal(t, money.EUR(9_00), x.again(ctx, t, p.ID).Refunded)
		x.sound(ctx, t)
	})
}

func TestOneOfTwoCapturesWins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		for range 5 {
			p := x.authorized(ctx, t, money.EUR(10_00))
			require.Equal(t, 1, atOnce(t, 2, func(int) error {
				_, err := x.Capture(ctx, p.ID, payment.Capture{})
				return err
			}))
			require.Equal(t, payment.StatusCaptured, x.again(ctx, t, p.ID).Status())
		}
		x.sound(ctx, t)
	})
}

func TestOneOfCaptureAndVoidWins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		for range 5 {
			p := x.authorized(ctx, t, money.EUR(10_00))
			require.Equal(t, 1, atOnce(t, 2, func(i int) error {
				if i == 0 {
					_, err := x.Capture(ctx, p.ID, payment.Capture{})
					return err
				}
				_, err := x.Void(ctx, p.ID, payment.Void{})
				return err
			}))
			q := x.again(ctx, t, p.ID)
			books := x.card.Books()
			require.Equal(t, string(q.Status()), string(books[len(books)-1].State))
		}
		x.sound(ctx, t)
	})
}

func TestOnePaymentOfASubjectIsOpenedAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		require.Equal(t, 1, atOnce(t, 6, func(int) error {
			_, err := x.Begin(ctx, payment.Open{Subject: "or_1", Method: "card", Amount: money.EUR(10_00)})
			return err
		}))
		ps, err := x.BySubject(ctx, "or_1")
		require.NoError(t, err)
		require.Len(t, ps, 1)
	})
}

func TestAuthorizeAndReconcileAtOnceTakeTheMoneyOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		for range 5 {
			p := x.begun(ctx, t, money.EUR(10_00))
			atOnce(t, 4, func(i int) error {
				if i%2 == 0 {
					_, err := x.Authorize(ctx, p.ID)
					return err
				}
				_, err := x.Reconcile(ctx, p.ID)
				return err
			})
			p, err := x.Reconcile(ctx, p.ID)
			require.NoError(t, err)
			require.True(t, p.Covers())
			require.Equal(t, []string{"payment.authorized"}, x.events(ctx, t, p.ID))
		}
		x.sound(ctx, t)
	})
}
