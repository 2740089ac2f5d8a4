package main

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
)

// pastClock is the clock of the shop. It shows the present, but for the moments
// in which the trade of the days before is made up.
type pastClock struct {
	present clock.Clock
	behind  atomic.Pointer[clock.Manual]
}

// Now is the time in the shop.
func (c *pastClock) Now() time.Time {
	if m := c.behind.Load(); m != nil {
		return m.Now()
	}
	return c.present.Now()
}

// days is how many days of trade are made up.
const days = 14

// trade is what happened before the shop was first opened: made-up buyers who
// order, pay, get and review real things, by the same calls that the pages make.
// The same shop has the same trade each time.
type trade struct {
	*site
	clock  *clock.Manual
	chance *rand.Rand
	// opened is when the shop is opened, and n counts the visitors before.
	opened time.Time
	n      int
}

// tradeBefore makes up the trade of a fortnight in a shop that is new.
func (s *site) tradeBefore(ctx context.Context, c *pastClock) error {
	now := c.present.Now()
	t := trade{
		site: s, clock: clock.NewManual(now.Add(-days * 24 * time.Hour)),
		opened: now,
		chance: rand.New(rand.NewPCG(4, 2)), //nolint:gosec // nothing is kept secret by it
	}
	c.behind.Store(t.clock)
	defer c.behind.Store(nil)
	for range days {
		for range 1 + t.chance.IntN(3) {
			if err := t.customer(ctx); err != nil {
				return err
			}
		}
		t.clock.Advance(22 * time.Hour)
		if _, err := s.shop.Drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

// baskets are what made-up buyers buy: things that go together.
func baskets() [][]string {
	return [][]string{
		{"ELECTRIC-KETTLE-1-7L-WHITE", "2-SLICE-TOASTER-STAINLESS-STEEL"},
		{"DRIP-COFFEE-MAKER-BLACK", "2-SLICE-TOASTER-STAINLESS-STEEL"},
		{"AUTOMATIC-ESPRESSO-MACHINE-MATTE-BLACK", "TEMPERATURE-CONTROL-KETTLE-STAINLESS-STEEL"},
		{"ROBOT-VACUUM-PRO-BLACK"},
		{"STEAM-IRON-BLUE-AND-WHITE"},
		{"HIGH-SPEED-BLENDER-STAINLESS-STEEL", "DIGITAL-AIR-FRYER-6L-MATTE-BLACK"},
		{"IONIC-HAIR-DRYER-BLACK"},
		{"AIR-PURIFIER-TOWER-WHITE"},
		{"4-SLICE-TOASTER-STAINLESS-STEEL", "ELECTRIC-KETTLE-1-7L-STAINLESS-STEEL"},
	}
}

// customer is one visitor: some only look, some fill a cart, most buy.
func (t *trade) customer(ctx context.Context) error {
	t.n++
	by := op.Actor{Kind: op.Guest, ID: "before-" + strconv.Itoa(t.n)}
	visitor := t.seal.sum("count", by.ID)
	t.clock.Advance(time.Duration(10+t.chance.IntN(30)) * time.Minute)
	basket, err := t.sold(ctx)
	if err != nil || len(basket) == 0 {
		return err
	}
	did := func(step analytics.Step, in string) error {
		return t.shop.Analytics.Track(ctx, []analytics.Action{{Step: step, Visitor: visitor, Cart: in, SKU: basket[0]}})
	}
	if err := did(analytics.Viewed, ""); err != nil || t.chance.IntN(4) == 0 {
		return err
	}
	c, err := t.shop.Carts.Create(ctx, cart.Create{Meta: op.Meta{By: by}, Market: here()})
	if err != nil {
		return err
	}
	for _, sku := range basket {
		if _, err := t.shop.Carts.Add(ctx, c.ID, cart.Add{Meta: op.Meta{By: by}, SKU: sku, Quantity: 1}); err != nil {
			return err
		}
	}
	if err := did(analytics.Added, c.ID.String()); err != nil || t.chance.IntN(6) == 0 {
		return err
	}
	if err := did(analytics.Checkout, c.ID.String()); err != nil {
		return err
	}
	return t.buys(ctx, c.ID, by)
}

// sold returns the things of a basket that can be had.
func (t *trade) sold(ctx context.Context) ([]string, error) {
	all := baskets()[t.chance.IntN(len(baskets()))]
	known, err := t.shop.Catalog.Variants(ctx, all...)
	if err != nil {
		return nil, err
	}
	levels, err := t.shop.Inventory.Levels(ctx, all...)
	if err != nil {
		return nil, err
	}
	var can []string
	for _, l := range levels {
		if _, ok := known[l.SKU]; ok && catalog.AvailabilityOf(l.Available(), l.Low) == catalog.InStock {
			can = append(can, l.SKU)
		}
	}
	return can, nil
}

// buys places the order of a cart and pays it by transfer, and has it sent and
// delivered.
func (t *trade) buys(ctx context.Context, c cart.ID, by op.Actor) error {
	name := []string{"Ada Adler", "Ben Busch", "Cem Celik", "Dora Dietz", "Emil Ernst", "Fee Fuchs", "Gero Groß"}[t.n%7]
	town := [][2]string{{"10117", "Berlin"}, {"20095", "Hamburg"}, {"50667", "Köln"}, {"80331", "München"}}[t.n%4]
	_, err := t.shop.Carts.SetAddresses(ctx, c, cart.SetAddresses{
		Meta: op.Meta{By: by}, Email: "buyer-" + strconv.Itoa(t.n) + "@example.com",
		ShipTo: &postal.Address{Name: name, Lines: []string{"Musterweg " + strconv.Itoa(t.n)}, Postcode: town[0], City: town[1], Country: "DE"},
	})
	if err != nil {
		return err
	}
	q, err := t.shop.Checkout.Quote(ctx, c)
	if err != nil {
		return err
	}
	placed, err := t.shop.Checkout.Place(ctx, c, checkout.Place{Meta: op.Meta{By: by}, Method: transfer, Total: q.Total})
	if err != nil {
		return err
	}
	if _, err := t.shop.Payments.Capture(ctx, placed.Payment.ID, payment.Capture{Meta: office(), Reference: "statement"}); err != nil {
		return err
	}
	if _, err := t.shop.Drain(ctx); err != nil {
		return err
	}
	return t.sends(ctx, placed.OrderID, name)
}

// sends brings an order to its buyer. Those of the last day wait for the staff.
func (t *trade) sends(ctx context.Context, which order.ID, name string) error {
	if t.opened.Sub(t.clock.Now()) < 48*time.Hour {
		return nil
	}
	fs, err := t.shop.Fulfillment.Plan(ctx, which, fulfillment.Plan{Meta: office()})
	if err != nil {
		return err
	}
	for _, f := range fs {
		if _, err := t.shop.Fulfillment.Allocate(ctx, f.ID, fulfillment.Allocate{Meta: office()}); err != nil {
			return err
		}
		if _, err := t.shop.Fulfillment.Pick(ctx, f.ID, fulfillment.Pick{Meta: office()}); err != nil {
			return err
		}
		if f, err = t.shop.Fulfillment.Pack(ctx, f.ID, fulfillment.Pack{
			Meta: office(), Parcels: []fulfillment.Parcel{{Weight: 3 * measure.Kilogram}},
		}); err != nil {
			return err
		}
		if err := t.handOver(ctx, f); err != nil {
			return err
		}
		if err := t.arrives(ctx, f.ID); err != nil {
			return err
		}
	}
	return t.says(ctx, which, name)
}

// arrives notes what the carrier tells of the parcels of a fulfillment.
func (t *trade) arrives(ctx context.Context, which fulfillment.ID) error {
	f, err := t.shop.Fulfillment.Fulfillment(ctx, which)
	if err != nil {
		return err
	}
	for _, p := range f.Parcels {
		x, err := shipping.ParseID(p.Shipment)
		if err != nil {
			return err
		}
		_, err = t.shop.Shipping.Record(ctx, x, shipping.Record{Meta: office(), Happenings: []shipping.Happening{
			{Status: shipping.InTransit, At: t.clock.Now()}, {Status: shipping.Delivered, At: t.clock.Advance(20 * time.Minute)},
		}})
		if err != nil {
			return err
		}
	}
	_, err = t.shop.Drain(ctx)
	return err
}

// says writes reviews of some of what has arrived, most of which staff publish.
func (t *trade) says(ctx context.Context, which order.ID, name string) error {
	all, err := t.shop.Reviews.EntitlementsOf(ctx, which.String())
	if err != nil {
		return err
	}
	for _, e := range all {
		if t.chance.IntN(3) == 0 {
			continue
		}
		words := opinions()[t.chance.IntN(len(opinions()))]
		r, err := t.shop.Reviews.Write(ctx, e.ID, reviews.Write{
			Meta: op.Meta{By: e.Buyer}, Rating: words.stars, Title: words.title, Text: words.text, Name: name[:1] + ".",
		})
		if err != nil {
			return err
		}
		if t.chance.IntN(6) == 0 {
			continue
		}
		if _, err := t.shop.Reviews.Publish(ctx, r.ID, reviews.Publish{Meta: office()}); err != nil {
			return err
		}
	}
	return nil
}

type opinion struct {
	stars       int
	title, text string
}

func opinions() []opinion {
	return []opinion{
		{5, "Does what it says", "Arrived quickly and works as described. I would buy it again."},
		{5, "A joy every morning", "Solid, quiet and easy to clean."},
		{4, "Good, with one wish", "Everything works well. The cable could be longer."},
		{4, "Looks good too", "It fits in and does its work without any fuss."},
		{3, "Fine", "Nothing special, but it does the job."},
	}
}
