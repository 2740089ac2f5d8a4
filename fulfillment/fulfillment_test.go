package fulfillment_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/order"
)

// golden compares got with a file, or writes the file if UPDATE_GOLDEN is set.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestTheMachineIsSoundAndDrawn(t *testing.T) {
	t.Parallel()
	require.NoError(t, fulfillment.Lifecycle().Check())
	drawing := fulfillment.Lifecycle().Mermaid()
	golden(t, "lifecycle.mmd", drawing)
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for line := range strings.Lines(drawing) {
		require.Contains(t, string(doc), "//	"+line)
	}
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func fact() fulfillment.Fact {
	return fulfillment.Fact{Fulfillment: fulfillment.IDFrom(uuid.UUID{15: 1}), Order: order.IDFrom(uuid.UUID{15: 2}), Number: "N-1"}
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	lines := []fulfillment.Line{{N: 1, SKU: "TEE", Title: "Tee", Quantity: 2, Stocked: true}}
	parcels := []fulfillment.Parcel{{N: 1, Weight: 800 * measure.Gram, Carrier: "dhl", Tracking: "00340", Shipment: "sh_1", DeliveredAt: noon()}}
	var b strings.Builder
	for _, p := range []event.Payload{
		fulfillment.Planned{Fact: fact(), Location: "main", Lines: lines, Again: true},
		fulfillment.Allocated{Fact: fact(), Location: "main", Warehouse: "north", Reference: "w1"},
		fulfillment.Picked{Fact: fact(), Location: "main"},
		fulfillment.Packed{Fact: fact(), Parcels: parcels},
		fulfillment.Shipped{Fact: fact(), Location: "main", Lines: lines, Parcels: parcels, At: noon()},
		fulfillment.ParcelDelivered{Fact: fact(), Parcel: parcels[0]},
		fulfillment.Delivered{Fact: fact(), Lines: lines, Parcels: parcels, At: noon()},
		fulfillment.Exception{Fact: fact(), Reason: "lost", Parcels: parcels},
		fulfillment.Cancelled{Fact: fact(), Location: "main", Reason: "stop", Lines: lines, Warehouse: "north", Reference: "w1"},
		fulfillment.ForwardRefused{Fact: fact(), Warehouse: "north", Reason: "no"},
		fulfillment.ForwardDue{Fact: fact()},
	} {
		data, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		b.WriteString(p.EventName() + " " + string(data) + "\n")
	}
	golden(t, "events.txt", b.String())
}

func shipment(t *testing.T) fulfillment.Fulfillment {
	t.Helper()
	f, err := fulfillment.Restore(fulfillment.Fulfillment{
		ID: fact().Fulfillment, Order: fact().Order, Number: `N-1 <b>`, Location: "main", Sent: true,
		Lines:   []fulfillment.Line{{N: 1, SKU: "TEE", Title: `Tee "M" & <script>alert(1)</script>`, Quantity: 2, Stocked: true}},
		Parcels: []fulfillment.Parcel{{N: 1, Weight: 800 * measure.Gram, Carrier: "dhl", Tracking: "00340"}, {N: 2}},
		Forward: fulfillment.Forwarding{State: fulfillment.ForwardSending, Warehouse: "north", Key: "k", Number: 1, Due: noon()},
		Version: 3, CreatedAt: noon(), UpdatedAt: noon(), ShippedAt: noon(), Metadata: map[string]string{"a": "b"},
	}, fulfillment.StatusShipped)
	require.NoError(t, err)
	return f
}

func TestAPackingSlipShowsWhatIsInsideAndNothingElse(t *testing.T) {
	t.Parallel()
	f := shipment(t)
	o := order.Order{ID: f.Order, ShipTo: &postal.Address{Name: "Ada <i>", Lines: []string{"Main St 1"}, City: "Berlin", Postcode: "10115", Country: "DE"}}
	page, err := f.Slip(o, fulfillment.SlipWords{})
	require.NoError(t, err)
	golden(t, "slip.html", string(page))
	require.NotContains(t, string(page), "<script>")
	german, err := f.Slip(order.Order{ID: f.Order}, fulfillment.SlipWords{Lang: "de", Title: "Lieferschein"})
	require.NoError(t, err)
	require.Contains(t, string(german), `<html lang="de">`)
	require.Contains(t, string(german), "<h1>Lieferschein</h1>")
	require.NotContains(t, string(german), "<address>")
	_, err = f.Slip(order.Order{}, fulfillment.SlipWords{})
	require.ErrorIs(t, err, fault.Invalid)
}

func TestAFulfillmentSurvivesJSON(t *testing.T) {
	t.Parallel()
	f := shipment(t)
	b, err := json.Marshal(f)
	require.NoError(t, err)
	var back fulfillment.Fulfillment
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, f, back)
	require.Error(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back))
	_, err = fulfillment.ParseID("or_00000000000000000000000001")
	require.ErrorIs(t, err, fault.Invalid)
}

