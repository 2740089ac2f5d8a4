package support

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// Status says where a conversation stands.
type Status string

// The states of a conversation.
const (
	// StatusOpen: it is the turn of staff.
	StatusOpen Status = "open"
	// StatusPending: it is the turn of the customer.
	StatusPending Status = "pending"
	// StatusSolved: nothing is left to say, for now.
	StatusSolved Status = "solved"
	// StatusClosed: it is over. Who says more begins another one.
	StatusClosed Status = "closed"
)

// Trigger is what moves a conversation from one state to another.
type Trigger string

// The triggers.
const (
	TriggerWait   Trigger = "wait"
	TriggerReopen Trigger = "reopen"
	TriggerSolve  Trigger = "solve"
	TriggerClose  Trigger = "close"
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "conversation",
	Initial: StatusOpen,
	Moves: map[Status]map[Trigger]Status{
		StatusOpen:    {TriggerWait: StatusPending, TriggerSolve: StatusSolved, TriggerClose: StatusClosed},
		StatusPending: {TriggerReopen: StatusOpen, TriggerSolve: StatusSolved, TriggerClose: StatusClosed},
		StatusSolved:  {TriggerReopen: StatusOpen, TriggerClose: StatusClosed},
		StatusClosed:  {},
	},
}

// Lifecycle returns which moves a conversation may make.
func Lifecycle() lifecycle.Table[Status, Trigger] { return moves }

// move is the one place where a status changes. A move that the table does not
// hold is a *lifecycle.Forbidden.
func (c Conversation) move(t Trigger) (Conversation, error) {
	s, err := moves.Next(c.status, t)
	if err != nil {
		return c, err
	}
	c.status = s
	return c, nil
}

// Restore returns c in the state s, for stores that read it back. A state that
// no conversation was ever in is an Internal error.
func Restore(c Conversation, s Status) (Conversation, error) {
	if !moves.Has(s) {
		return Conversation{}, fmt.Errorf("support: %s has the unknown status %q: %w", c.ID, s, fault.Internal)
	}
	c.status = s
	return c, nil
}

// plain is a Conversation without methods; document is its JSON form.
type (
	plain    Conversation
	document struct {
		plain
		Status Status `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (c Conversation) MarshalJSON() ([]byte, error) {
	return json.Marshal(document{plain(c), c.status})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Conversation) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("support: decode: %w", err)
	}
	if d.Status == "" {
		*c = Conversation(d.plain)
		return nil
	}
	v, err := Restore(Conversation(d.plain), d.Status)
	if err != nil {
		return err
	}
	*c = v
	return nil
}
