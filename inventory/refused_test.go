package inventory_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// blind is a service without a store: whatever it refuses, it refuses before
// anything is read or written.
func blind() *inventory.Service {
	return inventory.NewService(inventory.Deps{
		Clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)),
		NewID: func() uuid.UUID { return uuid.UUID{15: 1} },
	})
}

// refused requires an Invalid error for exactly this field.
func refused(t *testing.T, field string, errs ...error) {
	t.Helper()
	for _, err := range errs {
		require.ErrorIs(t, err, fault.Invalid)
		paths := []string{}
		for _, f := range fault.FieldsOf(err) {
			paths = append(paths, f.Path)
		}
		require.Contains(t, slices.Compact(paths), field)
		require.NotContains(t, err.Error(), "\x00")
	}
}

func wrongNames() map[string]string {
	return map[string]string{
		"empty": "", "long": strings.Repeat("x", 65), "space": "A B", "NUL": "A\x00", "not UTF-8": "A\xff", "not ASCII": "Tüte", "newline": "A\n",
	}
}

func wrongMetas() map[string]op.Meta {
	return map[string]op.Meta{
		"if_version": {IfVersion: 3},
		"key":        {Key: strings.Repeat("k", 256)},
		"by.id":      {By: op.Actor{ID: "\xff"}},
		"by.kind":    {By: op.Actor{Kind: "king"}},
	}
}

func TestWrongSKUsOwnersAndPlacesAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	for what, x := range wrongNames() {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			line := []inventory.Line{{SKU: "A", Quantity: 1}, {SKU: x, Quantity: 1}}
			refused(t, "lines[1].sku",
				second(s.Hold(ctx, "or_1", inventory.Hold{Lines: line})),
				second(s.Release(ctx, "or_1", inventory.Release{Lines: line})),
				second(s.Commit(ctx, "or_1", inventory.Commit{Lines: line})))
			refused(t, "sku",
				second(s.Movements(ctx, x, inventory.MovementID{}, 1)),
				second(s.Receive(ctx, inventory.Receive{SKU: x, Quantity: 1})),
				second(s.Adjust(ctx, inventory.Adjust{SKU: x, Delta: 1})),
				s.SetLow(ctx, inventory.SetLow{SKU: x}))
			refused(t, "skus[0]", second(s.Levels(ctx, x)))
			refused(t, "owner",
				second(s.Reservations(ctx, x)),
				second(s.Hold(ctx, x, inventory.Hold{Lines: line[:1]})),
				second(s.Keep(ctx, x, inventory.Keep{})),
				second(s.Release(ctx, x, inventory.Release{})),
				second(s.Commit(ctx, x, inventory.Commit{})),
				second(s.Expire(ctx, x, inventory.Expire{})))
			refused(t, "code", second(s.SaveLocation(ctx, inventory.SaveLocation{Location: inventory.Location{Code: x}})))
			if x != "" { // the empty place is Main, the empty owner nobody
				refused(t, "location",
					second(s.Receive(ctx, inventory.Receive{SKU: "A", Quantity: 1, Location: x})),
					second(s.Adjust(ctx, inventory.Adjust{SKU: "A", Delta: 1, Location: x})),
					s.SetLow(ctx, inventory.SetLow{SKU: "A", Location: x}))
				refused(t, "owner", second(s.Receive(ctx, inventory.Receive{SKU: "A", Quantity: 1, Owner: x})))
			}
		})
	}
}

func TestWrongQuantitiesAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	for _, n := range []int{0, -1, 1_000_000_000, inventory.MaxQuantity + 1} {
		line := []inventory.Line{{SKU: "A", Quantity: n}}
		refused(t, "lines[0].quantity",
			second(s.Hold(ctx, "or_1", inventory.Hold{Lines: line})),
			second(s.Release(ctx, "or_1", inventory.Release{Lines: line})),
			second(s.Commit(ctx, "or_1", inventory.Commit{Lines: line})))
	}
	half := inventory.MaxQuantity/2 + 1
	refused(t, "lines[1].quantity", second(s.Hold(ctx, "or_1", inventory.Hold{Lines: []inventory.Line{{SKU: "A", Quantity: half}, {SKU: "A", Quantity: half}}})))
	for _, n := range []int{0, -1, 1_000_000_000} {
		refused(t, "quantity", second(s.Receive(ctx, inventory.Receive{SKU: "A", Quantity: n})))
	}
	for _, n := range []int{0, -1_000_000_000, 1_000_000_000} {
		refused(t, "delta", second(s.Adjust(ctx, inventory.Adjust{SKU: "A", Delta: n})))
	}
	for _, n := range []int{-1, 1_000_000_000} {
		refused(t, "low", s.SetLow(ctx, inventory.SetLow{SKU: "A", Low: n}))
	}
	for _, n := range []int{0, -1, 1001} {
		refused(t, "limit", second(s.Movements(ctx, "A", inventory.MovementID{}, n)))
	}
	refused(t, "priority", second(s.SaveLocation(ctx, inventory.SaveLocation{Location: inventory.Location{Code: "a", Priority: 1001}})))
}

func TestWrongTextsTimesAndListsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	one := []inventory.Line{{SKU: "A", Quantity: 1}}
	for _, x := range []string{"\xff", "a\x00", strings.Repeat("ü", 501), "a\nb"} {
		refused(t, "note", second(s.Receive(ctx, inventory.Receive{SKU: "A", Quantity: 1, Note: x})), second(s.Adjust(ctx, inventory.Adjust{SKU: "A", Delta: 1, Note: x})))
		refused(t, "reason", second(s.Release(ctx, "or_1", inventory.Release{Reason: x})))
		refused(t, "name", second(s.SaveLocation(ctx, inventory.SaveLocation{Location: inventory.Location{Code: "a", Name: x}})))
	}
	refused(t, "reason", second(s.Receive(ctx, inventory.Receive{SKU: "A", Quantity: 1, Reason: inventory.Shipping})))
	refused(t, "lines", second(s.Hold(ctx, "or_1", inventory.Hold{})))
	refused(t, "lines", second(s.Hold(ctx, "or_1", inventory.Hold{Lines: slices.Repeat(one, inventory.MaxLines+1)})))
	refused(t, "skus", second(s.Levels(ctx, slices.Repeat([]string{"A"}, inventory.MaxLines+1)...)))
	refused(t, "timer", second(s.Hold(ctx, "or_1", inventory.Hold{Lines: one, Timer: true})))
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, until := range []time.Time{noon, noon.Add(-time.Second), time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		refused(t, "until", second(s.Hold(ctx, "or_1", inventory.Hold{Lines: one, Until: until})))
	}
}

func TestEveryVerbChecksWhoAsks(t *testing.T) {
	t.Parallel()
	s := blind()
	one := []inventory.Line{{SKU: "A", Quantity: 1}}
	for field, m := range wrongMetas() {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			refused(t, field, verbs(ctx, s, m)...)
			refused(t, field, twins(ctx, s, m)...)
		})
	}
	_, err := s.HoldLevelsTx(t.Context(), nil, inventory.Holding{Owner: "or_1", Hold: inventory.Hold{Meta: op.Meta{Key: "k"}, Lines: one}})
	refused(t, "key", err)
}

// verbs calls every verb with m and otherwise good input.
func verbs(ctx context.Context, s *inventory.Service, m op.Meta) []error {
	one := []inventory.Line{{SKU: "A", Quantity: 1}}
	return []error{
		second(s.SaveLocation(ctx, inventory.SaveLocation{Meta: m, Location: inventory.Location{Code: "a"}})),
		second(s.Receive(ctx, inventory.Receive{Meta: m, SKU: "A", Quantity: 1})),
		second(s.Adjust(ctx, inventory.Adjust{Meta: m, SKU: "A", Delta: 1})),
		s.SetLow(ctx, inventory.SetLow{Meta: m, SKU: "A", Low: 1}),
		second(s.Hold(ctx, "or_1", inventory.Hold{Meta: m, Lines: one})),
		second(s.Keep(ctx, "or_1", inventory.Keep{Meta: m})),
		second(s.Release(ctx, "or_1", inventory.Release{Meta: m})),
		second(s.Commit(ctx, "or_1", inventory.Commit{Meta: m})),
		second(s.Expire(ctx, "or_1", inventory.Expire{Meta: m})),
	}
}

// twins is verbs in their Tx forms, which refuse before they touch the Tx.
func twins(ctx context.Context, s *inventory.Service, m op.Meta) []error {
	one := []inventory.Line{{SKU: "A", Quantity: 1}}
	return []error{
		second(s.SaveLocationTx(ctx, nil, inventory.SaveLocation{Meta: m, Location: inventory.Location{Code: "a"}})),
		second(s.ReceiveTx(ctx, nil, inventory.Receive{Meta: m, SKU: "A", Quantity: 1})),
		second(s.AdjustTx(ctx, nil, inventory.Adjust{Meta: m, SKU: "A", Delta: 1})),
		s.SetLowTx(ctx, nil, inventory.SetLow{Meta: m, SKU: "A", Low: 1}),
		second(s.HoldTx(ctx, nil, "or_1", inventory.Hold{Meta: m, Lines: one})),
		second(s.HoldLevelsTx(ctx, nil, inventory.Holding{Owner: "or_1", Hold: inventory.Hold{Meta: m, Lines: one}})),
		second(s.KeepTx(ctx, nil, "or_1", inventory.Keep{Meta: m})),
		second(s.ReleaseTx(ctx, nil, "or_1", inventory.Release{Meta: m})),
		second(s.CommitTx(ctx, nil, "or_1", inventory.Commit{Meta: m})),
		second(s.ExpireTx(ctx, nil, "or_1", inventory.Expire{Meta: m})),
	}
}

func second[T any](_ T, err error) error { return err }
