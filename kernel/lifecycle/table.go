package lifecycle

import (
	"maps"
	"slices"
)

// Table is a state machine: S are the states, T the triggers. It is a value
// that is written once and then only read; all methods are safe for concurrent
// use. Check it in a test.
type Table[S, T ~string] struct {
	// Machine names the thing that moves, in errors and drawings: "order".
	Machine string
	// Initial is the state in which a thing begins its life.
	Initial S
	// Moves holds a row for every state: which trigger leads to which state. A
	// final state has an empty row; a state without a row does not exist.
	Moves map[S]map[T]S
}

// Next returns the state to which trigger t leads from s. A move that the
// table does not hold returns s unchanged and a *Forbidden (Conflict, code
// "move_forbidden").
func (m Table[S, T]) Next(s S, t T) (S, error) {
	to, ok := m.Moves[s][t]
	if !ok {
		return s, m.forbidden(s, t)
	}
	return to, nil
}

// Can reports whether s accepts the trigger t.
func (m Table[S, T]) Can(s S, t T) bool {
	_, ok := m.Moves[s][t]
	return ok
}

// Has reports whether s is a state of the machine. Stores use it to refuse a
// value that no version of the table ever wrote.
func (m Table[S, T]) Has(s S) bool {
	_, ok := m.Moves[s]
	return ok
}

// Final reports whether s is a state in which a life ends.
func (m Table[S, T]) Final(s S) bool {
	row, ok := m.Moves[s]
	return ok && len(row) == 0
}

// Allowed returns the triggers that s accepts, sorted by name.
func (m Table[S, T]) Allowed(s S) []T {
	return slices.Sorted(maps.Keys(m.Moves[s]))
}

// With returns a copy in which trigger leads from one state to another. A state
// that is new gets an empty row. A move the table already holds is replaced.
func (m Table[S, T]) With(from S, trigger T, to S) Table[S, T] {
	moves := make(map[S]map[T]S, len(m.Moves)+2)
	for s, row := range m.Moves {
		moves[s] = maps.Clone(row)
	}
	for _, s := range []S{from, to} {
		if moves[s] == nil {
			moves[s] = map[T]S{}
		}
	}
	moves[from][trigger] = to
	m.Moves = moves
	return m
}

// States returns all states with a row: first the initial one and what can be
// reached from it, nearest first, then the unreachable ones by name.
func (m Table[S, T]) States() []S {
	walk := m.reachable()
	for _, s := range slices.Sorted(maps.Keys(m.Moves)) {
		if !slices.Contains(walk, s) {
			walk = append(walk, s)
		}
	}
	return walk
}

// Triggers returns all triggers, sorted by name.
func (m Table[S, T]) Triggers() []T {
	seen := map[T]bool{}
	for _, row := range m.Moves {
		for t := range row {
			seen[t] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Finals returns the states in which a life ends, in the order of States.
func (m Table[S, T]) Finals() []S {
	return slices.DeleteFunc(m.States(), func(s S) bool { return !m.Final(s) })
}

// reachable walks the table breadth first from the initial state, triggers in
// the order of their names, and returns the states with a row that it met.
func (m Table[S, T]) reachable() []S {
	var walk []S
	if m.Has(m.Initial) {
		walk = append(walk, m.Initial)
	}
	for i := 0; i < len(walk); i++ {
		row := m.Moves[walk[i]]
		for _, t := range slices.Sorted(maps.Keys(row)) {
			if to := row[t]; m.Has(to) && !slices.Contains(walk, to) {
				walk = append(walk, to)
			}
		}
	}
	return walk
}
