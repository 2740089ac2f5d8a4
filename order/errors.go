package order

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
)

// The errors of this room that carry no data. Test for them with errors.Is.
var (
	// ErrNumberTaken: another order has this number. Take the next one.
	ErrNumberTaken = fault.New(fault.Conflict, "order_number_taken", "Another order has this number.")
	// ErrAlreadyPlaced: the origin has become an order before; see AlreadyPlaced.
	ErrAlreadyPlaced = fault.New(fault.Conflict, "order_already_placed", "This was ordered before.")
	// ErrShipped: goods have left, so the order cannot be cancelled any more.
	ErrShipped = fault.New(fault.Conflict, "order_shipped", "Goods have left already. They have to come back as a return.")
	// ErrNotConfirmed: goods leave confirmed orders only.
	ErrNotConfirmed = fault.New(fault.Conflict, "order_not_confirmed", "The order is not confirmed.")
	// ErrTold: the order was told this before, at the same time or with other
	// content.
	ErrTold = fault.New(fault.Conflict, "order_told_before", "The order was told of this before.")
	// ErrRefundTooHigh: more would be refunded than was paid.
	ErrRefundTooHigh = fault.New(fault.Conflict, "order_refund_too_high", "More would be refunded than was paid.")
)

// AlreadyPlaced says which order an origin has become before.
type AlreadyPlaced struct {
	Origin string
	Order  ID
}

var _ fault.Carrier = (*AlreadyPlaced)(nil)

// Fault returns ErrAlreadyPlaced.
func (e *AlreadyPlaced) Fault() *fault.Error { return ErrAlreadyPlaced }

// Error names the origin and the order.
func (e *AlreadyPlaced) Error() string {
	return fmt.Sprintf("order: %s has become %s before", e.Origin, e.Order)
}

// Unwrap lets errors.Is find ErrAlreadyPlaced and its kind.
func (e *AlreadyPlaced) Unwrap() error { return ErrAlreadyPlaced }

// Exceeded says that more pieces of a line would leave or come back than there
// are.
type Exceeded struct {
	Line int
	// Want is how many pieces were asked for, Have how many there are.
	Want, Have int
}

var _ fault.Carrier = (*Exceeded)(nil)

// Fault returns a Conflict with code "order_line_exceeded" that names the field
// "items".
func (e *Exceeded) Fault() *fault.Error {
	f := fault.Newf(fault.Conflict, "order_line_exceeded", "Line %d has %d such pieces left, not %d.", e.Line, e.Have, e.Want)
	f.Fields = []fault.Field{{Path: "items", Code: "exceeded", Text: f.Text}}
	return f
}

// Error names the line and the figures.
func (e *Exceeded) Error() string {
	return fmt.Sprintf("order: line %d: want %d pieces, have %d", e.Line, e.Want, e.Have)
}

// Unwrap lets errors.Is find the kind.
func (e *Exceeded) Unwrap() error { return e.Fault() }

// noLine is the error for a line number that the order does not have.
func noLine() error {
	return &fault.Error{
		Kind: fault.NotFound, Code: "order_line_not_found", Text: "There is no such line in the order.",
		Fields: []fault.Field{{Path: "items", Code: "unknown", Text: "must name lines of this order"}},
	}
}
