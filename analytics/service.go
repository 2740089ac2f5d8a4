package analytics

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps are what a Service stands on.
type Deps struct {
	// Units runs units of work. Required.
	Units tx.Runner[Tx]
	// Reader adds up committed facts. Required.
	Reader Reader
	// Clock tells the time. Required.
	Clock clock.Clock
	// NewID makes ids. Required.
	NewID id.Source
	// Zone is the place whose days are those of the shop. Default: UTC.
	Zone *time.Location
	// Sink gets every fact, if there is one.
	Sink Sink
	// Cursors signs the cursors of lists. Required by Stock.
	Cursors page.Codec
	// Tenant binds the cursors of lists to a tenant; nothing else looks at it.
	Tenant string
}

// Service records facts and adds them up. It is safe for concurrent use. The
// Tx forms do the same inside a unit of work or a transaction of the host.
type Service struct {
	units   tx.Runner[Tx]
	reader  Reader
	clock   clock.Clock
	newID   id.Source
	zone    *time.Location
	sink    Sink
	cursors page.Codec
	tenant  string
}

// NewService returns a service.
func NewService(d Deps) *Service {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	return &Service{
		units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, zone: d.Zone, sink: d.Sink,
		cursors: d.Cursors, tenant: d.Tenant,
	}
}

// checkNew checks the Meta of a write of something that has no version.
func checkNew(c *fault.Check, m op.Meta) {
	m.Check(c)
	c.That(m.IfVersion == 0, "if_version", "not_allowed", "must be 0 here")
}

// deed is a checked verb without a result.
type deed struct{ tx.Deed[Tx, struct{}] }

// doing is the deed that runs do.
func doing(do func(ctx context.Context, t Tx) error) deed {
	return deed{tx.Do(func(ctx context.Context, t Tx) (struct{}, error) { return struct{}{}, do(ctx, t) })}
}

// keyed is the deed that runs do once for each key.
func keyed(call op.Call, do func(ctx context.Context, t Tx) error) deed {
	return deed{tx.Once(call, func(ctx context.Context, t Tx) (struct{}, error) { return struct{}{}, do(ctx, t) })}
}

func (d deed) unless(err error) deed { return deed{d.Unless(err)} }

func (d deed) in(ctx context.Context, t Tx) error {
	_, err := d.In(ctx, t)
	return err
}

func (d deed) alone(ctx context.Context, s *Service) error {
	_, err := d.Alone(ctx, s.units)
	return err
}

func (d deed) insist(ctx context.Context, s *Service, most int, lost func(error) bool) error {
	_, err := d.Insist(ctx, s.units, most, lost)
	return err
}

type notice struct {
	subject string
	at      time.Time
	by      op.Actor
	fact    event.Payload
}

// announce appends one event.
func (s *Service) announce(ctx context.Context, t Tx, n notice) error {
	ev, err := event.Stamp{NewID: s.newID, At: n.at, Actor: n.by.String()}.Of(n.subject, 0, n.fact)
	if err != nil {
		return err
	}
	return t.Append(ctx, ev)
}
