package orderrows_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/ledgerrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/orderrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

// txn is all that orders need of a unit.
type txn struct {
	orderrows.OrderTx
	ledgerrows.LedgerTx
	oprows.OperationTx
	eventrows.EventTx
}

var _ order.Tx = txn{}

//nolint:ireturn // what units of the room are narrowed to
func wrap(u *unit.Unit) order.Tx {
	return txn{
		OrderTx:     orderrows.OrderTx{OrderReader: orderrows.OrderReader{Q: u}, U: u},
		LedgerTx:    ledgerrows.LedgerTx{LedgerReader: ledgerrows.LedgerReader{Q: u}, U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
	}
}

type room struct {
	*order.Service
	s      *unit.Shipper
	tenant string
	units  tx.Runner[order.Tx]
	reader orderrows.OrderReader
	books  ledgerrows.LedgerReader
	clock  *clock.Manual
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC) }

func open(t *testing.T, s *unit.Shipper, tenant string) room {
	t.Helper()
	codec, err := page.NewCodec([]byte("0123456789abcdef"))
	require.NoError(t, err)
	r := room{
		s: s, tenant: tenant, units: unittest.Runner(s, tenant, wrap), reader: orderrows.OrderReader{Q: s.View(tenant)},
		books: ledgerrows.LedgerReader{Q: s.View(tenant)}, clock: clock.NewManual(noon()),
	}
	r.Service = order.NewService(order.Deps{
		Units: r.units, Reader: r.reader, Clock: r.clock, NewID: id.V7, Cursors: codec, Tenant: tenant,
	})
	return r
}

func by() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "s-1"}} }

// draft is a gross order of 3 tees and 2 mugs for 100.00 with carriage 4.90.
func draft(number string) order.Order {
	eur := money.EUR
	return order.Order{
		ID: order.NewID(id.V7), Number: number, Origin: "ca_" + number, Buyer: op.Actor{Kind: op.Buyer, ID: "u-1"}, Email: "ada@example.com",
		Market: market.Context{
			Channel: "web", Market: "dach", Currency: eur(0).Currency(), Country: "DE", Locale: "de-DE", Groups: []string{"vip"}, At: noon(),
		},
		Lines: []order.Line{
			{
				N: 1, SKU: "TEE-M", Title: "Tee <M>", Quantity: 3, Unit: money.Each(eur(2000)), Subtotal: eur(6000), Net: eur(5042),
				Tax: eur(958), Gross: eur(6000), Metadata: map[string]string{"gift": "yes"}, Categories: []string{"clothes", "tops"},
			},
			{
				N: 4, SKU: "MUG", Title: "Mug", Quantity: 2, Unit: money.Price{Amount: eur(4500), Per: 2}, Subtotal: eur(4500), Discount: eur(500),
				Net: eur(3361), Tax: eur(639), Gross: eur(4000),
			},
		},
		Charges: []order.Charge{{
			Kind: order.ForShipping, Code: "standard", Title: "Standard", Amount: eur(490), Discount: eur(0), Net: eur(412), Tax: eur(78), Gross: eur(490),
		}},
		TaxInclusive: true, Subtotal: eur(10_500), Shipping: eur(490), Discount: eur(500), Tax: eur(1675), Total: eur(10_490),
		Policy: money.Policy{Mode: money.HalfEven}, ShipTo: &postal.Address{Name: "Ada", Country: "DE"}, ShippingMethod: "standard",
		Snapshot: json.RawMessage(`{"trace":["é"]}`), PaymentDue: noon().Add(48 * time.Hour), Metadata: map[string]string{"source": "ad"},
	}
}

func (r room) place(t *testing.T, d order.Order) order.Order {
	t.Helper()
	p, err := order.New(d, event.Stamp{NewID: id.V7, At: r.clock.Now(), Actor: "buyer:u-1"})
	require.NoError(t, err)
	require.NoError(t, r.insert(p))
	return p.Order
}

func (r room) insert(p order.Placing) error {
	return r.units.InTx(context.Background(), func(ctx context.Context, t order.Tx) error { return p.Insert(ctx, t) })
}

