// Package eventrows keeps events that wait for delivery, and which consumer
// has seen which. EventTx announces them in a unit of work; Queue hands them
// to relays.
package eventrows

import (
	"context"
	"hash/fnv"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
)

// EventTx announces events in a unit.
type EventTx struct{ U *unit.Unit }

// Lanes is into how many lanes subjects are hashed. One relay at a time works
// on a lane, so the events of one subject never overtake each other.
const Lanes = 64

// Lane returns the lane of a subject.
func Lane(tenant, subject string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(tenant))
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(subject))
	return int(h.Sum32() % Lanes)
}

const insertEvent = `INSERT INTO kontor_event (id, tenant, name, subject, version, at, deliver_at, due_at, state, actor, data, lane)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11)`

// Append stores events with the change they announce.
func (e EventTx) Append(ctx context.Context, events ...event.Event) error {
	for _, ev := range events {
		// An event that is no timer is due as soon as it is seen: the clocks of
		// two writers have no say in the order of a subject.
		state := event.Fresh
		if ev.IsTimer() {
			state = event.Waiting
		}
		err := e.U.Write(ctx, unit.Write{
			Rank: unit.RankEvent, Text: insertEvent,
			Args: []any{
				ev.ID.UUID(), e.U.Tenant(), ev.Name, ev.Subject, ev.Version, clock.Micros(ev.At), clock.Micros(ev.DeliverAt),
				int(state), ev.Actor, string(ev.Data), Lane(e.U.Tenant(), ev.Subject),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const insertSeen = "INSERT INTO kontor_seen (tenant, consumer, event, at) VALUES ($1, $2, $3, $4)"

// MarkSeen stores that a consumer has handled an event.
func (e EventTx) MarkSeen(ctx context.Context, consumer string, ev event.ID) error {
	u := ev.UUID()
	return e.U.Write(ctx, unit.Write{
		Rank: unit.RankSeen, Key: consumer + string(u[:]), Text: insertSeen, Broken: event.ErrSeen,
		Args: []any{e.U.Tenant(), consumer, u, clock.Micros(e.U.Now())},
	})
}

// Scope makes what fn writes whole.
func (e EventTx) Scope(ctx context.Context, fn func(ctx context.Context) error) error {
	return e.U.Scope(ctx, fn)
}
