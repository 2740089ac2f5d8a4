package shipping

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps is what a Service needs. All fields are required but where a comment
// says otherwise.
type Deps struct {
	Units  tx.Runner[Tx]
	Reader Reader
	Clock  clock.Clock
	NewID  id.Source
	// Carriers are those that make labels, tell where parcels are or send
	// notices. May be empty: parcels of other carriers are shipped by number.
	Carriers []Carrier
}

// Service keeps shipments. It is safe for concurrent use. Verbs that only touch
// the database have a Tx form for use inside a unit of work; those that ask a
// carrier have none. After an error nothing has changed, unless a comment says
// otherwise.
type Service struct {
	units    tx.Runner[Tx]
	reader   Reader
	clock    clock.Clock
	newID    id.Source
	carriers map[string]Carrier
}

// NewService returns a service. Of carriers with the same code the last one
// counts.
func NewService(d Deps) *Service {
	s := &Service{units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, carriers: make(map[string]Carrier, len(d.Carriers))}
	for _, c := range d.Carriers {
		s.carriers[c.Code()] = c
	}
	return s
}

// Shipment returns a shipment, or NotFound (ErrNoShipment).
func (s *Service) Shipment(ctx context.Context, shipment ID) (Shipment, error) {
	return s.reader.Shipment(ctx, shipment)
}

// ShipmentsOf returns the shipments of an owner, oldest first.
func (s *Service) ShipmentsOf(ctx context.Context, owner string) ([]Shipment, error) {
	var c fault.Check
	checkName(&c, "owner", owner)
	if err := c.Err("shipping.shipments_of"); err != nil {
		return nil, err
	}
	return s.reader.ShipmentsOf(ctx, owner)
}

// Happenings returns everything that was told about a shipment, sorted by time.
// A shipment that there is not has none.
func (s *Service) Happenings(ctx context.Context, shipment ID) ([]Happening, error) {
	return s.reader.ShipmentHappenings(ctx, shipment)
}

// LabelOf returns the label of a shipment, or NotFound (ErrNoLabel).
func (s *Service) LabelOf(ctx context.Context, shipment ID) (Label, error) {
	return s.reader.ShipmentLabel(ctx, shipment)
}

// when is the time of a change and who makes it.
type when struct {
	at time.Time
	by op.Actor
	// key is that of the request.
	key string
}

func (s *Service) now(m op.Meta) when {
	return when{at: clock.Cut(s.clock.Now()), by: m.By, key: m.Key}
}

// told is a shipment after a change.
type told struct {
	when
	Shipment
}

// announce appends what happened to a shipment.
func (s *Service) announce(ctx context.Context, t Tx, x told, ps ...event.Payload) error {
	stamp := event.Stamp{NewID: s.newID, At: x.at, Actor: x.by.String()}
	events := make([]event.Event, len(ps))
	for i, p := range ps {
		var err error
		if events[i], err = stamp.Of(x.ID.String(), x.Version, p); err != nil {
			return err
		}
	}
	return t.Append(ctx, events...)
}
