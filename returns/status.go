package returns

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// Status is the state of a return.
type Status string

// The states.
const (
	// StatusRequested: the buyer wants to give goods back.
	StatusRequested Status = "requested"
	// StatusApproved: the goods may come.
	StatusApproved Status = "approved"
	// StatusRejected: they may not.
	StatusRejected Status = "rejected"
	// StatusExpired: they did not come in time.
	StatusExpired Status = "expired"
	// StatusReceived: they have come, and the order knows.
	StatusReceived Status = "received"
	// StatusInspected: it is known what becomes of them.
	StatusInspected Status = "inspected"
	// StatusSettled: the money went back.
	StatusSettled Status = "settled"
)

// Trigger is what moves a return from one state to another.
type Trigger string

// The triggers.
const (
	TriggerApprove Trigger = "approve"
	TriggerReject  Trigger = "reject"
	TriggerExpire  Trigger = "expire"
	TriggerReceive Trigger = "receive"
	TriggerInspect Trigger = "inspect"
	TriggerSettle  Trigger = "settle"
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "return",
	Initial: StatusRequested,
	Moves: map[Status]map[Trigger]Status{
		StatusRequested: {TriggerApprove: StatusApproved, TriggerReject: StatusRejected},
		StatusApproved:  {TriggerReceive: StatusReceived, TriggerExpire: StatusExpired},
		StatusReceived:  {TriggerInspect: StatusInspected},
		StatusInspected: {TriggerSettle: StatusSettled},
		StatusRejected:  {},
		StatusExpired:   {},
		StatusSettled:   {},
	},
}

// Lifecycle returns which moves a return may make.
func Lifecycle() lifecycle.Table[Status, Trigger] { return moves }

// move is the one place where a status changes. A move that the table does not
// hold is a *lifecycle.Forbidden.
func (r Return) move(t Trigger) (Return, error) {
	s, err := moves.Next(r.status, t)
	if err != nil {
		return r, err
	}
	r.status = s
	return r, nil
}

// Restore returns r in the state s, for stores that read it back. A state that
// no return was ever in is an Internal error.
func Restore(r Return, s Status) (Return, error) {
	if !moves.Has(s) {
		return Return{}, fmt.Errorf("returns: %s has the unknown status %q: %w", r.ID, s, fault.Internal)
	}
	r.status = s
	return r, nil
}

// plain is a Return without methods; document is its JSON form.
type (
	plain    Return
	document struct {
		plain
		Status Status `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (r Return) MarshalJSON() ([]byte, error) { return json.Marshal(document{plain(r), r.status}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Return) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("returns: decode: %w", err)
	}
	v, err := Restore(Return(d.plain), d.Status)
	if err != nil {
		return err
	}
	*r = v
	return nil
}
