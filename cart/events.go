package cart

import (
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Created says that a cart was begun.
type Created struct {
	Cart     ID             `json:"cart"`
	Buyer    op.Actor       `json:"buyer,omitzero"`
	Channel  string         `json:"channel,omitempty"`
	Market   string         `json:"market,omitempty"`
	Currency money.Currency `json:"currency"`
}

// LineAdded says that pieces of a SKU were put into the cart.
type LineAdded struct {
	Cart ID     `json:"cart"`
	Line int    `json:"line"`
	SKU  string `json:"sku"`
	// Added is how many pieces were added, Quantity how many there are now.
	Added    int `json:"added"`
	Quantity int `json:"quantity"`
}

// LineChanged says that the quantity of a line was set.
type LineChanged struct {
	Cart     ID     `json:"cart"`
	Line     int    `json:"line"`
	SKU      string `json:"sku"`
	Was      int    `json:"was"`
	Quantity int    `json:"quantity"`
}

// LineRemoved says that a line was taken out.
type LineRemoved struct {
	Cart     ID     `json:"cart"`
	Line     int    `json:"line"`
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
}

// CodeApplied says that a coupon code was put on the cart.
type CodeApplied struct {
	Cart ID     `json:"cart"`
	Code string `json:"code"`
}

// CodeRemoved says that a coupon code was taken off the cart.
type CodeRemoved struct {
	Cart ID     `json:"cart"`
	Code string `json:"code"`
}

// AddressesSet says which addresses of the cart were set. They are personal
// data and not part of the event.
type AddressesSet struct {
	Cart   ID   `json:"cart"`
	ShipTo bool `json:"ship_to"`
	BillTo bool `json:"bill_to"`
	Email  bool `json:"email"`
}

// ShippingSet says that a shipping method was chosen, or with an empty Method
// that the choice was taken back.
type ShippingSet struct {
	Cart   ID     `json:"cart"`
	Method string `json:"method"`
}

// Abandoned says that the cart counts as abandoned.
type Abandoned struct {
	Cart ID `json:"cart"`
}

// Reopened says that an abandoned cart was taken up again.
type Reopened struct {
	Cart ID `json:"cart"`
}

// EventName returns "cart.created".
func (Created) EventName() string { return "cart.created" }

// EventName returns "cart.line_added".
func (LineAdded) EventName() string { return "cart.line_added" }

// EventName returns "cart.line_changed".
func (LineChanged) EventName() string { return "cart.line_changed" }

// EventName returns "cart.line_removed".
func (LineRemoved) EventName() string { return "cart.line_removed" }

// EventName returns "cart.code_applied".
func (CodeApplied) EventName() string { return "cart.code_applied" }

// EventName returns "cart.code_removed".
func (CodeRemoved) EventName() string { return "cart.code_removed" }

// EventName returns "cart.addresses_set".
func (AddressesSet) EventName() string { return "cart.addresses_set" }

// EventName returns "cart.shipping_set".
func (ShippingSet) EventName() string { return "cart.shipping_set" }

// EventName returns "cart.abandoned".
func (Abandoned) EventName() string { return "cart.abandoned" }

// EventName returns "cart.reopened".
func (Reopened) EventName() string { return "cart.reopened" }
