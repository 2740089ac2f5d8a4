package cart

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// Status is the state of a cart.
type Status string

// The states.
const (
	// StatusOpen: the shopper is still choosing.
	StatusOpen Status = "open"
	// StatusAbandoned: nobody has come back for long. The next change opens it again.
	StatusAbandoned Status = "abandoned"
	// StatusPaying: a payment is under way that needs the network. It becomes an
	// order or is open again; meanwhile it cannot be changed.
	StatusPaying Status = "paying"
	// StatusPlaced: it has become an order and never changes again.
	StatusPlaced Status = "placed"
)

// Trigger is what moves a cart from one state to another.
type Trigger string

// The triggers.
const (
	TriggerPlace   Trigger = "place"
	TriggerAbandon Trigger = "abandon"
	TriggerReturn  Trigger = "return"
	TriggerPay     Trigger = "pay"
	TriggerRelease Trigger = "release"
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "cart",
	Initial: StatusOpen,
	Moves: map[Status]map[Trigger]Status{
		StatusOpen:      {TriggerPlace: StatusPlaced, TriggerAbandon: StatusAbandoned, TriggerPay: StatusPaying},
		StatusAbandoned: {TriggerReturn: StatusOpen, TriggerPlace: StatusPlaced, TriggerPay: StatusPaying},
		StatusPaying:    {TriggerPlace: StatusPlaced, TriggerRelease: StatusOpen},
		StatusPlaced:    {},
	},
}

// Lifecycle returns which moves a cart may make.
func Lifecycle() lifecycle.Table[Status, Trigger] { return moves }

// move is the one place where a status changes.
func (c Cart) move(t Trigger) (Cart, error) {
	if err := c.frozen(); err != nil && t != TriggerPlace {
		return c, err
	}
	if c.status == StatusPlaced {
		return c, ErrPlaced
	}
	s, err := moves.Next(c.status, t)
	if err != nil {
		return c, err
	}
	c.status = s
	return c, nil
}

// frozen returns ErrPlaced or ErrPaying if the cart cannot be changed.
func (c Cart) frozen() error {
	switch c.status {
	case StatusPlaced:
		return ErrPlaced
	case StatusPaying:
		return ErrPaying
	case StatusOpen, StatusAbandoned:
	}
	return nil
}

// Freeze returns the cart as it is once it has become an order, whose id has
// the given text. A cart that is placed already is ErrPlaced, one without lines
// ErrEmpty. Tx.FreezeCart writes the same, but for UpdatedAt.
func (c Cart) Freeze(order string, at time.Time) (Cart, error) {
	if c.status != StatusPlaced && len(c.Lines) == 0 {
		return c, ErrEmpty
	}
	f, err := c.next(at).move(TriggerPlace)
	if err != nil {
		return c, err
	}
	f.Order = order
	return f, nil
}

// Restore returns c in the state s, for stores that read it back. A state that
// no cart was ever in is an Internal error.
func Restore(c Cart, s Status) (Cart, error) {
	if !moves.Has(s) {
		return Cart{}, fmt.Errorf("cart: %s has the unknown status %q: %w", c.ID, s, fault.Internal)
	}
	c.status = s
	return c, nil
}

// plain is a Cart without methods; document is its JSON form.
type (
	plain    Cart
	document struct {
		plain
		Status Status `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (c Cart) MarshalJSON() ([]byte, error) {
	if c.Lines == nil {
		c.Lines = []Line{}
	}
	return json.Marshal(document{plain(c), c.status})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Cart) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("cart: decode: %w", err)
	}
	if len(d.Lines) == 0 {
		d.Lines = nil
	}
	v, err := Restore(Cart(d.plain), d.Status)
	if err != nil {
		return err
	}
	*c = v
	return nil
}
