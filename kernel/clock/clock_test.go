package clock_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/clock"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func requireCut(t require.TestingT, at time.Time) {
	require.Equal(t, time.UTC, at.Location())
	require.Zero(t, at.Nanosecond()%1000)
	require.Equal(t, at.Round(0), at, "no monotonic reading")
}

func TestSystemShowsTheTimeCut(t *testing.T) {
	t.Parallel()
	before := time.Now().Add(-time.Microsecond)
	now := clock.System().Now()
	requireCut(t, now)
	require.False(t, now.Before(before))
	require.False(t, now.After(time.Now()))
}

func TestFuncIsCut(t *testing.T) {
	t.Parallel()
	c := clock.Func(func() time.Time { return noon().In(time.FixedZone("CET", 3600)).Add(1999) })
	require.Equal(t, noon().Add(time.Microsecond), c.Now())
	requireCut(t, c.Now())
}

func TestManualMovesOnlyWhenMoved(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(noon().Add(999))
	require.Equal(t, noon(), c.Now())
	require.Equal(t, noon(), c.Now())
	require.Equal(t, noon().Add(time.Hour), c.Advance(time.Hour+999))
	require.Equal(t, noon(), c.Advance(-time.Hour))
	c.Set(noon().AddDate(0, 0, 30).Add(1))
	require.Equal(t, noon().AddDate(0, 0, 30), c.Now())
}

func TestManualIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(noon())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				c.Advance(time.Second)
				_ = c.Now()
			}
		})
	}
	wg.Wait()
	require.Equal(t, noon().Add(800*time.Second), c.Now())
}

// A time that was cut survives storage as microseconds and keeps its order.
func TestMicrosRoundTrip(t *testing.T) {
	t.Parallel()
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(-60_000_000_000, 200_000_000_000).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := clock.Cut(moment.Draw(t, "a")), clock.Cut(moment.Draw(t, "b"))
		requireCut(t, a)
		require.Equal(t, a, clock.Cut(a))
		if clock.Micros(a) != 0 {
			require.Equal(t, a, clock.FromMicros(clock.Micros(a)))
		}
		require.Equal(t, a.Compare(b) < 0, clock.Micros(a) < clock.Micros(b))
	})
	require.Zero(t, clock.Micros(time.Time{}))
	require.True(t, clock.FromMicros(0).IsZero())
	require.Equal(t, int64(1_772_366_400_000_000), clock.Micros(noon()))
}

func ExampleManual() {
	c := clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	c.Advance(30 * 24 * time.Hour)
	fmt.Println(c.Now())
	// Output: 2026-03-31 12:00:00 +0000 UTC
}