// in brings a new order into a state.
func (r room) in(t *testing.T, number string, s order.Status) order.Order {
	t.Helper()
	o := r.place(t, draft(number))
	var err error
	step := func(verb func(context.Context, order.ID) (order.Order, error)) {
		o, err = verb(t.Context(), o.ID)
		require.NoError(t, err)
	}
	confirm := func(ctx context.Context, x order.ID) (order.Order, error) { return r.Confirm(ctx, x, order.Confirm{}) }
	switch s {
	case order.StatusPlaced:
	case order.StatusOnHold:
		step(func(ctx context.Context, x order.ID) (order.Order, error) {
			return r.Hold(ctx, x, order.Hold{Reason: "look"})
		})
	case order.StatusConfirmed:
		step(confirm)
	case order.StatusCompleted:
		step(confirm)
		step(func(ctx context.Context, x order.ID) (order.Order, error) {
			return r.Complete(ctx, x, order.Complete{})
		})
	case order.StatusCancelled:
		step(func(ctx context.Context, x order.ID) (order.Order, error) {
			return r.Cancel(ctx, x, order.Cancel{Reason: "no"})
		})
	}
	require.Equal(t, s, o.Status())
	return o
}

// same requires that the store holds exactly o.
func (r room) same(t *testing.T, o order.Order) {
	t.Helper()
	got, err := r.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Equal(t, o, got)
}

// events returns the events about an order, in their order.
func (r room) events(t *testing.T, o order.ID) []string {
	t.Helper()
	var out []string
	err := r.s.View(r.tenant).Read(t.Context(), unit.Query{
		Text: "SELECT name, version FROM kontor_event WHERE tenant = $1 AND subject = $2 ORDER BY seq", Args: []any{r.tenant, o.String()},
		Row: func(x unit.Row) error {
			var name string
			var version int
			err := x.Scan(&name, &version)
			out = append(out, fmt.Sprintf("%s %d", name, version))
			return err
		},
	})
	require.NoError(t, err)
	return out
}

func (r room) balances(t *testing.T) map[string]int64 {
	t.Helper()
	bs, err := r.books.AccountBalances(t.Context(), "")
	require.NoError(t, err)
	out := map[string]int64{}
	for _, b := range bs {
		out[string(b.Account)] = b.Amount.Minor()
	}
	return out
}

// sound requires that no invariant is violated.
func (r room) sound(t *testing.T) {
	t.Helper()
	found, err := r.reader.OrderDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	books, err := r.books.LedgerDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, books)
}

func TestAnOrderReadsBackEqual(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r, other := open(t, s, "shop"), open(t, s, "other")
		d := draft("N-1")
		o := r.place(t, d)
		r.same(t, o)
		got, err := r.OrderByNumber(t.Context(), "N-1")
		require.NoError(t, err)
		require.Equal(t, o, got)
		got, err = r.OrderByOrigin(t.Context(), "ca_N-1")
		require.NoError(t, err)
		require.Equal(t, o, got)
		require.Equal(t, []string{"order.placed 1", "order.payment_due 0"}, r.events(t, o.ID))
		require.Equal(t, map[string]int64{"receivable": 10_490, "sales": -8403, "shipping": -412, "tax": -1675}, r.balances(t))

		for _, miss := range []func() (order.Order, error){
			func() (order.Order, error) { return other.Order(t.Context(), o.ID) },
			func() (order.Order, error) { return r.Order(t.Context(), order.NewID(id.V7)) },
			func() (order.Order, error) { return r.Order(t.Context(), order.ID{}) },
			func() (order.Order, error) { return other.OrderByNumber(t.Context(), "N-1") },
			func() (order.Order, error) { return r.OrderByNumber(t.Context(), "N-2") },
			func() (order.Order, error) { return r.OrderByNumber(t.Context(), "\xff") },
			func() (order.Order, error) { return other.OrderByOrigin(t.Context(), "ca_N-1") },
			func() (order.Order, error) { return r.OrderByOrigin(t.Context(), "") },
			func() (order.Order, error) { return r.OrderByOrigin(t.Context(), "a\x00") },
		} {
			_, err := miss()
			require.EqualError(t, err, fault.Missing("order").Error())
		}

		bare := draft("N-2")
		bare.Origin, bare.Email, bare.Metadata, bare.Snapshot, bare.ShipTo, bare.ShippingMethod = "", "", nil, nil, nil, ""
		bare.Buyer, bare.PaymentDue, bare.Market.Groups, bare.Lines[0].Metadata = op.Actor{}, time.Time{}, nil, nil
		bare.Lines[0].Categories = nil
		r.same(t, r.place(t, bare))
		third := draft("N-3")
		third.Origin = ""
		r.place(t, third)
		r.sound(t)
	})
}

