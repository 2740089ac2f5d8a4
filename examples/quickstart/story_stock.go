package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/inventory"
)

// stock shows from where the goods are taken, and hands over to the supplier
// what lies there.
func (s *story) stock(ctx context.Context) error {
	levels, err := s.shop.Inventory.Levels(ctx, coffeeMaker, kettle, hairDryer)
	if err != nil {
		return err
	}
	s.levels(levels)
	for _, l := range levels {
		if l.Low > 0 && l.Available() <= l.Low {
			s.gap()
			s.fact("runs low", "%s at %s: %d of %d left to be sold, so somebody was told to order more", l.SKU, l.Location, l.Available(), l.OnHand)
		}
	}
	fs, err := s.shop.Fulfillment.Plan(ctx, s.mem.Order, fulfillment.Plan{Meta: s.mia("plan")})
	if err != nil {
		return err
	}
	s.gap()
	for _, f := range fs {
		s.fact("from "+f.Location, "%s", pieces(f.Lines))
	}
	return s.forward(ctx)
}

func (s *story) levels(levels []inventory.Level) {
	var rows [][]string
	for _, l := range levels {
		rows = append(rows, []string{l.SKU, l.Location, thousands(l.OnHand), thousands(l.Reserved), thousands(l.Available())})
	}
	s.table("level of | at | >on hand | >reserved | >available", rows...)
}

func pieces(lines []fulfillment.Line) string {
	var out []string
	for _, l := range lines {
		out = append(out, fmt.Sprintf("%d x %s", l.Quantity, l.Title))
	}
	return strings.Join(out, ", ")
}

// from returns the part of the order that leaves a place.
func (s *story) from(ctx context.Context, location string) (fulfillment.Fulfillment, error) {
	fs, err := s.shop.Fulfillment.OfOrder(ctx, s.mem.Order)
	if err != nil {
		return fulfillment.Fulfillment{}, err
	}
	i := slices.IndexFunc(fs, func(f fulfillment.Fulfillment) bool { return f.Location == location })
	if i < 0 {
		return fulfillment.Fulfillment{}, fmt.Errorf("nothing of the order leaves %s", location)
	}
	return fs[i], nil
}

// forward hands the supplier's part over. An answer that was lost is found out
// by Reconcile, when the timer rings.
func (s *story) forward(ctx context.Context) error {
	f, err := s.from(ctx, supplierPlace)
	if err != nil {
		return err
	}
	if f.Status() == fulfillment.StatusPlanned && !f.Forward.InFlight() {
		if f, err = s.shop.Fulfillment.Forward(ctx, f.ID, fulfillment.Forward{Meta: s.mia("forward"), Warehouse: supplierPlace}); err != nil {
			return err
		}
	}
	if f.Forward.InFlight() {
		if err := s.reach(ctx, f.Forward.Due); err != nil {
			return err
		}
		if f, err = s.from(ctx, supplierPlace); err != nil {
			return err
		}
	}
	s.fact("supplier", "%s as %s", f.Forward.State, f.Forward.Reference)
	s.fact("  file", "%s", filepath.Join(s.mem.Folder, strings.ReplaceAll(handover(f.Forward.Key), ":", "-")))
	return nil
}
