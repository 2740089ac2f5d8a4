package inventory

import (
	"time"

	"github.com/kontor-go/kontor/kernel/id"
)

type movementKind struct{}

func (movementKind) Prefix() string { return "mv" }

// MovementID is the id of a movement.
type MovementID = id.Of[movementKind]

// NewMovementID returns a fresh id.
func NewMovementID(src id.Source) MovementID { return id.New[movementKind](src) }

// Reason says why goods came or went.
type Reason string

// The reasons.
const (
	// Receiving: a delivery from a supplier or a first count.
	Receiving Reason = "receive"
	// Adjusting: found, broken, stolen or counted anew.
	Adjusting Reason = "adjust"
	// Shipping: handed over to a buyer.
	Shipping Reason = "ship"
	// Returning: came back from a buyer and can be sold again.
	Returning Reason = "return"
)

// Movement is one change of what lies at a place. Movements are only ever
// added: their sum is the level.
type Movement struct {
	ID       MovementID `json:"id"`
	SKU      string     `json:"sku"`
	Location string     `json:"location"`
	// Delta is the change of what is on hand, never zero.
	Delta  int    `json:"delta"`
	Reason Reason `json:"reason"`
	// Owner is the prefixed text of the id of what caused it, if anything did:
	// the order that was shipped, the return that came back.
	Owner string `json:"owner,omitempty"`
	// Note is a word from whoever did it, at most 500 characters.
	Note string    `json:"note,omitempty"`
	At   time.Time `json:"at"`
	// Actor is the text of the op.Actor.
	Actor string `json:"actor,omitempty"`
}
