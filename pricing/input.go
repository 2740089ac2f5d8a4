package pricing

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// Input is everything that a quote depends on. It is plain data with a stable
// JSON form, so that it can be kept and priced again.
type Input struct {
	// Currency of every amount below. Required.
	Currency money.Currency `json:"currency"`
	// At is the instant the quote is made for. It is copied to the quote and
	// decides nothing: what was valid then is up to the caller.
	At time.Time `json:"at,omitzero"`
	// Place is where the taxes are of, for people: "FR 75001". It is copied to
	// the quote, so that Explain can name it, and decides nothing.
	Place string `json:"place,omitempty"`
	// Policy is how the shop rounds. Default: half up, per line.
	Policy money.Policy `json:"policy"`
	// TaxInclusive says that all prices contain their taxes. Default: false,
	// taxes are added.
	TaxInclusive bool `json:"tax_inclusive"`
	// Lines are the goods, at most MaxLines.
	Lines []Line `json:"lines"`
	// Discounts apply by priority, whatever their order here; at most MaxRules.
	Discounts []Discount `json:"discounts,omitempty"`
	// Taxes are looked up by category, in the order given here; at most MaxRules.
	Taxes []Tax `json:"taxes,omitempty"`
	// Shipping charges, at most MaxRules. No discount touches them but one on
	// shipping.
	Shipping []Shipping `json:"shipping,omitempty"`
	// Fees are further charges, such as for payment or gift wrap, at most
	// MaxRules. No discount touches them.
	Fees []Fee `json:"fees,omitempty"`
}

// The limits of one input.
const (
	MaxLines    = 10_000
	MaxRules    = 100
	MaxQuantity = 1_000_000
)

// Line is a quantity of one thing at its list price.
type Line struct {
	// ID tells the lines, charges and fees of one input apart. Required.
	ID string `json:"id"`
	// SKU names the thing, for discounts on certain things.
	SKU string `json:"sku,omitempty"`
	// Name is for people. Default: the SKU.
	Name string `json:"name,omitempty"`
	// Categories the thing is in, for discounts on categories.
	Categories []string `json:"categories,omitempty"`
	// Quantity is from 1 to MaxQuantity.
	Quantity int `json:"quantity"`
	// Unit is the list price, zero or more. Required.
	Unit money.Price `json:"unit"`
	// TaxCategory selects the taxes. Default: taxes of the empty category,
	// which may be none.
	TaxCategory string `json:"tax_category,omitempty"`
}

// Shipping is one charge for bringing the goods.
type Shipping struct {
	// ID tells the lines, charges and fees of one input apart. Required.
	ID string `json:"id"`
	// Title is for people.
	Title string `json:"title,omitempty"`
	// Amount is zero or more, with or without taxes as the prices are. Required.
	Amount money.Amount `json:"amount"`
	// TaxCategory selects the taxes, as for lines.
	TaxCategory string `json:"tax_category,omitempty"`
}

// Fee is one further charge. Its fields are those of Shipping.
type Fee Shipping

// Kind says what a discount takes off.
type Kind string

// The kinds of discounts.
const (
	// PercentOff takes Discount.Rate of what is left.
	PercentOff Kind = "percent"
	// AmountOff takes Discount.Amount, at most what is left.
	AmountOff Kind = "amount"
)

// Scope says where a discount applies.
type Scope string

// The scopes of discounts.
const (
	// OnOrder: on the sum of all lines; what it takes is shared over them by
	// what is left of each.
	OnOrder Scope = "order"
	// OnItems: on the matching lines. A percentage is taken and rounded line by
	// line, an amount is shared over them.
	OnItems Scope = "items"
	// OnEach: on every piece of the matching lines. A percentage is the same as
	// with OnItems, an amount is taken once per piece.
	OnEach Scope = "each"
	// OnShipping: on the shipping charges, shared by what is left of each.
	OnShipping Scope = "shipping"
)

// Discount takes something off.
type Discount struct {
	// Code names the discount and is unique in the input. Required.
	Code string `json:"code"`
	// Title is for people. Default: the code.
	Title string `json:"title,omitempty"`
	// Automatic: nobody has typed the code, which tells it from others and
	// says nothing to people. Explain calls it by its title. Default: false.
	Automatic bool `json:"automatic,omitempty"`
	// Kind is PercentOff or AmountOff. Required.
	Kind Kind `json:"kind"`
	// Scope says where it applies. Required.
	Scope Scope `json:"scope"`
	// Rate of PercentOff, from 0 to 1.
	Rate money.Rate `json:"rate,omitzero"`
	// Amount of AmountOff, zero or more.
	Amount money.Amount `json:"amount"`
	// SKUs and Categories choose the lines for OnItems and OnEach: a line that
	// is in either list. Both empty: every line.
	SKUs       []string `json:"skus,omitempty"`
	Categories []string `json:"categories,omitempty"`
	// Minimum is the sum of all lines, less earlier discounts, from which this
	// one applies. Default: none.
	Minimum money.Amount `json:"minimum"`
	// Priority: the higher one goes first; equal ones go by code. Default: 0.
	Priority int `json:"priority,omitempty"`
	// Exclusive: if this one applies to the untouched prices, no other does,
	// whatever its priority. Of several exclusive ones the first by priority
	// wins. Default: false.
	Exclusive bool `json:"exclusive,omitempty"`
}

// Tax is one tax on the things of one category. Several of a category apply
// together.
type Tax struct {
	// Name is for people, and with the rate what totals are grouped by. It is
	// unique in its category. Required.
	Name string `json:"name"`
	// Category of the lines and charges it is on.
	Category string `json:"category,omitempty"`
	// Rate is from 0 to 10.
	Rate money.Rate `json:"rate"`
	// Compound: on the price and the taxes before it in Input.Taxes, not on
	// the price alone. Default: false.
	Compound bool `json:"compound,omitempty"`
}
