package unit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
)

func TestEitherIsTheTextOfTheDialect(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		want, got := "a postgres", ""
		if s.Dialect == unit.SQLite {
			want = "a sqlite"
		}
		text := unit.Either("SELECT $1::text || ' postgres'", "SELECT $1::text || ' sqlite'")
		found, err := unit.One(t.Context(), s.View("shop"), text, []any{"a"}, &got)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, want, got)
	})
}
