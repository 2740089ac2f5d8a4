package shippingrows

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/shipping"
)

// ShippingTx changes shipments in a unit.
type ShippingTx struct {
	ShippingReader
	U *unit.Unit
}

var _ shipping.Writer = ShippingTx{}

// Sort keys put shipments before what belongs to them.
const (
	shipmentKey  = "shipment 1"
	labelKey     = "shipment 2"
	happeningKey = "shipment 3"
)

func key(part string, u uuid.UUID, more string) string { return part + string(u[:]) + more }

const insertShipment = `INSERT INTO kontor_shipment (tenant, id, version, state, status, owner, carrier, service, number, addresses, parcel,
reference, status_at, delivered_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// InsertShipment stores a new shipment.
func (t ShippingTx) InsertShipment(ctx context.Context, s shipping.Shipment) error {
	places, err := column.Of(addresses{From: s.From, To: s.To})
	if err != nil {
		return err
	}
	parcel, err := column.Of(s.Parcel)
	if err != nil {
		return err
	}
	u := s.ID.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankFulfillment, Key: key(shipmentKey, u, ""), Text: insertShipment,
		Args: []any{
			t.U.Tenant(), u, s.Version, string(s.State()), string(s.Status()), s.Owner, s.Carrier, s.Service, s.Number, places, parcel,
			s.Reference, clock.Micros(s.StatusAt), clock.Micros(s.DeliveredAt), clock.Micros(s.CreatedAt), clock.Micros(s.UpdatedAt),
		},
	})
}

const updateShipment = `UPDATE kontor_shipment SET version = $4, state = $5, status = $6, service = $7, number = $8, status_at = $9,
delivered_at = $10, updated_at = $11 WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdateShipment turns one version of a shipment into the next.
func (t ShippingTx) UpdateShipment(ctx context.Context, was, now shipping.Shipment) error {
	u := was.ID.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankFulfillment, Key: key(shipmentKey, u, ""), Text: updateShipment,
		Untouched: fault.Stale("shipment", was.Version, 0), Explain: explainUpdate(was),
		Args: []any{
			t.U.Tenant(), u, was.Version, now.Version, string(now.State()), string(now.Status()), now.Service, now.Number,
			clock.Micros(now.StatusAt), clock.Micros(now.DeliveredAt), clock.Micros(now.UpdatedAt),
		},
	})
}

func explainUpdate(was shipping.Shipment) func(context.Context, unit.Querier, error) error {
	return func(ctx context.Context, q unit.Querier, err error) error {
		fresh, readErr := ShippingReader{Q: q}.Shipment(ctx, was.ID)
		switch {
		case errors.Is(readErr, fault.NotFound):
			return readErr
		case readErr != nil:
			return err
		default:
			return fault.Stale("shipment", was.Version, fresh.Version)
		}
	}
}

const insertHappening = `INSERT INTO kontor_shipment_happening (tenant, shipment, key, ref, status, at, place, text, code, told_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// InsertShipmentHappenings adds what was told.
func (t ShippingTx) InsertShipmentHappenings(ctx context.Context, id shipping.ID, hs []shipping.Happening, told time.Time) error {
	u := id.UUID()
	for _, h := range hs {
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankFulfillment, Key: key(happeningKey, u, h.Key()), Text: insertHappening,
			Args: []any{
				t.U.Tenant(), u, h.Key(), h.Ref, string(h.Status), clock.Micros(h.At), h.Place, h.Text, h.Code, clock.Micros(told),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const saveLabel = `INSERT INTO kontor_shipment_label (tenant, shipment, number, service, format, body) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, shipment) DO UPDATE SET number = excluded.number, service = excluded.service, format = excluded.format,
body = excluded.body`

// SaveShipmentLabel keeps the label of a shipment.
func (t ShippingTx) SaveShipmentLabel(ctx context.Context, id shipping.ID, l shipping.Label) error {
	u := id.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankFulfillment, Key: key(labelKey, u, ""), Text: saveLabel,
		Args: []any{t.U.Tenant(), u, l.Number, l.Service, l.Format, l.Body},
	})
}
