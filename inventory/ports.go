package inventory

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reader reads stock. Implementations are safe for concurrent use, except
// inside a unit of work.
type Reader interface {
	// StockLevels returns the levels of the SKUs at all places, sorted by SKU
	// and place. A SKU that never lay anywhere has none.
	StockLevels(ctx context.Context, skus []string) ([]Level, error)
	// StockReservations returns everything that owner holds or ever held,
	// sorted by SKU, place and id.
	StockReservations(ctx context.Context, owner string) ([]Reservation, error)
	// StockLocations returns all places, sorted by code.
	StockLocations(ctx context.Context) ([]Location, error)
	// StockMovements returns at most limit movements of a SKU that are older
	// than before (the zero id: all), newest first.
	StockMovements(ctx context.Context, sku string, before MovementID, limit int) ([]Movement, error)
}

// Tx changes stock inside a unit of work. Methods take what was decided whole
// and return what the store says at once; a guard may also fail the unit at
// its end. Slices are not changed and not kept.
type Tx interface {
	Reader
	Writer
	event.Appender
	op.Tx
	tx.Scoper
}

// Writer is what only inventory writes.
type Writer interface {
	// SaveStockLocation adds a place or changes its name and priority.
	SaveStockLocation(ctx context.Context, l Location) error
	// SaveStockLow sets the threshold of a level, or fails with NotFound.
	SaveStockLow(ctx context.Context, sku, location string, low int) error
	// ReceiveStock adds movements with a positive delta and raises the levels
	// by them, which it creates where there is none. It fails with a Conflict
	// (ErrTooMuch) if a level would pass MaxOnHand.
	ReceiveStock(ctx context.Context, ms []Movement) error
	// AdjustStock adds movements and changes levels that exist. It fails with
	// a *Shortage (Conflict) if less would be on hand than is reserved, and
	// with ErrTooMuch beyond MaxOnHand.
	AdjustStock(ctx context.Context, ms []Movement) error
	// HoldStock stores held reservations of one owner and takes them out of
	// what is available. All or nothing: if one level has too little the unit
	// fails with a *Shortage (Conflict) that names the place; lines says what
	// is wanted of each SKU in all, which the Shortage tells as Want, and Have
	// is read anew. If the owner holds of the same SKU at the same place
	// already the unit fails with ErrHeld.
	HoldStock(ctx context.Context, rs []Reservation, lines []Line) error
	// KeepStock takes the end off held reservations. It fails with ErrChanged
	// if one is not held any more.
	KeepStock(ctx context.Context, rs []Reservation) error
	// EndStock ends reservations, whole or in part, and changes the levels by
	// it. It fails with ErrChanged if one is no longer held as it was read.
	EndStock(ctx context.Context, ends []Ending) error
}

// Ending is the end of a held reservation or of a part of it.
type Ending struct {
	// Was is the reservation as it was read.
	Was Reservation
	// Is is what has ended: Was in another state, or, if only a part of it
	// ended, a reservation of that part with an id of its own. The rest of Was
	// stays held.
	Is Reservation
	// Movement is what left the place, for goods that were committed; else its
	// Delta is zero.
	Movement Movement
}

// Partial reports whether a part of the reservation stays held.
func (e Ending) Partial() bool { return e.Is.Quantity < e.Was.Quantity }

// Allocator decides from which places lines are taken. It is a policy: pure,
// quick, and called inside units of work.
type Allocator interface {
	// Allocate takes each line from the levels, whose SKU and place are unique.
	// Lines are gathered: one for each SKU, sorted by SKU. It returns parts
	// with positive quantities whose sums are exactly those of the lines and
	// which the levels have available, or a *Shortage. Service checks both.
	Allocate(lines []Line, levels []Level) ([]Allocation, error)
}

// AllocatorFunc adapts a function to an Allocator.
type AllocatorFunc func(lines []Line, levels []Level) ([]Allocation, error)

// Allocate calls f.
func (f AllocatorFunc) Allocate(lines []Line, levels []Level) ([]Allocation, error) {
	return f(lines, levels)
}

// Auditor looks for stock that contradicts itself. It reads everything and is
// meant for operators and tests.
type Auditor interface {
	// StockDiscrepancies returns every violation of S1 (each level is within
	// its bounds), S2 (levels are the sums of their movements and of what is
	// held), S3 (what is promised or gone was there) and S5 (a promise has ended
	// once, or not yet). None is an empty list.
	StockDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation.
type Discrepancy struct {
	// Invariant is "S1", "S2" or "S3".
	Invariant string `json:"invariant"`
	// Subject is the SKU and the place: "TEE-M at main".
	Subject string `json:"subject"`
	// Text tells the figures.
	Text string `json:"text"`
}
