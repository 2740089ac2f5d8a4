package shipping

import "time"

// ShipmentCreated says that a parcel will be shipped.
type ShipmentCreated struct {
	Shipment ID     `json:"shipment"`
	Owner    string `json:"owner"`
	Carrier  string `json:"carrier"`
	Service  string `json:"service,omitempty"`
}

// EventName returns "shipping.created".
func (ShipmentCreated) EventName() string { return "shipping.created" }

// ShipmentReady says that a parcel has its tracking number.
type ShipmentReady struct {
	Shipment ID     `json:"shipment"`
	Owner    string `json:"owner"`
	Carrier  string `json:"carrier"`
	Number   string `json:"number"`
	// URL is where the carrier shows where it is.
	URL string `json:"url,omitempty"`
}

// EventName returns "shipping.ready".
func (ShipmentReady) EventName() string { return "shipping.ready" }

// ShipmentCancelled says that a parcel was called off.
type ShipmentCancelled struct {
	Shipment ID     `json:"shipment"`
	Owner    string `json:"owner"`
	Reason   string `json:"reason,omitempty"`
}

// EventName returns "shipping.cancelled".
func (ShipmentCancelled) EventName() string { return "shipping.cancelled" }

// ShipmentMoved says that the status of a parcel is another one.
type ShipmentMoved struct {
	Shipment ID     `json:"shipment"`
	Owner    string `json:"owner"`
	From     Status `json:"from"`
	To       Status `json:"to"`
	// At is when it happened, in the carrier's words.
	At time.Time `json:"at"`
}

// EventName returns "shipping.moved".
func (ShipmentMoved) EventName() string { return "shipping.moved" }

// Arrived says that a parcel was delivered. It is announced once for each
// parcel.
type Arrived struct {
	Shipment ID        `json:"shipment"`
	Owner    string    `json:"owner"`
	At       time.Time `json:"at"`
}

// EventName returns "shipping.delivered".
func (Arrived) EventName() string { return "shipping.delivered" }

// DeliveryFailed says that a parcel is lost or goes back.
type DeliveryFailed struct {
	Shipment ID        `json:"shipment"`
	Owner    string    `json:"owner"`
	Status   Status    `json:"status"`
	At       time.Time `json:"at"`
}

// EventName returns "shipping.delivery_failed".
func (DeliveryFailed) EventName() string { return "shipping.delivery_failed" }
