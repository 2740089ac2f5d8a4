package paymenttest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/payment"
)

// Harness is one provider under test, against its fake or sandbox.
type Harness struct {
	Provider payment.Provider
	// Amount is one that the provider takes, of at least 10 minor units.
	Amount money.Amount
	// Approved are details with which it approves at once.
	Approved payment.Details
	// Declined are details with which it declines; nil: cannot be brought about.
	Declined *payment.Details
	// Acting are details with which the buyer must act, and Act does so.
	Acting *payment.Details
	Act    func(t *testing.T, reference string)
	// LoseReply makes the next call that moves money happen and its answer be
	// lost; LoseRequest makes the next one not arrive, provably. Nil: cannot be
	// brought about.
	LoseReply   func()
	LoseRequest func()
	// Notice returns an authentic notice about the payment with a reference.
	Notice func(t *testing.T, reference string) payment.Notice
	// SinglyCaptured says that a promise can be captured only once.
	SinglyCaptured bool
}

// Run is the suite of payment providers. What it runs follows from the powers
// the provider has; every test says which promise of the port it is about.
// setup is called for each test.
func Run(t *testing.T, setup func(t *testing.T) Harness) {
	t.Helper()
	h := setup(t)
	if l, ok := h.Provider.(payment.Local); ok {
		t.Run("local", func(t *testing.T) { t.Parallel(); runLocal(t, l, h.Amount) })
		return
	}
	for name, test := range map[string]func(*testing.T, *bench){
		"refuses to work inside a unit of work":                        testUnit,
		"authorizes exactly what is asked for":                         testAuthorize,
		"answers a decline as an outcome with a known reason":          testDecline,
		"asks the buyer to act and goes on with the reference":         testAct,
		"answers absent for what it does not know":                     testAbsent,
		"finds an authorization whose answer was lost":                 testLost,
		"says transient only of what was not executed":                 testTransient,
		"answers the same key with the same effect":                    testKey,
		"refuses the same key with other parameters":                   testMismatch,
		"makes one authorization of one key used at the same time":     testConcurrent,
		"captures in parts up to the promise and no more":              testCapture,
		"voids, and a void promise is void again":                      testVoid,
		"answers captured to a void that comes too late":               testVoidTooLate,
		"refunds in parts up to what was captured and no more":         testRefund,
		"looks up captures, voids and refunds":                         testLookup,
		"does not know a foreign reference":                            testForeign,
		"refuses a notice that is not authentic and reads one that is": testNotice,
		"takes the money at once if asked to":                          testAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, &bench{Harness: setup(t)})
		})
	}
}

// bench is one test of the suite.
type bench struct {
	Harness
	n int
}

// request is a fresh authorization.
func (b *bench) request() payment.AuthorizeRequest {
	id := payment.NewID(uuid.New).String()
	return payment.AuthorizeRequest{
		Key: id + ":authorize:1", Payment: id, Subject: "or_" + id[3:], Amount: b.Amount, Details: b.Approved,
	}
}

func (b *bench) part(n int64) money.Amount {
	return money.New(b.Amount.Minor()*n/10, b.Amount.Currency())
}

// authorized returns a fresh promise.
func (b *bench) authorized(t *testing.T) (payment.AuthorizeRequest, payment.Outcome) {
	t.Helper()
	r := b.request()
	o, err := b.Provider.Authorize(t.Context(), r)
	require.NoError(t, err)
	if o.State == payment.StatePending {
		o = b.look(t, payment.LookupRequest{Operation: payment.OpAuthorize, Payment: r.Payment, Reference: o.Reference, Amount: r.Amount})
	}
	require.Equal(t, b.Amount, o.Amount)
	return r, o
}

func (b *bench) look(t *testing.T, r payment.LookupRequest) payment.Outcome {
	t.Helper()
	o, err := b.Provider.Lookup(t.Context(), r)
	require.NoError(t, err)
	return o
}

func (b *bench) key(owner, operation string) string {
	b.n++
	return fmt.Sprintf("%s:%s:%d", owner, operation, b.n+1)
}

func class(t *testing.T, want payment.Class, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, payment.ClassOf(err), "%v", err)
}

func testUnit(t *testing.T, b *bench) {
	ctx := tx.Mark(t.Context())
	_, err := b.Provider.Authorize(ctx, b.request())
	require.ErrorIs(t, err, tx.ErrInUnit)
	_, err = b.Provider.Lookup(ctx, payment.LookupRequest{Operation: payment.OpAuthorize, Payment: "py_x"})
	require.ErrorIs(t, err, tx.ErrInUnit)
	if c, ok := b.Provider.(payment.Capturer); ok {
		_, err = c.Capture(ctx, payment.CaptureRequest{Key: "k"})
		require.ErrorIs(t, err, tx.ErrInUnit)
	}
	if v, ok := b.Provider.(payment.Voider); ok {
		_, err = v.Void(ctx, payment.VoidRequest{Key: "k"})
		require.ErrorIs(t, err, tx.ErrInUnit)
	}
	if r, ok := b.Provider.(payment.Refunder); ok {
		_, err = r.Refund(ctx, payment.RefundRequest{Key: "k"})
		require.ErrorIs(t, err, tx.ErrInUnit)
	}
}

func testAuthorize(t *testing.T, b *bench) {
	r, o := b.authorized(t)
	require.NotEmpty(t, o.Reference)
	again := b.look(t, payment.LookupRequest{Operation: payment.OpAuthorize, Key: r.Key, Payment: r.Payment, Amount: r.Amount})
	require.Equal(t, o.State, again.State)
	require.Equal(t, o.Reference, again.Reference, "found without a reference")
	require.Equal(t, b.Amount, again.Amount)
}

