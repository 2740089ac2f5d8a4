package event

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// round is Tick, which also tells when the next event falls due.
//
// Claim and Settle run to their end even if ctx ends meanwhile, in a time of
// their own: a claim that is given up half-way would leave its lanes to nobody
// until the lease has passed.
func (r *Relay) round(ctx context.Context) (int, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return 0, time.Time{}, err
	}
	if err := r.cfg.Bus.Err(); err != nil {
		return 0, time.Time{}, err
	}
	start := r.cfg.Clock.Now()
	claim := Claim{Token: r.cfg.NewID(), Now: start, Until: start.Add(r.cfg.Lease), Limit: r.cfg.Batch}
	batch, err := r.claim(ctx, claim)
	if err != nil || batch.Lanes == 0 {
		return 0, batch.Next, err
	}
	d := delivery{relay: r, stop: start.Add(r.cfg.Lease / 2), gone: ctx.Err}
	outcomes := d.deliver(ctx, batch.Letters)
	lanes, err := r.settle(ctx, Settlement{Token: claim.Token, Now: r.cfg.Clock.Now(), Outcomes: outcomes})
	if err == nil && lanes < batch.Lanes {
		r.cfg.Logger.WarnContext(ctx, "event relay lost lanes to another one", "lanes", batch.Lanes-lanes)
	}
	return len(batch.Letters), batch.Next, err
}

func (r *Relay) claim(ctx context.Context, c Claim) (Batch, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Lease/4)
	defer cancel()
	return r.cfg.Queue.Claim(ctx, c)
}

func (r *Relay) settle(ctx context.Context, s Settlement) (int, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Lease/4)
	defer cancel()
	return r.cfg.Queue.Settle(ctx, s)
}

// delivery offers one batch.
type delivery struct {
	relay *Relay
	stop  time.Time // nothing is begun from here on
	gone  func() error
}

// trial is one letter on its way through the subscriptions.
type trial struct {
	Letter
	done     []string
	failures []error
	tried    bool // it was offered to its handlers
	open     bool // it was not offered to all, for time ran out
}

func (t *trial) blocks() bool { return !t.Event.IsTimer() }

func (d delivery) deliver(ctx context.Context, letters []Letter) []Outcome {
	ctx, cancel := context.WithTimeout(ctx, d.relay.cfg.Lease*3/4)
	defer cancel()
	trials := make([]trial, len(letters))
	groups := bySubject(letters, trials)
	d.handleAll(ctx, groups)
	for _, p := range d.relay.cfg.Bus.brokers() {
		d.publish(ctx, p, trials)
	}
	outcomes := make([]Outcome, 0, len(letters))
	for _, g := range groups {
		outcomes = d.conclude(ctx, g, outcomes)
	}
	return outcomes
}

type subjectKey struct{ tenant, subject string }

func (t *trial) key() subjectKey { return subjectKey{t.Event.Tenant, t.Event.Subject} }

// bySubject makes a trial of each letter and groups them, in their order.
func bySubject(letters []Letter, trials []trial) [][]*trial {
	at := make(map[subjectKey]int, len(letters))
	groups := make([][]*trial, 0, len(letters))
	for i, l := range letters {
		t := &trials[i]
		t.Letter, t.done = l, slices.Clip(l.Done)
		k := t.key()
		g, ok := at[k]
		if !ok {
			g = len(groups)
			at[k] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], t)
	}
	return groups
}

// handleAll serves the subjects, as many at once as there are workers.
func (d delivery) handleAll(ctx context.Context, groups [][]*trial) {
	workers := min(d.relay.cfg.Workers, len(groups))
	if workers <= 1 {
		for _, g := range groups {
			d.handle(ctx, g)
		}
		return
	}
	work := make(chan []*trial)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for g := range work {
				d.handle(ctx, g)
			}
		})
	}
	for _, g := range groups {
		work <- g
	}
	close(work)
	wg.Wait()
}

// handle offers the letters of one subject to their handlers, in order. What
// is behind a failure is not offered.
func (d delivery) handle(ctx context.Context, group []*trial) {
	blocked := false
	for _, t := range group {
		if t.Standing == Behind || (blocked && t.blocks()) {
			continue
		}
		if d.over(ctx) {
			return
		}
		d.offer(ctx, t)
		if t.blocks() && (t.open || len(t.failures) > 0) {
			blocked = true
		}
	}
}

// over reports whether nothing more may be begun.
func (d delivery) over(ctx context.Context) bool {
	return ctx.Err() != nil || !d.relay.cfg.Clock.Now().Before(d.stop)
}

// offer calls the handlers that have not had the event.
func (d delivery) offer(ctx context.Context, t *trial) {
	t.tried = true
	own := ctx
	if d.relay.cfg.Context != nil {
		own = d.relay.cfg.Context(ctx, t.Event)
	}
	named, all := d.relay.cfg.Bus.subscribers(t.Event.Name)
	for _, subs := range [2][]subscription{named, all} {
		for _, s := range subs {
			if slices.Contains(t.Done, s.name) {
				continue
			}
			d.note(t, s.name, attempt(s.name, func() error { return s.handle(own, t.Event) }))
		}
	}
}

// note keeps what a subscription said. An error after the caller gave up is
// no failure of the event.
func (d delivery) note(t *trial, name string, err error) {
	switch {
	case err == nil:
		t.done = append(t.done, name)
	case d.gone() != nil:
		t.open = true
	default:
		t.failures = append(t.failures, err)
	}
}

// conclude decides what becomes of the letters of one subject.
func (d delivery) conclude(ctx context.Context, group []*trial, out []Outcome) []Outcome {
	blocked, open, passed := false, false, false
	for _, t := range group {
		o := Outcome{Letter: t.Letter, Standing: t.Standing, Done: t.done}
		switch {
		case t.Standing == Behind:
			if passed && !blocked {
				continue // what it was behind is gone: it is fresh again next round
			}
		case blocked && t.blocks():
			o.Standing = Behind
		case !t.tried || t.open || (open && t.blocks()):
			open = open || t.blocks()
			if len(t.done) == len(t.Done) {
				continue
			}
		case len(t.failures) > 0:
			d.fail(ctx, t, &o)
			blocked = blocked || t.blocks()
		default:
			o.Standing = Delivered
			passed = passed || (t.blocks() && t.Standing == Waiting)
		}
		out = append(out, o)
	}
	return out
}

// fail decides when a failed letter is offered again, if at all.
func (d delivery) fail(ctx context.Context, t *trial, o *Outcome) {
	err := errors.Join(t.failures...)
	var park *parkError
	o.Attempts = t.Attempts + 1
	o.Failure = legible(err.Error())
	log := d.relay.cfg.Logger.WarnContext
	if o.Attempts >= d.relay.cfg.MaxAttempts || errors.As(err, &park) {
		o.Standing = Parked
		log = d.relay.cfg.Logger.ErrorContext
	} else {
		o.Standing = Waiting
		o.DueAt = d.relay.cfg.Clock.Now().Add(backoff(o.Attempts, t.Event.ID))
	}
	log(ctx, "event was not delivered", "event", t.Event.ID.String(), "name", t.Event.Name, "tenant", t.Event.Tenant,
		"subject", t.Event.Subject, "attempts", o.Attempts, "parked", o.Standing == Parked, "error", err)
}
