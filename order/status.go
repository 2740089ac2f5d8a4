package order

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// Status is the state of an order.
type Status string

// The states. Paid and shipped are none: see PaymentStanding and
// ShipmentStanding.
const (
	// StatusPlaced: the buyer has ordered.
	StatusPlaced Status = "placed"
	// StatusOnHold: somebody has to look at it first.
	StatusOnHold Status = "on_hold"
	// StatusConfirmed: the shop delivers.
	StatusConfirmed Status = "confirmed"
	// StatusCompleted: nothing is left to do.
	StatusCompleted Status = "completed"
	// StatusCancelled: it was called off.
	StatusCancelled Status = "cancelled"
)

// Trigger is what moves an order from one state to another.
type Trigger string

// The triggers.
const (
	TriggerConfirm  Trigger = "confirm"
	TriggerHold     Trigger = "hold"
	TriggerResume   Trigger = "resume"
	TriggerCancel   Trigger = "cancel"
	TriggerComplete Trigger = "complete"
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "order",
	Initial: StatusPlaced,
	Moves: map[Status]map[Trigger]Status{
		StatusPlaced:    {TriggerConfirm: StatusConfirmed, TriggerHold: StatusOnHold, TriggerCancel: StatusCancelled},
		StatusOnHold:    {TriggerResume: StatusPlaced, TriggerCancel: StatusCancelled},
		StatusConfirmed: {TriggerComplete: StatusCompleted, TriggerCancel: StatusCancelled},
		StatusCompleted: {},
		StatusCancelled: {},
	},
}

// Lifecycle returns which moves an order may make.
func Lifecycle() lifecycle.Table[Status, Trigger] { return moves }

// move is the one place where a status changes. A move that the table does not
// hold is a *lifecycle.Forbidden.
func (o Order) move(t Trigger) (Order, error) {
	s, err := moves.Next(o.status, t)
	if err != nil {
		return o, err
	}
	o.status = s
	return o, nil
}

// Restore returns o in the state s, for stores that read it back. A state that
// no order was ever in is an Internal error.
func Restore(o Order, s Status) (Order, error) {
	if !moves.Has(s) {
		return Order{}, fmt.Errorf("order: %s has the unknown status %q: %w", o.ID, s, fault.Internal)
	}
	o.status = s
	return o, nil
}

// plain is an Order without methods; document is its JSON form.
type (
	plain    Order
	document struct {
		plain
		Status Status `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (o Order) MarshalJSON() ([]byte, error) { return json.Marshal(document{plain(o), o.status}) }

// UnmarshalJSON reads what MarshalJSON writes. An order without a status is one
// that was not placed yet.
func (o *Order) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("order: decode: %w", err)
	}
	if d.Status == "" {
		*o = Order(d.plain)
		return nil
	}
	v, err := Restore(Order(d.plain), d.Status)
	if err != nil {
		return err
	}
	*o = v
	return nil
}
