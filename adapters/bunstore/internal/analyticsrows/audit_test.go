package analyticsrows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/ledger"
	"github.com/kontor-go/kontor/order"
)

// agreed is an order of 3 tees and 2 mugs with carriage and gift wrap, shown
// with tax: 105.00 - 5.00 + 4.90 + 1.00.
func agreed() order.Order {
	eur := money.EUR
	return order.Order{
		ID: order.NewID(id.V7), Number: "N-1", Origin: "cart_1", Market: market.Context{Channel: "web", Currency: eur(0).Currency(), Country: "DE", At: noon()},
		Lines: []order.Line{
			{N: 1, SKU: "TEE-M", Title: "Tee", Quantity: 3, Unit: money.Each(eur(2000)), Subtotal: eur(6000), Net: eur(5042), Tax: eur(958), Gross: eur(6000)},
			{
				N: 4, SKU: "MUG", Title: "Mug", Quantity: 2, Unit: money.Each(eur(2250)), Subtotal: eur(4500), Discount: eur(500), Net: eur(3361), Tax: eur(639),
				Gross: eur(4000),
			},
		},
		Charges: []order.Charge{
			{Kind: order.ForShipping, Code: "standard", Amount: eur(490), Net: eur(412), Tax: eur(78), Gross: eur(490)},
			{Kind: order.ForService, Code: "wrap", Amount: eur(100), Net: eur(84), Tax: eur(16), Gross: eur(100)},
		},
		TaxInclusive: true, Subtotal: eur(10_500), Shipping: eur(490), Fees: eur(100), Discount: eur(500), Tax: eur(1691), Rounding: eur(-1), Total: eur(10_589),
		Snapshot: []byte(`{}`),
	}
}

// saleOf translates an order, field by field.
func saleOf(e event.ID, o order.Order) analytics.Sale {
	x := analytics.Sale{
		Event: e, Order: o.ID.String(), Origin: o.Origin, At: o.PlacedAt, Currency: o.Currency(), Tax: o.Tax, Rounding: o.Rounding, Total: o.Total,
	}
	for _, l := range o.Lines {
		x.Lines = append(x.Lines, analytics.Line{
			N: l.N, SKU: l.SKU, Quantity: l.Quantity, Gross: l.Subtotal, Discount: l.Discount, Net: l.Net, Tax: l.Tax,
		})
	}
	var shipping, fees int64
	for _, c := range o.Charges {
		if c.Kind == order.ForShipping {
			shipping += c.Net.Minor()
		} else {
			fees += c.Net.Minor()
		}
	}
	x.Shipping, x.Fees = money.New(shipping, o.Currency()), money.New(fees, o.Currency())
	return x
}

// orders is the room order on the same store.
func (r room) orders(t *testing.T) *order.Service {
	t.Helper()
	cursors, err := page.NewCodec([]byte("0123456789abcdef"))
	require.NoError(t, err)
	return order.NewService(order.Deps{
		Units: tx.Narrow(r.units, func(t txn) order.Tx { return t }), Clock: r.clock, NewID: id.V7, Cursors: cursors,
	})
}

// post books cash as payments do.
func (r room) post(t *testing.T, subject string, at time.Time, minor int64) {
	t.Helper()
	e, err := ledger.NewEntry(ledger.NewID(id.V7), subject, at, "captured", ledger.Posting{Account: ledger.Cash("card"), Amount: money.EUR(minor)},
		ledger.Posting{Account: ledger.Receivable, Amount: money.EUR(-minor)})
	require.NoError(t, err)
	require.NoError(t, r.units.InTx(t.Context(), func(ctx context.Context, tt txn) error { return tt.InsertEntries(ctx, e) }))
}

func (r room) found(t *testing.T) []string {
	t.Helper()
	ds, err := r.read.AnalyticsDiscrepancies(t.Context())
	require.NoError(t, err)
	out := []string{}
	for _, d := range ds {
		out = append(out, d.Invariant+": "+d.Text)
	}
	return out
}

// told makes the queue forget the events, as if all had been delivered.
func (r room) delivered(t *testing.T) {
	t.Helper()
	r.exec(t, "DELETE FROM kontor_event WHERE tenant = $1")
}