func TestNumberAndOriginAreTakenOnce(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r, other := open(t, s, "shop"), open(t, s, "other")
		first := r.place(t, draft("N-1"))
		before := r.balances(t)
		try := func(change func(o *order.Order)) error {
			d := draft("N-2")
			change(&d)
			p, err := order.New(d, event.Stamp{NewID: id.V7, At: noon()})
			require.NoError(t, err)
			err = r.insert(p)
			_, gone := r.Order(t.Context(), d.ID)
			require.ErrorIs(t, gone, fault.NotFound)
			require.Empty(t, r.events(t, d.ID))
			return err
		}
		err := try(func(o *order.Order) { o.Number = "N-1" })
		require.ErrorIs(t, err, order.ErrNumberTaken)
		require.ErrorIs(t, err, fault.Conflict)
		err = try(func(o *order.Order) { o.Origin = "ca_N-1" })
		require.ErrorIs(t, err, order.ErrAlreadyPlaced)
		require.ErrorIs(t, err, fault.Conflict)
		var placed *order.AlreadyPlaced
		require.ErrorAs(t, err, &placed)
		require.Equal(t, first.ID, placed.Order)
		require.Equal(t, before, r.balances(t))
		other.place(t, draft("N-1"))
		r.sound(t)
	})
}

func TestOneOriginPlacedByManyAtOnce(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			d := draft(fmt.Sprint("N-", i))
			d.Origin = "ca_one"
			p, err := order.New(d, event.Stamp{NewID: id.V7, At: noon()})
			require.NoError(t, err)
			wg.Go(func() { errs[i] = r.insert(p) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			require.ErrorIs(t, err, order.ErrAlreadyPlaced)
		}
		require.Equal(t, 1, won)
		require.Equal(t, int64(10_490), r.balances(t)["receivable"])
		r.sound(t)
	})
}

func TestOrdersArePagedNewestFirst(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r, other := open(t, s, "shop"), open(t, s, "other")
		var all, adas, confirmed []string
		for i := range 7 {
			d := draft(fmt.Sprint("N-", i))
			if i%3 == 0 {
				d.Buyer.ID = "u-2"
				adas = append([]string{d.Number}, adas...)
			}
			o := r.place(t, d)
			all = append([]string{o.Number}, all...)
			if i%2 == 0 {
				_, err := r.Confirm(t.Context(), o.ID, order.Confirm{})
				require.NoError(t, err)
				confirmed = append([]string{o.Number}, confirmed...)
			}
			if i != 3 { // two at the same moment
				r.clock.Advance(time.Second)
			}
		}
		walk := func(f order.Filter) []string {
			var numbers []string
			q := order.Query{Filter: f, Request: page.Request{Limit: 2}}
			for {
				p, err := r.Orders(t.Context(), q)
				require.NoError(t, err)
				for _, x := range p.Items {
					numbers = append(numbers, x.Number)
				}
				if q.Cursor = p.Next; p.Next == "" {
					return numbers
				}
			}
		}
		ada := op.Actor{Kind: op.Buyer, ID: "u-2"}
		require.Equal(t, all, walk(order.Filter{}))
		require.Equal(t, adas, walk(order.Filter{Buyer: ada}))
		require.Equal(t, confirmed, walk(order.Filter{Status: order.StatusConfirmed}))
		require.Equal(t, []string{"N-6", "N-0"}, walk(order.Filter{Buyer: ada, Status: order.StatusConfirmed}))

		first, err := r.Orders(t.Context(), order.Query{Request: page.Request{Limit: 1}})
		require.NoError(t, err)
		o, err := r.OrderByNumber(t.Context(), "N-6")
		require.NoError(t, err)
		require.Equal(t, []order.Summary{{
			ID: o.ID, Number: o.Number, Buyer: o.Buyer, Email: o.Email, Status: o.Status(), Total: o.Total, Paid: o.Paid,
			Refunded: o.Refunded, Version: o.Version, PlacedAt: o.PlacedAt, UpdatedAt: o.UpdatedAt,
		}}, first.Items)
		empty, err := other.Orders(t.Context(), order.Query{})
		require.NoError(t, err)
		require.Empty(t, empty.Items)
		for name, bad := range map[string]struct {
			in    room
			query order.Query
			field string
		}{
			"another filter": {r, order.Query{Filter: order.Filter{Buyer: ada}, Request: page.Request{Cursor: first.Next}}, "cursor"},
			"another tenant": {other, order.Query{Request: page.Request{Cursor: first.Next}}, "cursor"},
			"made up":        {r, order.Query{Request: page.Request{Cursor: "AAAA"}}, "cursor"},
			"too many":       {r, order.Query{Request: page.Request{Limit: 101}}, "limit"},
			"negative":       {r, order.Query{Request: page.Request{Limit: -1}}, "limit"},
			"unknown status": {r, order.Query{Filter: order.Filter{Status: "lost"}}, "status"},
			"unknown kind":   {r, order.Query{Filter: order.Filter{Buyer: op.Actor{Kind: "x", ID: "1"}}}, "buyer.kind"},
			"nobody":         {r, order.Query{Filter: order.Filter{Buyer: op.Actor{Kind: op.Guest}}}, "buyer.id"},
		} {
			_, err := bad.in.Orders(t.Context(), bad.query)
			require.ErrorIs(t, err, fault.Invalid, name)
			require.Equal(t, bad.field, fault.FieldsOf(err)[0].Path, name)
		}
	})
}

