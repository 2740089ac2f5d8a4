package stripe_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// said is a transport that answers everything in the same way.
type said struct {
	status int
	header map[string]string
	body   string
}

// RoundTrip answers.
func (s said) RoundTrip(r *http.Request) (*http.Response, error) {
	h := http.Header{"Request-Id": {"req_1"}}
	for k, v := range s.header {
		h.Set(k, v)
	}
	return &http.Response{StatusCode: s.status, Header: h, Body: io.NopCloser(strings.NewReader(s.body)), Request: r}, nil
}

func answering(s said) *stripe.Provider {
	return stripe.New(stripetest.Key, &stripe.Options{HTTPClient: &http.Client{Transport: s}})
}

// asking is one authorization.
func asking() payment.AuthorizeRequest {
	return payment.AuthorizeRequest{
		Key: "py_1:authorize:1", Payment: "py_1", Subject: "or_1", Amount: money.EUR(10_00), Details: payment.Details{Token: "pm_card_visa"},
	}
}

// failing is the failure of an authorization.
func failing(t *testing.T, p *stripe.Provider) *payment.Failure {
	t.Helper()
	o, err := p.Authorize(t.Context(), asking())
	var f *payment.Failure
	require.ErrorAs(t, err, &f)
	require.Equal(t, payment.Outcome{}, o)
	return f
}

// requireClass holds that there is an error, and of which class it is.
func requireClass(t *testing.T, want payment.Class, err error, about ...any) {
	t.Helper()
	require.Error(t, err, about...)
	require.Equal(t, want, payment.ClassOf(err), about...)
}

func TestClassesOfAnswers(t *testing.T) {
	t.Parallel()
	e := func(kind, code string) string {
		return `{"error":{"type":"` + kind + `","code":"` + code + `","message":"no"}}`
	}
	for name, row := range map[string]struct {
		status int
		body   string
		want   payment.Class
	}{
		"wrong key":                     {401, e("invalid_request_error", ""), payment.ClassAuth},
		"restricted key":                {403, e("invalid_request_error", ""), payment.ClassAuth},
		"expired key":                   {400, e("invalid_request_error", "api_key_expired"), payment.ClassAuth},
		"missing parameter":             {400, e("invalid_request_error", "parameter_missing"), payment.ClassInvalid},
		"no code":                       {400, e("invalid_request_error", ""), payment.ClassInvalid},
		"unexpected state":              {400, e("invalid_request_error", "payment_intent_unexpected_state"), payment.ClassConflict},
		"captured already":              {400, e("invalid_request_error", "charge_already_captured"), payment.ClassConflict},
		"no such thing":                 {404, e("invalid_request_error", "resource_missing"), payment.ClassNotFound},
		"no such address":               {404, e("invalid_request_error", ""), payment.ClassNotFound},
		"key with other parameters":     {400, e("idempotency_error", ""), payment.ClassInvalid},
		"first call still running":      {409, e("invalid_request_error", "idempotency_key_in_use"), payment.ClassUnknown},
		"another conflict":              {409, e("idempotency_error", ""), payment.ClassUnknown},
		"object locked":                 {429, e("invalid_request_error", "lock_timeout"), payment.ClassTransient},
		"object locked, as a conflict":  {409, e("invalid_request_error", "lock_timeout"), payment.ClassTransient},
		"too many":                      {429, e("invalid_request_error", "rate_limit"), payment.ClassRateLimited},
		"too many, not told by Stripe":  {429, "<html>slow down</html>", payment.ClassRateLimited},
		"server error":                  {500, e("api_error", ""), payment.ClassUnknown},
		"server error of another type":  {500, e("invalid_request_error", "parameter_missing"), payment.ClassUnknown},
		"server error with a lock":      {503, e("invalid_request_error", "lock_timeout"), payment.ClassUnknown},
		"api error with a 4xx":          {400, e("api_error", ""), payment.ClassUnknown},
		"unknown type":                  {400, e("surprise_error", ""), payment.ClassUnknown},
		"card error with a 5xx":         {502, e("card_error", "card_declined"), payment.ClassUnknown},
		"broken proxy":                  {502, "<html><body>Bad Gateway</body></html>", payment.ClassUnknown},
		"proxy asks for a key":          {403, "<html>forbidden</html>", payment.ClassAuth},
		"proxy says no":                 {400, "<html>bad</html>", payment.ClassUnknown},
		"empty 404":                     {404, "", payment.ClassUnknown},
		"an error without an error":     {400, `{}`, payment.ClassUnknown},
		"an error that is a text":       {400, `{"error":"no"}`, payment.ClassUnknown},
		"empty":                         {200, "", payment.ClassUnknown},
		"truncated":                     {200, `{"id":"pi_1","object":"payment_intent","amou`, payment.ClassUnknown},
		"not an object":                 {200, `[]`, payment.ClassUnknown},
		"null":                          {200, `null`, payment.ClassUnknown},
		"empty object":                  {200, `{}`, payment.ClassUnknown},
		"redirect":                      {302, `{}`, payment.ClassUnknown},
		"redirect that looks done":      {307, intentWith(t, "status", "requires_capture"), payment.ClassUnknown},
		"accepted, nothing said":        {202, `{}`, payment.ClassUnknown},
		"longer than anything":          {200, `{"x":"` + strings.Repeat("x", 6<<20) + `"}`, payment.ClassUnknown},
		"an error longer than anything": {400, e("invalid_request_error", strings.Repeat("x", 6<<20)), payment.ClassUnknown},
		"an amount that is a text":      {200, intentWith(t, "amount", "1000"), payment.ClassUnknown},
		"a state nobody knows":          {200, intentWith(t, "status", "weird"), payment.ClassUnknown},
		"another object":                {200, intentWith(t, "object", "charge"), payment.ClassUnknown},
		"the other mode":                {200, intentWith(t, "livemode", true), payment.ClassUnknown},
		"another payment":               {200, intentWith(t, "metadata", map[string]string{"kontor_payment": "py_2"}), payment.ClassUnknown},
		"nobody's payment":              {200, intentWith(t, "metadata", map[string]string{}), payment.ClassUnknown},
		"no id":                         {200, intentWith(t, "id", ""), payment.ClassUnknown},
		"no amount":                     {200, intentWith(t, "amount_capturable", 0), payment.ClassUnknown},
		"a currency nobody knows":       {200, intentWith(t, "currency", "zzz"), payment.ClassUnknown},
		"a currency counted otherwise":  {200, intentWith(t, "currency", "iqd"), payment.ClassUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := failing(t, answering(said{status: row.status, body: row.body}))
			require.Equal(t, row.want, f.Class, "%v", f)
			require.Equal(t, payment.OpAuthorize, f.Operation)
			require.Equal(t, "req_1", f.RequestID)
			require.Less(t, len(f.Error()), 1000)
		})
	}
}

