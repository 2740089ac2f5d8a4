// Package shippingtest is the contract of carriers, as tests. The author of an
// adapter calls Run with a way to make the carrier; each test is named after the
// promise that it is about.
package shippingtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/shipping"
)

// Harness is one carrier under test.
type Harness struct {
	Carrier shipping.Carrier
	// Request is one for which the carrier offers something.
	Request shipping.RateRequest
	// Nowhere is a place it does not go to. The zero Place: it goes everywhere.
	Nowhere postal.Place
	// Label is one for which it makes a label; nil if it does not make labels.
	// Its Key is set by the suite.
	Label *shipping.LabelRequest
}

// Run is the suite of carriers. What it runs follows from the powers the carrier
// has. setup is called for each test.
func Run(t *testing.T, setup func(t *testing.T) Harness) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Harness){
		"has a code that a plan takes":                           testCode,
		"offers each service once and the cheapest first":        testRates,
		"gives the same question the same answer":                testSame,
		"offers nothing in another currency":                     testCurrency,
		"offers nothing where it does not go":                    testNowhere,
		"quotes for a country alone":                             testEstimate,
		"refuses a request that does not pass Check":             testRefused,
		"makes a label with a number":                            testLabel,
		"makes the same label for the same key":                  testKey,
		"makes no label for a service that there is not":         testService,
		"refuses a request for a label that does not pass Check": testLabelRefused,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, setup(t))
		})
	}
}

func testCode(t *testing.T, h Harness) {
	t.Helper()
	_, err := shipping.NewPlan(shipping.PlanSheet{
		Carriers: []shipping.Carrier{h.Carrier},
		Methods:  []shipping.Method{{Code: "any", Title: "Any", Carrier: h.Carrier.Code()}},
	})
	require.NoError(t, err)
}

func testRates(t *testing.T, h Harness) {
	t.Helper()
	rates, err := h.Carrier.Rates(t.Context(), h.Request)
	require.NoError(t, err)
	require.NotEmpty(t, rates)
	seen := map[string]bool{}
	for i, r := range rates {
		require.NotEmpty(t, r.Service)
		require.NotEmpty(t, r.Title)
		require.False(t, seen[r.Service], "service %s twice", r.Service)
		seen[r.Service] = true
		require.Equal(t, h.Request.Value.Currency(), r.Amount.Currency())
		require.False(t, r.Amount.IsNegative())
		require.LessOrEqual(t, r.MinDays, r.MaxDays)
		if i > 0 {
			require.LessOrEqual(t, rates[i-1].Amount.Minor(), r.Amount.Minor())
		}
	}
}

func testSame(t *testing.T, h Harness) {
	t.Helper()
	first, err := h.Carrier.Rates(t.Context(), h.Request)
	require.NoError(t, err)
	second, err := h.Carrier.Rates(t.Context(), h.Request)
	require.NoError(t, err)
	require.Equal(t, first, second)
}

func testCurrency(t *testing.T, h Harness) {
	t.Helper()
	other := money.MustCurrency("XPF")
	require.NotEqual(t, other, h.Request.Value.Currency())
	h.Request.Value = money.Zero(other)
	rates, err := h.Carrier.Rates(t.Context(), h.Request)
	require.NoError(t, err)
	require.Empty(t, rates)
}

func testNowhere(t *testing.T, h Harness) {
	t.Helper()
	if h.Nowhere == (postal.Place{}) {
		t.Skip("the carrier goes everywhere")
	}
	h.Request.To = h.Nowhere
	rates, err := h.Carrier.Rates(t.Context(), h.Request)
	require.NoError(t, err)
	require.Empty(t, rates)
}

func testEstimate(t *testing.T, h Harness) {
	t.Helper()
	h.Request.To = postal.Place{Country: h.Request.To.Country}
	_, err := h.Carrier.Rates(t.Context(), h.Request)
	require.NoError(t, err)
}

func testRefused(t *testing.T, h Harness) {
	t.Helper()
	for path, spoil := range map[string]func(r *shipping.RateRequest){
		"to.country":        func(r *shipping.RateRequest) { r.To = postal.Place{} },
		"parcels":           func(r *shipping.RateRequest) { r.Parcels = nil },
		"parcels[0].weight": func(r *shipping.RateRequest) { r.Parcels = []shipping.Parcel{{}} },
		"value":             func(r *shipping.RateRequest) { r.Value = money.Amount{} },
	} {
		r := h.Request
		spoil(&r)
		_, err := h.Carrier.Rates(t.Context(), r)
		require.ErrorIs(t, err, fault.Invalid, path)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
}

// labeler returns the power to make labels, or skips the test.
func labeler(t *testing.T, h Harness) (shipping.Labeler, shipping.LabelRequest) { //nolint:ireturn // the power is what is asked for
	t.Helper()
	l, ok := h.Carrier.(shipping.Labeler)
	if !ok {
		t.Skip("the carrier is not a shipping.Labeler")
	}
	require.NotNil(t, h.Label, "a Labeler is tested with a LabelRequest")
	r := *h.Label
	r.Key = "sh_1"
	return l, r
}

func testLabel(t *testing.T, h Harness) {
	t.Helper()
	l, r := labeler(t, h)
	label, err := l.Label(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, shipping.Number(label.Number), label.Number)
	require.NotEmpty(t, label.Number)
	require.NotEmpty(t, label.Service)
	require.Contains(t, []string{"zpl", "pdf", "png"}, label.Format)
	require.NotEmpty(t, label.Body)
	require.LessOrEqual(t, len(label.Body), shipping.MaxLabel)
	if shipping.HasFormats(h.Carrier.Code()) {
		require.True(t, shipping.Fits(h.Carrier.Code(), label.Number))
	}
}

func testKey(t *testing.T, h Harness) {
	t.Helper()
	l, r := labeler(t, h)
	first, err := l.Label(t.Context(), r)
	require.NoError(t, err)
	second, err := l.Label(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, first, second)
	r.Key = "sh_2"
	other, err := l.Label(t.Context(), r)
	require.NoError(t, err)
	require.NotEqual(t, first.Number, other.Number)
}

func testService(t *testing.T, h Harness) {
	t.Helper()
	l, r := labeler(t, h)
	r.Service = "no-such-service"
	_, err := l.Label(t.Context(), r)
	require.ErrorIs(t, err, fault.Invalid)
}

func testLabelRefused(t *testing.T, h Harness) {
	t.Helper()
	l, r := labeler(t, h)
	for path, spoil := range map[string]func(r *shipping.LabelRequest){
		"key":           func(r *shipping.LabelRequest) { r.Key = "" },
		"parcel.weight": func(r *shipping.LabelRequest) { r.Parcel.Weight = -1 },
		"to.name":       func(r *shipping.LabelRequest) { r.To.Name, r.To.Company = "", "" },
	} {
		spoilt := r
		spoil(&spoilt)
		_, err := l.Label(t.Context(), spoilt)
		require.ErrorIs(t, err, fault.Invalid, path)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
}
