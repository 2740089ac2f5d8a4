package stripe_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/payment"
)

// served is a simulator behind a real socket.
func served(t *testing.T, plan stripetest.Plan) (*stripetest.Simulator, *httptest.Server) {
	t.Helper()
	sim := stripetest.New(&stripetest.Options{Plan: func(int, stripetest.Call) stripetest.Plan { return plan }})
	srv := httptest.NewServer(sim)
	t.Cleanup(srv.Close)
	return sim, srv
}

// The faults of the simulator are those of a real line.
func TestFaultsOverASocket(t *testing.T) {
	t.Parallel()
	for _, plan := range plans() {
		sim, srv := served(t, plan)
		patience := time.Minute
		if plan.Reply == stripetest.Timeout {
			patience = 100 * time.Millisecond
		}
		p := stripe.New(stripetest.Key, &stripe.Options{BaseURL: srv.URL, HTTPClient: &http.Client{Timeout: patience}})
		o, err := p.Authorize(t.Context(), asking())
		if plan.Reply == stripetest.OK {
			require.NoError(t, err)
			require.Equal(t, payment.StateAuthorized, o.State)
			continue
		}
		want := payment.ClassUnknown
		if plan.Reply == stripetest.RateLimited {
			want = payment.ClassRateLimited
		}
		if plan.Reply == stripetest.Locked {
			want = payment.ClassTransient
		}
		requireClass(t, want, err, "%+v: %v", plan, err)
		require.Equal(t, 1, sim.Calls(), "%+v: nothing is sent twice", plan)
	}
}

// Nobody listens: nothing can have happened.
func TestRefusedOverASocket(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := "http://" + l.Addr().String()
	require.NoError(t, l.Close())
	p := stripe.New(stripetest.Key, &stripe.Options{BaseURL: address})
	_, err = p.Authorize(t.Context(), asking())
	requireClass(t, payment.ClassTransient, err, "%v", err)
}

// Certificates are checked, and a server that is not Stripe hears nothing.
func TestAnotherServerIsTransient(t *testing.T) {
	t.Parallel()
	var heard atomic.Bool
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard.Store(true) }))
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	p := stripe.New(stripetest.Key, &stripe.Options{BaseURL: srv.URL})
	_, err := p.Authorize(t.Context(), asking())
	requireClass(t, payment.ClassTransient, err, "%v", err)
	require.False(t, heard.Load())
}

// The caller gives up: before there is a connection nothing happened, after it
// nobody knows.
func TestACallerWhoGivesUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sim, srv := served(t, stripetest.Plan{})
	p := stripe.New(stripetest.Key, &stripe.Options{BaseURL: srv.URL})
	_, err := p.Authorize(ctx, asking())
	requireClass(t, payment.ClassTransient, err)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, sim.Calls())

	dialing, stop := context.WithCancel(t.Context())
	slow := stripe.New(stripetest.Key, &stripe.Options{BaseURL: srv.URL, HTTPClient: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			stop()
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}}})
	_, err = slow.Authorize(dialing, asking())
	requireClass(t, payment.ClassTransient, err, "%v", err)
	require.Zero(t, sim.Calls())

	working, quit := context.WithCancel(t.Context())
	held, busy := served(t, stripetest.Plan{Wait: quit, Reply: stripetest.Timeout})
	p = stripe.New(stripetest.Key, &stripe.Options{BaseURL: busy.URL})
	_, err = p.Authorize(working, asking())
	requireClass(t, payment.ClassUnknown, err, "%v", err)
	require.ErrorIs(t, err, context.Canceled)
	require.LessOrEqual(t, len(held.Books()), 1)
}

// A transport that tells nothing about its connections proves nothing.
func TestASilentTransportProvesNothing(t *testing.T) {
	t.Parallel()
	p := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, context.DeadlineExceeded
	})}})
	_, err := p.Authorize(t.Context(), asking())
	requireClass(t, payment.ClassUnknown, err)
}

// The client of the host is borrowed, not changed.
func TestTheHostsClientStaysAsItIs(t *testing.T) {
	t.Parallel()
	sim := stripetest.New(nil)
	hc := sim.Client()
	_, err := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: hc}).Authorize(t.Context(), asking())
	require.NoError(t, err)
	require.Nil(t, hc.CheckRedirect)
	require.Zero(t, hc.Timeout)
	require.Equal(t, http.RoundTripper(sim), hc.Transport)
}

// Two shops in one process have two accounts.
func TestTwoAccountsInOneProcess(t *testing.T) {
	t.Parallel()
	test, live := stripetest.New(nil), stripetest.New(&stripetest.Options{Live: true, Account: "acct_1"})
	p := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: test.Client()})
	q := stripe.New(stripetest.LiveKey, &stripe.Options{HTTPClient: live.Client(), Live: true, Account: "acct_1", WebhookSecrets: []string{stripetest.Secret}})
	for range 3 {
		_, err := p.Authorize(t.Context(), asking())
		require.NoError(t, err)
		_, err = q.Authorize(t.Context(), asking())
		require.NoError(t, err)
	}
	require.Len(t, test.Books(), 1)
	require.Len(t, live.Books(), 1)
	hints, err := q.DecodeNotice(live.Notices()[0])
	require.NoError(t, err)
	require.Equal(t, "acct_1", hints[0].Account)
	// The key of one is nothing at the other.
	wrong := stripe.New("sk_test_other", &stripe.Options{HTTPClient: test.Client()})
	require.Equal(t, payment.ClassAuth, failing(t, wrong).Class)
	wrong = stripe.New(stripetest.Key, &stripe.Options{HTTPClient: test.Client(), Account: "acct_2"})
	require.Equal(t, payment.ClassAuth, failing(t, wrong).Class)
}
