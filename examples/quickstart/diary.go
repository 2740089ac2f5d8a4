package main

import (
	"context"
	"slices"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/marketing"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// diary notes what the shop announces, as an ERP would hear it.
type diary struct {
	heard []string
	asked string // the last event that somebody was asked for consent
}

func (d *diary) listen(bus *event.Bus) {
	event.On(bus, "quickstart.diary", func(_ context.Context, e event.Event, p order.Placed) error {
		return d.note(e, "order "+p.Number+" was placed")
	})
	event.On(bus, "quickstart.diary", func(_ context.Context, e event.Event, p payment.Captured) error {
		return d.note(e, amount(p.Amount)+" came in")
	})
	event.On(bus, "quickstart.diary", func(_ context.Context, e event.Event, p order.Confirmed) error {
		return d.note(e, "order "+p.Number+" is confirmed, its goods are kept")
	})
	event.On(bus, "quickstart.diary", d.ask)
	event.On(bus, "quickstart.diary", func(_ context.Context, e event.Event, p inventory.LowStock) error {
		return d.note(e, p.SKU+" runs low at "+p.Location+": "+plural(p.Available, "piece")+" left, threshold "+thousands(p.Low))
	})
}

func (d *diary) ask(_ context.Context, e event.Event, _ marketing.ConsentAsked) error {
	d.asked = e.ID.String()
	return nil
}

func (d *diary) note(e event.Event, text string) error {
	// The bus is shared by all shops in the database, and delivers at least once.
	if e.Tenant == tenant && !slices.Contains(d.heard, text) {
		d.heard = append(d.heard, text)
	}
	return nil
}

// read returns what was heard since the last time.
func (d *diary) read() []string {
	heard := d.heard
	d.heard = nil
	return heard
}
