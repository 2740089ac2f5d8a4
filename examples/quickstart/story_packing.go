package main

import (
	"context"

	"github.com/kontor-go/kontor/adapters/pdf"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/shipping"
)

// pack is what happens in our warehouse: fetch, pack, print the slip and the
// label.
func (s *story) pack(ctx context.Context) error {
	f, err := s.from(ctx, inventory.Main)
	if err != nil {
		return err
	}
	if _, err := s.shop.Fulfillment.Allocate(ctx, f.ID, fulfillment.Allocate{Meta: s.mia("allocate")}); err != nil {
		return err
	}
	if _, err := s.shop.Fulfillment.Pick(ctx, f.ID, fulfillment.Pick{Meta: s.mia("pick")}); err != nil {
		return err
	}
	if err := s.pickList(ctx, f.ID); err != nil {
		return err
	}
	weight, err := s.weigh(ctx, f.Lines)
	if err != nil {
		return err
	}
	f, err = s.shop.Fulfillment.Pack(ctx, f.ID, fulfillment.Pack{
		Meta: s.mia("pack"), Parcels: []fulfillment.Parcel{{Weight: weight}},
	})
	if err != nil {
		return err
	}
	s.fact("packed", "%s of %s kg", plural(len(f.Parcels), "parcel"), weight.In(measure.UnitKilogram, 2))
	o, err := s.shop.Orders.Order(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	slip, err := f.Slip(o, fulfillment.SlipWords{})
	if err != nil {
		return err
	}
	if err := s.file("slip", "slip-"+o.Number+".html", slip); err != nil {
		return err
	}
	return s.label(ctx, o, f)
}

// pickList is the walk through the warehouse. What is packed already is on no
// list.
func (s *story) pickList(ctx context.Context, id fulfillment.ID) error {
	f, err := s.shop.Fulfillment.Fulfillment(ctx, id)
	if err != nil || f.Status() != fulfillment.StatusPicking {
		return err
	}
	lists, err := s.shop.Fulfillment.PickLists(ctx, id)
	if err != nil {
		return err
	}
	for _, l := range lists {
		var rows [][]string
		for _, x := range l.Stops {
			rows = append(rows, []string{x.Bin, thousands(x.Quantity), x.SKU, x.Title})
		}
		s.table("bin | >pieces | article | what", rows...)
	}
	s.gap()
	return nil
}

// weigh adds up what the goods weigh, and their wrapping.
func (s *story) weigh(ctx context.Context, lines []fulfillment.Line) (measure.Weight, error) {
	var skus []string
	for _, l := range lines {
		skus = append(skus, l.SKU)
	}
	known, err := s.shop.Catalog.Variants(ctx, skus...)
	if err != nil {
		return 0, err
	}
	all := selling().Packing
	for _, l := range lines {
		w, err := known[l.SKU].Weight.Times(int64(l.Quantity))
		if err != nil {
			return 0, err
		}
		if all, err = all.Plus(w); err != nil {
			return 0, err
		}
	}
	return all, nil
}

// label has the carrier make a label, which is a remote effect: the intent is
// saved first, and asking again gives the same label.
func (s *story) label(ctx context.Context, o order.Order, f fulfillment.Fulfillment) error {
	x, err := s.shop.Shipping.Create(ctx, shipping.Create{
		Meta: s.mia("shipment"), Owner: f.ID.String(), Carrier: "post", Service: o.ShippingMethod,
		From: ourPlace(), To: *o.ShipTo, Parcel: shipping.Parcel{Weight: f.Parcels[0].Weight}, Reference: o.Number,
	})
	if err != nil {
		return err
	}
	if x, err = s.shop.Shipping.Label(ctx, x.ID, shipping.MakeLabel{Meta: s.mia("label")}); err != nil {
		return err
	}
	l, err := s.shop.Shipping.LabelOf(ctx, x.ID)
	if err != nil {
		return err
	}
	s.fact("label", "%s %s for %s, %s", x.Carrier, l.Number, x.To.Name, x.To.City)
	if err := s.file("  "+l.Format, "label-"+l.Number+"."+l.Format, l.Body); err != nil {
		return err
	}
	return s.paperLabel(ctx, x)
}

// paperLabel prints the same label for those who have no printer for ZPL. The
// same key gives the same number.
func (s *story) paperLabel(ctx context.Context, x shipping.Shipment) error {
	printer, err := pdf.New(pdf.Config{Label: pdf.FourBySix})
	if err != nil {
		return err
	}
	p, err := newPost(printer)
	if err != nil {
		return err
	}
	l, err := p.Label(ctx, shipping.LabelRequest{
		Key: x.ID.String(), Service: x.Service, From: x.From, To: x.To, Parcel: x.Parcel, Reference: x.Reference,
	})
	if err != nil {
		return err
	}
	return s.file("  "+l.Format, "label-"+l.Number+"."+l.Format, l.Body)
}
