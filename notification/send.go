package notification

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

const (
	maxReference = 200
	maxCode      = 64
	maxProblem   = 500
)

func noTime() time.Time { return time.Time{} }

// Send sends a message if it is due, and else does nothing; so it may be called
// at any time, at the same time by several, and again. A message that was being
// sent when its process died, for longer than a call may take, becomes unclear,
// or is sent again if its Notifier is a KeyKeeper.
//
// What the provider answers is no error: it is in the status of the message
// returned. Errors by kind: NotFound, Unsupported (ErrNoNotifier), and those of
// the store; after one of Unavailable or Unknown the timer finds out.
func (s *Service) Send(ctx context.Context, message ID) (Message, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Message{}, err
	}
	m, err := s.reader.Notification(ctx, message)
	if err != nil {
		return Message{}, err
	}
	if m, err = s.recover(ctx, m); err != nil || m.status != StatusQueued || m.Due.After(s.clock.Now()) {
		return m, err
	}
	notifier := s.notifiers[m.Channel]
	if notifier == nil {
		return m, ErrNoNotifier
	}
	m, ours, err := s.start(ctx, m)
	if err != nil || !ours {
		return m, err
	}
	return s.settle(ctx, m, s.call(ctx, notifier, m))
}

// SendDue sends at most limit (1 to 1,000) messages that are due, the longest
// waiting first, and returns how many it looked at. One that fails does not
// keep the others waiting; their errors come joined.
func (s *Service) SendDue(ctx context.Context, limit int) (int, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return 0, err
	}
	var c fault.Check
	c.Range("limit", int64(limit), 1, 1000)
	if err := c.Err("notification.send_due"); err != nil {
		return 0, err
	}
	ms, err := s.reader.NotificationsDue(ctx, s.clock.Now(), limit)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, m := range ms {
		if _, err := s.Send(ctx, m.ID); err != nil {
			errs = append(errs, err)
		}
	}
	return len(ms), errors.Join(errs...)
}

// start saves that m is about to be sent; ours is false if another did so.
func (s *Service) start(ctx context.Context, m Message) (started Message, ours bool, err error) {
	now := clock.Cut(s.clock.Now())
	d, err := m.next(now).move(TriggerStart)
	if err != nil {
		return m, false, err
	}
	d.Tries++
	d.Due = now.Add(s.timing.Call + grace)
	return s.decided(ctx, change{message: d, actor: sender()})
}

// decided saves a change, unless the message was changed meanwhile: then it
// returns it as it is now.
func (s *Service) decided(ctx context.Context, ch change) (now Message, ours bool, err error) {
	err = s.units.InTx(ctx, func(ctx context.Context, t Tx) error { return s.save(ctx, t, ch) })
	if fault.CodeOf(err) == fault.StaleVersion {
		now, err = s.reader.Notification(ctx, ch.message.ID)
		return now, false, err
	}
	return ch.message, err == nil, err
}

// sender is the actor of what happens by itself.
func sender() string { return op.Actor{Kind: op.System, ID: "notification"}.String() }

// recover decides about a message whose call has ended without an outcome.
func (s *Service) recover(ctx context.Context, m Message) (Message, error) {
	now := clock.Cut(s.clock.Now())
	if m.status != StatusSending || m.Due.After(now) {
		return m, nil
	}
	const lost = "interrupted"
	o := Outcome{State: Unclear, Code: lost, Text: "The program ended while the message was being sent."}
	if k, ok := s.notifiers[m.Channel].(KeyKeeper); ok && k.KeepsKeys() {
		o.State = Postponed
	}
	ch, err := s.outcome(m, o, now)
	if err != nil {
		return m, err
	}
	if o.State == Postponed && ch.message.status == StatusQueued {
		ch.message.Due = now // it has waited long enough
	}
	m, _, err = s.decided(ctx, ch)
	return m, err
}

