package notification

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps are what a Service stands on.
type Deps struct {
	// Units runs units of work. Required.
	Units tx.Runner[Tx]
	// Reader reads committed messages. Required.
	Reader Reader
	// Clock tells the time. Required.
	Clock clock.Clock
	// NewID makes ids. Required.
	NewID id.Source
	// Notifiers send, one for each channel that the shop uses. May be empty.
	Notifiers map[Channel]Notifier
	// Templates are the texts. Required by Queue.
	Templates *Templates
	// Timing may be zero.
	Timing Timing
}

// Timing says how long to wait for what. Each zero field has its default.
type Timing struct {
	// Call is how long one call to a Notifier may take: 30 s.
	Call time.Duration
	// Backoff is how long a message waits after it was postponed for the first
	// time: 1 min. Each further time it is twice as long, up to 6 h.
	Backoff time.Duration
	// Tries is how often a message is tried in one round before it has failed:
	// 12, which with the default Backoff is about 24 h.
	Tries int
}

const (
	maxBackoff = 6 * time.Hour
	maxAfter   = 24 * time.Hour
	// grace is how long an outcome may take to be saved after the call.
	grace = 30 * time.Second
)

func (t Timing) orDefaults() Timing {
	if t.Call <= 0 {
		t.Call = 30 * time.Second
	}
	if t.Backoff <= 0 {
		t.Backoff = time.Minute
	}
	if t.Tries <= 0 {
		t.Tries = 12
	}
	return t
}

// wait is how long a message waits after its nth try of a round.
func (t Timing) wait(n int, asked time.Duration) time.Duration {
	d := t.Backoff
	for i := 1; i < n && d < maxBackoff; i++ {
		d *= 2
	}
	return max(min(d, maxBackoff), min(asked, maxAfter))
}

// Service queues and sends messages. It is safe for concurrent use. Methods
// named ...Tx touch the database only and work inside the caller's unit. Send
// calls a Notifier and refuses to be called inside a unit.
type Service struct {
	units     tx.Runner[Tx]
	reader    Reader
	clock     clock.Clock
	newID     id.Source
	notifiers map[Channel]Notifier
	templates *Templates
	timing    Timing
}

// NewService returns a service.
func NewService(d Deps) *Service {
	return &Service{
		units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, notifiers: d.Notifiers, templates: d.Templates,
		timing: d.Timing.orDefaults(),
	}
}

// Message returns a message, or ErrMissing.
func (s *Service) Message(ctx context.Context, message ID) (Message, error) {
	return s.reader.Notification(ctx, message)
}

// BySubject returns the messages about a subject, oldest first: the log that
// staff reads.
func (s *Service) BySubject(ctx context.Context, subject string) ([]Message, error) {
	var c fault.Check
	checkSubject(&c, subject)
	if err := c.Err("notification.by_subject"); err != nil {
		return nil, err
	}
	return s.reader.NotificationsBySubject(ctx, subject)
}

// Attempts returns the calls that were made for a message, oldest first.
func (s *Service) Attempts(ctx context.Context, message ID) ([]Attempt, error) {
	return s.reader.NotificationAttempts(ctx, message)
}

// Sends reports whether the shop has a Notifier for a channel.
func (s *Service) Sends(ch Channel) bool { return s.notifiers[ch] != nil }

const maxSubject = 200

func checkSubject(c *fault.Check, subject string) { c.Required("subject", subject, maxSubject) }

// change is one change of a message: how it looks after it and what it
// announces, besides an attempt and a timer that there may be.
type change struct {
	message Message
	fact    event.Payload
	attempt *Attempt
	actor   string
}

// save writes a change of a message that is stored.
func (s *Service) save(ctx context.Context, t Tx, ch change) error {
	if err := t.UpdateNotification(ctx, ch.message); err != nil {
		return err
	}
	if ch.attempt != nil {
		if err := t.InsertNotificationAttempt(ctx, ch.message.ID, *ch.attempt); err != nil {
			return err
		}
	}
	return s.announce(ctx, t, ch)
}

// announce appends the fact of a change, and a timer if the message has
// something to wait for.
func (s *Service) announce(ctx context.Context, t Tx, ch change) error {
	m := ch.message
	stamp := event.Stamp{NewID: s.newID, At: m.UpdatedAt, Actor: ch.actor}
	var events []event.Event
	if ch.fact != nil {
		e, err := stamp.Of(m.ID.String(), m.Version, ch.fact)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if !m.Due.IsZero() && (ch.fact == nil || m.Due.After(m.UpdatedAt)) {
		e, err := stamp.Timer(m.Due, m.ID.String(), SendDue{Message: m.ID})
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil
	}
	return t.Append(ctx, events...)
}

// keyed runs do whole and once for each key, and returns the message it named.
func keyed(ctx context.Context, t Tx, call op.Call, do func(ctx context.Context) (Message, error)) (Message, error) {
	var out Message
	err := t.Scope(ctx, func(ctx context.Context) error {
		done := false
		first, err := op.Run(ctx, t, call, func() (ID, error) {
			var err error
			out, err = do(ctx)
			done = true
			return out.ID, err
		})
		if err == nil && !done {
			out, err = t.Notification(ctx, first)
		}
		return err
	})
	if err != nil {
		return Message{}, err
	}
	return out, nil
}

// alone runs do in a unit of its own.
func (s *Service) alone(ctx context.Context, do func(ctx context.Context, t Tx) (Message, error)) (Message, error) {
	var out Message
	err := op.Retry(func() error {
		return s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
			var err error
			out, err = do(ctx, t)
			return err
		})
	})
	if err != nil {
		return Message{}, err
	}
	return out, nil
}
