package order

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/ledger"
)

// Deps are what a Service works with.
type Deps struct {
	// Units runs units of work. Required.
	Units tx.Runner[Tx]
	// Reader reads committed orders. Required.
	Reader Reader
	// Clock tells the time. Required.
	Clock clock.Clock
	// NewID makes ids. Required.
	NewID id.Source
	// Cursors signs the cursors of lists. Required by Orders.
	Cursors page.Codec
	// Tenant binds the cursors of lists to a tenant; nothing else looks at it.
	Tenant string
}

// Service changes and reads orders. It is safe for concurrent use. Orders are
// placed by whoever knows what is ordered: see New.
//
// Every method that changes an order fails with an Invalid error that names the
// wrong fields, NotFound if there is no such order, a *lifecycle.Forbidden
// (Conflict) if its state does not allow the change, a Conflict with code
// "stale_version" if somebody else changed it meanwhile or Meta.IfVersion is
// not its version, and with what a tx.Runner fails with. After an error nothing
// has changed.
//
// The Tx forms do the same inside a unit of work or a transaction of the host.
type Service struct {
	units   tx.Runner[Tx]
	reader  Reader
	clock   clock.Clock
	newID   id.Source
	cursors page.Codec
	tenant  string
}

// NewService returns a service.
func NewService(d Deps) *Service {
	return &Service{units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, cursors: d.Cursors, tenant: d.Tenant}
}

// change is one change of an order before it is known what the order holds.
type change struct {
	order ID
	call  op.Call
	// told is what the order is told, if its Kind is not empty.
	told Told
	// decide returns the order after the change and what has happened, or the
	// order as it is.
	decide func(o Order) (Order, []event.Payload, error)
	// book returns what the change writes to the books. It may be nil.
	book func(o Order, entry ledger.ID) (ledger.Entry, bool, error)
	// invalid is what is wrong with the request.
	invalid error

	events []uuid.UUID
	entry  ledger.ID
}

// maxEvents is the largest number of events of one change.
const maxEvents = 2

// ready makes the ids, which a unit must not, since it may run more than once.
func (s *Service) ready(ch change) (change, error) {
	if ch.invalid != nil {
		return ch, ch.invalid
	}
	for range maxEvents {
		ch.events = append(ch.events, s.newID())
	}
	if ch.book != nil {
		ch.entry = ledger.NewID(s.newID)
	}
	return ch, nil
}

// maxTellings bounds how often an order is told something while others change
// it.
const maxTellings = 10

// run makes a change in a unit of its own. What an order is told is a fact, so
// a stale version is no reason to refuse it: it is told again.
func (s *Service) run(ctx context.Context, ch change) (out Order, err error) {
	if ch, err = s.ready(ch); err != nil {
		return Order{}, err
	}
	return tx.Do(ch.do).Insist(ctx, s.units, maxTellings, ch.overtaken)
}

// overtaken reports whether err says no more than that somebody else was first.
func (ch change) overtaken(err error) bool {
	return ch.told.Kind != "" && ch.call.Meta.IfVersion == 0 &&
		(fault.CodeOf(err) == fault.StaleVersion || errors.Is(err, ErrTold))
}

// runTx makes a change in the unit of the caller.
func (s *Service) runTx(ctx context.Context, t Tx, ch change) (out Order, err error) {
	if ch, err = s.ready(ch); err != nil {
		return Order{}, err
	}
	return tx.Do(ch.do).In(ctx, t)
}

// do reads, decides and writes.
func (ch change) do(ctx context.Context, t Tx) (Order, error) {
	seen, err := t.LookOrder(ctx, Look{Order: ch.order, Told: ch.told, Call: ch.call})
	switch {
	case err != nil:
		return Order{}, err
	case seen.First != nil:
		return ch.again(*seen.First)
	case !seen.Found:
		return Order{}, fault.Missing("order")
	}
	was := seen.Order
	if seen.Told != nil {
		if !seen.Told.same(ch.told) {
			return Order{}, ErrTold
		}
		return was, nil
	}
	if err := ch.call.Meta.Expect("order", was.Version); err != nil {
		return Order{}, err
	}
	now, payloads, err := ch.decide(was)
	if err != nil {
		return Order{}, err
	}
	if now.Version != was.Version {
		if err := ch.write(ctx, t, was, now); err != nil {
			return Order{}, err
		}
		if err := ch.announce(ctx, t, now, payloads); err != nil {
			return Order{}, err
		}
	}
	return now, ch.remember(ctx, t, now)
}

func (ch change) again(first op.Record) (Order, error) {
	fingerprint, err := op.Print(ch.call.Parameters)
	if err != nil {
		return Order{}, err
	}
	return op.Replay[Order](first, fingerprint)
}

func (ch change) write(ctx context.Context, t Tx, was, now Order) error {
	if err := t.UpdateOrder(ctx, was, now); err != nil {
		return err
	}
	if ch.told.Kind != "" {
		if err := t.InsertOrderTold(ctx, now.ID, ch.told); err != nil {
			return err
		}
	}
	if ch.book == nil {
		return nil
	}
	entry, some, err := ch.book(now, ch.entry)
	if err != nil || !some {
		return err
	}
	return t.InsertEntries(ctx, entry)
}

func (ch change) announce(ctx context.Context, t Tx, now Order, payloads []event.Payload) error {
	events := make([]event.Event, len(payloads))
	for i, p := range payloads {
		stamp := event.Stamp{
			NewID: func() uuid.UUID { return ch.events[i] }, At: ch.call.Now, Actor: ch.call.Meta.By.String(),
		}
		var err error
		if events[i], err = stamp.Of(now.ID.String(), now.Version, p); err != nil {
			return err
		}
	}
	return t.Append(ctx, events...)
}

func (ch change) remember(ctx context.Context, t Tx, now Order) error {
	if ch.call.Meta.Key == "" {
		return nil
	}
	rec, err := ch.call.Record(now)
	if err != nil {
		return err
	}
	return t.InsertOperation(ctx, rec)
}
