package checkout

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// Attempt is one run at turning a cart into an order by a payment that needs
// the network. It is saved before the network is asked, together with the
// goods held and the intent to pay, so that a crash at any moment leaves
// something that Resume can finish or undo. What is paid without the network
// needs none: it is placed in one unit.
type Attempt struct {
	// Order is the id that the order will have; it owns the goods from the
	// start and is the subject of the payment.
	Order   order.ID
	Cart    cart.ID
	Payment payment.ID
	// Draft is the order as it will be placed.
	Draft     order.Order
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time

	status Status
}

// Status is the state of an attempt.
type Status string

// The states. What comes before, an open cart and its quotes, is not saved.
const (
	// StatusPaying: the goods are held and the money is asked for.
	StatusPaying Status = "paying"
	// StatusPlaced: the order is there.
	StatusPlaced Status = "placed"
	// StatusAbandoned: the payment came to nothing; goods and cart are free.
	StatusAbandoned Status = "abandoned"
)

// Trigger is what moves an attempt.
type Trigger string

// The triggers.
const (
	TriggerPlace   Trigger = "place"
	TriggerAbandon Trigger = "abandon"
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "checkout",
	Initial: StatusPaying,
	Moves: map[Status]map[Trigger]Status{
		StatusPaying:    {TriggerPlace: StatusPlaced, TriggerAbandon: StatusAbandoned},
		StatusPlaced:    {},
		StatusAbandoned: {},
	},
}

// Lifecycle returns which moves an attempt may make.
func Lifecycle() lifecycle.Table[Status, Trigger] { return moves }

// Status returns the state of the attempt.
func (a Attempt) Status() Status { return a.status }

// move is the one place where a status changes.
func (a Attempt) move(t Trigger, at time.Time) (Attempt, error) {
	s, err := moves.Next(a.status, t)
	if err != nil {
		return a, err
	}
	a.status = s
	a.Version++
	a.UpdatedAt = clock.Cut(at)
	return a, nil
}

// Restore returns a in the state s, for stores that read it back. A state that
// no attempt was ever in is an Internal error.
func Restore(a Attempt, s Status) (Attempt, error) {
	if !moves.Has(s) {
		return Attempt{}, fmt.Errorf("checkout: attempt %s has the unknown status %q: %w", a.Order, s, fault.Internal)
	}
	a.status = s
	return a, nil
}

// snapshot is what an order keeps of its price: everything that went in, and
// everything that came out.
type snapshot struct {
	Input json.RawMessage `json:"input"`
	Quote json.RawMessage `json:"quote"`
}
