package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/op"
)

// seal signs texts, each for a purpose.
type seal struct{ secret []byte }

func (s seal) sum(purpose, text string) string {
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte(purpose + "\x00" + text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// sign returns a text that open gives back, if it is for the same purpose.
func (s seal) sign(purpose, text string) string { return text + "." + s.sum(purpose, text) }

func (s seal) open(purpose, signed string) (string, bool) {
	text, sum, ok := strings.Cut(signed, ".")
	return text, ok && hmac.Equal([]byte(sum), []byte(s.sum(purpose, text)))
}

// The cookies.
const (
	visitCookie = "visit"
	cartCookie  = "cart"
	saidCookie  = "said"
	countCookie = "count"
	month       = 30 * 24 * time.Hour
)

// visit is somebody who looks around. The host knows them by a cookie and
// nothing else.
type visit struct {
	id string
	// token is what forms carry that are given to this visitor.
	token string
	// cart is the pass of their cart, empty as long as nothing was put into one.
	cart string
	// said is what happened before the browser was sent here.
	said string
	// counted is what they have answered to whether they may be counted: "yes",
	// "no", or nothing yet.
	counted string
	// staff says that it is somebody in the back office.
	staff bool
}

// visitOf returns who asks, and greets whoever is new.
func (s *site) visitOf(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{}
	if c, err := r.Cookie(visitCookie); err == nil {
		if id, ok := s.seal.open("visit", c.Value); ok {
			v.id = id
		}
	}
	if v.id == "" {
		v.id = strings.ToLower(rand.Text())
		setCookie(w, visitCookie, s.seal.sign("visit", v.id), month)
	}
	v.token = s.seal.sum("form", v.id)
	if c, err := r.Cookie(cartCookie); err == nil {
		v.cart = c.Value
	}
	if c, err := r.Cookie(countCookie); err == nil && (c.Value == "yes" || c.Value == "no") {
		v.counted = c.Value
	}
	if c, err := r.Cookie(saidCookie); err == nil && r.Method == http.MethodGet {
		v.said = c.Value
		setCookie(w, saidCookie, "", -time.Second)
	}
	return v
}

func (v *visit) actor() op.Actor { return op.Actor{Kind: op.Guest, ID: v.id} }

func (v *visit) meta() op.Meta { return op.Meta{By: v.actor()} }

// proves reports whether a form was given to this visitor.
func (v *visit) proves(token string) bool { return hmac.Equal([]byte(token), []byte(v.token)) }

func setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // the demo speaks HTTP; a shop behind TLS sets Secure
		Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// say remembers what has happened for the next page. what is one of notices.
func say(w http.ResponseWriter, what string) { setCookie(w, saidCookie, what, time.Minute) }

// notices are what can be said. A cookie names one and cannot make one up.
func notices(p *view.Page, what string) {
	p.Said = map[string]string{
		"added":        "It is in your cart.",
		"changed":      "Your cart was changed.",
		"removed":      "It was taken out of your cart.",
		"code":         "The code is on your cart.",
		"code-gone":    "The code was taken off.",
		"code-unknown": "We do not know this code.",
		"placed":       "Thank you! Your order is placed.",
		"return":       "Your return is requested.",
		"review":       "Thank you! Your review is shown once somebody here has read it.",
		"done":         "Done.",
		"received":     "The goods are on the shelf.",
	}[what]
	if what == "added" {
		p.Link, p.LinkText = "/cart", "See the cart"
	}
}

// around fills in what stands around every page.
func (s *site) around(r *http.Request, v *visit, p view.Page) (view.Page, error) {
	p.Style, p.Script, p.Icon = s.assets.Style, s.assets.Script, s.assets.Icon
	p.Token, p.AskCount = v.token, v.counted == ""
	notices(&p, v.said)
	tree, err := s.shop.Catalog.Categories(r.Context())
	if err != nil {
		return p, err
	}
	for _, c := range tree.Categories {
		if c.Parent.IsZero() {
			p.Departments = append(p.Departments, c)
		}
	}
	c, err := s.cartOf(r.Context(), v)
	p.Pieces = c.Pieces()
	return p, err
}
