package paymenttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

func (b *bench) capturer(t *testing.T) payment.Capturer { //nolint:ireturn // the power of the provider under test
	t.Helper()
	c, ok := b.Provider.(payment.Capturer)
	if !ok {
		t.Skip("the provider is no Capturer")
	}
	return c
}

func (b *bench) voider(t *testing.T) payment.Voider { //nolint:ireturn // as capturer
	t.Helper()
	v, ok := b.Provider.(payment.Voider)
	if !ok {
		t.Skip("the provider is no Voider")
	}
	return v
}

func (b *bench) refunder(t *testing.T) payment.Refunder { //nolint:ireturn // as capturer
	t.Helper()
	r, ok := b.Provider.(payment.Refunder)
	if !ok {
		t.Skip("the provider is no Refunder")
	}
	return r
}

// captured returns a fresh payment whose money has come.
func (b *bench) captured(t *testing.T) (payment.AuthorizeRequest, payment.Outcome) {
	t.Helper()
	r := b.request()
	r.Capture = true
	o, err := b.Provider.Authorize(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, payment.StateCaptured, o.State)
	return r, o
}

func testCapture(t *testing.T, b *bench) {
	c := b.capturer(t)
	r, o := b.authorized(t)
	ask := func(n int64, final bool) payment.CaptureRequest {
		return payment.CaptureRequest{Key: b.key(r.Payment, "capture"), Payment: r.Payment, Reference: o.Reference, Amount: b.part(n), Final: final}
	}
	_, err := c.Capture(t.Context(), ask(11, true))
	class(t, payment.ClassInvalid, err)
	if b.SinglyCaptured {
		_, err = c.Capture(t.Context(), ask(4, false))
		class(t, payment.ClassUnsupported, err)
	} else {
		first, err := c.Capture(t.Context(), ask(4, false))
		require.NoError(t, err)
		require.Equal(t, payment.StateCaptured, first.State)
		require.Equal(t, b.part(4), first.Amount)
		_, err = c.Capture(t.Context(), ask(7, true))
		class(t, payment.ClassInvalid, err)
	}
	last, err := c.Capture(t.Context(), ask(3, true))
	require.NoError(t, err)
	require.Equal(t, b.part(3), last.Amount)
	_, err = c.Capture(t.Context(), ask(1, true))
	class(t, payment.ClassConflict, err)
	now := b.look(t, payment.LookupRequest{Operation: payment.OpAuthorize, Payment: r.Payment, Reference: o.Reference, Amount: r.Amount})
	require.Equal(t, payment.StateCaptured, now.State, "the rest was given back")
}

func testVoid(t *testing.T, b *bench) {
	v := b.voider(t)
	r, o := b.authorized(t)
	for range 2 {
		out, err := v.Void(t.Context(), payment.VoidRequest{Key: b.key(r.Payment, "void"), Payment: r.Payment, Reference: o.Reference})
		require.NoError(t, err)
		require.Equal(t, payment.StateVoided, out.State)
	}
	now := b.look(t, payment.LookupRequest{Operation: payment.OpAuthorize, Payment: r.Payment, Reference: o.Reference, Amount: r.Amount})
	require.Equal(t, payment.StateVoided, now.State)
}

func testVoidTooLate(t *testing.T, b *bench) {
	v := b.voider(t)
	r, o := b.captured(t)
	out, err := v.Void(t.Context(), payment.VoidRequest{Key: b.key(r.Payment, "void"), Payment: r.Payment, Reference: o.Reference})
	if err != nil {
		class(t, payment.ClassConflict, err)
		return
	}
	require.Equal(t, payment.StateCaptured, out.State)
}

