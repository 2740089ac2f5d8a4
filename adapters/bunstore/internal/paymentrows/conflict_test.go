package paymentrows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// contested is a provider that says at first that its state forbids what it
// has done, or is still doing, under the same key.
type contested struct {
	*paymenttest.Scripted
	effect bool
	calls  int
}

func (c *contested) Authorize(ctx context.Context, r payment.AuthorizeRequest) (payment.Outcome, error) {
	if c.calls++; c.calls > 1 {
		return c.Scripted.Authorize(ctx, r)
	}
	if c.effect {
		if _, err := c.Scripted.Authorize(ctx, r); err != nil {
			return payment.Outcome{}, err
		}
	}
	return payment.Outcome{}, &payment.Failure{Class: payment.ClassConflict, Operation: payment.OpAuthorize}
}

// TestConflictIsNoDecline has an authorization answered with a conflict: what
// the provider did is found out, and never taken for a no.
func TestConflictIsNoDecline(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		for _, effect := range []bool{true, false} {
			x := open(t, s, map[bool]string{true: "done", false: "doing"}[effect])
			card := &contested{Scripted: x.card, effect: effect}
			service := x.service(t, payment.Methods{"card": card}, nil)
			p, err := service.Begin(t.Context(), payment.Open{Subject: "or_1", Method: "card", Amount: money.EUR(5_00)})
			require.NoError(t, err)
			p, err = service.Authorize(t.Context(), p.ID)
			require.NoError(t, err, "nobody said no")
			if effect {
				require.Equal(t, payment.StatusAuthorized, p.Status())
				continue
			}
			require.True(t, p.InFlight(), "it may still be under way")
			for range 40 {
				x.clock.Set(p.Due)
				p, err = service.Reconcile(t.Context(), p.ID)
				require.NoError(t, err)
				if !p.InFlight() {
					break
				}
			}
			require.Equal(t, payment.StatusAuthorized, p.Status())
			require.Equal(t, 2, card.calls)
		}
	})
}
