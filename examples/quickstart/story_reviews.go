package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/reviews"
)

// review: ten days after the delivery the customer is asked, answers, and staff
// publishes the answer.
func (s *story) review(ctx context.Context) error {
	f, err := s.from(ctx, inventory.Main)
	if err != nil {
		return err
	}
	if err := s.reach(ctx, f.DeliveredAt.Add(10*24*time.Hour+time.Hour)); err != nil {
		return err
	}
	if err := s.mail(ctx, s.mem.Order.String(), notification.ReviewInvitationTemplate); err != nil {
		return err
	}
	e, err := s.entitlement(ctx, kettle)
	if err != nil {
		return err
	}
	_, err = s.shop.Reviews.Write(ctx, e.ID, reviews.Write{
		Meta: op.Meta{By: op.Actor{Kind: op.Buyer, ID: "somebody"}}, Rating: 1, Text: "Never had it, hate it.",
	})
	if err := s.no("a stranger", err, fault.NotFound); err != nil {
		return err
	}
	r, err := s.shop.Reviews.Write(ctx, e.ID, reviews.Write{
		Meta: s.by("review"), Rating: 4, Title: "Quick and quiet", Text: "Boils a litre in two minutes. The lid is stiff.", Name: s.customer().name,
	})
	if err != nil {
		return err
	}
	s.fact("written", "%d stars, %q by %s", r.Rating, r.Title, r.Name)
	_, err = s.shop.Reviews.Write(ctx, e.ID, reviews.Write{Meta: s.by("second review"), Rating: 5})
	if err := s.no("once more", err, fault.Conflict); err != nil {
		return err
	}
	if r, err = s.shop.Reviews.Publish(ctx, r.ID, reviews.Publish{Meta: s.mia("publish")}); err != nil {
		return err
	}
	p, err := s.shop.Catalog.ProductPage(ctx, "electric-kettle-1-7l", here())
	if err != nil {
		return err
	}
	s.fact("moderated", "%s: the page of the kettle shows %s", r.Status(), rating(p.Rating))
	return nil
}

// entitlement is the right to review what was delivered of a SKU.
func (s *story) entitlement(ctx context.Context, sku string) (reviews.Entitlement, error) {
	es, err := s.shop.Reviews.EntitlementsOf(ctx, s.mem.Order.String())
	if err != nil {
		return reviews.Entitlement{}, err
	}
	i := slices.IndexFunc(es, func(e reviews.Entitlement) bool { return e.SKU == sku })
	if i < 0 {
		return reviews.Entitlement{}, fmt.Errorf("nobody may review %s", sku)
	}
	return es[i], nil
}
