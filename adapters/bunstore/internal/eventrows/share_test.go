package eventrows_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
)

// crashing is a queue whose user dies before it can settle, as often as told.
type crashing struct {
	event.Queue
	left atomic.Int32
}

func (c *crashing) Settle(ctx context.Context, s event.Settlement) (int, error) {
	if c.left.Add(-1) >= 0 {
		return 0, errSick
	}
	return c.Queue.Settle(ctx, s)
}

func TestCrashAfterHandlersRedeliversAndOnceKeepsTheEffectSingle(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		units := unittest.Runner(p.s, "shop", func(u *unit.Unit) eventrows.EventTx { return eventrows.EventTx{U: u} })
		j := newJournal()
		b := event.NewBus()
		event.On(b, "effect", func(ctx context.Context, e event.Event, n noted) error {
			j.note(e, n.N)
			return units.InTx(ctx, func(ctx context.Context, tx eventrows.EventTx) error {
				if err := event.Once(ctx, tx, "effect", e); err != nil {
					return err
				}
				return tx.Append(ctx, p.timer(t, "effect", n.N, 24*time.Hour))
			})
		})
		for n := range 5 {
			p.commit(t, "shop", p.fact(t, "or_1", n))
		}
		dying := &crashing{Queue: p.queue}
		dying.left.Store(1)
		first, err := event.NewRelay(event.RelayConfig{Bus: b, Queue: dying, Clock: p.clock, Lease: time.Minute})
		require.NoError(t, err)
		_, err = first.Tick(t.Context())
		require.ErrorIs(t, err, errSick)
		require.Equal(t, []int{0, 1, 2, 3, 4}, j.of("shop/or_1"))

		second := p.relay(t, b)
		p.clock.Advance(time.Minute - time.Microsecond)
		require.Zero(t, drain(t, second), "the lease still stands")
		p.clock.Advance(time.Microsecond)
		require.Equal(t, 5, drain(t, second))
		require.Equal(t, []int{0, 1, 2, 3, 4, 0, 1, 2, 3, 4}, j.of("shop/or_1"), "again, and in order")
		require.Equal(t, event.Depth{Timers: 5}, p.depth(t), "one effect each")
	})
}

func TestALostLeaseSettlesNothing(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		p.commit(t, "shop", p.fact(t, "or_1", 1), p.fact(t, "or_1", 2))
		claim := func() (event.Claim, event.Batch) {
			now := p.clock.Now()
			c := event.Claim{Token: id.V7(), Now: now, Until: now.Add(time.Minute), Limit: 10}
			b, err := p.queue.Claim(t.Context(), c)
			require.NoError(t, err)
			return c, b
		}
		settle := func(c event.Claim, standing event.Standing, letters ...event.Letter) int {
			s := event.Settlement{Token: c.Token, Now: p.clock.Now()}
			for _, l := range letters {
				s.Outcomes = append(s.Outcomes, event.Outcome{Letter: l, Standing: standing, Attempts: 1, DueAt: p.clock.Now().Add(time.Hour)})
			}
			n, err := p.queue.Settle(t.Context(), s)
			require.NoError(t, err)
			return n
		}
		old, oldBatch := claim()
		require.Len(t, oldBatch.Letters, 2)
		_, none := claim()
		require.Zero(t, none.Lanes, "one claimant at a time")
		p.clock.Advance(time.Minute)
		fresh, batch := claim()
		require.Equal(t, oldBatch, batch)

		require.Zero(t, settle(old, event.Delivered, oldBatch.Letters...))
		require.Zero(t, settle(old, event.Parked, oldBatch.Letters...))
		require.Equal(t, 2, p.depth(t).Fresh, "what another one delivers stays")
		require.Equal(t, 1, settle(fresh, event.Delivered, batch.Letters[0]))
		require.Equal(t, 1, p.depth(t).Fresh)
		require.Zero(t, settle(fresh, event.Delivered, batch.Letters...), "a settled claim is over")
		require.Equal(t, 1, p.depth(t).Fresh)

		_, last := claim()
		require.Equal(t, batch.Letters[1:], last.Letters, "settling frees the lane")
	})
}

