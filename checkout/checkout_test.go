package checkout_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestDrawing(t *testing.T) {
	t.Parallel()
	m := checkout.Lifecycle()
	require.NoError(t, m.Check())
	golden(t, "checkout.mmd", m.Mermaid())
}

func TestEveryMove(t *testing.T) {
	t.Parallel()
	m := checkout.Lifecycle()
	want := map[checkout.Status]map[checkout.Trigger]checkout.Status{
		checkout.StatusPaying: {
			checkout.TriggerPlace: checkout.StatusPlaced, checkout.TriggerAbandon: checkout.StatusAbandoned,
		},
		checkout.StatusPlaced:    {},
		checkout.StatusAbandoned: {},
	}
	for _, s := range m.States() {
		for _, tr := range m.Triggers() {
			to, err := m.Next(s, tr)
			if next, ok := want[s][tr]; ok {
				require.NoError(t, err)
				require.Equal(t, next, to)
				continue
			}
			var no *lifecycle.Forbidden
			require.ErrorAs(t, err, &no, "%s %s", s, tr)
		}
	}
}

func TestGoldenEvents(t *testing.T) {
	t.Parallel()
	u := uuid.MustParse("0191e3a0-0000-7000-8000-000000000001")
	for _, p := range []event.Payload{
		checkout.Abandoned{Order: order.IDFrom(u), Cart: cart.IDFrom(u), Payment: payment.IDFrom(u)},
	} {
		b, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		golden(t, p.EventName()+".json", string(b)+"\n")
	}
}

func TestRestoreRefusesAnUnknownStatus(t *testing.T) {
	t.Parallel()
	_, err := checkout.Restore(checkout.Attempt{}, "quoted")
	require.ErrorContains(t, err, "unknown status")
	a, err := checkout.Restore(checkout.Attempt{}, checkout.StatusPlaced)
	require.NoError(t, err)
	require.Equal(t, checkout.StatusPlaced, a.Status())
}
