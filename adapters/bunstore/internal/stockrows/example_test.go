package stockrows_test

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/stockrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
)

// The life of a promise, on a shop that lives in memory.
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
	now := clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	stock := inventory.NewService(inventory.Deps{
		Units:  unittest.Runner(store.Shipper(), "", wrap),
		Reader: stockrows.StockReader{Q: store.Shipper().View("")},
		Clock:  now, NewID: id.V7,
	})
	show := func(what string) {
		levels, err := stock.Levels(ctx, "TEE-M")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-9s %d on hand, %d available\n", what, levels[0].OnHand, levels[0].Available())
	}

	_, _ = stock.Receive(ctx, inventory.Receive{SKU: "TEE-M", Quantity: 10})
	show("received")
	_, _ = stock.Hold(ctx, "or_1", inventory.Hold{
		Lines: []inventory.Line{{SKU: "TEE-M", Quantity: 3}}, Until: now.Now().Add(30 * time.Minute),
	})
	_, _ = stock.Hold(ctx, "or_2", inventory.Hold{
		Lines: []inventory.Line{{SKU: "TEE-M", Quantity: 4}}, Until: now.Now().Add(30 * time.Minute),
	})
	show("held")
	_, _ = stock.Keep(ctx, "or_1", inventory.Keep{}) // paid
	now.Advance(30 * time.Minute)
	_, _ = stock.Expire(ctx, "or_1", inventory.Expire{}) // does nothing
	_, _ = stock.Expire(ctx, "or_2", inventory.Expire{})
	show("expired")
	_, _ = stock.Commit(ctx, "or_1", inventory.Commit{})
	show("committed")
	// Output:
	// received  10 on hand, 10 available
	// held      10 on hand, 3 available
	// expired   10 on hand, 7 available
	// committed 7 on hand, 7 available
}
