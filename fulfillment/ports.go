package fulfillment

import (
	"context"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

// Reader reads fulfillments.
type Reader interface {
	// Fulfillment returns a fulfillment, or a NotFound error.
	Fulfillment(ctx context.Context, id ID) (Fulfillment, error)
	// OrderFulfillments returns what was planned for an order; nothing is no
	// error. The version is read no later than the fulfillments.
	OrderFulfillments(ctx context.Context, of order.ID) (Schedule, error)
	// FulfillmentsAfter returns fulfillments, oldest first, beginning after an
	// id (the zero id: with the oldest), and at most limit of them.
	FulfillmentsAfter(ctx context.Context, f Filter, after ID, limit int) ([]Fulfillment, error)
}

// Schedule is what was planned for one order.
type Schedule struct {
	// Version counts the plans; 0 before the first. It guards against two plans
	// at once.
	Version int
	// Fulfillments are all of the order, oldest first.
	Fulfillments []Fulfillment
}

// Filter says which fulfillments are wanted. Its zero value wants all.
type Filter struct {
	// Status wants those in one state, unless it is empty.
	Status Status
	// Location wants those of one place, unless it is empty.
	Location string
}

// Writer is what only fulfillment writes.
type Writer interface {
	// InsertFulfillments stores new fulfillments of one order, and turns the
	// version of its schedule from was into the next. The unit fails with a
	// stale version Conflict if the schedule has another.
	InsertFulfillments(ctx context.Context, of order.ID, was int, fs []Fulfillment) error
	// UpdateFulfillment turns was, as it was read, into now, whose version is
	// one higher; lines never change. The unit fails with a stale version
	// Conflict if it no longer has the version of was.
	UpdateFulfillment(ctx context.Context, was, now Fulfillment) error
}

// Tx reads and writes inside a unit of work. Stock and orders are changed
// through their services.
type Tx interface {
	Reader
	Writer
	inventory.Tx
	order.Tx
	tx.Expecter
}

// Auditor looks for what must never be the case.
type Auditor interface {
	// FulfillmentDiscrepancies returns every line of an order of which more is
	// planned or has left than was ordered and not cancelled, and every one of
	// which more has left than the order was told (O4).
	FulfillmentDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation of an invariant.
type Discrepancy struct {
	// Invariant is the name of the rule: "O4".
	Invariant string
	// Subject is the text of the id of the order.
	Subject string
	// Text says what is wrong, with figures, for operators.
	Text string
}
