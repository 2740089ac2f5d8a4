package stripe_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// fresh is an authorization of a payment whose id was made at the time of the
// clock of the machine, as ids are.
func fresh(id string) payment.AuthorizeRequest {
	r := asking()
	r.Payment, r.Key = id, id+":authorize:1"
	return r
}

func look(t *testing.T, p *stripe.Provider, owner string) (payment.Outcome, error) {
	t.Helper()
	return p.Lookup(t.Context(), payment.LookupRequest{Operation: payment.OpAuthorize, Payment: owner})
}

// Stripe's search is behind its books, so nothing is absent on its word alone.
func TestAPaymentIsFoundThoughTheSearchIsBehind(t *testing.T) {
	t.Parallel()
	c := opened(t, stripetest.Options{SearchLag: time.Hour, Witness: judge(t)})
	c.next(stripetest.Plan{Reply: stripetest.Reset})
	_, err := c.Authorize(t.Context(), fresh("py_1"))
	requireClass(t, payment.ClassUnknown, err)
	for _, wait := range []time.Duration{0, 59 * time.Minute, time.Minute, 24 * time.Hour} {
		c.clock.Advance(wait)
		o, err := look(t, c.Provider, "py_1")
		require.NoError(t, err)
		require.Equal(t, payment.StateAuthorized, o.State, "after %s", wait)
		o, err = look(t, c.Provider, "py_2")
		require.NoError(t, err)
		require.Equal(t, payment.StateAbsent, o.State)
	}
}

// The list is read to its end.
func TestAPaymentIsFoundAmongMany(t *testing.T) {
	t.Parallel()
	c := opened(t, stripetest.Options{SearchLag: time.Hour})
	for i := range 230 {
		_, err := c.Authorize(t.Context(), fresh(fmt.Sprintf("py_%d", i)))
		require.NoError(t, err)
	}
	o, err := look(t, c.Provider, "py_0")
	require.NoError(t, err)
	require.Equal(t, payment.StateAuthorized, o.State)
	o, err = look(t, c.Provider, "py_230")
	require.NoError(t, err)
	require.Equal(t, payment.StateAbsent, o.State)
}

// An id that tells when it was made spares most of the list.
func TestOnlyWhatCanBeMeantIsListed(t *testing.T) {
	t.Parallel()
	id := payment.IDFrom(uuid.Must(uuid.NewV7()))
	sec, nsec := id.UUID().Time().UnixTime()
	made := time.Unix(sec, nsec)
	var from string
	sim := stripetest.New(nil)
	p := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Query().Has("created[gte]") {
			from = r.URL.Query().Get("created[gte]")
		}
		return sim.RoundTrip(r)
	})}})
	_, err := look(t, p, id.String())
	require.NoError(t, err)
	require.Equal(t, strconv.FormatInt(made.Add(-5*time.Minute).Unix(), 10), from)
}

// More than can be looked through is not absent.
func TestTooManyToBeSure(t *testing.T) {
	t.Parallel()
	pages := 0
	p := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		pages++
		body := `{"object":"list","has_more":true,"url":"/","data":[{"id":"pi_1","object":"payment_intent","status":"succeeded"}]}`
		if r.URL.Path == "/v1/payment_intents/search" {
			body = `{"object":"search_result","has_more":false,"url":"/","data":[]}`
		}
		return said{status: 200, body: body}.RoundTrip(r)
	})}})
	_, err := look(t, p, "py_1")
	requireClass(t, payment.ClassUnknown, err)
	require.Equal(t, 21, pages)
}

