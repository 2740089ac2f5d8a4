package eventrows_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
)

// noted is the fact of these tests.
type noted struct {
	N int `json:"n"`
}

func (noted) EventName() string { return "test.noted" }

// post is a queue on one database, with a clock that stands still.
type post struct {
	s     *unit.Shipper
	queue eventrows.Queue
	clock *clock.Manual
}

func eachPost(t *testing.T, fn func(t *testing.T, p post)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		fn(t, newPost(s))
	})
}

func newPost(s *unit.Shipper) post {
	c := clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	return post{s: s, queue: eventrows.Queue{S: s}, clock: c}
}

func (p post) stamp() event.Stamp {
	return event.Stamp{NewID: id.V7, At: p.clock.Now(), Actor: "system:test"}
}

// fact returns an event about subject.
func (p post) fact(t testing.TB, subject string, n int) event.Event {
	t.Helper()
	e, err := p.stamp().Of(subject, n, noted{n})
	require.NoError(t, err)
	return e
}

// timer returns an event for later.
func (p post) timer(t testing.TB, subject string, n int, in time.Duration) event.Event {
	t.Helper()
	e, err := p.stamp().Timer(p.clock.Now().Add(in), subject, noted{n})
	require.NoError(t, err)
	return e
}

// commit announces events in one unit of a tenant.
func (p post) commit(t testing.TB, tenant string, events ...event.Event) {
	t.Helper()
	require.NoError(t, p.append(t.Context(), tenant, events...))
}

func (p post) append(ctx context.Context, tenant string, events ...event.Event) error {
	units := unittest.Runner(p.s, tenant, func(u *unit.Unit) eventrows.EventTx { return eventrows.EventTx{U: u} })
	return units.InTx(ctx, func(ctx context.Context, t eventrows.EventTx) error { return t.Append(ctx, events...) })
}

// relay returns a relay over the queue.
func (p post) relay(t testing.TB, bus *event.Bus) *event.Relay {
	t.Helper()
	r, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: p.queue, Clock: p.clock})
	require.NoError(t, err)
	return r
}

// drain does rounds until nothing is due, and returns how many events it took.
func drain(t testing.TB, r *event.Relay) int {
	t.Helper()
	sum := 0
	for {
		n, err := r.Tick(t.Context())
		require.NoError(t, err)
		if n == 0 {
			return sum
		}
		sum += n
	}
}

// depth returns what waits.
func (p post) depth(t testing.TB) event.Depth {
	t.Helper()
	d, err := p.queue.Depth(t.Context())
	require.NoError(t, err)
	return d
}

// journal remembers what was delivered, for each subject in order.
type journal struct {
	mu   sync.Mutex
	seen map[string][]int
	all  []event.Event
}

func newJournal() *journal { return &journal{seen: map[string][]int{}} }

func (j *journal) note(e event.Event, n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	k := e.Tenant + "/" + e.Subject
	j.seen[k] = append(j.seen[k], n)
	j.all = append(j.all, e)
}

func (j *journal) of(k string) []int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]int(nil), j.seen[k]...)
}

// bus returns a bus with one subscription, which keeps the journal and fails
// where refuse does.
func (j *journal) bus(refuse func(e event.Event, n int) error) *event.Bus {
	b := event.NewBus()
	event.On(b, "journal", func(_ context.Context, e event.Event, p noted) error {
		if refuse != nil {
			if err := refuse(e, p.N); err != nil {
				return err
			}
		}
		j.note(e, p.N)
		return nil
	})
	return b
}
