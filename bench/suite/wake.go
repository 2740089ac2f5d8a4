package suite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
)

const (
	wakeP99   = 5 // ms
	wakeEvery = 10 * time.Millisecond
	writers   = 16
)

// runRelay delivers events to handle until the returned function is called.
func runRelay(ctx context.Context, sh *shop.Shop, handle func(event.Event)) (func() error, error) {
	bus := event.NewBus()
	event.OnAny(bus, "bench", func(_ context.Context, e event.Event) error { handle(e); return nil })
	r, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: sh.Store.Queue()})
	if err != nil {
		return nil, err
	}
	sh.Store.OnCommit(r.Wake)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	return func() error {
		cancel()
		err := <-done
		_, rest := emptyQueue(context.WithoutCancel(ctx), r)
		return errors.Join(err, rest)
	}, nil
}

// relayWake is the time from a commit to the handler, at 100 events a second.
func relayWake(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.each(ctx, 1, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		s.say("relay-wake on %s", sh.Backend)
		took, err := s.wake(ctx, sh)
		if err != nil {
			return nil, err
		}
		f := measure.Slice{Latency: took}
		r := measure.Result{Name: "relay-wake", Backend: sh.Backend, Clients: 1, P50: f.Percentile(50), P99: f.Percentile(99)}
		r.Note = "commit to handler at 100 events/s"
		return []measure.Result{r.Demand(r.P99 <= wakeP99, "p99 <= %d ms", wakeP99)}, nil
	})
}

func (s Suite) wake(ctx context.Context, sh *shop.Shop) ([]time.Duration, error) {
	n := max(100, int(time.Duration(s.Rounds)*s.Slice/wakeEvery))
	arrived := make([]time.Time, n)
	stop, err := runRelay(ctx, sh, func(e event.Event) { arrived[e.Version-1] = time.Now() })
	if err != nil {
		return nil, err
	}
	committed := make([]time.Time, n)
	tick := time.NewTicker(wakeEvery)
	defer tick.Stop()
	for i := range n {
		<-tick.C
		e, err := note("or_1", i+1)
		if err != nil {
			return nil, err
		}
		err = sh.Store.InTx(ctx, func(ctx context.Context, t commerce.Tx) error { return t.Append(ctx, e) })
		if err != nil {
			return nil, err
		}
		committed[i] = time.Now()
	}
	time.Sleep(wakeEvery)
	if err := stop(); err != nil {
		return nil, err
	}
	took := make([]time.Duration, n)
	for i := range took {
		took[i] = max(0, arrived[i].Sub(committed[i]))
	}
	slices.Sort(took)
	return took, nil
}

// relayWriters has writers commit late while a relay runs, and demands that
// every event arrives, once, and those of a subject in order.
func relayWriters(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.each(ctx, 1, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		s.say("relay-writers on %s", sh.Backend)
		sent, lost, err := s.Lost(ctx, sh)
		if err != nil {
			return nil, err
		}
		r := measure.Result{Name: "relay-writers", Backend: sh.Backend, Clients: writers}
		r.Note = fmt.Sprintf("%d events, some committed late", sent)
		return []measure.Result{r.Demand(lost == 0, "%d lost or out of order", lost)}, nil
	})
}

// Lost returns how many events were committed by 16 writers and how many of
// them were lost or came out of the order of their subject.
func (s Suite) Lost(ctx context.Context, sh *shop.Shop) (sent, lost int, err error) {
	var mu sync.Mutex
	last := map[string]int{}
	wrong := 0
	stop, err := runRelay(ctx, sh, func(e event.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Version != last[e.Subject]+1 {
			wrong++
		}
		last[e.Subject] = e.Version
	})
	if err != nil {
		return 0, 0, err
	}
	counts := make([]int, writers)
	_, err = measure.Run(ctx, writers, max(s.Slice, time.Second), func(ctx context.Context, client int) error {
		err := late(ctx, sh, fmt.Sprintf("or_%d", client), counts[client]+1)
		if err == nil {
			counts[client]++
		}
		return err
	})
	if e := stop(); err == nil {
		err = e
	}
	for i, n := range counts {
		sent += n
		lost += n - last[fmt.Sprintf("or_%d", i)]
	}
	return sent, lost + wrong, err
}

// late commits an event, half of the time a while after it was numbered.
func late(ctx context.Context, sh *shop.Shop, subject string, version int) error {
	e, err := note(subject, version)
	if err != nil {
		return err
	}
	pause := time.Duration(rand.IntN(6000)-3000) * time.Microsecond //nolint:gosec // spreads commits
	return sh.Store.InTx(ctx, func(ctx context.Context, t commerce.Tx) error {
		if err := t.Append(ctx, e); err != nil || pause <= 0 {
			return err
		}
		// A read sends what was written; the commit comes later.
		if _, err := t.Operation(ctx, "anyone", "bench", "none"); !errors.Is(err, fault.NotFound) {
			return err
		}
		time.Sleep(pause)
		return nil
	})
}
