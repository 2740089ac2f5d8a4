package stripe_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// replies are all ways in which a call may end.
func replies() []stripetest.Reply {
	return []stripetest.Reply{
		stripetest.OK, stripetest.Timeout, stripetest.Reset, stripetest.Refused, stripetest.ServerError, stripetest.Unavailable,
		stripetest.HTML, stripetest.Truncated, stripetest.Redirect, stripetest.RateLimited, stripetest.Busy, stripetest.Locked,
	}
}

// plans are all faults: each reply with the effect and without it.
func plans() []stripetest.Plan {
	var out []stripetest.Plan
	for _, r := range replies() {
		out = append(out, stripetest.Plan{Reply: r})
		if r != stripetest.OK {
			out = append(out, stripetest.Plan{Reply: r, NoEffect: true})
		}
	}
	return out
}

// drain lets time pass, first in minutes and then in hours, until banks have
// decided and nothing is in flight any more.
func (s *till) drain(t require.TestingT, ids ...payment.ID) {
	ctx := context.Background()
	for i := range 50 {
		s.clock.Advance(time.Minute)
		if i > 10 {
			s.clock.Advance(time.Hour)
		}
		for _, e := range s.sim.Books() {
			s.sim.Settle(e.ID)
		}
		_, err := s.ReconcileDue(ctx, 100)
		require.NoError(t, err)
		_, err = s.ProcessInbox(ctx, 100)
		require.NoError(t, err)
	}
	for _, id := range ids {
		p, err := s.Payment(ctx, id)
		require.NoError(t, err)
		require.False(t, p.InFlight(), "%s is still %s", id, p.Status())
		require.True(t, p.Refunding.IsZero(), "%s has a refund in flight", id)
	}
}

// agree compares what the shop believes with Stripe's books.
func (s *till) agree(t require.TestingT, ids ...payment.ID) {
	require.Empty(t, s.sim.Violations())
	books := map[string]stripetest.Entry{}
	for _, e := range s.sim.Books() {
		books[e.Payment] = e
	}
	for _, id := range ids {
		p, err := s.Payment(context.Background(), id)
		require.NoError(t, err)
		e := books[id.String()]
		require.Equal(t, e.Captured, p.Captured.Minor(), "captured of %s, which is %s and %s there", id, p.Status(), e.Status)
		require.Equal(t, e.Refunded, p.Refunded.Minor(), "refunded of %s", id)
		require.Equal(t, e.Held > 0, p.Status() == payment.StatusAuthorized, "%s is %s, and %s there", id, p.Status(), e.Status)
	}
	wrong, err := s.Discrepancies(context.Background())
	require.NoError(t, err)
	require.Empty(t, wrong)
}

// Every fault at every step: afterwards shop and Stripe say the same, and the
// money moved at most once.
func TestEveryFaultAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"authorize", "at once", "capture", "void", "refund"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			for _, plan := range plans() {
				moment := payment.MomentLater
				if step == "at once" || step == "refund" {
					moment = payment.MomentAtOnce
				}
				s := newTill(t, opened(t, stripetest.Options{}), moment)
				p := s.begin(t, "pm_card_visa")
				if step != "authorize" && step != "at once" {
					_, err := s.Authorize(t.Context(), p.ID)
					require.NoError(t, err)
				}
				s.next(plan)
				s.step(t, step, p.ID)
				s.drain(t, p.ID)
				s.agree(t, p.ID)
				if plan.Reply != stripetest.ServerError || !plan.NoEffect {
					s.done(t, step, p.ID, plan)
				}
			}
		})
	}
}

// step makes one step. What it returns is not asked for: only the books are.
func (s *till) step(t require.TestingT, step string, id payment.ID) {
	ctx := context.Background()
	var err error
	switch step {
	case "authorize", "at once":
		_, err = s.Authorize(ctx, id)
	case "capture":
		_, err = s.Service.Capture(ctx, id, payment.Capture{})
	case "void":
		_, err = s.Service.Void(ctx, id, payment.Void{})
	case "refund":
		_, err = s.Service.Refund(ctx, id, payment.GiveBack{Amount: money.EUR(4_00)})
	}
	require.NoError(t, err, "no fault is shown as a failure")
}