func TestSalesAreThoseOfTheBooks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		orders := r.orders(t)
		p, err := order.New(agreed(), event.Stamp{NewID: id.V7, At: r.clock.Now()})
		require.NoError(t, err)
		require.NoError(t, r.units.InTx(ctx, func(ctx context.Context, tt txn) error { return p.Insert(ctx, tt) }))
		o := p.Order
		require.Empty(t, r.found(t), "what waits to be told is not judged")
		r.delivered(t)
		require.Equal(t, []string{
			"F1: the books have 84 of fees in minor units of EUR at 2026-03-30T12:00:00.000000Z, the facts tell 0",
			"F1: the books have -1 of rounding in minor units of EUR at 2026-03-30T12:00:00.000000Z, the facts tell 0",
			"F1: the books have 8403 of sales in minor units of EUR at 2026-03-30T12:00:00.000000Z, the facts tell 0",
			"F1: the books have 412 of shipping in minor units of EUR at 2026-03-30T12:00:00.000000Z, the facts tell 0",
			"F1: the books have 1691 of tax in minor units of EUR at 2026-03-30T12:00:00.000000Z, the facts tell 0",
		}, r.found(t), "a sale that nobody told of")
		require.NoError(t, r.RecordSale(ctx, saleOf(told(1), o)))
		require.Empty(t, r.found(t))

		paidAt := r.clock.Advance(time.Minute)
		r.post(t, o.ID.String(), paidAt, 10_589)
		require.Equal(t, []string{"F2: the books have 10589 of cash in minor units of EUR at 2026-03-30T12:01:00.000000Z, the facts tell 0"}, r.found(t))
		require.NoError(t, r.RecordPayment(ctx, analytics.Payment{Event: told(2), Payment: "pm_1", Order: o.ID.String(), At: paidAt, Amount: money.EUR(10_589)}))
		require.Empty(t, r.found(t))

		r.clock.Advance(time.Minute)
		cancelled, err := orders.Cancel(ctx, o.ID, order.Cancel{Meta: op.Meta{By: op.Actor{Kind: op.Staff, ID: "ida"}}, Reason: "asked for"})
		require.NoError(t, err)
		require.Empty(t, r.found(t))
		r.delivered(t)
		require.Len(t, r.found(t), 5)
		require.NoError(t, r.RecordCancellation(ctx, analytics.Cancellation{Event: told(3), At: cancelled.UpdatedAt, Sale: saleOf(told(1), cancelled)}))
		require.Empty(t, r.found(t))

		refundedAt := r.clock.Advance(time.Minute)
		r.post(t, o.ID.String(), refundedAt, -10_589)
		require.NoError(t, r.RecordRefund(ctx, analytics.Refund{Event: told(4), Refund: "re_1", Order: o.ID.String(), At: refundedAt, Amount: money.EUR(10_589)}))
		require.Empty(t, r.found(t))

		sales, err := r.Sales(ctx, analytics.Period{From: r.Today(), To: r.Today()})
		require.NoError(t, err)
		require.Len(t, sales.Totals, 1)
		got := sales.Totals[0]
		require.Equal(t, analytics.Zero(eur()), got.Turnover)
		require.Equal(t, []money.Amount{money.EUR(10_589), money.EUR(10_589)}, []money.Amount{got.Paid, got.Refunded})
	})
}

func TestWhatIsToldWronglyIsFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		p, err := order.New(agreed(), event.Stamp{NewID: id.V7, At: r.clock.Now()})
		require.NoError(t, err)
		require.NoError(t, r.units.InTx(ctx, func(ctx context.Context, tt txn) error { return p.Insert(ctx, tt) }))
		r.delivered(t)
		require.NoError(t, r.RecordSale(ctx, saleOf(told(1), p.Order)))
		require.Empty(t, r.found(t))

		r.exec(t, "UPDATE kontor_analytics_fact SET net = net + 1, fees = fees - 1 WHERE tenant = $1")
		require.Len(t, r.found(t), 2, "a cent at the wrong place")
		r.exec(t, "UPDATE kontor_analytics_fact SET net = net - 1, fees = fees + 1, at = at + 1 WHERE tenant = $1")
		require.Len(t, r.found(t), 10, "the wrong moment, which may be another day")
		r.exec(t, "UPDATE kontor_analytics_fact SET at = at - 1, currency = 'USD' WHERE tenant = $1")
		require.Len(t, r.found(t), 10)
		r.exec(t, "UPDATE kontor_analytics_fact SET currency = 'EUR', order_id = 'or_2' WHERE tenant = $1")
		require.Len(t, r.found(t), 10)
		r.exec(t, "UPDATE kontor_analytics_fact SET order_id = subject WHERE tenant = $1")
		require.Empty(t, r.found(t))
		require.NoError(t, r.RecordPayment(ctx, analytics.Payment{Event: told(2), Payment: "pm_1", Order: "or_9", At: noon(), Amount: money.EUR(1)}))
		require.Equal(t, []string{"F2: the books have 0 of cash in minor units of EUR at 2026-03-30T12:00:00.000000Z, the facts tell 1"}, r.found(t), "money that never came")
	})
}

// An event that is parked, and what stands behind it, is told to nobody: it
// must not hide what is missing.
func TestAParkedEventExcusesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		p, err := order.New(agreed(), event.Stamp{NewID: id.V7, At: r.clock.Now()})
		require.NoError(t, err)
		require.NoError(t, r.units.InTx(ctx, func(ctx context.Context, tt txn) error { return p.Insert(ctx, tt) }))
		require.Empty(t, r.found(t))
		r.exec(t, "UPDATE kontor_event SET state = 3 WHERE tenant = $1 AND name = 'order.placed'")
		require.Len(t, r.found(t), 5)
		r.clock.Advance(time.Minute)
		_, err = r.orders(t).Cancel(ctx, p.Order.ID, order.Cancel{Reason: "asked for"})
		require.NoError(t, err)
		require.Len(t, r.found(t), 10)

		// Another order that waits is not judged, and nothing after it.
		r.clock.Set(noon().Add(30 * time.Second))
		q := agreed()
		q.Number, q.Origin = "N-2", "cart_2"
		p, err = order.New(q, event.Stamp{NewID: id.V7, At: r.clock.Now()})
		require.NoError(t, err)
		require.NoError(t, r.units.InTx(ctx, func(ctx context.Context, tt txn) error { return p.Insert(ctx, tt) }))
		require.Len(t, r.found(t), 5)
	})
}
