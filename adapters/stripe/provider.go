package stripe

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/payment"
)

// Options are everything about a Provider that has a default. The zero value
// is a shop in test mode that takes no notices.
type Options struct {
	// HTTPClient makes the calls. Its redirect policy is not used, because a
	// call that moves money follows none. Defaults to a client of its own that
	// waits 5 s for a connection and 30 s in all and uses no proxy.
	HTTPClient *http.Client
	// BaseURL is where Stripe is. Defaults to https://api.stripe.com.
	BaseURL string
	// WebhookSecrets are the signing secrets of the webhook endpoint
	// ("whsec_..."): more than one while a secret is being replaced. Defaults
	// to none, and then every notice is refused. An empty one is never used.
	WebhookSecrets []string
	// Account is the connected account on whose behalf the calls are made
	// ("acct_..."). Notices of any other account are refused. Defaults to the
	// account the key belongs to.
	Account string
	// Live says that real money moves. A key, an object or a notice of the
	// other mode is refused, so that a test card never pays a real order.
	// Defaults to test mode.
	Live bool
	// Clock tells the time. Defaults to the system's.
	Clock clock.Clock
	// Tolerance is how far the time of a notice may be from the time it came,
	// in either direction. Defaults to 5 minutes.
	Tolerance time.Duration
}

// Provider takes money through one Stripe account. It is safe for concurrent
// use and keeps nothing.
type Provider struct {
	key       string
	http      http.Client
	url       string
	secrets   []string
	account   string
	live      bool
	clock     clock.Clock
	tolerance time.Duration
}

var (
	_ payment.Provider      = (*Provider)(nil)
	_ payment.Capturer      = (*Provider)(nil)
	_ payment.Voider        = (*Provider)(nil)
	_ payment.Refunder      = (*Provider)(nil)
	_ payment.KeyKeeper     = (*Provider)(nil)
	_ payment.NoticeDecoder = (*Provider)(nil)
)

const (
	defaultURL       = "https://api.stripe.com"
	defaultTolerance = 5 * time.Minute
	callTimeout      = 30 * time.Second
	dialTimeout      = 5 * time.Second
)

// New returns a Provider for the account of a secret or restricted key
// ("sk_test_...", "rk_live_..."). opt may be nil. It makes no call: a key that
// cannot be used is told by the first one, with payment.ClassAuth.
func New(key string, opt *Options) *Provider {
	var o Options
	if opt != nil {
		o = *opt
	}
	p := &Provider{
		key: key, url: strings.TrimSuffix(o.BaseURL, "/"), secrets: append([]string(nil), o.WebhookSecrets...),
		account: o.Account, live: o.Live, clock: o.Clock, tolerance: o.Tolerance,
	}
	if p.url == "" {
		p.url = defaultURL
	}
	if p.clock == nil {
		p.clock = clock.System()
	}
	if p.tolerance <= 0 {
		p.tolerance = defaultTolerance
	}
	if o.HTTPClient != nil {
		p.http = *o.HTTPClient
	}
	if p.http.Transport == nil {
		p.http.Transport = transport()
	}
	if p.http.Timeout == 0 {
		p.http.Timeout = callTimeout
	}
	p.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return p
}

func transport() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: dialTimeout, KeepAlive: callTimeout}).DialContext,
		TLSHandshakeTimeout: dialTimeout,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     90 * time.Second,
	}
}

// KeyWindow is 23 hours for every operation: Stripe remembers a key for at
// least 24 hours from the first call, and a call takes time.
func (p *Provider) KeyWindow(payment.Operation) time.Duration { return 23 * time.Hour }
