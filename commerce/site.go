package commerce

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/reviews"
)

// Site is what messages say about the shop: its name, and where its pages are.
// Pages belong to the host, so it makes their addresses.
type Site struct {
	// Name is what the shop is called.
	Name string
	// OrderPage returns the address of the page of an order, for whoever has a
	// pass: a token that Engine.OrderByPass reads, so that a guest needs no
	// account. May be nil: then messages have no link to the order.
	OrderPage func(pass string) string
	// PassesFor is how long after the order was placed a pass is good. Defaults
	// to 180 days.
	PassesFor time.Duration
	// ReviewPage returns the address at which what an entitlement is for may be
	// reviewed. May be nil: then nobody is asked for a review.
	ReviewPage func(e reviews.EntitlementID) string
	// CartPage returns the address of the page of a cart, for the reminder of
	// it. May be nil: then that has no link.
	CartPage func(cart string) string
	// ConfirmPage returns the address for the token of Marketing.Confirm. May be
	// nil: then nobody is asked by mail to confirm a consent.
	ConfirmPage func(token string) string
	// UnsubscribePage returns the address for the token of
	// Marketing.Unsubscribe, which begins with https and takes a POST too
	// (RFC 8058). May be nil: then marketing writes to nobody.
	UnsubscribePage func(token string) string
}

const defaultPasses = 180 * 24 * time.Hour

func (s Site) withDefaults() Site {
	if s.PassesFor == 0 {
		s.PassesFor = defaultPasses
	}
	return s
}

// OrderPass returns the token for the page of an order, always the same for
// the same order.
func (e *Engine) OrderPass(o order.Order) (string, error) {
	return e.Passes.Issue(o.ID.String(), o.PlacedAt.Add(e.site.PassesFor))
}

// OrderByPass returns the order that a pass was made for. A pass that is not one
// of this shop, or has ended, is Denied (notification.ErrBadPass).
func (e *Engine) OrderByPass(ctx context.Context, pass string) (order.Order, error) {
	subject, err := e.Passes.Read(pass, e.root.cfg.Clock.Now())
	if err != nil {
		return order.Order{}, err
	}
	id, ok := orderOf(subject)
	if !ok {
		return order.Order{}, notification.ErrBadPass
	}
	return e.Orders.Order(ctx, id)
}

// orderLink returns the address of the page of an order, or "" if there is none.
func (e *Engine) orderLink(o order.Order) (string, error) {
	if e.site.OrderPage == nil {
		return "", nil
	}
	pass, err := e.OrderPass(o)
	if err != nil {
		return "", err
	}
	return e.site.OrderPage(pass), nil
}
