package event_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errSick = errors.New("sick")

// log remembers what was delivered.
type log struct {
	mu  sync.Mutex
	got []string
}

func (l *log) add(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got = append(l.got, s)
}

func newRelay(t *testing.T, cfg event.RelayConfig) *event.Relay {
	t.Helper()
	r, err := event.NewRelay(cfg)
	require.NoError(t, err)
	return r
}

func tick(t *testing.T, r *event.Relay) int {
	t.Helper()
	n, err := r.Tick(t.Context())
	require.NoError(t, err)
	return n
}

func TestARelayNeedsItsParts(t *testing.T) {
	t.Parallel()
	_, err := event.NewRelay(event.RelayConfig{Lease: 1, Batch: 1001, MaxAttempts: -1, Workers: -1, Poll: -1})
	require.ErrorIs(t, err, fault.Invalid)
	paths := []string{}
	for _, f := range fault.FieldsOf(err) {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"bus", "queue", "lease", "batch", "max_attempts", "workers", "poll"}, paths)
}

// TestPauses fails an event until it is parked and reads the pauses from when
// it falls due.
func TestPauses(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	m := newMemory(fact(t, "or_1", 1))
	b := event.NewBus()
	event.OnAny(b, "sick", func(context.Context, event.Event) error { return errSick })
	r := newRelay(t, event.RelayConfig{Bus: b, Queue: m, Clock: c, MaxAttempts: 20})
	base := time.Second
	for n := 1; n < 20; n++ {
		require.Equal(t, 1, tick(t, r))
		require.Equal(t, n, m.left()[0].Attempts)
		pause := m.due[1].Sub(c.Now())
		require.GreaterOrEqual(t, pause, base, "after attempt %d", n)
		require.Less(t, pause, base*3/2, "after attempt %d", n)
		base = min(2*base, 40*time.Minute)
		c.Set(m.due[1].Add(-time.Microsecond))
		require.Zero(t, tick(t, r))
		c.Advance(2 * time.Microsecond)
	}
	require.Equal(t, event.Waiting, m.left()[0].Standing)
	require.Equal(t, 1, tick(t, r))
	require.Equal(t, event.Parked, m.left()[0].Standing)
	require.Equal(t, "sick: sick", m.left()[0].Failure)
	c.Advance(24 * time.Hour)
	require.Zero(t, tick(t, r))
}

func TestAPanicIsAFailure(t *testing.T) {
	t.Parallel()
	m := newMemory(fact(t, "or_1", 1), fact(t, "or_2", 2))
	b := event.NewBus()
	event.OnAny(b, "wild", func(_ context.Context, e event.Event) error {
		if e.Subject == "or_1" {
			panic("poison \x00\xff")
		}
		return nil
	})
	require.Equal(t, 2, tick(t, newRelay(t, event.RelayConfig{Bus: b, Queue: m})))
	require.Len(t, m.left(), 1)
	require.Equal(t, "wild: panic: poison ??", m.left()[0].Failure[len(m.left()[0].Failure)-len("wild: panic: poison ??"):])
}

// TestAShutdownIsNoFailure ends the context while a handler runs: what is done
// stays done, what is not is offered again, and no attempt is counted.
func TestAShutdownIsNoFailure(t *testing.T) {
	t.Parallel()
	m := newMemory(fact(t, "or_1", 1), fact(t, "or_1", 2), fact(t, "or_2", 3))
	ctx, cancel := context.WithCancel(t.Context())
	l := &log{}
	b := event.NewBus()
	event.On(b, "first", func(_ context.Context, e event.Event, p noted) error {
		l.add(fmt.Sprintf("first %s %d", e.Subject, p.N))
		return nil
	})
	event.On(b, "second", func(ctx context.Context, e event.Event, p noted) error {
		l.add(fmt.Sprintf("second %s %d", e.Subject, p.N))
		cancel()
		return ctx.Err()
	})
	b.PublishTo("broker", silent{})
	r := newRelay(t, event.RelayConfig{Bus: b, Queue: m})
	require.NoError(t, r.Run(ctx))
	require.Equal(t, []string{"first or_1 1", "second or_1 1"}, l.got)
	require.Len(t, m.left(), 3)
	require.Equal(t, []string{"first"}, m.left()[0].Done)
	require.Zero(t, m.left()[0].Attempts)
	require.Equal(t, 3, tick(t, r))
	require.NotContains(t, l.got[2:], "first or_1 1")
}

