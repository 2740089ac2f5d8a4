package suite

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
)

const (
	backlog    = 20_000
	subjects   = 5_000
	relayRatio = 0.5
)

// noted is what the events of the benchmarks tell.
type noted struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

// EventName names the event.
func (noted) EventName() string { return "bench.noted" }

// note makes an event of a subject.
func note(subject string, version int) (event.Event, error) {
	stamp := event.Stamp{NewID: id.V7, At: time.Now(), Actor: "system:bench"}
	return stamp.Of(subject, version, noted{N: version, Text: "an event of the usual size, which is about a hundred bytes of JSON and some more"})
}

// pile commits a backlog over many subjects.
func pile(ctx context.Context, sh *shop.Shop) error {
	const each = 500
	for i := 0; i < backlog; i += each {
		events := make([]event.Event, each)
		for k := range events {
			var err error
			if events[k], err = note(fmt.Sprintf("or_%d", (i+k)%subjects), 1+(i+k)/subjects); err != nil {
				return err
			}
		}
		err := sh.Store.InTx(ctx, func(ctx context.Context, t commerce.Tx) error { return t.Append(ctx, events...) })
		if err != nil {
			return err
		}
	}
	return nil
}

// emptied is a side of which one operation empties a backlog.
func emptied(sh *shop.Shop, drain func(ctx context.Context) (int, error)) measure.Side {
	full := false
	return measure.Side{
		Prepare: func(ctx context.Context, _ int) error {
			full = true
			if err := pile(ctx, sh); err != nil {
				return err
			}
			return sh.Analyze(ctx)
		},
		Do: func(ctx context.Context, _ int) error {
			if !full {
				return measure.ErrNoWork
			}
			full = false
			n, err := drain(ctx)
			if err == nil && n != backlog {
				err = fmt.Errorf("relay: %d of %d delivered", n, backlog)
			}
			return err
		},
	}
}

func relay(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.each(ctx, 1, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		s.say("relay on %s", sh.Backend)
		bus := event.NewBus()
		event.OnAny(bus, "nothing", func(context.Context, event.Event) error { return nil })
		r, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: sh.Store.Queue()})
		if err != nil {
			return nil, err
		}
		engine := emptied(sh, func(ctx context.Context) (int, error) { return emptyQueue(ctx, r) })
		hand := emptied(sh, func(ctx context.Context) (int, error) {
			if sh.PG != nil {
				return sh.PG.Drain(ctx, func(floor.Letter) {})
			}
			return sh.Lite.Drain(ctx, func(floor.Letter) {})
		})
		rules := s.rules(ctx, sh, 1)
		rules.Whole = true
		score, err := measure.Duel(ctx, rules, engine, hand)
		if err != nil {
			return nil, err
		}
		res := measure.Result{Name: "relay", Backend: sh.Backend, Clients: 1, Note: "events/s"}.From(score)
		res.Ops, res.FloorOps, res.Allocs = res.Ops*backlog, res.FloorOps*backlog, res.Allocs/backlog
		res.CPU, res.FloorCPU = res.CPU/backlog, res.FloorCPU/backlog
		res.P50, res.P99, res.FloorP99 = 0, 0, 0
		return []measure.Result{res.AtLeast(relayRatio)}, nil
	})
}

func emptyQueue(ctx context.Context, r *event.Relay) (int, error) {
	total := 0
	for {
		n, err := r.Tick(ctx)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}
