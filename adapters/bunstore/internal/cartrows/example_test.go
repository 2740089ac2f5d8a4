package cartrows_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// A shopper fills a cart; somebody who looks at an old version of it does not
// overwrite what was changed since.
func Example() {
	ctx := context.Background()
	store, err := sqlite.Open(sqlite.Memory, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close() //nolint:errcheck // there is no file
	if err := store.Migrate(ctx); err != nil {
		fmt.Println(err)
		return
	}
	carts := open(store.Shipper(), "", anything()).Service

	c, err := carts.Create(ctx, cart.Create{Market: here()})
	if err != nil {
		fmt.Println(err)
		return
	}
	old := c.Version
	for _, add := range []cart.Add{
		{Meta: op.Meta{By: buyer()}, SKU: "TEE-M-BLACK", Quantity: 2},
		{Meta: op.Meta{By: buyer()}, SKU: "MUG", Quantity: 1},
		{Meta: op.Meta{By: buyer()}, SKU: "TEE-M-BLACK", Quantity: 1},
	} {
		if c, err = carts.Add(ctx, c.ID, add); err != nil {
			fmt.Println(err)
			return
		}
	}
	for _, l := range c.Lines {
		fmt.Println(l.N, l.SKU, l.Quantity)
	}
	_, err = carts.Remove(ctx, c.ID, cart.Remove{Meta: op.Meta{IfVersion: old}, Line: 1})
	fmt.Println(errors.Is(err, fault.Conflict), fault.Public(err))
	// Output:
	// 1 TEE-M-BLACK 3
	// 2 MUG 1
	// true The cart was changed meanwhile: expected version 1, found 4.
}
