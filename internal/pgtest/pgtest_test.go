package pgtest_test

import (
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/internal/pgtest"
	"github.com/kontor-go/kontor/internal/pgtest/cluster"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	return conn
}

func TestDatabaseIsFreshForEveryCall(t *testing.T) {
	t.Parallel()
	a, b := connect(t, pgtest.Database(t)), connect(t, pgtest.Database(t))
	defer b.Close(t.Context()) //nolint:errcheck // the answer is read
	_, err := a.Exec(t.Context(), "CREATE TABLE mine (n int)")
	require.NoError(t, err)
	require.NoError(t, a.Close(t.Context()))
	var n int
	require.NoError(t, b.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'").Scan(&n))
	require.Zero(t, n)
}

func TestDatabaseGoesWithItsTestEvenIfConnected(t *testing.T) {
	t.Parallel()
	var dsn string
	t.Run("user", func(t *testing.T) {
		dsn = pgtest.Database(t)
		connect(t, dsn) // left open
	})
	_, err := pgx.Connect(t.Context(), dsn)
	require.ErrorContains(t, err, "does not exist")
}

func TestDatabaseMayBeCalledFromManyTests(t *testing.T) {
	t.Parallel()
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		seen = map[string]bool{}
	)
	for range 8 {
		wg.Go(func() {
			u, err := url.Parse(pgtest.Database(t))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				seen[u.Path] = true
			}
		})
	}
	wg.Wait()
	require.Len(t, seen, 8)
}

func TestStartGivesAServerOfItsOwn(t *testing.T) {
	t.Parallel()
	c := pgtest.Start(t, cluster.Config{Settings: []string{"fsync = off"}})
	conn := connect(t, c.AdminDSN())
	defer conn.Close(t.Context()) //nolint:errcheck // the answer is read
	var fsync string
	require.NoError(t, conn.QueryRow(t.Context(), "SHOW fsync").Scan(&fsync))
	require.Equal(t, "off", fsync)
}
