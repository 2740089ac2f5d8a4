package order

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
)

type kind struct{}

func (kind) Prefix() string { return "or" }

// ID is the id of an order.
type ID = id.Of[kind]

// NewID returns a fresh id.
func NewID(src id.Source) ID { return id.New[kind](src) }

// IDFrom returns the id that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form "or_...". Anything else is an Invalid error.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

// Order is what was agreed, and what the order has been told since. What was
// agreed never changes, whatever happens to the catalogue. It is a value: the
// service hands out copies.
type Order struct {
	ID ID `json:"id"`
	// Number is what people call the order: 1 to 40 printable ASCII characters,
	// unique in the shop. It proves nothing about who knows it.
	Number string `json:"number"`
	// Origin is the text of the id of what became this order, such as a cart.
	// Nothing becomes two orders. Empty if there was nothing.
	Origin string `json:"origin,omitempty"`
	// Buyer is who has ordered.
	Buyer op.Actor `json:"buyer,omitzero"`
	// Email is where to write to the buyer.
	Email string `json:"email,omitempty"`
	// Market is where, for whom and when the prices were asked.
	Market market.Context `json:"market"`

	// Lines are the goods, by number.
	Lines []Line `json:"lines"`
	// Charges are what else is paid for: carriage, fees.
	Charges []Charge `json:"charges,omitempty"`

	// TaxInclusive says that unit prices and the amounts of charges contain
	// their taxes.
	TaxInclusive bool `json:"tax_inclusive"`
	// Subtotal is the sum of the subtotals of the lines.
	Subtotal money.Amount `json:"subtotal"`
	// Shipping and Fees are the sums of the charges, before discounts.
	Shipping money.Amount `json:"shipping"`
	Fees     money.Amount `json:"fees"`
	// Discount is the sum of all discounts, zero or more.
	Discount money.Amount `json:"discount"`
	// Tax is the sum of all taxes, contained or added.
	Tax money.Amount `json:"tax"`
	// Rounding is what rounding for cash added, or took off.
	Rounding money.Amount `json:"rounding"`
	// Total is what was to be paid: Subtotal - Discount + Shipping + Fees +
	// Rounding, and Tax if it is not contained.
	Total money.Amount `json:"total"`

	// Paid is the sum of all payments the order was told of, Refunded of all
	// refunds.
	Paid     money.Amount `json:"paid"`
	Refunded money.Amount `json:"refunded"`

	// Policy is how the figures were rounded.
	Policy money.Policy `json:"policy"`
	// ShipTo is where the goods go, BillTo where the bill goes; nil where that
	// was not asked.
	ShipTo *postal.Address `json:"ship_to,omitempty"`
	BillTo *postal.Address `json:"bill_to,omitempty"`
	// ShippingMethod is the code of the shipping method agreed.
	ShippingMethod string `json:"shipping_method,omitempty"`
	// Snapshot is the input and the trace of the price calculation, as JSON.
	// The order keeps it and never looks inside.
	Snapshot json.RawMessage `json:"snapshot,omitempty"`
	// PaymentDue is until when the order has to be paid, or zero: without an
	// end. From this moment on it lapses; see Service.Lapse.
	PaymentDue time.Time `json:"payment_due,omitzero"`
	// Reason is why the order is on hold or was cancelled.
	Reason string `json:"reason,omitempty"`
	// Metadata belongs to the host.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Version counts the changes, beginning with 1.
	Version   int       `json:"version"`
	PlacedAt  time.Time `json:"placed_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status Status
}

// Line is a quantity of one thing at the price agreed.
type Line struct {
	// N is the number of the line in its order, from 1.
	N     int    `json:"n"`
	SKU   string `json:"sku"`
	Title string `json:"title"`
	// Quantity is how many pieces were agreed, 1 to MaxQuantity.
	Quantity int `json:"quantity"`
	// Unit is the list price, with or without taxes as Order.TaxInclusive says.
	Unit money.Price `json:"unit"`
	// Subtotal is Quantity times Unit.
	Subtotal money.Amount `json:"subtotal"`
	// Discount is what was taken off, zero or more and at most Subtotal.
	Discount money.Amount `json:"discount"`
	// Net is what is left without taxes, Gross is Net and Tax.
	Net   money.Amount `json:"net"`
	Tax   money.Amount `json:"tax"`
	Gross money.Amount `json:"gross"`

	// Of the quantity: how many pieces were cancelled, have left and have come
	// back. Shipped is at most Quantity - Cancelled, Returned at most Shipped.
	Cancelled int `json:"cancelled"`
	Shipped   int `json:"shipped"`
	Returned  int `json:"returned"`

	// Categories are the categories it was in when it was agreed, at most
	// MaxCategories: what is sold for good stays so.
	Categories []string `json:"categories,omitempty"`

	// Metadata belongs to the host.
	Metadata map[string]string `json:"metadata,omitempty"`
}

// Open returns how many pieces are still to be shipped.
func (l Line) Open() int { return l.Quantity - l.Cancelled - l.Shipped }

// ChargeKind says what a charge is for.
type ChargeKind string

// The kinds of charges.
const (
	// ForShipping: the goods are brought.
	ForShipping ChargeKind = "shipping"
	// ForService: gift wrap, cash on delivery and the like.
	ForService ChargeKind = "fee"
)

// Charge is something other than goods that is paid for.
type Charge struct {
	Kind ChargeKind `json:"kind"`
	// Code names the charge: the shipping method, the fee.
	Code  string `json:"code"`
	Title string `json:"title,omitempty"`
	// Amount is the charge before discounts, with or without taxes as
	// Order.TaxInclusive says.
	Amount   money.Amount `json:"amount"`
	Discount money.Amount `json:"discount"`
	Net      money.Amount `json:"net"`
	Tax      money.Amount `json:"tax"`
	Gross    money.Amount `json:"gross"`
}

// Status returns the state of the order.
func (o Order) Status() Status { return o.status }

// Currency returns the currency of every amount of the order.
func (o Order) Currency() money.Currency { return o.Market.Currency }

// Line returns the line with number n and whether there is one.
func (o Order) Line(n int) (Line, bool) {
	i := o.index(n)
	if i < 0 {
		return Line{}, false
	}
	return o.Lines[i], true
}

func (o Order) index(n int) int {
	return slices.IndexFunc(o.Lines, func(l Line) bool { return l.N == n })
}

// next returns a copy of o as it will be after one more change, with lines of
// its own.
func (o Order) next(at time.Time) Order {
	o.Version++
	o.UpdatedAt = clock.Cut(at)
	o.Lines = slices.Clone(o.Lines)
	return o
}
