package returns_test

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

// Three pieces at 100.00 were sold with 10.00 off. They come back one by one.
func ExampleShareOf() {
	line := order.Line{N: 1, SKU: "TEE-M", Quantity: 3, Gross: money.EUR(290_00), Tax: money.EUR(46_30)}
	for refunded := range 3 {
		share := returns.ShareOf(line, refunded, 1)
		fmt.Println(share.Amount, share.Tax)
	}
	// Output:
	// 96.67 EUR 15.44 EUR
	// 96.67 EUR 15.43 EUR
	// 96.66 EUR 15.43 EUR
}
