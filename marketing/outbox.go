package marketing

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Outbox queues messages.
type Outbox interface {
	// QueueTx stores a message to be sent, in the unit t, or fails and stores
	// nothing. Asked again for the same Subject it stores no second one. Errors
	// by kind: Invalid if the message can never be sent as it is; any other
	// error means that the unit is tried again later.
	QueueTx(ctx context.Context, t Tx, m Message) error
}

// OutboxFunc is an Outbox of one function.
type OutboxFunc func(ctx context.Context, t Tx, m Message) error

// QueueTx calls f.
func (f OutboxFunc) QueueTx(ctx context.Context, t Tx, m Message) error { return f(ctx, t, m) }

// Message is one message to one address. Either Reminder or Letter is set.
type Message struct {
	// Subject is the text of the id of the cart or of the recipient.
	Subject string
	// Template is the name of the template to fill in.
	Template string
	Topic    Topic
	// Name and Locale are those of the contact. They may be empty.
	Name   string
	Locale string
	// Unsubscribe is the token for the link at the end of the message and for
	// the headers of OneClick.
	Unsubscribe string
	Reminder    *Reminder
	Letter      *Letter
}

// Reminder is what a message about a cart that lies still fills in.
type Reminder struct {
	Cart  string
	Lines []BasketLine
	Total money.Amount
}

// Letter is what a message of a campaign fills in.
type Letter struct {
	Campaign CampaignID
	// Title and Text are those of the campaign; they are plain text.
	Title string
	Text  string
}

// The templates that this room asks for by itself.
const (
	ReminderTemplate = "cart-reminder"
	LetterTemplate   = "campaign"
)

// post sends one message if it may be sent, and says why not if not. It reads
// what holds at this very moment, and the unit fails with ErrRaced if consent
// was withdrawn, the address suppressed or written to meanwhile.
func (s *Service) post(ctx context.Context, t Tx, call op.Call, m Message) (Withheld, error) {
	if s.outbox == nil {
		return Sendable, ErrNoOutbox
	}
	permit, err := t.MarketingPermit(ctx, m.Topic, max(s.limit.Messages, 1))
	if err != nil {
		return Sendable, err
	}
	if why := permit.withheld(s.limit, call.Now); why != Sendable {
		return why, nil
	}
	if m.Unsubscribe, err = s.UnsubscribeToken(m.Topic); err != nil {
		return Sendable, err
	}
	err = s.outbox.QueueTx(ctx, t, m)
	switch {
	case errors.Is(err, fault.Invalid):
		return Refused, nil
	case err != nil:
		return Sendable, err
	}
	touch := Touch{Channel: m.Topic.Channel, Address: m.Topic.Address, N: 1, Purpose: m.Topic.Purpose, Subject: m.Subject, At: call.Now}
	if len(permit.Touches) > 0 {
		touch.N = permit.Touches[0].N + 1
	}
	if err := t.AdvanceAddress(ctx, m.Topic, permit.Version); err != nil {
		return Sendable, err
	}
	return Sendable, t.InsertTouch(ctx, touch)
}
