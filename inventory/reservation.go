package inventory

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

type reservationKind struct{}

func (reservationKind) Prefix() string { return "rs" }

// ReservationID is the id of a reservation.
type ReservationID = id.Of[reservationKind]

// NewReservationID returns a fresh id.
func NewReservationID(src id.Source) ReservationID { return id.New[reservationKind](src) }

// State is where a reservation stands.
type State string

// The states.
const (
	// Held: the goods lie there and are promised.
	Held State = "held"
	// Committed: the goods have left.
	Committed State = "committed"
	// Released: the promise was taken back.
	Released State = "released"
	// Expired: the promise lapsed.
	Expired State = "expired"
)

// Trigger is what ends a reservation.
type Trigger string

// The triggers.
const (
	CommitGoods  Trigger = "commit"
	ReleaseGoods Trigger = "release"
	ExpireGoods  Trigger = "expire"
)

// Moves is the machine of a reservation: held, then committed, released or
// expired, and nothing after that.
func Moves() lifecycle.Table[State, Trigger] {
	return lifecycle.Table[State, Trigger]{
		Machine: "reservation",
		Initial: Held,
		Moves: map[State]map[Trigger]State{
			Held:      {CommitGoods: Committed, ReleaseGoods: Released, ExpireGoods: Expired},
			Committed: {},
			Released:  {},
			Expired:   {},
		},
	}
}

// Reservation is a promise of goods at one place to one owner. An owner holds
// at most one for each SKU and place; what it has been given of it in parts
// stands beside it as reservations that have ended.
type Reservation struct {
	ID ReservationID
	// Owner is the prefixed text of the id of what holds: "or_01j9...".
	Owner    string
	SKU      string
	Location string
	Quantity int
	// ExpiresAt is the end of the promise: at this time it is over. Zero means
	// that it is firm.
	ExpiresAt time.Time
	// CreatedAt is when it was promised, EndedAt when it ceased to be held.
	CreatedAt time.Time
	EndedAt   time.Time

	state State
}

// NewReservation returns a reservation that is held.
func NewReservation(rid ReservationID, owner string, a Allocation, at time.Time) Reservation {
	return Reservation{
		ID: rid, Owner: owner, SKU: a.SKU, Location: a.Location, Quantity: a.Quantity,
		CreatedAt: clock.Cut(at), state: Held,
	}
}

// State returns where r stands.
func (r Reservation) State() State { return r.state }

// Firm reports whether r is held without an end.
func (r Reservation) Firm() bool { return r.state == Held && r.ExpiresAt.IsZero() }

// Due reports whether r is held and its end has come: now >= ExpiresAt.
func (r Reservation) Due(now time.Time) bool {
	return r.state == Held && !r.ExpiresAt.IsZero() && !now.Before(r.ExpiresAt)
}

// end moves r by a trigger, or returns *lifecycle.Forbidden.
func (r Reservation) end(by Trigger, at time.Time) (Reservation, error) {
	to, err := Moves().Next(r.state, by)
	if err != nil {
		return r, err
	}
	r.state, r.EndedAt = to, clock.Cut(at)
	return r, nil
}

// Stored returns r in the state that a store has kept. A state that no
// reservation ever had is an Internal error. It is for stores only.
func (r Reservation) Stored(s State) (Reservation, error) {
	if !Moves().Has(s) {
		return r, fmt.Errorf("inventory: reservation %s is stored as %q: %w", r.ID, s, fault.Internal)
	}
	r.state = s
	return r, nil
}

// reservationJSON is the form of a reservation in JSON.
type reservationJSON struct {
	ID        ReservationID `json:"id"`
	Owner     string        `json:"owner"`
	SKU       string        `json:"sku"`
	Location  string        `json:"location"`
	Quantity  int           `json:"quantity"`
	State     State         `json:"state"`
	ExpiresAt time.Time     `json:"expires_at,omitzero"`
	CreatedAt time.Time     `json:"created_at"`
	EndedAt   time.Time     `json:"ended_at,omitzero"`
}

// MarshalJSON writes the reservation with its state.
func (r Reservation) MarshalJSON() ([]byte, error) {
	return json.Marshal(reservationJSON{
		ID: r.ID, Owner: r.Owner, SKU: r.SKU, Location: r.Location, Quantity: r.Quantity, State: r.state,
		ExpiresAt: r.ExpiresAt, CreatedAt: r.CreatedAt, EndedAt: r.EndedAt,
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Reservation) UnmarshalJSON(b []byte) error {
	var j reservationJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	v, err := Reservation{
		ID: j.ID, Owner: j.Owner, SKU: j.SKU, Location: j.Location, Quantity: j.Quantity,
		ExpiresAt: j.ExpiresAt, CreatedAt: j.CreatedAt, EndedAt: j.EndedAt,
	}.Stored(j.State)
	*r = v
	return err
}
