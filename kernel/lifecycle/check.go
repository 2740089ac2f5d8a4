package lifecycle

import (
	"maps"
	"slices"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Check looks for mistakes in the table: no machine name, an initial state
// without a row, a move to a state without a row, a state that cannot be
// reached, a machine in which no life ever ends or some state from which no end
// can be reached, and names that are not lower case letters, digits and
// underscores. All of them are returned at once, as the fields of one Invalid
// error (code "lifecycle.table") whose paths read "state.trigger".
func (m Table[S, T]) Check() error {
	var c fault.Check
	c.That(m.Machine != "", "machine", "required", "must not be empty")
	if !c.That(m.Has(m.Initial), "initial", "unknown_state", "must be a state with a row") {
		return c.Err("lifecycle.table")
	}
	for _, s := range slices.Sorted(maps.Keys(m.Moves)) {
		c.That(plain(string(s)), string(s), "bad_name", "must be of lower case letters, digits and underscores")
		row := m.Moves[s]
		for _, t := range slices.Sorted(maps.Keys(row)) {
			path := string(s) + "." + string(t)
			c.That(plain(string(t)), path, "bad_name", "must be of lower case letters, digits and underscores")
			c.That(m.Has(row[t]), path, "unknown_state", "leads to "+string(row[t])+", which has no row")
		}
	}
	m.checkWalk(&c)
	return c.Err("lifecycle.table")
}

// checkWalk records states that no life reaches and states no life gets out of.
func (m Table[S, T]) checkWalk(c *fault.Check) {
	reached := m.reachable()
	ending := m.ending()
	for _, s := range m.States() {
		c.That(slices.Contains(reached, s), string(s), "unreachable", "no move leads here")
		c.That(ending[s], string(s), "dead_end", "no final state can be reached from here")
	}
}

// ending returns the states from which some final state can be reached.
func (m Table[S, T]) ending() map[S]bool {
	ending := map[S]bool{}
	for grew := true; grew; {
		grew = false
		for s, row := range m.Moves {
			if ending[s] {
				continue
			}
			ends := len(row) == 0
			for _, to := range row {
				ends = ends || ending[to]
			}
			if ends {
				ending[s], grew = true, true
			}
		}
	}
	return ending
}

func plain(name string) bool {
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return name != ""
}