// call makes one call, with no unit open. A Notifier that panics leaves the
// outcome unclear.
func (s *Service) call(ctx context.Context, n Notifier, m Message) (out Outcome) {
	ctx, cancel := context.WithTimeout(ctx, s.timing.Call)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			out = Outcome{State: Unclear, Code: "panic", Text: fmt.Sprintf("The notifier broke down: %T.", r)}
		}
	}()
	o, err := n.Send(ctx, m)
	if err != nil {
		return read(err)
	}
	return o
}

// read turns the error of a Notifier into what may be concluded from it. Only
// an error that says itself of what kind it is says that nothing was sent.
func read(err error) Outcome {
	carrier, ok := errors.AsType[fault.Carrier](err)
	if !ok {
		return Outcome{State: Unclear, Code: "error", Text: "The notifier failed in an unknown way."}
	}
	f := carrier.Fault()
	o := Outcome{State: Unclear, Code: f.Code, Text: f.Text}
	switch f.Kind {
	case fault.Unavailable:
		o.State = Postponed
	case fault.Invalid, fault.Unsupported, fault.Declined, fault.Denied:
		o.State = Refused
	case fault.NotFound, fault.Conflict, fault.Unknown, fault.Internal:
	}
	return o
}

// settle saves an outcome. The caller may be gone by now; the outcome is saved
// all the same. If the message was given up as unclear meanwhile, an acceptance
// makes it sent.
func (s *Service) settle(ctx context.Context, m Message, o Outcome) (Message, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	round, tries := m.Round, m.Tries
	for range 3 {
		ch, err := s.outcome(m, o, clock.Cut(s.clock.Now()))
		if err != nil {
			return m, err
		}
		next, ours, err := s.decided(ctx, ch)
		late := o.State == Accepted && next.status == StatusUnclear
		if err != nil || ours || !late || next.Round != round || next.Tries != tries {
			return next, err
		}
		m = next
	}
	return m, nil
}

// outcome is the change that follows from an outcome.
func (s *Service) outcome(m Message, o Outcome, now time.Time) (change, error) {
	o.Reference, o.Code, o.Text = cut(o.Reference, maxReference), cut(o.Code, maxCode), cut(o.Text, maxProblem)
	m = m.next(now)
	trigger, fact := TriggerLose, event.Payload(nil)
	switch o.State {
	case Accepted:
		trigger = TriggerAccept
	case Refused:
		trigger = TriggerRefuse
	case Postponed:
		trigger = TriggerPostpone
		if m.Tries >= s.timing.Tries {
			trigger, o.State = TriggerRefuse, Refused
		}
	case Unclear:
	default:
		o = Outcome{State: Unclear, Code: "bad_outcome", Text: "The notifier gave no answer."}
	}
	m, err := m.move(trigger)
	if err != nil {
		return change{}, err
	}
	m.Reference, m.Code, m.Problem, m.Due = o.Reference, o.Code, o.Text, noTime()
	switch m.status {
	case StatusSent:
		m.Code, m.Problem = "", ""
		fact = Sent{About: m.about(), Reference: m.Reference}
	case StatusFailed:
		fact = Failed{About: m.about(), Code: m.Code}
	case StatusUnclear:
		fact = Lost{About: m.about(), Code: m.Code}
	case StatusQueued:
		m.Due = now.Add(s.timing.wait(m.Tries, o.After))
	case StatusSending, StatusCancelled:
	}
	attempt := Attempt{Version: m.Version, Round: m.Round, At: now, State: o.State, Reference: o.Reference, Code: o.Code, Text: o.Text}
	return change{message: m, fact: fact, attempt: &attempt, actor: sender()}, nil
}

// cut returns the beginning of s without what no database keeps.
func cut(s string, limit int) string {
	out := make([]rune, 0, min(len(s), limit))
	for _, r := range s {
		if len(out) == limit {
			break
		}
		if r < ' ' || r == utf8.RuneError {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}
