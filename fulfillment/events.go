package fulfillment

import (
	"time"

	"github.com/kontor-go/kontor/order"
)

// Fact is what every event of this room tells.
type Fact struct {
	Fulfillment ID       `json:"fulfillment"`
	Order       order.ID `json:"order"`
	Number      string   `json:"number"`
}

// Planned says that a part of an order shall leave from a place.
type Planned struct {
	Fact
	Location string `json:"location"`
	Lines    []Line `json:"lines"`
	// Again says that the goods were sent before and came back.
	Again bool `json:"again,omitempty"`
}

// Allocated says that the goods are promised, or that a warehouse has taken the
// fulfillment on.
type Allocated struct {
	Fact
	Location  string `json:"location"`
	Warehouse string `json:"warehouse,omitempty"`
	Reference string `json:"reference,omitempty"`
}

// Picked says that somebody has begun to fetch the goods.
type Picked struct {
	Fact
	Location string `json:"location"`
}

// Packed says that the parcels are closed.
type Packed struct {
	Fact
	Parcels []Parcel `json:"parcels"`
}

// Shipped says that parcels have left.
type Shipped struct {
	Fact
	Location string    `json:"location"`
	Lines    []Line    `json:"lines"`
	Parcels  []Parcel  `json:"parcels"`
	At       time.Time `json:"at"`
}

// ParcelDelivered says that one of several parcels has arrived; the last one is
// told of by Delivered as well.
type ParcelDelivered struct {
	Fact
	Parcel Parcel `json:"parcel"`
}

// Delivered says that all parcels have arrived.
type Delivered struct {
	Fact
	Lines   []Line    `json:"lines"`
	Parcels []Parcel  `json:"parcels"`
	At      time.Time `json:"at"`
}

// Exception says that parcels did not arrive.
type Exception struct {
	Fact
	Reason  string   `json:"reason"`
	Parcels []Parcel `json:"parcels"`
}

// Cancelled says that a fulfillment was called off. If a Warehouse had taken it
// on, it has to be told under its Reference.
type Cancelled struct {
	Fact
	Location  string `json:"location"`
	Reason    string `json:"reason"`
	Lines     []Line `json:"lines"`
	Warehouse string `json:"warehouse,omitempty"`
	Reference string `json:"reference,omitempty"`
}

// ForwardRefused says that a warehouse does not take a fulfillment on.
type ForwardRefused struct {
	Fact
	Warehouse string `json:"warehouse"`
	Reason    string `json:"reason"`
}

// ForwardDue is the timer that rings when a warehouse should have answered:
// whoever gets it calls Reconcile.
type ForwardDue struct {
	Fact
}

// EventName returns "fulfillment.planned".
func (Planned) EventName() string { return "fulfillment.planned" }

// EventName returns "fulfillment.allocated".
func (Allocated) EventName() string { return "fulfillment.allocated" }

// EventName returns "fulfillment.picked".
func (Picked) EventName() string { return "fulfillment.picked" }

// EventName returns "fulfillment.packed".
func (Packed) EventName() string { return "fulfillment.packed" }

// EventName returns "fulfillment.shipped".
func (Shipped) EventName() string { return "fulfillment.shipped" }

// EventName returns "fulfillment.parcel_delivered".
func (ParcelDelivered) EventName() string { return "fulfillment.parcel_delivered" }

// EventName returns "fulfillment.delivered".
func (Delivered) EventName() string { return "fulfillment.delivered" }

// EventName returns "fulfillment.exception".
func (Exception) EventName() string { return "fulfillment.exception" }

// EventName returns "fulfillment.cancelled".
func (Cancelled) EventName() string { return "fulfillment.cancelled" }

// EventName returns "fulfillment.forward_refused".
func (ForwardRefused) EventName() string { return "fulfillment.forward_refused" }

// EventName returns "fulfillment.forward_due".
func (ForwardDue) EventName() string { return "fulfillment.forward_due" }

func (f Fulfillment) fact() Fact { return Fact{Fulfillment: f.ID, Order: f.Order, Number: f.Number} }
