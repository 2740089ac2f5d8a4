package returns

import (
	"slices"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

// Policy decides whether goods may come back. It is pure, quick, and called
// inside units of work and from many goroutines. That no more comes back than
// has left is no matter of policy: the service sees to that.
type Policy interface {
	// Decide says whether all of the lines may come back, and why or why not.
	Decide(c Case) Decision
}

// PolicyFunc adapts a function to a Policy.
type PolicyFunc func(c Case) Decision

// Decide calls f.
func (f PolicyFunc) Decide(c Case) Decision { return f(c) }

// Case is what a Policy decides on.
type Case struct {
	Order order.Order
	// Lines are what shall come back; the order has them.
	Lines []Wanted
	// Deliveries are what the order was told to have arrived, oldest first.
	Deliveries []Delivery
	// By is who asks, At is when.
	By op.Actor
	At time.Time
}

// Wanted is a number of pieces of one line that shall come back.
type Wanted struct {
	// Line is the number of the line.
	Line int `json:"line"`
	// Quantity is 1 to order.MaxQuantity.
	Quantity int    `json:"quantity"`
	Reason   Reason `json:"reason"`
	// Note is at most 500 characters.
	Note string `json:"note,omitempty"`
}

// Delivery is goods that have arrived.
type Delivery struct {
	// Source is the text of the id of what has arrived, such as a fulfillment.
	Source string       `json:"source"`
	Items  []order.Item `json:"items"`
	At     time.Time    `json:"at"`
}

// Decision is what a Policy says.
type Decision struct {
	Allowed bool `json:"allowed"`
	// Because says why, in both cases.
	Because []Because `json:"because,omitempty"`
}

// Because is one ground of a Decision.
type Because struct {
	// Code is a stable machine code: "window_over".
	Code string `json:"code"`
	// Text is one sentence that may be shown to anyone.
	Text string `json:"text"`
	// Line is the number of the line it is about, or 0 for all.
	Line int `json:"line,omitempty"`
	// Data are the figures behind it.
	Data map[string]string `json:"data,omitempty"`
}

// The codes of the grounds that a Window gives.
const (
	// WithinWindow: it may come back until Data["until"].
	WithinWindow = "within_window"
	// AwaitingDelivery: the window has not begun, because it has not arrived.
	AwaitingDelivery = "awaiting_delivery"
	// WindowOver: it could come back until Data["until"].
	WindowOver = "window_over"
	// FinalSale: it is sold for good.
	FinalSale = "final_sale"
)

// Window is the usual Policy: goods may come back within a number of days.
type Window struct {
	// Days is how long after its last delivery a line may come back. The end is
	// half open: at that very time it is over. 0 is 30.
	Days int
	// FinalSKUs are sold for good.
	FinalSKUs []string
	// FinalMetadata are sold for good, too: lines that have one of these keys
	// and values in their metadata, such as {"category": "swimwear"}. It is what
	// was agreed when the order was placed that counts.
	FinalMetadata map[string]string
	// FinalCategories are sold for good, too: lines that were in one of these
	// categories, or in one under them, when the order was placed.
	FinalCategories []string
}

var _ Policy = Window{}

// Decide allows what is not sold for good and within the window.
func (w Window) Decide(c Case) Decision {
	d := Decision{Allowed: true}
	for _, x := range c.Lines {
		l, _ := c.Order.Line(x.Line)
		ok, because := w.line(l, c)
		d.Allowed = d.Allowed && ok
		d.Because = append(d.Because, because)
	}
	return d
}

func (w Window) line(l order.Line, c Case) (bool, Because) {
	b := Because{Line: l.N, Data: map[string]string{"sku": l.SKU}}
	if w.final(l) {
		b.Code, b.Text = FinalSale, "This was sold for good and cannot be returned."
		return false, b
	}
	var arrived time.Time
	for _, d := range c.Deliveries {
		if d.At.After(arrived) && slices.ContainsFunc(d.Items, func(i order.Item) bool { return i.Line == l.N }) {
			arrived = d.At
		}
	}
	days := w.Days
	if days == 0 {
		days = 30
	}
	b.Data["days"] = strconv.Itoa(days)
	if arrived.IsZero() {
		b.Code, b.Text = AwaitingDelivery, "This has not arrived yet, so the time to return it has not begun."
		return true, b
	}
	until := arrived.AddDate(0, 0, days)
	b.Data["delivered"], b.Data["until"] = arrived.Format(time.RFC3339), until.Format(time.RFC3339)
	if !c.At.Before(until) {
		b.Code, b.Text = WindowOver, "The time to return this was over on "+until.Format(time.DateOnly)+"."
		return false, b
	}
	b.Code, b.Text = WithinWindow, "This can be returned until "+until.Format(time.DateOnly)+"."
	return true, b
}

func (w Window) final(l order.Line) bool {
	for k, v := range w.FinalMetadata {
		if have, ok := l.Metadata[k]; ok && have == v {
			return true
		}
	}
	if slices.ContainsFunc(l.Categories, func(k string) bool { return slices.Contains(w.FinalCategories, k) }) {
		return true
	}
	return slices.Contains(w.FinalSKUs, l.SKU)
}
