package analytics

import (
	"time"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/money"
)

// Kind says what a Fact is about.
type Kind string

// The kinds of facts.
const (
	// KindSale: an order was placed.
	KindSale Kind = "sale"
	// KindCancellation: an order was called off.
	KindCancellation Kind = "cancellation"
	// KindReturn: goods came back and their sale was taken back.
	KindReturn Kind = "return"
	// KindPayment: money came.
	KindPayment Kind = "payment"
	// KindRefund: money went back.
	KindRefund Kind = "refund"
)

// Fact is something that happened to the money of the shop. It is kept for
// ever.
type Fact struct {
	// Event is the id of the event that told of it, and the key of the fact.
	Event event.ID `json:"event"`
	Kind  Kind     `json:"kind"`
	// Subject is the text of the id of what it is about: the order, the return,
	// the payment, the refund.
	Subject string `json:"subject"`
	// Order is the text of the id of its order.
	Order string `json:"order"`
	// Origin is what became the order: mostly a cart.
	Origin string    `json:"origin,omitempty"`
	At     time.Time `json:"at"`
	// Figures are what it did to the turnover. Those of cancellations and
	// returns are negative. A payment has a Total, and a refund a negative one.
	Figures
	Lines []Line `json:"lines,omitempty"`
	// Awaited says that the Sink has not got it yet.
	Awaited bool `json:"-"`
}

// Line is what a fact says of one line of an order.
type Line struct {
	// N is the number of the line in its order, from 1.
	N   int    `json:"n"`
	SKU string `json:"sku"`
	// Product is what the SKU is a variant of, if that is known.
	Product catalog.ID `json:"product,omitzero"`
	// Quantity is in pieces.
	Quantity int `json:"quantity"`
	// Gross is the list price of all pieces, and Discount what was taken off;
	// both contain the tax if the shop shows prices that do.
	Gross    money.Amount `json:"gross"`
	Discount money.Amount `json:"discount"`
	// Net is what is left without tax.
	Net money.Amount `json:"net"`
	Tax money.Amount `json:"tax"`
}

// Figures are amounts of one currency. Total = Net + Shipping + Fees + Tax +
// Rounding.
type Figures struct {
	// Gross is goods at list price, and Discount what was taken off them; both
	// contain the tax if the shop shows prices that do.
	Gross    money.Amount `json:"gross"`
	Discount money.Amount `json:"discount"`
	// Net is the turnover in goods without tax: the account sales.
	Net money.Amount `json:"net"`
	// Shipping and Fees are the turnover in carriage and services without tax.
	Shipping money.Amount `json:"shipping"`
	Fees     money.Amount `json:"fees"`
	// Tax is that of goods, carriage and services.
	Tax money.Amount `json:"tax"`
	// Rounding is what totals gained when they were rounded for cash.
	Rounding money.Amount `json:"rounding"`
	Total    money.Amount `json:"total"`
}

// Zero returns figures of nothing.
func Zero(c money.Currency) Figures {
	z := money.Zero(c)
	return Figures{z, z, z, z, z, z, z, z}
}

// amounts returns those of f, each once.
func amounts(f *Figures) [8]*money.Amount {
	return [...]*money.Amount{&f.Gross, &f.Discount, &f.Net, &f.Shipping, &f.Fees, &f.Tax, &f.Rounding, &f.Total}
}

// neg returns f with the other sign.
func (f Figures) neg() Figures {
	for _, a := range amounts(&f) {
		*a = a.Neg()
	}
	return f
}

// add returns f + g, or what Amount.Add refuses.
func (f Figures) add(g Figures) (Figures, error) {
	theirs := amounts(&g)
	for i, a := range amounts(&f) {
		var err error
		if *a, err = a.Add(*theirs[i]); err != nil {
			return f, err
		}
	}
	return f, nil
}
