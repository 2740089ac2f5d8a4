package cluster_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/internal/pgtest/cluster"
)

// orphanEnv makes this test binary start a cluster, say where, and wait to be
// killed.
const orphanEnv = "KONTOR_TEST_ORPHAN"

func TestMain(m *testing.M) {
	if os.Getenv(orphanEnv) == "" {
		os.Exit(m.Run())
	}
	c, err := cluster.Start(context.Background(), cluster.Config{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(c.Dir())
	fmt.Println(c.Port())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func start(t *testing.T, cfg cluster.Config) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Stop()) })
	return c
}

func show(t *testing.T, dsn, setting string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // the answer is read
	var value string
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&value))
	return value
}

func TestClusterServesTCPAndSocketAndSyncs(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Config{Settings: []string{"work_mem = 5MB"}, MaxConnections: 30})
	for _, dsn := range []string{c.AdminDSN(), c.SocketDSN("postgres")} {
		require.Equal(t, "on", show(t, dsn, "fsync"))
		require.Equal(t, "on", show(t, dsn, "synchronous_commit"))
		require.Equal(t, "UTF8", show(t, dsn, "server_encoding"))
		require.Equal(t, "30", show(t, dsn, "max_connections"))
		require.Equal(t, "5MB", show(t, dsn, "work_mem"))
	}
}

func TestClusterWantsItsPassword(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Config{})
	_, err := pgx.Connect(t.Context(), fmt.Sprintf("postgres://kontor:guess@127.0.0.1:%d/postgres", c.Port()))
	require.ErrorContains(t, err, "password authentication failed")
}

func TestCrashAndResumeKeepWhatWasCommitted(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Config{})
	conn, err := pgx.Connect(t.Context(), c.AdminDSN())
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE TABLE kept AS SELECT 42 AS n")
	require.NoError(t, err)

	require.NoError(t, c.Crash(t.Context()))
	require.Error(t, conn.Ping(t.Context()))
	require.NoError(t, c.Resume(t.Context()))

	conn, err = pgx.Connect(t.Context(), c.AdminDSN())
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // the answer is read
	var n int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT n FROM kept").Scan(&n))
	require.Equal(t, 42, n)
}

func TestStopLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Config{})
	require.DirExists(t, c.Dir())
	require.NoError(t, c.Stop())
	require.NoDirExists(t, c.Dir())
	require.True(t, closed(t, strconv.Itoa(c.Port())))
	require.NoError(t, c.Stop(), "a second stop does nothing")
}

func TestWatchdogEndsTheServerOfAKilledProcess(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), orphanEnv+"=1")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer in.Close() //nolint:errcheck // the process is dead by then
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	dir := lines.Text()
	require.True(t, lines.Scan())
	port := lines.Text()
	require.DirExists(t, dir)
	require.False(t, closed(t, port))

	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	require.Eventually(t, func() bool {
		_, err := os.Stat(dir)
		return os.IsNotExist(err) && closed(t, port)
	}, time.Minute, 20*time.Millisecond, "the watchdog stops the server and removes %s", dir)
}

func TestStartSaysWhatTheServerSaid(t *testing.T) {
	t.Parallel()
	_, err := cluster.Start(t.Context(), cluster.Config{Settings: []string{"no_such_setting = 1"}})
	require.ErrorContains(t, err, `unrecognized configuration parameter "no_such_setting"`)
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := cluster.Start(ctx, cluster.Config{})
	require.ErrorIs(t, err, context.Canceled)
}

func closed(t *testing.T, port string) bool {
	t.Helper()
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return true
	}
	return conn.Close() != nil
}
