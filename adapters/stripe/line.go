package stripe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/paymentintent"
	"github.com/stripe/stripe-go/v76/refund"

	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/payment"
)

// maxAnswer is the largest answer that is read, in bytes.
const maxAnswer = 5 << 20

var (
	errTooLong    = errors.New("stripe: the answer is longer than 5 MiB")
	errUnreadable = errors.New("stripe: the answer cannot be read")
	errElsewhere  = errors.New("stripe: the answer is about something else")
	errMode       = errors.New("stripe: the key is not of the mode that the options say")
	errNoKey      = errors.New("stripe: no key")
)

// talk is one operation: a client of its own, so that what happened on the
// line is known of this operation alone.
type talk struct {
	p    *Provider
	op   payment.Operation
	line line

	intents paymentintent.Client
	refunds refund.Client
}

// begin refuses what must not or cannot be sent, and returns a talk.
func (p *Provider) begin(ctx context.Context, op payment.Operation) (*talk, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, &payment.Failure{Class: payment.ClassTransient, Operation: op, Err: err}
	}
	if err := checkMode(p.key, p.live); err != nil {
		return nil, &payment.Failure{Class: payment.ClassAuth, Operation: op, Err: err}
	}
	t := &talk{p: p, op: op, line: line{next: p.http.Transport}}
	hc := p.http
	hc.Transport = &t.line
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL: new(p.url), HTTPClient: &hc,
		MaxNetworkRetries: new(int64(0)), EnableTelemetry: new(false),
		LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
	})
	t.intents = paymentintent.Client{B: backend, Key: p.key}
	t.refunds = refund.Client{B: backend, Key: p.key}
	return t, nil
}

// params are what every call carries. A key is for calls that change
// something.
func (t *talk) params(ctx context.Context, key string) stripe.Params {
	p := stripe.Params{Context: ctx}
	if key != "" {
		p.IdempotencyKey = new(key)
	}
	if t.p.account != "" {
		p.StripeAccount = new(t.p.account)
	}
	return p
}

// list is params for lists: one page at a time.
func (t *talk) list(ctx context.Context) stripe.ListParams {
	p := stripe.ListParams{Context: ctx, Limit: new(int64(pageSize)), Single: true}
	if t.p.account != "" {
		p.StripeAccount = new(t.p.account)
	}
	return p
}

// line carries the calls of one talk, one after the other. Of the last one it
// keeps the facts that decide whether it may have been executed.
type line struct {
	next http.RoundTripper

	sent      *sent
	status    int
	requestID string
	after     time.Duration
}

// sent is how far a call got.
type sent struct{ asked, connected atomic.Bool }

// RoundTrip passes a request on and notes what became of it.
func (l *line) RoundTrip(req *http.Request) (*http.Response, error) {
	now := &sent{}
	l.sent, l.status, l.requestID, l.after = now, 0, "", 0
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { now.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { now.connected.Store(true) },
	}
	req = req.Clone(httptrace.WithClientTrace(req.Context(), trace))
	req.Header.Del("X-Stripe-Client-User-Agent") // it tells the name of the machine
	resp, err := l.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	l.status, l.requestID = resp.StatusCode, resp.Header.Get("Request-Id")
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		l.after = min(time.Duration(s)*time.Second, 24*time.Hour)
	}
	resp.Body = &capped{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

// unsent reports whether it is proved that nothing left: no connection was
// there to send it on.
func (l *line) unsent(err error) bool {
	if l.sent == nil {
		return true
	}
	if l.sent.connected.Load() {
		return false
	}
	refused, ok := errors.AsType[*net.OpError](err)
	return l.sent.asked.Load() || ok && refused.Op == "dial"
}

// ok reports whether the last answer says that the call was done.
func (l *line) ok() bool { return l.status >= 200 && l.status < 300 }

// capped is a body that ends with an error where it is too long.
type capped struct {
	io.ReadCloser
	left int
}

// Read reads at most what is left.
func (c *capped) Read(p []byte) (int, error) {
	if len(p) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.ReadCloser.Read(p)
	if n > c.left {
		return 0, errTooLong
	}
	c.left -= n
	return n, err
}

// unreadable is the error for an answer that says nothing.
func (l *line) unreadable() error { return fmt.Errorf("%w: status %d", errUnreadable, l.status) }
