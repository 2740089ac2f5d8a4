package order

import (
	"slices"
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// ToldKind says what an order was told of.
type ToldKind string

// What an order is told of.
const (
	ToldPayment  ToldKind = "payment"
	ToldRefund   ToldKind = "refund"
	ToldShipment ToldKind = "shipment"
	ToldReturn   ToldKind = "return"
)

// Told is a fact of another room that an order was told, and keeps, so that
// hearing it twice changes nothing. Kind, Source and Ref tell facts of one order
// apart.
type Told struct {
	Kind ToldKind `json:"kind"`
	// Source is the text of the id of the payment, parcel or return.
	Source string `json:"source"`
	// Ref tells several facts of one source apart, such as two captures.
	Ref string `json:"ref,omitempty"`
	// Amount is what was paid or refunded; nothing for goods.
	Amount money.Amount `json:"amount,omitzero"`
	// Items are the pieces that left or came back; none for money.
	Items []Item `json:"items,omitempty"`
	// At is when the order was told.
	At time.Time `json:"at"`
}

// Item is a number of pieces of one line.
type Item struct {
	// Line is the number of the line.
	Line int `json:"line"`
	// Quantity is 1 to MaxQuantity.
	Quantity int `json:"quantity"`
}

// same reports whether t tells what u tells, whenever it was told.
func (t Told) same(u Told) bool {
	return t.Kind == u.Kind && t.Source == u.Source && t.Ref == u.Ref && t.Amount.Minor() == u.Amount.Minor() &&
		slices.Equal(t.Items, u.Items)
}
