package event_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
)

func nothing(context.Context, event.Event, noted) error { return nil }

func anything(context.Context, event.Event) error { return nil }

type other struct{}

func (other) EventName() string { return "test.other" }

type silent struct{}

func (silent) Publish(context.Context, []event.Event) error { return nil }

func TestASubscriptionHasAName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "A", "a b", "ä", "a/b", strings.Repeat("a", 101)} {
		b := event.NewBus()
		event.On(b, name, nothing)
		require.ErrorIs(t, b.Err(), fault.Internal, "%q", name)
		_, err := event.NewRelay(event.RelayConfig{Bus: b, Queue: newMemory()})
		require.ErrorIs(t, err, fault.Internal)
	}
	b := event.NewBus()
	event.On(b, strings.Repeat("a", 100), nothing)
	event.On(b, "stock-alert.v2_x", nothing)
	require.NoError(t, b.Err())
}

func TestANameIsUniqueAmongThoseThatGetAnEvent(t *testing.T) {
	t.Parallel()
	named := func(b *event.Bus) { event.On(b, "x", nothing) }
	foreign := func(b *event.Bus) { event.On(b, "x", func(context.Context, event.Event, other) error { return nil }) }
	all := func(b *event.Bus) { event.OnAny(b, "x", anything) }
	broker := func(b *event.Bus) { b.PublishTo("x", silent{}) }
	for what, pair := range map[string][2]func(*event.Bus){
		"same event": {named, named}, "all after one": {named, all}, "one after all": {all, named}, "all twice": {all, all},
		"broker after one": {named, broker}, "one after broker": {broker, named}, "all after broker": {broker, all}, "broker twice": {broker, broker},
	} {
		b := event.NewBus()
		pair[0](b)
		require.NoError(t, b.Err(), what)
		pair[1](b)
		require.ErrorContains(t, b.Err(), `"x"`, what)
	}
	b := event.NewBus()
	named(b)
	foreign(b)
	require.NoError(t, b.Err(), "a name may serve several events")
}

func TestAMistakeStopsARelay(t *testing.T) {
	t.Parallel()
	b := event.NewBus()
	m := newMemory(fact(t, "or_1", 1))
	r, err := event.NewRelay(event.RelayConfig{Bus: b, Queue: m})
	require.NoError(t, err)
	event.OnAny(b, "", anything)
	_, err = r.Tick(t.Context())
	require.ErrorIs(t, err, fault.Internal)
	require.ErrorIs(t, r.Run(t.Context()), fault.Internal)
	require.Len(t, m.left(), 1)
}

func TestParkKeepsTheCause(t *testing.T) {
	t.Parallel()
	cause := fault.New(fault.Declined, "bank_no", "No.")
	err := event.Park(cause)
	require.ErrorIs(t, err, fault.Declined)
	require.Equal(t, cause.Error(), err.Error())
	require.NoError(t, event.Park(nil))
	require.NotErrorIs(t, event.Park(errors.New("x")), event.ErrSeen)
}