func TestDiscardWhileARelayHoldsTheLane(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		sick := true
		j := newJournal()
		r := p.relay(t, j.bus(func(_ event.Event, n int) error {
			if sick && n == 1 {
				return event.Park(errSick)
			}
			return nil
		}))
		p.commit(t, "", p.fact(t, "or_1", 1))
		drain(t, r)
		p.commit(t, "", p.fact(t, "or_1", 2))
		now := p.clock.Now()
		c := event.Claim{Token: id.V7(), Now: now, Until: now.Add(time.Minute), Limit: 10}
		b, err := p.queue.Claim(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, event.Behind, b.Letters[0].Standing)

		grave, err := p.queue.Parked(t.Context(), event.Selection{}, event.ID{}, 1)
		require.NoError(t, err)
		n, err := p.queue.Discard(t.Context(), event.Selection{IDs: []event.ID{grave[0].Event.ID}})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = p.queue.Settle(t.Context(), event.Settlement{Token: c.Token, Now: now, Outcomes: []event.Outcome{{Letter: b.Letters[0], Standing: event.Behind}}})
		require.NoError(t, err)
		drain(t, r)
		require.Equal(t, []int{2}, j.of("/or_1"), "not left behind what is gone")
	})
}

// lossy loses the answers to what commits, as often as told.
type lossy struct{ left atomic.Int32 }

var errLost = errors.New("connection reset")

func (l *lossy) At(_ context.Context, at unit.Point) error {
	if at.Reply() && l.left.Add(-1) >= 0 {
		return errLost
	}
	return nil
}

func TestLostRepliesAreHarmless(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		sick := true
		r := p.relay(t, j.bus(func(_ event.Event, n int) error {
			if sick && n == 3 {
				return errSick
			}
			return nil
		}))
		for n := range 6 {
			p.commit(t, "", p.fact(t, "or_1", n))
		}
		var faults lossy
		p.s.Faults = &faults
		round := func() {
			faults.left.Store(1) // the claim
			_, err := r.Tick(t.Context())
			require.NoError(t, err)
			require.Negative(t, faults.left.Load())
		}
		round()
		require.Equal(t, []int{0, 1, 2}, j.of("/or_1"))
		require.Equal(t, event.Depth{Waiting: 1, Behind: 2, Oldest: p.clock.Now()}, p.depth(t))
		sick = false
		p.clock.Advance(time.Hour)
		token := id.V7()
		b, err := p.queue.Claim(t.Context(), event.Claim{Token: token, Now: p.clock.Now(), Until: p.clock.Now().Add(time.Minute), Limit: 9})
		require.NoError(t, err)
		require.Len(t, b.Letters, 1)
		faults.left.Store(1) // the settlement
		lanes, err := p.queue.Settle(t.Context(), event.Settlement{Token: token, Now: p.clock.Now()})
		require.NoError(t, err)
		require.Zero(t, lanes, "the second run finds nothing to do")
		drain(t, r)
		require.Equal(t, []int{0, 1, 2, 3, 4, 5}, j.of("/or_1"))
	})
}

func TestAClaimThatIsNeverAnsweredRestsForTheLease(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		r := p.relay(t, j.bus(nil))
		p.commit(t, "", p.fact(t, "or_1", 1))
		var faults lossy
		faults.left.Store(1000)
		p.s.Faults, p.s.Retries = &faults, 2
		_, err := r.Tick(t.Context())
		require.Error(t, err)
		p.s.Faults = nil
		require.Zero(t, drain(t, r))
		p.clock.Advance(time.Minute)
		require.Equal(t, 1, drain(t, r))
		require.Equal(t, []int{1}, j.of("/or_1"))
	})
}