// intentWith is the answer to asking, with one field changed.
func intentWith(t *testing.T, field string, value any) string {
	t.Helper()
	m := map[string]any{
		"id": "pi_1", "object": "payment_intent", "amount": 1000, "amount_capturable": 1000, "amount_received": 0, "currency": "eur",
		"livemode": false, "status": "requires_capture", "client_secret": "pi_1_secret_x",
		"metadata": map[string]string{"kontor_payment": "py_1", "kontor_entry": "token"},
	}
	m[field] = value
	b, err := json.Marshal(m)
	require.NoError(t, err)
	return string(b)
}

// What the buyer must do. An address that is not one of the web is never handed
// on.
func TestActions(t *testing.T) {
	t.Parallel()
	confirm := payment.Action{Kind: payment.ActionConfirm, ClientSecret: "pi_1_secret_x"}
	redirect := payment.Action{Kind: payment.ActionRedirect, URL: "https://bank.example/3ds?x=1"}
	at := func(kind, field, address string) map[string]any {
		return map[string]any{"type": kind, kind: map[string]any{field: address}}
	}
	for name, row := range map[string]struct {
		next any
		want payment.Action
	}{
		"nothing is said":       {nil, confirm},
		"by the script":         {map[string]any{"type": "use_stripe_sdk", "use_stripe_sdk": map[string]any{}}, confirm},
		"a kind nobody knows":   {map[string]any{"type": "dance"}, confirm},
		"a redirect":            {at("redirect_to_url", "url", redirect.URL), redirect},
		"alipay":                {at("alipay_handle_redirect", "url", redirect.URL), redirect},
		"a bank transfer":       {at("display_bank_transfer_instructions", "hosted_instructions_url", redirect.URL), redirect},
		"boleto":                {at("boleto_display_details", "hosted_voucher_url", redirect.URL), redirect},
		"konbini":               {at("konbini_display_details", "hosted_voucher_url", redirect.URL), redirect},
		"oxxo":                  {at("oxxo_display_details", "hosted_voucher_url", redirect.URL), redirect},
		"an address in clear":   {at("redirect_to_url", "url", "http://bank.example/3ds"), confirm},
		"a script as address":   {at("redirect_to_url", "url", "javascript:alert(1)"), confirm},
		"an address of nowhere": {at("redirect_to_url", "url", "https:///3ds"), confirm},
		"no address":            {at("redirect_to_url", "url", ""), confirm},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := strings.Replace(intentWith(t, "next_action", row.next), "requires_capture", "requires_action", 1)
			o, err := answering(said{status: 200, body: body}).Authorize(t.Context(), asking())
			require.NoError(t, err)
			require.Equal(t, payment.Outcome{State: payment.StateActionRequired, Reference: "pi_1", Action: row.want}, o)
		})
	}
}

