package promotion_test

import (
	"errors"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/promotion"
)

func ExampleCode() {
	fmt.Println(promotion.Code(" spring10 "))
	// Output: SPRING10
}

func ExampleExhausted() {
	var err error = &promotion.Exhausted{Code: "SPRING10", Limit: promotion.LimitTotal}

	fmt.Println(errors.Is(err, fault.Conflict), fault.Public(err))
	// Output: true The code SPRING10 has been used up.
}
