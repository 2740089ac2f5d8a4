package suite_test

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/shop"
	"github.com/kontor-go/kontor/bench/suite"
	"github.com/kontor-go/kontor/internal/pgtest"
	"github.com/kontor-go/kontor/pricing"
)

// quick is a suite that proves what does not depend on the machine.
func quick(t *testing.T) suite.Suite {
	t.Helper()
	return suite.Suite{Dir: t.TempDir(), Rounds: 1, Slice: 50 * time.Millisecond, SKUs: 40, Log: io.Discard}
}

// open returns a filled shop of a backend.
func open(t *testing.T, backend string) *shop.Shop {
	t.Helper()
	var s *shop.Shop
	var err error
	if backend == shop.Postgres {
		s, err = shop.OpenPostgres(t.Context(), pgtest.Database(t))
	} else {
		s, err = shop.OpenSQLite(t.Context(), t.TempDir())
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Fill(t.Context(), 40, 1_000_000))
	return s
}

func TestPlacingTakesTheSameFewTrips(t *testing.T) {
	t.Parallel()
	counts, err := suite.Count(t.Context(), open(t, shop.Postgres))
	require.NoError(t, err)
	require.Len(t, counts, 5)
	for _, c := range counts {
		require.LessOrEqual(t, c.Trips, c.Most, c.Name)
		require.InDelta(t, c.Same, c.Trips, 0, c.Name)
	}
}

// The floor does the work of the engine: the same rows in the same tables.
func TestFloorWritesTheRowsOfTheEngine(t *testing.T) {
	t.Parallel()
	for _, backend := range []string{shop.Postgres, shop.SQLite} {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			s := open(t, backend)
			k, err := s.CartsOf(t.Context(), s.Uniform(3))
			require.NoError(t, err)
			m, err := k.Mould(t.Context())
			require.NoError(t, err)
			require.NoError(t, k.Prepare(t.Context(), 2))
			byEngine := changes(t, s, func(f shop.Filled) error {
				_, err := s.Checkout.Place(t.Context(), f.ID, k.Request(f))
				return err
			}, k)
			byHand := changes(t, s, func(f shop.Filled) error { return place(t.Context(), s, m, f) }, k)
			require.Equal(t, 1, byEngine["kontor_unit"], "the anchor")
			delete(byEngine, "kontor_unit")
			require.Equal(t, byEngine, byHand)
			require.Equal(t, 3, byHand["kontor_reservation"])
			require.Equal(t, 3, byHand["reserved"])
			require.Equal(t, 1, byHand["placed"])
		})
	}
}

func place(ctx context.Context, s *shop.Shop, m floor.Mould, f shop.Filled) error {
	if s.PG != nil {
		return s.PG.With(m, floor.CartMould{}, floor.Shape{}).Place(ctx, f.Order())
	}
	return s.Lite.With(m, floor.CartMould{}, floor.Shape{}).Place(ctx, f.Order())
}

// changes counts rows by table, pieces promised and carts placed, and returns
// what do has added.
func changes(t *testing.T, s *shop.Shop, do func(shop.Filled) error, k *shop.Carts) map[string]int {
	t.Helper()
	before := counts(t, s)
	f, err := k.Next()
	require.NoError(t, err)
	require.NoError(t, do(f))
	after := counts(t, s)
	added := map[string]int{}
	for name, n := range after {
		if n != before[name] {
			added[name] = n - before[name]
		}
	}
	return added
}

func counts(t *testing.T, s *shop.Shop) map[string]int {
	t.Helper()
	db := s.Store.DB().DB
	text := "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'kontor_%'"
	if s.PG != nil {
		text = "SELECT tablename::text FROM pg_tables WHERE tablename LIKE 'kontor_%'"
	}
	rows, err := db.QueryContext(t.Context(), text)
	require.NoError(t, err)
	texts := map[string]string{
		"reserved": "SELECT sum(reserved) FROM kontor_level",
		"placed":   "SELECT count(*) FROM kontor_cart WHERE status = 'placed'",
	}
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		texts[name] = "SELECT count(*) FROM " + name
	}
	require.NoError(t, rows.Close())
	require.NoError(t, rows.Err())
	out := map[string]int{}
	for name, text := range texts {
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), text).Scan(&n))
		out[name] = n
	}
	return out
}

func TestFlashSaleSellsExactlyWhatThereIs(t *testing.T) {
	t.Parallel()
	score, err := quick(t).Sale(t.Context(), open(t, shop.Postgres))
	require.NoError(t, err)
	require.Positive(t, score.Engine.Ops)
	require.Positive(t, score.Floor.Ops)
}

func TestNoEventIsLostWithSixteenWriters(t *testing.T) {
	t.Parallel()
	for _, backend := range []string{shop.Postgres, shop.SQLite} {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			sent, lost, err := quick(t).Lost(t.Context(), open(t, backend))
			require.NoError(t, err)
			require.Positive(t, sent)
			require.Zero(t, lost)
		})
	}
}

func TestNobodySeesABusySQLite(t *testing.T) {
	t.Parallel()
	r, err := quick(t).Busy(t.Context(), open(t, shop.SQLite))
	require.NoError(t, err)
	require.True(t, r.Met(), r.Note)
	require.Positive(t, r.Ops)
}

//nolint:paralleltest // AllocsPerRun counts what all goroutines allocate
func TestPricingACartAllocatesLittle(t *testing.T) {
	in := suite.Basket()
	allocs := testing.AllocsPerRun(100, func() {
		_, err := pricing.Compute(in)
		require.NoError(t, err)
	})
	require.LessOrEqual(t, allocs, 200.0)
}