func TestDiscrepanciesAreFound(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r, other := open(t, s, "shop"), open(t, s, "other")
		good, bad := r.place(t, draft("N-1")), r.place(t, draft("N-2"))
		other.place(t, draft("N-1"))
		r.sound(t)
		plant := func(text string) {
			t.Helper()
			_, err := s.DB.ExecContext(t.Context(), text)
			require.NoError(t, err)
		}
		plant("UPDATE kontor_order SET total = total + 1 WHERE number = 'N-2'")
		plant("UPDATE kontor_order_line SET tax = tax + 1 WHERE n = 4 AND order_id = (SELECT id FROM kontor_order WHERE number = 'N-2')")
		plant("UPDATE kontor_order SET paid = 7, refunded = 2 WHERE number = 'N-2'")
		plant("DROP INDEX kontor_order_origin")
		plant("UPDATE kontor_order SET origin = 'ca_N-1' WHERE number = 'N-2'")
		found, err := r.reader.OrderDiscrepancies(t.Context())
		require.NoError(t, err)
		x := bad.ID.String()
		require.Equal(t, []order.Discrepancy{
			{Invariant: "M5", Subject: x, Text: "lines[1].gross must be net and tax"},
			{Invariant: "M5", Subject: x, Text: "tax must be the sum of the taxes"},
			{Invariant: "M2", Subject: x, Text: "total must be the sum of everything"},
			{Invariant: "M9", Subject: x, Text: "shows 7 minor units paid and 2 refunded, was told 0 and 0"},
			{Invariant: "O2", Subject: "ca_N-1", Text: "has become 2 orders"},
		}, found)
		require.NotEqual(t, good.ID, bad.ID)
		other.sound(t)
	})
}

func TestCountersOutOfBoundsAreFound(t *testing.T) {
	t.Parallel()
	s := unittest.Memory(t).Shipper()
	r := open(t, s, "shop")
	o := r.place(t, draft("N-1"))
	for _, text := range []string{
		"PRAGMA ignore_check_constraints = ON", "UPDATE kontor_order_line SET shipped = 4 WHERE n = 1",
		"UPDATE kontor_order_line SET returned = 1 WHERE n = 4", "UPDATE kontor_order SET refunded = 1",
	} {
		_, err := s.DB.ExecContext(t.Context(), text)
		require.NoError(t, err)
	}
	found, err := r.reader.OrderDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Equal(t, []order.Discrepancy{
		{Invariant: "O4", Subject: o.ID.String(), Text: "line 1: of 3 pieces 0 cancelled, 4 shipped, 0 returned"},
		{Invariant: "O4", Subject: o.ID.String(), Text: "line 4: of 2 pieces 0 cancelled, 0 shipped, 1 returned"},
		{Invariant: "O4", Subject: o.ID.String(), Text: "0 minor units paid and 1 refunded"},
		{Invariant: "M9", Subject: o.ID.String(), Text: "shows 0 minor units paid and 1 refunded, was told 0 and 0"},
	}, found)
}

// The constraints hold whatever a program writes.
func TestTheDatabaseRefusesCountersOutOfBounds(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		o := r.place(t, draft("N-1"))
		for _, text := range []string{
			"UPDATE kontor_order_line SET shipped = 4 WHERE n = 1",
			"UPDATE kontor_order_line SET cancelled = 1, shipped = 3 WHERE n = 1",
			"UPDATE kontor_order_line SET returned = 1 WHERE n = 1",
			"UPDATE kontor_order_line SET cancelled = -1 WHERE n = 1",
			"UPDATE kontor_order SET refunded = 1",
			"UPDATE kontor_order SET paid = -1",
		} {
			_, err := s.DB.ExecContext(t.Context(), text)
			require.ErrorContains(t, err, "constraint", text)
		}
		r.same(t, o)
	})
}

func TestTheAuditReadsManyOrdersInChunks(t *testing.T) {
	t.Parallel()
	s := unittest.Memory(t).Shipper()
	r := open(t, s, "shop")
	var last order.Order
	for i := range 401 {
		last = r.place(t, draft(fmt.Sprint("N-", i)))
	}
	_, err := s.DB.ExecContext(t.Context(), "UPDATE kontor_order SET total = total + 1 WHERE number = 'N-400'")
	require.NoError(t, err)
	found, err := r.reader.OrderDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Equal(t, []order.Discrepancy{{Invariant: "M2", Subject: last.ID.String(), Text: "total must be the sum of everything"}}, found)
}
