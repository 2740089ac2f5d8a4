package lifecycle_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

type (
	state   string
	trigger string
	table   = lifecycle.Table[state, trigger]
	rows    = map[state]map[trigger]state
)

func order() table {
	return table{
		Machine: "order",
		Initial: "placed",
		Moves: rows{
			"placed":    {"confirm": "confirmed", "hold": "on_hold", "cancel": "cancelled"},
			"on_hold":   {"release": "placed", "cancel": "cancelled"},
			"confirmed": {"complete": "completed", "cancel": "cancelled"},
			"completed": {},
			"cancelled": {},
		},
	}
}

func TestNextMakesAMoveTheTableHolds(t *testing.T) {
	t.Parallel()
	s, err := order().Next("placed", "confirm")
	require.NoError(t, err)
	require.Equal(t, state("confirmed"), s)
	require.True(t, order().Can("on_hold", "release"))
	require.False(t, order().Can("completed", "cancel"))
}

func TestNextRefusesEveryOtherMove(t *testing.T) {
	t.Parallel()
	s, err := order().Next("on_hold", "complete")
	require.Equal(t, state("on_hold"), s, "a refused move leaves the state")

	var f *lifecycle.Forbidden
	require.ErrorAs(t, err, &f)
	require.Equal(t, &lifecycle.Forbidden{
		Machine: "order", State: "on_hold", Trigger: "complete", Allowed: []string{"cancel", "release"},
	}, f)
	require.ErrorIs(t, err, fault.Conflict)
	require.NotErrorIs(t, err, fault.Invalid)
	require.Equal(t, "move_forbidden", fault.CodeOf(err))
	require.Equal(t, "The order is on hold, which does not allow complete.", fault.Public(err))
	require.EqualError(t, err, "order: on_hold forbids complete: allowed is cancel, release")
	require.False(t, fault.Retryable(err))
}

func TestNextFromAnUnknownStateAllowsNothing(t *testing.T) {
	t.Parallel()
	_, err := order().Next("lost", "cancel")
	require.EqualError(t, err, "order: lost forbids cancel: allowed is nothing")
	require.False(t, order().Has("lost"))
	require.False(t, order().Final("lost"))
}

func TestStatesTriggersFinals(t *testing.T) {
	t.Parallel()
	m := order()
	require.Equal(t, []state{"placed", "cancelled", "confirmed", "on_hold", "completed"}, m.States())
	require.Equal(t, []trigger{"cancel", "complete", "confirm", "hold", "release"}, m.Triggers())
	require.Equal(t, []state{"cancelled", "completed"}, m.Finals())
	require.Equal(t, []trigger{"cancel", "complete"}, m.Allowed("confirmed"))
	require.True(t, m.Final("completed"))
	require.False(t, m.Final("placed"))
}

func TestWithLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	m := order()
	wider := m.With("confirmed", "dispute", "disputed").With("disputed", "settle", "completed")
	require.NoError(t, wider.Check())
	require.True(t, wider.Can("disputed", "settle"))
	require.Equal(t, order(), m)

	other := m.With("placed", "cancel", "on_hold")
	s, err := other.Next("placed", "cancel")
	require.NoError(t, err)
	require.Equal(t, state("on_hold"), s)
	require.Equal(t, order(), m)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, order().Check())
	for name, row := range map[string]struct {
		table table
		want  []string
	}{
		"no machine":       {table{Initial: "a", Moves: rows{"a": {}}}, []string{"machine required"}},
		"no initial row":   {table{Machine: "m", Initial: "a", Moves: rows{"b": {}}}, []string{"initial unknown_state"}},
		"no rows":          {table{Machine: "m", Initial: "a"}, []string{"initial unknown_state"}},
		"forgotten row":    {table{Machine: "m", Initial: "a", Moves: rows{"a": {"go": "b", "end": "c"}, "c": {}}}, []string{"a.go unknown_state"}},
		"unreachable":      {table{Machine: "m", Initial: "a", Moves: rows{"a": {"go": "b"}, "b": {}, "c": {"go": "b"}}}, []string{"c unreachable"}},
		"never ends":       {table{Machine: "m", Initial: "a", Moves: rows{"a": {"go": "b"}, "b": {"back": "a"}}}, []string{"a dead_end", "b dead_end"}},
		"trap on the side": {table{Machine: "m", Initial: "a", Moves: rows{"a": {"go": "b", "end": "c"}, "b": {"stay": "b"}, "c": {}}}, []string{"b dead_end"}},
		"bad names":        {table{Machine: "m", Initial: "A", Moves: rows{"A": {"go on": "b"}, "b": {}}}, []string{"A bad_name", "A.go on bad_name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := row.table.Check()
			require.ErrorIs(t, err, fault.Invalid)
			var got []string
			for _, f := range fault.FieldsOf(err) {
				got = append(got, f.Path+" "+f.Code)
			}
			require.Equal(t, row.want, got)
		})
	}
}

