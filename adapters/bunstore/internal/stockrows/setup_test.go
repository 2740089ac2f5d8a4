package stockrows_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/stockrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/tx"
)

// txn is the Tx of inventory as the store makes it.
type txn struct {
	stockrows.StockTx
	eventrows.EventTx
	oprows.OperationTx
}

var _ inventory.Tx = txn{}

func wrap(u *unit.Unit) inventory.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		StockTx:     stockrows.StockTx{StockReader: stockrows.StockReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
	}
}

// shop is a room with what tests want to know about it.
type shop struct {
	*inventory.Service
	units tx.Runner[inventory.Tx]
	read  stockrows.StockReader
	clock *clock.Manual
	view  *unit.View
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// numbered makes ids that count up, so that they sort as they were made.
func numbered() func() uuid.UUID { return numberedFrom(0) }

func numberedFrom(first uint32) func() uuid.UUID {
	var n atomic.Uint32
	n.Store(first)
	return func() uuid.UUID {
		i := n.Add(1)
		return uuid.UUID{6: 0x70, 8: 0x80, 12: byte(i >> 24), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}
	}
}

func open(s *unit.Shipper, tenant string, more func(*inventory.Deps)) shop {
	sh := shop{
		units: unittest.Runner(s, tenant, wrap),
		read:  stockrows.StockReader{Q: s.View(tenant)},
		clock: clock.NewManual(noon()),
		view:  s.View(tenant),
	}
	deps := inventory.Deps{Units: sh.units, Reader: sh.read, Clock: sh.clock, NewID: numbered()}
	if more != nil {
		more(&deps)
	}
	sh.Service = inventory.NewService(deps)
	return sh
}

// each runs fn with an empty shop on every database.
func each(t *testing.T, fn func(t *testing.T, sh shop)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		sh := open(s, "shop", nil)
		fn(t, sh)
		sh.sound(t)
	})
}

// sound requires that no record contradicts another.
func (sh shop) sound(t *testing.T) {
	t.Helper()
	found, err := sh.read.StockDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

// stock puts goods at places, which it makes.
func (sh shop) stock(t *testing.T, sku string, at map[string]int) {
	t.Helper()
	for place, n := range at {
		_, err := sh.SaveLocation(t.Context(), inventory.SaveLocation{Location: inventory.Location{Code: place, Name: place}})
		require.NoError(t, err)
		_, err = sh.Receive(t.Context(), inventory.Receive{SKU: sku, Location: place, Quantity: n})
		require.NoError(t, err)
	}
}

// level returns what a SKU has at a place.
func (sh shop) level(t *testing.T, sku, place string) inventory.Level {
	t.Helper()
	levels, err := sh.Levels(t.Context(), sku)
	require.NoError(t, err)
	for _, l := range levels {
		if l.Location == place {
			return l
		}
	}
	t.Fatalf("%s has no level at %s", sku, place)
	return inventory.Level{}
}

// figures returns on hand, reserved and available.
func (sh shop) figures(t *testing.T, sku, place string) [3]int {
	t.Helper()
	l := sh.level(t, sku, place)
	return [3]int{l.OnHand, l.Reserved, l.Available()}
}

// events returns the names of all events, in the order of their commits.
func (sh shop) events(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := sh.view.Read(t.Context(), unit.Query{
		Text: "SELECT name, subject FROM kontor_event WHERE tenant = $1 ORDER BY seq", Args: []any{sh.view.Tenant()},
		Row: func(r unit.Row) error {
			var name, subject string
			err := r.Scan(&name, &subject)
			out = append(out, name+" "+subject)
			return err
		},
	})
	require.NoError(t, err)
	return out
}

func lines(sku string, n int) []inventory.Line { return []inventory.Line{{SKU: sku, Quantity: n}} }

// parts says what was taken where.
func parts(rs []inventory.Reservation) map[string]int {
	out := map[string]int{}
	for _, r := range rs {
		out[r.SKU+"@"+r.Location] += r.Quantity
	}
	return out
}

// in runs do in a unit.
func (sh shop) in(t *testing.T, do func(ctx context.Context, t inventory.Tx) error) error {
	t.Helper()
	return sh.units.InTx(t.Context(), do)
}

// movementID returns the id of a movement that a test makes itself.
func movementID(n byte) inventory.MovementID {
	var id inventory.MovementID
	_ = id.Scan([]byte{0: 0xff, 15: n})
	return id
}
