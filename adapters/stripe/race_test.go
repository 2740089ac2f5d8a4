package stripe_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// A repeat of a call that is still running is neither done nor refused.
func TestARepeatOfARunningCallIsUnknown(t *testing.T) {
	t.Parallel()
	running, done := make(chan struct{}), make(chan struct{})
	c := opened(t, stripetest.Options{Plan: func(n int, _ stripetest.Call) stripetest.Plan {
		if n > 0 {
			return stripetest.Plan{}
		}
		return stripetest.Plan{Wait: func() { close(running); <-done }}
	}})
	var wg sync.WaitGroup
	wg.Go(func() {
		o, err := c.Authorize(t.Context(), asking())
		if err != nil || o.State != payment.StateAuthorized {
			t.Errorf("%v %v", o, err)
		}
	})
	<-running
	f := failing(t, c.Provider)
	require.Equal(t, payment.ClassUnknown, f.Class)
	require.Equal(t, "idempotency_key_in_use", f.Code)
	close(done)
	wg.Wait()
	require.Len(t, c.sim.Books(), 1)
}

// Whoever is first: two tabs, a notice and the reconciler ask at once.
func TestEverybodyAuthorizesAtOnce(t *testing.T) {
	t.Parallel()
	s := newTill(t, opened(t, stripetest.Options{}), payment.MomentLater)
	for range 20 {
		p := s.begin(t, "pm_card_visa")
		together(func() { _, _ = s.Authorize(t.Context(), p.ID) }, func() { _, _ = s.Authorize(t.Context(), p.ID) },
			func() { _, _ = s.Reconcile(t.Context(), p.ID) }, func() {
				for _, n := range s.sim.Notices() {
					_ = s.Receive(t.Context(), "card", n)
				}
				_, _ = s.ProcessInbox(t.Context(), 10)
			})
		s.hear(t, s.sim.Notices()...)
		require.Equal(t, []string{
			"authorized : authorized 1000, captured 0, refunding 0, refunded 0, orphaned false", "authorize done 1000",
		}, s.stand(t, p.ID))
	}
	require.Len(t, s.sim.Books(), 20)
	require.Empty(t, s.sim.Violations())
}

// Void against capture, capture against capture, refund against refund: one
// wins in Stripe's books, and the shop says the same.
func TestRaces(t *testing.T) {
	t.Parallel()
	s := newTill(t, opened(t, stripetest.Options{}), payment.MomentLater)
	var ids []payment.ID
	for range 20 {
		p, err := s.Authorize(t.Context(), s.begin(t, "pm_card_visa").ID)
		require.NoError(t, err)
		ids = append(ids, p.ID)
		capture := func() { _, _ = s.Service.Capture(t.Context(), p.ID, payment.Capture{}) }
		void := func() { _, _ = s.Service.Void(t.Context(), p.ID, payment.Void{}) }
		refund := func() { _, _ = s.Service.Refund(t.Context(), p.ID, payment.GiveBack{Amount: money.EUR(6_00)}) }
		look := func() { _, _ = s.Reconcile(t.Context(), p.ID) }
		together(capture, void, capture, look)
		together(refund, look, refund)
	}
	for range 5 {
		s.clock.Advance(10 * time.Minute)
		_, err := s.ReconcileDue(t.Context(), 100)
		require.NoError(t, err)
	}
	s.agree(t, ids...)
	for _, e := range s.sim.Books() {
		require.LessOrEqual(t, e.Refunded, int64(600))
	}
}

// The provider itself, without the shop: a void and a capture of one promise.
func TestVoidAgainstCapture(t *testing.T) {
	t.Parallel()
	c := opened(t, stripetest.Options{})
	for range 20 {
		r := asking()
		r.Payment = payment.NewID(id.V7).String()
		r.Key = r.Payment
		o, err := c.Authorize(t.Context(), r)
		require.NoError(t, err)
		var void, capture payment.Outcome
		var voidErr, captureErr error
		together(func() {
			void, voidErr = c.Void(t.Context(), payment.VoidRequest{Key: r.Key + "v", Payment: r.Payment, Reference: o.Reference})
		}, func() {
			capture, captureErr = c.Capture(t.Context(), payment.CaptureRequest{
				Key: r.Key + "c", Payment: r.Payment, Reference: o.Reference, Amount: r.Amount, Final: true,
			})
		})
		require.NoError(t, voidErr, "a void always knows")
		if void.State == payment.StateCaptured {
			require.NoError(t, captureErr)
			require.Equal(t, r.Amount, capture.Amount)
			continue
		}
		require.Equal(t, payment.StateVoided, void.State)
		require.ErrorIs(t, captureErr, fault.Conflict)
	}
}

// together runs all at the same time.
func together(all ...func()) {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for _, f := range all {
		wg.Go(func() { <-gate; f() })
	}
	close(gate)
	wg.Wait()
}
