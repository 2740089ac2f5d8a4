package reviews

import "github.com/kontor-go/kontor/kernel/fault"

// Errors of this room. Test for them with errors.Is.
var (
	// ErrMissing: there is no such review.
	ErrMissing = fault.Missing("review")
	// ErrNoEntitlement: there is no such entitlement, or it is another's.
	ErrNoEntitlement = fault.Missing("entitlement")
	// ErrReviewed: the line of the order was reviewed already.
	ErrReviewed = fault.New(fault.Conflict, "line_reviewed", "This purchase was reviewed already.")
	// ErrEntitled: another unit has stored an entitlement for the same line at
	// the same time.
	ErrEntitled = &fault.Error{
		Kind: fault.Conflict, Code: "line_entitled", Retry: true,
		Text: "This purchase may be reviewed already.",
	}
)
