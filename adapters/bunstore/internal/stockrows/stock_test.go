package stockrows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
)

const owner = "or_1"

func TestReceivedGoodsAreOnHandAndMovementsRemember(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		by := op.Meta{By: op.Actor{Kind: op.Staff, ID: "eva"}}
		first, err := sh.Receive(t.Context(), inventory.Receive{Meta: by, SKU: "TEE", Quantity: 5, Note: "from the ship"})
		require.NoError(t, err)
		back, err := sh.Receive(t.Context(), inventory.Receive{SKU: "TEE", Quantity: 2, Reason: inventory.Returning, Owner: "rt_1"})
		require.NoError(t, err)
		fixed, err := sh.Adjust(t.Context(), inventory.Adjust{SKU: "TEE", Delta: -1, Note: "broken"})
		require.NoError(t, err)
		require.Equal(t, [3]int{6, 0, 6}, sh.figures(t, "TEE", inventory.Main))

		all, err := sh.Movements(t.Context(), "TEE", inventory.MovementID{}, 10)
		require.NoError(t, err)
		require.Equal(t, []inventory.Movement{fixed, back, first}, all, "newest first, read back equal")
		require.Equal(t, "staff:eva", first.Actor)
		rest, err := sh.Movements(t.Context(), "TEE", back.ID, 10)
		require.NoError(t, err)
		require.Equal(t, []inventory.Movement{first}, rest)
		require.Equal(t, []string{"inventory.received TEE", "inventory.received TEE", "inventory.adjusted TEE"}, sh.events(t))
	})
}

// The first rows of the worked examples: K1, K3 and K9.
func TestHoldTakesHighestStockFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"north": 4, "south": 3})
		rs, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 5)})
		require.NoError(t, err)
		require.Equal(t, map[string]int{"TEE@north": 4, "TEE@south": 1}, parts(rs))
		require.Equal(t, [3]int{4, 4, 0}, sh.figures(t, "TEE", "north"))
		require.Equal(t, [3]int{3, 1, 2}, sh.figures(t, "TEE", "south"))
		stored, err := sh.Reservations(t.Context(), owner)
		require.NoError(t, err)
		require.Equal(t, rs, stored, "read back equal")
		require.True(t, rs[0].Firm())
	})
}

func TestHoldTakesAllOrNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"north": 4, "south": 3})
		sh.stock(t, "CAP", map[string]int{"north": 9})
		_, err := sh.Hold(t.Context(), "or_0", inventory.Hold{Lines: lines("TEE", 3)})
		require.NoError(t, err)
		before := sh.events(t)

		_, err = sh.Hold(t.Context(), owner, inventory.Hold{Lines: []inventory.Line{{SKU: "CAP", Quantity: 1}, {SKU: "TEE", Quantity: 5}}})
		var short *inventory.Shortage
		require.ErrorAs(t, err, &short)
		require.Equal(t, inventory.Shortage{SKU: "TEE", Want: 5, Have: 4}, *short)
		require.ErrorIs(t, err, fault.Conflict)
		require.False(t, fault.Retryable(err))

		require.Equal(t, [3]int{9, 0, 9}, sh.figures(t, "CAP", "north"))
		rs, err := sh.Reservations(t.Context(), owner)
		require.NoError(t, err)
		require.Empty(t, rs)
		require.Equal(t, before, sh.events(t))
	})
}

func TestReservationStatesMoveTheFigures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 10})
		_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 3)})
		require.NoError(t, err)
		require.Equal(t, [3]int{10, 3, 7}, sh.figures(t, "TEE", "main"), "held: available -q, on hand the same")

		_, err = sh.Release(t.Context(), owner, inventory.Release{Reason: "changed mind"})
		require.NoError(t, err)
		require.Equal(t, [3]int{10, 0, 10}, sh.figures(t, "TEE", "main"), "released: available +q")

		_, err = sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 4)})
		require.NoError(t, err, "an owner may hold again what it held before")
		_, err = sh.Commit(t.Context(), owner, inventory.Commit{})
		require.NoError(t, err)
		require.Equal(t, [3]int{6, 0, 6}, sh.figures(t, "TEE", "main"), "committed: on hand -q")

		ms, err := sh.Movements(t.Context(), "TEE", inventory.MovementID{}, 1)
		require.NoError(t, err)
		require.Equal(t, -4, ms[0].Delta)
		require.Equal(t, inventory.Shipping, ms[0].Reason)
		require.Equal(t, owner, ms[0].Owner)
	})
}