// Two that are alive for one payment are a matter for people; one that was
// cancelled does not count.
func TestTwoOfOnePayment(t *testing.T) {
	t.Parallel()
	c := opened(t, stripetest.Options{})
	first, err := c.Authorize(t.Context(), fresh("py_1"))
	require.NoError(t, err)
	r := fresh("py_1")
	r.Key = "py_1:authorize:2"
	second, err := c.Authorize(t.Context(), r)
	require.NoError(t, err)
	_, err = look(t, c.Provider, "py_1")
	requireClass(t, payment.ClassUnknown, err)
	_, err = c.Void(t.Context(), payment.VoidRequest{Key: "v", Payment: "py_1", Reference: second.Reference})
	require.NoError(t, err)
	o, err := look(t, c.Provider, "py_1")
	require.NoError(t, err)
	require.Equal(t, first.Reference, o.Reference)
	require.Equal(t, []string{"a second payment intent for py_1"}, c.sim.Violations())
}

// Text of ours is text in a query, whatever is in it.
func TestQueriesAreQuoted(t *testing.T) {
	t.Parallel()
	c := opened(t, stripetest.Options{})
	for _, id := range []string{`py_'`, `py_\`, `py_' OR metadata['x']:'`, `py_\'`} {
		_, err := c.Authorize(t.Context(), fresh(id))
		require.NoError(t, err)
	}
	c.clock.Advance(2 * time.Hour)
	for _, id := range []string{`py_'`, `py_\`, `py_' OR metadata['x']:'`, `py_\'`} {
		o, err := look(t, c.Provider, id)
		require.NoError(t, err, id)
		require.Equal(t, payment.StateAuthorized, o.State, id)
	}
}

// A refund is known by the key of its attempt: one that failed is not taken for
// the one that came after it.
func TestRefundsAreKnownByTheirAttempt(t *testing.T) {
	t.Parallel()
	c := setup(t)
	r := asking()
	r.Capture = true
	o, err := c.Authorize(t.Context(), r)
	require.NoError(t, err)
	ask := func(key string) payment.RefundRequest {
		return payment.RefundRequest{Key: key, Payment: r.Payment, Refund: "re_1", Reference: o.Reference, Amount: money.EUR(2_00)}
	}
	lookup := func(key string) payment.Outcome {
		out, err := c.Lookup(t.Context(), payment.LookupRequest{
			Operation: payment.OpRefund, Key: key, Payment: r.Payment, Refund: "re_1", Reference: o.Reference, Amount: money.EUR(2_00),
		})
		require.NoError(t, err)
		return out
	}
	c.next(stripetest.Plan{Decline: true})
	out, err := c.Refund(t.Context(), ask("re_1:refund:1"))
	require.NoError(t, err)
	require.Equal(t, payment.Decline{Code: "lost_or_stolen_card", Reason: payment.ReasonLostOrStolen}, out.Decline)
	require.Equal(t, payment.StateAbsent, lookup("re_1:refund:2").State)
	c.next(stripetest.Plan{Defer: true})
	out, err = c.Refund(t.Context(), ask("re_1:refund:2"))
	require.NoError(t, err)
	require.Equal(t, payment.StatePending, out.State)
	require.Equal(t, payment.StatePending, lookup("re_1:refund:2").State)
	require.Equal(t, payment.StateDeclined, lookup("re_1:refund:1").State)
	require.True(t, c.sim.Settle(out.Reference))
	require.Equal(t, payment.StateRefunded, lookup("re_1:refund:2").State)
	require.Equal(t, payment.StateRefunded, lookup("").State, "the newest")
}

// A promise cancelled by Stripe has expired, one cancelled by the shop is void.
func TestWhoCancelled(t *testing.T) {
	t.Parallel()
	c := setup(t)
	_, err := c.Authorize(t.Context(), fresh("py_1"))
	require.NoError(t, err)
	c.clock.Advance(7*24*time.Hour - time.Second)
	o, err := look(t, c.Provider, "py_1")
	require.NoError(t, err)
	require.Equal(t, payment.StateAuthorized, o.State)
	require.Equal(t, noon().Add(7*24*time.Hour), o.Expires)
	c.clock.Advance(time.Second)
	o, err = look(t, c.Provider, "py_1")
	require.NoError(t, err)
	require.Equal(t, payment.StateExpired, o.State)
}
