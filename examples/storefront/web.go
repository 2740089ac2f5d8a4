package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/a-h/templ"

	"github.com/kontor-go/kontor/examples/internal/answer"
	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/fault"
)

// maxForm is the largest body of a form: 64 KiB.
const maxForm = 64 << 10

// Errors of the host itself. They have kinds as those of the engine do, so one
// table turns both into pages.
var (
	errNoPage      = fault.New(fault.NotFound, "page_not_found", "There is no such page.")
	errForeignPage = fault.New(fault.Denied, "cross_origin", "Requests from other sites are refused.")
	errOldForm     = fault.New(fault.Denied, "old_form", "This form is too old. Please go back, load the page again and repeat.")
	errBadForm     = fault.New(fault.Invalid, "bad_form", "This form cannot be read.")
)

// action answers a request, or says why not.
type action func(w http.ResponseWriter, r *http.Request, v *visit) error

// safe sets what browsers must not do with any answer, and turns a panic into
// an error page.
func (s *site) safe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, h := r.Context(), w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
			"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		defer func() {
			if p := recover(); p != nil {
				s.logger.ErrorContext(ctx, "a page panicked", "route", r.Pattern, "panic", p, "stack", string(debug.Stack()))
				http.Error(w, "Something went wrong here. It was written down.", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// page serves something that only reads.
func (s *site) page(do action) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		v := s.visitOf(w, r)
		if err := do(w, r, v); err != nil {
			s.refuse(w, r, v, err)
		}
	})
}

// form serves something that changes things: a form of ours, filled in by the
// visitor to whom it was given.
func (s *site) form(do action) http.Handler {
	return s.page(func(w http.ResponseWriter, r *http.Request, v *visit) error {
		if err := s.readForm(w, r, v); err != nil {
			return err
		}
		return do(w, r, v)
	})
}

// readForm reads a form and checks that it was given to whoever sends it.
func (s *site) readForm(w http.ResponseWriter, r *http.Request, v *visit) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return errBadForm.Because(err)
	}
	if !v.proves(r.PostForm.Get("token")) {
		return errOldForm
	}
	return nil
}

// render sends a page, whole or not at all.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if _, err := w.Write(b.Bytes()); err != nil {
		s.logger.DebugContext(r.Context(), "a page was not sent", "route", r.Pattern, "error", err)
	}
	return nil
}

// refuse shows an error: its kind decides the status, and its public text is all
// that is told. What lies behind it goes to the log.
func (s *site) refuse(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	status := answer.Status(err)
	if status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		s.logger.ErrorContext(r.Context(), "a page failed", "route", r.Pattern, "error", err)
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if r.Header.Get("HX-Request") != "" { // show it where people look
		w.Header().Set("HX-Retarget", "#main")
		w.Header().Set("HX-Reselect", "#main")
		w.Header().Set("HX-Reswap", "outerHTML")
	}
	if v.staff {
		if err := s.render(w, r, status, view.StaffTrouble(s.officePage(v, heading(status)), heading(status), wrong(err))); err != nil {
			http.Error(w, heading(status), status)
		}
		return
	}
	p, perr := s.around(r, v, view.Page{Title: heading(status) + " – Hausrat"})
	if perr != nil {
		s.logger.ErrorContext(r.Context(), "an error page has no menu", "error", perr)
	}
	if err := s.render(w, r, status, view.Trouble(p, heading(status), wrong(err))); err != nil {
		http.Error(w, heading(status), status)
	}
}

// wrong is what may be told about an error, with the fields it names.
func wrong(err error) string {
	texts := []string{fault.Public(err)}
	for _, f := range fault.FieldsOf(err) {
		texts = append(texts, f.Path+" "+f.Text+".")
	}
	return strings.Join(texts, " ")
}

func heading(status int) string {
	switch status {
	case http.StatusNotFound:
		return "Nothing here"
	case http.StatusForbidden, http.StatusUnauthorized:
		return "Not allowed"
	case http.StatusConflict, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return "That did not work"
	case http.StatusServiceUnavailable:
		return "One moment, please"
	case http.StatusAccepted:
		return "Still under way"
	default:
		return "Something went wrong"
	}
}

// see sends the browser on, after something was done.
func see(w http.ResponseWriter, r *http.Request, where string) error {
	http.Redirect(w, r, where, http.StatusSeeOther)
	return nil
}
