package returns

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

// Deps are what a Service works with.
type Deps struct {
	// Units runs units of work. Required.
	Units tx.Runner[Tx]
	// Reader reads committed data. Required.
	Reader Reader
	// Clock tells the time. Required.
	Clock clock.Clock
	// NewID makes ids. Required.
	NewID id.Source
	// Orders are told what has come back. Required.
	Orders *order.Service
	// Restocker puts goods back on the shelf. Required; see Shelf.
	Restocker Restocker
	// Refunder pays money back. Required.
	Refunder Refunder
	// Policy decides what may come back. Defaults to Window{}.
	Policy Policy
	// ReceiveWithin is how long approved goods may take to come. Defaults to 30
	// days.
	ReceiveWithin time.Duration
	// Patience is how long a refund may take before Reconcile asks again.
	// Defaults to five minutes.
	Patience time.Duration
}

// Service takes goods back. It is safe for concurrent use.
//
// Every method that changes something fails with an Invalid error that names
// the wrong fields, NotFound if there is no such thing, a *lifecycle.Forbidden
// (Conflict) if the state does not allow the change, a Conflict with code
// "stale_version" if Meta.IfVersion is not the version, and with what a
// tx.Runner fails with. After an error nothing has changed.
//
// The Tx forms do the same inside a unit of work or a transaction of the host.
// What pays money back has none.
type Service struct {
	units         tx.Runner[Tx]
	reader        Reader
	clock         clock.Clock
	newID         id.Source
	orders        *order.Service
	restocker     Restocker
	refunder      Refunder
	policy        Policy
	receiveWithin time.Duration
	patience      time.Duration
}

// NewService returns a service.
func NewService(d Deps) *Service {
	if d.Policy == nil {
		d.Policy = Window{}
	}
	if d.ReceiveWithin <= 0 {
		d.ReceiveWithin = 30 * 24 * time.Hour
	}
	if d.Patience <= 0 {
		d.Patience = 5 * time.Minute
	}
	return &Service{
		units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, orders: d.Orders, restocker: d.Restocker,
		refunder: d.Refunder, policy: d.Policy, receiveWithin: d.ReceiveWithin, patience: d.Patience,
	}
}

// reel gives the same ids in each run of a unit, which may run more than once.
type reel struct {
	newID id.Source
	ids   []uuid.UUID
	at    int
}

func (r *reel) rewind() { r.at = 0 }

func (r *reel) next() uuid.UUID {
	if r.at == len(r.ids) {
		r.ids = append(r.ids, r.newID())
	}
	r.at++
	return r.ids[r.at-1]
}

// change is one change of a return before it is known how it stands.
type change struct {
	s    *Service
	of   ID
	call op.Call
	ids  *reel
	// ran is set to whether the last run decided something, and did not repeat
	// the result of an earlier one. May be nil.
	ran *bool
	// decide returns the return after the change and what has happened, or
	// the return as it is and nothing.
	decide func(ctx context.Context, t Tx, r Return) (Return, []event.Payload, error)
	// before and after are what other rooms write: orders before this one, and
	// stock after, in the order in which rows are locked. May be nil.
	before, after func(ctx context.Context, t Tx, was, now Return) error
	// timer is what rings later, and when. May be nil.
	timer func(r Return) (time.Time, event.Payload)
}

// asked is what makes a request for one return what it is.
type asked[R any] struct {
	Of      string
	Request R
}

// changing begins a change.
func (s *Service) changing(meta op.Meta, operation string, of ID) change {
	return change{
		s: s, of: of, ids: &reel{newID: s.newID},
		call: op.Call{Meta: meta, Operation: operation, Parameters: asked[string]{Of: of.String()}, Now: s.clock.Now()},
	}
}

// attempts bounds how often something is decided anew because others were
// quicker.
const attempts = 8

// overtaken reports whether err says no more than that others were quicker.
func overtaken(err error) bool {
	return fault.CodeOf(err) == fault.StaleVersion || errors.Is(err, order.ErrTold) || errors.Is(err, ErrDeliveryTold)
}

// overtaking returns what makes a verb be done anew: that others were quicker,
// unless its caller expects a version and so wants to hear of it.
func overtaking(meta op.Meta) func(error) bool {
	return func(err error) bool { return meta.IfVersion == 0 && overtaken(err) }
}

func (s *Service) run(ctx context.Context, ch change, invalid error) (Return, error) {
	if invalid != nil {
		return Return{}, invalid
	}
	return tx.Do(ch.do).Insist(ctx, s.units, attempts, overtaking(ch.call.Meta))
}

func (s *Service) runTx(ctx context.Context, t Tx, ch change, invalid error) (Return, error) {
	if invalid != nil {
		return Return{}, invalid
	}
	return tx.Do(ch.do).In(ctx, t)
}

func (ch change) do(ctx context.Context, t Tx) (Return, error) {
	ch.ids.rewind()
	ch.note(false)
	return op.Run(ctx, t, ch.call, func() (Return, error) { return ch.once(ctx, t) })
}

func (ch change) note(ran bool) { //nolint:revive // it is the fact itself
	if ch.ran != nil {
		*ch.ran = ran
	}
}

// once reads, decides and writes.
func (ch change) once(ctx context.Context, t Tx) (Return, error) {
	ch.note(true)
	was, err := t.Return(ctx, ch.of)
	if err != nil {
		return Return{}, err
	}
	if err := ch.call.Meta.Expect("return", was.Version); err != nil {
		return Return{}, err
	}
	now, payloads, err := ch.decide(ctx, t, was)
	if err != nil {
		return Return{}, err
	}
	if now.Version == was.Version {
		return was, nil
	}
	if ch.before != nil {
		if err := ch.before(ctx, t, was, now); err != nil {
			return Return{}, err
		}
	}
	if err := t.UpdateReturn(ctx, was, now); err != nil {
		return Return{}, err
	}
	if err := ch.announce(ctx, t, now, payloads); err != nil {
		return Return{}, err
	}
	if ch.after != nil {
		err = ch.after(ctx, t, was, now)
	}
	return now, err
}

func (ch change) announce(ctx context.Context, t Tx, r Return, payloads []event.Payload) error {
	events, err := ch.stamp().of(r, payloads...)
	if err != nil {
		return err
	}
	if ch.timer != nil && !ch.quiet(r) {
		when, payload := ch.timer(r)
		e, err := ch.stamp().Timer(when, r.ID.String(), payload)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	return t.Append(ctx, events...)
}

func (ch change) stamp() stamp {
	return stamp{event.Stamp{NewID: ch.ids.next, At: ch.call.Now, Actor: ch.call.Meta.By.String()}}
}

type stamp struct{ event.Stamp }

func (s stamp) of(r Return, payloads ...event.Payload) ([]event.Event, error) {
	events := make([]event.Event, 0, len(payloads)+1)
	for _, p := range payloads {
		e, err := s.Of(r.ID.String(), r.Version, p)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}
