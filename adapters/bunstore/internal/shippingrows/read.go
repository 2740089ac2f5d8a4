// Package shippingrows keeps shipments, their labels, and what was told about
// them.
package shippingrows

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/shipping"
)

// ShippingReader reads shipments.
type ShippingReader struct{ Q unit.Querier }

var (
	_ shipping.Reader  = ShippingReader{}
	_ shipping.Auditor = ShippingReader{}
)

const (
	selectShipments = `SELECT id, version, state, status, owner, carrier, service, number, addresses, parcel, reference, status_at,
delivered_at, created_at, updated_at FROM kontor_shipment WHERE tenant = $1`

	selectShipment = selectShipments + " AND id = $2"
	selectOfOwner  = selectShipments + " AND owner = $2 ORDER BY id"
	selectByNumber = selectShipments + " AND carrier = $2 AND number = $3 AND number <> '' ORDER BY id DESC"
)

// addresses are the column of that name.
type addresses struct {
	From postal.Address `json:"from,omitzero"`
	To   postal.Address `json:"to,omitzero"`
}

func scanShipment(r unit.Row) (shipping.Shipment, error) {
	var s shipping.Shipment
	var u uuid.UUID
	var state, status, places, parcel string
	var statusAt, delivered, created, updated int64
	err := r.Scan(&u, &s.Version, &state, &status, &s.Owner, &s.Carrier, &s.Service, &s.Number, &places, &parcel, &s.Reference,
		&statusAt, &delivered, &created, &updated)
	if err != nil {
		return s, err
	}
	s.ID = shipping.IDFrom(u)
	s.StatusAt, s.DeliveredAt = clock.FromMicros(statusAt), clock.FromMicros(delivered)
	s.CreatedAt, s.UpdatedAt = clock.FromMicros(created), clock.FromMicros(updated)
	a, err := column.To[addresses](places)
	if err != nil {
		return s, err
	}
	s.From, s.To = a.From, a.To
	if s.Parcel, err = column.To[shipping.Parcel](parcel); err != nil {
		return s, err
	}
	return shipping.Restore(s, shipping.State(state), shipping.Status(status))
}

func (r ShippingReader) list(ctx context.Context, text string, args ...any) ([]shipping.Shipment, error) {
	out := []shipping.Shipment{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: append([]any{r.Q.Tenant()}, args...), Row: func(r unit.Row) error {
		s, err := scanShipment(r)
		out = append(out, s)
		return err
	}})
	return out, err
}

// Shipment returns a shipment.
func (r ShippingReader) Shipment(ctx context.Context, id shipping.ID) (shipping.Shipment, error) {
	all, err := r.list(ctx, selectShipment, id.UUID())
	if err != nil {
		return shipping.Shipment{}, err
	}
	if len(all) == 0 {
		return shipping.Shipment{}, shipping.ErrNoShipment
	}
	return all[0], nil
}

// ShipmentsOf returns the shipments of an owner.
func (r ShippingReader) ShipmentsOf(ctx context.Context, owner string) ([]shipping.Shipment, error) {
	return r.list(ctx, selectOfOwner, owner)
}

// ShipmentsByNumber returns the shipments with a tracking number.
func (r ShippingReader) ShipmentsByNumber(ctx context.Context, carrier, number string) ([]shipping.Shipment, error) {
	return r.list(ctx, selectByNumber, carrier, number)
}

const selectHappenings = `SELECT ref, status, at, place, text, code FROM kontor_shipment_happening
WHERE tenant = $1 AND shipment = $2 ORDER BY at, key`

// ShipmentHappenings returns what was told about a shipment.
func (r ShippingReader) ShipmentHappenings(ctx context.Context, id shipping.ID) ([]shipping.Happening, error) {
	out := []shipping.Happening{}
	err := r.Q.Read(ctx, unit.Query{Text: selectHappenings, Args: []any{r.Q.Tenant(), id.UUID()}, Row: func(r unit.Row) error {
		h, err := scanHappening(r)
		out = append(out, h)
		return err
	}})
	return out, err
}

func scanHappening(r unit.Row, before ...any) (shipping.Happening, error) {
	var h shipping.Happening
	var status string
	var at int64
	err := r.Scan(append(before, &h.Ref, &status, &at, &h.Place, &h.Text, &h.Code)...)
	h.Status, h.At = shipping.Status(status), clock.FromMicros(at)
	return h, err
}

const selectLabel = "SELECT number, service, format, body FROM kontor_shipment_label WHERE tenant = $1 AND shipment = $2"

// ShipmentLabel returns the label of a shipment.
func (r ShippingReader) ShipmentLabel(ctx context.Context, id shipping.ID) (shipping.Label, error) {
	var l shipping.Label
	found, err := unit.One(ctx, r.Q, selectLabel, []any{r.Q.Tenant(), id.UUID()}, &l.Number, &l.Service, &l.Format, &l.Body)
	if err == nil && !found {
		err = shipping.ErrNoLabel
	}
	return l, err
}

const (
	auditShipments  = selectShipments + " ORDER BY id"
	auditHappenings = "SELECT shipment, ref, status, at, place, text, code FROM kontor_shipment_happening WHERE tenant = $1"
)

// ShipmentDiscrepancies folds everything anew. Happenings are read first: a
// shipment that moves in between has a later version of what they say, and is
// looked at again.
func (r ShippingReader) ShipmentDiscrepancies(ctx context.Context) ([]shipping.Discrepancy, error) {
	out, err := r.audit(ctx)
	if err != nil || len(out) == 0 {
		return out, err
	}
	return r.audit(ctx)
}

func (r ShippingReader) audit(ctx context.Context) ([]shipping.Discrepancy, error) {
	told := map[uuid.UUID][]shipping.Happening{}
	out := []shipping.Discrepancy{}
	args := []any{r.Q.Tenant()}
	err := r.Q.Read(ctx, unit.Query{Text: auditHappenings, Args: args, Row: func(r unit.Row) error {
		var u uuid.UUID
		h, err := scanHappening(r, &u)
		told[u] = append(told[u], h)
		return err
	}}, unit.Query{Text: auditShipments, Args: args, Row: func(r unit.Row) error {
		s, err := scanShipment(r)
		if err != nil {
			return err
		}
		want := shipping.Unknown
		if h, some := shipping.Fold(told[s.ID.UUID()]); some {
			want = h.Status
		}
		if s.Status() != want {
			out = append(out, shipping.Discrepancy{
				Invariant: "W4", Subject: s.ID.String(), Text: fmt.Sprintf("shows %s, what was told says %s", s.Status(), want),
			})
		}
		return nil
	}})
	return out, err
}