func testRefund(t *testing.T, b *bench) {
	f := b.refunder(t)
	r, o := b.captured(t)
	ask := func(n int64) payment.RefundRequest {
		k := b.key(r.Payment, "refund")
		return payment.RefundRequest{Key: k, Payment: r.Payment, Refund: k, Reference: o.Reference, Amount: b.part(n)}
	}
	_, err := f.Refund(t.Context(), ask(11))
	class(t, payment.ClassInvalid, err)
	for _, n := range []int64{4, 6} {
		out, err := f.Refund(t.Context(), ask(n))
		require.NoError(t, err)
		require.Contains(t, []payment.State{payment.StateRefunded, payment.StatePending}, out.State)
		if out.State == payment.StateRefunded {
			require.Equal(t, b.part(n), out.Amount)
		}
	}
	_, err = f.Refund(t.Context(), ask(1))
	class(t, payment.ClassInvalid, err)
}

func testLookup(t *testing.T, b *bench) {
	c, v, f := b.capturer(t), b.voider(t), b.refunder(t)
	r, o := b.authorized(t)
	look := func(op payment.Operation, key, refund string, amount money.Amount) payment.State {
		return b.look(t, payment.LookupRequest{
			Operation: op, Key: key, Payment: r.Payment, Refund: refund, Reference: o.Reference, Amount: amount,
		}).State
	}
	k := b.key(r.Payment, "capture")
	require.Equal(t, payment.StateAbsent, look(payment.OpCapture, k, "", b.Amount))
	_, err := c.Capture(t.Context(), payment.CaptureRequest{Key: k, Payment: r.Payment, Reference: o.Reference, Amount: b.Amount, Final: true})
	require.NoError(t, err)
	require.Equal(t, payment.StateCaptured, look(payment.OpCapture, k, "", b.Amount))
	k = b.key(r.Payment, "refund")
	require.Equal(t, payment.StateAbsent, look(payment.OpRefund, k, k, b.Amount))
	_, err = f.Refund(t.Context(), payment.RefundRequest{Key: k, Payment: r.Payment, Refund: k, Reference: o.Reference, Amount: b.Amount})
	require.NoError(t, err)
	require.Contains(t, []payment.State{payment.StateRefunded, payment.StatePending}, look(payment.OpRefund, k, k, b.Amount))

	r, o = b.authorized(t)
	k = b.key(r.Payment, "void")
	require.Equal(t, payment.StateAbsent, look(payment.OpVoid, k, "", b.Amount))
	_, err = v.Void(t.Context(), payment.VoidRequest{Key: k, Payment: r.Payment, Reference: o.Reference})
	require.NoError(t, err)
	require.Equal(t, payment.StateVoided, look(payment.OpVoid, k, "", b.Amount))
}

// runLocal is the suite of a tender that needs no network.
func runLocal(t *testing.T, l payment.Local, amount money.Amount) {
	t.Helper()
	states := map[payment.Operation][]payment.State{
		payment.OpAuthorize: {payment.StateAuthorized, payment.StateCaptured, payment.StateDeclined},
		payment.OpCapture:   {payment.StateCaptured, payment.StateDeclined},
		payment.OpVoid:      {payment.StateVoided, payment.StateDeclined},
		payment.OpRefund:    {payment.StateRefunded, payment.StateDeclined},
	}
	for op, allowed := range states {
		t.Run(string(op)+" is decided at once, exactly, and the same again", func(t *testing.T) {
			t.Parallel()
			r := payment.LocalRequest{Operation: op, Payment: "py_1", Subject: "or_1", Amount: amount, Reference: "line 3"}
			o, err := l.Settle(r)
			if payment.ClassOf(err) == payment.ClassUnsupported {
				return
			}
			require.NoError(t, err)
			require.Contains(t, allowed, o.State)
			if o.State == payment.StateDeclined {
				require.True(t, o.Decline.Reason.Known())
			} else {
				require.Equal(t, amount, o.Amount)
			}
			again, err := l.Settle(r)
			require.NoError(t, err)
			require.Equal(t, o, again)
		})
	}
	t.Run("an operation it does not have is unsupported", func(t *testing.T) {
		t.Parallel()
		_, err := l.Settle(payment.LocalRequest{Operation: "dance", Amount: amount})
		class(t, payment.ClassUnsupported, err)
	})
}
