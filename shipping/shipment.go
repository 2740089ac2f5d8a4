package shipping

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/postal"
)

type kind struct{}

func (kind) Prefix() string { return "sh" }

// ID is the id of a shipment.
type ID = id.Of[kind]

// NewID returns a fresh id.
func NewID(src id.Source) ID { return id.New[kind](src) }

// IDFrom returns the id that holds u, for stores.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form of an ID. Anything else is an Invalid error.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

// State is how far a shipment is prepared. Where it is says its Status.
type State string

// The states.
const (
	// Planned: it has no tracking number yet.
	Planned State = "planned"
	// Labelling: a label was asked for; there may be one.
	Labelling State = "labelling"
	// Ready: it has its tracking number.
	Ready State = "ready"
	// Cancelled: it was called off.
	Cancelled State = "cancelled"
)

// Trigger is what moves a shipment from one state to another.
type Trigger string

// The triggers.
const (
	TriggerAssign   Trigger = "assign"
	TriggerLabel    Trigger = "label"
	TriggerLabelled Trigger = "labelled"
	TriggerRefused  Trigger = "refused"
	TriggerCancel   Trigger = "cancel"
)

var moves = lifecycle.Table[State, Trigger]{
	Machine: "shipment",
	Initial: Planned,
	Moves: map[State]map[Trigger]State{
		Planned:   {TriggerAssign: Ready, TriggerLabel: Labelling, TriggerCancel: Cancelled},
		Labelling: {TriggerLabel: Labelling, TriggerLabelled: Ready, TriggerRefused: Planned},
		Ready:     {TriggerCancel: Cancelled},
		Cancelled: {},
	},
}

// Lifecycle returns which moves a shipment may make.
func Lifecycle() lifecycle.Table[State, Trigger] { return moves }

// Shipment is one parcel on its way. It holds addresses, which are personal
// data.
type Shipment struct {
	ID      ID  `json:"id"`
	Version int `json:"version"`
	// Owner is the prefixed text of the id of what is shipped: "fu_01j9...".
	Owner string `json:"owner"`
	// Carrier is the code of the carrier, and Service what was booked with it.
	Carrier string `json:"carrier"`
	Service string `json:"service,omitempty"`
	// Number is the tracking number, without spaces and in capitals.
	Number string `json:"number,omitempty"`
	// From, To and Parcel are what a label says.
	From   postal.Address `json:"from,omitzero"`
	To     postal.Address `json:"to,omitzero"`
	Parcel Parcel         `json:"parcel,omitzero"`
	// Reference is what people find the parcel by.
	Reference string `json:"reference,omitempty"`
	// StatusAt is when what the status says happened; zero while nothing has.
	StatusAt time.Time `json:"status_at,omitzero"`
	// DeliveredAt is when it was delivered, the first time if several are told.
	// It stays, whatever happens then.
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`

	state  State
	status Status
}

// State returns how far s is prepared.
func (s Shipment) State() State { return s.state }

// Status returns where s is.
func (s Shipment) Status() Status { return s.status }

// URL returns the page on which the carrier shows where s is, or "" if none is
// known.
func (s Shipment) URL() string { return TrackingURL(s.Carrier, s.Number) }

func (s Shipment) next(at time.Time) Shipment {
	s.Version++
	s.UpdatedAt = clock.Cut(at)
	return s
}

// move is the one place where a state changes.
func (s Shipment) move(by Trigger) (Shipment, error) {
	to, err := moves.Next(s.state, by)
	if err != nil {
		return s, err
	}
	s.state = to
	return s, nil
}

// fold returns s as all its happenings make it, and whether its status is
// another one. It depends on nothing but the happenings.
func (s Shipment) fold(hs []Happening) (Shipment, bool) {
	was := s.status
	if h, some := Fold(hs); some {
		s.status, s.StatusAt = h.Status, h.At
	}
	s.DeliveredAt = time.Time{}
	for _, h := range hs {
		if h.Status == Delivered && (s.DeliveredAt.IsZero() || h.At.Before(s.DeliveredAt)) {
			s.DeliveredAt = h.At
		}
	}
	return s, s.status != was
}

// Restore returns s as a store has kept it. A state or status that no shipment
// ever had is an Internal error.
func Restore(s Shipment, state State, status Status) (Shipment, error) {
	if !moves.Has(state) || status == "" {
		return Shipment{}, fmt.Errorf("shipping: %s is stored as %q, %q: %w", s.ID, state, status, fault.Internal)
	}
	s.state, s.status = state, status
	return s, nil
}

// plain is a Shipment without methods; document is its JSON form.
type (
	plain    Shipment
	document struct {
		plain
		State  State  `json:"state"`
		Status Status `json:"status"`
		URL    string `json:"url,omitempty"`
	}
)

// MarshalJSON writes all fields, the state, the status and the URL.
func (s Shipment) MarshalJSON() ([]byte, error) {
	return json.Marshal(document{plain(s), s.state, s.status, s.URL()})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Shipment) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("shipping: decode: %w", err)
	}
	v, err := Restore(Shipment(d.plain), d.State, d.Status)
	if err != nil {
		return err
	}
	*s = v
	return nil
}
