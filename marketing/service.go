package marketing

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps are what a Service stands on.
type Deps struct {
	// Units runs units of work. Required.
	Units tx.Runner[Tx]
	// Reader reads what is committed. Required.
	Reader Reader
	// Clock tells the time. Required.
	Clock clock.Clock
	// NewID makes ids. Required.
	NewID id.Source
	// Cursors signs the cursors of lists. Required by Segments, Members,
	// Campaigns and Recipients.
	Cursors page.Codec
	// Tokens makes and reads the tokens of links. Required by Confirm,
	// Unsubscribe and everything that is sent.
	Tokens Tokens
	// Outbox queues messages. Without it reminders and campaigns fail with
	// ErrNoOutbox.
	Outbox Outbox
	// Tenant binds the cursors of lists to a tenant; nothing else looks at it.
	Tenant string
	// RemindAfter is how long a cart lies still before its buyer is reminded.
	// Defaults to DefaultRemindAfter.
	RemindAfter time.Duration
	// Cap limits how many messages one address gets. Defaults to no limit.
	Cap Cap
}

// DefaultRemindAfter is the RemindAfter of a shop that sets none.
const DefaultRemindAfter = 4 * time.Hour

// Cap is how many messages of this room one address may get: at most Messages
// in any span of length Within, reminders and campaigns together. With Messages
// at zero there is no limit; the most is MaxCap.
type Cap struct {
	Messages int
	Within   time.Duration
}

// MaxCap is the largest number of messages that a Cap counts.
const MaxCap = 100

// Service knows who may be written to, and writes. It is safe for concurrent
// use. The Tx forms do the same inside a unit of work or a transaction of the
// host; where another unit writes about the same thing at the same time they
// fail with ErrRaced, while the others try again by themselves.
type Service struct {
	units       tx.Runner[Tx]
	reader      Reader
	clock       clock.Clock
	newID       id.Source
	cursors     page.Codec
	tokens      Tokens
	outbox      Outbox
	tenant      string
	remindAfter time.Duration
	limit       Cap
}

// NewService returns a service. Errors: Invalid for a RemindAfter or a Cap that
// is negative or too large.
func NewService(d Deps) (*Service, error) {
	var c fault.Check
	c.That(d.RemindAfter >= 0 && d.RemindAfter <= 90*24*time.Hour, "remind_after", "out_of_range", "must be between 0 and 90 days")
	c.Range("cap.messages", int64(d.Cap.Messages), 0, MaxCap)
	c.That(d.Cap.Messages == 0 || d.Cap.Within > 0, "cap.within", "required", "must be a time longer than nothing")
	if err := c.Err("marketing.service"); err != nil {
		return nil, err
	}
	if d.RemindAfter == 0 {
		d.RemindAfter = DefaultRemindAfter
	}
	return &Service{
		units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, cursors: d.Cursors, tokens: d.Tokens,
		outbox: d.Outbox, tenant: d.Tenant, remindAfter: d.RemindAfter, limit: d.Cap,
	}, nil
}

func (s *Service) now() time.Time { return clock.Cut(s.clock.Now()) }

// verb is a checked request that is ready to be done in a unit, or what is
// wrong with it.
type verb[R any] = tx.Deed[Tx, R]

// keyed makes do whole, and once for each key. The input was checked by c.
func keyed[R any](c *fault.Check, call op.Call, do func(ctx context.Context, t Tx) (R, error)) verb[R] {
	call.Meta.Check(c)
	return tx.Once(call, do).Unless(c.Err(call.Operation))
}

// within does v in a unit that is open.
func within[R any](ctx context.Context, t Tx, v verb[R]) (R, error) { return v.In(ctx, t) }

// maxRaces is how often a verb that lost against another unit looks again.
const maxRaces = 8

// alone does v in a unit of its own.
func alone[R any](ctx context.Context, s *Service, v verb[R]) (R, error) {
	return v.Insist(ctx, s.units, maxRaces, func(err error) bool { return errors.Is(err, ErrRaced) })
}

// announce appends events, all of one call.
func (s *Service) announce(ctx context.Context, t Tx, call op.Call, facts ...announcement) error {
	stamp := event.Stamp{NewID: s.newID, At: call.Now, Actor: call.Meta.By.String()}
	events := make([]event.Event, len(facts))
	for i, f := range facts {
		e, err := stamp.Of(f.subject, f.version, f.fact)
		if err != nil {
			return err
		}
		if !f.at.IsZero() {
			e.DeliverAt = clock.Cut(f.at)
		}
		events[i] = e
	}
	return t.Append(ctx, events...)
}

// announcement is one event; at, if it is not zero, makes it a timer.
type announcement struct {
	subject string
	version int
	fact    event.Payload
	at      time.Time
}

// checkNew checks the Meta of a write of something that has no version yet.
func checkNew(c *fault.Check, m op.Meta) {
	c.That(m.IfVersion == 0, "if_version", "not_allowed", "must be 0 here")
}

func checkTime(c *fault.Check, path string, at time.Time) {
	c.That(at.Year() >= 1971 && at.Year() <= 9999, path, "out_of_range", "must be between the years 1971 and 9999")
}

func ordered(from, to time.Time) bool { return from.IsZero() || to.IsZero() || from.Before(to) }