// done holds that a step was made in the end, whatever went wrong in between.
func (s *till) done(t require.TestingT, step string, id payment.ID, plan stripetest.Plan) {
	p, err := s.Payment(context.Background(), id)
	require.NoError(t, err)
	want := map[string]payment.Status{
		"authorize": payment.StatusAuthorized, "at once": payment.StatusCaptured, "capture": payment.StatusCaptured,
		"void": payment.StatusVoided, "refund": payment.StatusCaptured,
	}[step]
	require.Equal(t, want, p.Status(), "%+v", plan)
	if step == "refund" {
		require.Equal(t, money.EUR(4_00), p.Refunded, "%+v", plan)
	}
}

// Random histories of one payment, with faults, lost reads, and notices that
// come late, twice, in any order or never.
func TestRandomHistories(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	rapid.Check(t, func(r *rapid.T) {
		lost := false
		c := opened(t, stripetest.Options{Lost: func() bool { return lost }})
		moment := rapid.SampledFrom([]payment.Moment{payment.MomentLater, payment.MomentAtOnce}).Draw(r, "moment")
		s := newTill(t, c, moment)
		var notices []payment.Notice
		token := rapid.SampledFrom([]string{
			"pm_card_visa", "pm_card_visa", "pm_card_authenticationRequired", "pm_card_chargeDeclined", "pm_usBankAccount", "",
		}).Draw(r, "token")
		p := s.begin(r, token)
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			c.plans = nil
			if rapid.Bool().Draw(r, "fault") {
				plan := rapid.SampledFrom(plans()).Draw(r, "plan")
				plan.Copies, plan.Drop = rapid.IntRange(0, 2).Draw(r, "copies"), rapid.Bool().Draw(r, "drop")
				s.next(plan)
			}
			lost = rapid.IntRange(0, 5).Draw(r, "lost") == 0
			s.move(r, p.ID)
			notices = append(notices, s.sim.Notices()...)
			for len(notices) > 0 && rapid.Bool().Draw(r, "deliver") {
				i := rapid.IntRange(0, len(notices)-1).Draw(r, "which")
				if rapid.Bool().Draw(r, "at all") {
					require.NoError(r, s.Receive(ctx, "card", notices[i]))
				}
				notices = slices.Delete(notices, i, i+1)
			}
		}
		lost, c.plans = false, nil
		s.drain(r, p.ID)
		s.agree(r, p.ID)
	})
}

// move is one random move of the shop, the buyer or time. The shop may be
// refused what its state forbids.
func (s *till) move(r *rapid.T, id payment.ID) {
	ctx := context.Background()
	p, err := s.Payment(ctx, id)
	require.NoError(r, err)
	switch m := rapid.SampledFrom([]string{"authorize", "resume", "capture", "part", "void", "refund", "act", "fail", "pay", "settle", "reconcile", "inbox"}).Draw(r, "move"); m {
	case "authorize":
		_, err = s.Authorize(ctx, id)
	case "resume":
		_, err = s.Resume(ctx, id, payment.Resume{})
	case "capture":
		_, err = s.Service.Capture(ctx, id, payment.Capture{})
	case "part":
		_, err = s.Service.Capture(ctx, id, payment.Capture{Amount: money.EUR(3_00), Final: true})
	case "void":
		_, err = s.Service.Void(ctx, id, payment.Void{})
	case "refund":
		_, err = s.Service.Refund(ctx, id, payment.GiveBack{Amount: money.EUR(1_00)})
	case "act":
		s.sim.Authenticate(p.Reference)
	case "fail":
		s.sim.Fail(p.Reference)
	case "pay":
		if p.Details.Token == "" { // the others were not given the secret
			s.sim.Pay(p.Reference, "pm_card_visa")
		}
	case "settle":
		s.sim.Settle(p.Reference)
	case "reconcile":
		s.clock.Advance(time.Minute)
		_, err = s.ReconcileDue(ctx, 10)
	case "inbox":
		_, _ = s.ProcessInbox(ctx, 10) // those that could not be asked come again
	}
	if err != nil {
		r.Log(fmt.Sprint("refused: ", err))
	}
}
