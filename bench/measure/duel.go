package measure

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Side is a program under load.
type Side struct {
	// Prepare makes room for about n operations, outside the measured time.
	Prepare func(ctx context.Context, n int) error
	Do      Task
}

// Rules are how a duel is held.
type Rules struct {
	Rounds  int
	Clients int
	// Slice is how long one side runs at a time.
	Slice time.Duration
	// Meter measures processor time. Defaults to none.
	Meter Meter
	// Whole makes a slice end when the work that was prepared is done, and not
	// when the time is up.
	Whole bool
}

// Score is the outcome of a duel; the first side is measured against the
// second.
type Score struct {
	Engine, Floor Figures
	// Ratio is the median of the rounds' ratios of rates.
	Ratio float64
}

// Figures are medians over the slices of one side. Times are in milliseconds.
type Figures struct {
	Rate, P50, P99, Allocs float64
	// CPU is processor time for each operation, in microseconds, over all slices.
	CPU float64
	Ops int
}

// Duel runs both sides in turns.
func Duel(ctx context.Context, r Rules, engine, floor Side) (Score, error) {
	scores, err := Contest(ctx, r, engine, floor)
	if err != nil {
		return Score{}, err
	}
	return Compare(scores[0], scores[1]), nil
}

// Compare makes a score of the slices of two sides that ran in the same rounds.
func Compare(engine, floor []Slice) Score {
	s := Score{Engine: Of(engine), Floor: Of(floor)}
	ratios := make([]float64, 0, len(engine))
	for i := range engine {
		if f := floor[i].Rate(); f > 0 {
			ratios = append(ratios, engine[i].Rate()/f)
		}
	}
	s.Ratio = median(ratios)
	return s
}

// Contest runs any number of sides in turns and returns the slices of each.
func Contest(ctx context.Context, r Rules, sides ...Side) ([][]Slice, error) {
	out := make([][]Slice, len(sides))
	rates := make([]float64, len(sides))
	for i, side := range sides {
		s, err := warm(ctx, r, side)
		if err != nil {
			return nil, fmt.Errorf("side %d: %w", i, err)
		}
		rates[i] = s.Rate()
	}
	for range r.Rounds {
		for _, i := range rand.Perm(len(sides)) {
			s, err := turn(ctx, r, sides[i], rates[i])
			if err != nil {
				return nil, fmt.Errorf("side %d: %w", i, err)
			}
			rates[i] = s.Rate()
			out[i] = append(out[i], s)
		}
	}
	return out, nil
}

// warmUp is how many operations a client does before anything counts: enough
// that the server keeps plans on every connection.
const warmUp = 40

// patience is how long a slice may take that ends with its work.
const patience = 5 * time.Minute

// warm runs a side before anything counts, and tells how fast it is, by which
// the first slice knows how much to prepare.
func warm(ctx context.Context, r Rules, s Side) (Slice, error) {
	if s.Prepare == nil {
		return Run(ctx, r.Clients, r.Slice, s.Do)
	}
	if err := s.Prepare(ctx, warmUp*max(r.Clients, 8)); err != nil {
		return Slice{}, err
	}
	return Run(ctx, r.Clients, patience, s.Do)
}

// turn is one slice of a side that did rate operations a second before.
func turn(ctx context.Context, r Rules, s Side, rate float64) (Slice, error) {
	n, limit := int(rate*1.3*r.Slice.Seconds())+r.Clients, r.Slice
	if r.Whole {
		limit = patience
	}
	if s.Prepare != nil {
		if err := s.Prepare(ctx, n); err != nil {
			return Slice{}, err
		}
	}
	if r.Meter == nil {
		return Run(ctx, r.Clients, limit, s.Do)
	}
	before := r.Meter()
	slice, err := Run(ctx, r.Clients, limit, s.Do)
	slice.CPU = r.Meter() - before
	return slice, err
}

// Of returns the figures of slices.
func Of(all []Slice) Figures {
	var f Figures
	var cpu time.Duration
	var rate, p50, p99, allocs []float64
	for _, s := range all {
		f.Ops += len(s.Latency)
		cpu += s.CPU
		rate, p50, p99 = append(rate, s.Rate()), append(p50, s.Percentile(50)), append(p99, s.Percentile(99))
		allocs = append(allocs, s.Allocs())
	}
	f.CPU = float64(cpu.Nanoseconds()) / 1e3 / float64(max(1, f.Ops))
	f.Rate, f.P50, f.P99, f.Allocs = median(rate), median(p50), median(p99), median(allocs)
	return f
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(v))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}