// Another amount or currency is passed on as Stripe says it: the shop compares.
func TestAmountsAreReportedAsTheyAre(t *testing.T) {
	t.Parallel()
	o, err := answering(said{status: 200, body: intentWith(t, "amount_capturable", 999)}).Authorize(t.Context(), asking())
	require.NoError(t, err)
	require.Equal(t, money.EUR(9_99), o.Amount)
	o, err = answering(said{status: 200, body: intentWith(t, "currency", "jpy")}).Authorize(t.Context(), asking())
	require.NoError(t, err)
	require.Equal(t, money.JPY(1000), o.Amount)
}

func TestDeclinesHaveAReason(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]payment.Reason{
		"insufficient_funds": payment.ReasonInsufficientFunds, "expired_card": payment.ReasonExpired,
		"incorrect_cvc": payment.ReasonIncorrectData, "stolen_card": payment.ReasonLostOrStolen,
		"card_velocity_exceeded": payment.ReasonLimit, "card_not_supported": payment.ReasonNotSupported,
		"fraudulent": payment.ReasonFraudSuspected, "try_again_later": payment.ReasonTryAgainLater,
		"invalid_account": payment.ReasonAccountClosed, "do_not_honor": payment.ReasonGeneric, "brand_new_code": payment.ReasonGeneric,
		"payment_intent_authentication_failure": payment.ReasonAuthentication,
	} {
		body := `{"error":{"type":"card_error","code":"card_declined","decline_code":"` + code + `","message":"no"}}`
		o, err := answering(said{status: 402, body: body}).Authorize(t.Context(), asking())
		require.NoError(t, err)
		require.Equal(t, payment.Outcome{State: payment.StateDeclined, Decline: payment.Decline{Code: code, Reason: want}}, o)
	}
}

// The bank may want the buyer although the card was refused at first.
func TestASoftDeclineAsksTheBuyer(t *testing.T) {
	t.Parallel()
	c := setup(t)
	r := asking()
	r.Details.Token = "pm_card_chargeDeclinedAuthenticationRequired"
	o, err := c.Authorize(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, payment.StateActionRequired, o.State)
	require.Equal(t, payment.Action{Kind: payment.ActionConfirm, ClientSecret: o.Reference + "_secret_1"}, o.Action)
}

// What Stripe says may hold the buyer's secret; what we say never does.
func TestErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	body := `{"error":{"type":"invalid_request_error","message":"no","payment_intent":` + intentWith(t, "status", "canceled") + `}}`
	f := failing(t, answering(said{status: 400, body: body}))
	require.NotContains(t, f.Error(), "secret")
	require.NotContains(t, f.Error(), stripetest.Key)
	f = failing(t, answering(said{status: 200, body: intentWith(t, "status", "weird")}))
	require.NotContains(t, f.Error(), "secret")
	f = failing(t, answering(said{status: 200, body: `{"client_secret":"pi_1_secret_x"`}))
	require.NotContains(t, f.Error(), "secret")
}

func TestRetryAfterIsPassedOn(t *testing.T) {
	t.Parallel()
	body := `{"error":{"type":"invalid_request_error","code":"rate_limit"}}`
	f := failing(t, answering(said{status: 429, body: body, header: map[string]string{"Retry-After": "7"}}))
	require.Equal(t, 7*time.Second, f.RetryAfter)
	require.ErrorIs(t, f, fault.Unavailable)
	for _, odd := range []string{"-1", "soon", "1e9", "99999999999999999999"} {
		require.Zero(t, failing(t, answering(said{status: 429, body: body, header: map[string]string{"Retry-After": odd}})).RetryAfter, odd)
	}
}

