package inventory

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Limits of this room.
const (
	// MaxLines is how many lines one call may have.
	MaxLines = 250
	// MaxQuantity is how much of one SKU an owner may hold.
	MaxQuantity = 99_999
	// MaxMovement is how much may come or go in one movement.
	MaxMovement = 100_000_000
	// MaxOnHand is how much of a SKU may lie at one place.
	MaxOnHand = 1_000_000_000
)

// Deps is what a Service needs. All fields are required but where a comment
// says otherwise.
type Deps struct {
	Units  tx.Runner[Tx]
	Reader Reader
	Clock  clock.Clock
	NewID  id.Source
	// Allocator decides from which places goods are taken. Defaults to
	// OnePlace().
	Allocator Allocator
	// Door keeps the queue for a SKU out of the database; see Gate. The zero
	// value is always open.
	Door Door
}

// Service receives, promises and gives out goods. It is safe for concurrent
// use. Every verb has a Tx form for use inside a unit of work; that form never
// waits at the Door and never tries again, because its unit is not its own.
type Service struct {
	units     tx.Runner[Tx]
	reader    Reader
	clock     clock.Clock
	newID     id.Source
	allocator Allocator
	door      Door
}

// NewService returns a service.
func NewService(d Deps) *Service {
	if d.Allocator == nil {
		d.Allocator = OnePlace()
	}
	return &Service{
		units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, allocator: d.Allocator, door: d.Door,
	}
}

// Levels returns the levels of SKUs at all places, sorted by SKU and place; a
// SKU that never lay anywhere has none. At most MaxLines SKUs.
func (s *Service) Levels(ctx context.Context, skus ...string) ([]Level, error) {
	var c fault.Check
	c.That(len(skus) <= MaxLines, "skus", "too_many", "must be at most "+strconv.Itoa(MaxLines))
	for i, sku := range skus {
		checkSKU(&c, "skus["+strconv.Itoa(i)+"]", sku)
	}
	if err := c.Err("inventory.levels"); err != nil {
		return nil, err
	}
	return s.reader.StockLevels(ctx, skus)
}

// Reservations returns everything that owner holds or ever held, sorted by
// SKU, place and id.
func (s *Service) Reservations(ctx context.Context, owner string) ([]Reservation, error) {
	var c fault.Check
	checkOwner(&c, owner)
	if err := c.Err("inventory.reservations"); err != nil {
		return nil, err
	}
	return s.reader.StockReservations(ctx, owner)
}

// Locations returns all places, sorted by code.
func (s *Service) Locations(ctx context.Context) ([]Location, error) {
	return s.reader.StockLocations(ctx)
}

// Movements returns at most limit (1 to 1000) movements of a SKU that are
// older than before, newest first. The zero id begins with the newest.
func (s *Service) Movements(ctx context.Context, sku string, before MovementID, limit int) ([]Movement, error) {
	var c fault.Check
	checkSKU(&c, "sku", sku)
	c.Range("limit", int64(limit), 1, 1000)
	if err := c.Err("inventory.movements"); err != nil {
		return nil, err
	}
	return s.reader.StockMovements(ctx, sku, before, limit)
}

// attempts is how often a verb decides, anew each time it has lost a race that
// a fresh look may win. Whoever loses at one place has seen it emptied, so the
// number needed grows with the number of places and not with that of buyers.
const attempts = 8

// lost reports whether err is a lost race that a fresh look may win.
func lost(err error) bool {
	var short *Shortage
	return errors.Is(err, ErrChanged) || (errors.As(err, &short) && fault.Retryable(short))
}

// announce appends the events of payloads about one subject.
func (s *Service) announce(ctx context.Context, t Tx, w when, subject string, ps ...event.Payload) error {
	events := make([]event.Event, 0, len(ps))
	for _, p := range ps {
		e, err := w.stamp(s.newID).Of(subject, 0, p)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	return t.Append(ctx, events...)
}

// when is the time of a change and who makes it.
type when struct {
	at time.Time
	by op.Actor
}

func (w when) stamp(src id.Source) event.Stamp {
	return event.Stamp{NewID: src, At: w.at, Actor: w.by.String()}
}

func (s *Service) now(m op.Meta) when { return when{at: clock.Cut(s.clock.Now()), by: m.By} }
