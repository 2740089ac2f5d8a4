package stripe_test

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
)

// contracts are Stripe's own descriptions, read once.
var contracts = sync.OnceValues(func() (map[string]routers.Router, error) {
	out := map[string]routers.Router{}
	for _, version := range []string{"2022-11-15", "2026-08-26.dahlia"} {
		doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join("testdata", "openapi", version+".json"))
		if err != nil {
			return nil, err
		}
		doc.Servers = nil
		passOver(doc)
		if out[version], err = gorillamux.NewRouter(doc); err != nil {
			return nil, err
		}
	}
	return out, nil
})

// passOver leaves out the one thing that the checker cannot read: an array that
// is written expand[0]=... in an address.
func passOver(doc *openapi3.T) {
	for _, path := range doc.Paths.Map() {
		for _, o := range path.Operations() {
			o.Parameters = slices.DeleteFunc(o.Parameters, func(p *openapi3.ParameterRef) bool {
				return p.Value.In == "query" && p.Value.Name == "expand"
			})
		}
	}
}

// judge returns a witness that checks each call and each answer against
// Stripe's descriptions.
func judge(t *testing.T) func(stripetest.Exchange) {
	t.Helper()
	all, err := contracts()
	require.NoError(t, err)
	return func(x stripetest.Exchange) {
		body, err := io.ReadAll(x.Request.Body)
		assert.NoError(t, err)
		for version, router := range all {
			for _, wrong := range judged(router, x, body) {
				assert.Fail(t, "not as Stripe describes it", "%s: %s %s (%d): %v", version, x.Request.Method, x.Request.URL, x.Status, wrong)
			}
		}
	}
}

// judged returns what is wrong with a call, and with its answer. A call that
// was refused because it is wrong need not be right.
func judged(router routers.Router, x stripetest.Exchange, body []byte) []error {
	r := x.Request.Clone(x.Request.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := router.FindRoute(r)
	if err != nil {
		return []error{err}
	}
	var wrong []error
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if x.Status != http.StatusBadRequest {
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			wrong = append(wrong, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: x.Status, Header: x.Header, Options: in.Options}
	out.SetBodyBytes(x.Body)
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		wrong = append(wrong, err)
	}
	return wrong
}

// The judge itself: what is wrong is noticed.
func TestJudgeNotices(t *testing.T) {
	t.Parallel()
	all, err := contracts()
	require.NoError(t, err)
	for version, router := range all {
		x := exchange(t, "amount=10&currency=eur&capture_method=manual", `{"id":"pi_1","object":"payment_intent","status":"weird"}`)
		require.Len(t, judged(router, x, []byte("amount=10&currency=eur&capture_method=manual")), 1, "%s: the answer", version)
		x = exchange(t, "amount=10&currency=eur&capture_method=later", `{"error":{"type":"invalid_request_error"}}`)
		require.Len(t, judged(router, x, []byte("amount=10&currency=eur&capture_method=later")), 2, "%s: the call, and the answer", version)
	}
}

func exchange(t *testing.T, form, answer string) stripetest.Exchange {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://stripe.test/v1/payment_intents", bytes.NewReader([]byte(form)))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return stripetest.Exchange{Request: r, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(answer)}
}
