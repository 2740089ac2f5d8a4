package stripetest

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// maxRequest is the largest request that is read, in bytes.
const maxRequest = 1 << 20

// page502 is what a broken proxy says.
const page502 = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

// taken apart, a request is a call.
func apart(r *http.Request) (call, []byte, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, maxRequest)); err != nil {
			return call{}, nil, err
		}
		if err := r.Body.Close(); err != nil {
			return call{}, nil, err
		}
	}
	c := call{
		method: r.Method, path: r.URL.Path, key: r.Header.Get("Idempotency-Key"),
		bearer: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), account: r.Header.Get("Stripe-Account"),
		values: r.URL.Query(),
	}
	if r.Method == http.MethodPost {
		v, err := url.ParseQuery(string(body))
		if err != nil {
			return call{}, nil, err
		}
		c.values = v
	}
	return c, body, nil
}

// work serves a request and tells the witness.
func (s *Simulator) work(r *http.Request) (answer, error) {
	c, body, err := apart(r)
	if err != nil {
		return answer{}, err
	}
	a := s.serve(c)
	if s.opt.Witness != nil && a.spoken != nil {
		seen := r.Clone(r.Context())
		seen.Body = io.NopCloser(bytes.NewReader(body))
		s.opt.Witness(Exchange{Request: seen, Status: a.code, Header: a.header.Clone(), Body: a.spoken})
	}
	if a.reply == HTML {
		a.status, a.body, a.header = http.StatusBadGateway, []byte(page502), http.Header{"Content-Type": {"text/html"}}
	}
	if a.reply == Redirect {
		a.status, a.body = http.StatusTemporaryRedirect, nil
		a.header = http.Header{"Location": {"https://elsewhere.example/v1"}}
	}
	return a, nil
}

// RoundTrip makes the simulator a transport: nothing goes over a socket. A
// plan's replies break the line as a real one breaks.
func (s *Simulator) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a, err := s.work(r)
	if err != nil {
		return nil, err
	}
	trace := httptrace.ContextClientTrace(r.Context())
	if trace != nil && trace.GetConn != nil {
		trace.GetConn(r.URL.Host)
	}
	if a.reply == Refused {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	if trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if a.reply == Timeout {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
	}
	if a.reply == Reset {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	var body io.Reader = bytes.NewReader(a.body)
	if a.reply == Truncated {
		body = io.MultiReader(bytes.NewReader(a.body[:len(a.body)/2]), cut{})
	}
	return &http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(body), ContentLength: -1, Request: r,
	}, nil
}

// cut is the end of a line that broke.
type cut struct{}

// Read fails.
func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// ServeHTTP makes the simulator a handler. Refused can only break the line
// there, and Timeout waits until the caller has gone.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := s.work(r)
	if err != nil {
		http.Error(w, "cannot be read", http.StatusBadRequest)
		return
	}
	if a.reply == Timeout {
		<-r.Context().Done()
		return
	}
	if a.reply == Reset || a.reply == Refused {
		hangUp(w)
		return
	}
	maps.Copy(w.Header(), a.header)
	body := a.body
	if a.reply == Truncated {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	}
	w.WriteHeader(a.status)
	if _, err := w.Write(body); err != nil {
		return
	}
}

// hangUp closes the connection without a word.
func hangUp(w http.ResponseWriter) {
	h, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	conn, _, err := h.Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok && tcp.SetLinger(0) != nil {
		return
	}
	_ = conn.Close()
}