func TestGoodsMayLeaveInParts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 10})
		_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 5)})
		require.NoError(t, err)
		out, err := sh.Commit(t.Context(), owner, inventory.Commit{Lines: lines("TEE", 3)})
		require.NoError(t, err)
		require.Equal(t, map[string]int{"TEE@main": 3}, parts(out))
		require.Equal(t, inventory.Committed, out[0].State())
		require.Equal(t, [3]int{7, 2, 5}, sh.figures(t, "TEE", "main"))

		_, err = sh.Commit(t.Context(), owner, inventory.Commit{Lines: lines("TEE", 3)})
		require.ErrorIs(t, err, inventory.ErrNoReservation, "two are held, not three")
		_, err = sh.Release(t.Context(), owner, inventory.Release{Lines: lines("TEE", 1)})
		require.NoError(t, err)
		_, err = sh.Commit(t.Context(), owner, inventory.Commit{})
		require.NoError(t, err)
		require.Equal(t, [3]int{6, 0, 6}, sh.figures(t, "TEE", "main"))

		rs, err := sh.Reservations(t.Context(), owner)
		require.NoError(t, err)
		committed, released := 0, 0
		for _, r := range rs {
			require.Equal(t, noon(), r.EndedAt)
			if r.State() == inventory.Committed {
				committed += r.Quantity
			} else {
				require.Equal(t, inventory.Released, r.State())
				released += r.Quantity
			}
		}
		require.Equal(t, [2]int{4, 1}, [2]int{committed, released})
	})
}

func TestUndoingMayBeRepeatedAndCommittingToo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 10})
		none, err := sh.Release(t.Context(), owner, inventory.Release{})
		require.NoError(t, err)
		require.Empty(t, none)
		none, err = sh.Expire(t.Context(), owner, inventory.Expire{})
		require.NoError(t, err)
		require.Empty(t, none)
		_, err = sh.Commit(t.Context(), owner, inventory.Commit{})
		require.ErrorIs(t, err, fault.NotFound)
		_, err = sh.Keep(t.Context(), owner, inventory.Keep{})
		require.ErrorIs(t, err, fault.NotFound)

		_, err = sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 4)})
		require.NoError(t, err)
		first, err := sh.Commit(t.Context(), owner, inventory.Commit{})
		require.NoError(t, err)
		again, err := sh.Commit(t.Context(), owner, inventory.Commit{})
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Equal(t, [3]int{6, 0, 6}, sh.figures(t, "TEE", "main"))

		_, err = sh.Hold(t.Context(), "or_2", inventory.Hold{Lines: lines("TEE", 1)})
		require.NoError(t, err)
		_, err = sh.Release(t.Context(), "or_2", inventory.Release{})
		require.NoError(t, err)
		_, err = sh.Commit(t.Context(), "or_2", inventory.Commit{})
		var forbidden *lifecycle.Forbidden
		require.ErrorAs(t, err, &forbidden)
		require.Equal(t, "released", forbidden.State)
	})
}

func TestAPromiseEndsAtItsVeryEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 2})
		until := noon().Add(30 * time.Minute)
		_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2), Until: until, Timer: true})
		require.NoError(t, err)
		require.Contains(t, sh.events(t), "inventory.hold_due "+owner)

		sh.clock.Set(until.Add(-time.Microsecond))
		out, err := sh.Expire(t.Context(), owner, inventory.Expire{})
		require.NoError(t, err)
		require.Empty(t, out, "a microsecond too early")
		require.Equal(t, [3]int{2, 2, 0}, sh.figures(t, "TEE", "main"))

		sh.clock.Set(until)
		out, err = sh.Expire(t.Context(), owner, inventory.Expire{})
		require.NoError(t, err)
		require.Equal(t, map[string]int{"TEE@main": 2}, parts(out))
		require.Equal(t, inventory.Expired, out[0].State())
		require.Equal(t, [3]int{2, 0, 2}, sh.figures(t, "TEE", "main"))
		_, err = sh.Keep(t.Context(), owner, inventory.Keep{})
		require.ErrorIs(t, err, inventory.ErrNoReservation, "too late")
		_, err = sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2)})
		require.NoError(t, err, "stock is taken again while there is some")
	})
}

func TestWhatIsKeptDoesNotExpire(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 2})
		_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2), Until: noon().Add(time.Hour)})
		require.NoError(t, err)
		sh.clock.Advance(2 * time.Hour)
		kept, err := sh.Keep(t.Context(), owner, inventory.Keep{})
		require.NoError(t, err, "due, but nobody took it back")
		require.True(t, kept[0].Firm())
		again, err := sh.Keep(t.Context(), owner, inventory.Keep{})
		require.NoError(t, err)
		require.Equal(t, kept, again)
		out, err := sh.Expire(t.Context(), owner, inventory.Expire{})
		require.NoError(t, err)
		require.Empty(t, out)
		require.Equal(t, [3]int{2, 2, 0}, sh.figures(t, "TEE", "main"))
	})
}

func TestGoodsLieAtKnownPlaces(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		_, err := sh.Receive(t.Context(), inventory.Receive{SKU: "TEE", Location: "moon", Quantity: 1})
		require.ErrorIs(t, err, inventory.ErrNoLocation)
		_, err = sh.Adjust(t.Context(), inventory.Adjust{SKU: "TEE", Delta: 1})
		require.ErrorIs(t, err, inventory.ErrNoLevel)
		_, err = sh.Receive(t.Context(), inventory.Receive{SKU: "TEE", Quantity: 1})
		require.NoError(t, err)
		north := inventory.Location{Code: "north", Name: "North", Priority: 3}
		for _, name := range []string{"Nord", "North"} {
			north.Name = name
			_, err = sh.SaveLocation(t.Context(), inventory.SaveLocation{Location: north})
			require.NoError(t, err)
		}
		places, err := sh.Locations(t.Context())
		require.NoError(t, err)
		require.Equal(t, []inventory.Location{{Code: "main"}, north}, places)
		_, err = sh.Receive(t.Context(), inventory.Receive{SKU: "TEE", Location: "north", Quantity: 1})
		require.NoError(t, err)
		require.Equal(t, 3, sh.level(t, "TEE", "north").Priority)
	})
}

func TestAnOwnerHoldsTheSameGoodsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 9})
		_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2)})
		require.NoError(t, err)
		_, err = sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2)})
		require.ErrorIs(t, err, inventory.ErrHeld)
		require.Equal(t, [3]int{9, 2, 7}, sh.figures(t, "TEE", "main"))
	})
}

func TestAdjustNeverGoesBelowWhatIsReserved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 5})
		_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 3)})
		require.NoError(t, err)
		_, err = sh.Adjust(t.Context(), inventory.Adjust{SKU: "TEE", Delta: -3})
		var short *inventory.Shortage
		require.ErrorAs(t, err, &short)
		require.Equal(t, inventory.Shortage{SKU: "TEE", Want: 3, Have: 2, Location: "main"}, *short)
		_, err = sh.Adjust(t.Context(), inventory.Adjust{SKU: "TEE", Delta: -2})
		require.NoError(t, err)
		require.Equal(t, [3]int{3, 3, 0}, sh.figures(t, "TEE", "main"))
	})
}

func TestGuardsHoldWhateverWasRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 5, "south": 3})
		stale := []inventory.Level{{SKU: "TEE", Location: "main", OnHand: 500}}
		err := sh.in(t, func(ctx context.Context, tt inventory.Tx) error {
			_, err := sh.HoldLevelsTx(ctx, tt, inventory.Holding{Owner: owner, Levels: stale, Hold: inventory.Hold{Lines: lines("TEE", 9)}})
			return err
		})
		var short *inventory.Shortage
		require.ErrorAs(t, err, &short)
		require.Equal(t, inventory.Shortage{SKU: "TEE", Want: 9, Have: 8, Location: "main"}, *short, "what all places have")
		require.False(t, fault.Retryable(err))
		err = sh.in(t, func(ctx context.Context, tt inventory.Tx) error {
			_, err := sh.HoldLevelsTx(ctx, tt, inventory.Holding{Owner: owner, Levels: stale, Hold: inventory.Hold{Lines: lines("TEE", 6)}})
			return err
		})
		require.ErrorAs(t, err, &short)
		require.Equal(t, inventory.Shortage{SKU: "TEE", Want: 6, Have: 8, Location: "main"}, *short)
		require.True(t, fault.Retryable(err), "two places together have enough")

		err = sh.in(t, func(ctx context.Context, tt inventory.Tx) error {
			return tt.AdjustStock(ctx, []inventory.Movement{{ID: movementID(9), SKU: "TEE", Location: "main", Delta: -6, At: noon()}})
		})
		require.ErrorAs(t, err, &short)
		require.Equal(t, inventory.Shortage{SKU: "TEE", Want: 6, Have: 5, Location: "main"}, *short)

		err = sh.in(t, func(ctx context.Context, tt inventory.Tx) error {
			return tt.ReceiveStock(ctx, []inventory.Movement{{ID: movementID(8), SKU: "TEE", Location: "main", Delta: inventory.MaxOnHand, At: noon()}})
		})
		require.ErrorIs(t, err, inventory.ErrTooMuch)
		err = sh.in(t, func(ctx context.Context, tt inventory.Tx) error {
			return tt.AdjustStock(ctx, []inventory.Movement{{ID: movementID(8), SKU: "TEE", Location: "main", Delta: inventory.MaxOnHand, At: noon()}})
		})
		require.ErrorIs(t, err, inventory.ErrTooMuch)
		require.Equal(t, [3]int{5, 0, 5}, sh.figures(t, "TEE", "main"))
	})
}

func TestAWrongAllocatorHarmsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"north": 4, "south": 3})
		for name, parts := range map[string][]inventory.Allocation{
			"nothing":     nil,
			"too little":  {{SKU: "TEE", Location: "north", Quantity: 1}},
			"too much":    {{SKU: "TEE", Location: "north", Quantity: 3}},
			"not there":   {{SKU: "TEE", Location: "south", Quantity: 4}, {SKU: "TEE", Location: "north", Quantity: -2}},
			"no place":    {{SKU: "TEE", Location: "moon", Quantity: 2}},
			"place twice": {{SKU: "TEE", Location: "north", Quantity: 1}, {SKU: "TEE", Location: "north", Quantity: 1}},
			"other goods": {{SKU: "TEE", Location: "north", Quantity: 2}, {SKU: "CAP", Location: "north", Quantity: 1}},
		} {
			wrong := inventory.NewService(inventory.Deps{
				Units: sh.units, Reader: sh.read, Clock: sh.clock, NewID: numberedFrom(1000),
				Allocator: inventory.AllocatorFunc(func([]inventory.Line, []inventory.Level) ([]inventory.Allocation, error) { return parts, nil }),
			})
			_, err := wrong.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2)})
			require.ErrorIs(t, err, fault.Internal, name)
			require.Equal(t, "allocation_wrong", fault.CodeOf(err), name)
		}
		require.Equal(t, [3]int{4, 0, 4}, sh.figures(t, "TEE", "north"))
		require.Equal(t, [3]int{3, 0, 3}, sh.figures(t, "TEE", "south"))
	})
}

func TestAReservationEndsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 5})
		_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", 2)})
		require.NoError(t, err)
		err = sh.in(t, func(ctx context.Context, tt inventory.Tx) error {
			if _, err := sh.CommitTx(ctx, tt, owner, inventory.Commit{}); err != nil {
				return err
			}
			// The other run has read before this one: its guard must refuse.
			return twice(ctx, sh, tt)
		})
		require.ErrorIs(t, err, inventory.ErrChanged)
		require.Equal(t, [3]int{5, 2, 3}, sh.figures(t, "TEE", "main"), "the whole unit is gone")
	})
}

// twice ends a reservation as it was read before the unit.
func twice(ctx context.Context, sh shop, tt inventory.Tx) error {
	rs, err := sh.Service.Reservations(context.WithoutCancel(ctx), owner)
	if err != nil {
		return err
	}
	return tt.KeepStock(ctx, rs)
}

func TestNothingOfARefusedUnitRemains(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 5})
		before := sh.events(t)
		boom := fault.New(fault.Denied, "boom", "No.")
		err := sh.in(t, func(ctx context.Context, tt inventory.Tx) error {
			if _, err := sh.ReceiveTx(ctx, tt, inventory.Receive{SKU: "TEE", Quantity: 7}); err != nil {
				return err
			}
			if _, err := sh.HoldTx(ctx, tt, owner, inventory.Hold{Lines: lines("TEE", 9)}); err != nil {
				return err
			}
			return boom
		})
		require.ErrorIs(t, err, boom)
		require.Equal(t, [3]int{5, 0, 5}, sh.figures(t, "TEE", "main"))
		require.Equal(t, before, sh.events(t))
	})
}

func TestAKeyMakesAHoldHappenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 5})
		req := inventory.Hold{Meta: op.Meta{Key: "k1"}, Lines: lines("TEE", 2), Until: noon().Add(time.Hour)}
		first, err := sh.Hold(t.Context(), owner, req)
		require.NoError(t, err)
		again, err := sh.Hold(t.Context(), owner, req)
		require.NoError(t, err)
		require.Equal(t, first, again)
		req.Lines = lines("TEE", 1)
		_, err = sh.Hold(t.Context(), owner, req)
		require.ErrorIs(t, err, op.ErrMismatch)
		received, err := sh.Receive(t.Context(), inventory.Receive{Meta: op.Meta{Key: "k2"}, SKU: "TEE", Quantity: 1})
		require.NoError(t, err)
		repeat, err := sh.Receive(t.Context(), inventory.Receive{Meta: op.Meta{Key: "k2"}, SKU: "TEE", Quantity: 1})
		require.NoError(t, err)
		require.Equal(t, received, repeat)
		require.Equal(t, [3]int{6, 2, 4}, sh.figures(t, "TEE", "main"))
	})
}

func TestLowAndEmptyShelvesAreAnnouncedWhenCrossed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.stock(t, "TEE", map[string]int{"main": 5})
		require.ErrorIs(t, sh.SetLow(t.Context(), inventory.SetLow{SKU: "CAP", Low: 3}), fault.NotFound)
		require.NoError(t, sh.SetLow(t.Context(), inventory.SetLow{SKU: "TEE", Low: 3}))
		hold := func(owner string, n int) []string {
			before := len(sh.events(t))
			_, err := sh.Hold(t.Context(), owner, inventory.Hold{Lines: lines("TEE", n), Quiet: true})
			require.NoError(t, err)
			return sh.events(t)[before:]
		}
		require.Empty(t, hold("or_1", 1))
		require.Equal(t, []string{"inventory.low TEE"}, hold("or_2", 1))
		require.Empty(t, hold("or_3", 2), "once, not with every sale")
		require.Equal(t, []string{"inventory.out TEE"}, hold("or_4", 1))
	})
}