// TestLateCommit commits an event that was numbered first and committed last.
func TestLateCommit(t *testing.T) {
	t.Parallel()
	p := newPost(unittest.Postgres(t).Shipper()) // SQLite has one writer: nothing commits meanwhile
	j := newJournal()
	r := p.relay(t, j.bus(nil))
	units := unittest.Runner(p.s, "", func(u *unit.Unit) eventrows.EventTx { return eventrows.EventTx{U: u} })
	err := units.InTx(t.Context(), func(ctx context.Context, tx eventrows.EventTx) error {
		if err := tx.Append(ctx, p.fact(t, "or_1", 1)); err != nil {
			return err
		}
		if _, err := unit.One(ctx, tx.U, "SELECT 1", nil, new(int)); err != nil { // sends the event
			return err
		}
		if err := p.append(context.WithoutCancel(t.Context()), "", p.fact(t, "or_2", 2)); err != nil {
			return err
		}
		require.Equal(t, 1, drain(t, r))
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{2}, j.of("/or_2"))
	require.Equal(t, 1, drain(t, r))
	require.Equal(t, []int{1}, j.of("/or_1"))
}

// TestManyWritersAndRelays lets writers commit late and out of order while two
// relays share the work and a third one keeps dying. Nothing may be lost, come
// out of order, or be in two hands at once.
func TestManyWritersAndRelays(t *testing.T) {
	t.Parallel()
	const writers, each = 16, 12
	eachPost(t, func(t *testing.T, p post) {
		j := newJournal()
		bus, clashes := exclusive(j)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var relays, writing sync.WaitGroup
		for workers := range 2 {
			r, err := event.NewRelay(event.RelayConfig{
				Bus: bus, Queue: p.queue, Clock: p.clock, Batch: 7, Workers: workers + 1, Poll: time.Millisecond, Lease: 24 * time.Hour,
			})
			require.NoError(t, err)
			relays.Go(func() {
				if err := r.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		relays.Go(func() { p.dieOften(ctx, t, bus) })
		for w := range writers {
			writing.Go(func() {
				for n := range each {
					if err := p.slow(t, fmt.Sprintf("or_%d", w), n); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		writing.Wait()
		require.Eventually(t, func() bool { return p.depth(t) == event.Depth{} }, time.Minute, 10*time.Millisecond)
		cancel()
		relays.Wait()
		require.Zero(t, clashes.Load(), "a subject in two hands")
		for w := range writers {
			require.Equal(t, upTo(each), firstTimes(j.of(fmt.Sprintf("/or_%d", w))), "writer %d", w)
		}
	})
}

// exclusive returns a bus that counts how often a subject is handled twice at
// the same time.
func exclusive(j *journal) (*event.Bus, *atomic.Int32) {
	var busy sync.Map
	clashes := new(atomic.Int32)
	bus := event.NewBus()
	event.On(bus, "journal", func(_ context.Context, e event.Event, n noted) error {
		if _, taken := busy.LoadOrStore(e.Subject, true); taken {
			clashes.Add(1)
		}
		j.note(e, n.N)
		busy.Delete(e.Subject)
		return nil
	})
	return bus, clashes
}

// dieOften is a relay with a short lease that does not live to settle. Between
// its rounds, and only there, the clock passes its lease.
func (p post) dieOften(ctx context.Context, t *testing.T, bus *event.Bus) {
	dying := &crashing{Queue: p.queue}
	dying.left.Store(5)
	r, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: dying, Clock: p.clock, Batch: 7, Lease: time.Second})
	if err != nil {
		t.Error(err)
		return
	}
	for ctx.Err() == nil {
		_, _ = r.Tick(ctx)
		p.clock.Advance(time.Second)
	}
}

// slow commits an event some time after it was numbered.
func (p post) slow(t *testing.T, subject string, n int) error {
	units := unittest.Runner(p.s, "", func(u *unit.Unit) eventrows.EventTx { return eventrows.EventTx{U: u} })
	return units.InTx(t.Context(), func(ctx context.Context, tx eventrows.EventTx) error {
		if err := tx.Append(ctx, p.fact(t, subject, n)); err != nil {
			return err
		}
		for range n % 4 { // each read is a trip that passes with the event numbered
			if _, err := unit.One(ctx, tx.U, "SELECT 1", nil, new(int)); err != nil {
				return err
			}
		}
		return nil
	})
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// firstTimes drops what was delivered again after a crash.
func firstTimes(ns []int) []int {
	seen := map[int]bool{}
	var out []int
	for _, n := range ns {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}
