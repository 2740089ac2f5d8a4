package notification

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// Status says where a message stands.
type Status string

// The states of a message.
const (
	// StatusQueued: to be sent when due.
	StatusQueued Status = "queued"
	// StatusSending: the provider is being called.
	StatusSending Status = "sending"
	// StatusSent: the provider has taken it.
	StatusSent Status = "sent"
	// StatusFailed: the provider does not take it, or was out of reach too long.
	StatusFailed Status = "failed"
	// StatusUnclear: it may have been sent.
	StatusUnclear Status = "unclear"
	// StatusCancelled: nobody wants it sent any more.
	StatusCancelled Status = "cancelled"
)

// Trigger is what moves a message from one state to another.
type Trigger string

// The triggers.
const (
	TriggerStart    Trigger = "start"
	TriggerAccept   Trigger = "accept"
	TriggerRefuse   Trigger = "refuse"
	TriggerPostpone Trigger = "postpone"
	TriggerLose     Trigger = "lose"
	TriggerResend   Trigger = "resend"
	TriggerCancel   Trigger = "cancel"
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "message",
	Initial: StatusQueued,
	Moves: map[Status]map[Trigger]Status{
		StatusQueued: {TriggerStart: StatusSending, TriggerCancel: StatusCancelled},
		StatusSending: {
			TriggerAccept: StatusSent, TriggerRefuse: StatusFailed, TriggerPostpone: StatusQueued, TriggerLose: StatusUnclear,
		},
		StatusSent:      {TriggerResend: StatusQueued},
		StatusFailed:    {TriggerResend: StatusQueued, TriggerCancel: StatusCancelled},
		StatusUnclear:   {TriggerAccept: StatusSent, TriggerResend: StatusQueued, TriggerCancel: StatusCancelled},
		StatusCancelled: {},
	},
}

// Lifecycle returns which moves a message may make.
func Lifecycle() lifecycle.Table[Status, Trigger] { return moves }

// move is the one place where a status changes. A move that the table does not
// hold is a *lifecycle.Forbidden.
func (m Message) move(t Trigger) (Message, error) {
	s, err := moves.Next(m.status, t)
	if err != nil {
		return m, err
	}
	m.status = s
	return m, nil
}

// Restore returns m in the state s, for stores that read it back. A state that
// no message was ever in is an Internal error.
func Restore(m Message, s Status) (Message, error) {
	if !moves.Has(s) {
		return Message{}, fmt.Errorf("notification: %s has the unknown status %q: %w", m.ID, s, fault.Internal)
	}
	m.status = s
	return m, nil
}

// plain is a Message without methods; document is its JSON form.
type (
	plain    Message
	document struct {
		plain
		Status Status `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (m Message) MarshalJSON() ([]byte, error) { return json.Marshal(document{plain(m), m.status}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Message) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("notification: decode: %w", err)
	}
	v, err := Restore(Message(d.plain), d.Status)
	if err != nil {
		return err
	}
	*m = v
	return nil
}
