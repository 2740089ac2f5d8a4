package cart_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/fault"
)

func ExampleCode() {
	fmt.Println(cart.Code("  spring10 "))
	// Output: SPRING10
}

func ExampleCart_Freeze() {
	c, _ := cart.Restore(cart.Cart{
		ID: cart.IDFrom(uuid.UUID{15: 1}), Version: 2, Lines: []cart.Line{{N: 1, SKU: "TEE-M-BLACK", Quantity: 2}},
	}, cart.StatusOpen)

	placed, err := c.Freeze("or_01j9z5t7m8f0qv5s1r2x3y4z5a", time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	fmt.Println(placed.Status(), placed.Version, err)

	_, err = placed.Freeze("or_01j9z5t7m8f0qv5s1r2x3y4z5b", time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC))
	fmt.Println(errors.Is(err, fault.Conflict), fault.Public(err))
	// Output:
	// placed 3 <nil>
	// true The cart has become an order and can no longer be changed.
}
