package main

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/kontor-go/kontor/examples/internal/answer"
	"github.com/kontor-go/kontor/kernel/fault"
)

// maxBody is the largest body of a request: 1 MiB.
const maxBody = 1 << 20

// Errors of the host itself. They have kinds as those of the engine do, so one
// table turns both into HTTP.
var (
	errForeignPage = fault.New(fault.Denied, "cross_origin", "Requests from other sites are refused.")
	errNotJSON     = fault.New(fault.Invalid, "not_json", "The body must be one JSON document of type application/json.")
)

// reply is an answer that is not an error.
type reply struct {
	status int
	body   any // nil for none
}

// public serves an action that anybody may ask for.
func (h *host) public(do func(w http.ResponseWriter, r *http.Request) (reply, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		a, err := do(w, r)
		if err != nil {
			h.refuse(w, r, err)
			return
		}
		h.write(w, r, a)
	})
}

// private serves an action of a user who is signed in.
func (h *host) private(do func(r *http.Request, u user) (reply, error)) http.Handler {
	return h.public(func(_ http.ResponseWriter, r *http.Request) (reply, error) {
		u, err := h.whoIs(r)
		if err != nil {
			return reply{}, err
		}
		return do(r, u)
	})
}

func (h *host) write(w http.ResponseWriter, r *http.Request, a reply) {
	w.Header().Set("Cache-Control", "no-store")
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(a.status)
	if err := json.NewEncoder(w).Encode(a.body); err != nil {
		h.logger.WarnContext(r.Context(), "an answer was not sent", "route", r.Pattern, "error", err)
	}
}

// problem is an error as clients see it.
type problem struct {
	Kind   fault.Kind    `json:"kind"`
	Code   string        `json:"code"`
	Text   string        `json:"text"`
	Fields []fault.Field `json:"fields,omitempty"`
	// Retry says that the same request may work in a moment.
	Retry bool `json:"retry,omitempty"`
}

func problemOf(err error) problem {
	f := fault.Of(err)
	return problem{Kind: f.Kind, Code: f.Code, Text: f.Text, Fields: f.Fields, Retry: fault.Retryable(err)}
}

// refuse answers with an error: its kind decides the status, and its public
// text is all that is told. What lies behind it goes to the log.
func (h *host) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		h.logger.ErrorContext(r.Context(), "a request failed", "route", r.Pattern, "error", err)
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	h.write(w, r, reply{status, struct {
		Error problem `json:"error"`
	}{problemOf(err)}})
}

// statusOf maps what went wrong to HTTP.
func statusOf(err error) int {
	if errors.Is(err, errSignedOut) || errors.Is(err, errWrongPassword) {
		return http.StatusUnauthorized
	}
	return answer.Status(err)
}

// read decodes the body of a request: one JSON document with known fields.
func read[T any](r *http.Request) (T, error) {
	var in T
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return in, errNotJSON
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(&in)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.Join(errors.New("something follows the document"), more)
		}
	}
	if err == nil {
		return in, nil
	}
	if _, ok := errors.AsType[fault.Carrier](err); ok { // an amount, an id
		return in, err
	}
	return in, errNotJSON.Because(err)
}
