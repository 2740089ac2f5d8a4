package event_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
)

type publish func([]event.Event) error

func (p publish) Publish(_ context.Context, es []event.Event) error { return p(es) }

// numbers reads the payloads of events.
func numbers(t *testing.T, es []event.Event) []int {
	t.Helper()
	out := make([]int, len(es))
	for i, e := range es {
		p, err := event.Decode[noted](e)
		require.NoError(t, err)
		out[i] = p.N
	}
	return out
}

func TestAPublisherGetsTheWholeBatch(t *testing.T) {
	t.Parallel()
	m := newMemory(fact(t, "or_1", 1), fact(t, "or_2", 2), fact(t, "or_1", 3))
	var calls [][]int
	b := event.NewBus()
	b.PublishTo("broker", publish(func(es []event.Event) error { calls = append(calls, numbers(t, es)); return nil }))
	tick(t, newRelay(t, event.RelayConfig{Bus: b, Queue: m}))
	require.Equal(t, [][]int{{1, 2, 3}}, calls)
	require.Empty(t, m.left())
}

// TestPoisonForAPublisher has one event that no broker would take.
func TestPoisonForAPublisher(t *testing.T) {
	t.Parallel()
	m := newMemory(fact(t, "or_1", 1), fact(t, "or_2", 2), fact(t, "or_1", 3), fact(t, "or_2", 4))
	var calls [][]int
	handled := 0
	b := event.NewBus()
	event.OnAny(b, "count", func(context.Context, event.Event) error { handled++; return nil })
	b.PublishTo("broker", publish(func(es []event.Event) error {
		ns := numbers(t, es)
		calls = append(calls, ns)
		if slices.Contains(ns, 1) {
			return event.Park(errSick)
		}
		return nil
	}))
	r := newRelay(t, event.RelayConfig{Bus: b, Queue: m})
	tick(t, r)
	require.Equal(t, [][]int{{1, 2, 3, 4}, {1}, {2}, {4}}, calls)
	left := m.left()
	require.Len(t, left, 2)
	require.Equal(t, event.Parked, left[0].Standing)
	require.Equal(t, []string{"count"}, left[0].Done)
	require.Equal(t, []string{"count"}, left[1].Done, "handled, and waiting for the one before it")
	require.Equal(t, 4, handled)
	require.Zero(t, tick(t, r))
}

// TestABrokerThatIsDown fails the first event of each subject, once.
func TestABrokerThatIsDown(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	m := newMemory(fact(t, "or_1", 1), fact(t, "or_2", 2), fact(t, "or_1", 3))
	down := true
	var calls [][]int
	b := event.NewBus()
	b.PublishTo("broker", publish(func(es []event.Event) error {
		calls = append(calls, numbers(t, es))
		if down {
			return fault.New(fault.Unavailable, "broker_down", "Down.")
		}
		return nil
	}))
	r := newRelay(t, event.RelayConfig{Bus: b, Queue: m, Clock: c})
	tick(t, r)
	require.Equal(t, [][]int{{1, 2, 3}}, calls, "not one by one: it is not their fault")
	for i, attempts := range []int{1, 1, 0} {
		require.Equal(t, attempts, m.left()[i].Attempts)
	}
	down = false
	c.Advance(time.Minute)
	for tick(t, r) > 0 {
		continue
	}
	require.Empty(t, m.left())
}
