package stripe_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// What is wrong is refused with its field before anything is sent.
func TestRefusedInput(t *testing.T) {
	t.Parallel()
	p := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: &http.Client{
		Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("sent") }),
	}})
	authorize := func(change func(r *payment.AuthorizeRequest)) func(t *testing.T) error {
		return func(t *testing.T) error {
			t.Helper()
			r := asking()
			change(&r)
			_, err := p.Authorize(t.Context(), r)
			return err
		}
	}
	capture := func(change func(r *payment.CaptureRequest)) func(t *testing.T) error {
		return func(t *testing.T) error {
			t.Helper()
			r := payment.CaptureRequest{Key: "k", Payment: "py_1", Reference: "pi_1", Amount: money.EUR(1), Final: true}
			change(&r)
			_, err := p.Capture(t.Context(), r)
			return err
		}
	}
	void := func(key, reference string) func(t *testing.T) error {
		return func(t *testing.T) error {
			t.Helper()
			_, err := p.Void(t.Context(), payment.VoidRequest{Key: key, Payment: "py_1", Reference: reference})
			return err
		}
	}
	refund := func(change func(r *payment.RefundRequest)) func(t *testing.T) error {
		return func(t *testing.T) error {
			t.Helper()
			r := payment.RefundRequest{Key: "k", Payment: "py_1", Refund: "re_1", Reference: "pi_1", Amount: money.EUR(1)}
			change(&r)
			_, err := p.Refund(t.Context(), r)
			return err
		}
	}
	lookup := func(r payment.LookupRequest) func(t *testing.T) error {
		return func(t *testing.T) error {
			t.Helper()
			_, err := p.Lookup(t.Context(), r)
			return err
		}
	}
	long := strings.Repeat("x", 600)
	for name, row := range map[string]struct {
		field string
		do    func(t *testing.T) error
	}{
		"authorize without a key":            {"key", authorize(func(r *payment.AuthorizeRequest) { r.Key = "" })},
		"authorize with a long key":          {"key", authorize(func(r *payment.AuthorizeRequest) { r.Key = long })},
		"authorize with a key of two lines":  {"key", authorize(func(r *payment.AuthorizeRequest) { r.Key = "a\r\nb" })},
		"authorize without a payment":        {"payment", authorize(func(r *payment.AuthorizeRequest) { r.Payment = "" })},
		"authorize with a broken payment":    {"payment", authorize(func(r *payment.AuthorizeRequest) { r.Payment = "\xff" })},
		"authorize with a NUL":               {"subject", authorize(func(r *payment.AuthorizeRequest) { r.Subject = "a\x00" })},
		"authorize with a long token":        {"details.token", authorize(func(r *payment.AuthorizeRequest) { r.Details.Token = long })},
		"authorize nothing":                  {"amount", authorize(func(r *payment.AuthorizeRequest) { r.Amount = money.EUR(0) })},
		"authorize less than nothing":        {"amount", authorize(func(r *payment.AuthorizeRequest) { r.Amount = money.EUR(-1) })},
		"authorize no amount":                {"amount", authorize(func(r *payment.AuthorizeRequest) { r.Amount = money.Amount{} })},
		"authorize beyond all money":         {"amount", authorize(func(r *payment.AuthorizeRequest) { r.Amount = money.EUR(money.Limit + 1) })},
		"authorize a third of a fils":        {"amount", authorize(func(r *payment.AuthorizeRequest) { r.Amount = money.KWD(1001) })},
		"authorize in an unknown currency":   {"amount", authorize(func(r *payment.AuthorizeRequest) { r.Amount = money.New(1000, money.MustCurrency("IQD")) })},
		"resume with another address":        {"reference", authorize(func(r *payment.AuthorizeRequest) { r.Reference = "pi_1/cancel" })},
		"resume without a key":               {"key", authorize(func(r *payment.AuthorizeRequest) { r.Reference, r.Key = "pi_1", "" })},
		"capture without a key":              {"key", capture(func(r *payment.CaptureRequest) { r.Key = "" })},
		"capture without a reference":        {"reference", capture(func(r *payment.CaptureRequest) { r.Reference = "" })},
		"capture with dots in the reference": {"reference", capture(func(r *payment.CaptureRequest) { r.Reference = ".." })},
		"capture nothing":                    {"amount", capture(func(r *payment.CaptureRequest) { r.Amount = money.EUR(0) })},
		"void without a key":                 {"key", void("", "pi_1")},
		"void without a reference":           {"reference", void("k", "")},
		"void with a query":                  {"reference", void("k", "pi_1?x=1")},
		"refund without a key":               {"key", refund(func(r *payment.RefundRequest) { r.Key = "" })},
		"refund without a reference":         {"reference", refund(func(r *payment.RefundRequest) { r.Reference = "" })},
		"refund without a refund":            {"refund", refund(func(r *payment.RefundRequest) { r.Refund = "" })},
		"refund less than nothing":           {"amount", refund(func(r *payment.RefundRequest) { r.Amount = money.EUR(-1) })},
		"look up nothing":                    {"payment", lookup(payment.LookupRequest{Operation: payment.OpAuthorize})},
		"look up another address":            {"reference", lookup(payment.LookupRequest{Operation: payment.OpAuthorize, Reference: "../x"})},
		"look up a broken payment":           {"payment", lookup(payment.LookupRequest{Operation: payment.OpAuthorize, Payment: "a\x00b"})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := row.do(t)
			var f *payment.Failure
			require.ErrorAs(t, err, &f)
			require.Equal(t, payment.ClassInvalid, f.Class, "%v", err)
			require.ErrorIs(t, err, fault.Invalid)
			require.Equal(t, row.field, fault.FieldsOf(f.Err)[0].Path)
		})
	}
}

