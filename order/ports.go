package order

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/ledger"
)

// Reader reads orders. An order that is not there is a NotFound error unless a
// method says otherwise.
type Reader interface {
	// Order returns an order with its lines by number, all of one version.
	Order(ctx context.Context, id ID) (Order, error)
	// OrderByNumber returns the order with this number.
	OrderByNumber(ctx context.Context, number string) (Order, error)
	// OrderByOrigin returns the order that this has become.
	OrderByOrigin(ctx context.Context, origin string) (Order, error)
	// LookOrder answers everything that a change of an order has to know, in
	// one round trip. An order that is not there is no error.
	LookOrder(ctx context.Context, l Look) (Seen, error)
	// OrdersAfter returns orders from the newest to the oldest, beginning after
	// a position, and at most limit of them.
	OrdersAfter(ctx context.Context, f Filter, after Position, limit int) ([]Summary, error)
}

// Look is what a change asks.
type Look struct {
	Order ID
	// Told is looked for if its Kind is not empty: whether the order was told
	// this before, by Kind, Source and Ref.
	Told Told
	// Call is the write under way. If it has a key, the record of an earlier
	// run is looked for.
	Call op.Call
}

// Seen is the answer to a Look.
type Seen struct {
	Order Order
	Found bool
	// Told is what the order was told before under the same Kind, Source and
	// Ref, or nil.
	Told *Told
	// First is the record of the first run with this key, or nil.
	First *op.Record
}

// Filter says which orders are wanted. Its zero value wants all.
type Filter struct {
	// Buyer wants the orders of one buyer, unless it is zero.
	Buyer op.Actor
	// Status wants the orders in one state, unless it is empty.
	Status Status
}

// Position is a place in the list of orders, which is sorted by PlacedAt and
// then by id, newest first. The zero Position is before the newest.
type Position struct {
	At time.Time
	ID ID
}

// Summary is one line of the list of orders.
type Summary struct {
	ID        ID           `json:"id"`
	Number    string       `json:"number"`
	Buyer     op.Actor     `json:"buyer,omitzero"`
	Email     string       `json:"email,omitempty"`
	Status    Status       `json:"status"`
	Total     money.Amount `json:"total"`
	Paid      money.Amount `json:"paid"`
	Refunded  money.Amount `json:"refunded"`
	Version   int          `json:"version"`
	PlacedAt  time.Time    `json:"placed_at"`
	UpdatedAt time.Time    `json:"updated_at"`
}

// PaymentStanding compares what was paid and refunded with the total.
func (s Summary) PaymentStanding() PaymentStanding {
	return paymentStanding(s.Total.Minor(), s.Paid.Minor(), s.Refunded.Minor())
}

// Inserter stores a new order inside a unit of work.
type Inserter interface {
	// InsertOrder stores a new order and its lines. The unit fails with
	// ErrNumberTaken if another order has its number, and with *AlreadyPlaced,
	// which is ErrAlreadyPlaced, if another has its origin.
	InsertOrder(ctx context.Context, o Order) error
	ledger.Poster
	event.Appender
}

// Tx reads and writes orders inside a unit of work.
type Tx interface {
	Reader
	Inserter
	op.Tx
	tx.Scoper
	// UpdateOrder turns was, as it was read, into now, whose version is one
	// higher: status, reason, what was paid and refunded, and the counters of
	// those lines that differ. What was agreed is not written. If the order no
	// longer has the version of was, the unit fails with a stale version
	// Conflict, or NotFound if it is gone.
	UpdateOrder(ctx context.Context, was, now Order) error
	// InsertOrderTold stores what an order was told. The unit fails with ErrTold
	// if it was told the same before, by Kind, Source and Ref.
	InsertOrderTold(ctx context.Context, id ID, t Told) error
}

// Auditor looks for what must never be the case.
type Auditor interface {
	// OrderDiscrepancies returns every order whose figures do not add up (M2,
	// M4 for discounts and M5 for taxes) or are negative (M13), whose counters
	// or refunds are out of bounds (O4), that shares its origin (O2) or its
	// number (O10) with another, or that was told of other sums than it shows
	// (M9).
	OrderDiscrepancies(ctx context.Context) ([]Discrepancy, error)
	// WholeOrders returns at most limit orders, snapshots included, by id,
	// of those after one; the zero ID is before all of them.
	WholeOrders(ctx context.Context, after ID, limit int) ([]Order, error)
}

// Discrepancy is one violation of an invariant.
type Discrepancy struct {
	// Invariant is the name of the rule: "M2".
	Invariant string
	// Subject is the text of the id of the order.
	Subject string
	// Text says what is wrong, with figures, for operators.
	Text string
}
