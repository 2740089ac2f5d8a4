package event

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Marker remembers which consumer has seen which event.
type Marker interface {
	// MarkSeen stores that consumer has handled the event with this id. If it
	// had before, the unit fails with ErrSeen and nothing of it happens.
	MarkSeen(ctx context.Context, consumer string, event ID) error
}

// ErrSeen says that a consumer has handled the event before. The bus takes it
// as success.
var ErrSeen = fault.New(fault.Conflict, "event_seen", "This event was handled before.")

// Once makes the effect of a handler exact: called first in the unit in which
// the handler writes, it lets that unit commit for one delivery of e only.
// Every later one fails with ErrSeen, which the handler returns as it is.
//
//	event.On(bus, "stock-alert", func(ctx context.Context, e event.Event, p order.Placed) error {
//		return units.InTx(ctx, func(ctx context.Context, t Tx) error {
//			if err := event.Once(ctx, t, "stock-alert", e); err != nil {
//				return err
//			}
//			return t.InsertAlert(ctx, ...)
//		})
//	})
func Once(ctx context.Context, t Marker, consumer string, e Event) error {
	return t.MarkSeen(ctx, consumer, e.ID)
}
