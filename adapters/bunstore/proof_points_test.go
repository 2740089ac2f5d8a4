package bunstore_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/faultplan"
	"github.com/kontor-go/kontor/kernel/fault"
)

// TestFaultsAtEveryPoint fails everything that a shop does, at every point at
// which it talks to its database, in every way, and demands the effect exactly
// once.
func TestFaultsAtEveryPoint(t *testing.T) {
	t.Parallel()
	for _, sc := range scenes() {
		for _, kind := range kinds() {
			t.Run(sc.name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				var runs atomic.Int64
				began := time.Now()
				t.Cleanup(func() {
					t.Logf("%s on %s: %d points, %d modes, %d runs, %s", sc.name, kind, sc.points[kind], len(faultplan.Modes()), runs.Load(), time.Since(began).Round(time.Millisecond))
				})
				for i, mode := range faultplan.Modes() {
					t.Run(string(mode), func(t *testing.T) {
						t.Parallel()
						r := sc.rig(t, kind)
						once := r.whole(sc)
						step := stride(kind)
						for point := i % step; point < sc.points[kind]; point += step {
							r.failOnce(sc, once, mode, point)
							if runs.Add(1)%audit == 0 {
								r.sound()
							}
						}
						r.sound()
					})
				}
			})
		}
	}
}

// audit is after how many runs everything that the shop holds is verified; what
// breaks a rule stays broken, and the effect of each run is compared anyway.
const audit = 10

// stride is from one point to the next: all of them, or, unless everything is to
// be run, each eleventh, which each mode begins with another one, so that every
// point is failed in some way. That is so under the race detector, and on a
// file, whose units are those of a database in memory.
func stride(kind string) int {
	if (raced || kind == onFile) && !long() {
		return len(faultplan.Modes())
	}
	return 1
}

// effects is what a scene does if nothing fails: the call alone, and all of it.
type effects struct{ call, all tally }

// whole plays a scene without a fault, counts its points, and returns what it
// does.
func (r *rig) whole(sc scene) effects {
	r.t.Helper()
	do := sc.ready(r)
	before := r.begin()
	count := &faultplan.Plan{Point: -1}
	r.faults(count)
	require.NoError(r.t, do(r.t.Context(), r.shop))
	call := r.end(before)
	_, err := r.shop.Drain(r.t.Context())
	require.NoError(r.t, err)
	r.faults(nil)
	require.True(r.t, r.still(), "one drain is enough where nothing fails")
	all := r.end(before)
	require.Equal(r.t, sc.points[r.kind], count.Points(), "points of %s on %s", sc.name, r.kind)
	for name, n := range sc.effect {
		require.Equal(r.t, n, all[name], "%s: %s in %v", sc.name, name, all)
	}
	r.sound()
	return effects{call: call, all: all}
}

// failOnce plays a scene with one fault, repeats the call as a caller would,
// and demands that it happened once.
func (r *rig) failOnce(sc scene, once effects, mode faultplan.Mode, point int) {
	r.t.Helper()
	do := sc.ready(r)
	before := r.begin()
	ctx, cancel := context.WithCancel(r.t.Context())
	defer cancel()
	plan := &faultplan.Plan{Dialect: r.store.Shipper().Dialect, Mode: mode, Point: point, Cancel: cancel, Sleep: func() { time.Sleep(time.Millisecond) }}
	r.faults(&mortal{Plan: plan})
	err, crashed := r.crashing(func() error { return do(ctx, r.shop) })
	where := fmt.Sprintf("%s on %s, mode %s at point %d: %v", sc.name, r.kind, mode, point, err)
	if plan.Fired() == 0 {
		require.NoError(r.t, err, where)
		_, crashed = r.crashing(func() error { _, err := r.shop.Drain(ctx); return err })
	} else if !crashed {
		plan.Stop()
		r.told(sc, once, r.end(before), err, where)
	}
	plan.Stop()
	r.faults(nil)
	require.Positive(r.t, plan.Fired(), where)
	require.Equal(r.t, mode == faultplan.Panic, crashed, where)
	if crashed {
		r.restart()
	}
	r.quiet()
	require.NoError(r.t, do(r.t.Context(), r.shop), "again: "+where)
	r.quiet()
	require.Equal(r.t, once.all, r.end(before), where)
	r.spotless()
}

// told compares what has happened with what the caller was told.
func (r *rig) told(sc scene, once effects, did tally, err error, where string) {
	r.t.Helper()
	switch {
	case err == nil && sc.remote:
		require.NotEmpty(r.t, did, where)
	case err == nil:
		require.Equal(r.t, once.call, did, where)
	case fault.KindOf(err) == fault.Unknown:
		if len(did) > 0 {
			require.Equal(r.t, once.call, did, where)
		}
	default:
		require.NotEqual(r.t, fault.Internal, fault.KindOf(err), where)
		if !sc.remote {
			require.Empty(r.t, did, where)
		}
	}
}