// TestTheSecondHalfOfALeaseStartsNothing lets a handler use the lease up.
func TestTheSecondHalfOfALeaseStartsNothing(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	m := newMemory(fact(t, "or_1", 1), fact(t, "or_2", 2), fact(t, "or_3", 3))
	b := event.NewBus()
	calls := 0
	event.OnAny(b, "slow", func(context.Context, event.Event) error { calls++; c.Advance(25 * time.Second); return nil })
	published := 0
	b.PublishTo("broker", publish(func(es []event.Event) error { published += len(es); return nil }))
	r := newRelay(t, event.RelayConfig{Bus: b, Queue: m, Clock: c, Lease: time.Minute})
	require.Equal(t, 3, tick(t, r))
	require.Equal(t, 2, calls)
	require.Zero(t, published)
	require.Equal(t, []string{"slow"}, m.left()[0].Done)
	require.Equal(t, []string{"slow"}, m.left()[1].Done)
	require.Empty(t, m.left()[2].Done)
	tick(t, r)
	require.Equal(t, 3, calls)
	require.Equal(t, 3, published)
	require.Empty(t, m.left())
}

func TestAHandlerEndsBeforeTheLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(fact(t, "or_1", 1))
		b := event.NewBus()
		event.OnAny(b, "stuck", func(ctx context.Context, _ event.Event) error { <-ctx.Done(); return ctx.Err() })
		start := time.Now()
		tick(t, newRelay(t, event.RelayConfig{Bus: b, Queue: m, Lease: 40 * time.Second}))
		require.Equal(t, 30*time.Second, time.Since(start))
		require.Equal(t, 1, m.left()[0].Attempts, "it had its time, so it failed")
	})
}

func TestWorkersServeSubjectsAtTheSameTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		for n := range 3 {
			for s := range 4 {
				m.add(fact(t, fmt.Sprintf("or_%d", s), n))
			}
		}
		l := &log{}
		b := event.NewBus()
		event.On(b, "slow", func(_ context.Context, e event.Event, p noted) error {
			time.Sleep(time.Second)
			if e.Subject == "or_3" {
				l.add(strconv.Itoa(p.N))
			}
			return nil
		})
		start := time.Now()
		tick(t, newRelay(t, event.RelayConfig{Bus: b, Queue: m, Workers: 4}))
		require.Equal(t, 3*time.Second, time.Since(start), "12 events of 1 s by 4 workers")
		require.Equal(t, []string{"0", "1", "2"}, l.got)
		require.Empty(t, m.left())
	})
}

// TestRunSleepsUntilSomethingIsDue reads the clock of a bubble, which moves
// only when everybody sleeps.
func TestRunSleepsUntilSomethingIsDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		timer := fact(t, "or_1", 1)
		timer.DeliverAt = clock.Cut(start.Add(2500 * time.Millisecond))
		m := newMemory(timer)
		arrivals := make(chan time.Duration, 10)
		b := event.NewBus()
		event.OnAny(b, "stamp", func(context.Context, event.Event) error { arrivals <- time.Since(start); return nil })
		r := newRelay(t, event.RelayConfig{Bus: b, Queue: m})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- r.Run(ctx) }()
		require.Equal(t, 2500*time.Millisecond, <-arrivals, "to the point")

		time.Sleep(200 * time.Millisecond)
		m.add(fact(t, "or_1", 2))
		r.Wake()
		r.Wake()
		require.Equal(t, 2700*time.Millisecond, <-arrivals, "woken")

		m.add(fact(t, "or_1", 3))
		require.LessOrEqual(t, <-arrivals, 3700*time.Millisecond, "found by itself")
		m.mu.Lock()
		m.broken, m.claims = errSick, 0
		m.mu.Unlock()
		time.Sleep(time.Minute)
		m.mu.Lock()
		require.InDelta(t, 6, m.claims, 1, "a queue that fails is left alone, longer each time")
		m.broken = nil
		m.letters = nil
		m.mu.Unlock()
		cancel()
		require.NoError(t, <-done)
	})
}

func TestContextOfAHandler(t *testing.T) {
	t.Parallel()
	type key struct{}
	m := newMemory(fact(t, "or_1", 1))
	b := event.NewBus()
	var got any
	event.OnAny(b, "look", func(ctx context.Context, _ event.Event) error { got = ctx.Value(key{}); return nil })
	tick(t, newRelay(t, event.RelayConfig{Bus: b, Queue: m, Context: func(ctx context.Context, e event.Event) context.Context {
		return context.WithValue(ctx, key{}, e.Subject)
	}}))
	require.Equal(t, "or_1", got)
}
