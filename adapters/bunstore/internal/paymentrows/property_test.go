package paymentrows_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// TestBooksAgreeWhateverTheLineDoes lets a shop pay, capture, void and refund
// over a line on which effects and answers are lost at random, brings the line
// back, and reconciles twice: the provider's books and the shop's agree, and
// nothing is in flight.
func TestBooksAgreeWhateverTheLineDoes(t *testing.T) {
	t.Parallel()
	for part := range 10 { // of a hundred histories each
		t.Run(strconv.Itoa(part), func(t *testing.T) {
			t.Parallel()
			shipper := unittest.Memory(t).Shipper()
			tenants := 0
			rapid.Check(t, func(r *rapid.T) {
				tenants++
				live(t.Context(), r, open(r, shipper, "shop"+strconv.Itoa(tenants)))
			})
		})
	}
}

func live(ctx context.Context, r *rapid.T, x *shop) {
	h := &history{shop: x, r: r, broken: true}
	x.card.Script = func(int, payment.Operation) paymenttest.Plan { return h.plan() }
	x.card.Lost = func() bool { return h.broken && rapid.IntRange(0, 3).Draw(r, "lookup lost") == 0 }
	x.Service = x.service(r, payment.Methods{"card": x.card, "now": x.card}, map[string]payment.Moment{"now": payment.MomentAtOnce})
	for range rapid.IntRange(3, 30).Draw(r, "steps") {
		h.step(ctx)
	}
	h.broken = false
	h.calm(ctx)
	h.agree(ctx)
}

// history is one run.
type history struct {
	*shop
	r        *rapid.T
	payments []payment.ID
	broken   bool
}

// plan is what happens to one call.
func (h *history) plan() paymenttest.Plan {
	if !h.broken {
		return paymenttest.Plan{}
	}
	p := paymenttest.Plan{
		Reply:   rapid.SampledFrom([]paymenttest.Reply{"ok", "ok", "ok", "ok", "ok", "ok", "timeout", "reset", "500", "panic", "refused"}).Draw(h.r, "reply"),
		Verdict: rapid.SampledFrom([]paymenttest.Verdict{"", "", "", "", "", "", "", "decline", "act", "defer"}).Draw(h.r, "verdict"),
		Copies:  rapid.IntRange(0, 2).Draw(h.r, "copies"),
		Drop:    rapid.Bool().Draw(h.r, "drop"),
	}
	if p.Reply != paymenttest.OK {
		p.NoEffect = p.Reply == paymenttest.Refused || rapid.Bool().Draw(h.r, "no effect")
	}
	if rapid.IntRange(0, 15).Draw(h.r, "other amount") == 0 {
		p.Other = money.EUR(7_77)
	}
	return p
}

// step does one thing at random. Refusals are fine; what is wrong shows in
// the end.
func (h *history) step(ctx context.Context) {
	var err error
	switch what := rapid.SampledFrom([]string{
		"pay", "pay", "capture", "capture", "capture", "void", "refund", "refund", "refund", "retry",
		"resume", "notices", "later", "act", "decide", "lapse", "resurrect",
	}).Draw(h.r, "step"); what {
	case "pay":
		var p payment.Payment
		if p, err = h.Begin(ctx, payment.Open{Subject: h.subject(), Method: rapid.SampledFrom([]string{"card", "now"}).Draw(h.r, "method"), Amount: money.EUR(10_00)}); err == nil {
			h.payments = append(h.payments, p.ID)
			_, err = h.Authorize(ctx, p.ID)
		}
	case "later":
		h.clock.Advance(rapid.SampledFrom([]time.Duration{time.Minute, 10 * time.Minute, 2 * time.Hour, 30 * time.Hour}).Draw(h.r, "wait"))
		_, err = h.ReconcileDue(ctx, 50)
	case "notices":
		err = h.deliver(ctx)
	default:
		if len(h.payments) > 0 {
			err = h.touch(ctx, what, rapid.SampledFrom(h.payments).Draw(h.r, "payment"))
		}
	}
	if err != nil && fault.KindOf(err) == fault.Internal {
		h.r.Fatalf("%v", err)
	}
}

