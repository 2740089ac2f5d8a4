package support

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Channel carries replies to customers. It is implemented by adapters and safe
// for concurrent use.
//
// Deliver tries once, within ctx, and never while a unit of work is open: then
// it returns tx.ErrInUnit. It returns nil if the reply was taken over; an error
// of kind Unavailable if it was certainly not and a later try may help; one of
// kind Invalid, Unsupported or Declined if it was certainly not and will not be.
// After any other error it may have been.
type Channel interface {
	Deliver(ctx context.Context, o Outgoing) (reference string, err error)
}

// Outgoing is a reply on its way.
type Outgoing struct {
	// Key is the text of the id of the message: the same for every try.
	Key string
	// To and Name are the customer.
	To   string
	Name string
	// ReplyTo is the address by which an answer finds the conversation. Empty if
	// the shop has none.
	ReplyTo string
	// Title is the subject line.
	Title string
	Text  string
	// InReplyTo is the Message-ID of the last email of the customer. May be
	// empty.
	InReplyTo string
	At        time.Time
}

// Filter limits a list of conversations. What is left empty does not limit it.
type Filter struct {
	Status   Status
	Assignee op.Actor
}

// Position is a place in a list of conversations.
type Position struct {
	At time.Time
	ID ID
}

// Reader reads conversations. Implementations are safe for concurrent use,
// except inside a unit of work.
type Reader interface {
	// SupportConversation returns a conversation, or ErrMissing.
	SupportConversation(ctx context.Context, id ID) (Conversation, error)
	// SupportConversationsOf returns the conversations about a subject, oldest
	// first.
	SupportConversationsOf(ctx context.Context, subject string) ([]Conversation, error)
	// SupportConversationsAfter returns at most limit conversations, those that
	// were changed last first, behind a position; the zero Position begins with
	// the first.
	SupportConversationsAfter(ctx context.Context, f Filter, after Position, limit int) ([]Conversation, error)
	// SupportMessages returns the messages of a conversation by their N.
	SupportMessages(ctx context.Context, id ID) ([]Message, error)
	// SupportMessage returns a message, or ErrNoMessage.
	SupportMessage(ctx context.Context, id MessageID) (Message, error)
	// SupportMessageBy returns the message with an external id, or ErrNoMessage.
	SupportMessageBy(ctx context.Context, external string) (Message, error)
}

// Tx changes conversations inside a unit of work.
type Tx interface {
	Reader
	Writer
	event.Appender
	op.Tx
	tx.Scoper
}

// Writer is what only this room writes.
type Writer interface {
	// InsertSupportConversation stores a new conversation.
	InsertSupportConversation(ctx context.Context, c Conversation) error
	// UpdateSupportConversation replaces the version before that of c. If the
	// stored one is another the unit fails with a stale-version Conflict.
	UpdateSupportConversation(ctx context.Context, c Conversation) error
	// InsertSupportMessage stores a new message. If there is one with the same
	// external id, that is not empty, the unit fails with ErrReceived.
	InsertSupportMessage(ctx context.Context, m Message) error
	// UpdateSupportDelivery stores how the delivery of a message stands. If it
	// does not stand as was the unit fails with ErrDelivery.
	UpdateSupportDelivery(ctx context.Context, was, now Message) error
}

// Auditor looks for conversations that contradict their messages. It reads
// everything and is meant for operators and tests.
type Auditor interface {
	// SupportDiscrepancies returns every violation of C1: the messages of a
	// conversation are numbered from 1 without a gap, and it knows how many
	// there are. None is an empty list.
	SupportDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation.
type Discrepancy struct {
	// Invariant is "C1".
	Invariant string `json:"invariant"`
	// Subject is the text of the id of the conversation.
	Subject string `json:"subject"`
	// Text tells the figures.
	Text string `json:"text"`
}
