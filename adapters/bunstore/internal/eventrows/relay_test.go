package eventrows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/event"
)

var errSick = errors.New("sick")

func TestEventsArriveAsTheyWereCommitted(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		r := p.relay(t, j.bus(nil))
		want := p.fact(t, "or_1", 1)
		p.commit(t, "shop", want)
		require.Equal(t, 1, drain(t, r))
		want.Tenant = "shop"
		require.Equal(t, []event.Event{want}, j.all)
		require.Equal(t, event.Depth{}, p.depth(t))
	})
}

func TestOrderOfASubjectAndTenantsApart(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		for n := range 30 {
			for _, tenant := range []string{"", "a", "b"} {
				p.commit(t, tenant, p.fact(t, "or_1", 2*n), p.fact(t, "or_1", 2*n+1))
			}
		}
		require.Equal(t, 180, drain(t, p.relay(t, j.bus(nil))))
		want := make([]int, 60)
		for i := range want {
			want[i] = i
		}
		for _, tenant := range []string{"", "a", "b"} {
			require.Equal(t, want, j.of(tenant+"/or_1"), "tenant %q", tenant)
		}
	})
}

func TestRolledBackIsNeverSeen(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		units := unittest.Runner(p.s, "shop", func(u *unit.Unit) eventrows.EventTx { return eventrows.EventTx{U: u} })
		err := units.InTx(t.Context(), func(ctx context.Context, tx eventrows.EventTx) error {
			require.NoError(t, tx.Append(ctx, p.fact(t, "or_1", 1)))
			return errSick
		})
		require.ErrorIs(t, err, errSick)
		seen := p.fact(t, "or_2", 1)
		seen.Tenant = "shop"
		p.commit(t, "shop", p.fact(t, "or_0", 0))
		require.NoError(t, p.mark(t.Context(), "c", seen))
		require.ErrorIs(t, units.InTx(t.Context(), func(ctx context.Context, tx eventrows.EventTx) error {
			require.NoError(t, tx.Append(ctx, p.fact(t, "or_2", 2)))
			return event.Once(ctx, tx, "c", seen)
		}), event.ErrSeen)
		require.Equal(t, 1, drain(t, p.relay(t, j.bus(nil))))
		require.Equal(t, []int{0}, j.of("shop/or_0"))
	})
}

// mark records that a consumer has seen an event.
func (p post) mark(ctx context.Context, consumer string, e event.Event) error {
	units := unittest.Runner(p.s, e.Tenant, func(u *unit.Unit) eventrows.EventTx { return eventrows.EventTx{U: u} })
	return units.InTx(ctx, func(ctx context.Context, tx eventrows.EventTx) error { return event.Once(ctx, tx, consumer, e) })
}

func TestFailureHoldsUpItsSubjectOnly(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		sick := true
		r := p.relay(t, j.bus(func(e event.Event, n int) error {
			if sick && e.Subject == "or_1" && n == 2 {
				return errSick
			}
			return nil
		}))
		for n := 1; n <= 4; n++ {
			p.commit(t, "shop", p.fact(t, "or_1", n), p.fact(t, "or_2", n))
		}
		p.commit(t, "other", p.fact(t, "or_1", 1))
		drain(t, r)
		require.Equal(t, []int{1}, j.of("shop/or_1"))
		require.Equal(t, []int{1, 2, 3, 4}, j.of("shop/or_2"))
		require.Equal(t, []int{1}, j.of("other/or_1"))
		require.Equal(t, event.Depth{Waiting: 1, Behind: 2, Oldest: p.clock.Now()}, p.depth(t))

		p.commit(t, "shop", p.fact(t, "or_1", 5))
		drain(t, r)
		require.Equal(t, []int{1}, j.of("shop/or_1"), "what comes later waits too")
		require.Equal(t, 3, p.depth(t).Behind)

		sick = false
		p.clock.Advance(time.Second - time.Microsecond)
		require.Zero(t, drain(t, r), "not before its time")
		p.clock.Advance(time.Second)
		drain(t, r)
		require.Equal(t, []int{1, 2, 3, 4, 5}, j.of("shop/or_1"))
		require.Equal(t, event.Depth{}, p.depth(t))
	})
}

