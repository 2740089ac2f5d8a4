package measure

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"
)

// ErrNoWork is returned by a task when there is nothing left to do: its client
// stops.
var ErrNoWork = errors.New("measure: no work left")

// Task is one operation of one client. Clients are numbered from zero.
type Task func(ctx context.Context, client int) error

// Slice is what came of a stretch of load.
type Slice struct {
	Took time.Duration
	// Latency of each operation, sorted.
	Latency []time.Duration
	// Mallocs is how many allocations the process made meanwhile.
	Mallocs uint64
	// CPU is the processor time that was used.
	CPU time.Duration
}

// Rate returns operations per second.
func (s Slice) Rate() float64 {
	if s.Took <= 0 {
		return 0
	}
	return float64(len(s.Latency)) / s.Took.Seconds()
}

// Percentile returns the latency in milliseconds below which p percent are.
func (s Slice) Percentile(p int) float64 {
	if len(s.Latency) == 0 {
		return 0
	}
	return float64(s.Latency[min(len(s.Latency)-1, len(s.Latency)*p/100)].Nanoseconds()) / 1e6
}

// Allocs returns allocations per operation.
func (s Slice) Allocs() float64 { return float64(s.Mallocs) / float64(max(1, len(s.Latency))) }

// Run keeps clients busy with task until the time is up or the work is done.
// The first error of a task that is not ErrNoWork ends all.
func Run(ctx context.Context, clients int, limit time.Duration, task Task) (Slice, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	latency := make([][]time.Duration, clients)
	for c := range latency {
		latency[c] = make([]time.Duration, 0, 4096)
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var wg sync.WaitGroup
	start := time.Now()
	for c := range clients {
		wg.Go(func() {
			for time.Since(start) < limit && ctx.Err() == nil {
				from := time.Now()
				err := task(ctx, c)
				if errors.Is(err, ErrNoWork) {
					return
				}
				if err != nil {
					cancel(err)
					return
				}
				latency[c] = append(latency[c], time.Since(from))
			}
		})
	}
	wg.Wait()
	s := Slice{Took: time.Since(start), Latency: slices.Concat(latency...)}
	runtime.ReadMemStats(&after)
	s.Mallocs = after.Mallocs - before.Mallocs
	slices.Sort(s.Latency)
	return s, context.Cause(ctx)
}
