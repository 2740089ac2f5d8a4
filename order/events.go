package order

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Placed says that a buyer has ordered. Addresses and e-mail are personal data
// and not part of the event: who needs them reads the order.
type Placed struct {
	Order    ID           `json:"order"`
	Number   string       `json:"number"`
	Origin   string       `json:"origin,omitempty"`
	Buyer    op.Actor     `json:"buyer,omitzero"`
	Channel  string       `json:"channel,omitempty"`
	Market   string       `json:"market,omitempty"`
	Country  string       `json:"country,omitempty"`
	Locale   string       `json:"locale,omitempty"`
	Lines    []PlacedLine `json:"lines"`
	Subtotal money.Amount `json:"subtotal"`
	Discount money.Amount `json:"discount"`
	Shipping money.Amount `json:"shipping"`
	Fees     money.Amount `json:"fees"`
	Tax      money.Amount `json:"tax"`
	Total    money.Amount `json:"total"`
	// PaymentDue is until when it has to be paid, if there is an end.
	PaymentDue time.Time `json:"payment_due,omitzero"`
}

// PlacedLine is a line of a Placed order.
type PlacedLine struct {
	N        int          `json:"n"`
	SKU      string       `json:"sku"`
	Title    string       `json:"title"`
	Quantity int          `json:"quantity"`
	Net      money.Amount `json:"net"`
	Tax      money.Amount `json:"tax"`
	Gross    money.Amount `json:"gross"`
}

// Confirmed says that the shop delivers.
type Confirmed struct {
	Order  ID     `json:"order"`
	Number string `json:"number"`
}

// OnHold says that somebody has to look at the order first.
type OnHold struct {
	Order  ID     `json:"order"`
	Number string `json:"number"`
	Reason string `json:"reason"`
}

// Resumed says that the order is no longer on hold.
type Resumed struct {
	Order  ID     `json:"order"`
	Number string `json:"number"`
}

// Cancelled says that the order was called off.
type Cancelled struct {
	Order  ID     `json:"order"`
	Number string `json:"number"`
	Origin string `json:"origin,omitempty"`
	Reason string `json:"reason"`
	// Refundable is what was paid and not refunded yet.
	Refundable money.Amount `json:"refundable"`
}

// Completed says that nothing is left to do.
type Completed struct {
	Order  ID     `json:"order"`
	Number string `json:"number"`
}

// PaymentRecorded says that the order was told of a payment.
type PaymentRecorded struct {
	Order    ID              `json:"order"`
	Number   string          `json:"number"`
	Payment  string          `json:"payment"`
	Ref      string          `json:"ref,omitempty"`
	Amount   money.Amount    `json:"amount"`
	Paid     money.Amount    `json:"paid"`
	Total    money.Amount    `json:"total"`
	Standing PaymentStanding `json:"standing"`
}

// RefundRecorded says that the order was told of a refund.
type RefundRecorded struct {
	Order    ID              `json:"order"`
	Number   string          `json:"number"`
	Payment  string          `json:"payment"`
	Ref      string          `json:"ref,omitempty"`
	Amount   money.Amount    `json:"amount"`
	Refunded money.Amount    `json:"refunded"`
	Standing PaymentStanding `json:"standing"`
}

// ShipmentRecorded says that the order was told of goods that have left.
type ShipmentRecorded struct {
	Order    ID               `json:"order"`
	Number   string           `json:"number"`
	Shipment string           `json:"shipment"`
	Items    []Item           `json:"items"`
	Standing ShipmentStanding `json:"standing"`
}

// ReturnRecorded says that the order was told of goods that have come back.
type ReturnRecorded struct {
	Order  ID     `json:"order"`
	Number string `json:"number"`
	Return string `json:"return"`
	Items  []Item `json:"items"`
}

// PaymentDue is the timer that rings when an order has to be paid.
type PaymentDue struct {
	Order  ID     `json:"order"`
	Number string `json:"number"`
}

// EventName returns "order.placed".
func (Placed) EventName() string { return "order.placed" }

// EventName returns "order.confirmed".
func (Confirmed) EventName() string { return "order.confirmed" }

// EventName returns "order.on_hold".
func (OnHold) EventName() string { return "order.on_hold" }

// EventName returns "order.resumed".
func (Resumed) EventName() string { return "order.resumed" }

// EventName returns "order.cancelled".
func (Cancelled) EventName() string { return "order.cancelled" }

// EventName returns "order.completed".
func (Completed) EventName() string { return "order.completed" }

// EventName returns "order.payment_recorded".
func (PaymentRecorded) EventName() string { return "order.payment_recorded" }

// EventName returns "order.refund_recorded".
func (RefundRecorded) EventName() string { return "order.refund_recorded" }

// EventName returns "order.shipment_recorded".
func (ShipmentRecorded) EventName() string { return "order.shipment_recorded" }

// EventName returns "order.return_recorded".
func (ReturnRecorded) EventName() string { return "order.return_recorded" }

// EventName returns "order.payment_due".
func (PaymentDue) EventName() string { return "order.payment_due" }
