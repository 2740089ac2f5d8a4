package support

import (
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
)

type kind struct{}

func (kind) Prefix() string { return "cv" }

// ID is the id of a conversation.
type ID = id.Of[kind]

// IDFrom returns the ID that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form of an ID.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

type messageKind struct{}

func (messageKind) Prefix() string { return "cm" }

// MessageID is the id of a message.
type MessageID = id.Of[messageKind]

// MessageIDFrom returns the MessageID that holds u.
func MessageIDFrom(u uuid.UUID) MessageID { return id.From[messageKind](u) }

// ParseMessageID reads the text form of a MessageID.
func ParseMessageID(s string) (MessageID, error) { return id.Parse[messageKind](s) }

// Limits of this room.
const (
	// MaxTitle and MaxText are the longest title and text in characters.
	MaxTitle = 200
	MaxText  = 50_000
	// MaxMessages is how many messages a conversation may have.
	MaxMessages = 1_000
)

// Kind is how people talk.
type Kind string

// The kinds.
const (
	Email Kind = "email"
	Chat  Kind = "chat"
	Phone Kind = "phone"
)

// Person is a customer in a conversation.
type Person struct {
	// By is who it is for the host. May be empty.
	By op.Actor `json:"by,omitzero"`
	// Name is how the person is shown. May be empty.
	Name string `json:"name,omitempty"`
	// Address is an email address or a phone number, to which replies go. It is
	// required for email.
	Address string `json:"address,omitempty"`
}

// Conversation is what is said about one thing.
type Conversation struct {
	ID ID `json:"id"`
	// Subject is the text of the id of what it is about. May be empty.
	Subject  string `json:"subject,omitempty"`
	Kind     Kind   `json:"kind"`
	Title    string `json:"title"`
	Customer Person `json:"customer"`
	// Assignee looks after it. May be empty.
	Assignee op.Actor `json:"assignee,omitzero"`
	// Messages is how many there are, notes included.
	Messages int `json:"messages"`
	// LastAt is when the last of them came.
	LastAt time.Time `json:"last_at"`

	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status Status
}

// Status returns where the conversation stands.
func (c Conversation) Status() Status { return c.status }

// next returns c as it will be written at a time.
func (c Conversation) next(now time.Time) Conversation {
	c.Version++
	c.UpdatedAt = now
	return c
}

// Direction is which way a message goes.
type Direction string

// The directions.
const (
	// Inbound: from the customer.
	Inbound Direction = "inbound"
	// Outbound: to the customer.
	Outbound Direction = "outbound"
	// Note: among staff. A customer never sees it.
	Note Direction = "note"
)

// Delivery is where a message stands on its way out.
type Delivery string

// The deliveries.
const (
	// Settled: there is nothing to deliver, or it was delivered.
	Settled Delivery = "settled"
	// Waiting: to be delivered.
	Waiting Delivery = "waiting"
	// Sending: the Channel is being called.
	Sending Delivery = "sending"
	// Failed: the Channel did not take it.
	Failed Delivery = "failed"
	// Unclear: it may have been delivered.
	Unclear Delivery = "unclear"
)

// Message is one thing that was said.
type Message struct {
	ID           MessageID `json:"id"`
	Conversation ID        `json:"conversation"`
	// N is its place in the conversation, from 1.
	N         int       `json:"n"`
	Direction Direction `json:"direction"`
	// Kind is how it was said; a phone call may be noted in an email
	// conversation.
	Kind Kind `json:"kind"`
	// Author is who said it.
	Author op.Actor `json:"author,omitzero"`
	// From is the address it came from. May be empty.
	From string `json:"from,omitempty"`
	// Foreign says that an email did not come from the address on file.
	Foreign bool `json:"foreign,omitempty"`
	// Text is plain text.
	Text string `json:"text"`
	// Duration is how long a call was.
	Duration time.Duration `json:"duration,omitempty"`
	// External is the Message-ID of an email that came in.
	External string   `json:"external,omitempty"`
	Delivery Delivery `json:"delivery"`
	// Reference is what the Channel calls it; Problem is why it was not
	// delivered, for staff.
	Reference string `json:"reference,omitempty"`
	Problem   string `json:"problem,omitempty"`
	// Due is when a delivery in flight is given up. Zero in all other cases.
	Due time.Time `json:"due,omitzero"`
	// Tries counts the calls of the Channel.
	Tries int       `json:"tries,omitempty"`
	At    time.Time `json:"at"`
}

// Turn is what a verb came to: the conversation after it, and the message that
// it added. A verb that adds none leaves it zero.
type Turn struct {
	Conversation Conversation `json:"conversation"`
	Message      Message      `json:"message,omitzero"`
}