func (h *history) touch(ctx context.Context, what string, p payment.ID) error {
	var part money.Amount // all
	if rapid.Bool().Draw(h.r, "part") {
		part = money.EUR(rapid.Int64Range(1, 11_00).Draw(h.r, "amount"))
	}
	switch what {
	case "capture":
		return second(h.Capture(ctx, p, payment.Capture{Amount: part, Final: rapid.Bool().Draw(h.r, "final")}))
	case "void":
		return second(h.Void(ctx, p, payment.Void{}))
	case "refund":
		return second(h.Refund(ctx, p, payment.GiveBack{Amount: part}))
	case "resume":
		return second(h.Resume(ctx, p, payment.Resume{}))
	case "act":
		h.card.Acted(p.String(), rapid.SampledFrom([]paymenttest.Verdict{"", "decline"}).Draw(h.r, "acted"))
	case "decide":
		h.card.Decided(p.String(), rapid.SampledFrom([]paymenttest.Verdict{"", "decline"}).Draw(h.r, "decided"))
	case "lapse":
		h.card.Expired(p.String())
	case "resurrect":
		h.card.Resurrected(p.String())
	case "retry":
		rs, err := h.Refunds(ctx, p)
		if err != nil || len(rs) == 0 {
			return err
		}
		return second(h.RetryRefund(ctx, rapid.SampledFrom(rs).Draw(h.r, "refund").ID, payment.RetryRefund{}))
	}
	return nil
}

// deliver hands the notices over in any order.
func (h *history) deliver(ctx context.Context) error {
	for _, n := range rapid.Permutation(h.card.Notices()).Draw(h.r, "order") {
		if err := h.Receive(ctx, "card", n); err != nil {
			return err
		}
	}
	return second(h.ProcessInbox(ctx, 50))
}

// calm lets everything that is undecided be decided, and reconciles twice.
func (h *history) calm(ctx context.Context) {
	for range 2 {
		for _, p := range h.payments {
			h.card.Decided(p.String(), paymenttest.Approve)
		}
		h.clock.Advance(49 * time.Hour)
		require.NoError(h.r, h.deliver(ctx))
		_, err := h.ReconcileDue(ctx, 500)
		require.NoError(h.r, err)
	}
}

// agree compares the books.
func (h *history) agree(ctx context.Context) {
	h.sound(ctx, h.r)
	books := map[string]paymenttest.Account{}
	for _, a := range h.card.Books() {
		books[a.Payment] = a
	}
	for _, id := range h.payments {
		p := h.again(ctx, h.r, id)
		require.False(h.r, p.InFlight(), "%s is %s", id, p.Status())
		require.NotEqual(h.r, payment.StatusActionRequired, p.Status())
		require.True(h.r, p.Refunding.IsZero(), "%s refunding %d", id, p.Refunding.Minor())
		a, ok := books[id.String()]
		if !ok {
			require.True(h.r, p.Captured.IsZero())
			continue
		}
		require.Equal(h.r, a.Captured, p.Captured, "%s (%s) captured, provider says %s", id, p.Status(), a.State)
		require.Equal(h.r, a.Refunded, p.Refunded, "%s refunded", id)
		if p.Orphaned && a.Effective() {
			h.refundFailed(ctx, p)
		}
	}
}

// refundFailed checks that a refund of p was refused: the one reason why the
// provider may still hold money that pays for nothing.
func (h *history) refundFailed(ctx context.Context, p payment.Payment) {
	rs, err := h.Refunds(ctx, p.ID)
	require.NoError(h.r, err)
	for _, r := range rs {
		if r.Status() == payment.RefundStatusFailed {
			return
		}
	}
	h.r.Fatalf("%s is orphaned, and its money is with nobody", p.ID)
}
