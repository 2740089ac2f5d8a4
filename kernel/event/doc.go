// Package event says what happened, and sees to it that everyone who must know
// learns of it.
//
// A room announces a fact in the same commit as the change it is about:
//
//	e, err := event.Stamp{NewID: newID, At: now}.Of(order.ID.String(), order.Version, order.Placed{...})
//	...
//	err = t.Append(ctx, e)
//
// so the fact is told if and only if the change happened. An event waits in
// the store's queue until every subscription of the Bus has had it:
//
//	bus := event.NewBus()
//	event.On(bus, "stock-alert", func(ctx context.Context, e event.Event, p order.Placed) error { ... })
//	bus.PublishTo("broker", publisher)
//
// A Relay takes due events from the queue, hands them to the subscriptions and
// settles what came of it. It runs only while the host runs it. Any number of
// relays, in one process or in many, may work on one queue.
//
// # What is promised
//
// Every committed event reaches every subscription at least once; one that was
// rolled back reaches nobody. The events of one subject are offered one after
// the other, in the order of their commits, to one relay at a time: nothing is
// offered while an earlier event of its subject waits. Events of different
// subjects are independent. A subscription that has had an event does not get
// it again because another one failed; it may get it again after a crash, and
// Once makes its effect exact all the same.
//
// An event that fails is offered again after a pause that grows from a second
// to an hour, and is laid in the grave (parked) after MaxAttempts, or at once
// if a handler says so with Park. Until somebody replays or discards it, it
// holds up its own subject and nothing else.
//
// A timer is an event with a time of delivery (Stamp.Timer). It stands outside
// the order of its subject: it waits for nothing and holds up nothing.
package event
