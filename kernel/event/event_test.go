package event_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
)

func fixed() uuid.UUID { return uuid.MustParse("01952f3e-7b60-7cc3-98c4-dc0c0c07398f") }

// TestEnvelope compares the JSON that leaves the house with what was promised.
func TestEnvelope(t *testing.T) {
	t.Parallel()
	stamp := event.Stamp{NewID: fixed, At: time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.FixedZone("", 3600)), Actor: "buyer:42"}
	e, err := stamp.Of("or_01j9z5t7m8f0qv5s1r2x3y4z5a", 3, noted{7})
	require.NoError(t, err)
	e.Tenant = "shop"
	timer, err := stamp.Timer(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), "or_01j9z5t7m8f0qv5s1r2x3y4z5a", noted{8})
	require.NoError(t, err)
	got, err := json.MarshalIndent([]event.Event{e, timer}, "", "  ")
	require.NoError(t, err)
	const golden = "testdata/envelope.golden.json"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(golden, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got)+"\n")

	var back []event.Event
	require.NoError(t, json.Unmarshal(want, &back))
	require.Equal(t, e.ID, back[0].ID)
	require.Equal(t, e.ID, event.IDFrom(fixed()))
	require.True(t, back[1].IsTimer())
	require.Equal(t, timer.DeliverAt, back[1].DeliverAt)
}

func TestDecode(t *testing.T) {
	t.Parallel()
	e := fact(t, "or_1", 7)
	p, err := event.Decode[noted](e)
	require.NoError(t, err)
	require.Equal(t, noted{7}, p)
	_, err = event.Decode[other](e)
	require.ErrorIs(t, err, fault.Internal)
	e.Data = json.RawMessage(`{"n":"seven"}`)
	_, err = event.Decode[noted](e)
	require.Equal(t, fault.Internal, fault.KindOf(err))
}
