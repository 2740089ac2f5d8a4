package marketing

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// BasketStatus says where a cart stands for this room.
type BasketStatus string

// The states of a basket.
const (
	// BasketWatched: its buyer may be reminded once it lies still.
	BasketWatched BasketStatus = "watched"
	// BasketReminded: its buyer was reminded, and never is again.
	BasketReminded BasketStatus = "reminded"
	// BasketClosed: it became an order, or is gone.
	BasketClosed BasketStatus = "closed"
)

// BasketTrigger is what moves a basket from one state to another.
type BasketTrigger string

// The triggers of baskets.
const (
	TriggerRemind BasketTrigger = "remind"
	TriggerClose  BasketTrigger = "close"
)

var basketMoves = lifecycle.Table[BasketStatus, BasketTrigger]{
	Machine: "basket",
	Initial: BasketWatched,
	Moves: map[BasketStatus]map[BasketTrigger]BasketStatus{
		BasketWatched:  {TriggerRemind: BasketReminded, TriggerClose: BasketClosed},
		BasketReminded: {TriggerClose: BasketClosed},
		BasketClosed:   {},
	},
}

// BasketLifecycle returns which moves a basket may make.
func BasketLifecycle() lifecycle.Table[BasketStatus, BasketTrigger] { return basketMoves }

func (b Basket) move(t BasketTrigger) (Basket, error) {
	s, err := basketMoves.Next(b.status, t)
	if err != nil {
		return b, err
	}
	b.status = s
	return b, nil
}

// RestoreBasket returns b in the state s, for stores that read it back. A state
// that no basket was ever in is an Internal error.
func RestoreBasket(b Basket, s BasketStatus) (Basket, error) {
	if !basketMoves.Has(s) {
		return Basket{}, fmt.Errorf("marketing: cart %s has the unknown status %q: %w", b.Cart, s, fault.Internal)
	}
	b.status = s
	return b, nil
}

// plainBasket is a Basket without methods; basketDocument is its JSON form.
type (
	plainBasket    Basket
	basketDocument struct {
		plainBasket
		Status BasketStatus `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (b Basket) MarshalJSON() ([]byte, error) {
	return json.Marshal(basketDocument{plainBasket(b), b.status})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (b *Basket) UnmarshalJSON(text []byte) error {
	var d basketDocument
	if err := json.Unmarshal(text, &d); err != nil {
		return fmt.Errorf("marketing: decode a basket: %w", err)
	}
	v, err := RestoreBasket(Basket(d.plainBasket), d.Status)
	if err != nil {
		return err
	}
	*b = v
	return nil
}