func TestMermaidIsStable(t *testing.T) {
	t.Parallel()
	for range 20 {
		require.Equal(t, `stateDiagram-v2
    [*] --> placed
    placed --> cancelled : cancel
    placed --> confirmed : confirm
    placed --> on_hold : hold
    cancelled --> [*]
    confirmed --> cancelled : cancel
    confirmed --> completed : complete
    on_hold --> cancelled : cancel
    on_hold --> placed : release
    completed --> [*]
`, order().Mermaid())
	}
}

// A table that passes Check keeps its promise: from every state that any walk
// arrives at, some walk reaches a final state, and no state is never visited.
func TestCheckedTablesHoldTheirPromise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		states := rapid.SampledFrom([]state{"a", "b", "c", "d", "e"})
		moves := rows{"a": {}}
		for range rapid.IntRange(0, 8).Draw(t, "moves") {
			from := states.Draw(t, "from")
			if moves[from] == nil {
				moves[from] = map[trigger]state{}
			}
			moves[from][rapid.SampledFrom([]trigger{"x", "y", "z"}).Draw(t, "trigger")] = states.Draw(t, "to")
		}
		m := table{Machine: "m", Initial: "a", Moves: moves}
		checked := m.Check() == nil
		require.Equal(t, model(m), checked)
	})
}

// model says by brute force whether a table is sound: it follows every walk of
// up to as many moves as there are states.
func model(m table) bool {
	reach := func(from state) map[state]bool {
		seen := map[state]bool{from: true}
		for range 6 {
			for s := range seen {
				for _, to := range m.Moves[s] {
					seen[to] = true
				}
			}
		}
		return seen
	}
	lives := reach(m.Initial)
	for s := range lives {
		row, ok := m.Moves[s]
		if !ok {
			return false
		}
		ends := len(row) == 0
		for to := range reach(s) {
			r, ok := m.Moves[to]
			ends = ends || (ok && len(r) == 0)
		}
		if !ends {
			return false
		}
	}
	for s := range m.Moves {
		if !lives[s] {
			return false
		}
	}
	return true
}

func ExampleTable() {
	lamp := lifecycle.Table[string, string]{
		Machine: "lamp",
		Initial: "off",
		Moves: map[string]map[string]string{
			"off":    {"press": "on"},
			"on":     {"press": "off", "drop": "broken"},
			"broken": {},
		},
	}
	s, err := lamp.Next("on", "drop")
	fmt.Println(s, err)

	_, err = lamp.Next(s, "press")
	var f *lifecycle.Forbidden
	fmt.Println(errors.As(err, &f), errors.Is(err, fault.Conflict))
	fmt.Println(err)
	// Output:
	// broken <nil>
	// true true
	// lamp: broken forbids press: allowed is nothing
}

func ExampleTable_Mermaid() {
	fmt.Print(lifecycle.Table[string, string]{
		Machine: "review",
		Initial: "pending",
		Moves: map[string]map[string]string{
			"pending":   {"publish": "published", "reject": "rejected"},
			"published": {},
			"rejected":  {},
		},
	}.Mermaid())
	// Output:
	// stateDiagram-v2
	//     [*] --> pending
	//     pending --> published : publish
	//     pending --> rejected : reject
	//     published --> [*]
	//     rejected --> [*]
}
