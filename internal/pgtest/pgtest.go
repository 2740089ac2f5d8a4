package pgtest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kontor-go/kontor/internal/pgtest/cluster"
)

// Env names the environment variable that holds the URL of a server whose user
// may create databases.
const Env = "KONTOR_TEST_PG"

// patience bounds how long starting a server or creating a database may take
// on a machine that is busy with other tests.
const patience = 2 * time.Minute

// shared is the server of this test binary. It is not stopped: its watchdog
// ends it when the binary ends, however that comes about.
//
//nolint:gochecknoglobals // one server for all tests of a binary, and tests have no other common owner
var shared = sync.OnceValues(func() (server, error) {
	if dsn := os.Getenv(Env); dsn != "" {
		return server{dsn: dsn}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := cluster.Start(ctx, cluster.Config{})
	if err != nil {
		return server{}, err
	}
	return server{dsn: c.AdminDSN(), cluster: c}, nil
})

// server keeps the cluster reachable: collected, it would let go of the pipe
// by which its watchdog knows that the binary lives.
type server struct {
	dsn     string
	cluster *cluster.Cluster
}

// Database creates a fresh database and returns its URL. The database is
// dropped when the test ends, even if connections to it are still open.
func Database(tb testing.TB) string {
	tb.Helper()
	srv, err := shared()
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	admin := srv.dsn
	name := "kontor_" + strings.ToLower(rand.Text())
	execute(tb, admin, "CREATE DATABASE "+name)
	tb.Cleanup(func() { execute(tb, admin, "DROP DATABASE "+name+" WITH (FORCE)") })

	u, err := url.Parse(admin)
	if err != nil {
		tb.Fatalf("pgtest: %s is not a URL: %v", Env, err)
	}
	u.Path = "/" + name
	return u.String()
}

// Start starts a server for this test alone, which is stopped when the test
// ends. It takes about two seconds; most tests want Database.
func Start(tb testing.TB, cfg cluster.Config) *cluster.Cluster {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	c, err := cluster.Start(ctx, cfg)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	tb.Cleanup(func() {
		if err := c.Stop(); err != nil {
			tb.Errorf("pgtest: stop the server: %v", err)
		}
	})
	return c
}

// execute runs one statement on a connection of its own. It outlives the test's
// context, which is cancelled before the clean-up runs.
func execute(tb testing.TB, dsn, statement string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		tb.Fatalf("pgtest: connect: %v", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the statement has answered
	if _, err := conn.Exec(ctx, statement); err != nil {
		tb.Fatalf("pgtest: %s: %v", statement, err)
	}
}
