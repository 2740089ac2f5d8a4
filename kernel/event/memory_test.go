package event_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
)

// noted is the fact of these tests.
type noted struct {
	N int `json:"n"`
}

func (noted) EventName() string { return "test.noted" }

func fact(t testing.TB, subject string, n int) event.Event {
	t.Helper()
	e, err := event.Stamp{NewID: id.V7, At: time.Now()}.Of(subject, n, noted{n})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// memory is a queue of one relay: it keeps order and standings as the port
// says, and knows no leases.
type memory struct {
	mu      sync.Mutex
	letters []event.Letter
	due     map[int64]time.Time
	seq     int64
	claimed uuid.UUID
	claims  int
	broken  error
}

func newMemory(events ...event.Event) *memory {
	m := &memory{due: map[int64]time.Time{}}
	m.add(events...)
	return m
}

func (m *memory) add(events ...event.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range events {
		m.seq++
		l := event.Letter{Event: e, Seq: m.seq}
		if e.IsTimer() {
			l.Standing = event.Waiting
			m.due[l.Seq] = e.DeliverAt
		}
		m.letters = append(m.letters, l)
	}
}

func (m *memory) Claim(_ context.Context, c event.Claim) (event.Batch, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.claims++
	if m.broken != nil {
		return event.Batch{}, m.broken
	}
	var b event.Batch
	held := map[string]bool{}
	for _, l := range m.letters {
		due := m.due[l.Seq]
		switch {
		case held[l.Event.Subject] && !l.Event.IsTimer():
			continue
		case l.Standing == event.Parked || due.After(c.Now):
			held[l.Event.Subject] = held[l.Event.Subject] || !l.Event.IsTimer()
			if l.Standing != event.Parked && (b.Next.IsZero() || due.Before(b.Next)) {
				b.Next = due
			}
			continue
		}
		if len(b.Letters) < c.Limit {
			b.Letters = append(b.Letters, l)
		}
	}
	if len(b.Letters) > 0 {
		b.Lanes, m.claimed = 1, c.Token
	}
	return b, nil
}

func (m *memory) Settle(_ context.Context, s event.Settlement) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.claimed != s.Token {
		return 0, nil
	}
	m.claimed = uuid.Nil
	for _, o := range s.Outcomes {
		for i := range m.letters {
			if m.letters[i].Seq != o.Letter.Seq {
				continue
			}
			if o.Standing == event.Delivered {
				m.letters = append(m.letters[:i], m.letters[i+1:]...)
				break
			}
			l := &m.letters[i]
			l.Done = o.Done
			if o.Standing == event.Parked || o.Standing == event.Waiting && o.Attempts != l.Attempts {
				l.Standing, l.Attempts, l.Failure, m.due[l.Seq] = o.Standing, o.Attempts, o.Failure, o.DueAt
			}
			break
		}
	}
	return 1, nil
}

func (m *memory) Parked(context.Context, event.Selection, event.ID, int) ([]event.Letter, error) {
	return nil, nil
}
func (m *memory) Replay(context.Context, event.Selection) (int, error)  { return 0, nil }
func (m *memory) Discard(context.Context, event.Selection) (int, error) { return 0, nil }
func (m *memory) Depth(context.Context) (event.Depth, error)            { return event.Depth{}, nil }

// left returns a copy of what waits.
func (m *memory) left() []event.Letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]event.Letter(nil), m.letters...)
}
