package manual_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	paymenttest.Run(t, func(*testing.T) paymenttest.Harness {
		return paymenttest.Harness{
			Provider: &manual.Provider{Instructions: "Pay to DE00.", Window: time.Hour},
			Amount:   money.EUR(10_00),
		}
	})
}

func TestWindowEndsThePromise(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	p := &manual.Provider{Window: 48 * time.Hour}
	o, err := p.Settle(payment.LocalRequest{Operation: payment.OpAuthorize, Amount: money.EUR(1), At: at})
	require.NoError(t, err)
	require.Equal(t, at.Add(48*time.Hour), o.Expires)
	o, err = manual.New().Settle(payment.LocalRequest{Operation: payment.OpAuthorize, Amount: money.EUR(1), At: at})
	require.NoError(t, err)
	require.Zero(t, o.Expires)
	require.Zero(t, o.Action)
}

func Example() {
	methods := payment.Methods{
		"cod": manual.New(),
		"bank": &manual.Provider{
			Title:        "Bank transfer",
			Instructions: "Please transfer the total to DE02 1203 0000 0000 2020 51.",
			Window:       14 * 24 * time.Hour,
		},
	}
	fmt.Println(len(methods))
	// Output: 2
}
