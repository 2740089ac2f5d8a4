package main

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/op"
)

const (
	staffCookie = "staff"
	shift       = 12 * time.Hour
	// maxWrong is how many wrong passwords may come within a minute.
	maxWrong = 5
)

// sessions are the staff who are signed in. They end with the program, as the
// password does. A session is known by the fingerprint of its token.
type sessions struct {
	clock clock.Clock

	mu    sync.Mutex
	open  map[[sha256.Size]byte]time.Time
	wrong []time.Time
}

// begin returns the token of a new session.
func (x *sessions) begin() string {
	token := rand.Text()
	now := x.clock.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.open == nil {
		x.open = map[[sha256.Size]byte]time.Time{}
	}
	for known, until := range x.open {
		if !now.Before(until) {
			delete(x.open, known)
		}
	}
	x.open[sha256.Sum256([]byte(token))] = now.Add(shift)
	return token
}

func (x *sessions) has(token string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	until, ok := x.open[sha256.Sum256([]byte(token))]
	return ok && x.clock.Now().Before(until)
}

func (x *sessions) end(token string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.open, sha256.Sum256([]byte(token)))
}

// mayTry reports whether another password may be tried, which counts as a wrong
// one until it is forgiven.
func (x *sessions) mayTry() bool {
	now := x.clock.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(x.wrong) > 0 && now.Sub(x.wrong[0]) >= time.Minute {
		x.wrong = x.wrong[1:]
	}
	if len(x.wrong) >= maxWrong {
		return false
	}
	x.wrong = append(x.wrong, now)
	return true
}

func (x *sessions) forgive() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.wrong = nil
}

// office is who acts in the back office.
func office() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "office"}} }

func (s *site) staffPages(mux *http.ServeMux) {
	mux.Handle("GET /staff/login", s.page(s.loginForm))
	mux.Handle("POST /staff/login", s.form(s.login))
	mux.Handle("POST /staff/logout", s.staffForm(s.logout))
	mux.Handle("GET /staff", s.staffPage(s.dashboard))
	mux.Handle("GET /staff/orders", s.staffPage(s.staffOrders))
	mux.Handle("GET /staff/orders/{order}", s.staffPage(s.staffOrder))
	mux.Handle("POST /staff/orders/{order}/{do}", s.staffForm(s.handleOrder))
	mux.Handle("POST /staff/sendings/{sending}", s.staffForm(s.handleSending))
	mux.Handle("GET /staff/sendings/{sending}/slip", s.staffPage(s.slip))
	mux.Handle("GET /staff/labels/{shipment}", s.staffPage(s.label))
	mux.Handle("GET /staff/pick", s.staffPage(s.pickLists))
	mux.Handle("GET /staff/stock", s.staffPage(s.stock))
	mux.Handle("POST /staff/stock", s.staffForm(s.receive))
	mux.Handle("GET /staff/returns", s.staffPage(s.staffReturns))
	mux.Handle("POST /staff/returns/{return}", s.staffForm(s.handleReturn))
	mux.Handle("GET /staff/reviews", s.staffPage(s.staffReviews))
	mux.Handle("POST /staff/reviews/{review}", s.staffForm(s.handleReview))
	mux.Handle("GET /staff/talks", s.staffPage(s.talks))
	mux.Handle("GET /staff/talks/{talk}", s.staffPage(s.talk))
	mux.Handle("POST /staff/talks/{talk}", s.staffForm(s.handleTalk))
}

// staffPage serves something that only staff may see. Its forms carry a token of
// the session.
func (s *site) staffPage(do action) http.Handler {
	return s.page(func(w http.ResponseWriter, r *http.Request, v *visit) error {
		c, err := r.Cookie(staffCookie)
		if err != nil || !s.staff.has(c.Value) {
			return see(w, r, "/staff/login")
		}
		v.token, v.staff = s.seal.sum("staff", c.Value), true
		return do(w, r, v)
	})
}

func (s *site) staffForm(do action) http.Handler {
	return s.staffPage(func(w http.ResponseWriter, r *http.Request, v *visit) error {
		if err := s.readForm(w, r, v); err != nil {
			return err
		}
		return do(w, r, v)
	})
}

// officePage fills in what stands around a page of the back office.
func (s *site) officePage(v *visit, title string) view.Page {
	p := view.Page{
		Title: title + " – Back office", Style: s.assets.Style, Script: s.assets.Script, Icon: s.assets.Icon, Token: v.token,
	}
	notices(&p, v.said)
	return p
}

func (s *site) loginForm(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.render(w, r, http.StatusOK, view.LoginPage(s.officePage(v, "Sign in"), view.Form{}))
}

func (s *site) login(w http.ResponseWriter, r *http.Request, v *visit) error {
	refuse := func(status int, text string) error {
		f := view.Form{Problems: []view.Problem{{Field: "password", Text: text}}}
		return s.render(w, r, status, view.LoginPage(s.officePage(v, "Sign in"), f))
	}
	if !s.staff.mayTry() {
		return refuse(http.StatusTooManyRequests, "Too many wrong passwords. Please wait a minute.")
	}
	typed := sha256.Sum256([]byte(strings.TrimSpace(r.PostForm.Get("password"))))
	right := sha256.Sum256([]byte(s.password))
	if subtle.ConstantTimeCompare(typed[:], right[:]) != 1 {
		return refuse(http.StatusUnauthorized, "This is not the password.")
	}
	s.staff.forgive()
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // the demo speaks HTTP; a shop behind TLS sets Secure
		Name: staffCookie, Value: s.staff.begin(), Path: "/staff", MaxAge: int(shift / time.Second),
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	return see(w, r, "/staff")
}

func (s *site) logout(w http.ResponseWriter, r *http.Request, _ *visit) error {
	if c, err := r.Cookie(staffCookie); err == nil {
		s.staff.end(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: staffCookie, Path: "/staff", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode}) //nolint:gosec // as above
	return see(w, r, "/staff/login")
}
