package event_test

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
)

// Greeted is what a room would call a fact: a struct in the past tense.
type Greeted struct {
	Name string `json:"name"`
}

// EventName is stable.
func (Greeted) EventName() string { return "visitor.greeted" }

// A relay takes what was announced to whoever subscribed. The queue is the
// store's; the one here lives in memory.
func Example() {
	ctx := context.Background()
	bus := event.NewBus()
	event.On(bus, "echo", func(_ context.Context, e event.Event, g Greeted) error {
		fmt.Println(e.Subject, "says hello to", g.Name)
		return nil
	})
	e, err := event.Stamp{NewID: id.V7}.Of("vi_1", 1, Greeted{Name: "Ada"})
	if err != nil {
		fmt.Println(err)
		return
	}
	queue := newMemory(e)
	relay, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: queue})
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := relay.Tick(ctx)
	fmt.Println(n, err, "left:", len(queue.left()))
	// Output:
	// vi_1 says hello to Ada
	// 1 <nil> left: 0
}
