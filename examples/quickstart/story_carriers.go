package main

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/shipping"
)

// carriers shows what carriers ask, hands two parcels over, and hears of them.
func (s *story) carriers(ctx context.Context) error {
	ours, err := s.shipOurs(ctx)
	if err != nil {
		return err
	}
	theirs, err := s.shipTheirs(ctx)
	if err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	for _, x := range []shipping.Shipment{ours, theirs} {
		if err := s.mail(ctx, x.Owner, notification.OrderShippedTemplate); err != nil {
			return err
		}
	}
	if err := s.reach(ctx, ours.CreatedAt.Add(50*time.Hour)); err != nil {
		return err
	}
	s.gap()
	// Carriers tell late, twice and in any order.
	for _, x := range []told{
		{ours, shipping.InTransit, 20 * time.Hour, "Salzburg"},
		{ours, shipping.Accepted, 3 * time.Hour, "Hamburg"},
		{theirs, shipping.Accepted, 6 * time.Hour, "Bremen"},
		{ours, shipping.OutForDelivery, 48 * time.Hour, "Wien"},
		{ours, shipping.InTransit, 20 * time.Hour, "Salzburg"},
	} {
		if err := s.hear(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// told is what a carrier says happened to a parcel, and how long after it left.
type told struct {
	parcel shipping.Shipment
	what   shipping.Status
	after  time.Duration
	where  string
}

// hear records what a carrier says. Its own name for it makes a repeat harmless.
func (s *story) hear(ctx context.Context, t told) error {
	x, err := s.shop.Shipping.Record(ctx, t.parcel.ID, shipping.Record{Meta: staff(""), Happenings: []shipping.Happening{{
		Ref: fmt.Sprintf("%s-%s", t.parcel.Number, t.what), Status: t.what, At: t.parcel.CreatedAt.Add(t.after), Place: t.where,
	}}})
	if err != nil {
		return err
	}
	s.fact(t.parcel.Carrier, "%s in %s on %s: the parcel is %s", t.what, t.where, moment(t.parcel.CreatedAt.Add(t.after)), x.Status())
	return nil
}

// shipOurs gives our parcel to the post: goods leave the shelf and the order
// knows, in one unit.
func (s *story) shipOurs(ctx context.Context) (shipping.Shipment, error) {
	f, err := s.from(ctx, inventory.Main)
	if err != nil {
		return shipping.Shipment{}, err
	}
	x, err := s.parcelOf(ctx, f)
	if err != nil {
		return x, err
	}
	rates, err := s.rates(ctx, x)
	if err != nil {
		return x, err
	}
	for _, r := range rates {
		s.fact("post asks", "%s for %s to %s: %s", amount(r.Amount), x.Parcel.Weight, x.To.City, r.Title)
	}
	return x, s.ship(ctx, f, x)
}

// rates asks the carrier what the parcel costs us.
func (s *story) rates(ctx context.Context, x shipping.Shipment) ([]shipping.Rate, error) {
	c, err := newPost(nil)
	if err != nil {
		return nil, err
	}
	o, err := s.shop.Orders.Order(ctx, s.mem.Order)
	if err != nil {
		return nil, err
	}
	return c.Rates(ctx, shipping.RateRequest{
		From: x.From.Place(), To: x.To.Place(), Parcels: []shipping.Parcel{x.Parcel}, Value: o.Subtotal,
	})
}

// parcelOf returns the parcel of a part of the order.
func (s *story) parcelOf(ctx context.Context, f fulfillment.Fulfillment) (shipping.Shipment, error) {
	xs, err := s.shop.Shipping.ShipmentsOf(ctx, f.ID.String())
	if err == nil && len(xs) == 0 {
		err = fmt.Errorf("%s has no parcel", f.ID)
	}
	if err != nil {
		return shipping.Shipment{}, err
	}
	return xs[0], nil
}

// ship says that a parcel has left.
func (s *story) ship(ctx context.Context, f fulfillment.Fulfillment, x shipping.Shipment) error {
	_, err := s.shop.Fulfillment.Ship(ctx, f.ID, fulfillment.Ship{
		Meta:     s.mia("ship from " + f.Location),
		Tracking: []fulfillment.Tracking{{Parcel: 1, Carrier: x.Carrier, Tracking: x.Number, Shipment: x.ID.String()}},
	})
	if err != nil {
		return err
	}
	where := "no page of its own"
	if url := x.URL(); url != "" {
		where = url
	}
	s.fact("left "+f.Location, "%s %s, %s", x.Carrier, x.Number, where)
	return nil
}

// shipTheirs is told by the supplier, who has a parcel of DHL. Numbers are
// checked by the formats of their carriers.
func (s *story) shipTheirs(ctx context.Context) (shipping.Shipment, error) {
	f, err := s.from(ctx, supplierPlace)
	if err != nil {
		return shipping.Shipment{}, err
	}
	if _, err = s.shop.Fulfillment.Pick(ctx, f.ID, fulfillment.Pick{Meta: s.mia("supplier picks")}); err != nil {
		return shipping.Shipment{}, err
	}
	if _, err = s.shop.Fulfillment.Pack(ctx, f.ID, fulfillment.Pack{Meta: s.mia("supplier packs"), Parcels: make([]fulfillment.Parcel, 1)}); err != nil {
		return shipping.Shipment{}, err
	}
	parcel := shipping.Create{Meta: s.mia("typo"), Owner: f.ID.String(), Carrier: "dhl", Number: "33 1881 0026"}
	_, err = s.shop.Shipping.Create(ctx, parcel)
	if err := s.no("number", err, fault.Invalid); err != nil {
		return shipping.Shipment{}, err
	}
	parcel.Meta, parcel.Number = s.mia("supplier's parcel"), "33 1881 0025"
	x, err := s.shop.Shipping.Create(ctx, parcel)
	if err != nil {
		return x, err
	}
	return x, s.ship(ctx, f, x)
}

// delivery lets both parcels arrive, each for itself.
func (s *story) delivery(ctx context.Context) error {
	for _, x := range []struct {
		location, place string
		after           time.Duration
	}{{inventory.Main, "Wien", 52 * time.Hour}, {supplierPlace, "Wien", 76 * time.Hour}} {
		f, err := s.from(ctx, x.location)
		if err != nil {
			return err
		}
		parcel, err := s.parcelOf(ctx, f)
		if err != nil {
			return err
		}
		if err := s.reach(ctx, f.ShippedAt.Add(x.after)); err != nil {
			return err
		}
		if err := s.hear(ctx, told{parcel, shipping.Delivered, x.after, x.place}); err != nil {
			return err
		}
		if err := s.settle(ctx); err != nil {
			return err
		}
		if err := s.standing(ctx); err != nil {
			return err
		}
	}
	h, err := s.shop.Returns.OfOrder(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	for _, d := range h.Deliveries {
		s.fact("window", "what arrived on %s may come back until %s", moment(d.At), day(d.At.AddDate(0, 0, 30)))
	}
	return nil
}

// standing says how far the order has come: what its parts add up to.
func (s *story) standing(ctx context.Context) error {
	o, err := s.shop.Orders.Order(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	fs, err := s.shop.Fulfillment.OfOrder(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	arrived := 0
	for _, f := range fs {
		if f.Status() == fulfillment.StatusDelivered {
			arrived++
		}
	}
	s.fact("order", "%s and %s, %d of %s delivered", o.PaymentStanding(), o.ShipmentStanding(), arrived, plural(len(fs), "part"))
	return nil
}
