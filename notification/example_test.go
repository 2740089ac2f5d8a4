package notification_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/kontor-go/kontor/notification"
)

func ExampleSegments() {
	fmt.Println(notification.Segments("Your order 1001 is on its way."))
	fmt.Println(notification.Segments(strings.Repeat("x", 161)))
	fmt.Println(notification.Segments(strings.Repeat("ж", 71)))
	// Output:
	// 1
	// 2
	// 2
}

func ExamplePasses() {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	passes, err := notification.NewPasses([]byte("a secret of the shop"), "")
	if err != nil {
		return
	}
	token, err := passes.Issue("or_01j9z5t7m8f0qv5s1r2x3y4z5a", now.AddDate(0, 3, 0))
	if err != nil {
		return
	}
	fmt.Println(passes.Read(token, now))
	fmt.Println(passes.Read(token, now.AddDate(0, 3, 0)))
	// Output:
	// or_01j9z5t7m8f0qv5s1r2x3y4z5a <nil>
	//  pass_invalid: This link is not valid any more.
}

func ExamplePhone() {
	for _, written := range []string{"+49 151 1234-5678", "0151 12345678", "+49 (0) 151 12345678", ""} {
		number, ok := notification.Phone(written)
		fmt.Printf("%q %v\n", number, ok)
	}
	// Output:
	// "+4915112345678" true
	// "015112345678" false
	// "+49(0)15112345678" false
	// "" false
}
