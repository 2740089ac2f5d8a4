// Package notificationrows keeps messages to people: one row for each, and one
// for each attempt to send it.
package notificationrows

import (
	"context"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/notification"
)

// NotificationReader reads messages.
type NotificationReader struct{ Q unit.Querier }

var (
	_ notification.Reader  = NotificationReader{}
	_ notification.Auditor = NotificationReader{}
)

const (
	columns = `id, version, status, subject, template, channel, recipient, name, locale, title, body, html, segments, round,
tries, reference, code, problem, due_at, created_at, updated_at, unsubscribe`
	selectMessage   = "SELECT " + columns + " FROM kontor_notification WHERE tenant = $1 AND "
	selectByID      = selectMessage + "id = $2"
	selectOf        = selectMessage + "subject = $2 AND template = $3 AND channel = $4"
	selectBySubject = selectMessage + "subject = $2 ORDER BY created_at, id"
	selectDue       = selectMessage + "due_at > 0 AND due_at <= $2 ORDER BY due_at, id LIMIT $3"
)

// Notification returns a message.
func (r NotificationReader) Notification(ctx context.Context, id notification.ID) (notification.Message, error) {
	return r.one(ctx, selectByID, id.UUID())
}

// NotificationOf returns the message of a subject, template and channel.
func (r NotificationReader) NotificationOf(ctx context.Context, subject, template string, ch notification.Channel) (notification.Message, error) {
	return r.one(ctx, selectOf, subject, template, string(ch))
}

// NotificationsBySubject returns the messages about a subject.
func (r NotificationReader) NotificationsBySubject(ctx context.Context, subject string) ([]notification.Message, error) {
	return r.all(ctx, selectBySubject, subject)
}

// NotificationsDue returns what is to be sent, or was given up.
func (r NotificationReader) NotificationsDue(ctx context.Context, now time.Time, limit int) ([]notification.Message, error) {
	return r.all(ctx, selectDue, clock.Micros(now), limit)
}

func (r NotificationReader) one(ctx context.Context, text string, args ...any) (notification.Message, error) {
	ms, err := r.all(ctx, text, args...)
	switch {
	case err != nil:
		return notification.Message{}, err
	case len(ms) == 0:
		return notification.Message{}, notification.ErrMissing
	default:
		return ms[0], nil
	}
}

func (r NotificationReader) all(ctx context.Context, text string, args ...any) ([]notification.Message, error) {
	out := []notification.Message{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: append([]any{r.Q.Tenant()}, args...), Row: func(row unit.Row) error {
		m, err := scan(row)
		out = append(out, m)
		return err
	}})
	return out, err
}

func scan(r unit.Row) (notification.Message, error) {
	var m notification.Message
	var u uuid.UUID
	var status, channel string
	var due, created, updated int64
	err := r.Scan(&u, &m.Version, &status, &m.Subject, &m.Template, &channel, &m.To, &m.Name, &m.Locale, &m.Title, &m.Text, &m.HTML,
		&m.Segments, &m.Round, &m.Tries, &m.Reference, &m.Code, &m.Problem, &due, &created, &updated,
		&m.Unsubscribe)
	if err != nil {
		return m, err
	}
	m.ID, m.Channel = notification.IDFrom(u), notification.Channel(channel)
	m.Due, m.CreatedAt, m.UpdatedAt = clock.FromMicros(due), clock.FromMicros(created), clock.FromMicros(updated)
	return notification.Restore(m, notification.Status(status))
}

const selectAttempts = `SELECT version, round, at, state, reference, code, problem FROM kontor_notification_attempt
WHERE tenant = $1 AND message = $2 ORDER BY version`

// NotificationAttempts returns the attempts of a message.
func (r NotificationReader) NotificationAttempts(ctx context.Context, id notification.ID) ([]notification.Attempt, error) {
	out := []notification.Attempt{}
	err := r.Q.Read(ctx, unit.Query{Text: selectAttempts, Args: []any{r.Q.Tenant(), id.UUID()}, Row: func(row unit.Row) error {
		var a notification.Attempt
		var at int64
		var state string
		err := row.Scan(&a.Version, &a.Round, &at, &state, &a.Reference, &a.Code, &a.Text)
		a.At, a.State = clock.FromMicros(at), notification.State(state)
		out = append(out, a)
		return err
	}})
	return out, err
}

