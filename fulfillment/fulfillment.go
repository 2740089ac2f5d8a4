package fulfillment

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/order"
)

type kind struct{}

func (kind) Prefix() string { return "fu" }

// ID is the id of a fulfillment.
type ID = id.Of[kind]

// NewID returns a fresh id.
func NewID(src id.Source) ID { return id.New[kind](src) }

// IDFrom returns the id that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form "fu_...". Anything else is an Invalid error.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

// Fulfillment is a part of an order that leaves one place together. It is a
// value: the service hands out copies.
type Fulfillment struct {
	ID    ID       `json:"id"`
	Order order.ID `json:"order"`
	// Number is what people call the order.
	Number string `json:"number"`
	// Location is the code of the place the goods leave from.
	Location string `json:"location"`
	// Lines are the goods, by the number of their line. They never change.
	Lines []Line `json:"lines"`
	// Parcels are what the goods were packed into, by number.
	Parcels []Parcel `json:"parcels,omitempty"`
	// Sent says that the goods have left once: they are off the shelf and the
	// order knows. It stays so when they are sent again.
	Sent bool `json:"sent"`
	// Forward is what was asked of a warehouse, if one was.
	Forward Forwarding `json:"forward,omitzero"`
	// Reason is why the fulfillment was cancelled, or what went wrong.
	Reason string `json:"reason,omitempty"`
	// Metadata belongs to the host.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Version counts the changes, beginning with 1.
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// ShippedAt and DeliveredAt are when it was last so, or zero.
	ShippedAt   time.Time `json:"shipped_at,omitzero"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`

	status Status
}

// Line is a number of pieces of one line of the order.
type Line struct {
	// N is the number of the line in the order.
	N     int    `json:"n"`
	SKU   string `json:"sku"`
	Title string `json:"title"`
	// Quantity is 1 to order.MaxQuantity.
	Quantity int `json:"quantity"`
	// Stocked says that stock is held for the line, which shipping takes.
	Stocked bool `json:"stocked"`
}

// Parcel is one box.
type Parcel struct {
	// N is the number of the parcel in its fulfillment, from 1.
	N int `json:"n"`
	// Weight of the box and what is in it; zero if it was not weighed.
	Weight measure.Weight `json:"weight,omitzero"`
	// Carrier is the code of who carries it, Tracking the number under which it
	// can be followed there.
	Carrier  string `json:"carrier,omitempty"`
	Tracking string `json:"tracking,omitempty"`
	// Shipment is the text of the id under which somebody else knows the parcel,
	// such as a label that was bought; see Deliver.
	Shipment string `json:"shipment,omitempty"`
	// DeliveredAt is when it arrived, or zero.
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
}

// Status returns the state of f.
func (f Fulfillment) Status() Status { return f.status }

// Items returns the lines as the order understands them.
func (f Fulfillment) Items() []order.Item {
	items := make([]order.Item, len(f.Lines))
	for i, l := range f.Lines {
		items[i] = order.Item{Line: l.N, Quantity: l.Quantity}
	}
	return items
}

// Parcel returns the parcel with number n and whether there is one.
func (f Fulfillment) Parcel(n int) (Parcel, bool) {
	i := slices.IndexFunc(f.Parcels, func(p Parcel) bool { return p.N == n })
	if i < 0 {
		return Parcel{}, false
	}
	return f.Parcels[i], true
}

// next returns a copy of f as it will be after one more change, with parcels of
// its own.
func (f Fulfillment) next(at time.Time) Fulfillment {
	f.Version++
	f.UpdatedAt = clock.Cut(at)
	f.Parcels = slices.Clone(f.Parcels)
	return f
}