func TestPoisonIsParkedReplayedAndDiscarded(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		sick := true
		r := p.relay(t, j.bus(func(_ event.Event, n int) error {
			if sick && n == 1 {
				return event.Park(errSick)
			}
			return nil
		}))
		for _, subject := range []string{"or_1", "or_2", "or_3"} {
			p.commit(t, "shop", p.fact(t, subject, 0), p.fact(t, subject, 1), p.fact(t, subject, 2))
		}
		drain(t, r)
		require.Equal(t, event.Depth{Parked: 3, Behind: 3, Oldest: p.clock.Now()}, p.depth(t))

		grave, err := p.queue.Parked(t.Context(), event.Selection{Tenants: []string{"shop"}}, event.ID{}, 10)
		require.NoError(t, err)
		require.Len(t, grave, 3)
		require.Equal(t, "journal: sick", grave[0].Failure)
		require.Equal(t, 1, grave[0].Attempts)
		require.Equal(t, event.Parked, grave[0].Standing)
		more, err := p.queue.Parked(t.Context(), event.Selection{}, grave[1].Event.ID, 10)
		require.NoError(t, err)
		require.Equal(t, grave[2:], more)
		none, err := p.queue.Parked(t.Context(), event.Selection{Tenants: []string{"", "other"}}, event.ID{}, 10)
		require.NoError(t, err)
		require.Empty(t, none)

		n, err := p.queue.Discard(t.Context(), event.Selection{Tenants: []string{"shop"}, IDs: []event.ID{grave[0].Event.ID}})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		drain(t, r)
		require.Equal(t, []int{0, 2}, j.of("shop/or_1"))

		sick = false
		n, err = p.queue.Replay(t.Context(), event.Selection{Subject: "or_2"})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		drain(t, r)
		require.Equal(t, []int{0, 1, 2}, j.of("shop/or_2"))
		require.Equal(t, []int{0}, j.of("shop/or_3"), "not asked for")

		n, err = p.queue.Replay(t.Context(), event.Selection{})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		drain(t, r)
		require.Equal(t, []int{0, 1, 2}, j.of("shop/or_3"))
		require.Equal(t, event.Depth{}, p.depth(t))
	})
}

func TestParkedAfterAllAttempts(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		tries := 0
		b := event.NewBus()
		event.OnAny(b, "sick", func(context.Context, event.Event) error { tries++; panic("poison") })
		p.commit(t, "", p.fact(t, "or_1", 1))
		r := p.relay(t, b)
		for range 30 {
			drain(t, r)
			p.clock.Advance(time.Hour)
		}
		require.Equal(t, 12, tries)
		grave, err := p.queue.Parked(t.Context(), event.Selection{}, event.ID{}, 1)
		require.NoError(t, err)
		require.Equal(t, 12, grave[0].Attempts)
		require.Contains(t, grave[0].Failure, "poison")
	})
}

func TestTimersStandOutsideTheOrder(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		r := p.relay(t, j.bus(func(_ event.Event, n int) error {
			if n >= 100 {
				return errSick
			}
			return nil
		}))
		p.commit(t, "shop", p.timer(t, "or_1", 10, time.Hour), p.fact(t, "or_1", 1), p.timer(t, "or_1", 100, 0))
		drain(t, r)
		require.Equal(t, []int{1}, j.of("shop/or_1"), "a timer holds up nothing")
		p.commit(t, "shop", p.fact(t, "or_1", 200), p.fact(t, "or_1", 2))
		drain(t, r)
		p.clock.Advance(time.Hour - time.Microsecond)
		drain(t, r)
		require.Equal(t, []int{1}, j.of("shop/or_1"))
		p.clock.Advance(time.Microsecond)
		drain(t, r)
		require.Equal(t, []int{1, 10}, j.of("shop/or_1"), "on time, past the one that fails")
		require.Equal(t, p.clock.Now(), j.all[1].DeliverAt)
		require.Equal(t, event.Depth{Timers: 1, Waiting: 1, Behind: 1, Oldest: j.all[0].At}, p.depth(t))
	})
}

func TestASubscriptionThatIsDoneIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		var glad, grim int
		b := event.NewBus()
		event.On(b, "glad", func(context.Context, event.Event, noted) error { glad++; return nil })
		event.On(b, "grim", func(context.Context, event.Event, noted) error {
			if grim++; grim < 3 {
				return errSick
			}
			return event.ErrSeen
		})
		p.commit(t, "", p.fact(t, "or_1", 1))
		r := p.relay(t, b)
		for range 5 {
			drain(t, r)
			p.clock.Advance(time.Minute)
		}
		require.Equal(t, 1, glad)
		require.Equal(t, 3, grim)
		require.Equal(t, event.Depth{}, p.depth(t))
	})
}
