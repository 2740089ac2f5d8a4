package main

import (
	"context"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/payment"
)

// neighbour is somebody else who buys, without much ado: figures of a shop with
// one customer say little.
func (s *story) neighbour(ctx context.Context) error {
	c, err := s.neighboursCart(ctx)
	if err != nil {
		return err
	}
	err = s.track(ctx, "2-slice-toaster", visit{s.passerBy(1), analytics.Added, c.ID}, visit{s.passerBy(1), analytics.Checkout, c.ID})
	if err != nil {
		return err
	}
	if c.Order == "" {
		q, err := s.shop.Checkout.Quote(ctx, c.ID)
		if err != nil {
			return err
		}
		p, err := s.shop.Checkout.Place(ctx, c.ID, checkout.Place{Meta: s.neighbourBy("place"), Method: transfer, Total: q.Total})
		if err != nil {
			return err
		}
		c.Order = p.OrderID.String()
	}
	ps, err := s.shop.Payments.BySubject(ctx, c.Order)
	if err != nil {
		return err
	}
	if _, err := s.shop.Payments.Capture(ctx, ps[0].ID, payment.Capture{Meta: s.mia("neighbour pays"), Reference: "in cash"}); err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	s.fact("meanwhile", "somebody else has bought a toaster for %s", amount(ps[0].Amount))
	return s.mail(ctx, c.Order, notification.OrderConfirmationTemplate)
}

func (s *story) neighbourBy(what string) op.Meta {
	return op.Meta{By: op.Actor{Kind: op.Guest, ID: s.passerBy(1)}, Key: s.once("neighbour " + what)}
}

// neighboursCart is a cart that is ready for the checkout, or was there.
func (s *story) neighboursCart(ctx context.Context) (cart.Cart, error) {
	c, err := s.shop.Carts.Create(ctx, cart.Create{Meta: s.neighbourBy("cart"), Market: here(), Email: "neighbour@example.com"})
	if err != nil {
		return c, err
	}
	if _, err := s.shop.Carts.Add(ctx, c.ID, cart.Add{Meta: s.neighbourBy("add"), SKU: "2-SLICE-TOASTER-BLACK", Quantity: 1}); err != nil {
		return c, err
	}
	_, err = s.shop.Carts.SetAddresses(ctx, c.ID, cart.SetAddresses{Meta: s.neighbourBy("address"), ShipTo: &postal.Address{
		Name: "Nora Neighbour", Lines: []string{"Deichstr. 27"}, Postcode: "20459", City: "Hamburg", Country: "DE",
	}})
	if err != nil {
		return c, err
	}
	return s.shop.Carts.Cart(ctx, c.ID)
}
