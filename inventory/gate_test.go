package inventory_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
)

func TestGateLetsNoMoreInThanItsWidth(t *testing.T) {
	t.Parallel()
	const width, callers, rounds = 2, 32, 50
	gate := inventory.NewGate(width)
	var inside [4]atomic.Int32
	var most atomic.Int32
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(c)))
			for range rounds {
				mine := r.Perm(len(inside))[:1+r.IntN(3)]
				skus := make([]string, 0, 4)
				for _, i := range mine {
					skus = append(skus, fmt.Sprintf("SKU-%d", i), fmt.Sprintf("SKU-%d", i))
				}
				leave, err := gate.Enter(t.Context(), "shop", skus)
				if err != nil {
					t.Errorf("enter: %v", err)
					return
				}
				for _, i := range mine {
					if n := inside[i].Add(1); n > most.Load() {
						most.Store(n)
					}
				}
				for _, i := range mine {
					inside[i].Add(-1)
				}
				leave()
				leave()
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, most.Load(), int32(width))
	require.Zero(t, gate.Busy())
}

func TestWhoGivesUpWaitingHoldsNothing(t *testing.T) {
	t.Parallel()
	gate := inventory.NewGate(1)
	leave, err := gate.Enter(t.Context(), "shop", []string{"B"})
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = gate.Enter(ctx, "shop", []string{"A", "B"})
	require.ErrorIs(t, err, fault.Unavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, 1, gate.Busy(), "A was left again")

	other, err := gate.Enter(t.Context(), "other", []string{"B"})
	require.NoError(t, err, "another tenant has a gate of its own")
	other()
	leave()
	require.Zero(t, gate.Busy())
	leave, err = gate.Enter(t.Context(), "shop", []string{"B"})
	require.NoError(t, err)
	leave()
}

// Whoever waited for A with B in hand could wait for somebody who waits for B.
func TestEntranceIsInOneOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := inventory.NewGate(1)
		leave, err := gate.Enter(t.Context(), "shop", []string{"A"})
		require.NoError(t, err)
		go func() {
			leave, err := gate.Enter(t.Context(), "shop", []string{"B", "A"})
			if err == nil {
				leave()
			}
		}()
		synctest.Wait()
		require.Equal(t, 1, gate.Busy(), "it waits for A and holds no B")
		leave()
		synctest.Wait()
		require.Zero(t, gate.Busy())
	})
}

func TestAGateOfNoWidthIsOpen(t *testing.T) {
	t.Parallel()
	for _, door := range []inventory.Door{{}, inventory.NewGate(0).Door("shop")} {
		for range 3 {
			_, err := door.Enter(t.Context(), []string{"A"})
			require.NoError(t, err)
		}
	}
	require.Zero(t, (*inventory.Gate)(nil).Busy())
}

func BenchmarkGate(b *testing.B) {
	gate := inventory.NewGate(inventory.DefaultGate)
	skus := []string{"A", "B", "C"}
	b.ReportAllocs()
	for b.Loop() {
		leave, err := gate.Enter(b.Context(), "shop", skus)
		if err != nil {
			b.Fatal(err)
		}
		leave()
	}
}
