package fulfillment_test

import (
	"fmt"

	"github.com/kontor-go/kontor/fulfillment"
)

func ExampleLifecycle() {
	moves := fulfillment.Lifecycle()
	s, err := moves.Next(fulfillment.StatusPacked, fulfillment.TriggerShip)
	fmt.Println(s, err)
	_, err = moves.Next(s, fulfillment.TriggerCancel)
	fmt.Println(err)
	// Output:
	// shipped <nil>
	// fulfillment: shipped forbids cancel: allowed is deliver, fail
}
