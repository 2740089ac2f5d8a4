package inventory_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
)

func ExampleHighestFirst() {
	levels := []inventory.Level{
		{SKU: "TEE-M", Location: "north", OnHand: 4},
		{SKU: "TEE-M", Location: "south", OnHand: 3},
	}
	parts, _ := inventory.HighestFirst().Allocate([]inventory.Line{{SKU: "TEE-M", Quantity: 5}}, levels)
	for _, p := range parts {
		fmt.Println(p.Quantity, "from", p.Location)
	}
	// Output:
	// 4 from north
	// 1 from south
}

func ExampleAllocatorFunc() {
	// A shop that sells from its warehouse only, whatever lies elsewhere.
	warehouse := inventory.AllocatorFunc(func(lines []inventory.Line, levels []inventory.Level) ([]inventory.Allocation, error) {
		var there []inventory.Level
		for _, l := range levels {
			if l.Location == "warehouse" {
				there = append(there, l)
			}
		}
		return inventory.HighestFirst().Allocate(lines, there)
	})
	levels := []inventory.Level{
		{SKU: "TEE-M", Location: "showroom", OnHand: 9},
		{SKU: "TEE-M", Location: "warehouse", OnHand: 3},
	}
	_, err := warehouse.Allocate([]inventory.Line{{SKU: "TEE-M", Quantity: 5}}, levels)
	fmt.Println(err)
	// Output: inventory: 5 of TEE-M wanted: 3 available
}

func ExampleShortage() {
	var err error = &inventory.Shortage{SKU: "TEE-M", Want: 3, Have: 2}

	fmt.Println(errors.Is(err, fault.Conflict), fault.Public(err))
	if short, ok := errors.AsType[*inventory.Shortage](err); ok {
		fmt.Println("offer", short.Have, "instead of", short.Want)
	}
	// Output:
	// true There is not enough of TEE-M in stock.
	// offer 2 instead of 3
}

func ExampleGate() {
	gate := inventory.NewGate(inventory.DefaultGate)
	leave, err := gate.Enter(context.Background(), "my-shop", []string{"TEE-M", "CAP"})
	if err != nil {
		return
	}
	defer leave()
	fmt.Println("inside with", gate.Busy(), "SKUs")
	// Output: inside with 2 SKUs
}

func ExampleMoves() {
	fmt.Print(inventory.Moves().Mermaid())
	// Output:
	// stateDiagram-v2
	//     [*] --> held
	//     held --> committed : commit
	//     held --> expired : expire
	//     held --> released : release
	//     committed --> [*]
	//     expired --> [*]
	//     released --> [*]
}
