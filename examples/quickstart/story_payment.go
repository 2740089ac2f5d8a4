package main

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/payment"
)

// pay places the order, in one of two ways.
func (s *story) pay(ctx context.Context) error {
	pay := s.payByTransfer
	if s.mem.Pay == card {
		pay = s.payByCard
	}
	if err := pay(ctx); err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	o, err := s.shop.Orders.Order(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	for _, line := range s.diary.read() {
		s.fact("heard", "%s", line)
	}
	s.fact("order", "%s is %s and %s", o.Number, o.Status(), o.PaymentStanding())
	return nil
}

// payByTransfer needs no network: goods, order and payment are one unit.
func (s *story) payByTransfer(ctx context.Context) error {
	ask := checkout.Place{Meta: s.by("place"), Method: transfer, Total: s.mem.Total}
	p, err := s.shop.Checkout.Place(ctx, s.mem.Cart, ask)
	if err != nil {
		return err
	}
	s.mem.Order = p.OrderID
	s.fact("order", "%s (%s)", p.Order.Number, p.OrderID)
	s.fact("to pay", "%s until %s", amount(p.Order.Owed()), day(p.Order.PaymentDue))
	s.fact("how", "%s", p.Payment.Action.Text)
	again, err := s.shop.Checkout.Place(ctx, s.mem.Cart, ask)
	if err != nil {
		return err
	}
	s.fact("again", "the same request once more gives the same order: %t", again.OrderID == p.OrderID)
	if err := s.held(ctx); err != nil {
		return err
	}
	if err := s.reach(ctx, p.Order.PlacedAt.Add(26*time.Hour)); err != nil {
		return err
	}
	paid, err := s.shop.Payments.Capture(ctx, p.Payment.ID, payment.Capture{
		Meta: s.mia("capture"), Reference: "bank statement 7, line 4",
	})
	if err != nil {
		return err
	}
	s.fact("payment", "%s: %s, %s", amount(paid.Captured), paid.Status(), paid.CaptureReference)
	return nil
}

// held says for how long the goods are kept for the order.
func (s *story) held(ctx context.Context) error {
	kept, err := s.shop.Inventory.Reservations(ctx, s.mem.Order.String())
	if err != nil {
		return err
	}
	for _, r := range kept {
		until := "for good"
		if !r.ExpiresAt.IsZero() {
			until = "until " + day(r.ExpiresAt)
		}
		s.fact(string(r.State()), "%d x %s at %s, %s", r.Quantity, r.SKU, r.Location, until)
	}
	return nil
}

// payByCard tries three cards. What the customer does in the browser and at her
// bank is done by the simulator of Stripe, which has books of its own.
func (s *story) payByCard(ctx context.Context) error {
	if err := s.declined(ctx); err != nil {
		return err
	}
	if err := s.turnedBack(ctx); err != nil {
		return err
	}
	p, err := s.tryCard(ctx, "pm_card_visa")
	if err != nil {
		return err
	}
	s.mem.Order = p.OrderID
	s.fact("card 3", "%s promised, order %s is placed", amount(p.Payment.Authorized), p.Order.Number)
	if err := s.held(ctx); err != nil {
		return err
	}
	paid, err := s.shop.Payments.Capture(ctx, p.Payment.ID, payment.Capture{Meta: s.mia("capture")})
	if err != nil {
		return err
	}
	s.fact("payment", "%s: %s, %s", amount(paid.Captured), paid.Status(), paid.CaptureReference)
	if err := s.hearBank(ctx); err != nil {
		return err
	}
	for _, e := range s.bank.Books() {
		s.fact("at Stripe", "%s %s: %s held, %s taken", e.ID, e.Status, cents(e.Held), cents(e.Captured))
	}
	return nil
}

func cents(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// tryCard pays by a card, which the browser knows by a token of Stripe's form.
func (s *story) tryCard(ctx context.Context, token string) (checkout.Placed, error) {
	return s.shop.Checkout.Place(ctx, s.mem.Cart, checkout.Place{
		Meta: s.by("place " + token), Method: card, Total: s.mem.Total,
		Details: payment.Details{Token: token, ReturnURL: "https://shop.example/back"},
	})
}

// declined: the bank says no. The cart is open again, and the goods are free.
func (s *story) declined(ctx context.Context) error {
	_, err := s.tryCard(ctx, "pm_card_chargeDeclinedInsufficientFunds")
	if err := s.no("card 1", err, fault.Declined); err != nil {
		return err
	}
	c, err := s.shop.Carts.Cart(ctx, s.mem.Cart)
	if err != nil {
		return err
	}
	s.fact("cart", "%s again, nothing is held", c.Status())
	return nil
}

// turnedBack: the bank wants to ask the customer, who does not pass. Nothing is
// an order until the bank is content.
func (s *story) turnedBack(ctx context.Context) error {
	p, err := s.tryCard(ctx, "pm_card_authenticationRequired")
	if err != nil {
		return err
	}
	s.fact("card 2", "%s: the customer is sent to %s", p.Payment.Status(), p.Payment.Action.URL)
	s.bank.Fail(p.Payment.Reference)
	if err := s.hearBank(ctx); err != nil {
		return err
	}
	_, err = s.shop.Checkout.Resume(ctx, p.OrderID)
	return s.no("back", err, fault.Declined)
}

// hearBank takes in the notices of Stripe, as the webhook of a host does: they
// are checked and stored, and then the bank is asked what is really so.
func (s *story) hearBank(ctx context.Context) error {
	heard := s.bank.Notices()
	for _, n := range heard {
		if err := s.shop.Payments.Receive(ctx, card, n); err != nil {
			return err
		}
	}
	s.fact("webhooks", "%s, signature checked, Stripe asked what is really so", plural(len(heard), "notice"))
	return s.settle(ctx)
}
