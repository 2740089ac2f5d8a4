package stripe_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// golden compares got with a file, or writes the file if UPDATE_GOLDEN is set.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

// written is a call as people read it: what goes over the line, sorted.
func written(t *testing.T, r *http.Request, body []byte) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.URL.Path)
	var names []string
	for name := range r.Header {
		if name != "User-Agent" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "  %s: %s\n", name, r.Header.Get(name))
	}
	v, err := url.ParseQuery(string(body))
	require.NoError(t, err)
	maps.Copy(v, r.URL.Query())
	var params []string
	for k := range v {
		params = append(params, k)
	}
	slices.Sort(params)
	for _, k := range params {
		fmt.Fprintf(&b, "    %s = %s\n", k, v.Get(k))
	}
	return b.String()
}

// What Stripe is told, to the letter.
func TestGoldenCalls(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&all, "# "+format+"\n", args...) }
	sim := stripetest.New(&stripetest.Options{Clock: clock.NewManual(noon()), Account: "acct_1", Witness: func(x stripetest.Exchange) {
		body, err := io.ReadAll(x.Request.Body)
		require.NoError(t, err)
		all.WriteString(written(t, x.Request, body))
	}})
	p := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: sim.Client(), Account: "acct_1", Clock: clock.NewManual(noon())})
	ctx := t.Context()
	note := func(o payment.Outcome, err error) payment.Outcome {
		require.NoError(t, err)
		fmt.Fprintf(&all, "-> %s %s\n\n", o.State, o.Reference)
		return o
	}

	say("a card is promised, and captured in part")
	r := asking()
	r.Details = payment.Details{Token: "pm_card_visa", ReturnURL: "https://shop.example/back?o=1", Description: "Order 1001"}
	o := note(p.Authorize(ctx, r))
	note(p.Capture(ctx, payment.CaptureRequest{Key: "py_1:capture:2", Payment: "py_1", Reference: o.Reference, Amount: money.EUR(7_50), Final: true}))
	say("a part of it goes back")
	note(p.Refund(ctx, payment.RefundRequest{
		Key: "re_1:refund:1", Payment: "py_1", Refund: "re_1", Reference: o.Reference, Amount: money.EUR(2_50), Reason: "broken",
	}))
	say("what became of the refund")
	note(p.Lookup(ctx, payment.LookupRequest{Operation: payment.OpRefund, Key: "re_1:refund:1", Payment: "py_1", Refund: "re_1", Reference: o.Reference}))
	say("the money at once, without an address to come back to")
	r = asking()
	r.Key, r.Payment, r.Capture, r.Amount = "py_2:authorize:1", "py_2", true, money.New(1050, money.MustCurrency("ISK"))
	note(p.Authorize(ctx, r))
	say("the card is entered in the browser, and then nobody wants it any more")
	r = asking()
	r.Key, r.Payment, r.Details = "py_3:authorize:1", "py_3", payment.Details{}
	o = note(p.Authorize(ctx, r))
	note(p.Void(ctx, payment.VoidRequest{Key: "py_3:void:2", Payment: "py_3", Reference: o.Reference}))
	say("a payment whose answer was lost")
	note(p.Lookup(ctx, payment.LookupRequest{Operation: payment.OpAuthorize, Key: "py_3:authorize:1", Payment: "py_3"}))
	golden(t, "calls.txt", []byte(all.String()))
}

// What the simulator says is what Stripe says: the notices of a payment.
func TestGoldenNotices(t *testing.T) {
	t.Parallel()
	clk := clock.NewManual(noon())
	sim := stripetest.New(&stripetest.Options{Clock: clk})
	p := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: sim.Client(), Clock: clk, WebhookSecrets: []string{stripetest.Secret}})
	o, err := p.Authorize(t.Context(), asking())
	require.NoError(t, err)
	_, err = p.Capture(t.Context(), payment.CaptureRequest{Key: "c", Payment: "py_1", Reference: o.Reference, Amount: money.EUR(7_50), Final: true})
	require.NoError(t, err)
	_, err = p.Refund(t.Context(), payment.RefundRequest{Key: "r", Payment: "py_1", Refund: "re_1", Reference: o.Reference, Amount: money.EUR(1)})
	require.NoError(t, err)
	var all strings.Builder
	for _, n := range sim.Notices() {
		var body any
		require.NoError(t, json.Unmarshal(n.Body, &body))
		pretty, err := json.MarshalIndent(body, "", "  ")
		require.NoError(t, err)
		hints, err := p.DecodeNotice(n)
		require.NoError(t, err)
		fmt.Fprintf(&all, "Stripe-Signature: %s\n%s\n-> %+v\n\n", n.Header["Stripe-Signature"][0], pretty, hints)
	}
	golden(t, "notices.txt", []byte(all.String()))
}
