// Package clock is the only source of time in the engine.
//
// All times are UTC and cut to microseconds, the finest unit that every
// supported database keeps, so that a value read back equals the value
// written. The host may pass its own Clock; Manual is one for tests, with
// which a return window of thirty days passes in no time.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. Now is UTC and cut to microseconds; it may be called
// from many goroutines.
type Clock interface {
	Now() time.Time
}

// Func adapts a function to a Clock. What it returns is cut by the engine.
type Func func() time.Time

// Now calls f and cuts the result.
func (f Func) Now() time.Time { return Cut(f()) }

// System returns the clock of the machine.
func System() Clock { return Func(time.Now) }

// Cut returns t in UTC, without a monotonic reading, cut to microseconds.
func Cut(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Manual is a clock that stands still until it is moved. It is safe for
// concurrent use.
type Manual struct {
	mu sync.Mutex
	at time.Time
}

// NewManual returns a clock that shows t.
func NewManual(t time.Time) *Manual { return &Manual{at: Cut(t)} }

// Now returns the time the clock shows.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at
}

// Advance moves the clock by d, which may be negative, and returns the new time.
func (m *Manual) Advance(d time.Duration) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = Cut(m.at.Add(d))
	return m.at
}

// Set moves the clock to t.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = Cut(t)
}

// Micros returns t as microseconds since 1970, the form in which times are
// stored. The zero time is 0.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros is the inverse of Micros.
func FromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
