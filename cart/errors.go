package cart

import "github.com/kontor-go/kontor/kernel/fault"

// The errors of this room that carry no data. Test for them with errors.Is.
var (
	// ErrPlaced: the cart has become an order and is frozen.
	ErrPlaced = fault.New(fault.Conflict, "cart_placed", "The cart has become an order and can no longer be changed.")
	// ErrPaying: a payment for the cart is under way, so it cannot be changed.
	ErrPaying = fault.New(fault.Conflict, "cart_paying", "The cart is being paid for.")
	// ErrEmpty: a cart without lines cannot become an order.
	ErrEmpty = fault.New(fault.Conflict, "cart_empty", "The cart is empty.")
	// ErrFull: the cart has MaxLines lines already.
	ErrFull = fault.New(fault.Conflict, "cart_full", "The cart cannot take more lines.")
	// ErrCodesFull: the cart has MaxCodes codes already.
	ErrCodesFull = fault.New(fault.Conflict, "cart_codes_full", "The cart cannot take more codes.")
)

// UnknownSKU says that the shop does not sell what was to be added.
type UnknownSKU struct {
	SKU string
}

var _ fault.Carrier = (*UnknownSKU)(nil)

// Fault returns a NotFound error with code "cart_sku_not_found" that names the
// field "sku".
func (e *UnknownSKU) Fault() *fault.Error {
	return &fault.Error{
		Kind: fault.NotFound, Code: "cart_sku_not_found", Text: "This article is not sold here.",
		Fields: []fault.Field{{Path: "sku", Code: "unknown", Text: "must be an article that is sold here"}},
	}
}

// Error names the SKU.
func (e *UnknownSKU) Error() string { return "cart: nothing is sold under " + e.SKU }

// Unwrap lets errors.Is find the kind.
func (e *UnknownSKU) Unwrap() error { return e.Fault() }

// noLine is the error for a line number that the cart does not have.
func noLine() error {
	return &fault.Error{
		Kind: fault.NotFound, Code: "cart_line_not_found", Text: "There is no such line in the cart.",
		Fields: []fault.Field{{Path: "line", Code: "unknown", Text: "must be the number of a line of this cart"}},
	}
}