// An unusable key is told by the first call, before anything is sent.
func TestKeysOfTheOtherModeAreNotUsed(t *testing.T) {
	t.Parallel()
	never := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("sent")
	})}
	for _, row := range []struct {
		key  string
		live bool
	}{{"", false}, {"sk_live_1", false}, {"sk_test_1", true}, {"rk_live_1", false}, {"sk_test_1\n", false}, {"sk test", false}, {"sk_test_é", false}} {
		p := stripe.New(row.key, &stripe.Options{HTTPClient: never, Live: row.live})
		f := failing(t, p)
		require.Equal(t, payment.ClassAuth, f.Class, row.key)
		require.NotContains(t, f.Error(), "sent")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A read that fails before a call that moves money proves that nothing moved.
func TestAReadBeforeTheCallIsTransient(t *testing.T) {
	t.Parallel()
	lost := false
	c := opened(t, stripetest.Options{Lost: func() bool { return lost }})
	r := asking()
	r.Capture = true
	o, err := c.Authorize(t.Context(), r)
	require.NoError(t, err)
	lost = true
	_, err = c.Refund(t.Context(), payment.RefundRequest{Key: "k", Payment: r.Payment, Refund: "re_1", Reference: o.Reference, Amount: r.Amount})
	requireClass(t, payment.ClassTransient, err)
	_, err = c.Capture(t.Context(), payment.CaptureRequest{Key: "k", Payment: r.Payment, Reference: o.Reference, Amount: r.Amount, Final: true})
	requireClass(t, payment.ClassTransient, err)
	_, err = c.Void(t.Context(), payment.VoidRequest{Key: "k", Payment: r.Payment, Reference: o.Reference})
	requireClass(t, payment.ClassTransient, err)
	_, err = c.Lookup(t.Context(), payment.LookupRequest{Operation: payment.OpAuthorize, Payment: r.Payment, Reference: o.Reference})
	requireClass(t, payment.ClassUnknown, err)
	require.Equal(t, 1, c.sim.Calls())
}

// What is changed on the way is noticed: the answer of a capture or refund that
// is about something else.
func TestAnswersAboutSomethingElse(t *testing.T) {
	t.Parallel()
	for _, change := range [][2]string{
		{`"kontor_payment":"py_1"`, `"kontor_payment":"py_9"`},
		{`"id":"pi_sim_1"`, `"id":"pi_sim_9"`},
		{`"status":"succeeded"`, `"status":"odd"`},
		{`"amount_received":1000`, `"amount_received":0`},
	} {
		c := opened(t, stripetest.Options{})
		r := asking()
		o, err := c.Authorize(t.Context(), r)
		require.NoError(t, err)
		p := tampered(c, "/capture", change)
		_, err = p.Capture(t.Context(), payment.CaptureRequest{Key: "c", Payment: r.Payment, Reference: o.Reference, Amount: r.Amount, Final: true})
		requireClass(t, payment.ClassUnknown, err, "%v", change)
	}
	for _, change := range [][2]string{
		{`"kontor_key":"r"`, `"kontor_key":"other"`},
		{`"payment_intent":"pi_sim_1"`, `"payment_intent":"pi_sim_9"`},
		{`"status":"succeeded"`, `"status":"odd"`},
		{`"amount":1000`, `"amount":0`},
		{`"object":"refund"`, `"object":"charge"`},
		{`"currency":"eur"`, `"currency":"zzz"`},
	} {
		c := opened(t, stripetest.Options{})
		r := asking()
		r.Capture = true
		o, err := c.Authorize(t.Context(), r)
		require.NoError(t, err)
		_, err = tampered(c, "/refunds", change).Refund(t.Context(), payment.RefundRequest{
			Key: "r", Payment: r.Payment, Refund: "re_1", Reference: o.Reference, Amount: r.Amount,
		})
		requireClass(t, payment.ClassUnknown, err, "%v", change)
	}
}

// tampered is the same account behind a line that changes the answers of some
// calls.
func tampered(c *counter, path string, change [2]string) *stripe.Provider {
	return stripe.New(stripetest.Key, &stripe.Options{Clock: c.clock, HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := c.sim.RoundTrip(r)
		if err != nil || r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, path) {
			return resp, err
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(body, []byte(change[0])) {
			return nil, errors.New("nothing to change")
		}
		resp.Body = io.NopCloser(bytes.NewReader(bytes.ReplaceAll(body, []byte(change[0]), []byte(change[1]))))
		return resp, nil
	})}})
}
