package checkout

import (
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// Abandoned says that an attempt came to nothing: its goods are free and its
// cart is open again. That an attempt succeeded is said by order.Placed.
type Abandoned struct {
	// Order is the id that the order would have had.
	Order   order.ID   `json:"order"`
	Cart    cart.ID    `json:"cart"`
	Payment payment.ID `json:"payment"`
}

// EventName returns "checkout.abandoned".
func (Abandoned) EventName() string { return "checkout.abandoned" }