// NotificationTx writes messages in a unit.
type NotificationTx struct {
	NotificationReader
	U *unit.Unit
}

var _ notification.Writer = NotificationTx{}

const insertMessage = `INSERT INTO kontor_notification (tenant, id, version, status, subject, template, channel, recipient, name, locale,
title, body, html, segments, round, tries, reference, code, problem, due_at, created_at, updated_at, unsubscribe)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`

// InsertNotification stores a new message.
func (t NotificationTx) InsertNotification(ctx context.Context, m notification.Message) error {
	u := m.ID.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: string(u[:]), Text: insertMessage, Broken: notification.ErrQueued,
		Args: []any{
			t.U.Tenant(), u, m.Version, string(m.Status()), m.Subject, m.Template, string(m.Channel), m.To, m.Name, m.Locale,
			m.Title, m.Text, m.HTML, m.Segments, m.Round, m.Tries, m.Reference, m.Code, m.Problem, clock.Micros(m.Due),
			clock.Micros(m.CreatedAt), clock.Micros(m.UpdatedAt), m.Unsubscribe,
		},
	})
}

const updateMessage = `UPDATE kontor_notification SET version = version + 1, status = $4, recipient = $5, round = $6, tries = $7,
reference = $8, code = $9, problem = $10, due_at = $11, updated_at = $12 WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdateNotification replaces the version before that of m.
func (t NotificationTx) UpdateNotification(ctx context.Context, m notification.Message) error {
	u, was := m.ID.UUID(), m.Version-1
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: string(u[:]), Text: updateMessage,
		Untouched: fault.Stale("message", was, 0), Explain: explainStale(m.ID, was),
		Args: []any{
			t.U.Tenant(), u, was, string(m.Status()), m.To, m.Round, m.Tries, m.Reference, m.Code, m.Problem,
			clock.Micros(m.Due), clock.Micros(m.UpdatedAt),
		},
	})
}

// explainStale says which version the message has now.
func explainStale(id notification.ID, was int) func(context.Context, unit.Querier, error) error {
	return func(ctx context.Context, q unit.Querier, _ error) error {
		now, err := NotificationReader{Q: q}.Notification(ctx, id)
		if err != nil {
			return err
		}
		return fault.Stale("message", was, now.Version)
	}
}

const insertAttempt = `INSERT INTO kontor_notification_attempt (tenant, message, version, round, at, state, reference, code, problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// InsertNotificationAttempt adds an attempt to a message.
func (t NotificationTx) InsertNotificationAttempt(ctx context.Context, id notification.ID, a notification.Attempt) error {
	u := id.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: string(binary.BigEndian.AppendUint64(u[:], uint64(a.Version))), Text: insertAttempt,
		Args: []any{
			t.U.Tenant(), u, a.Version, a.Round, clock.Micros(a.At), string(a.State), a.Reference, a.Code, a.Text,
		},
	})
}

const selectBroken = `SELECT m.id, m.status,
CAST(COALESCE(SUM(CASE WHEN a.state = 'accepted' AND a.round = m.round THEN 1 ELSE 0 END), 0) AS bigint)
FROM kontor_notification m LEFT JOIN kontor_notification_attempt a ON a.tenant = m.tenant AND a.message = m.id
WHERE m.tenant = $1 GROUP BY m.id, m.status
HAVING COALESCE(SUM(CASE WHEN a.state = 'accepted' AND a.round = m.round THEN 1 ELSE 0 END), 0)
<> (CASE WHEN m.status = 'sent' THEN 1 ELSE 0 END) ORDER BY m.id`

// NotificationDiscrepancies returns messages that contradict their attempts.
func (r NotificationReader) NotificationDiscrepancies(ctx context.Context) ([]notification.Discrepancy, error) {
	out := []notification.Discrepancy{}
	err := r.Q.Read(ctx, unit.Query{Text: selectBroken, Args: []any{r.Q.Tenant()}, Row: func(row unit.Row) error {
		var u uuid.UUID
		var d notification.Discrepancy
		var status string
		var accepted int64
		if err := row.Scan(&u, &status, &accepted); err != nil {
			return err
		}
		d.Invariant, d.Subject = "N1", notification.IDFrom(u).String()
		d.Text = "is " + status + ", and was accepted " + times(accepted) + " in its last round"
		out = append(out, d)
		return nil
	}})
	return out, err
}

func times(n int64) string { return strconv.FormatInt(n, 10) + " times" }
