package shipping_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/shipping"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

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
	require.NoError(t, shipping.Lifecycle().Check())
	drawing := shipping.Lifecycle().Mermaid()
	golden(t, "shipment.mmd", []byte(drawing))
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	require.Contains(t, string(doc), "//\t"+strings.ReplaceAll(strings.TrimSpace(drawing), "\n", "\n//\t"))
}

func TestIdsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	id := shipping.IDFrom(uuid.UUID{15: 7})
	read, err := shipping.ParseID(id.String())
	require.NoError(t, err)
	require.Equal(t, id, read)
	_, err = shipping.ParseID("fu_0000000000e00800000000000d")
	require.ErrorIs(t, err, fault.Invalid)
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	id := shipping.IDFrom(uuid.UUID{15: 7})
	var all []byte
	for _, p := range []event.Payload{
		shipping.ShipmentCreated{Shipment: id, Owner: "fu_1", Carrier: "dhl", Service: "express"},
		shipping.ShipmentReady{Shipment: id, Owner: "fu_1", Carrier: "dhl", Number: "3318810025", URL: "https://example.com"},
		shipping.ShipmentCancelled{Shipment: id, Owner: "fu_1", Reason: "wrong address"},
		shipping.ShipmentMoved{Shipment: id, Owner: "fu_1", From: shipping.Unknown, To: shipping.Accepted, At: noon()},
		shipping.Arrived{Shipment: id, Owner: "fu_1", At: noon()},
		shipping.DeliveryFailed{Shipment: id, Owner: "fu_1", Status: shipping.Lost, At: noon()},
	} {
		b, err := json.Marshal(p)
		require.NoError(t, err)
		all = append(all, p.EventName()+" "+string(b)+"\n"...)
	}
	golden(t, "events.txt", all)
}

func TestAShipmentSurvivesJSON(t *testing.T) {
	t.Parallel()
	s, err := shipping.Restore(shipping.Shipment{
		ID: shipping.IDFrom(uuid.UUID{15: 7}), Version: 2, Owner: "fu_1", Carrier: "dhl", Number: "3318810025", CreatedAt: noon(), UpdatedAt: noon(),
	}, shipping.Ready, shipping.Accepted)
	require.NoError(t, err)
	b, err := json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(b), `"url":"https://www.dhl.com/en/express/tracking.html?brand=DHL\u0026AWB=3318810025"`)
	var back shipping.Shipment
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, s, back)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"state":"gone","status":"lost"}`), &back), fault.Internal)
}

// told is a happening some minutes after noon.
func told(s shipping.Status, minutes int) shipping.Happening {
	return shipping.Happening{Status: s, At: noon().Add(time.Duration(minutes) * time.Minute)}
}

// permutations calls fn with every order of hs.
func permutations(hs []shipping.Happening, fn func([]shipping.Happening)) {
	var walk func(n int)
	walk = func(n int) {
		if n == len(hs) {
			fn(hs)
			return
		}
		for i := n; i < len(hs); i++ {
			hs[n], hs[i] = hs[i], hs[n]
			walk(n + 1)
			hs[n], hs[i] = hs[i], hs[n]
		}
	}
	walk(0)
}

func TestTheFoldKnowsNoOrder(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		hs   []shipping.Happening
		want shipping.Status
	}{
		{[]shipping.Happening{
			told(shipping.Announced, 90), told(shipping.Accepted, 1), told(shipping.InTransit, 2), told(shipping.OutForDelivery, 3),
			told(shipping.AttemptFailed, 4), told(shipping.OutForDelivery, 60),
		}, shipping.OutForDelivery},
		{[]shipping.Happening{
			told(shipping.Accepted, 1), told(shipping.OutForDelivery, 3), told(shipping.Delivered, 4), told(shipping.InTransit, 5),
			told(shipping.Unknown, 6), told(shipping.Announced, 7),
		}, shipping.Delivered},
		{[]shipping.Happening{
			told(shipping.Lost, 1), told(shipping.InTransit, 2), told(shipping.Delivered, 3), told(shipping.Returning, 4),
			told(shipping.Returned, 4), told(shipping.AttemptFailed, 2),
		}, shipping.Returned},
	} {
		n := 0
		permutations(row.hs, func(hs []shipping.Happening) {
			n++
			h, some := shipping.Fold(append(slices.Clone(hs), hs[0], hs[3]))
			require.True(t, some)
			require.Equal(t, row.want, h.Status)
		})
		require.Equal(t, 720, n)
	}
	_, some := shipping.Fold(nil)
	require.False(t, some)
}

// stage repeats what the room says of the parts of the way.
func stage(s shipping.Status) int {
	switch s {
	case shipping.Delivered, shipping.Lost, shipping.Returning, shipping.Returned:
		return 3
	case shipping.Announced:
		return 1
	case shipping.Unknown:
		return 0
	case shipping.Accepted, shipping.InTransit, shipping.OnHold, shipping.AttemptFailed, shipping.OutForDelivery, shipping.ReadyForPickup:
		return 2
	}
	return -1
}

func TestTheFoldOnlyMovesForward(t *testing.T) {
	t.Parallel()
	statuses := []shipping.Status{
		shipping.Unknown, shipping.Announced, shipping.Accepted, shipping.InTransit, shipping.OnHold, shipping.AttemptFailed,
		shipping.OutForDelivery, shipping.ReadyForPickup, shipping.Lost, shipping.Delivered, shipping.Returning, shipping.Returned,
	}
	rapid.Check(t, func(t *rapid.T) {
		hs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) shipping.Happening {
			return told(rapid.SampledFrom(statuses).Draw(t, "status"), rapid.IntRange(0, 9).Draw(t, "minute"))
		}), 1, 12).Draw(t, "happenings")
		at := 0
		for i := range hs {
			h, _ := shipping.Fold(hs[:i+1])
			require.GreaterOrEqual(t, stage(h.Status), at)
			at = stage(h.Status)
		}
	})
}

func TestHappeningsAreToldApart(t *testing.T) {
	t.Parallel()
	a := shipping.Happening{Ref: "1", Status: shipping.Accepted, At: noon()}
	b := shipping.Happening{Ref: "1", Status: shipping.Lost, At: noon()}
	require.Equal(t, a.Key(), b.Key(), "the carrier's word for what is one")
	a.Ref, b.Ref = "", ""
	require.NotEqual(t, a.Key(), b.Key())
	b = a
	b.At = b.At.In(time.FixedZone("", 3600))
	require.Equal(t, a.Key(), b.Key())
}
