package unit //nolint:testpackage // there is no way to see the order from outside

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// TestTurnsComeInTheOrderOfAsking: with two connections and many callers each
// gets its turn when those before it have had theirs, also if one of them gives
// up meanwhile.
func TestTurnsComeInTheOrderOfAsking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const limit, callers, quits = 2, 20, 7
		var line turns
		for range limit {
			require.NoError(t, line.take(t.Context(), limit))
		}
		ctx, quit := context.WithCancel(t.Context())
		got := make(chan int, callers)
		for n := range callers {
			go func() {
				mine := t.Context()
				if n == quits {
					mine = ctx
				}
				if line.take(mine, limit) == nil {
					got <- n
				}
			}()
			synctest.Wait()
		}
		quit()
		synctest.Wait()
		for n := range callers {
			if n == quits {
				continue
			}
			line.give()
			require.Equal(t, n, <-got)
		}
		line.give()
		line.give()
		require.Zero(t, line.taken)
		require.Empty(t, line.queue)
	})
}

// TestTurnGivenAtTheLastMoment: who is given a turn while giving up passes it on.
func TestTurnGivenAtTheLastMoment(t *testing.T) {
	t.Parallel()
	var line turns
	require.NoError(t, line.take(t.Context(), 1))
	turn := make(chan struct{})
	line.queue = append(line.queue, turn)
	line.give()
	line.leave(turn)
	require.Zero(t, line.taken)
}
