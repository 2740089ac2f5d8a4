package notification

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reader reads messages. Implementations are safe for concurrent use, except
// inside a unit of work.
type Reader interface {
	// Notification returns a message, or ErrMissing.
	Notification(ctx context.Context, id ID) (Message, error)
	// NotificationOf returns the message of a subject, template and channel, or
	// ErrMissing.
	NotificationOf(ctx context.Context, subject, template string, ch Channel) (Message, error)
	// NotificationsBySubject returns the messages about a subject, oldest first.
	NotificationsBySubject(ctx context.Context, subject string) ([]Message, error)
	// NotificationAttempts returns the attempts of a message, oldest first.
	NotificationAttempts(ctx context.Context, id ID) ([]Attempt, error)
	// NotificationsDue returns at most limit messages whose Due is not after
	// now, the longest due first.
	NotificationsDue(ctx context.Context, now time.Time, limit int) ([]Message, error)
}

// Tx changes messages inside a unit of work.
type Tx interface {
	Reader
	Writer
	event.Appender
	op.Tx
	tx.Scoper
}

// Writer is what only this room writes.
type Writer interface {
	// InsertNotification stores a new message. If its subject has one from the
	// same template over the same channel the unit fails with ErrQueued.
	InsertNotification(ctx context.Context, m Message) error
	// UpdateNotification replaces the version before that of m. If the stored
	// one is another the unit fails with a stale-version Conflict.
	UpdateNotification(ctx context.Context, m Message) error
	// InsertNotificationAttempt adds an attempt to a message.
	InsertNotificationAttempt(ctx context.Context, id ID, a Attempt) error
}

// Auditor looks for messages that contradict their attempts. It reads
// everything and is meant for operators and tests.
type Auditor interface {
	// NotificationDiscrepancies returns every violation of N1: a message is
	// accepted at most once in each round, and it is sent exactly if the last
	// round holds an accepted attempt. None is an empty list.
	NotificationDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation.
type Discrepancy struct {
	// Invariant is "N1".
	Invariant string `json:"invariant"`
	// Subject is the text of the id of the message.
	Subject string `json:"subject"`
	// Text tells the figures.
	Text string `json:"text"`
}
