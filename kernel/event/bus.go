package event

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Bus knows who wants to learn of which events. Delivery is tracked by the
// name of a subscription, so a name is chosen once and kept: a renamed
// subscription is a new one to the events that wait.
//
// Every process that runs a Relay on a queue registers the same subscriptions,
// for an event leaves the queue when all subscriptions of the relay at hand
// have had it. Subscribing while a relay runs is safe and counts from the next
// event that is offered.
//
// A Bus is made by NewBus and is safe for concurrent use. A subscription that
// cannot be, for its name is malformed or taken, is kept as a mistake that Err
// reports; a relay whose bus has a mistake delivers nothing.
type Bus struct {
	mu         sync.RWMutex
	named      map[string][]subscription
	all        []subscription
	publishers []publication
	mistakes   []error
}

type subscription struct {
	name   string
	handle func(ctx context.Context, e Event) error
}

type publication struct {
	name string
	to   Publisher
}

// NewBus returns a bus without subscriptions.
func NewBus() *Bus { return &Bus{named: map[string][]subscription{}} }

// Publisher carries events out of the process, to a broker.
type Publisher interface {
	// Publish hands over all events in the order given, or returns an error;
	// then all of them are handed over again, those that had arrived included.
	// After an error that is not fault.Retryable they are handed over one by
	// one, so that the one that cannot pass holds up its own subject only.
	Publish(ctx context.Context, events []Event) error
}

// On subscribes fn to the events that P is the payload of. The name of a
// subscription is 1 to 100 lower case letters, digits, dots, dashes and
// underscores, and unique among all that get the event.
//
// fn is called outside any unit of work, possibly from several goroutines for
// different subjects. Its context ends with the lease of the relay. Returning
// nil or ErrSeen means done; any other error means that the event is offered
// again later, and a panic counts as an error. See Park and Once.
func On[P Payload](b *Bus, name string, fn func(ctx context.Context, e Event, p P) error) {
	var zero P
	b.subscribe(zero.EventName(), subscription{name, func(ctx context.Context, e Event) error {
		p, err := Decode[P](e)
		if err != nil {
			return err
		}
		return fn(ctx, e, p)
	}})
}

// OnAny subscribes fn to every event, under the rules of On.
func OnAny(b *Bus, name string, fn func(ctx context.Context, e Event) error) {
	s := subscription{name, fn}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.free(name) {
		b.all = append(b.all, s)
	}
}

// PublishTo has every event handed to p, under the rules of On. Publishers get
// an event after the other subscriptions, in batches.
func (b *Bus) PublishTo(name string, p Publisher) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.free(name) {
		b.publishers = append(b.publishers, publication{name, p})
	}
}

// Err returns an Internal error that names every subscription that could not
// be, or nil.
func (b *Bus) Err() error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if len(b.mistakes) == 0 {
		return nil
	}
	return fault.New(fault.Internal, "event_subscription", "A subscription to events is not possible.").Because(errors.Join(b.mistakes...))
}

func (b *Bus) subscribe(event string, s subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.freeFor(event, s.name) {
		b.named[event] = append(b.named[event], s)
	}
}

// freeFor reports whether name can be used for one event, and notes a mistake
// if not.
func (b *Bus) freeFor(event, name string) bool {
	if !validName(name) {
		b.mistakes = append(b.mistakes, fmt.Errorf("event: %q is no name for a subscription", name))
		return false
	}
	taken := has(b.named[event], name) || has(b.all, name) ||
		slices.ContainsFunc(b.publishers, func(p publication) bool { return p.name == name })
	if taken {
		b.mistakes = append(b.mistakes, fmt.Errorf("event: subscription %q to %s exists", name, event))
	}
	return !taken
}

// free is freeFor for all events at once.
func (b *Bus) free(name string) bool {
	for event := range b.named {
		if has(b.named[event], name) {
			b.mistakes = append(b.mistakes, fmt.Errorf("event: subscription %q to %s exists", name, event))
			return false
		}
	}
	return b.freeFor("all events", name)
}

func has(subs []subscription, name string) bool {
	return slices.ContainsFunc(subs, func(s subscription) bool { return s.name == name })
}

func validName(s string) bool {
	if s == "" || len(s) > 100 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// subscribers returns who gets an event of this name.
func (b *Bus) subscribers(name string) (named, all []subscription) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.named[name], b.all
}

// brokers returns to whom all events are published.
func (b *Bus) brokers() []publication {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.publishers
}

// Park returns err as one after which the event is not offered again until
// somebody replays it from the grave. Park(nil) is nil.
func Park(err error) error {
	if err == nil {
		return nil
	}
	return &parkError{err}
}

type parkError struct{ error }

func (p *parkError) Unwrap() error { return p.error }

// attempt calls fn, turns a panic into an error, and takes what was seen
// before as done.
func attempt(name string, fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Internal, "event_panic", "A handler of events panicked.").Because(fmt.Errorf("%s: panic: %v", name, p))
		}
	}()
	if err := fn(); err != nil && !errors.Is(err, ErrSeen) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
