package checkout

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// Differs is the code of the Conflict error of Service.Replay for an order that
// says something else than its snapshot.
const Differs = "order_differs"

// TotalChanged says that the total the buyer agreed to is not what the cart
// costs now. Nothing has happened: show the new total and ask again.
type TotalChanged struct {
	Stated, Actual money.Amount
}

var _ fault.Carrier = (*TotalChanged)(nil)

// Fault returns a Conflict with the code "total_changed".
func (e *TotalChanged) Fault() *fault.Error {
	f := fault.Newf(fault.Conflict, "total_changed", "The total is %s now, not %s.", e.Actual, e.Stated)
	f.Fields = []fault.Field{{Path: "total", Code: "changed", Text: f.Text}}
	return f
}

// Error names both totals.
func (e *TotalChanged) Error() string {
	return fmt.Sprintf("checkout: the total is %s, not %s", e.Actual, e.Stated)
}

// Unwrap lets errors.Is find the kind.
func (e *TotalChanged) Unwrap() error { return e.Fault() }

// NotSold says that a SKU in the cart is not for sale, or has no price here.
type NotSold struct {
	SKU string
	// NoPrice says that it is for sale but has no price in the currency.
	NoPrice bool
}

var _ fault.Carrier = (*NotSold)(nil)

// Fault returns a Conflict with the code "not_sold" that names the field "lines".
func (e *NotSold) Fault() *fault.Error {
	f := fault.Newf(fault.Conflict, "not_sold", "%s is not for sale here any more.", e.SKU)
	f.Fields = []fault.Field{{Path: "lines", Code: "not_sold", Text: f.Text}}
	return f
}

// Error names the SKU.
func (e *NotSold) Error() string {
	if e.NoPrice {
		return fmt.Sprintf("checkout: %s has no price here", e.SKU)
	}
	return fmt.Sprintf("checkout: %s is not for sale", e.SKU)
}

// Unwrap lets errors.Is find the kind.
func (e *NotSold) Unwrap() error { return e.Fault() }

// The errors of this room that carry no data. Test for them with errors.Is.
var (
	// ErrMethodGone: the shipping method chosen is not offered any more.
	ErrMethodGone = &fault.Error{
		Kind: fault.Conflict, Code: "shipping_method_gone", Text: "The shipping method chosen is not offered any more.",
		Fields: []fault.Field{{Path: "shipping_method", Code: "not_offered", Text: "must be one that is offered for this cart"}},
	}
	// ErrNotShipped: there is no way of shipping for this cart and address. The
	// quote says why for each.
	ErrNotShipped = &fault.Error{
		Kind: fault.Conflict, Code: "not_shipped", Text: "This cannot be brought to that address.",
		Fields: []fault.Field{{Path: "ship_to", Code: "not_shipped", Text: "must be where we deliver this"}},
	}
)

// errNoCart is the NotFound error of a cart, whether it is unknown, of another
// tenant, or never was.
func errNoCart() error { return fault.Missing("cart") }
