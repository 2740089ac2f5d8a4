package promotion

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps is what a Service needs. All fields are required.
type Deps struct {
	Units  tx.Runner[Tx]
	Reader Reader
	Clock  clock.Clock
	NewID  id.Source
	// Random is where generated codes come from: crypto/rand.Reader. Whoever
	// foresees it knows the codes.
	Random io.Reader
}

// Service keeps promotions. It is safe for concurrent use. Every verb that only
// touches the database has a Tx form for use inside a unit of work. After an
// error nothing has changed.
type Service struct {
	units  tx.Runner[Tx]
	reader Reader
	clock  clock.Clock
	newID  id.Source
	random io.Reader
	// active is the last snapshot; it is used as long as the revision in the
	// database is the same.
	active atomic.Pointer[snapshot]
}

// NewService returns a service.
func NewService(d Deps) *Service {
	return &Service{units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, random: d.Random}
}

// Promotion returns a promotion, or NotFound (ErrNoPromotion).
func (s *Service) Promotion(ctx context.Context, promotion ID) (Promotion, error) {
	return s.reader.Promotion(ctx, promotion)
}

// Promotions returns at most limit (1 to 1000) promotions in any state, newest
// first, that are older than after. The zero id begins with the newest.
func (s *Service) Promotions(ctx context.Context, after ID, limit int) ([]Promotion, error) {
	var c fault.Check
	c.Range("limit", int64(limit), 1, 1000)
	if err := c.Err("promotion.promotions"); err != nil {
		return nil, err
	}
	return s.reader.Promotions(ctx, after, limit)
}

// Redemptions returns what an order has used, also what it has given back.
func (s *Service) Redemptions(ctx context.Context, order string) ([]Redemption, error) {
	var c fault.Check
	checkName(&c, "order", order)
	if err := c.Err("promotion.redemptions"); err != nil {
		return nil, err
	}
	return s.reader.PromotionRedemptions(ctx, order)
}

// when is the time of a change and who makes it.
type when struct {
	at time.Time
	by op.Actor
}

func (s *Service) now(m op.Meta) when { return when{at: clock.Cut(s.clock.Now()), by: m.By} }

// telling is an event before it is stamped.
type telling struct {
	subject string
	version int
	payload event.Payload
}

// told is something that happened to p.
func (p Promotion) told(payload event.Payload) telling {
	return telling{subject: p.ID.String(), version: p.Version, payload: payload}
}

// announce appends what happened.
func (s *Service) announce(ctx context.Context, t Tx, w when, ts ...telling) error {
	stamp := event.Stamp{NewID: s.newID, At: w.at, Actor: w.by.String()}
	events := make([]event.Event, len(ts))
	for i, x := range ts {
		var err error
		if events[i], err = stamp.Of(x.subject, x.version, x.payload); err != nil {
			return err
		}
	}
	return t.Append(ctx, events...)
}
