package stripetest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/payment"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// account is a simulator with a clock that is moved by hand.
type account struct {
	*stripetest.Simulator
	clock *clock.Manual
}

func opened(o stripetest.Options) account {
	clk := clock.NewManual(noon())
	o.Clock = clk
	return account{stripetest.New(&o), clk}
}

// answer is what came back.
type answer struct {
	status   int
	raw      string
	body     map[string]any
	replayed bool
}

// at reads a field by its path.
func (a answer) at(path string) any {
	var v any = a.body
	for part := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[part]
	}
	return v
}

func send(t *testing.T, s *stripetest.Simulator, r *http.Request) answer {
	t.Helper()
	resp, err := s.Client().Do(r)
	require.NoError(t, err)
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	a := answer{status: resp.StatusCode, raw: string(raw), replayed: resp.Header.Get("Idempotent-Replayed") == "true"}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		require.NoError(t, json.Unmarshal(raw, &a.body))
	}
	return a
}

func post(t *testing.T, s *stripetest.Simulator, path, key, form string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.stripe.com/v1/"+path, strings.NewReader(form))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+stripetest.Key)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return send(t, s, r)
}

func get(t *testing.T, s *stripetest.Simulator, path string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.stripe.com/v1/"+path, http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+stripetest.Key)
	return send(t, s, r)
}

const (
	promised = "amount=1000&currency=eur&capture_method=manual&confirm=true&payment_method=pm_card_visa"
	taken    = "amount=1000&currency=eur&capture_method=automatic&confirm=true&payment_method=pm_card_visa"
)

func TestAKeyIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{})
	first := post(t, s.Simulator, "payment_intents", "k", promised)
	require.Equal(t, 200, first.status)
	require.False(t, first.replayed)
	again := post(t, s.Simulator, "payment_intents", "k", promised)
	require.True(t, again.replayed)
	require.Equal(t, first.raw, again.raw, "byte for byte")

	other := post(t, s.Simulator, "payment_intents", "k", strings.Replace(promised, "1000", "1001", 1))
	require.Equal(t, 400, other.status)
	require.Equal(t, "idempotency_error", other.at("error.type"))
	elsewhere := post(t, s.Simulator, "payment_intents/pi_sim_1/capture", "k", "")
	require.Equal(t, "idempotency_error", elsewhere.at("error.type"))
	require.Len(t, s.Books(), 1)
	require.Equal(t, []string{"key k used with other parameters", "key k used with other parameters"}, s.Violations())

	s.clock.Advance(24*time.Hour - time.Microsecond)
	require.True(t, post(t, s.Simulator, "payment_intents", "k", promised).replayed)
	s.clock.Advance(time.Microsecond)
	require.False(t, post(t, s.Simulator, "payment_intents", "k", promised).replayed, "after a day the key is new")
	require.Len(t, s.Books(), 2)
}

func TestDeclinesAreRemembered(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{})
	form := strings.Replace(promised, "pm_card_visa", "pm_card_chargeDeclined", 1)
	first := post(t, s.Simulator, "payment_intents", "k", form)
	require.Equal(t, 402, first.status)
	require.Equal(t, "requires_payment_method", first.at("error.payment_intent.status"))
	require.Equal(t, first.raw, post(t, s.Simulator, "payment_intents", "k", form).raw)
}

func TestWhatWasNotExecutedIsNotRemembered(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{Plan: func(n int, _ stripetest.Call) stripetest.Plan {
		return stripetest.Plan{Reply: []stripetest.Reply{stripetest.RateLimited, stripetest.Locked, stripetest.Unavailable, stripetest.OK, stripetest.OK}[n]}
	}})
	for _, status := range []int{429, 429, 503} {
		require.Equal(t, status, post(t, s.Simulator, "payment_intents", "k", promised).status)
	}
	require.Equal(t, "parameter_unknown", post(t, s.Simulator, "payment_intents", "k", promised+"&amuont=1").at("error.code"))
	require.Empty(t, s.Books())
	done := post(t, s.Simulator, "payment_intents", "k", promised)
	require.Equal(t, 200, done.status)
	require.False(t, done.replayed)
}

func TestAServerErrorIsRememberedWithItsEffectOrWithout(t *testing.T) {
	t.Parallel()
	for _, effect := range []bool{true, false} {
		s := opened(stripetest.Options{Plan: func(n int, _ stripetest.Call) stripetest.Plan {
			if n > 0 {
				return stripetest.Plan{}
			}
			return stripetest.Plan{Reply: stripetest.ServerError, NoEffect: !effect}
		}})
		for range 3 {
			require.Equal(t, 500, post(t, s.Simulator, "payment_intents", "k", promised).status)
		}
		require.Equal(t, effect, len(s.Books()) == 1)
	}
}

