package stockrows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/inventory"
)

// What leaves one place is taken there, wherever else it is held.
func TestCommitTakesFromThePlaceItNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"east": 2, "west": 2})
		_, err := sh.Hold(t.Context(), "or_1", inventory.Hold{Lines: []inventory.Line{{SKU: "TEE", Quantity: 4}}})
		require.NoError(t, err)
		commit := inventory.Commit{Lines: []inventory.Line{{SKU: "TEE", Quantity: 2}}, Location: "west"}
		gone, err := sh.Commit(t.Context(), "or_1", commit)
		require.NoError(t, err)
		require.Len(t, gone, 1)
		require.Equal(t, "west", gone[0].Location)
		require.Equal(t, [3]int{0, 0, 0}, sh.figures(t, "TEE", "west"))
		require.Equal(t, [3]int{2, 2, 0}, sh.figures(t, "TEE", "east"))
		_, err = sh.Commit(t.Context(), "or_1", commit)
		require.ErrorIs(t, err, inventory.ErrNoReservation, "elsewhere does not count")
		again, err := sh.Commit(t.Context(), "or_1", inventory.Commit{Location: "west"})
		require.NoError(t, err)
		require.Equal(t, gone[0].ID, again[0].ID)
		_, err = sh.Commit(t.Context(), "or_1", inventory.Commit{Location: "West!"})
		require.Error(t, err)
	})
}
