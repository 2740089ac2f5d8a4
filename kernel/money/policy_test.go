package money_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
)

func TestPolicyIsStoredAsText(t *testing.T) {
	t.Parallel()
	rows := []struct {
		policy money.Policy
		want   string
	}{
		{money.Policy{}, `{"mode":"half_up","at":"line","residue":"largest_remainder","cash":false}`},
		{
			money.Policy{Mode: money.HalfEven, At: money.RateGroup, Residue: money.FirstEntries.OrEqual(), Cash: true},
			`{"mode":"half_even","at":"rate_group","residue":"first_entries_or_equal","cash":true}`,
		},
		{
			money.Policy{Mode: money.Ceil, At: money.Document, Residue: money.LastTakesRest.OrNothing()},
			`{"mode":"ceil","at":"document","residue":"last_takes_rest_or_nothing","cash":false}`,
		},
		{
			money.Policy{Mode: money.HalfDown, At: money.Unit, Residue: money.HalfDownFirst.OrEqual().OrNothing()},
			`{"mode":"half_down","at":"unit","residue":"half_down_first_or_nothing","cash":false}`,
		},
	}
	for _, row := range rows {
		b, err := json.Marshal(row.policy)
		require.NoError(t, err)
		require.Equal(t, row.want, string(b))
		var back money.Policy
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, row.policy, back)
	}
}

func TestEveryModeHasItsText(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for m := money.HalfUp; m <= money.Ceil; m++ {
		b, err := m.MarshalText()
		require.NoError(t, err)
		require.Equal(t, m.String(), string(b))
		require.False(t, seen[string(b)])
		seen[string(b)] = true
		back := money.Rounding(99)
		require.NoError(t, back.UnmarshalText(b))
		require.Equal(t, m, back)
	}
	require.Len(t, seen, 7)
}

func TestPolicyRefusesUnknownRules(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`{"mode":"bankers"}`, `{"mode":""}`, `{"at":"order"}`, `{"residue":"random"}`,
		`{"residue":"largest_remainder_or_equal_or_equal"}`, `{"residue":"_or_equal"}`,
	} {
		p := money.Policy{Mode: money.Up, At: money.Unit, Residue: money.FirstEntries}
		require.ErrorIs(t, json.Unmarshal([]byte(in), &p), money.ErrPolicy, in)
		require.Equal(t, money.Policy{Mode: money.Up, At: money.Unit, Residue: money.FirstEntries}, p)
	}
	for _, v := range []any{money.Rounding(7), money.Scope(4), money.Residue(4)} {
		_, err := json.Marshal(v)
		require.ErrorIs(t, err, money.ErrPolicy)
	}
	for _, p := range []money.Policy{{Mode: 7}, {At: 4}, {Residue: 4}} {
		require.ErrorIs(t, p.Check(), money.ErrPolicy)
	}
	require.NoError(t, money.Policy{Mode: money.Ceil, At: money.Document, Residue: money.LastTakesRest.OrNothing()}.Check())
	require.Equal(t, "invalid", money.Rounding(7).String())
	require.Equal(t, "invalid", money.Scope(4).String())
	require.Equal(t, "invalid", money.Residue(4).String())
}
