package inventory_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
)

func level(sku, place string, free int) inventory.Level {
	return inventory.Level{SKU: sku, Location: place, OnHand: free + 2, Reserved: 2}
}

func TestHighestFirst(t *testing.T) {
	t.Parallel()
	levels := []inventory.Level{level("A", "east", 3), level("A", "north", 4), level("B", "east", 1)}
	got, err := inventory.HighestFirst().Allocate([]inventory.Line{{SKU: "A", Quantity: 5}, {SKU: "B", Quantity: 1}}, levels)
	require.NoError(t, err)
	require.Equal(t, []inventory.Allocation{
		{SKU: "A", Location: "north", Quantity: 4}, {SKU: "A", Location: "east", Quantity: 1}, {SKU: "B", Location: "east", Quantity: 1},
	}, got)
}

func TestEquallyFullPlacesAreTakenByPriority(t *testing.T) {
	t.Parallel()
	far := level("A", "far", 4)
	far.Priority = 2
	levels := []inventory.Level{far, level("A", "near-b", 4), level("A", "near-a", 4)}
	got, err := inventory.HighestFirst().Allocate([]inventory.Line{{SKU: "A", Quantity: 9}}, levels)
	require.NoError(t, err)
	require.Equal(t, []inventory.Allocation{
		{SKU: "A", Location: "near-a", Quantity: 4}, {SKU: "A", Location: "near-b", Quantity: 4}, {SKU: "A", Location: "far", Quantity: 1},
	}, got)
}

func TestOnePlaceMakesOneParcelWhereItCan(t *testing.T) {
	t.Parallel()
	lines := []inventory.Line{{SKU: "A", Quantity: 2}, {SKU: "B", Quantity: 2}}
	levels := []inventory.Level{level("A", "east", 9), level("A", "north", 2), level("B", "east", 1), level("B", "north", 2)}
	got, err := inventory.OnePlace().Allocate(lines, levels)
	require.NoError(t, err)
	require.Equal(t, []inventory.Allocation{{SKU: "A", Location: "north", Quantity: 2}, {SKU: "B", Location: "north", Quantity: 2}}, got)

	levels[3] = level("B", "north", 1)
	got, err = inventory.OnePlace().Allocate(lines, levels)
	require.NoError(t, err)
	require.Equal(t, []inventory.Allocation{
		{SKU: "A", Location: "east", Quantity: 2}, {SKU: "B", Location: "east", Quantity: 1}, {SKU: "B", Location: "north", Quantity: 1},
	}, got, "else as HighestFirst")
}

// K7: what is reserved beyond what is there never shows as a negative.
func TestAvailableIsNeverNegative(t *testing.T) {
	t.Parallel()
	l := inventory.Level{SKU: "A", OnHand: 5, Reserved: 10}
	require.Zero(t, l.Available())
	require.Zero(t, inventory.Available([]inventory.Level{l}, "A"))
	_, err := inventory.OnePlace().Allocate([]inventory.Line{{SKU: "A", Quantity: 1}}, []inventory.Level{l})
	var short *inventory.Shortage
	require.ErrorAs(t, err, &short)
	require.Equal(t, inventory.Shortage{SKU: "A", Want: 1, Have: 0}, *short)
}

func TestEveryAllocationIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var levels []inventory.Level
		var lines []inventory.Line
		for i := range rapid.IntRange(1, 4).Draw(t, "skus") {
			sku := fmt.Sprintf("SKU-%d", i)
			lines = append(lines, inventory.Line{SKU: sku, Quantity: rapid.IntRange(1, 12).Draw(t, "want")})
			for j := range rapid.IntRange(0, 4).Draw(t, "places") {
				levels = append(levels, inventory.Level{SKU: sku, Location: fmt.Sprintf("p%d", j), OnHand: rapid.IntRange(0, 9).Draw(t, "free")})
			}
		}
		for name, policy := range map[string]inventory.Allocator{"highest": inventory.HighestFirst(), "one": inventory.OnePlace()} {
			got, err := policy.Allocate(lines, levels)
			enough := true
			for _, l := range lines {
				enough = enough && inventory.Available(levels, l.SKU) >= l.Quantity
			}
			if !enough {
				require.ErrorIs(t, err, fault.Conflict, name)
				continue
			}
			require.NoError(t, err, name)
			left := map[string]int{}
			for _, l := range levels {
				left[l.SKU+l.Location] = l.Available()
			}
			sums := map[string]int{}
			for _, p := range got {
				require.Positive(t, p.Quantity)
				left[p.SKU+p.Location] -= p.Quantity
				require.GreaterOrEqual(t, left[p.SKU+p.Location], 0, name)
				sums[p.SKU] += p.Quantity
			}
			for _, l := range lines {
				require.Equal(t, l.Quantity, sums[l.SKU], name)
			}
		}
	})
}
