package stockrows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/inventory"
)

func TestTamperedStockIsFound(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		tamper string
		want   []inventory.Discrepancy
	}{
		"a level was raised": {
			"UPDATE kontor_level SET on_hand = on_hand + 1 WHERE tenant = $1",
			[]inventory.Discrepancy{{Invariant: "S2", Subject: "TEE at main", Text: "on hand 9, movements sum to 8"}},
		},
		"a promise was forgotten": {
			"UPDATE kontor_level SET reserved = 0 WHERE tenant = $1",
			[]inventory.Discrepancy{{Invariant: "S2", Subject: "TEE at main", Text: "reserved 0, held reservations sum to 3"}},
		},
		"goods left without a movement": {
			"DELETE FROM kontor_movement WHERE tenant = $1 AND reason = 'ship'",
			[]inventory.Discrepancy{
				{Invariant: "S2", Subject: "TEE at main", Text: "on hand 8, movements sum to 10"},
				{Invariant: "S3", Subject: "TEE at main", Text: "2 committed, 0 shipped"},
			},
		},
		"more was promised than came": {
			"UPDATE kontor_movement SET delta = 4 WHERE tenant = $1 AND reason = 'receive'",
			[]inventory.Discrepancy{
				{Invariant: "S2", Subject: "TEE at main", Text: "on hand 8, movements sum to 2"},
				{Invariant: "S3", Subject: "TEE at main", Text: "3 promised of 2 that came and stayed"},
			},
		},
		"a promise ended without an end": {
			"UPDATE kontor_reservation SET ended_at = 0 WHERE tenant = $1 AND state = 'committed'",
			[]inventory.Discrepancy{{Invariant: "S5", Subject: "TEE at main", Text: "a promise to " + owner + " is committed, and when it ended says something else"}},
		},
		"the level is gone": {
			"DELETE FROM kontor_level WHERE tenant = $1",
			[]inventory.Discrepancy{
				{Invariant: "S2", Subject: "TEE at main", Text: "movements or reservations without a level"},
				{Invariant: "S2", Subject: "TEE at main", Text: "on hand 0, movements sum to 8"},
				{Invariant: "S2", Subject: "TEE at main", Text: "reserved 0, held reservations sum to 3"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
				sh := open(s, "shop", nil)
				sh.stock(t, "TEE", map[string]int{"main": 10})
				_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 5)})
				require.NoError(t, err)
				_, err = sh.Commit(t.Context(), owner, inventory.Commit{Lines: lines("TEE", 2)})
				require.NoError(t, err)
				sh.sound(t)
				movable(t, s)
				err = s.Run(t.Context(), "shop", func(ctx context.Context, u *unit.Unit) error {
					return u.Write(ctx, unit.Write{Rank: unit.RankOther, Text: row.tamper, Args: []any{"shop"}})
				})
				require.NoError(t, err)
				found, err := sh.read.StockDiscrepancies(t.Context())
				require.NoError(t, err)
				require.Equal(t, row.want, found)
			})
		})
	}
}

// movable takes away what keeps movements as they are.
func movable(t *testing.T, s *unit.Shipper) {
	t.Helper()
	drops := []string{"DROP TRIGGER kontor_movement_update", "DROP TRIGGER kontor_movement_delete"}
	if s.Dialect == unit.Postgres {
		drops = []string{"DROP TRIGGER kontor_movement_stays ON kontor_movement"}
	}
	for _, text := range drops {
		_, err := s.DB.ExecContext(t.Context(), text)
		require.NoError(t, err)
	}
}

func TestMovementsAreNeverChanged(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop", nil)
		sh.stock(t, "TEE", map[string]int{"main": 10})
		for _, text := range []string{"UPDATE kontor_movement SET delta = 4", "DELETE FROM kontor_movement"} {
			_, err := s.DB.ExecContext(t.Context(), text)
			require.ErrorContains(t, err, "kontor_movement is append-only", text)
		}
		sh.sound(t)
	})
}

func TestTheDatabaseItselfRefusesImpossibleLevels(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop", nil)
		sh.stock(t, "TEE", map[string]int{"main": 10})
		for _, text := range []string{
			"UPDATE kontor_level SET on_hand = -1 WHERE tenant = $1",
			"UPDATE kontor_level SET reserved = -1 WHERE tenant = $1",
			"UPDATE kontor_level SET reserved = 11 WHERE tenant = $1",
		} {
			err := s.Run(t.Context(), "shop", func(ctx context.Context, u *unit.Unit) error {
				return u.Write(ctx, unit.Write{Rank: unit.RankLevel, Text: text, Args: []any{"shop"}, Broken: inventory.ErrBroken})
			})
			require.ErrorIs(t, err, inventory.ErrBroken, text)
		}
		require.Equal(t, [3]int{10, 0, 10}, sh.figures(t, "TEE", "main"))
	})
}
