package inventory_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
)

// golden compares got with a file, or writes the file if UPDATE_GOLDEN is set.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestTheMachineIsSoundAndDrawn(t *testing.T) {
	t.Parallel()
	require.NoError(t, inventory.Moves().Check())
	golden(t, "reservation.mmd", []byte(inventory.Moves().Mermaid()))
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := inventory.Movement{
		SKU: "TEE", Location: "main", Delta: -2, Reason: inventory.Adjusting, Owner: "or_1", Note: "broken", At: at, Actor: "staff:eva",
	}
	require.NoError(t, m.ID.UnmarshalText([]byte("mv_00000000000000000000000001")))
	parts := []inventory.Allocation{{SKU: "TEE", Location: "main", Quantity: 2}}
	for _, p := range []event.Payload{
		inventory.StockReceived{Movement: m},
		inventory.StockAdjusted{Movement: m},
		inventory.StockHeld{Owner: "or_1", Parts: parts, Until: at},
		inventory.StockReleased{Owner: "or_1", Parts: parts, Reason: "cancelled"},
		inventory.StockCommitted{Owner: "or_1", Parts: parts},
		inventory.StockExpired{Owner: "or_1", Parts: parts},
		inventory.LowStock{SKU: "TEE", Location: "main", Low: 3, Available: 2},
		inventory.OutOfStock{SKU: "TEE"},
		inventory.HoldDue{Owner: "or_1"},
	} {
		b, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		golden(t, "events/"+p.EventName()+".json", append(b, '\n'))
	}
}

func TestAReservationSurvivesJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	src := id.Source(func() uuid.UUID { return uuid.UUID{15: 7} })
	r := inventory.NewReservation(inventory.NewReservationID(src), "or_1", inventory.Allocation{SKU: "A", Location: "main", Quantity: 2}, at)
	r.ExpiresAt = at.Add(time.Hour)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	var back inventory.Reservation
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, r, back)

	require.True(t, r.Due(r.ExpiresAt), "the end is half open")
	require.False(t, r.Due(r.ExpiresAt.Add(-time.Microsecond)))
	_, err = r.Stored("lost")
	require.ErrorIs(t, err, fault.Internal)
	require.Error(t, json.Unmarshal([]byte(`{"state":"lost"}`), &back))
}

func TestAShortageTellsNobodyHowMuchThereIs(t *testing.T) {
	t.Parallel()
	err := error(&inventory.Shortage{SKU: "TEE", Want: 3, Have: 2})
	require.Equal(t, "There is not enough of TEE in stock.", fault.Public(err))
	require.EqualError(t, err, "inventory: 3 of TEE wanted: 2 available")
	require.Equal(t, "out_of_stock", fault.CodeOf(err))
	require.False(t, fault.Retryable(err))
	require.True(t, fault.Retryable(&inventory.Shortage{SKU: "TEE", Want: 3, Have: 3, Location: "north"}))
}
