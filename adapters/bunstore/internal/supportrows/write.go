package supportrows

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/support"
)

// SupportTx writes conversations in a unit.
type SupportTx struct {
	SupportReader
	U *unit.Unit
}

var _ support.Writer = SupportTx{}

const insertConversation = `INSERT INTO kontor_support_conversation (tenant, id, version, status, subject, kind, title, customer_kind,
customer_id, customer_name, customer_address, assignee_kind, assignee_id, messages, last_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

// InsertSupportConversation stores a new conversation.
func (t SupportTx) InsertSupportConversation(ctx context.Context, c support.Conversation) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: conversationKey(c.ID), Text: insertConversation,
		Args: []any{
			t.U.Tenant(), c.ID.UUID(), c.Version, string(c.Status()), c.Subject, string(c.Kind), c.Title, string(c.Customer.By.Kind),
			c.Customer.By.ID, c.Customer.Name, c.Customer.Address, string(c.Assignee.Kind), c.Assignee.ID, c.Messages,
			clock.Micros(c.LastAt), clock.Micros(c.CreatedAt), clock.Micros(c.UpdatedAt),
		},
	})
}

// Conversations are written before their messages.
func conversationKey(c support.ID) string { u := c.UUID(); return "c" + string(u[:]) }

func messageKey(m support.MessageID) string { u := m.UUID(); return "m" + string(u[:]) }

const updateConversation = `UPDATE kontor_support_conversation SET version = version + 1, status = $4, assignee_kind = $5, assignee_id = $6,
messages = $7, last_at = $8, updated_at = $9 WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdateSupportConversation replaces the version before that of c.
func (t SupportTx) UpdateSupportConversation(ctx context.Context, c support.Conversation) error {
	was := c.Version - 1
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: conversationKey(c.ID), Text: updateConversation, Untouched: fault.Stale("conversation", was, 0),
		Args: []any{
			t.U.Tenant(), c.ID.UUID(), was, string(c.Status()), string(c.Assignee.Kind), c.Assignee.ID, c.Messages,
			clock.Micros(c.LastAt), clock.Micros(c.UpdatedAt),
		},
		Explain: func(ctx context.Context, q unit.Querier, _ error) error {
			now, err := SupportReader{Q: q}.SupportConversation(ctx, c.ID)
			if err != nil {
				return err
			}
			return fault.Stale("conversation", was, now.Version)
		},
	})
}

const insertMessage = `INSERT INTO kontor_support_message (tenant, id, conversation, n, direction, kind, author_kind, author_id, sender,
strange, body, duration, external, delivery, reference, problem, due_at, tries, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`

// InsertSupportMessage stores a new message.
func (t SupportTx) InsertSupportMessage(ctx context.Context, m support.Message) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: messageKey(m.ID), Text: insertMessage, Broken: support.ErrReceived,
		Args: []any{
			t.U.Tenant(), m.ID.UUID(), m.Conversation.UUID(), m.N, string(m.Direction), string(m.Kind), string(m.Author.Kind), m.Author.ID,
			m.From, m.Foreign, m.Text, m.Duration.Microseconds(), m.External, string(m.Delivery), m.Reference, m.Problem,
			clock.Micros(m.Due), m.Tries, clock.Micros(m.At),
		},
	})
}

const updateDelivery = `UPDATE kontor_support_message SET delivery = $5, reference = $6, problem = $7, due_at = $8, tries = $9
WHERE tenant = $1 AND id = $2 AND delivery = $3 AND tries = $4`

// UpdateSupportDelivery stores how the delivery of a message stands.
func (t SupportTx) UpdateSupportDelivery(ctx context.Context, was, now support.Message) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: messageKey(was.ID), Text: updateDelivery, Untouched: support.ErrDelivery,
		Args: []any{
			t.U.Tenant(), was.ID.UUID(), string(was.Delivery), was.Tries, string(now.Delivery), now.Reference, now.Problem,
			clock.Micros(now.Due), now.Tries,
		},
	})
}

const selectBroken = `SELECT c.id, c.messages, CAST(count(m.id) AS bigint), CAST(COALESCE(MAX(m.n), 0) AS bigint)
FROM kontor_support_conversation c LEFT JOIN kontor_support_message m ON m.tenant = c.tenant AND m.conversation = c.id
WHERE c.tenant = $1 GROUP BY c.id, c.messages HAVING c.messages <> count(m.id) OR c.messages <> COALESCE(MAX(m.n), 0) ORDER BY c.id`

// SupportDiscrepancies returns conversations that contradict their messages.
func (r SupportReader) SupportDiscrepancies(ctx context.Context) ([]support.Discrepancy, error) {
	out := []support.Discrepancy{}
	err := r.Q.Read(ctx, unit.Query{Text: selectBroken, Args: []any{r.Q.Tenant()}, Row: func(row unit.Row) error {
		var u uuid.UUID
		var knows, has, last int64
		err := row.Scan(&u, &knows, &has, &last)
		out = append(out, support.Discrepancy{
			Invariant: "C1", Subject: support.IDFrom(u).String(),
			Text: fmt.Sprintf("knows of %d messages, has %d, and the last is number %d", knows, has, last),
		})
		return err
	}})
	return out, err
}
