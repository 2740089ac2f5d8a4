package bunstore_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/faultplan"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// rig is a shop on a database that is failed on purpose, and started again on
// the same database after a crash.
type rig struct {
	t     *testing.T
	kind  string
	dsn   string // of what can be opened again; empty for a database in memory
	store *bunstore.Store
	shop  *storetest.Shop
	out   *storetest.Outside // nil for a shop that talks to nobody else
	n     int
	began time.Time // of what is measured
}

// The kinds of databases.
const (
	onFile     = "sqlite-file"
	onMemory   = "sqlite-memory"
	onPostgres = "postgres"
)

func kinds() []string { return []string{onFile, onMemory, onPostgres} }

// plenty is more than all runs on one database sell.
const plenty = 100_000

// long says that everything is run, however long it takes.
func long() bool { return os.Getenv("KONTOR_LONG") != "" }

func newRig(t *testing.T, kind string) *rig {
	t.Helper()
	return newRigWith(t, kind, nil)
}

// newRigWith is newRig for a shop with an outside.
func newRigWith(t *testing.T, kind string, out *storetest.Outside) *rig {
	t.Helper()
	r := &rig{t: t, kind: kind, out: out}
	switch kind {
	case onFile:
		_, r.dsn = unittest.FileAt(t)
	case onPostgres:
		r.dsn = unittest.PostgresDSN(t)
	}
	r.use(r.open())
	r.shop = storetest.ReopenWith(t, r.store, clock.NewManual(storetest.Opening()), &paymenttest.Scripted{}, out)
	r.shop.Fill(storetest.Stock)
	for _, sku := range []string{storetest.Mug, storetest.Tee, storetest.Book} {
		_, err := r.shop.Inventory.Receive(t.Context(), inventory.Receive{Meta: storetest.Staff(), SKU: sku, Quantity: plenty})
		require.NoError(t, err)
	}
	r.shop.Settle()
	return r
}

func (r *rig) open() *bunstore.Store {
	r.t.Helper()
	if r.dsn == "" {
		return unittest.Memory(r.t)
	}
	s, err := open(r.dsn)
	require.NoError(r.t, err)
	return s
}

// use makes a store the one of the rig. Waiting is kept short: what is bounded
// by it is proven elsewhere with the bounds of the house.
func (r *rig) use(s *bunstore.Store) {
	r.store = s
	s.Shipper().Retries, s.Shipper().Patience = 3, time.Second
	if r.dsn != "" {
		r.t.Cleanup(func() { require.NoError(r.t, s.Close()) })
	}
}

// restart abandons the engine as a crash does, and builds another one on the
// same database. What lives in memory goes on with its only connection.
func (r *rig) restart() {
	r.t.Helper()
	old := r.store
	require.Zero(r.t, old.DB().Stats().InUse, "connections in use after the crash")
	if r.dsn != "" {
		r.use(r.open())
		require.NoError(r.t, old.Close())
	}
	r.shop = storetest.ReopenWith(r.t, r.store, r.shop.Clock, r.shop.Card, r.out)
}

// faults fail the store from now on; nil stops it.
func (r *rig) faults(f unit.Faults) { r.store.Shipper().Faults = f }

// crashing runs fn and reports whether it crashed as planned.
func (r *rig) crashing(fn func() error) (err error, crashed bool) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(faultplan.Crash); !ok {
				panic(p)
			}
			crashed = true
		}
	}()
	return fn(), false
}

// quiet lets time pass until nothing is on its way any more: no event is due,
// whoever has claimed it, and no payment, refund or message is in flight.
func (r *rig) quiet() {
	r.t.Helper()
	const rounds = 40
	for range rounds {
		_, err := r.shop.Drain(r.t.Context())
		require.NoError(r.t, err)
		if r.still() {
			return
		}
		r.shop.Clock.Advance(2 * time.Minute)
	}
	require.Fail(r.t, "it does not come to rest")
}

const inFlight = `SELECT (SELECT count(*) FROM kontor_event WHERE deliver_at <= ?)
+ (SELECT count(*) FROM kontor_payment WHERE status IN ('authorizing', 'capturing', 'voiding'))
+ (SELECT count(*) FROM kontor_refund WHERE status IN ('requested', 'processing'))
+ (SELECT count(*) FROM kontor_return WHERE refund LIKE '%"processing"%')
+ (SELECT count(*) FROM kontor_notification WHERE status IN ('queued', 'sending'))`

func (r *rig) still() bool {
	r.t.Helper()
	n := 0
	now := clock.Micros(r.shop.Clock.Now())
	require.NoError(r.t, r.store.DB().NewRaw(inFlight, now).Scan(r.t.Context(), &n))
	return n == 0
}

// sound is Shop.Sound, and demands that nothing leaks and that the provider was
// never wronged.
func (r *rig) sound() {
	r.t.Helper()
	r.shop.Sound()
	r.spotless()
}

// spotless demands that nothing is left open, and that the books of the provider
// break no rule.
func (r *rig) spotless() {
	r.t.Helper()
	require.Zero(r.t, r.store.DB().Stats().InUse, "connections in use")
	require.Empty(r.t, r.shop.Card.Violations())
}

// next is a number that no earlier run on this database had.
func (r *rig) next() int {
	r.n++
	return r.n
}

// mortal is a plan whose crash kills the whole process: nothing passes after
// it, whoever catches the panic.
type mortal struct {
	*faultplan.Plan
	dead bool
}

func (m *mortal) At(ctx context.Context, p unit.Point) error {
	if m.dead {
		panic(faultplan.Crash{Point: m.Point})
	}
	m.dead = m.Mode == faultplan.Panic // unless it returns
	err := m.Plan.At(ctx, p)
	m.dead = false
	return err
}
