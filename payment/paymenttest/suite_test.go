package paymenttest_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// harness scripts the next call.
func harness(*testing.T) paymenttest.Harness {
	s := &paymenttest.Scripted{}
	var next paymenttest.Plan
	s.Script = func(int, payment.Operation) paymenttest.Plan {
		p := next
		next = paymenttest.Plan{}
		return p
	}
	return paymenttest.Harness{
		Provider: s, Amount: money.EUR(10_00),
		LoseReply:   func() { next = paymenttest.Plan{Reply: paymenttest.Timeout} },
		LoseRequest: func() { next = paymenttest.Plan{Reply: paymenttest.Refused, NoEffect: true} },
		Notice:      func(*testing.T, string) payment.Notice { return s.Notices()[0] },
	}
}

func TestSuiteOnScripted(t *testing.T) {
	t.Parallel()
	paymenttest.Run(t, harness)
}

func TestSuiteOnScriptedThatAsksTheBuyer(t *testing.T) {
	t.Parallel()
	paymenttest.Run(t, func(*testing.T) paymenttest.Harness {
		s := &paymenttest.Scripted{Once: true, Tokens: map[string]paymenttest.Plan{
			"no": {Verdict: paymenttest.Decline}, "act": {Verdict: paymenttest.Act},
		}}
		return paymenttest.Harness{
			Provider: s, Amount: money.JPY(1000), SinglyCaptured: true,
			Declined: &payment.Details{Token: "no"}, Acting: &payment.Details{Token: "act"},
			Act: func(t *testing.T, reference string) {
				t.Helper()
				for _, a := range s.Books() {
					if a.Reference == reference {
						s.Acted(a.Payment, paymenttest.Approve)
					}
				}
			},
		}
	})
}

func TestBooksTellWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := &paymenttest.Scripted{}
	ctx := t.Context()
	for i := range 2 {
		_, err := s.Authorize(ctx, payment.AuthorizeRequest{
			Key: strconv.Itoa(i), Payment: "py_1", Subject: "or_1", Amount: money.EUR(1), Capture: true,
		})
		require.NoError(t, err)
	}
	_, err := s.Authorize(ctx, payment.AuthorizeRequest{Key: "0", Payment: "py_1", Subject: "or_1", Amount: money.EUR(2), Capture: true})
	require.Equal(t, payment.ClassInvalid, payment.ClassOf(err))
	require.Equal(t, []string{
		"a second authorization for py_1", "key 0 used with other parameters", "money held twice for or_1",
	}, s.Violations())
}

func ExampleScripted() {
	// It works, but nobody hears of it.
	s := &paymenttest.Scripted{Script: func(int, payment.Operation) paymenttest.Plan {
		return paymenttest.Plan{Reply: paymenttest.Timeout}
	}}
	r := payment.AuthorizeRequest{Key: "k", Payment: "py_1", Subject: "or_1", Amount: money.EUR(10_00)}
	_, err := s.Authorize(context.Background(), r)
	fmt.Println(payment.ClassOf(err), s.Books()[0].State)
	// Output: unknown authorized
}
