package unit_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/faultplan"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/fault"
)

// moves are the shapes of unit that the store ships: in one trip, and with a
// read after a write in between.
func moves() map[string]func(j jar, ctx context.Context) error {
	write := func(ctx context.Context, u *unit.Unit, ws ...unit.Write) error {
		for _, w := range ws {
			if err := u.Write(ctx, w); err != nil {
				return err
			}
		}
		return nil
	}
	return map[string]func(j jar, ctx context.Context) error{
		"one trip": func(j jar, ctx context.Context) error {
			return j.s.Run(ctx, "", func(ctx context.Context, u *unit.Unit) error {
				return write(ctx, u, j.take("a", 1), j.put("x", 1), j.take("b", 2))
			})
		},
		"read between": func(j jar, ctx context.Context) error {
			return j.s.Run(ctx, "", func(ctx context.Context, u *unit.Unit) error {
				if err := write(ctx, u, j.take("a", 1)); err != nil {
					return err
				}
				n := 0
				if _, err := unit.One(ctx, u, "SELECT n FROM jar WHERE k = $1", []any{"a"}, &n); err != nil {
					return err
				}
				return write(ctx, u, j.put("x", 1), j.take("b", 2))
			})
		},
	}
}

// TestEveryPointInEveryMode fails a unit everywhere, in every way, and demands
// the effect exactly once or not at all, as the caller was told.
func TestEveryPointInEveryMode(t *testing.T) {
	t.Parallel()
	for name, move := range moves() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachJar(t, func(t *testing.T, j jar) {
				j.s.Patience = time.Second
				count := &faultplan.Plan{Point: -1}
				points := 0
				for i := 0; i == 0 || i < points; i++ {
					for _, mode := range faultplan.Modes() {
						if i == 0 && points == 0 {
							j.s.Faults = count
							require.NoError(t, j.reset(), "the plain run")
							before := count.Points()
							require.NoError(t, move(j, t.Context()))
							points = count.Points() - before
							require.GreaterOrEqual(t, points, 5)
						}
						j.failOnce(move, mode, i)
					}
				}
				t.Logf("%d points, %d modes", points, len(faultplan.Modes()))
			})
		})
	}
}

func (j jar) reset() error {
	plan := j.s.Faults
	j.s.Faults = nil
	defer func() { j.s.Faults = plan }()
	_, err := j.s.DB.ExecContext(j.t.Context(), "DELETE FROM jar")
	if err != nil {
		return err
	}
	return j.run(j.put("a", 10), j.put("b", 10))
}

func (j jar) failOnce(move func(jar, context.Context) error, mode faultplan.Mode, point int) {
	j.t.Helper()
	require.NoError(j.t, j.reset())
	ctx, cancel := context.WithCancel(j.t.Context())
	defer cancel()
	plan := &faultplan.Plan{Dialect: j.s.Dialect, Mode: mode, Point: point, Cancel: cancel, Sleep: func() {}}
	j.s.Faults = plan
	err, crashed := j.crashing(func() error { return move(j, ctx) })
	plan.Stop()
	j.s.Faults = nil
	where := fmt.Sprintf("mode %s at point %d: %v", mode, point, err)
	require.Positive(j.t, plan.Fired(), where)
	happened := j.has("x") == 1
	if happened {
		require.Equal(j.t, []int{9, 8}, []int{j.has("a"), j.has("b")}, where)
	} else {
		require.Equal(j.t, []int{10, 10, -1}, []int{j.has("a"), j.has("b"), j.has("x")}, where)
	}
	switch {
	case crashed:
		require.Equal(j.t, faultplan.Panic, mode)
	case err == nil:
		require.True(j.t, happened, where)
	case fault.KindOf(err) == fault.Unknown:
	default:
		require.False(j.t, happened, where)
		require.NotEqual(j.t, fault.Internal, fault.KindOf(err), where)
	}
	switch mode {
	case faultplan.After, faultplan.Before, faultplan.Serialization, faultplan.Deadlock, faultplan.Delay, faultplan.LostTwice:
		if mode != faultplan.Before || err == nil {
			require.NoError(j.t, err, where)
		}
	case faultplan.TooMany, faultplan.Full:
		if happened { // the answer was lost, not refused
			return
		}
		require.ErrorIs(j.t, err, fault.Unavailable, where)
	case faultplan.Storm:
		if happened {
			return
		}
		require.ErrorIs(j.t, err, fault.Conflict, where)
	case faultplan.Cancel, faultplan.Panic:
	}
	require.NoError(j.t, j.run(j.put("y", 1)), "the store works on: "+where)
}

// crashing runs fn and reports whether it crashed as planned.
func (j jar) crashing(fn func() error) (err error, crashed bool) {
	defer func() {
		if p := recover(); p != nil {
			_, ok := p.(faultplan.Crash)
			require.True(j.t, ok, "%v", p)
			crashed = true
		}
	}()
	return fn(), false
}
