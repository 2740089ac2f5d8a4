package returnrows_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/expectrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/ledgerrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/orderrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/returnrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/stockrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

// txn is all that returns need of a unit.
type txn struct {
	returnrows.ReturnTx
	stockrows.StockTx
	orderrows.OrderTx
	ledgerrows.LedgerTx
	oprows.OperationTx
	eventrows.EventTx
	expectrows.ExpectTx
}

var _ returns.Tx = txn{}

func wrap(u *unit.Unit) returns.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		ReturnTx:    returnrows.ReturnTx{ReturnReader: returnrows.ReturnReader{Q: u}, U: u},
		StockTx:     stockrows.StockTx{StockReader: stockrows.StockReader{Q: u}, U: u},
		OrderTx:     orderrows.OrderTx{OrderReader: orderrows.OrderReader{Q: u}, U: u},
		LedgerTx:    ledgerrows.LedgerTx{LedgerReader: ledgerrows.LedgerReader{Q: u}, U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		ExpectTx:    expectrows.ExpectTx{U: u},
	}
}

// bank pays back as it is told, once for each key.
type bank struct {
	mu    sync.Mutex
	next  []error
	known map[string]returns.Repaid
	paid  map[order.ID]int64
	asked []returns.Repayment
}

var (
	errDeclined = fault.New(fault.Declined, "account_closed", "The account is closed.")
	// errLost: the money went back and the answer was lost.
	errLost = errors.New("the connection was cut")
)

func (b *bank) Refund(ctx context.Context, r returns.Repayment) (returns.Repaid, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return returns.Repaid{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, r)
	if done, ok := b.known[r.Key]; ok {
		return done, nil
	}
	var err error
	if len(b.next) > 0 {
		err, b.next = b.next[0], b.next[1:]
	}
	if errors.Is(err, errDeclined) {
		return returns.Repaid{}, err
	}
	out := returns.Repaid{State: returns.RefundDone, Reference: "re-" + r.Key}
	b.known[r.Key] = out
	b.paid[r.Order] += r.Amount.Minor()
	if err != nil {
		return returns.Repaid{}, err
	}
	return out, nil
}

// shop is the room with what it stands on.
type shop struct {
	*returns.Service
	stock  *inventory.Service
	orders *order.Service
	bank   *bank
	clock  *clock.Manual
	units  tx.Runner[returns.Tx]
	view   *unit.View
	read   returnrows.ReturnReader
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func staff() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "eva"}} }

func open(s *unit.Shipper, tenant string) shop {
	sh := shop{
		bank:  &bank{known: map[string]returns.Repaid{}, paid: map[order.ID]int64{}},
		clock: clock.NewManual(noon()), units: unittest.Runner(s, tenant, wrap),
		view: s.View(tenant), read: returnrows.ReturnReader{Q: s.View(tenant)},
	}
	sh.stock = inventory.NewService(inventory.Deps{
		Units: tx.Narrow(sh.units, func(t returns.Tx) inventory.Tx { return t }), Reader: stockrows.StockReader{Q: sh.view},
		Clock: sh.clock, NewID: id.V7,
	})
	sh.orders = order.NewService(order.Deps{
		Units: tx.Narrow(sh.units, func(t returns.Tx) order.Tx { return t }), Reader: orderrows.OrderReader{Q: sh.view},
		Clock: sh.clock, NewID: id.V7,
	})
	sh.Service = returns.NewService(returns.Deps{
		Units: sh.units, Reader: sh.read, Clock: sh.clock, NewID: id.V7, Orders: sh.orders, Restocker: returns.Shelf{Inventory: sh.stock},
		Refunder: sh.bank, Policy: returns.Window{Days: 30, FinalSKUs: []string{"SOCKS"}},
	})
	return sh
}