// Stripe is told a bare number: one of another currency is refused here.
func TestAnotherCurrencyIsRefused(t *testing.T) {
	t.Parallel()
	c := setup(t)
	r := asking()
	o, err := c.Authorize(t.Context(), r)
	require.NoError(t, err)
	_, err = c.Capture(t.Context(), payment.CaptureRequest{Key: "k", Payment: r.Payment, Reference: o.Reference, Amount: money.JPY(1000), Final: true})
	requireClass(t, payment.ClassInvalid, err)
	_, err = c.Refund(t.Context(), payment.RefundRequest{Key: "k", Payment: r.Payment, Refund: "re_1", Reference: o.Reference, Amount: money.USD(1)})
	requireClass(t, payment.ClassInvalid, err)
	require.Equal(t, 1, c.sim.Calls())
}

// The reference of a dear order does not pay a cheap one, and the other way round.
func TestAnotherPaymentIsRefused(t *testing.T) {
	t.Parallel()
	c := setup(t)
	o, err := c.Authorize(t.Context(), asking())
	require.NoError(t, err)
	r := asking()
	r.Payment, r.Key, r.Reference = "py_2", "k2", o.Reference
	_, err = c.Authorize(t.Context(), r)
	requireClass(t, payment.ClassNotFound, err)
	_, err = c.Void(t.Context(), payment.VoidRequest{Key: "k", Payment: "py_2", Reference: o.Reference})
	requireClass(t, payment.ClassNotFound, err)
	_, err = c.Capture(t.Context(), payment.CaptureRequest{Key: "k", Payment: "py_2", Reference: o.Reference, Amount: r.Amount, Final: true})
	requireClass(t, payment.ClassNotFound, err)
	_, err = c.Refund(t.Context(), payment.RefundRequest{Key: "k", Payment: "py_2", Refund: "re_1", Reference: o.Reference, Amount: r.Amount})
	requireClass(t, payment.ClassNotFound, err)
	_, err = c.Lookup(t.Context(), payment.LookupRequest{Operation: payment.OpAuthorize, Payment: "py_2", Reference: o.Reference})
	requireClass(t, payment.ClassUnknown, err)
	require.Equal(t, 1, c.sim.Calls(), "nothing was asked for")
}