func TestARepeatOfARunningCallIsRefused(t *testing.T) {
	t.Parallel()
	running, done := make(chan struct{}), make(chan struct{})
	s := opened(stripetest.Options{Plan: func(n int, _ stripetest.Call) stripetest.Plan {
		if n > 0 {
			return stripetest.Plan{}
		}
		return stripetest.Plan{Wait: func() { close(running); <-done }}
	}})
	var wg sync.WaitGroup
	var first answer
	wg.Go(func() { first = post(t, s.Simulator, "payment_intents", "k", promised) })
	<-running
	second := post(t, s.Simulator, "payment_intents", "k", promised)
	require.Equal(t, 409, second.status)
	require.Equal(t, "idempotency_key_in_use", second.at("error.code"))
	other := post(t, s.Simulator, "payment_intents", "k2", promised)
	require.Equal(t, 200, other.status, "others go on")
	close(done)
	wg.Wait()
	require.Equal(t, 200, first.status)
	require.Equal(t, first.raw, post(t, s.Simulator, "payment_intents", "k", promised).raw)
}

func TestStatesOfAPaymentIntent(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{})
	id := fmt.Sprint(post(t, s.Simulator, "payment_intents", "a", promised).at("id"))
	require.Equal(t, "amount_too_large", post(t, s.Simulator, "payment_intents/"+id+"/capture", "b", "amount_to_capture=1001").at("error.code"))
	c := post(t, s.Simulator, "payment_intents/"+id+"/capture", "c", "amount_to_capture=400")
	require.Equal(t, "succeeded", c.at("status"))
	require.InDelta(t, 400, c.at("amount_received"), 0)
	for _, verb := range []string{"capture", "cancel", "confirm"} {
		r := post(t, s.Simulator, "payment_intents/"+id+"/"+verb, verb, "")
		require.Equal(t, "payment_intent_unexpected_state", r.at("error.code"), verb)
		require.Equal(t, "succeeded", r.at("error.payment_intent.status"))
	}
	require.Equal(t, "resource_missing", post(t, s.Simulator, "payment_intents/pi_none/capture", "d", "").at("error.code"))
	require.Equal(t, 400, post(t, s.Simulator, "payment_intents", "e", strings.Replace(promised, "pm_card_visa", "pm_none", 1)).status)
	require.Equal(t, "return_url", post(t, s.Simulator, "payment_intents", "f", promised+"&automatic_payment_methods[enabled]=true").at("error.param"))
}

func TestRefundsNeverExceedWhatCame(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{})
	id := fmt.Sprint(post(t, s.Simulator, "payment_intents", "a", taken).at("id"))
	back := func(key, amount string) answer {
		return post(t, s.Simulator, "refunds", key, "payment_intent="+id+"&amount="+amount)
	}
	require.Equal(t, "amount", back("b", "1001").at("error.param"))
	require.Equal(t, "succeeded", back("c", "400").at("status"))
	require.Equal(t, "amount", back("d", "601").at("error.param"))
	require.Equal(t, "succeeded", back("e", "600").at("status"))
	require.Equal(t, "charge_already_refunded", back("f", "1").at("error.code"))
	require.Equal(t, []stripetest.Entry{{ID: id, Status: "succeeded", Currency: "eur", Captured: 1000, Refunded: 1000}}, s.Books())
	require.Empty(t, s.Violations())
	require.Len(t, get(t, s.Simulator, "refunds?payment_intent="+id).at("data"), 2)
	require.Equal(t, "re_sim_2", get(t, s.Simulator, "refunds/re_sim_2").at("id"))
	require.Equal(t, 404, get(t, s.Simulator, "refunds/re_none").status)
}

func TestPromisesLapseByTheClock(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{Hold: time.Hour})
	id := fmt.Sprint(post(t, s.Simulator, "payment_intents", "a", promised).at("id"))
	s.Notices()
	s.clock.Advance(time.Hour)
	require.Equal(t, "automatic", get(t, s.Simulator, "payment_intents/"+id).at("cancellation_reason"))
	ns := s.Notices()
	require.Len(t, ns, 1)
	require.Contains(t, string(ns[0].Body), "payment_intent.canceled")
}

func TestTheSearchIsBehindAndTheListIsNot(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{})
	post(t, s.Simulator, "payment_intents", "a", promised+"&metadata[kontor_payment]=py_1")
	search := "payment_intents/search?query=" + url.QueryEscape("metadata['kontor_payment']:'py_1'")
	require.Empty(t, get(t, s.Simulator, search).at("data"))
	require.Len(t, get(t, s.Simulator, "payment_intents").at("data"), 1)
	s.clock.Advance(time.Minute)
	require.Len(t, get(t, s.Simulator, search).at("data"), 1)
	require.Equal(t, 400, get(t, s.Simulator, "payment_intents/search?query=odd").status)
}

