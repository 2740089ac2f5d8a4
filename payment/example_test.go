package payment_test

import (
	"errors"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/payment"
)

func Example() {
	// What a provider decided is told to the buyer without suspicion.
	err := error(&payment.NotDone{
		Operation: payment.OpAuthorize,
		Decline:   payment.Decline{Code: "59", Reason: payment.ReasonFraudSuspected},
	})
	fmt.Println(errors.Is(err, fault.Declined))
	fmt.Println(fault.Public(err))
	// Output:
	// true
	// The payment was declined. Please pay in another way.
}

func ExampleClassOf() {
	// An adapter's error says whether anything can have happened. One that
	// proves nothing never counts as a failure.
	fmt.Println(payment.ClassOf(&payment.Failure{Class: payment.ClassTransient}))
	fmt.Println(payment.ClassOf(errors.New("unexpected EOF")))
	// Output:
	// transient
	// unknown
}

func ExampleMachine() {
	m := payment.Machine()
	fmt.Println(m.Allowed(payment.StatusAuthorized))
	// Output:
	// [capture collect finish lapse part void]
}
