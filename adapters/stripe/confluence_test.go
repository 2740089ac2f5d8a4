package stripe_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// permutations calls do with every order of 0 to n-1.
func permutations(n int, do func(order []int)) {
	var place func(order []int)
	place = func(order []int) {
		if len(order) == n {
			do(order)
			return
		}
		for i := range n {
			if !slices.Contains(order, i) {
				place(append(slices.Clone(order), i))
			}
		}
	}
	place(nil)
}

// about keeps the notices of some types.
func about(ns []payment.Notice, types ...string) []payment.Notice {
	var out []payment.Notice
	for _, n := range ns {
		if slices.ContainsFunc(types, func(s string) bool { return strings.Contains(string(n.Body), `"type":"`+s+`"`) }) {
			out = append(out, n)
		}
	}
	return out
}

// The same notices come to the same, in every order and with copies: a payment
// whose refund got no answer.
func TestNoticesOfARefundInEveryOrder(t *testing.T) {
	t.Parallel()
	s := newTill(t, opened(t, stripetest.Options{}), payment.MomentLater)
	want := []string{
		"captured : authorized 1000, captured 700, refunding 0, refunded 300, orphaned false",
		"refund succeeded 300",
		"authorize done 1000", "capture done 700", "refund done 300",
	}
	runs := 0
	permutations(6, func(order []int) {
		p, err := s.Authorize(t.Context(), s.begin(t, "pm_card_visa").ID)
		require.NoError(t, err)
		_, err = s.Service.Capture(t.Context(), p.ID, payment.Capture{Amount: money.EUR(7_00), Final: true})
		require.NoError(t, err)
		s.next(stripetest.Plan{Reply: stripetest.Reset})
		r, err := s.Service.Refund(t.Context(), p.ID, payment.GiveBack{Amount: money.EUR(3_00)})
		require.NoError(t, err)
		require.True(t, r.InFlight(), "the answer was lost")
		ns := about(s.sim.Notices(), "charge.succeeded", "payment_intent.amount_capturable_updated", "charge.captured",
			"payment_intent.succeeded", "refund.created", "charge.refunded")
		require.Len(t, ns, 6)
		for i, k := range order {
			s.hear(t, ns[k])
			if i%2 == runs%2 {
				s.hear(t, ns[order[i/2]]) // a copy of an earlier one
			}
		}
		require.Equal(t, want, s.stand(t, p.ID), "in the order %v", order)
		runs++
	})
	require.Equal(t, 720, runs)
	require.Empty(t, s.sim.Violations())
}

// The same for a payment that was taken at once, and of which the answer was
// lost.
func TestNoticesOfALostPaymentInEveryOrder(t *testing.T) {
	t.Parallel()
	s := newTill(t, opened(t, stripetest.Options{}), payment.MomentAtOnce)
	want := []string{
		"captured : authorized 1000, captured 1000, refunding 0, refunded 0, orphaned false",
		"authorize done 1000", "capture done 1000",
	}
	permutations(3, func(order []int) {
		p := s.begin(t, "pm_card_visa")
		s.next(stripetest.Plan{Reply: stripetest.Timeout})
		q, err := s.Authorize(t.Context(), p.ID)
		require.NoError(t, err)
		require.True(t, q.InFlight())
		ns := s.sim.Notices()
		require.Len(t, ns, 3)
		for _, k := range order {
			s.hear(t, ns[k], ns[k], ns[order[0]])
		}
		require.Equal(t, want, s.stand(t, p.ID), "in the order %v", order)
	})
	require.Empty(t, s.sim.Violations())
}
