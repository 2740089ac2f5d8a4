package stockrows_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
)

// all runs fn n times at once and returns the errors.
func all(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = fn(i) })
	}
	wg.Wait()
	return errs
}

func TestExactlyWhatIsThereIsSold(t *testing.T) {
	t.Parallel()
	for _, width := range []int{0, inventory.DefaultGate} {
		t.Run(fmt.Sprintf("gate of %d", width), func(t *testing.T) {
			t.Parallel()
			unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
				gate := inventory.NewGate(width)
				sh := open(s, "shop", func(d *inventory.Deps) { d.Door = gate.Door("shop") })
				sh.stock(t, "HOT", map[string]int{"north": 30, "south": 20})
				errs := all(64, func(i int) error {
					_, err := sh.Hold(t.Context(), fmt.Sprintf("or_%d", i), inventory.Hold{Lines: lines("HOT", 1)})
					return err
				})
				sold, refused := 0, 0
				for _, err := range errs {
					var short *inventory.Shortage
					switch {
					case err == nil:
						sold++
					case errors.As(err, &short):
						refused++
					default:
						require.NoError(t, err)
					}
				}
				require.Equal(t, [2]int{50, 14}, [2]int{sold, refused})
				require.Equal(t, [3]int{30, 30, 0}, sh.figures(t, "HOT", "north"))
				require.Equal(t, [3]int{20, 20, 0}, sh.figures(t, "HOT", "south"))
				require.Zero(t, gate.Busy(), "the gate remembers nobody")
				sh.sound(t)
			})
		})
	}
}

func TestOppositeOrdersDoNotBlockEachOther(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		s.Retries = -1 // a deadlock would be an error
		sh := open(s, "shop", nil)
		const skus, buyers = 20, 32
		for i := range skus {
			sh.stock(t, fmt.Sprintf("SKU-%02d", i), map[string]int{"main": 1000})
		}
		errs := all(buyers, func(i int) error {
			ls := make([]inventory.Line, 0, skus)
			for _, j := range rand.New(rand.NewPCG(7, uint64(i))).Perm(skus) {
				ls = append(ls, inventory.Line{SKU: fmt.Sprintf("SKU-%02d", j), Quantity: 1 + j%3})
			}
			owner := fmt.Sprintf("or_%d", i)
			if _, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: ls}); err != nil {
				return err
			}
			if i%2 == 0 {
				_, err := sh.Release(t.Context(), owner, inventory.Release{})
				return err
			}
			_, err := sh.Commit(t.Context(), owner, inventory.Commit{})
			return err
		})
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, [3]int{1000 - buyers/2*2, 0, 1000 - buyers/2*2}, sh.figures(t, "SKU-01", "main"))
		sh.sound(t)
	})
}

func TestOneOfManyEndsAReservation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 50})
		const rounds = 8
		for i := range rounds {
			owner := fmt.Sprintf("or_%d", i)
			_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2)})
			require.NoError(t, err)
			var committed, released atomic.Int32
			errs := all(6, func(n int) error {
				if n%2 == 0 {
					out, err := sh.Commit(t.Context(), owner, inventory.Commit{})
					if err == nil && len(out) > 0 {
						committed.Add(1)
					}
					return err
				}
				out, err := sh.Release(t.Context(), owner, inventory.Release{})
				if err == nil && len(out) > 0 {
					released.Add(1)
				}
				return err
			})
			for _, err := range errs {
				if err != nil {
					require.ErrorIs(t, err, fault.Conflict, "a commit after the release")
				}
			}
			require.True(t, (committed.Load() > 0) != (released.Load() == 1), "committed or released, never both")
		}
		l := sh.level(t, "TEE", "main")
		require.Zero(t, l.Reserved)
	})
}

func TestALostRaceIsDecidedAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"north": 4, "south": 3})
		robbed := false
		rob := inventory.AllocatorFunc(func(ls []inventory.Line, levels []inventory.Level) ([]inventory.Allocation, error) {
			if !robbed { // somebody else takes all of north after the look
				robbed = true
				if _, err := sh.Hold(t.Context(), "or_thief", inventory.Hold{Lines: lines("TEE", 4)}); err != nil {
					return nil, err
				}
			}
			return inventory.HighestFirst().Allocate(ls, levels)
		})
		slow := inventory.NewService(inventory.Deps{Units: sh.units, Reader: sh.read, Clock: sh.clock, NewID: numberedFrom(1000), Allocator: rob})
		rs, err := slow.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 3)})
		require.NoError(t, err)
		require.Equal(t, map[string]int{"TEE@south": 3}, parts(rs))
	})
}

func TestTenantsKeepApart(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		a, b := open(s, "a", nil), open(s, "b", nil)
		for _, sh := range []shop{a, b} {
			sh.stock(t, "TEE", map[string]int{"main": 5})
		}
		_, err := a.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2)})
		require.NoError(t, err)
		none, err := b.Reservations(t.Context(), owner)
		require.NoError(t, err)
		require.Empty(t, none)
		for verb, err := range map[string]error{
			"commit": second(b.Commit(t.Context(), owner, inventory.Commit{})),
			"keep":   second(b.Keep(t.Context(), owner, inventory.Keep{})),
			"part":   second(b.Release(t.Context(), owner, inventory.Release{Lines: lines("TEE", 1)})),
		} {
			require.ErrorIs(t, err, inventory.ErrNoReservation, verb)
		}
		_, err = b.Release(t.Context(), owner, inventory.Release{})
		require.NoError(t, err)
		_, err = b.Expire(t.Context(), owner, inventory.Expire{})
		require.NoError(t, err)
		require.NoError(t, a.SetLow(t.Context(), inventory.SetLow{SKU: "TEE", Low: 1}))
		_, err = a.Adjust(t.Context(), inventory.Adjust{SKU: "TEE", Delta: 1})
		require.NoError(t, err)
		require.Equal(t, [3]int{6, 2, 4}, a.figures(t, "TEE", "main"))
		require.Equal(t, [3]int{5, 0, 5}, b.figures(t, "TEE", "main"))
		require.Zero(t, b.level(t, "TEE", "main").Low)
		moves, err := b.Movements(t.Context(), "TEE", inventory.MovementID{}, 10)
		require.NoError(t, err)
		require.Len(t, moves, 1)
		a.sound(t)
		b.sound(t)
	})
}

func second[T any](_ T, err error) error { return err }
