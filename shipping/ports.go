package shipping

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reader reads shipments. Implementations are safe for concurrent use, except
// inside a unit of work.
type Reader interface {
	// Shipment returns a shipment, or ErrNoShipment.
	Shipment(ctx context.Context, id ID) (Shipment, error)
	// ShipmentsOf returns the shipments of an owner, oldest first.
	ShipmentsOf(ctx context.Context, owner string) ([]Shipment, error)
	// ShipmentsByNumber returns the shipments with a tracking number of a
	// carrier, newest first: carriers use numbers again after years.
	ShipmentsByNumber(ctx context.Context, carrier, number string) ([]Shipment, error)
	// ShipmentHappenings returns everything that was told about a shipment,
	// sorted by time and key.
	ShipmentHappenings(ctx context.Context, id ID) ([]Happening, error)
	// ShipmentLabel returns the label of a shipment, or ErrNoLabel.
	ShipmentLabel(ctx context.Context, id ID) (Label, error)
}

// Tx changes shipments inside a unit of work.
type Tx interface {
	Reader
	Writer
	event.Appender
	op.Tx
	tx.Scoper
}

// Writer is what only shipping writes. A guard may also fail the unit at its
// end.
type Writer interface {
	// InsertShipment stores a new shipment.
	InsertShipment(ctx context.Context, s Shipment) error
	// UpdateShipment turns was, as it was read, into now, whose version is one
	// higher. If another version is stored the unit fails with a stale version
	// Conflict.
	UpdateShipment(ctx context.Context, was, now Shipment) error
	// InsertShipmentHappenings adds happenings that were not told before. told
	// is when they were.
	InsertShipmentHappenings(ctx context.Context, id ID, hs []Happening, told time.Time) error
	// SaveShipmentLabel keeps the label of a shipment.
	SaveShipmentLabel(ctx context.Context, id ID, l Label) error
}

// Auditor looks for shipments that contradict themselves.
type Auditor interface {
	// ShipmentDiscrepancies returns every shipment whose status is not that
	// which its happenings give (W4).
	ShipmentDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation.
type Discrepancy struct {
	Invariant string `json:"invariant"`
	// Subject is the id of the shipment.
	Subject string `json:"subject"`
	// Text tells what is wrong.
	Text string `json:"text"`
}
