package fulfillment

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
)

// The errors of this room that carry no data. Test for them with errors.Is.
var (
	// ErrNothingToPlan: nothing of the order is open that could be planned.
	ErrNothingToPlan = fault.New(fault.Conflict, "fulfillment_nothing_to_plan", "Nothing is left to be planned here.")
	// ErrSentBefore: the goods have left once, so they can only come back as a
	// return.
	ErrSentBefore = fault.New(fault.Conflict, "fulfillment_sent_before", "The goods have left before. They have to come back as a return.")
	// ErrForwarding: a warehouse was asked and it is not known yet what it says.
	ErrForwarding = &fault.Error{
		Kind: fault.Conflict, Code: "fulfillment_forwarding", Retry: true, Text: "A warehouse was asked and has not answered yet.",
	}
	// ErrForwarded: a warehouse has taken the fulfillment on.
	ErrForwarded = fault.New(fault.Conflict, "fulfillment_forwarded", "A warehouse has taken this on.")
	// ErrNotForwarded: no warehouse was asked.
	ErrNotForwarded = fault.New(fault.Conflict, "fulfillment_not_forwarded", "No warehouse was asked.")
	// ErrNoParcel: the fulfillment has no parcel with this number.
	ErrNoParcel = &fault.Error{
		Kind: fault.NotFound, Code: "fulfillment_parcel_not_found", Text: "There is no such parcel.",
		Fields: []fault.Field{{Path: "parcel", Code: "unknown", Text: "must be the number of a parcel"}},
	}
	// ErrNoLine: the order has no line with this number.
	ErrNoLine = &fault.Error{
		Kind: fault.NotFound, Code: "fulfillment_line_not_found", Text: "There is no such line in the order.",
		Fields: []fault.Field{{Path: "lines", Code: "unknown", Text: "must name lines of the order"}},
	}
)

// Exceeded says that more pieces of a line would be planned than can be.
type Exceeded struct {
	// Line is the number of the line.
	Line int
	// Want is how many pieces were asked for. Have is how many are open, not
	// planned yet and, if the line is stocked, held at the place.
	Want, Have int
	// Location is the place that was asked for, or empty for all.
	Location string
}

var _ fault.Carrier = (*Exceeded)(nil)

// Fault returns a Conflict with code "fulfillment_line_exceeded" that names the
// field "lines".
func (e *Exceeded) Fault() *fault.Error {
	f := fault.Newf(fault.Conflict, "fulfillment_line_exceeded", "Of line %d only %d pieces can be planned, not %d.", e.Line, e.Have, e.Want)
	f.Fields = []fault.Field{{Path: "lines", Code: "exceeded", Text: f.Text}}
	return f
}

// Error names the line, the place and the figures.
func (e *Exceeded) Error() string {
	return fmt.Sprintf("fulfillment: line %d at %q: want %d pieces, have %d", e.Line, e.Location, e.Want, e.Have)
}

// Unwrap lets errors.Is find the kind.
func (e *Exceeded) Unwrap() error { return e.Fault() }

// Refused says that a warehouse does not take a fulfillment on.
type Refused struct {
	Warehouse string
	// Reason is what the warehouse says, for operators.
	Reason string
}

var _ fault.Carrier = (*Refused)(nil)

// Fault returns a Declined with code "fulfillment_refused".
func (e *Refused) Fault() *fault.Error {
	return fault.New(fault.Declined, "fulfillment_refused", "The warehouse does not take this on.")
}

// Error names the warehouse and its reason.
func (e *Refused) Error() string {
	return fmt.Sprintf("fulfillment: warehouse %s refused: %s", e.Warehouse, e.Reason)
}

// Unwrap lets errors.Is find the kind.
func (e *Refused) Unwrap() error { return e.Fault() }

// errOtherOrder is the error for an order that is not the one of the
// fulfillment.
func errOtherOrder() error {
	var c fault.Check
	c.Add("order", "other_order", "must be the order of the fulfillment")
	return c.Err("fulfillment.slip")
}
