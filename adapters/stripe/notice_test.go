package stripe_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	library "github.com/stripe/stripe-go/v76/webhook"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/payment"
)

// event is the body of a notice.
func event(kind, more, object string) []byte {
	return fmt.Appendf(nil, `{"id":"evt_1","object":"event","api_version":"2031-01-01.future","type":%q,"livemode":false%s,"data":{"object":%s}}`,
		kind, more, object)
}

const ourIntent = `{"id":"pi_1","object":"payment_intent","metadata":{"kontor_payment":"py_1"}}`

func TestNotices(t *testing.T) {
	t.Parallel()
	read := func(body []byte) ([]payment.Hint, error) {
		p := stripe.New(stripetest.Key, &stripe.Options{WebhookSecrets: []string{stripetest.Secret}})
		return p.DecodeNotice(signed(body, noon()))
	}
	for name, row := range map[string]struct {
		kind, object string
		want         []payment.Hint
	}{
		"a payment intent": {
			"payment_intent.succeeded", ourIntent,
			[]payment.Hint{{Event: "evt_1", Payment: "py_1", Reference: "pi_1"}},
		},
		"an event of a payment intent that is new": {
			"payment_intent.dreamt_of", ourIntent,
			[]payment.Hint{{Event: "evt_1", Payment: "py_1", Reference: "pi_1"}},
		},
		"a charge has the metadata of its payment intent": {
			"charge.refunded", `{"id":"ch_1","object":"charge","metadata":{"kontor_payment":"py_1"}}`,
			[]payment.Hint{{Event: "evt_1", Payment: "py_1"}},
		},
		"a refund": {
			"refund.updated", `{"id":"re_1","object":"refund","metadata":{"kontor_payment":"py_1","kontor_refund":"re_x"}}`,
			[]payment.Hint{{Event: "evt_1", Payment: "py_1", Refund: "re_x"}},
		},
		"a refund, as it was called before": {
			"charge.refund.updated", `{"id":"re_1","metadata":{"kontor_payment":"py_1","kontor_refund":"re_x"}}`,
			[]payment.Hint{{Event: "evt_1", Payment: "py_1", Refund: "re_x"}},
		},
		"a refund that was made at Stripe's desk": {"refund.created", `{"id":"re_1","metadata":{}}`, nil},
		"somebody else's payment intent":          {"payment_intent.succeeded", `{"id":"pi_1","metadata":{"order":"7"}}`, nil},
		"a dispute":                               {"charge.dispute.created", `{"id":"dp_1","metadata":{}}`, nil},
		"an event nobody knows":                   {"moon.rose", `{"id":7,"metadata":"full"}`, nil},
		"no object":                               {"payment_intent.succeeded", `null`, nil},
		"an object of another shape":              {"payment_intent.succeeded", `[1,2]`, nil},
		"a name too long": {
			"payment_intent.succeeded", `{"id":"` + strings.Repeat("x", 300) + `","metadata":{"kontor_payment":"py_1"}}`, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hints, err := read(event(row.kind, "", row.object))
			require.NoError(t, err)
			require.Equal(t, row.want, hints)
		})
	}
	for name, row := range map[string]struct {
		body []byte
		want payment.Class
	}{
		"no JSON":             {[]byte("hello"), payment.ClassInvalid},
		"no id":               {[]byte(`{"type":"payment_intent.succeeded","livemode":false}`), payment.ClassInvalid},
		"an id too long":      {[]byte(`{"id":"` + strings.Repeat("e", 300) + `"}`), payment.ClassInvalid},
		"too long":            {make([]byte, payment.MaxNotice+1), payment.ClassInvalid},
		"another account":     {event("payment_intent.succeeded", `,"account":"acct_2"`, ourIntent), payment.ClassAuth},
		"the other mode":      {[]byte(`{"id":"evt_1","type":"x","livemode":true}`), payment.ClassAuth},
		"a mode that is text": {[]byte(`{"id":"evt_1","type":"x","livemode":"false"}`), payment.ClassInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read(row.body)
			requireClass(t, row.want, err, "%v", err)
		})
	}
}

func signed(body []byte, at time.Time) payment.Notice {
	return payment.Notice{
		Header: map[string][]string{"Stripe-Signature": {stripetest.Sign(body, stripetest.Secret, at)}}, Body: body, At: at,
	}
}