// bought places, pays and ships an order of 3 tees at 100.00 with 10.00 off and
// 19 % tax within, a pair of socks for 5.00 and carriage of 4.90: 299.90 in all.
func (sh shop) bought(t *testing.T, number string) order.Order {
	t.Helper()
	eur := money.EUR
	p, err := order.New(order.Order{
		ID: order.NewID(id.V7), Number: number, Market: market.Context{Currency: eur(0).Currency(), Country: "DE"},
		Buyer: op.Actor{Kind: op.Buyer, ID: "ada"},
		Lines: []order.Line{
			{
				N: 1, SKU: "TEE", Title: "Tee", Quantity: 3, Unit: money.Each(eur(10_000)), Subtotal: eur(30_000), Discount: eur(1000),
				Net: eur(24_370), Tax: eur(4630), Gross: eur(29_000),
			},
			{N: 2, SKU: "SOCKS", Title: "Socks", Quantity: 1, Unit: money.Each(eur(500)), Subtotal: eur(500), Net: eur(420), Tax: eur(80), Gross: eur(500)},
		},
		Charges:      []order.Charge{{Kind: order.ForShipping, Code: "std", Amount: eur(490), Net: eur(412), Tax: eur(78), Gross: eur(490)}},
		TaxInclusive: true, Subtotal: eur(30_500), Discount: eur(1000), Shipping: eur(490), Tax: eur(4788), Total: eur(29_990),
	}, event.Stamp{NewID: id.V7, At: sh.clock.Now(), Actor: "buyer:ada"})
	require.NoError(t, err)
	require.NoError(t, sh.units.InTx(t.Context(), func(ctx context.Context, t returns.Tx) error { return p.Insert(ctx, t) }))
	_, err = sh.orders.RecordPayment(t.Context(), p.Order.ID, order.RecordPayment{Payment: "py_1", Amount: p.Order.Total})
	require.NoError(t, err)
	o, err := sh.orders.RecordShipment(t.Context(), p.Order.ID, order.RecordShipment{
		Shipment: "fu_1", Items: []order.Item{{Line: 1, Quantity: 3}, {Line: 2, Quantity: 1}},
	})
	require.NoError(t, err)
	return o
}

func tees(n int) []returns.Wanted {
	return []returns.Wanted{{Line: 1, Quantity: n, Reason: returns.TooSmall}}
}

// inspected brings back a tee of an order up to where they can be settled.
func (sh shop) inspected(t *testing.T, of order.ID) returns.Return {
	t.Helper()
	r, err := sh.Request(t.Context(), of, returns.Request{Lines: tees(1)})
	require.NoError(t, err)
	_, err = sh.Approve(t.Context(), r.ID, returns.Approve{Meta: staff()})
	require.NoError(t, err)
	_, err = sh.Receive(t.Context(), r.ID, returns.Receive{Meta: staff(), Lines: []order.Item{{Line: 1, Quantity: 1}}})
	require.NoError(t, err)
	r, err = sh.Inspect(t.Context(), r.ID, returns.Inspect{Meta: staff(), Lines: []returns.Inspected{
		{Line: 1, Quantity: 1, Disposition: returns.Restock},
	}})
	require.NoError(t, err)
	return r
}

// onHand returns how many tees are on hand at a place.
func (sh shop) onHand(t *testing.T, at string) int {
	t.Helper()
	levels, err := sh.stock.Levels(t.Context(), "TEE")
	require.NoError(t, err)
	for _, l := range levels {
		if l.Location == at {
			return l.OnHand
		}
	}
	return 0
}

// balance returns what an account of the books holds, in minor units.
func (sh shop) balance(t *testing.T, account string) int64 {
	t.Helper()
	var sum int64
	require.NoError(t, sh.view.Read(t.Context(), unit.Query{
		Text: "SELECT CAST(COALESCE(SUM(minor), 0) AS bigint) FROM kontor_posting WHERE tenant = $1 AND account = $2",
		Args: []any{sh.view.Tenant(), account}, Row: func(r unit.Row) error { return r.Scan(&sum) },
	}))
	return sum
}

// events returns the names of all events of this room, in order.
func (sh shop) events(t *testing.T) []string {
	t.Helper()
	var out []string
	require.NoError(t, sh.view.Read(t.Context(), unit.Query{
		Text: "SELECT name FROM kontor_event WHERE tenant = $1 AND name LIKE 'return.%' ORDER BY seq", Args: []any{sh.view.Tenant()},
		Row: func(r unit.Row) error {
			var name string
			err := r.Scan(&name)
			out = append(out, name[len("return."):])
			return err
		},
	}))
	return out
}

// violations returns what the audit finds: there are no payments in these
// tests, so that refunds are among it.
func (sh shop) violations(t *testing.T) []returns.Discrepancy {
	t.Helper()
	found, err := sh.read.ReturnDiscrepancies(t.Context())
	require.NoError(t, err)
	stock, err := stockrows.StockReader{Q: sh.view}.StockDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, stock)
	orders, err := orderrows.OrderReader{Q: sh.view}.OrderDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, orders)
	return found
}
