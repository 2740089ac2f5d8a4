package fulfillment

import (
	"slices"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/order"
)

// Limits of a fulfillment.
const (
	// MaxParcels is the largest number of parcels.
	MaxParcels = 100
	// MaxPage is the largest number of fulfillments that are read at once.
	MaxPage = 200

	maxReason   = 500
	maxCarrier  = 64
	maxTracking = 100
	maxLocation = 40
	maxName     = 64
)

func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// checkItems checks what is to be planned; none is everything.
func checkItems(c *fault.Check, items []order.Item) {
	if !c.Range("lines", int64(len(items)), 0, order.MaxLines) {
		return
	}
	for i, item := range items {
		path := at("lines", i)
		c.That(item.Line >= 1, path+".line", "out_of_range", "must be the number of a line")
		c.That(!slices.ContainsFunc(items[:i], func(x order.Item) bool { return x.Line == item.Line }), path+".line", "twice", "must not be named twice")
		c.Range(path+".quantity", int64(item.Quantity), 1, order.MaxQuantity)
	}
}

// checkParcels returns parcels, tidied, of which there are at least some.
func checkParcels(c *fault.Check, parcels []Parcel, least int64) []Parcel {
	if !c.Range("parcels", int64(len(parcels)), least, MaxParcels) {
		return nil
	}
	out := slices.Clone(parcels)
	for i := range out {
		p, path := &out[i], at("parcels", i)
		c.That(p.N == 0 || p.N == i+1, path+".n", "not_allowed", "must be left out or count from 1")
		c.That(p.DeliveredAt.IsZero(), path+".delivered_at", "not_allowed", "must be left out")
		c.Range(path+".weight", int64(p.Weight), 0, int64(measure.MaxWeight))
		p.Carrier = c.Text(path+".carrier", p.Carrier, maxCarrier)
		p.Tracking = c.Text(path+".tracking", p.Tracking, maxTracking)
		p.Shipment = c.Text(path+".shipment", p.Shipment, maxTracking)
	}
	return out
}

// checkTime returns a time that was given or else now, and refuses one that no
// store and no JSON keeps or that is still to come.
func checkTime(c *fault.Check, path string, given, now time.Time) time.Time {
	if given.IsZero() {
		return now
	}
	c.That(given.Year() >= 1971 && !given.After(now), path, "out_of_range", "must not be in the future or before 1971")
	return clock.Cut(given)
}
