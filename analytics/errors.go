package analytics

import "github.com/kontor-go/kontor/kernel/fault"

// Errors of this room. Test for them with errors.Is.
var (
	// ErrMissing: no event has told of such a fact.
	ErrMissing = fault.Missing("fact")
	// ErrRecorded: the sale, cancellation, return or refund was told of before,
	// under another event.
	ErrRecorded = fault.New(fault.Conflict, "fact_recorded", "This was counted already.")
	// ErrNoSink: the shop has no Sink to deliver to.
	ErrNoSink = fault.New(fault.Unsupported, "no_sink", "There are no analytics to deliver to.")
)
