package notificationtest

import (
	"context"
	"sync"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
)

// Plan is what happens in one call: whether the message arrives and what is
// answered are chosen apart. The zero value is a call that works.
type Plan struct {
	// Lost says that the message does not arrive.
	Lost bool
	// Answer is what comes back; its zero value is Accepted.
	Answer notification.Outcome
	// Err is returned instead, if it is set.
	Err error
	// Panic makes the Notifier break down.
	Panic bool
	// Wait, if set, is called before the answer, with no lock held.
	Wait func()
}

// Scripted is a Notifier in memory that keeps what has arrived and does what
// its script says. It is safe for concurrent use.
type Scripted struct {
	// Script says what happens in call n, counted from 0. Nil: everything works.
	Script func(n int, m notification.Message) Plan
	// Keeps makes it a keeper of keys.
	Keeps bool

	mu      sync.Mutex
	calls   int
	arrived []notification.Message
	keys    map[string]bool
}

var (
	_ notification.Notifier  = (*Scripted)(nil)
	_ notification.KeyKeeper = (*Scripted)(nil)
)

// KeepsKeys returns Keeps.
func (s *Scripted) KeepsKeys() bool { return s.Keeps }

// Send does what the script says.
func (s *Scripted) Send(ctx context.Context, m notification.Message) (notification.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return notification.Outcome{}, err
	}
	if err := ctx.Err(); err != nil {
		return notification.Outcome{}, fault.New(fault.Unavailable, "gone", "The caller is gone.").Because(err)
	}
	p := s.take(m)
	if p.Wait != nil {
		p.Wait()
	}
	if p.Panic {
		panic("notificationtest: as planned") //nolint:forbidigo // what the plan asks for
	}
	if p.Answer.State == "" {
		p.Answer = notification.Outcome{State: notification.Accepted, Reference: "ref-" + m.Key()}
	}
	return p.Answer, p.Err
}

// take books a call.
func (s *Scripted) take(m notification.Message) Plan {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p Plan
	if s.Script != nil {
		p = s.Script(s.calls, m)
	}
	s.calls++
	if p.Lost || (s.Keeps && s.keys[m.Key()]) {
		return p
	}
	if s.keys == nil {
		s.keys = map[string]bool{}
	}
	s.keys[m.Key()] = true
	s.arrived = append(s.arrived, m)
	return p
}

// Arrived returns what has arrived, oldest first.
func (s *Scripted) Arrived() []notification.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]notification.Message{}, s.arrived...)
}

// Calls returns how often it was called.
func (s *Scripted) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}
