package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/examples/internal/appliances"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// story is one run.
type story struct {
	report
	shop  *commerce.Engine
	diary *diary
	errs  io.Writer
	cart  cart.ID
}

// sell runs the story from the opening of the shop to the audit.
func sell(ctx context.Context, o options, out, errs io.Writer) (err error) {
	d, err := open(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	s := &story{report: report{w: out}, diary: &diary{}, errs: errs}
	if err := s.opens(ctx, d); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{s.goodsArrive, s.buyerChooses} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	q, err := s.costs(ctx)
	if err != nil {
		return err
	}
	placed, err := s.orders(ctx, q)
	if err != nil {
		return err
	}
	if err := s.moneyArrives(ctx, placed); err != nil {
		return err
	}
	for _, books := range []func(context.Context, order.ID) error{s.theOrder, s.theMoney, s.theShelves} {
		if err := books(ctx, placed.OrderID); err != nil {
			return err
		}
	}
	if err := s.audit(ctx); err != nil {
		return err
	}
	return s.err
}

func (s *story) opens(ctx context.Context, d database) error {
	s.begin("The shop opens")
	if err := d.store.Migrate(ctx); err != nil {
		return err
	}
	var err error
	if s.shop, err = newShop(ctx, d, s.diary); err != nil {
		return err
	}
	s.fact("database", d.name)
	if d.tenant != "" {
		s.fact("tenant", d.tenant+" (each run is a shop of its own)")
	}
	if d.again {
		s.say("The shop was here before and goes on.")
	}
	return nil
}

func (s *story) goodsArrive(ctx context.Context) error {
	s.begin("Catalogue and goods come in")
	c, err := appliances.Spree()
	if err != nil {
		return err
	}
	p := watch(s.errs, "importing", len(c.Products))
	n, err := c.Import(ctx, s.shop, staff(), p.add)
	p.end()
	if err != nil {
		return err
	}
	p = watch(s.errs, "receiving", len(c.Stock))
	skus, pieces, err := c.Receive(ctx, s.shop, staff(), p.add)
	p.end()
	if err != nil {
		return err
	}
	s.fact("products", strconv.Itoa(n.Created)+" new, "+strconv.Itoa(n.Updated)+" changed, "+strconv.Itoa(n.Unchanged)+" unchanged")
	s.fact("goods", plural(pieces, "piece")+" of "+plural(skus, "article")+" received")
	return nil
}

func (s *story) buyerChooses(ctx context.Context) error {
	s.begin("A buyer fills a cart")
	by := op.Meta{By: buyer()}
	c, err := s.shop.Carts.Create(ctx, cart.Create{Meta: by, Market: here(), Email: "ada@example.com"})
	if err != nil {
		return err
	}
	s.cart = c.ID
	for _, l := range []inventory.Line{
		{SKU: "DRIP-COFFEE-MAKER-BLACK", Quantity: 1},
		{SKU: "ELECTRIC-KETTLE-1-7L-BLACK", Quantity: 2},
		{SKU: "TRAVEL-HAIR-DRYER-BLACK", Quantity: 3},
	} {
		if c, err = s.shop.Carts.Add(ctx, c.ID, cart.Add{Meta: by, SKU: l.SKU, Quantity: l.Quantity}); err != nil {
			return err
		}
	}
	if c, err = s.shop.Carts.ApplyCode(ctx, c.ID, cart.ApplyCode{Meta: by, Code: "welcome10"}); err != nil {
		return err
	}
	c, err = s.shop.Carts.SetAddresses(ctx, c.ID, cart.SetAddresses{Meta: by, ShipTo: &postal.Address{
		Name: "Ada Example", Lines: []string{"Unter den Linden 1"}, Postcode: "10117", City: "Berlin", Country: "DE",
	}})
	if err != nil {
		return err
	}
	s.fact("cart", c.ID.String())
	for _, l := range c.Lines {
		s.fact("line "+strconv.Itoa(l.N), strconv.Itoa(l.Quantity)+" x "+l.SKU)
	}
	s.fact("coupon", strings.Join(c.Codes, ", "))
	s.fact("goes to", strings.Join(c.ShipTo.Label(), ", "))
	return nil
}

func (s *story) orders(ctx context.Context, q checkout.Quote) (checkout.Placed, error) {
	s.begin("The buyer orders, exactly once")
	req := checkout.Place{Meta: op.Meta{By: buyer(), Key: rand.Text()}, Method: transfer, Total: q.Total}
	p, err := s.shop.Checkout.Place(ctx, s.cart, req)
	if err != nil {
		return p, err
	}
	s.fact("order", p.Order.Number+" ("+p.OrderID.String()+")")
	s.fact("status", string(p.Order.Status())+", "+string(p.Order.PaymentStanding()))
	s.fact("to pay", amount(p.Order.Owed())+" until "+p.Order.PaymentDue.Format("2 January 2006"))
	s.fact("how", p.Payment.Action.Text)
	again, err := s.shop.Checkout.Place(ctx, s.cart, req)
	if err != nil {
		return p, err
	}
	if again.OrderID != p.OrderID {
		return p, errors.New("the same key has made a second order: " + again.OrderID.String())
	}
	s.fact("again", "the same request once more gives the same order "+again.Order.Number)
	return p, nil
}

func (s *story) moneyArrives(ctx context.Context, p checkout.Placed) error {
	s.begin("The money arrives")
	paid, err := s.shop.Payments.Capture(ctx, p.Payment.ID, payment.Capture{
		Meta: staff(), Reference: "bank statement 7, line 4",
	})
	if err != nil {
		return err
	}
	s.fact("payment", paid.ID.String()+" is "+string(paid.Status())+": "+paid.CaptureReference)
	// A server lets shop.Run deliver; here it is done when we say so.
	if _, err := s.shop.Drain(ctx); err != nil {
		return err
	}
	for _, line := range s.diary.read() {
		s.fact("heard", line)
	}
	return nil
}
