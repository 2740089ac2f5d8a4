package main

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

// goodsBack: one of two kettles comes back, and with it what was really paid for
// it.
func (s *story) goodsBack(ctx context.Context) error {
	f, err := s.from(ctx, inventory.Main)
	if err != nil {
		return err
	}
	if err := s.reach(ctx, f.DeliveredAt.Add(12*24*time.Hour)); err != nil {
		return err
	}
	o, err := s.shop.Orders.Order(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	if err := s.mayComeBack(ctx, o); err != nil {
		return err
	}
	line := lineOf(o, kettle)
	r, err := s.shop.Returns.Request(ctx, o.ID, returns.Request{
		Meta: s.by("return"), Note: "One is enough after all.",
		Lines: []returns.Wanted{{Line: line.N, Quantity: 1, Reason: returns.ChangedMind}},
	})
	if err != nil {
		return err
	}
	s.fact("requested", "%d x %s: %s", 1, line.Title, r.Lines[0].Reason)
	if r, err = s.shop.Returns.Approve(ctx, r.ID, returns.Approve{Meta: s.mia("approve")}); err != nil {
		return err
	}
	s.fact("approved", "it has to be here by %s", day(r.ReceiveBy))
	if err := s.reach(ctx, r.CreatedAt.Add(4*24*time.Hour)); err != nil {
		return err
	}
	if err := s.takeBack(ctx, r.ID, line); err != nil {
		return err
	}
	return s.refund(ctx, r.ID, line)
}

func lineOf(o order.Order, sku string) order.Line {
	for _, l := range o.Lines {
		if l.SKU == sku {
			return l
		}
	}
	return order.Line{}
}

// mayComeBack asks the policy, which always says why.
func (s *story) mayComeBack(ctx context.Context, o order.Order) error {
	answer := map[bool]string{true: "yes", false: "no"}
	for _, sku := range []string{hairDryer, kettle} {
		l := lineOf(o, sku)
		d, err := s.shop.Returns.Eligibility(ctx, o.ID, s.customer().actor, []returns.Wanted{
			{Line: l.N, Quantity: 1, Reason: returns.ChangedMind},
		})
		if err != nil {
			return err
		}
		for _, why := range d.Because {
			s.fact(answer[d.Allowed], "%s: %s", l.Title, why.Text)
		}
	}
	_, err := s.shop.Returns.Request(ctx, o.ID, returns.Request{Meta: s.by("too many"), Lines: []returns.Wanted{
		{Line: lineOf(o, kettle).N, Quantity: 3, Reason: returns.ChangedMind},
	}})
	return s.no("three of two", err, fault.Conflict)
}

// takeBack receives the goods, and puts them back on the shelf.
func (s *story) takeBack(ctx context.Context, id returns.ID, line order.Line) error {
	_, err := s.shop.Returns.Receive(ctx, id, returns.Receive{
		Meta: s.mia("receive return"), Lines: []order.Item{{Line: line.N, Quantity: 1}},
	})
	if err != nil {
		return err
	}
	r, err := s.shop.Returns.Inspect(ctx, id, returns.Inspect{Meta: s.mia("inspect"), Lines: []returns.Inspected{
		{Line: line.N, Quantity: 1, Disposition: returns.Restock},
	}})
	if err != nil {
		return err
	}
	for _, d := range r.Lines[0].Dispositions {
		s.fact("inspected", "%d as good as new: %s at %s", d.Quantity, d.Disposition, d.Location)
	}
	return nil
}

// refund pays back, which is a remote effect: what became of it is found out if
// the answer is lost.
func (s *story) refund(ctx context.Context, id returns.ID, line order.Line) error {
	r, err := s.shop.Returns.Settle(ctx, id, returns.Settle{Meta: s.mia("settle")})
	if err != nil {
		return err
	}
	if r.Refund.InFlight() {
		if err := s.reach(ctx, r.Refund.Due); err != nil {
			return err
		}
		if r, err = s.shop.Returns.Return(ctx, id); err != nil {
			return err
		}
	}
	s.fact("paid", "%s for %d, after %s discount", amount(line.Gross), line.Quantity, amount(line.Discount))
	for _, x := range r.Refund.Shares {
		s.fact("share", "%s of line %d: %s, %s tax in it", plural(x.Quantity, "piece"), x.N, amount(x.Amount), amount(x.Tax))
	}
	s.fact("refund", "%s is %s", amount(r.Refund.Amount), r.Refund.State)
	if err := s.settle(ctx); err != nil {
		return err
	}
	for _, e := range s.bank.Books() {
		if e.Refunded > 0 {
			s.fact("at Stripe", "%s: %s taken, %s went back", e.ID, cents(e.Captured), cents(e.Refunded))
		}
	}
	return s.standing(ctx)
}
