package returns

import (
	"context"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

// Reader reads returns.
type Reader interface {
	// Return returns a return, or a NotFound error.
	Return(ctx context.Context, id ID) (Return, error)
	// OrderReturns returns what is known of the returns of an order; nothing is
	// no error. The version is read no later than the rest.
	OrderReturns(ctx context.Context, of order.ID) (History, error)
	// ReturnsAfter returns returns, oldest first, beginning after an id (the
	// zero id: with the oldest), and at most limit of them. A status that is not
	// empty wants those in one state.
	ReturnsAfter(ctx context.Context, s Status, after ID, limit int) ([]Return, error)
}

// History is what is known of the returns of one order.
type History struct {
	// Version counts requests and settlements; 0 before the first. It guards
	// against two at once.
	Version int
	// Returns are all of the order, oldest first.
	Returns []Return
	// Deliveries are what has arrived, oldest first.
	Deliveries []Delivery
}

// Writer is what only this room writes.
type Writer interface {
	// RaiseReturnHistory turns the version of the history of an order from was
	// into the next. The unit fails with a stale version Conflict if it has
	// another.
	RaiseReturnHistory(ctx context.Context, of order.ID, was int) error
	// InsertReturn stores a new return of an order whose history was raised
	// before.
	InsertReturn(ctx context.Context, r Return) error
	// UpdateReturn turns was, as it was read, into now, whose version is one
	// higher. The unit fails with a stale version Conflict if it no longer has
	// the version of was.
	UpdateReturn(ctx context.Context, was, now Return) error
	// InsertReturnDelivery stores what has arrived. The unit fails with
	// ErrDeliveryTold if something with this Source was stored for the order.
	InsertReturnDelivery(ctx context.Context, of order.ID, d Delivery) error
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

// Restocker puts goods back on the shelf, in the unit in which they were
// inspected.
type Restocker interface {
	// RestockTx puts goods where they belong. It is called once for a return.
	RestockTx(ctx context.Context, t Tx, r Restocking) error
}

// Restocking is what goes back to the shelf.
type Restocking struct {
	By     op.Actor
	Return ID
	// Goods are pieces of a SKU at a place, sorted by both, each once.
	Goods []inventory.Allocation
}

// Shelf is the Restocker of shops that keep their stock here.
type Shelf struct{ Inventory *inventory.Service }

var _ Restocker = Shelf{}

// RestockTx receives the goods as a return. A place that is not there is
// inventory.ErrNoLocation.
func (x Shelf) RestockTx(ctx context.Context, t Tx, r Restocking) error {
	for _, g := range r.Goods {
		_, err := x.Inventory.ReceiveTx(ctx, t, inventory.Receive{
			Meta: op.Meta{By: r.By}, SKU: g.SKU, Location: g.Location, Quantity: g.Quantity,
			Reason: inventory.Returning, Owner: r.Return.String(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// restocking gathers what goes back to the shelf, in the order in which all
// units lock it.
func (r Return) restocking(by op.Actor) Restocking {
	out := Restocking{By: by, Return: r.ID}
	for _, l := range r.Lines {
		for _, d := range l.Dispositions {
			if d.Disposition != Restock {
				continue
			}
			i := slices.IndexFunc(out.Goods, func(g inventory.Allocation) bool { return g.SKU == l.SKU && g.Location == d.Location })
			if i < 0 {
				i = len(out.Goods)
				out.Goods = append(out.Goods, inventory.Allocation{SKU: l.SKU, Location: d.Location})
			}
			out.Goods[i].Quantity += d.Quantity
		}
	}
	slices.SortFunc(out.Goods, func(a, b inventory.Allocation) int {
		if c := strings.Compare(a.SKU, b.SKU); c != 0 {
			return c
		}
		return strings.Compare(a.Location, b.Location)
	})
	return out
}

// Refunder pays money back. It is called over the network, never inside a unit
// of work, and from many goroutines.
type Refunder interface {
	// Refund pays back what was paid for an order. Called again with the same
	// Key it pays nothing more and says what became of it.
	//
	// An error of the kinds Invalid, NotFound, Conflict, Denied, Declined or
	// Unsupported means that nothing was and will be paid under this key. After
	// any other it is not known.
	Refund(ctx context.Context, r Repayment) (Repaid, error)
}

// RefunderFunc adapts a function to a Refunder.
type RefunderFunc func(ctx context.Context, r Repayment) (Repaid, error)

// Refund calls f.
func (f RefunderFunc) Refund(ctx context.Context, r Repayment) (Repaid, error) { return f(ctx, r) }

// Repayment is what shall be paid back.
type Repayment struct {
	// Key names the attempt, the same each time it is asked for: "rt_..:1".
	Key    string
	Order  order.ID
	Return ID
	Amount money.Amount
}

// Repaid is the answer of a Refunder.
type Repaid struct {
	// State is RefundDone, RefundFailed, or anything else if it is not known
	// yet.
	State RefundState
	// Reference is what the payment calls the refund.
	Reference string
	// Reason is why it failed.
	Reason string
}

// Auditor looks for what must never be the case.
type Auditor interface {
	// ReturnDiscrepancies returns every line of an order of which more has come
	// back in returns than has left or than the order was told (O4), more was
	// restocked than has come back (S7), and every order for which returns claim
	// more refunded than its payments have paid back (O4).
	ReturnDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation of an invariant.
type Discrepancy struct {
	// Invariant is the name of the rule: "O4", "S7".
	Invariant string
	// Subject is the text of the id of the order.
	Subject string
	// Text says what is wrong, with figures, for operators.
	Text string
}
