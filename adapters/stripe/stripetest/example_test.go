package stripetest_test

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// The money is promised, but nobody hears of it.
func ExampleSimulator() {
	sim := stripetest.New(&stripetest.Options{Plan: func(int, stripetest.Call) stripetest.Plan {
		return stripetest.Plan{Reply: stripetest.Timeout}
	}})
	card := stripe.New(stripetest.Key, &stripe.Options{HTTPClient: sim.Client()})
	_, err := card.Authorize(context.Background(), payment.AuthorizeRequest{
		Key: "py_1:authorize:1", Payment: "py_1", Subject: "or_1", Amount: money.EUR(10_00),
		Details: payment.Details{Token: "pm_card_visa"},
	})
	fmt.Println(payment.ClassOf(err))
	for _, e := range sim.Books() {
		fmt.Println(e.Payment, e.Status, e.Held, e.Currency)
	}
	// Output:
	// unknown
	// py_1 requires_capture 1000 eur
}
