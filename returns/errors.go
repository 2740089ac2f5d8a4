package returns

import (
	"fmt"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// The errors of this room that carry no data. Test for them with errors.Is.
var (
	// ErrNoLine: the order or the return has no line with this number.
	ErrNoLine = &fault.Error{
		Kind: fault.NotFound, Code: "return_line_not_found", Text: "There is no such line.",
		Fields: []fault.Field{{Path: "lines", Code: "unknown", Text: "must name lines that are there"}},
	}
	// ErrRefundInFlight: a refund was asked for and it is not known yet what
	// became of it.
	ErrRefundInFlight = &fault.Error{
		Kind: fault.Conflict, Code: "return_refund_in_flight", Retry: true, Text: "The refund is under way.",
	}
	// ErrShippingTooHigh: more of the carriage would go back than was paid and is
	// not refunded.
	ErrShippingTooHigh = &fault.Error{
		Kind: fault.Conflict, Code: "return_shipping_too_high", Text: "More would be refunded for shipping than was paid.",
		Fields: []fault.Field{{Path: "shipping", Code: "exceeded", Text: "must not be more than was paid and is not refunded"}},
	}
	// ErrDeliveryTold: the delivery was recorded before, with other content.
	ErrDeliveryTold = fault.New(fault.Conflict, "return_delivery_told_before", "This delivery was recorded before.")
)

// NotAllowed says that the policy does not let goods come back.
type NotAllowed struct {
	Decision Decision
}

var _ fault.Carrier = (*NotAllowed)(nil)

// Fault returns a Conflict with code "return_not_allowed". Its text is that of
// the policy.
func (e *NotAllowed) Fault() *fault.Error {
	texts := []string{"This cannot be returned."}
	for i, b := range e.Decision.Because {
		if i == 0 {
			texts = nil
		}
		texts = append(texts, b.Text)
	}
	return fault.New(fault.Conflict, "return_not_allowed", strings.Join(texts, " "))
}

// Error names the codes of the grounds.
func (e *NotAllowed) Error() string {
	codes := make([]string, len(e.Decision.Because))
	for i, b := range e.Decision.Because {
		codes[i] = fmt.Sprintf("line %d: %s", b.Line, b.Code)
	}
	return "returns: not allowed: " + strings.Join(codes, ", ")
}

// Unwrap lets errors.Is find the kind.
func (e *NotAllowed) Unwrap() error { return e.Fault() }

// Exceeded says that more pieces of a line would come back than can, or that
// they do not add up.
type Exceeded struct {
	// Line is the number of the line.
	Line int
	// Want is how many pieces were named. Have is how many there are: that have
	// left, have not come back and are in no other return; that were requested;
	// or, to be inspected, that were received.
	Want, Have int
}

var _ fault.Carrier = (*Exceeded)(nil)

// Fault returns a Conflict with code "return_line_exceeded" that names the field
// "lines".
func (e *Exceeded) Fault() *fault.Error {
	f := fault.Newf(fault.Conflict, "return_line_exceeded", "Line %d has %d such pieces, not %d.", e.Line, e.Have, e.Want)
	f.Fields = []fault.Field{{Path: "lines", Code: "exceeded", Text: f.Text}}
	return f
}

// Error names the line and the figures.
func (e *Exceeded) Error() string {
	return fmt.Sprintf("returns: line %d: want %d pieces, have %d", e.Line, e.Want, e.Have)
}

// Unwrap lets errors.Is find the kind.
func (e *Exceeded) Unwrap() error { return e.Fault() }

// NotRefunded says that money did not go back. The return shows why, and Settle
// tries again.
type NotRefunded struct {
	Return ID
	// Reason is what the payment says, for operators.
	Reason string
}

var _ fault.Carrier = (*NotRefunded)(nil)

// Fault returns a Declined with code "return_not_refunded".
func (e *NotRefunded) Fault() *fault.Error {
	return fault.New(fault.Declined, "return_not_refunded", "The money could not be paid back.")
}

// Error names the return and the reason.
func (e *NotRefunded) Error() string {
	return fmt.Sprintf("returns: refund of %s: %s", e.Return, e.Reason)
}

// Unwrap lets errors.Is find the kind.
func (e *NotRefunded) Unwrap() error { return e.Fault() }