func TestListsHavePages(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{})
	for i := range 5 {
		post(t, s.Simulator, "payment_intents", strconv.Itoa(i), promised)
		s.clock.Advance(time.Minute)
	}
	var ids []any
	after := ""
	for range 3 {
		page := get(t, s.Simulator, "payment_intents?limit=2"+after)
		data, _ := page.at("data").([]any)
		for _, x := range data {
			ids = append(ids, x.(map[string]any)["id"])
		}
		require.Equal(t, len(ids) < 5, page.at("has_more"))
		after = fmt.Sprint("&starting_after=", ids[len(ids)-1])
	}
	require.Equal(t, []any{"pi_sim_5", "pi_sim_4", "pi_sim_3", "pi_sim_2", "pi_sim_1"}, ids)
	since := fmt.Sprint("payment_intents?created[gte]=", noon().Add(3*time.Minute).Unix())
	require.Len(t, get(t, s.Simulator, since).at("data"), 2)
}

func TestNoticesAreCopiedDroppedAndEarly(t *testing.T) {
	t.Parallel()
	var plan stripetest.Plan
	s := opened(stripetest.Options{Plan: func(int, stripetest.Call) stripetest.Plan { return plan }})
	plan = stripetest.Plan{Copies: 2}
	post(t, s.Simulator, "payment_intents", "a", promised)
	require.Len(t, s.Notices(), 9)
	require.Empty(t, s.Notices())
	plan = stripetest.Plan{Drop: true}
	post(t, s.Simulator, "payment_intents", "b", promised)
	require.Empty(t, s.Notices())
	early := 0
	plan = stripetest.Plan{Drop: true, Early: func(n payment.Notice) {
		early++
		require.NotEmpty(t, n.Body)
		require.NotEmpty(t, s.Books(), "no lock is held")
	}}
	post(t, s.Simulator, "payment_intents", "c", promised)
	require.Equal(t, 3, early)
}

func TestTheBuyer(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{})
	act := func(key, method string) string {
		return fmt.Sprint(post(t, s.Simulator, "payment_intents", key, strings.Replace(promised, "pm_card_visa", method, 1)).at("id"))
	}
	status := func(id string) any { return get(t, s.Simulator, "payment_intents/"+id).at("status") }
	id := act("a", "pm_card_authenticationRequired")
	require.Equal(t, "requires_action", status(id))
	require.True(t, s.Authenticate(id))
	require.False(t, s.Authenticate(id), "once")
	require.Equal(t, "requires_capture", status(id))
	id = act("b", "pm_card_authenticationRequired")
	require.True(t, s.Fail(id))
	require.Equal(t, "requires_payment_method", status(id))
	require.True(t, s.Pay(id, "pm_card_visa"))
	require.Equal(t, "requires_capture", status(id))
	id = act("c", "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
	require.True(t, s.Authenticate(id))
	require.Equal(t, "insufficient_funds", get(t, s.Simulator, "payment_intents/"+id).at("last_payment_error.decline_code"))
	for key, settle := range map[string]func(string) bool{"succeeds": s.Settle, "fails": s.Reject} {
		id = act(key, "pm_usBankAccount")
		require.Equal(t, "processing", status(id))
		require.True(t, settle(id))
		require.False(t, settle(id))
		require.NotEqual(t, "processing", status(id))
	}
	require.False(t, s.Pay("pi_none", "pm_card_visa"))
	require.False(t, s.Settle("re_none"))
}

func TestOnlyTheKeyOfTheAccountOpensIt(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{Live: true, Account: "acct_1"})
	require.Equal(t, 401, post(t, s.Simulator, "payment_intents", "a", promised).status)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.stripe.com/v1/payment_intents", http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+stripetest.LiveKey)
	require.Equal(t, 403, send(t, s.Simulator, r).status)
	r.Header.Set("Stripe-Account", "acct_1")
	require.Equal(t, 200, send(t, s.Simulator, r).status)
}

// A shop whose simulator is started anew must not take its ids for those of the
// one before.
func TestTheNameIsInAllIDs(t *testing.T) {
	t.Parallel()
	s := opened(stripetest.Options{Name: "monday"})
	pi := post(t, s.Simulator, "payment_intents", "k", promised)
	require.Equal(t, "pi_monday_1", pi.at("id"), pi.raw)
	require.Equal(t, "ch_monday_1", pi.at("latest_charge"))
}
