package unit_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/tx"
)

func TestHostTransactionStaysUsableAfterAGuard(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 5)))
		err := j.s.HostTx(t.Context(), "", func(ctx context.Context, host bun.Tx, u *unit.Unit) error {
			require.True(t, tx.Open(ctx))
			_, err := host.ExecContext(ctx, "INSERT INTO jar (k, n) VALUES ('host', 1)")
			require.NoError(t, err)
			require.NoError(t, u.Scope(ctx, func(ctx context.Context) error { return u.Write(ctx, j.take("a", 1)) }))
			err = u.Scope(ctx, func(ctx context.Context) error {
				require.NoError(t, u.Write(ctx, j.take("a", 1)))
				return u.Write(ctx, j.take("a", 100))
			})
			require.ErrorIs(t, err, errShort)
			err = u.Scope(ctx, func(ctx context.Context) error { return u.Write(ctx, j.put("a", 1)) })
			require.ErrorIs(t, err, errTaken)
			require.Equal(t, 4, j.count(u, "a"))
			_, err = host.ExecContext(ctx, "UPDATE jar SET n = 2 WHERE k = 'host'")
			return err
		})
		require.NoError(t, err)
		require.Equal(t, 4, j.has("a"))
		require.Equal(t, 2, j.has("host"))
	})
}

func TestHostTransactionRollsBackBoth(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 5)))
		err := j.s.HostTx(t.Context(), "", func(ctx context.Context, host bun.Tx, u *unit.Unit) error {
			require.NoError(t, u.Write(ctx, j.take("a", 1)))
			_, err := host.ExecContext(ctx, "INSERT INTO jar (k, n) VALUES ('host', 1)")
			require.NoError(t, err)
			return errTaken
		})
		require.ErrorIs(t, err, errTaken)
		require.Equal(t, 5, j.has("a"))
		require.Equal(t, -1, j.has("host"))
	})
}

func TestJoinReadsItsWritesAndSurvivesAScopeThatFailsLate(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 5)))
		host, err := j.s.DB.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		u := j.s.Join(host.Tx, "")
		err = u.Scope(t.Context(), func(ctx context.Context) error {
			require.NoError(t, u.Write(ctx, j.take("a", 1)))
			require.Equal(t, 4, j.count(u, "a"))
			require.NoError(t, u.Write(ctx, j.take("a", 1)))
			return errShort
		})
		require.ErrorIs(t, err, errShort)
		require.Equal(t, 5, j.count(u, "a"))
		require.NoError(t, u.Scope(t.Context(), func(ctx context.Context) error { return u.Write(ctx, j.take("a", 2)) }))
		require.NoError(t, host.Commit())
		require.Equal(t, 3, j.has("a"))
	})
}

func TestJoinedScopesNest(t *testing.T) {
	t.Parallel()
	eachJar(t, func(t *testing.T, j jar) {
		require.NoError(t, j.run(j.put("a", 5)))
		err := j.s.HostTx(t.Context(), "", func(ctx context.Context, _ bun.Tx, u *unit.Unit) error {
			return u.Scope(ctx, func(ctx context.Context) error {
				require.NoError(t, u.Write(ctx, j.take("a", 1)))
				inner := u.Scope(ctx, func(ctx context.Context) error {
					require.NoError(t, u.Write(ctx, j.take("a", 1)))
					return errShort
				})
				require.ErrorIs(t, inner, errShort)
				return nil
			})
		})
		require.NoError(t, err)
		require.Equal(t, 4, j.has("a"))
	})
}