// Wrong input is refused before anything is read: these services have no store.
func TestWrongInputIsRefusedWithItsFields(t *testing.T) {
	t.Parallel()
	s := fulfillment.NewService(fulfillment.Deps{Clock: clock.NewManual(noon()), NewID: id.V7})
	of, none := fact().Order, fulfillment.ID{}
	bad := op.Meta{Key: "é"}
	for name, c := range map[string]struct {
		call func() error
		want []string
	}{
		"plan": {func() error {
			_, err := s.Plan(t.Context(), of, fulfillment.Plan{
				Meta: bad, Location: "a\x00", Metadata: map[string]string{"": "x"},
				Lines: []order.Item{{Line: 0, Quantity: 1}, {Line: 2, Quantity: 0}, {Line: 2, Quantity: 1}},
			})
			return err
		}, []string{"key", "lines[0].line", "lines[1].quantity", "lines[2].line", "location", "metadata"}},
		"plan in a unit": {func() error {
			_, err := s.PlanTx(t.Context(), nil, of, fulfillment.Plan{Lines: make([]order.Item, 251)})
			return err
		}, []string{"lines"}},
		"allocate": {func() error {
			_, err := s.Allocate(t.Context(), none, fulfillment.Allocate{Meta: bad})
			return err
		}, []string{"key"}},
		"pick": {func() error {
			_, err := s.PickTx(t.Context(), nil, none, fulfillment.Pick{Meta: bad})
			return err
		}, []string{"key"}},
		"pack": {func() error {
			_, err := s.Pack(t.Context(), none, fulfillment.Pack{Parcels: []fulfillment.Parcel{
				{N: 2, Weight: -1, Carrier: strings.Repeat("x", 65), Tracking: "a\nb", DeliveredAt: noon()},
			}})
			return err
		}, []string{"parcels[0].n", "parcels[0].delivered_at", "parcels[0].weight", "parcels[0].carrier", "parcels[0].tracking"}},
		"pack nothing": {func() error {
			_, err := s.PackTx(t.Context(), nil, none, fulfillment.Pack{})
			return err
		}, []string{"parcels"}},
		"ship": {func() error {
			_, err := s.ShipTx(t.Context(), nil, none, fulfillment.Ship{Tracking: []fulfillment.Tracking{{Carrier: "\x01", Tracking: "\x01"}}})
			return err
		}, []string{"tracking[0].carrier", "tracking[0].tracking"}},
		"deliver": {func() error {
			_, err := s.DeliverTx(t.Context(), nil, none, fulfillment.Deliver{Parcel: -1, Shipment: "sh_1", At: noon().Add(time.Second)})
			return err
		}, []string{"parcel", "shipment", "at"}},
		"fail": {func() error {
			_, err := s.FailTx(t.Context(), nil, none, fulfillment.Fail{})
			return err
		}, []string{"reason"}},
		"resend": {func() error {
			_, err := s.ResendTx(t.Context(), nil, none, fulfillment.Resend{Meta: bad})
			return err
		}, []string{"key"}},
		"cancel": {func() error {
			_, err := s.CancelTx(t.Context(), nil, none, fulfillment.Cancel{Reason: strings.Repeat("x", 501)})
			return err
		}, []string{"reason"}},
		"cancel all": {func() error {
			_, err := s.CancelOrder(t.Context(), of, fulfillment.Cancel{Meta: op.Meta{Key: "k", IfVersion: 1}, Reason: "x"})
			return err
		}, []string{"key", "if_version"}},
		"forward": {func() error {
			_, err := s.Forward(t.Context(), none, fulfillment.Forward{})
			return err
		}, []string{"warehouse"}},
		"pick lists": {func() error {
			_, err := s.PickLists(t.Context())
			return err
		}, []string{"fulfillments"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.call()
			require.ErrorIs(t, err, fault.Invalid)
			var got []string
			for _, f := range fault.FieldsOf(err) {
				got = append(got, f.Path)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestErrorsTellTheirKind(t *testing.T) {
	t.Parallel()
	exceeded := &fulfillment.Exceeded{Line: 1, Want: 3, Have: 2, Location: "main"}
	require.ErrorIs(t, exceeded, fault.Conflict)
	require.EqualError(t, exceeded, `fulfillment: line 1 at "main": want 3 pieces, have 2`)
	require.Equal(t, "Of line 1 only 2 pieces can be planned, not 3.", fault.Public(exceeded))
	refused := &fulfillment.Refused{Warehouse: "north", Reason: "secret"}
	require.ErrorIs(t, refused, fault.Declined)
	require.NotContains(t, fault.Public(refused), "secret")
	require.EqualError(t, refused, "fulfillment: warehouse north refused: secret")
}
