// Package faultplan fails one point of a run, in one way, on purpose.
//
// A scenario is run once with Count to learn its points, then once for each
// point and mode with a fresh database and a Plan. Points are those at which
// the store talks to the database about a unit: before it sends, at each
// statement, and when the answer to a commit is due.
package faultplan

import (
	"context"
	"fmt"
	"sync"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
)

// Mode is a way to fail.
type Mode string

// The modes of the fault catalogue.
const (
	// Before: the connection breaks before the statement; nothing happened.
	Before Mode = "before"
	// After: the statement, at a commit the whole unit, was applied and the
	// answer is lost.
	After Mode = "after"
	// Serialization, Deadlock: the database asks to run the unit again.
	Serialization Mode = "serialization"
	Deadlock      Mode = "deadlock"
	// TooMany, Full: the database refuses for want of connections or disk.
	TooMany Mode = "connections"
	Full    Mode = "disk-full"
	// Cancel: the caller gives up at this point.
	Cancel Mode = "cancel"
	// Panic: the process crashes at this point; the engine is abandoned.
	Panic Mode = "panic"
	// Delay: the database is slow here.
	Delay Mode = "delay"
	// Storm: like Serialization, but at every unit from here on, eleven times.
	Storm Mode = "storm"
	// LostTwice: like After, twice in a row.
	LostTwice Mode = "lost-twice"
)

// Modes are all modes.
func Modes() []Mode {
	return []Mode{Before, After, Serialization, Deadlock, TooMany, Full, Cancel, Panic, Delay, Storm, LostTwice}
}

// Crash is what Panic panics with.
type Crash struct{ Point int }

// Plan counts points and fails the one it is told to. It is safe for
// concurrent use.
type Plan struct {
	// Dialect decides which errors a database of this kind would give.
	Dialect unit.Dialect
	// Mode and Point say what fails where; Point counts from 0. Less than 0: nothing.
	Mode  Mode
	Point int
	// Cancel is called by mode Cancel.
	Cancel context.CancelFunc
	// Sleep is called by mode Delay.
	Sleep func()

	mu    sync.Mutex
	seen  int
	fired int
	off   bool
}

var _ unit.Faults = (*Plan)(nil)

// Points returns how many points have been passed.
func (p *Plan) Points() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

// Fired returns how often the plan has failed something.
func (p *Plan) Fired() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fired
}

// Stop lets everything pass from now on, uncounted.
func (p *Plan) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.off = true
}

// limit is how often a mode fails once it has begun.
func (m Mode) limit() int {
	if m == Storm {
		return 11
	}
	if m == LostTwice {
		return 2
	}
	return 1
}

// coded reports whether the database answers with an error of its own.
func (m Mode) coded() bool {
	switch m {
	case Serialization, Deadlock, TooMany, Full, Storm:
		return true
	case Before, After, Cancel, Panic, Delay, LostTwice:
		return false
	}
	return false
}

func (p *Plan) due(pt unit.Point) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.off {
		return false
	}
	n := p.seen
	p.seen++
	if p.Point < 0 || n < p.Point || p.fired >= p.Mode.limit() {
		return false
	}
	if p.fired > 0 && p.Mode == LostTwice && !pt.Reply() {
		return false
	}
	if p.fired > 0 && p.Mode == Storm && pt.Index != 0 {
		return false
	}
	p.fired++
	return true
}

// At fails the chosen point.
func (p *Plan) At(_ context.Context, pt unit.Point) error {
	if !p.due(pt) {
		return nil
	}
	mode := p.Mode
	if pt.Reply() && mode.coded() {
		mode = After // a code would be an answer; here the answer is what is lost
	}
	switch mode {
	case Before, After, LostTwice:
		return fmt.Errorf("faultplan: connection lost at %d of %d", pt.Index, pt.Of)
	case Serialization, Storm:
		return p.code("40001", 5)
	case Deadlock:
		return p.code("40P01", 6)
	case TooMany:
		return p.code("53300", 14)
	case Full:
		return p.code("53100", 13)
	case Cancel:
		if p.Cancel != nil {
			p.Cancel()
		}
	case Delay:
		if p.Sleep != nil {
			p.Sleep()
		}
	case Panic:
		panic(Crash{Point: p.Point}) //nolint:forbidigo // this is the fault
	}
	return nil
}

func (p *Plan) code(state string, lite int) error {
	if p.Dialect == unit.SQLite {
		return liteError(lite)
	}
	return stateError(state)
}

// stateError is an error as PostgreSQL drivers give it.
type stateError string

func (e stateError) Error() string    { return "faultplan: SQLSTATE " + string(e) }
func (e stateError) SQLState() string { return string(e) }

// liteError is an error as SQLite drivers give it.
type liteError int

func (e liteError) Error() string { return fmt.Sprintf("faultplan: SQLite code %d", int(e)) }
func (e liteError) Code() int     { return int(e) }
