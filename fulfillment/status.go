package fulfillment

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// Status is the state of a fulfillment.
type Status string

// The states.
const (
	// StatusPlanned: it is known what shall leave from where.
	StatusPlanned Status = "planned"
	// StatusAllocated: the goods are promised without an end, or the warehouse
	// has taken the order on.
	StatusAllocated Status = "allocated"
	// StatusPicking: somebody is fetching the goods.
	StatusPicking Status = "picking"
	// StatusPacked: the parcels are closed.
	StatusPacked Status = "packed"
	// StatusShipped: the parcels have left.
	StatusShipped Status = "shipped"
	// StatusDelivered: all parcels have arrived.
	StatusDelivered Status = "delivered"
	// StatusException: parcels did not arrive.
	StatusException Status = "exception"
	// StatusCancelled: it was called off before it left.
	StatusCancelled Status = "cancelled"
)

// Trigger is what moves a fulfillment from one state to another.
type Trigger string

// The triggers.
const (
	TriggerAllocate Trigger = "allocate"
	TriggerPick     Trigger = "pick"
	TriggerPack     Trigger = "pack"
	TriggerShip     Trigger = "ship"
	TriggerDeliver  Trigger = "deliver"
	TriggerFail     Trigger = "fail"
	TriggerResend   Trigger = "resend"
	TriggerCancel   Trigger = "cancel"
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "fulfillment",
	Initial: StatusPlanned,
	Moves: map[Status]map[Trigger]Status{
		StatusPlanned:   {TriggerAllocate: StatusAllocated, TriggerCancel: StatusCancelled},
		StatusAllocated: {TriggerPick: StatusPicking, TriggerCancel: StatusCancelled},
		StatusPicking:   {TriggerPack: StatusPacked, TriggerCancel: StatusCancelled},
		StatusPacked:    {TriggerShip: StatusShipped, TriggerCancel: StatusCancelled},
		StatusShipped:   {TriggerDeliver: StatusDelivered, TriggerFail: StatusException},
		StatusException: {TriggerResend: StatusPlanned, TriggerDeliver: StatusDelivered},
		StatusDelivered: {},
		StatusCancelled: {},
	},
}

// Lifecycle returns which moves a fulfillment may make.
func Lifecycle() lifecycle.Table[Status, Trigger] { return moves }

// move is the one place where a status changes. A move that the table does not
// hold is a *lifecycle.Forbidden.
func (f Fulfillment) move(t Trigger) (Fulfillment, error) {
	s, err := moves.Next(f.status, t)
	if err != nil {
		return f, err
	}
	f.status = s
	return f, nil
}

// Restore returns f in the state s, for stores that read it back. A state that
// no fulfillment was ever in is an Internal error.
func Restore(f Fulfillment, s Status) (Fulfillment, error) {
	if !moves.Has(s) {
		return Fulfillment{}, fmt.Errorf("fulfillment: %s has the unknown status %q: %w", f.ID, s, fault.Internal)
	}
	f.status = s
	return f, nil
}

// plain is a Fulfillment without methods; document is its JSON form.
type (
	plain    Fulfillment
	document struct {
		plain
		Status Status `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (f Fulfillment) MarshalJSON() ([]byte, error) { return json.Marshal(document{plain(f), f.status}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Fulfillment) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("fulfillment: decode: %w", err)
	}
	v, err := Restore(Fulfillment(d.plain), d.Status)
	if err != nil {
		return err
	}
	*f = v
	return nil
}
