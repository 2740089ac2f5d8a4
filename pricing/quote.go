package pricing

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// Quote is what an input costs. Its JSON form is stable: fields are only ever
// added. Lines, shipping and fees are in the order of the input.
type Quote struct {
	Currency     money.Currency `json:"currency"`
	At           time.Time      `json:"at,omitzero"`
	Place        string         `json:"place,omitempty"`
	Policy       money.Policy   `json:"policy"`
	TaxInclusive bool           `json:"tax_inclusive"`

	Lines    []LineQuote   `json:"lines"`
	Shipping []ChargeQuote `json:"shipping,omitempty"`
	Fees     []ChargeQuote `json:"fees,omitempty"`

	// Discounts that took something off, in the order in which they did.
	Discounts []DiscountTotal `json:"discounts,omitempty"`
	// Refused are the discounts that did not, and why.
	Refused []Refusal `json:"refused,omitempty"`
	// Taxes are the totals per tax, in the order of Input.Taxes.
	Taxes []TaxTotal `json:"taxes,omitempty"`

	// Subtotal is the sum of quantity times list price.
	Subtotal money.Amount `json:"subtotal"`
	// ShippingTotal and FeeTotal are the charges before discounts.
	ShippingTotal money.Amount `json:"shipping_total"`
	FeeTotal      money.Amount `json:"fee_total"`
	// Discount is the sum of all discounts, zero or more.
	Discount money.Amount `json:"discount"`
	// Tax is the sum of all taxes, contained or added.
	Tax money.Amount `json:"tax"`
	// Rounding is what cash rounding adds to the total, or takes off.
	Rounding money.Amount `json:"rounding"`
	// Total is what is to be paid.
	Total money.Amount `json:"total"`

	// Trace tells how the figures came about.
	Trace Trace `json:"trace"`
}

// LineQuote is what one line costs.
type LineQuote struct {
	ID       string      `json:"id"`
	SKU      string      `json:"sku,omitempty"`
	Quantity int         `json:"quantity"`
	Unit     money.Price `json:"unit"`
	// Subtotal is quantity times list price.
	Subtotal money.Amount `json:"subtotal"`
	Sums
}

// ChargeQuote is what one shipping charge or fee costs.
type ChargeQuote struct {
	ID string `json:"id"`
	// Title is for people.
	Title string `json:"title,omitempty"`
	// Amount is the charge as given.
	Amount money.Amount `json:"amount"`
	Sums
}

// Sums are the figures below the list price of a line or charge.
type Sums struct {
	// Discount is the sum of the discounts, zero or more.
	Discount money.Amount `json:"discount"`
	// Net is what is left without taxes.
	Net money.Amount `json:"net"`
	// Tax is the sum of the taxes, and Gross is Net and Tax.
	Tax   money.Amount `json:"tax"`
	Gross money.Amount `json:"gross"`
	// Discounts and Taxes are the portions that make up the sums.
	Discounts []DiscountPortion `json:"discounts,omitempty"`
	Taxes     []TaxPortion      `json:"taxes,omitempty"`
}

// DiscountPortion is what one discount took off one line or charge.
type DiscountPortion struct {
	Code   string       `json:"code"`
	Amount money.Amount `json:"amount"`
}

// TaxPortion is one tax on one line or charge.
type TaxPortion struct {
	Name string     `json:"name"`
	Rate money.Rate `json:"rate"`
	// Amount is the tax, contained or added.
	Amount money.Amount `json:"amount"`
}

// DiscountTotal is what one discount took off in all.
type DiscountTotal struct {
	Code  string `json:"code"`
	Title string `json:"title,omitempty"`
	// Automatic: nobody has typed the code.
	Automatic bool         `json:"automatic,omitempty"`
	Amount    money.Amount `json:"amount"`
}

// TaxTotal is one tax on everything.
type TaxTotal struct {
	Name string     `json:"name"`
	Rate money.Rate `json:"rate"`
	// Base is the sum, without any tax, of all that the tax is on.
	Base   money.Amount `json:"base"`
	Amount money.Amount `json:"amount"`
}

// Refusal is a discount that took nothing off.
type Refusal struct {
	Code  string `json:"code"`
	Title string `json:"title,omitempty"`
	// Automatic: nobody has typed the code.
	Automatic bool   `json:"automatic,omitempty"`
	Reason    Reason `json:"reason"`
}

// Reason says why a discount was refused.
type Reason string

// The reasons.
const (
	// NoMatch: no line or charge is of the kind the discount is on.
	NoMatch Reason = "no_match"
	// BelowMinimum: the lines are worth less than the minimum.
	BelowMinimum Reason = "below_minimum"
	// NothingLeft: earlier discounts, or prices of zero, left nothing to take.
	NothingLeft Reason = "nothing_left"
	// NoEffect: its rate or amount is zero, or what it takes rounds to zero.
	NoEffect Reason = "no_effect"
	// Excluded: an exclusive discount suppresses it.
	Excluded Reason = "excluded"
)

// Line returns the line with the given ID, and false if there is none.
func (q Quote) Line(id string) (LineQuote, bool) {
	for _, l := range q.Lines {
		if l.ID == id {
			return l, true
		}
	}
	return LineQuote{}, false
}
