package event

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
)

type kind struct{}

func (kind) Prefix() string { return "ev" }

// ID is the id of an event.
type ID = id.Of[kind]

// IDFrom returns the ID that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// Payload is a fact of one room: a struct in the package that owns the fact,
// in the past tense, whose JSON only ever gains fields. EventName is stable
// and has the form "order.placed"; it is called on the zero value too.
type Payload interface {
	EventName() string
}

// Event is a fact with its envelope. The JSON fields are those of CloudEvents
// 1.0 (cloudevents.io) in structured mode, plus tenant, version, actor and
// deliverat as extension attributes.
type Event struct {
	ID   ID     `json:"id"`
	Name string `json:"type"`
	// Tenant is filled in by the store.
	Tenant string `json:"tenant,omitempty"`
	// Subject is the text of the id of what the event is about. Events of one
	// subject are delivered in the order in which they were committed.
	Subject string `json:"subject"`
	// Version is the version of the subject after the change, or 0.
	Version int `json:"version,omitempty"`
	// At is when the fact became true.
	At time.Time `json:"time"`
	// DeliverAt makes the event a timer: it is delivered at or after this
	// time, outside the order of its subject. Zero means at once.
	DeliverAt time.Time `json:"deliverat,omitzero"`
	// Actor is the text of the op.Actor on whose behalf it happened.
	Actor string `json:"actor,omitempty"`
	// Data is the payload as JSON.
	Data json.RawMessage `json:"data"`
}

// Appender announces facts. Append is part of every room's Tx: the events are
// saved in the same commit as the change, or neither is.
type Appender interface {
	Append(ctx context.Context, events ...Event) error
}

// Stamp holds what every event of one change has in common.
type Stamp struct {
	NewID id.Source
	At    time.Time
	// Actor is the text of the actor.
	Actor string
}

// Of returns the event that p happened to subject, which now has the given
// version (0 if it has none).
func (s Stamp) Of(subject string, version int, p Payload) (Event, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return Event{}, fmt.Errorf("event: encode %s: %w", p.EventName(), err)
	}
	return Event{
		ID: id.New[kind](s.NewID), Name: p.EventName(), Subject: subject, Version: version,
		At: clock.Cut(s.At), Actor: s.Actor, Data: data,
	}, nil
}

// Timer is Of for an event that is delivered at or after at.
func (s Stamp) Timer(at time.Time, subject string, p Payload) (Event, error) {
	e, err := s.Of(subject, 0, p)
	e.DeliverAt = clock.Cut(at)
	return e, err
}

// IsTimer reports whether e stands outside the order of its subject.
func (e Event) IsTimer() bool { return !e.DeliverAt.IsZero() }

// Decode reads the payload of e as a P. It fails with Internal if e has
// another name or its data does not fit.
func Decode[P Payload](e Event) (P, error) {
	var p P
	if e.Name != p.EventName() {
		return p, fmt.Errorf("event: %s is no %s: %w", e.Name, p.EventName(), fault.Internal)
	}
	if err := json.Unmarshal(e.Data, &p); err != nil {
		return p, fmt.Errorf("event: decode %s %s: %w", e.Name, e.ID, err)
	}
	return p, nil
}
