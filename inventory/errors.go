package inventory

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Shortage says that there is too little of a SKU. It is a Conflict with code
// "out_of_stock". It is retryable if Have is not less than Want: another buyer
// was quicker at one place, and another place has enough.
type Shortage struct {
	SKU string
	// Want is the whole quantity that was asked for.
	Want int
	// Have is what was available when it was refused.
	Have int
	// Location is the place where it was lost, or empty if all together have
	// too little.
	Location string
}

var _ fault.Carrier = (*Shortage)(nil)

// Fault returns a Conflict. Its text tells nobody how much there is.
func (s *Shortage) Fault() *fault.Error {
	return &fault.Error{
		Kind: fault.Conflict, Code: "out_of_stock",
		Text:  fmt.Sprintf("There is not enough of %s in stock.", s.SKU),
		Retry: s.Have >= s.Want,
	}
}

// Error tells the figures, for operators.
func (s *Shortage) Error() string {
	at := ""
	if s.Location != "" {
		at = " at " + s.Location
	}
	return fmt.Sprintf("inventory: %d of %s wanted%s: %d available", s.Want, s.SKU, at, s.Have)
}

// Unwrap lets errors.Is find the kind.
func (s *Shortage) Unwrap() error { return s.Fault() }

// Conflicts of this room. Test for them with errors.Is.
var (
	// ErrHeld: the owner holds of this SKU at this place already.
	ErrHeld = fault.New(fault.Conflict, "stock_held", "These goods are reserved already.")
	// ErrChanged: a reservation was ended or kept by another at the same time.
	ErrChanged = &fault.Error{
		Kind: fault.Conflict, Code: "reservation_changed", Retry: true,
		Text: "The reservation was changed meanwhile.",
	}
	// ErrTooMuch: a level would pass MaxOnHand.
	ErrTooMuch = fault.New(fault.Conflict, "stock_limit", "No place holds more than a billion pieces of anything.")
	// ErrBroken: levels and reservations contradict each other; see Auditor.
	ErrBroken = fault.New(fault.Internal, "stock_broken", "The stock records contradict each other.")
)

// Missing errors of this room; errors.Is with fault.NotFound holds for all.
var (
	// ErrNoLocation: there is no such place.
	ErrNoLocation = fault.Missing("location")
	// ErrNoLevel: the SKU never lay at this place.
	ErrNoLevel = fault.Missing("level")
	// ErrNoReservation: the owner holds none of this.
	ErrNoReservation = fault.Missing("reservation")
)