func testAtOnce(t *testing.T, b *bench) {
	r := b.request()
	r.Capture = true
	o, err := b.Provider.Authorize(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, payment.StateCaptured, o.State)
	require.Equal(t, b.Amount, o.Amount)
}

func testDecline(t *testing.T, b *bench) {
	if b.Declined == nil {
		t.Skip("the harness cannot bring about a decline")
	}
	r := b.request()
	r.Details = *b.Declined
	o, err := b.Provider.Authorize(t.Context(), r)
	require.NoError(t, err, "a decline is no error")
	require.Equal(t, payment.StateDeclined, o.State)
	require.True(t, o.Decline.Reason.Known())
}

func testAct(t *testing.T, b *bench) {
	if b.Acting == nil || b.Act == nil {
		t.Skip("the harness cannot have the buyer act")
	}
	r := b.request()
	r.Details = *b.Acting
	o, err := b.Provider.Authorize(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, payment.StateActionRequired, o.State)
	require.NotEmpty(t, o.Action.Kind)
	b.Act(t, o.Reference)
	r.Key, r.Reference = b.key(r.Payment, "authorize"), o.Reference
	next, err := b.Provider.Authorize(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, payment.StateAuthorized, next.State)
	require.Equal(t, o.Reference, next.Reference, "no new payment was started")
}

func testAbsent(t *testing.T, b *bench) {
	r := b.request()
	o := b.look(t, payment.LookupRequest{Operation: payment.OpAuthorize, Key: r.Key, Payment: r.Payment, Amount: r.Amount})
	require.Equal(t, payment.StateAbsent, o.State)
}

func testLost(t *testing.T, b *bench) {
	if b.LoseReply == nil {
		t.Skip("the harness cannot lose an answer")
	}
	b.LoseReply()
	r := b.request()
	_, err := b.Provider.Authorize(t.Context(), r)
	class(t, payment.ClassUnknown, err)
	o := b.look(t, payment.LookupRequest{Operation: payment.OpAuthorize, Key: r.Key, Payment: r.Payment, Amount: r.Amount})
	require.Equal(t, payment.StateAuthorized, o.State)
}

func testTransient(t *testing.T, b *bench) {
	if b.LoseRequest == nil {
		t.Skip("the harness cannot lose a request")
	}
	b.LoseRequest()
	r := b.request()
	_, err := b.Provider.Authorize(t.Context(), r)
	class(t, payment.ClassTransient, err)
	require.ErrorIs(t, err, fault.Unavailable)
	o := b.look(t, payment.LookupRequest{Operation: payment.OpAuthorize, Key: r.Key, Payment: r.Payment, Amount: r.Amount})
	require.Equal(t, payment.StateAbsent, o.State)
}

// keeps skips the test for a provider that keeps no keys.
func (b *bench) keeps(t *testing.T) {
	t.Helper()
	k, ok := b.Provider.(payment.KeyKeeper)
	if !ok {
		t.Skip("the provider is no KeyKeeper")
	}
	require.Greater(t, k.KeyWindow(payment.OpAuthorize), time.Minute)
}

func testKey(t *testing.T, b *bench) {
	b.keeps(t)
	r, o := b.authorized(t)
	again, err := b.Provider.Authorize(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, o.Reference, again.Reference)
	require.Equal(t, o.Amount, again.Amount)
}

func testMismatch(t *testing.T, b *bench) {
	b.keeps(t)
	r, _ := b.authorized(t)
	r.Amount = b.part(5)
	_, err := b.Provider.Authorize(t.Context(), r)
	class(t, payment.ClassInvalid, err)
}

func testConcurrent(t *testing.T, b *bench) {
	b.keeps(t)
	r := b.request()
	var wg sync.WaitGroup
	var mu sync.Mutex
	references := map[string]bool{}
	for range 8 {
		wg.Go(func() {
			o, err := b.Provider.Authorize(t.Context(), r)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				if payment.ClassOf(err) != payment.ClassConflict {
					t.Errorf("refused with %v", err)
				}
				return
			}
			references[o.Reference] = true
		})
	}
	wg.Wait()
	require.Len(t, references, 1)
}

func testForeign(t *testing.T, b *bench) {
	c, ok := b.Provider.(payment.Capturer)
	if !ok {
		t.Skip("the provider is no Capturer")
	}
	_, err := c.Capture(t.Context(), payment.CaptureRequest{Key: "k", Payment: "py_none", Reference: "none", Amount: b.Amount, Final: true})
	class(t, payment.ClassNotFound, err)
}

func testNotice(t *testing.T, b *bench) {
	d, ok := b.Provider.(payment.NoticeDecoder)
	if !ok {
		t.Skip("the provider is no NoticeDecoder")
	}
	if b.Notice == nil {
		t.Skip("the harness cannot make a notice")
	}
	r, o := b.authorized(t)
	n := b.Notice(t, o.Reference)
	hints, err := d.DecodeNotice(n)
	require.NoError(t, err)
	require.NotEmpty(t, hints)
	require.NotEmpty(t, hints[0].Event)
	require.True(t, hints[0].Reference == o.Reference || hints[0].Payment == r.Payment)
	forged := n
	forged.Body = append(append([]byte{}, n.Body...), ' ')
	_, err = d.DecodeNotice(forged)
	class(t, payment.ClassAuth, err)
	_, err = d.DecodeNotice(payment.Notice{Body: n.Body})
	class(t, payment.ClassAuth, err)
}