// A notice of the account that the shop acts for, and of no other.
func TestNoticesOfAConnectedAccount(t *testing.T) {
	t.Parallel()
	p := stripe.New(stripetest.Key, &stripe.Options{WebhookSecrets: []string{stripetest.Secret}, Account: "acct_1"})
	hints, err := p.DecodeNotice(signed(event("payment_intent.succeeded", `,"account":"acct_1"`, ourIntent), noon()))
	require.NoError(t, err)
	require.Equal(t, "acct_1", hints[0].Account)
	for _, other := range []string{"", `,"account":"acct_2"`} {
		_, err = p.DecodeNotice(signed(event("payment_intent.succeeded", other, ourIntent), noon()))
		requireClass(t, payment.ClassAuth, err)
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	body := event("payment_intent.succeeded", "", ourIntent)
	good := stripetest.Sign(body, stripetest.Secret, noon())
	stamp, sum, _ := strings.Cut(good, ",v1=")
	other := stripetest.Sign(body, "whsec_other", noon())
	_, otherSum, _ := strings.Cut(other, ",v1=")
	empty := stripetest.Sign(body, "", noon())
	for name, row := range map[string]struct {
		header  []string
		secrets []string
		at      time.Time
		body    []byte
		ok      bool
	}{
		"right":                          {header: []string{good}, ok: true},
		"among several":                  {header: []string{stamp + ",v1=" + otherSum + ",v1=" + sum}, ok: true},
		"beside an unknown scheme":       {header: []string{stamp + ",v0=00,v1=" + sum + ",v9=zz"}, ok: true},
		"by the second secret":           {header: []string{good}, secrets: []string{"whsec_new", stripetest.Secret}, ok: true},
		"five minutes late":              {header: []string{good}, at: noon().Add(5 * time.Minute), ok: true},
		"five minutes early":             {header: []string{good}, at: noon().Add(-5 * time.Minute), ok: true},
		"later":                          {header: []string{good}, at: noon().Add(5*time.Minute + time.Second)},
		"earlier":                        {header: []string{good}, at: noon().Add(-5*time.Minute - time.Second)},
		"none":                           {},
		"two headers":                    {header: []string{good, good}},
		"empty":                          {header: []string{""}},
		"garbage":                        {header: []string{"v1=,t=,,,==,"}},
		"by another secret":              {header: []string{other}},
		"by no secret":                   {header: []string{empty}, secrets: []string{""}},
		"no secrets":                     {header: []string{good}, secrets: []string{}},
		"only the old scheme":            {header: []string{stamp + ",v0=" + sum}},
		"no time":                        {header: []string{"v1=" + sum}},
		"two times":                      {header: []string{stamp + ",t=1,v1=" + sum}},
		"two times, the last one right":  {header: []string{"t=1," + good}},
		"another time":                   {header: []string{"t=1,v1=" + sum}},
		"a time that is none":            {header: []string{"t=noon,v1=" + sum}},
		"a time with a sign":             {header: []string{"t=+" + stamp[2:] + ",v1=" + sum}},
		"upper case is the same number":  {header: []string{stamp + ",v1=" + strings.ToUpper(sum)}, ok: true},
		"cut short":                      {header: []string{good[:len(good)-2]}},
		"no number":                      {header: []string{stamp + ",v1=zz"}},
		"longer than a header should be": {header: []string{good + "," + strings.Repeat("v1=00,", 1000)}},
		"another body":                   {header: []string{good}, body: append([]byte(" "), body...)},
		"a byte order mark":              {header: []string{good}, body: append([]byte("\xef\xbb\xbf"), body...)},
		"no body":                        {header: []string{good}, body: []byte{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if row.secrets == nil {
				row.secrets = []string{stripetest.Secret}
			}
			if row.at.IsZero() {
				row.at = noon()
			}
			if row.body == nil {
				row.body = body
			}
			p := stripe.New(stripetest.Key, &stripe.Options{WebhookSecrets: row.secrets, Clock: clock.NewManual(row.at)})
			n := payment.Notice{Header: map[string][]string{}, Body: row.body}
			if row.header != nil {
				n.Header["Stripe-Signature"] = row.header
			}
			hints, err := p.DecodeNotice(n)
			if row.ok {
				require.NoError(t, err)
				require.Len(t, hints, 1)
				return
			}
			requireClass(t, payment.ClassAuth, err, "%v", err)
			require.ErrorIs(t, err, fault.Denied)
		})
	}
}

// The header is found however it is written.
func TestHeadersAsTheyCome(t *testing.T) {
	t.Parallel()
	p := stripe.New(stripetest.Key, &stripe.Options{WebhookSecrets: []string{stripetest.Secret}})
	body := event("payment_intent.succeeded", "", ourIntent)
	for _, name := range []string{"Stripe-Signature", "stripe-signature", "STRIPE-SIGNATURE"} {
		_, err := p.DecodeNotice(payment.Notice{
			Header: map[string][]string{name: {stripetest.Sign(body, stripetest.Secret, noon())}}, Body: body, At: noon(),
		})
		require.NoError(t, err, name)
	}
	_, err := p.DecodeNotice(payment.Notice{Header: http.Header{
		"Stripe-Signature": {stripetest.Sign(body, stripetest.Secret, noon())}, "stripe-signature": {"x"},
	}, Body: body, At: noon()})
	requireClass(t, payment.ClassAuth, err)
}

// Stripe's own library is the judge of the scheme.
func TestSignaturesAreThoseOfStripe(t *testing.T) {
	t.Parallel()
	body := event("payment_intent.succeeded", "", ourIntent)
	theirs := library.GenerateTestSignedPayload(&library.UnsignedPayload{Payload: body, Secret: "whsec_1", Timestamp: noon()})
	p := stripe.New(stripetest.Key, &stripe.Options{WebhookSecrets: []string{"whsec_1"}})
	_, err := p.DecodeNotice(payment.Notice{Header: map[string][]string{"Stripe-Signature": {theirs.Header}}, Body: body, At: noon()})
	require.NoError(t, err)

	sim := stripetest.New(&stripetest.Options{Clock: clock.NewManual(noon())})
	q := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: sim.Client()})
	_, err = q.Authorize(t.Context(), asking())
	require.NoError(t, err)
	for _, n := range sim.Notices() {
		require.NoError(t, library.ValidatePayloadIgnoringTolerance(n.Body, n.Header["Stripe-Signature"][0], stripetest.Secret))
	}
}
