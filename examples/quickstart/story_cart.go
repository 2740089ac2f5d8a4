package main

import (
	"context"
	"strings"
	"time"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
)

// fillCart is a guest who puts things into a cart, comes back to it by its
// token, and tries codes.
func (s *story) fillCart(ctx context.Context) error {
	c, err := s.shop.Carts.Create(ctx, cart.Create{Meta: s.by("cart"), Market: here(), Email: s.customer().email})
	if err != nil {
		return err
	}
	s.mem.Cart = c.ID
	for _, l := range []inventory.Line{{SKU: coffeeMaker, Quantity: 1}, {SKU: kettle, Quantity: 2}, {SKU: hairDryer, Quantity: 3}} {
		if _, err = s.shop.Carts.Add(ctx, c.ID, cart.Add{Meta: s.by("add " + l.SKU), SKU: l.SKU, Quantity: l.Quantity}); err != nil {
			return err
		}
	}
	if err := s.leaveCart(ctx); err != nil {
		return err
	}
	token, err := s.shop.CartPass(c.ID, s.clock.Now().Add(30*24*time.Hour))
	if err != nil {
		return err
	}
	s.fact("cookie", "%s", short(token, 24))
	if c, err = s.shop.CartByPass(ctx, token); err != nil {
		return err
	}
	s.fact("cart", "%s, found again by it: %s", c.ID, plural(c.Pieces(), "piece"))
	if err := s.typeCodes(ctx); err != nil {
		return err
	}
	q, err := s.shop.Checkout.Quote(ctx, s.mem.Cart)
	if err != nil {
		return err
	}
	for _, d := range q.Discounts {
		s.fact("promotion", "%s: %s", d.Title, amount(d.Amount.Neg()))
	}
	s.fact("estimate", "%s, if it goes to %s: %s of it carriage, %s taxes", amount(q.Total), q.To.Country, amount(q.Shipping[0].Gross), amount(q.Tax))
	return nil
}

// typeCodes tries a code that is over, and one that gives something.
func (s *story) typeCodes(ctx context.Context) error {
	if _, err := s.shop.Carts.ApplyCode(ctx, s.mem.Cart, cart.ApplyCode{Meta: s.by("winter"), Code: "winter25"}); err != nil {
		return err
	}
	q, err := s.shop.Checkout.Quote(ctx, s.mem.Cart)
	if err != nil {
		return err
	}
	for _, r := range q.Denied {
		s.fact("code", "%s gives nothing: %s", r.Code, r.Reason)
	}
	if _, err = s.shop.Carts.RemoveCode(ctx, s.mem.Cart, cart.RemoveCode{Meta: s.by("no winter"), Code: "winter25"}); err != nil {
		return err
	}
	_, err = s.shop.Carts.ApplyCode(ctx, s.mem.Cart, cart.ApplyCode{Meta: s.by("welcome"), Code: "welcome10"})
	return err
}

// costs prints what a cart costs, and why, down to the last cent.
func (s *story) costs(q checkout.Quote) {
	for _, sentence := range q.Explain(here().Locale) {
		s.say("%s", sentence)
	}
}

// home is where the goods go.
func (s *story) home() *postal.Address {
	return &postal.Address{
		Name: s.customer().name, Lines: []string{"Berggasse 19"}, Postcode: "1090", City: "Wien", Country: "AT",
		Phone: "+43 664 1234567",
	}
}

// checkOut asks where the goods go and how. Each country has its own rules for
// addresses, taxes and carriage.
func (s *story) checkOut(ctx context.Context) error {
	wrong := s.home()
	wrong.Postcode = "A-10900"
	_, err := s.shop.Carts.SetAddresses(ctx, s.mem.Cart, cart.SetAddresses{Meta: s.by("typo"), ShipTo: wrong})
	if err := s.no("address", err, fault.Invalid); err != nil {
		return err
	}
	c, err := s.shop.Carts.SetAddresses(ctx, s.mem.Cart, cart.SetAddresses{Meta: s.by("address"), ShipTo: s.home()})
	if err != nil {
		return err
	}
	s.fact("goes to", "%s", strings.Join(c.ShipTo.Label(), ", "))
	q, err := s.shop.Checkout.Quote(ctx, s.mem.Cart)
	if err != nil {
		return err
	}
	for _, m := range q.Methods {
		s.fact("offered", "%s for %s, %d to %d days", m.Title, amount(m.Amount), m.MinDays, m.MaxDays)
	}
	for _, r := range q.NotOffered {
		s.fact("not offered", "%s: %s", r.Method, r.Reason)
	}
	if _, err = s.shop.Carts.SetShipping(ctx, s.mem.Cart, cart.SetShipping{Meta: s.by("shipping"), Method: "parcel"}); err != nil {
		return err
	}
	if q, err = s.shop.Checkout.Quote(ctx, s.mem.Cart); err != nil {
		return err
	}
	s.mem.Total = q.Total
	s.gap()
	s.costs(q)
	err = s.track(ctx, "electric-kettle-1-7l", visit{s.customer().cookie, analytics.Checkout, s.mem.Cart})
	if err != nil {
		return err
	}
	return s.agreed(ctx)
}

// agreed shows that nobody pays another total than the one agreed to.
func (s *story) agreed(ctx context.Context) error {
	less, err := s.mem.Total.Sub(money.EUR(1_00))
	if err != nil {
		return err
	}
	_, err = s.shop.Checkout.Place(ctx, s.mem.Cart, checkout.Place{Meta: s.by("too cheap"), Method: s.mem.Pay, Total: less})
	s.gap()
	return s.no("for "+amount(less), err, fault.Conflict)
}
