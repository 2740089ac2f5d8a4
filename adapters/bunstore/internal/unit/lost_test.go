package unit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/wireproxy"
	"github.com/kontor-go/kontor/adapters/bunstore/postgres"
	"github.com/kontor-go/kontor/kernel/fault"
)

// throughProxy opens a store whose connections run through a proxy.
func throughProxy(t *testing.T) (jar, *wireproxy.Proxy, jar) {
	t.Helper()
	dsn := unittest.PostgresDSN(t)
	proxy, through := wireproxy.New(t, dsn)
	open := func(dsn string) jar {
		s, err := postgres.Open(dsn, nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return jar{t: t, s: s.Shipper()}
	}
	direct := open(dsn)
	_, err := direct.s.DB.ExecContext(t.Context(), "CREATE TABLE jar (k text PRIMARY KEY, n bigint NOT NULL CHECK (n >= 0))")
	require.NoError(t, err)
	return open(through), proxy, direct
}

func TestLostReplies(t *testing.T) {
	t.Parallel()
	for name, move := range moves() {
		for _, action := range []wireproxy.Action{wireproxy.LoseReply, wireproxy.ResetReply, wireproxy.Cut, wireproxy.Strand} {
			t.Run(fmt.Sprintf("%s/%d", name, action), func(t *testing.T) {
				t.Parallel()
				j, proxy, direct := throughProxy(t)
				require.NoError(t, j.reset())
				require.NoError(t, move(j, t.Context()), "prepares the texts")
				if action == wireproxy.Strand {
					j.s.Patience = time.Second
				}
				proxy.Arm(func(int) wireproxy.Action { return wireproxy.Pass })
				require.NoError(t, direct.reset())
				require.NoError(t, move(j, t.Context()))
				trips, first := proxy.Seen(), 0
				if action == wireproxy.Strand {
					first = trips - 1 // before its commit a stranded unit only holds locks
				}
				for i := first; i < trips; i++ {
					require.NoError(t, direct.reset())
					proxy.Arm(wireproxy.Once(i, action))
					err := move(j, t.Context())
					if action == wireproxy.Strand && name == "read between" {
						// Its transaction is open and waits for what was lost:
						// nobody can know, and nobody may say "failed".
						require.ErrorIs(t, err, fault.Unknown)
					} else {
						require.NoError(t, err, "trip %d", i)
					}
					proxy.Deliver()
					proxy.Arm(nil)
					require.Equal(t, []int{9, 1, 8}, []int{direct.has("a"), direct.has("x"), direct.has("b")}, "trip %d", i)
				}
				require.GreaterOrEqual(t, trips, 1)
			})
		}
	}
}

// TestPartitionWhileTheFirstRunWaits loses the client's side while the first
// run waits for a lock. A read would find nothing; the second run must wait.
func TestPartitionWhileTheFirstRunWaits(t *testing.T) {
	t.Parallel()
	j, proxy, direct := throughProxy(t)
	require.NoError(t, j.reset())
	move := moves()["one trip"]
	require.NoError(t, move(j, t.Context()), "prepares the texts")
	require.NoError(t, direct.reset())

	lock, err := direct.s.DB.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = lock.ExecContext(t.Context(), "UPDATE jar SET n = n WHERE k = 'b'")
	require.NoError(t, err)
	proxy.Arm(wireproxy.Once(0, wireproxy.Abandon))
	done := make(chan error, 1)
	go func() { done <- move(j, t.Context()) }()
	waiting := func() bool {
		n := 0
		require.NoError(t, direct.s.DB.NewRaw("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").Scan(t.Context(), &n))
		return n >= 2 // the first run for the row, the second for the anchor
	}
	require.Eventually(t, waiting, 10*time.Second, 5*time.Millisecond)
	require.NoError(t, lock.Commit())
	require.NoError(t, <-done)
	proxy.Settled()
	require.Equal(t, []int{9, 1, 8}, []int{direct.has("a"), direct.has("x"), direct.has("b")})
}

// TestStrandedUnitIsKeptOut has the second run refused by a guard while the
// first is still on its way: told as failed, it must never happen.
func TestStrandedUnitIsKeptOut(t *testing.T) {
	t.Parallel()
	j, proxy, direct := throughProxy(t)
	require.NoError(t, j.run(j.put("a", 1)))
	take := func(ctx context.Context) error {
		return j.s.Run(ctx, "", func(ctx context.Context, u *unit.Unit) error { return u.Write(ctx, j.take("a", 1)) })
	}
	require.NoError(t, take(t.Context()), "prepares the texts")
	proxy.Arm(wireproxy.Once(0, wireproxy.Strand))
	require.ErrorIs(t, take(t.Context()), errShort, "there is none left")
	proxy.Arm(nil)
	_, err := direct.s.DB.ExecContext(t.Context(), "UPDATE jar SET n = 5 WHERE k = 'a'")
	require.NoError(t, err)
	proxy.Deliver()
	require.Equal(t, 5, direct.has("a"), "what was refused did not happen later")
}

func TestOneTripForAUnit(t *testing.T) {
	t.Parallel()
	j, proxy, _ := throughProxy(t)
	require.NoError(t, j.run(j.put("a", 100), j.put("b", 100)))
	for _, n := range []int{1, 3, 30} {
		ws := []unit.Write{}
		for range n {
			ws = append(ws, j.take("a", 1))
		}
		require.NoError(t, j.run(ws...), "prepares the texts")
		before := proxy.Trips()
		require.NoError(t, j.run(ws...))
		require.Equal(t, 1, proxy.Trips()-before, "%d statements", n)
	}
}

func TestReadStepsOverDeadConnections(t *testing.T) {
	t.Parallel()
	j, proxy, direct := throughProxy(t)
	require.NoError(t, direct.run(direct.put("a", 7)))
	require.Equal(t, 7, j.has("a"), "prepares the text")
	for _, action := range []wireproxy.Action{wireproxy.Cut, wireproxy.LoseReply, wireproxy.ResetReply} {
		proxy.Arm(wireproxy.Once(0, action))
		require.Equal(t, 7, j.has("a"))
		proxy.Arm(nil)
	}
}

// brokenAfter is a Wire whose connection breaks after it has handed out a row.
type brokenAfter struct{ unit.Wire }

func (b brokenAfter) Read(ctx context.Context, conn any, queries []unit.Query) error {
	if err := b.Wire.Read(ctx, conn, queries); err != nil {
		return err
	}
	return errors.New("unit_test: connection lost")
}

func TestReadHandsOutNoRowTwice(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 7)))
		plain := j.s.Wire
		j.s.Wire = brokenAfter{plain}
		rows := 0
		err := j.s.View("").Read(t.Context(), unit.Query{Text: "SELECT n FROM jar", Row: func(unit.Row) error { rows++; return nil }})
		j.s.Wire = plain
		require.ErrorIs(t, err, fault.Unavailable)
		require.Equal(t, 1, rows)
	})
}
