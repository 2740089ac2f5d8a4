package main

import (
	"net/http"
	"net/url"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
)

// answerCount remembers whether a visitor may be counted, and leads back to
// where they were.
func (s *site) answerCount(w http.ResponseWriter, r *http.Request, _ *visit) error {
	answer := r.PostForm.Get("answer")
	if answer != "yes" && answer != "no" {
		return errBadForm
	}
	setCookie(w, countCookie, answer, month)
	where := "/"
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host && from.Path != "" {
		where = address(from.EscapedPath(), from.Query())
	}
	return see(w, r, where)
}

// track notes what a visitor has done. Whoever has not agreed to be counted
// counts for the product alone. That it could not be noted is no reason not to
// show a page.
func (s *site) track(r *http.Request, v *visit, a analytics.Action) {
	if v.counted == "yes" {
		a.Visitor = s.seal.sum("count", v.id)
	} else {
		a.Cart = ""
	}
	if err := s.shop.Analytics.Track(r.Context(), []analytics.Action{a}); err != nil {
		s.logger.WarnContext(r.Context(), "an action was not counted", "step", a.Step, "error", err)
	}
}

func (s *site) viewed(r *http.Request, v *visit, product catalog.ID, sku string) {
	s.track(r, v, analytics.Action{Step: analytics.Viewed, Product: product, SKU: sku})
}

func (s *site) added(r *http.Request, v *visit, c cart.Cart, sku string) {
	s.track(r, v, analytics.Action{Step: analytics.Added, Cart: c.ID.String(), SKU: sku})
}

func (s *site) wentToCheckout(r *http.Request, v *visit, c cart.Cart) {
	s.track(r, v, analytics.Action{Step: analytics.Checkout, Cart: c.ID.String()})
}
