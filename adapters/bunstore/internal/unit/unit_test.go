package unit_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
)

// jar is a little table of counters for the tests of this package.
type jar struct {
	t *testing.T
	s *unit.Shipper
}

var (
	errShort = fault.New(fault.Conflict, "short", "There is not enough.")
	errTaken = fault.New(fault.Conflict, "taken", "There is one already.")
)

func eachJar(t *testing.T, fn func(t *testing.T, j jar)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		_, err := s.DB.ExecContext(t.Context(), "CREATE TABLE jar (k text PRIMARY KEY, n bigint NOT NULL CHECK (n >= 0))")
		require.NoError(t, err)
		fn(t, jar{t: t, s: s})
	})
}

func (j jar) put(k string, n int) unit.Write {
	return unit.Write{
		Rank: unit.RankOther, Key: k, Text: "INSERT INTO jar (k, n) VALUES ($1, $2)",
		Args: []any{k, n}, Broken: errTaken,
	}
}

func (j jar) take(k string, n int) unit.Write {
	return unit.Write{
		Rank: unit.RankLevel, Key: k, Text: "UPDATE jar SET n = n - $2 WHERE k = $1 AND n >= $2",
		Args: []any{k, n}, Untouched: errShort,
	}
}

func (j jar) run(ws ...unit.Write) error {
	return j.s.Run(j.t.Context(), "", func(ctx context.Context, u *unit.Unit) error {
		for _, w := range ws {
			if err := u.Write(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

// count reads a counter; -1 is none.
func (j jar) count(q unit.Querier, k string) int {
	j.t.Helper()
	n := 0
	found, err := unit.One(j.t.Context(), q, "SELECT n FROM jar WHERE k = $1", []any{k}, &n)
	require.NoError(j.t, err)
	if !found {
		return -1
	}
	return n
}

func (j jar) has(k string) int { j.t.Helper(); return j.count(j.s.View(""), k) }

func TestUnitWritesAllOrNothing(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 5), j.put("b", 5)))
		require.NoError(t, j.run(j.take("a", 2), j.take("b", 5)))
		require.Equal(t, 3, j.has("a"))
		require.Equal(t, 0, j.has("b"))

		require.ErrorIs(t, j.run(j.take("a", 1), j.take("b", 1)), errShort)
		require.ErrorIs(t, j.run(j.take("a", 1), j.put("b", 1)), errTaken)
		require.Equal(t, 3, j.has("a"))

		boom := errors.New("boom")
		err := j.s.Run(t.Context(), "", func(ctx context.Context, u *unit.Unit) error {
			require.NoError(t, u.Write(ctx, j.take("a", 1)))
			require.Equal(t, 2, j.count(u, "a"), "a read after a write sees it")
			return boom
		})
		require.ErrorIs(t, err, boom)
		require.Equal(t, 3, j.has("a"))
	})
}

func TestUnitReadsItsOwnWrites(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		err := j.s.Run(t.Context(), "", func(ctx context.Context, u *unit.Unit) error {
			for i := range 3 {
				require.NoError(t, u.Write(ctx, j.put(strconv.Itoa(i), i)))
				require.Equal(t, i, j.count(u, strconv.Itoa(i)))
			}
			require.NoError(t, u.Write(ctx, j.take("2", 1)))
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, 1, j.has("2"))
	})
}

func TestUnitRollsBackOnPanic(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 5)))
		for _, read := range []bool{false, true} {
			require.Panics(t, func() {
				_ = j.s.Run(t.Context(), "", func(ctx context.Context, u *unit.Unit) error {
					require.NoError(t, u.Write(ctx, j.take("a", 1)))
					if read {
						require.Equal(t, 4, j.count(u, "a"))
					}
					panic("boom")
				})
			})
			require.Equal(t, 5, j.has("a"))
		}
		require.NoError(t, j.run(j.take("a", 5)), "the writer is free again")
	})
}

func TestUnitIsNotNested(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		err := j.s.Run(t.Context(), "", func(ctx context.Context, _ *unit.Unit) error {
			require.True(t, tx.Open(ctx))
			return j.s.Run(ctx, "", func(context.Context, *unit.Unit) error { return nil })
		})
		require.ErrorIs(t, err, tx.ErrNested)
	})
}

func TestUnitForgetsAFailedScope(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 5)))
		err := j.s.Run(t.Context(), "", func(ctx context.Context, u *unit.Unit) error {
			require.NoError(t, u.Write(ctx, j.take("a", 1)))
			inner := u.Scope(ctx, func(ctx context.Context) error {
				require.NoError(t, u.Write(ctx, j.take("a", 2)))
				return errShort
			})
			require.ErrorIs(t, inner, errShort)
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, 4, j.has("a"))
	})
}

func TestUnitExactUnderContention(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 20)))
		var wg sync.WaitGroup
		var mu sync.Mutex
		sold, short := 0, 0
		for range 48 {
			wg.Go(func() {
				err := j.run(j.take("a", 1))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					sold++
				case errors.Is(err, errShort):
					short++
				default:
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		require.Equal(t, 20, sold)
		require.Equal(t, 28, short)
		require.Equal(t, 0, j.has("a"))
	})
}

func TestUnitExplainsOnFreshReads(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 5)))
		w := j.take("a", 7)
		w.Explain = func(_ context.Context, q unit.Querier, err error) error {
			return fmt.Errorf("have %d: %w", j.count(q, "a"), err)
		}
		err := j.run(j.take("a", 1), w)
		require.ErrorIs(t, err, errShort)
		require.ErrorContains(t, err, "have 5")
	})
}

func TestUnitIsRefusedAfterItsEnd(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		var kept *unit.Unit
		require.NoError(t, j.s.Run(t.Context(), "", func(_ context.Context, u *unit.Unit) error { kept = u; return nil }))
		require.ErrorIs(t, kept.Write(t.Context(), j.put("a", 1)), unit.ErrDone)
		require.ErrorIs(t, kept.Read(t.Context()), unit.ErrDone)
	})
}

func TestCancelledCallerHarmsNoOther(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 1000)))
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for i := range 40 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%2 == 0 {
					go cancel()
				}
				err := j.s.Run(ctx, "", func(ctx context.Context, u *unit.Unit) error { return u.Write(ctx, j.take("a", 1)) })
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					done++
				} else if i%2 == 1 {
					t.Errorf("a caller that did not cancel failed: %v", err)
				} else if k := fault.KindOf(err); k != fault.Unavailable {
					t.Errorf("cancelled: %v %v", k, err)
				}
			})
		}
		wg.Wait()
		require.Equal(t, 1000-done, j.has("a"), "what was reported done, and nothing else, was done")
	})
}
