package eventrows_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/kernel/event"
)

// TestHistories plays random histories of commits, failures, crashes, lost
// leases, replays and passing time, and demands of each: the events of a
// subject arrive in order, and when all is well again nothing is left and
// nothing was lost.
func TestHistories(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, p post) {
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			h := &history{t: t, rt: rt, post: p, tenant: fmt.Sprint("run-", run), j: newJournal(), sent: map[string]int{}}
			h.start()
			rt.Repeat(map[string]func(*rapid.T){
				"commit": h.commitSome, "relay": h.relaySome, "crash": h.crash, "time": h.pass, "replay": h.replay,
				"mood": func(rt *rapid.T) { h.mood = rapid.IntRange(0, 3).Draw(rt, "mood") },
			})
			h.heal()
		})
	})
}

type history struct {
	t      *testing.T
	rt     *rapid.T
	post   post
	tenant string
	j      *journal
	sent   map[string]int
	timers int
	mood   int // what the handler does: 0 fine, 1 fails at times, 2 parks at times, 3 always fails
	calls  int
	steady *event.Relay
	dying  *event.Relay
	crashy *crashing
}

func (h *history) start() {
	bus := h.j.bus(func(event.Event, int) error {
		h.calls++
		switch {
		case h.mood == 1 && h.calls%3 == 0, h.mood == 3:
			return errSick
		case h.mood == 2 && h.calls%4 == 0:
			return event.Park(errSick)
		}
		return nil
	})
	h.crashy = &crashing{Queue: h.post.queue}
	for _, r := range []struct {
		to **event.Relay
		q  event.Queue
	}{{&h.steady, h.post.queue}, {&h.dying, h.crashy}} {
		relay, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: r.q, Clock: h.post.clock, Batch: 5, MaxAttempts: 4})
		require.NoError(h.t, err)
		*r.to = relay
	}
}

func (h *history) commitSome(rt *rapid.T) {
	var events []event.Event
	for range rapid.IntRange(1, 4).Draw(rt, "events") {
		subject := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "subject")
		if rapid.IntRange(0, 5).Draw(rt, "timer") == 0 {
			h.timers++
			events = append(events, h.post.timer(h.t, "timers/"+subject, h.timers, time.Minute))
			continue
		}
		events = append(events, h.post.fact(h.t, subject, h.sent[subject]))
		h.sent[subject]++
	}
	h.post.commit(h.t, h.tenant, events...)
}

func (h *history) relaySome(*rapid.T) {
	_, err := h.steady.Tick(h.t.Context())
	require.NoError(h.t, err)
}

func (h *history) crash(*rapid.T) {
	h.crashy.left.Store(1)
	_, _ = h.dying.Tick(h.t.Context())
}

func (h *history) pass(rt *rapid.T) {
	h.post.clock.Advance(time.Duration(rapid.IntRange(1, 120).Draw(rt, "seconds")) * time.Second)
}

func (h *history) replay(*rapid.T) {
	_, err := h.post.queue.Replay(h.t.Context(), event.Selection{Tenants: []string{h.tenant}})
	require.NoError(h.t, err)
}

// heal lets everything through and compares what arrived with what was sent.
func (h *history) heal() {
	h.mood = 0
	for range 3 {
		h.post.clock.Advance(2 * time.Hour)
		h.replay(nil)
		drain(h.t, h.steady)
	}
	require.Equal(h.rt, event.Depth{}, h.post.depth(h.t))
	for subject, n := range h.sent {
		require.Equal(h.rt, upTo(n), firstTimes(h.j.of(h.tenant+"/"+subject)), "subject %s", subject)
	}
	arrived := map[int]bool{}
	for _, subject := range []string{"a", "b", "c"} {
		for _, n := range h.j.of(h.tenant + "/timers/" + subject) {
			arrived[n] = true
		}
	}
	require.Len(h.rt, arrived, h.timers)
}

// TestTwoProcessesOnOneFile has two stores on one SQLite file, as two
// processes would, each with its writers and its relay.
func TestTwoProcessesOnOneFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	j := newJournal()
	bus, clashes := exclusive(j)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var relays, writing sync.WaitGroup
	var first post
	const each = 20
	for k := range 2 {
		store, err := sqlite.Open(path, nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		p := newPost(store.Shipper())
		if k == 0 {
			require.NoError(t, store.Migrate(t.Context()))
			first = p
		}
		r, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: p.queue, Clock: p.clock, Batch: 3, Poll: time.Millisecond})
		require.NoError(t, err)
		relays.Go(func() {
			if err := r.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		for w := range 4 {
			writing.Go(func() {
				for n := range each {
					if err := p.slow(t, fmt.Sprintf("or_%d_%d", k, w), n); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	writing.Wait()
	require.Eventually(t, func() bool { return first.depth(t) == event.Depth{} }, time.Minute, 10*time.Millisecond)
	cancel()
	relays.Wait()
	require.Zero(t, clashes.Load())
	for k := range 2 {
		for w := range 4 {
			require.Equal(t, upTo(each), j.of(fmt.Sprintf("/or_%d_%d", k, w)))
		}
	}
}
