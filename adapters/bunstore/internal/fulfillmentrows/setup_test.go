package fulfillmentrows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/expectrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/fulfillmentrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/ledgerrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/orderrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/stockrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/fulfillment/fulfillmenttest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

// txn is all that fulfillments need of a unit.
type txn struct {
	fulfillmentrows.FulfillmentTx
	stockrows.StockTx
	orderrows.OrderTx
	ledgerrows.LedgerTx
	oprows.OperationTx
	eventrows.EventTx
	expectrows.ExpectTx
}

var _ fulfillment.Tx = txn{}

func wrap(u *unit.Unit) fulfillment.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		FulfillmentTx: fulfillmentrows.FulfillmentTx{FulfillmentReader: fulfillmentrows.FulfillmentReader{Q: u}, U: u},
		StockTx:       stockrows.StockTx{StockReader: stockrows.StockReader{Q: u}, U: u},
		OrderTx:       orderrows.OrderTx{OrderReader: orderrows.OrderReader{Q: u}, U: u},
		LedgerTx:      ledgerrows.LedgerTx{LedgerReader: ledgerrows.LedgerReader{Q: u}, U: u},
		OperationTx:   oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
		EventTx:       eventrows.EventTx{U: u},
		ExpectTx:      expectrows.ExpectTx{U: u},
	}
}

// shop is the room with what it stands on.
type shop struct {
	*fulfillment.Service
	stock     *inventory.Service
	orders    *order.Service
	warehouse *fulfillmenttest.Warehouse
	clock     *clock.Manual
	units     tx.Runner[fulfillment.Tx]
	view      *unit.View
	read      fulfillmentrows.FulfillmentReader
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func staff() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "eva"}} }

func open(s *unit.Shipper, tenant string) shop {
	sh := shop{
		warehouse: &fulfillmenttest.Warehouse{}, clock: clock.NewManual(noon()), units: unittest.Runner(s, tenant, wrap),
		view: s.View(tenant), read: fulfillmentrows.FulfillmentReader{Q: s.View(tenant)},
	}
	sh.stock = inventory.NewService(inventory.Deps{
		Units: tx.Narrow(sh.units, func(t fulfillment.Tx) inventory.Tx { return t }), Reader: stockrows.StockReader{Q: sh.view},
		Clock: sh.clock, NewID: id.V7,
	})
	sh.orders = order.NewService(order.Deps{
		Units: tx.Narrow(sh.units, func(t fulfillment.Tx) order.Tx { return t }), Reader: orderrows.OrderReader{Q: sh.view},
		Clock: sh.clock, NewID: id.V7,
	})
	sh.Service = fulfillment.NewService(fulfillment.Deps{
		Units: sh.units, Reader: sh.read, Clock: sh.clock, NewID: id.V7, Inventory: sh.stock, Orders: sh.orders,
		Warehouses: map[string]fulfillment.Warehouse{"north": sh.warehouse},
	})
	return sh
}

// receive puts tees at a place, which it makes.
func (sh shop) receive(t *testing.T, at string, n int) {
	t.Helper()
	_, err := sh.stock.SaveLocation(t.Context(), inventory.SaveLocation{Location: inventory.Location{Code: at, Name: at}})
	require.NoError(t, err)
	_, err = sh.stock.Receive(t.Context(), inventory.Receive{SKU: "TEE", Location: at, Quantity: n})
	require.NoError(t, err)
}

// order places and confirms an order of 4 tees, for which stock is held, and a
// booklet, which is not kept in stock.
func (sh shop) order(t *testing.T, number string) order.Order {
	t.Helper()
	eur := money.EUR
	p, err := order.New(order.Order{
		ID: order.NewID(id.V7), Number: number, Market: market.Context{Currency: eur(0).Currency(), Country: "DE"}, Email: "ada@example.com",
		Lines: []order.Line{
			{N: 1, SKU: "TEE", Title: "Tee", Quantity: 4, Unit: money.Each(eur(1000)), Subtotal: eur(4000), Net: eur(4000), Gross: eur(4000)},
			{N: 2, SKU: "PDF", Title: "Booklet", Quantity: 1, Unit: money.Each(eur(100)), Subtotal: eur(100), Net: eur(100), Gross: eur(100)},
		},
		TaxInclusive: true, Subtotal: eur(4100), Total: eur(4100), ShipTo: &postal.Address{Name: "Ada", Country: "DE"},
	}, event.Stamp{NewID: id.V7, At: sh.clock.Now(), Actor: "buyer:ada"})
	require.NoError(t, err)
	require.NoError(t, sh.units.InTx(t.Context(), func(ctx context.Context, t fulfillment.Tx) error { return p.Insert(ctx, t) }))
	_, err = sh.stock.Hold(t.Context(), p.Order.ID.String(), inventory.Hold{
		Lines: []inventory.Line{{SKU: "TEE", Quantity: 4}}, Until: sh.clock.Now().Add(time.Hour),
	})
	require.NoError(t, err)
	o, err := sh.orders.Confirm(t.Context(), p.Order.ID, order.Confirm{})
	require.NoError(t, err)
	return o
}

// figures returns on hand, reserved and available of tees at a place.
func (sh shop) figures(t *testing.T, at string) [3]int {
	t.Helper()
	levels, err := sh.stock.Levels(t.Context(), "TEE")
	require.NoError(t, err)
	for _, l := range levels {
		if l.Location == at {
			return [3]int{l.OnHand, l.Reserved, l.Available()}
		}
	}
	return [3]int{}
}

// events returns the names of all events of this room, in order.
func (sh shop) events(t *testing.T) []string {
	t.Helper()
	var out []string
	require.NoError(t, sh.view.Read(t.Context(), unit.Query{
		Text: "SELECT name FROM kontor_event WHERE tenant = $1 AND name LIKE 'fulfillment.%' ORDER BY seq", Args: []any{sh.view.Tenant()},
		Row: func(r unit.Row) error {
			var name string
			err := r.Scan(&name)
			out = append(out, name[len("fulfillment."):])
			return err
		},
	}))
	return out
}

// sound requires that no record contradicts another.
func (sh shop) sound(t *testing.T) {
	t.Helper()
	found, err := sh.read.FulfillmentDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	stock, err := stockrows.StockReader{Q: sh.view}.StockDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, stock)
	orders, err := orderrows.OrderReader{Q: sh.view}.OrderDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, orders)
}

// packed brings a planned fulfillment to where it can be shipped.
func (sh shop) packed(t *testing.T, f fulfillment.ID, parcels int) fulfillment.Fulfillment {
	t.Helper()
	_, err := sh.Allocate(t.Context(), f, fulfillment.Allocate{Meta: staff()})
	require.NoError(t, err)
	return sh.repacked(t, f, parcels)
}

func (sh shop) repacked(t *testing.T, f fulfillment.ID, parcels int) fulfillment.Fulfillment {
	t.Helper()
	_, err := sh.Pick(t.Context(), f, fulfillment.Pick{Meta: staff()})
	require.NoError(t, err)
	boxes := make([]fulfillment.Parcel, parcels)
	for i := range boxes {
		boxes[i].Weight = 500 * measure.Gram
	}
	out, err := sh.Pack(t.Context(), f, fulfillment.Pack{Meta: staff(), Parcels: boxes})
	require.NoError(t, err)
	return out
}
