package stripe_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// official starts Stripe's own mock on a loopback port and returns its address.
// It is built from the module proxy once, and comes from the build cache then.
func official(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "stripe-mock")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "github.com/stripe/stripe-mock")
	build.Dir = filepath.Join("testdata", "stripemock")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	mock := exec.CommandContext(t.Context(), bin, "-http-addr", "127.0.0.1:0")
	lines, err := mock.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, mock.Start())
	t.Cleanup(func() {
		_ = mock.Process.Kill()
		_ = mock.Wait()
	})
	for s := bufio.NewScanner(lines); s.Scan(); {
		if _, address, ok := strings.Cut(s.Text(), "HTTP at address: "); ok {
			return "http://" + strings.TrimSpace(address)
		}
	}
	require.Fail(t, "the mock does not listen")
	return ""
}

// Every call has only parameters that Stripe's own mock knows. It keeps no
// state, so what it answers about our payment is put right on the way.
func TestStripesOwnMockKnowsEveryParameter(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds a program")
	}
	address := official(t)
	var mu sync.Mutex
	seen := map[string]int{}
	p := stripe.New(stripetest.Key, &stripe.Options{BaseURL: address, HTTPClient: &http.Client{
		Timeout: time.Minute,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				return nil, err
			}
			call := r.Method + " " + strings.ReplaceAll(r.URL.Path, "pi_1", "{id}")
			mu.Lock()
			seen[call]++
			mu.Unlock()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %d %s", call, resp.StatusCode, body)
			}
			if call == "GET /v1/payment_intents/{id}" {
				status := "requires_capture"
				if r.Header.Get("Idempotency-Key") != "" {
					t.Error("a read has a key")
				}
				if seen[call] == 1 {
					status = "requires_confirmation"
				}
				body = []byte(intentWith(t, "status", status))
			}
			resp.Body = io.NopCloser(bytes.NewReader(body))
			return resp, nil
		}),
	}})
	ctx := t.Context()
	r := asking()
	r.Reference = "pi_1"
	_, _ = p.Authorize(ctx, r)
	for _, d := range []payment.Details{
		{Token: "pm_card_visa", Description: "Order 7"}, {Token: "pm_card_visa", ReturnURL: "https://shop.example/back"}, {Token: "ctoken_1"}, {},
	} {
		for _, atOnce := range []bool{false, true} {
			r := asking()
			r.Details, r.Capture = d, atOnce
			_, _ = p.Authorize(ctx, r)
		}
	}
	_, _ = p.Capture(ctx, payment.CaptureRequest{Key: "c", Payment: "py_1", Reference: "pi_1", Amount: money.EUR(5_00), Final: true})
	_, _ = p.Void(ctx, payment.VoidRequest{Key: "v", Payment: "py_1", Reference: "pi_1"})
	_, _ = p.Refund(ctx, payment.RefundRequest{Key: "r", Payment: "py_1", Refund: "re_1", Reference: "pi_1", Amount: money.EUR(1)})
	_, _ = p.Lookup(ctx, payment.LookupRequest{Operation: payment.OpAuthorize, Payment: "py_1"})
	_, _ = p.Lookup(ctx, payment.LookupRequest{Operation: payment.OpRefund, Key: "r", Payment: "py_1", Reference: "pi_1"})
	require.Equal(t, map[string]int{
		"POST /v1/payment_intents": 8, "POST /v1/payment_intents/{id}/confirm": 1, "POST /v1/payment_intents/{id}/capture": 1,
		"POST /v1/payment_intents/{id}/cancel": 1, "POST /v1/refunds": 1, "GET /v1/payment_intents/{id}": 5,
		"GET /v1/payment_intents/search": 1, "GET /v1/payment_intents": 1, "GET /v1/refunds": 1,
	}, seen)
}
