package fulfillment

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/postal"
)

// Warehouse takes fulfillments on and ships them itself: a supplier, or a
// service that keeps our goods. It is called over the network, never inside a
// unit of work, and from many goroutines.
//
// An error of either method means that it is not known what became of the
// request. What the warehouse decided is an Outcome.
type Warehouse interface {
	// Forward hands a fulfillment over. Called again with the same Key it must
	// not make a second delivery.
	Forward(ctx context.Context, h Handover) (Outcome, error)
	// Lookup says what became of the handover with a key; OutcomeAbsent if it
	// never arrived and never will by itself.
	Lookup(ctx context.Context, key string) (Outcome, error)
}

// Handover is what a warehouse has to know.
type Handover struct {
	// Key names the handover, the same each time it is tried: "fu_..:1".
	Key         string
	Fulfillment ID
	// Number is the number of the order.
	Number string
	// Location is the place that the fulfillment leaves from.
	Location string
	Lines    []Line
	// ShipTo is where the goods go; nil if the order does not say.
	ShipTo *postal.Address
	// Email is where the buyer may be told of the delivery; may be empty.
	Email string
}

// OutcomeState is what a warehouse says.
type OutcomeState string

// The outcomes. The zero value is OutcomeUnknown, so that an outcome nobody
// filled in is never taken for a decision.
const (
	// OutcomeUnknown: it may have been taken on, or be decided later.
	OutcomeUnknown OutcomeState = ""
	// OutcomeAccepted: the warehouse will ship.
	OutcomeAccepted OutcomeState = "accepted"
	// OutcomeRefused: the warehouse will not.
	OutcomeRefused OutcomeState = "refused"
	// OutcomeAbsent: the warehouse knows nothing of it. Only Lookup says so.
	OutcomeAbsent OutcomeState = "absent"
)

// Outcome is the answer of a warehouse.
type Outcome struct {
	State OutcomeState
	// Reference is what the warehouse calls the delivery, at most 200
	// characters.
	Reference string
	// Reason is why it refuses, at most 500 characters.
	Reason string
}

// ForwardState is how a handover stands.
type ForwardState string

// The states of a handover. The zero value is that of a fulfillment that was
// never forwarded.
const (
	ForwardNone     ForwardState = ""
	ForwardSending  ForwardState = "sending"
	ForwardAccepted ForwardState = "accepted"
	// ForwardDeclined: the warehouse refused.
	ForwardDeclined ForwardState = "refused"
)

// Forwarding is the last handover of a fulfillment.
type Forwarding struct {
	State     ForwardState `json:"state,omitempty"`
	Warehouse string       `json:"warehouse,omitempty"`
	// Key names the handover at the warehouse, Number counts them.
	Key    string `json:"key,omitempty"`
	Number int    `json:"number,omitempty"`
	// Reference is what the warehouse calls it, Reason why it refused.
	Reference string `json:"reference,omitempty"`
	Reason    string `json:"reason,omitempty"`
	// Due is when Reconcile asks again, while it is sending.
	Due time.Time `json:"due,omitzero"`
}

// InFlight reports whether it is not known yet what the warehouse says.
func (f Forwarding) InFlight() bool { return f.State == ForwardSending }
