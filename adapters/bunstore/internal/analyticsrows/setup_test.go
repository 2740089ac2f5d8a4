package analyticsrows_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata" // the same places on every machine

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/analyticsrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/ledgerrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/orderrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
)

// txn is the Tx of analytics as the store makes it, with what else its tests
// write.
type txn struct {
	analyticsrows.AnalyticsTx
	eventrows.EventTx
	ledgerrows.LedgerTx
	oprows.OperationTx
	orderrows.OrderTx
	u *unit.Unit
}

var _ analytics.Tx = txn{}

func wrap(u *unit.Unit) txn {
	return txn{
		AnalyticsTx: analyticsrows.AnalyticsTx{AnalyticsReader: analyticsrows.AnalyticsReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		LedgerTx:    ledgerrows.LedgerTx{LedgerReader: ledgerrows.LedgerReader{Q: u}, U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
		OrderTx:     orderrows.OrderTx{OrderReader: orderrows.OrderReader{Q: u}, U: u},
		u:           u,
	}
}

// sink keeps what it got and fails when told to.
type sink struct {
	mu   sync.Mutex
	got  []analytics.Batch
	fail error
}

func (s *sink) Send(ctx context.Context, b analytics.Batch) error {
	if err := tx.RefuseOpen(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, b)
	return s.fail
}

// room is a service with what tests want to know about it.
type room struct {
	*analytics.Service
	deps  analytics.Deps
	read  analyticsrows.AnalyticsReader
	view  *unit.View
	clock *clock.Manual
	units tx.Runner[txn]
}

func noon() time.Time { return time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC) }

func open(t testing.TB, s *unit.Shipper, tenant string) room {
	t.Helper()
	var n atomic.Uint32
	cursors, err := page.NewCodec([]byte("0123456789abcdef"))
	require.NoError(t, err)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	r := room{
		read: analyticsrows.AnalyticsReader{Q: s.View(tenant)}, view: s.View(tenant), clock: clock.NewManual(noon()),
		units: unittest.Runner(s, tenant, wrap),
	}
	r.deps = analytics.Deps{
		Units: tx.Narrow(r.units, func(t txn) analytics.Tx { return t }), Reader: r.read, Clock: r.clock, Cursors: cursors, Tenant: tenant,
		Zone: berlin,
		NewID: func() uuid.UUID {
			i := n.Add(1)
			return uuid.UUID{6: 0x70, 8: 0x80, 9: byte(len(tenant)), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}
		},
	}
	r.Service = analytics.NewService(r.deps)
	return r
}

// with returns the room with a sink.
func (r room) with(s analytics.Sink) room {
	r.deps.Sink = s
	r.Service = analytics.NewService(r.deps)
	return r
}

// each runs fn with an empty room on every database.
func each(t *testing.T, fn func(t *testing.T, r room)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		fn(t, open(t, s, "shop"))
	})
}

// exec runs one statement as a unit.
func (r room) exec(t require.TestingT, text string, args ...any) {
	require.NoError(t, r.units.InTx(context.Background(), func(ctx context.Context, tt txn) error {
		return tt.u.Write(ctx, unit.Write{Rank: unit.RankOther, Text: text, Args: append([]any{r.view.Tenant()}, args...)})
	}))
}

// count returns how many rows a table has.
func (r room) count(t require.TestingT, from string) int {
	n := 0
	_, err := unit.One(context.Background(), r.view, "SELECT count(*) FROM "+from, []any{r.view.Tenant()}, &n)
	require.NoError(t, err)
	return n
}

// events returns the names of the events that wait.
func (r room) events(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := r.view.Read(t.Context(), unit.Query{
		Text: "SELECT name FROM kontor_event WHERE tenant = $1 ORDER BY seq", Args: []any{r.view.Tenant()},
		Row: func(row unit.Row) error {
			var name string
			err := row.Scan(&name)
			out = append(out, name)
			return err
		},
	})
	require.NoError(t, err)
	return out
}

// stock puts goods of a SKU into the shop.
func (r room) stock(t require.TestingT, sku, at string, pieces, reserved int) {
	r.exec(t, "INSERT INTO kontor_location (tenant, code, name, priority) VALUES ($1, $2, '', 0) ON CONFLICT (tenant, code) DO NOTHING", at)
	r.exec(t, "INSERT INTO kontor_level (tenant, sku, location, on_hand, reserved) VALUES ($1, $2, $3, $4, $5)", sku, at, pieces, reserved)
}

func eur() money.Currency { return money.EUR(0).Currency() }

func told(n int) event.ID {
	return event.IDFrom(uuid.UUID{0: 1, 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)})
}

func product(n byte) catalog.ID { return catalog.IDFrom(uuid.UUID{0: 2, 15: n}) }

func day(t testing.TB, s string) analytics.Date {
	t.Helper()
	d, err := analytics.ParseDate(s)
	require.NoError(t, err)
	return d
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	x, err := time.Parse(time.RFC3339, s)
	require.NoError(t, err)
	return x
}

// tee is a sale of 2 tees and a mug, with carriage: 49.00 - 4.00 + 4.90.
func tee(n int, order string, placed time.Time) analytics.Sale {
	eur := money.EUR
	return analytics.Sale{
		Event: told(n), Order: order, Origin: "cart_" + order, At: placed, Currency: eur(0).Currency(),
		Lines: []analytics.Line{
			{N: 1, SKU: "TEE-M", Product: product(1), Quantity: 2, Gross: eur(4000), Discount: eur(400), Net: eur(3025), Tax: eur(575)},
			{N: 2, SKU: "MUG", Product: product(2), Quantity: 1, Gross: eur(900), Net: eur(756), Tax: eur(144)},
		},
		Shipping: eur(412), Tax: eur(797), Total: eur(4990),
	}
}
