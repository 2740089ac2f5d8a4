// Package supportrows keeps conversations with customers: one row for each, and
// one for each thing that was said.
package supportrows

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/support"
)

// SupportReader reads conversations.
type SupportReader struct{ Q unit.Querier }

var (
	_ support.Reader  = SupportReader{}
	_ support.Auditor = SupportReader{}
)

const (
	selectConversations = `SELECT id, version, status, subject, kind, title, customer_kind, customer_id, customer_name, customer_address,
assignee_kind, assignee_id, messages, last_at, created_at, updated_at FROM kontor_support_conversation WHERE tenant = $1 AND `
	selectConversation = selectConversations + "id = $2"
	selectAbout        = selectConversations + "subject = $2 AND subject <> '' ORDER BY created_at, id"
	selectAfter        = selectConversations + "(updated_at, id) < ($2, $3)"
	lastFirst          = " ORDER BY updated_at DESC, id DESC LIMIT $4"
	ofStatus           = " AND status = $5"
	ofAssignee         = " AND assignee_kind = $5 AND assignee_id = $6 AND assignee_id <> ''"
	ofAssigneeStatus   = ofAssignee + " AND status = $7"
)

// SupportConversation returns a conversation.
func (r SupportReader) SupportConversation(ctx context.Context, id support.ID) (support.Conversation, error) {
	out, err := r.conversations(ctx, selectConversation, r.Q.Tenant(), id.UUID())
	switch {
	case err != nil:
		return support.Conversation{}, err
	case len(out) == 0:
		return support.Conversation{}, support.ErrMissing
	default:
		return out[0], nil
	}
}

// SupportConversationsOf returns the conversations about a subject.
func (r SupportReader) SupportConversationsOf(ctx context.Context, subject string) ([]support.Conversation, error) {
	return r.conversations(ctx, selectAbout, r.Q.Tenant(), subject)
}

// SupportConversationsAfter returns conversations, those changed last first.
func (r SupportReader) SupportConversationsAfter(
	ctx context.Context, f support.Filter, after support.Position, limit int,
) ([]support.Conversation, error) {
	at, last := int64(math.MaxInt64), uuid.Max
	if !after.ID.IsZero() {
		at, last = clock.Micros(after.At), after.ID.UUID()
	}
	args := []any{r.Q.Tenant(), at, last, limit}
	switch byAssignee, byStatus := f.Assignee != (op.Actor{}), f.Status != ""; {
	case byAssignee && byStatus:
		return r.conversations(ctx, selectAfter+ofAssigneeStatus+lastFirst, append(args, string(f.Assignee.Kind), f.Assignee.ID, string(f.Status))...)
	case byAssignee:
		return r.conversations(ctx, selectAfter+ofAssignee+lastFirst, append(args, string(f.Assignee.Kind), f.Assignee.ID)...)
	case byStatus:
		return r.conversations(ctx, selectAfter+ofStatus+lastFirst, append(args, string(f.Status))...)
	default:
		return r.conversations(ctx, selectAfter+lastFirst, args...)
	}
}

func (r SupportReader) conversations(ctx context.Context, text string, args ...any) ([]support.Conversation, error) {
	out := []support.Conversation{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: args, Row: func(row unit.Row) error {
		c, err := scanConversation(row)
		out = append(out, c)
		return err
	}})
	return out, err
}

func scanConversation(row unit.Row) (support.Conversation, error) {
	var c support.Conversation
	var u uuid.UUID
	var status, kind, customer, assignee string
	var last, created, updated int64
	err := row.Scan(&u, &c.Version, &status, &c.Subject, &kind, &c.Title, &customer, &c.Customer.By.ID, &c.Customer.Name, &c.Customer.Address,
		&assignee, &c.Assignee.ID, &c.Messages, &last, &created, &updated)
	if err != nil {
		return c, err
	}
	c.ID, c.Kind = support.IDFrom(u), support.Kind(kind)
	c.Customer.By.Kind, c.Assignee.Kind = op.ActorKind(customer), op.ActorKind(assignee)
	c.LastAt, c.CreatedAt, c.UpdatedAt = clock.FromMicros(last), clock.FromMicros(created), clock.FromMicros(updated)
	return support.Restore(c, support.Status(status))
}

const (
	selectMessages = `SELECT id, conversation, n, direction, kind, author_kind, author_id, sender, strange, body, duration, external,
delivery, reference, problem, due_at, tries, at FROM kontor_support_message WHERE tenant = $1 AND `
	selectMessagesOf = selectMessages + "conversation = $2 ORDER BY n"
	selectMessage    = selectMessages + "id = $2"
	selectMessageBy  = selectMessages + "external = $2 AND external <> ''"
)

// SupportMessages returns the messages of a conversation.
func (r SupportReader) SupportMessages(ctx context.Context, id support.ID) ([]support.Message, error) {
	return r.messages(ctx, selectMessagesOf, id.UUID())
}

// SupportMessage returns a message.
func (r SupportReader) SupportMessage(ctx context.Context, id support.MessageID) (support.Message, error) {
	return r.message(ctx, selectMessage, id.UUID())
}

// SupportMessageBy returns the message with an external id.
func (r SupportReader) SupportMessageBy(ctx context.Context, external string) (support.Message, error) {
	return r.message(ctx, selectMessageBy, external)
}

func (r SupportReader) message(ctx context.Context, text string, key any) (support.Message, error) {
	out, err := r.messages(ctx, text, key)
	switch {
	case err != nil:
		return support.Message{}, err
	case len(out) == 0:
		return support.Message{}, support.ErrNoMessage
	default:
		return out[0], nil
	}
}

func (r SupportReader) messages(ctx context.Context, text string, key any) ([]support.Message, error) {
	out := []support.Message{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: []any{r.Q.Tenant(), key}, Row: func(row unit.Row) error {
		m, err := scanMessage(row)
		out = append(out, m)
		return err
	}})
	return out, err
}

func scanMessage(row unit.Row) (support.Message, error) {
	var m support.Message
	var u, conversation uuid.UUID
	var direction, kind, author, delivery string
	var duration, due, at int64
	err := row.Scan(&u, &conversation, &m.N, &direction, &kind, &author, &m.Author.ID, &m.From, &m.Foreign, &m.Text, &duration, &m.External,
		&delivery, &m.Reference, &m.Problem, &due, &m.Tries, &at)
	m.ID, m.Conversation = support.MessageIDFrom(u), support.IDFrom(conversation)
	m.Direction, m.Kind, m.Delivery = support.Direction(direction), support.Kind(kind), support.Delivery(delivery)
	m.Author.Kind, m.Duration = op.ActorKind(author), time.Duration(duration)*time.Microsecond
	m.Due, m.At = clock.FromMicros(due), clock.FromMicros(at)
	return m, err
}
