package event

import (
	"context"
	"encoding/binary"
	"log/slog"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
)

// RelayConfig is what a Relay works with. Bus and Queue are needed; the zero
// value of everything else works.
type RelayConfig struct {
	Bus   *Bus
	Queue Queue
	// Clock says what is due. Defaults to the clock of the machine. The clocks
	// of all relays of a queue must agree to well within Lease.
	Clock clock.Clock
	// NewID names claims. Defaults to id.V7.
	NewID id.Source
	// Logger receives failures of handlers and of the queue. Defaults to
	// silence.
	Logger *slog.Logger
	// Context makes the context of the handlers of an event, a child of ctx.
	// Defaults to ctx itself.
	Context func(ctx context.Context, e Event) context.Context
	// Lease is how long another relay waits before it takes over the work of
	// one that died. No handler is started in its second half, and the context
	// of handlers ends after three quarters of it. At least a second; defaults
	// to a minute.
	Lease time.Duration
	// Batch is about how many events are taken in one round, 1 to 1,000.
	// Defaults to 500.
	Batch int
	// MaxAttempts is how often an event may fail before it is parked. Defaults
	// to 12, which is a good half hour after the first failure.
	MaxAttempts int
	// Workers is how many subjects are served at the same time. Defaults to 1.
	Workers int
	// Poll is how long Run sleeps at most. It is what finds the events of
	// other processes. Defaults to a second.
	Poll time.Duration
}

// Relay takes due events from a queue to the subscriptions of a bus. It is
// safe for concurrent use and starts nothing by itself: the host calls Run, or
// Tick where it has a rhythm of its own.
type Relay struct {
	cfg  RelayConfig
	wake chan struct{}
}

// NewRelay returns a relay. It fails with Invalid if a setting is missing or
// out of range, and with Internal if the bus has a mistake (see Bus.Err).
func NewRelay(cfg RelayConfig) (*Relay, error) {
	cfg = cfg.withDefaults()
	var c fault.Check
	c.That(cfg.Bus != nil, "bus", "required", "must not be nil")
	c.That(cfg.Queue != nil, "queue", "required", "must not be nil")
	c.That(cfg.Lease >= time.Second, "lease", "out_of_range", "must be at least a second")
	c.Range("batch", int64(cfg.Batch), 1, 1000)
	c.That(cfg.MaxAttempts >= 1, "max_attempts", "out_of_range", "must be positive")
	c.That(cfg.Workers >= 1, "workers", "out_of_range", "must be positive")
	c.That(cfg.Poll > 0, "poll", "out_of_range", "must be positive")
	if err := c.Err("relay_invalid"); err != nil {
		return nil, err
	}
	if err := cfg.Bus.Err(); err != nil {
		return nil, err
	}
	return &Relay{cfg: cfg, wake: make(chan struct{}, 1)}, nil
}

func (c RelayConfig) withDefaults() RelayConfig {
	if c.Clock == nil {
		c.Clock = clock.System()
	}
	if c.NewID == nil {
		c.NewID = id.V7
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Lease == 0 {
		c.Lease = time.Minute
	}
	if c.Batch == 0 {
		c.Batch = 500
	}
	if c.MaxAttempts == 0 {
		c.MaxAttempts = 12
	}
	if c.Workers == 0 {
		c.Workers = 1
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	return c
}

// Wake makes Run look at once. It never blocks. Stores call it after a commit
// that announced events.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // somebody has knocked already
	}
}

// Tick does one round: it takes a batch of due events, offers them and settles
// the batch. It returns how many events it took, whatever became of them; 0
// means that nothing was due that no other relay has. An error is one of the
// queue, after which events may be offered again.
func (r *Relay) Tick(ctx context.Context) (int, error) {
	n, _, err := r.round(ctx)
	return n, err
}

// Run delivers until ctx ends, and then returns nil, after the handlers that
// run have returned and the batch is settled. While there is work it does not
// pause. Else it sleeps until it is woken, the next event falls due, or Poll
// has passed. Errors of the queue are logged and retried. Run fails only if
// the bus has a mistake.
func (r *Relay) Run(ctx context.Context) error {
	failed := 0
	for ctx.Err() == nil {
		if err := r.cfg.Bus.Err(); err != nil {
			return err
		}
		n, next, err := r.round(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			failed++
			r.cfg.Logger.ErrorContext(ctx, "event relay failed", "error", err)
			r.sleep(ctx, min(r.cfg.Poll<<min(failed, 5), longestPause))
		case n == 0:
			failed = 0
			r.sleep(ctx, r.untilDue(next))
		default:
			failed = 0
		}
	}
	return nil
}

// longestPause is how long Run leaves a queue alone that fails all the time.
const longestPause = 30 * time.Second

func (r *Relay) untilDue(next time.Time) time.Duration {
	if next.IsZero() {
		return r.cfg.Poll
	}
	return min(r.cfg.Poll, max(next.Sub(r.cfg.Clock.Now()), 0))
}

func (r *Relay) sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-r.wake:
	case <-t.C:
	}
}

// backoff returns how long an event rests after it has failed n times: 1 s,
// doubling up to 40 minutes, and up to half as much again so that what failed
// together does not come back together. The id of the event spreads it, so the
// pause is the same however often it is computed.
func backoff(n int, of ID) time.Duration {
	base := min(time.Second<<min(n-1, 20), 40*time.Minute)
	u := of.UUID()
	spread := time.Duration(binary.BigEndian.Uint32(u[12:])+uint32(n)*2654435761) % 1024 //nolint:gosec // spreads retries, guards nothing
	return base + base/2*spread/1024
}
