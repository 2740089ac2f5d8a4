package stockrows

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
)

// StockTx changes stock in a unit.
type StockTx struct {
	StockReader
	U *unit.Unit
}

var _ inventory.Writer = StockTx{}

// key makes the sort key of a row: locks are taken in the order of SKUs and
// places, whatever the order in which they were asked for.
func key(parts ...string) string {
	n := 0
	for _, p := range parts {
		n += len(p) + 1
	}
	b := make([]byte, 0, n)
	for _, p := range parts {
		b = append(append(b, p...), 0)
	}
	return string(b)
}

const saveLocation = `INSERT INTO kontor_location (tenant, code, name, priority) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, code) DO UPDATE SET name = excluded.name, priority = excluded.priority`

// SaveStockLocation adds or changes a place.
func (s StockTx) SaveStockLocation(ctx context.Context, l inventory.Location) error {
	return s.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: key("location", l.Code), Text: saveLocation,
		Args: []any{s.U.Tenant(), l.Code, l.Name, l.Priority},
	})
}

const saveLow = "UPDATE kontor_level SET low = $4 WHERE tenant = $1 AND sku = $2 AND location = $3"

// SaveStockLow sets a threshold.
func (s StockTx) SaveStockLow(ctx context.Context, sku, location string, low int) error {
	return s.level(ctx, unit.Write{Text: saveLow, Untouched: inventory.ErrNoLevel}, sku, location, low)
}

// level writes one level. Levels come last in a unit, sorted, so that a hot
// one is locked for the shortest time and no two units wait for each other.
func (s StockTx) level(ctx context.Context, w unit.Write, sku, location string, n int) error {
	w.Rank, w.Key, w.Args = unit.RankLevel, key(sku, location), []any{s.U.Tenant(), sku, location, n}
	return s.U.Write(ctx, w)
}

const insertMovement = `INSERT INTO kontor_movement (tenant, sku, id, location, delta, reason, owner, note, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func (s StockTx) move(ctx context.Context, m inventory.Movement) error {
	u := m.ID.UUID()
	return s.U.Write(ctx, unit.Write{
		Rank: unit.RankMovement, Key: key(m.SKU, string(u[:])), Text: insertMovement,
		Args: []any{
			s.U.Tenant(), m.SKU, u, m.Location, m.Delta, string(m.Reason), m.Owner, m.Note, clock.Micros(m.At), m.Actor,
		},
	})
}

const receive = `INSERT INTO kontor_level (tenant, sku, location, on_hand) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, sku, location) DO UPDATE SET on_hand = kontor_level.on_hand + excluded.on_hand`

// ReceiveStock raises levels.
func (s StockTx) ReceiveStock(ctx context.Context, ms []inventory.Movement) error {
	for _, m := range ms {
		if err := s.move(ctx, m); err != nil {
			return err
		}
		if err := s.level(ctx, unit.Write{Text: receive, Broken: inventory.ErrTooMuch}, m.SKU, m.Location, m.Delta); err != nil {
			return err
		}
	}
	return nil
}

const adjust = `UPDATE kontor_level SET on_hand = on_hand + $4
WHERE tenant = $1 AND sku = $2 AND location = $3 AND on_hand + $4 >= reserved AND on_hand + $4 <= 1000000000`

// AdjustStock changes levels that exist.
func (s StockTx) AdjustStock(ctx context.Context, ms []inventory.Movement) error {
	for _, m := range ms {
		if err := s.move(ctx, m); err != nil {
			return err
		}
		w := unit.Write{Text: adjust, Untouched: inventory.ErrTooMuch}
		if m.Delta < 0 {
			w.Untouched = &inventory.Shortage{SKU: m.SKU, Want: -m.Delta, Location: m.Location}
			w.Explain = explain(m.Location)
		}
		if err := s.level(ctx, w, m.SKU, m.Location, m.Delta); err != nil {
			return err
		}
	}
	return nil
}

// explain completes a Shortage with what is available at a place, or at all
// places if none is named, now that the unit is rolled back.
func explain(location string) func(context.Context, unit.Querier, error) error {
	return func(ctx context.Context, q unit.Querier, err error) error {
		var short *inventory.Shortage
		if !errors.As(err, &short) {
			return err
		}
		full := *short
		readErr := q.Read(ctx, SelectLevels(q.Tenant(), []string{short.SKU}, func(l inventory.Level) {
			if location == "" || l.Location == location {
				full.Have += l.Available()
			}
		}))
		if readErr != nil {
			return err // the guard spoke; how much there is stays unknown
		}
		return &full
	}
}

const insertReservation = `INSERT INTO kontor_reservation
(tenant, owner, sku, location, id, quantity, state, expires_at, created_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func (s StockTx) insert(ctx context.Context, r inventory.Reservation) error {
	return s.U.Write(ctx, unit.Write{
		Rank: unit.RankReservation, Key: rowKey(r), Text: insertReservation, Broken: inventory.ErrHeld,
		Args: []any{
			s.U.Tenant(), r.Owner, r.SKU, r.Location, r.ID.UUID(), r.Quantity, string(r.State()),
			clock.Micros(r.ExpiresAt), clock.Micros(r.CreatedAt), clock.Micros(r.EndedAt),
		},
	})
}

func rowKey(r inventory.Reservation) string { return key(r.Owner, r.SKU, r.Location) }

const hold = `UPDATE kontor_level SET reserved = reserved + $4
WHERE tenant = $1 AND sku = $2 AND location = $3 AND on_hand - reserved >= $4`

// HoldStock stores reservations and takes them out of what is available.
func (s StockTx) HoldStock(ctx context.Context, rs []inventory.Reservation, lines []inventory.Line) error {
	want := make(map[string]int, len(lines))
	for _, l := range lines {
		want[l.SKU] += l.Quantity
	}
	for _, r := range rs {
		if err := s.insert(ctx, r); err != nil {
			return err
		}
		short := &inventory.Shortage{SKU: r.SKU, Want: want[r.SKU], Location: r.Location}
		w := unit.Write{Text: hold, Untouched: short, Explain: explain("")}
		if err := s.level(ctx, w, r.SKU, r.Location, r.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// whereHeld names a reservation that is held as it was read.
const whereHeld = ` WHERE tenant = $1 AND owner = $2 AND sku = $3 AND location = $4 AND id = $5 AND quantity = $6 AND state = 'held'`

const (
	keepReservation = "UPDATE kontor_reservation SET expires_at = 0" + whereHeld
	endReservation  = "UPDATE kontor_reservation SET state = $7, ended_at = $8" + whereHeld
	// A part ends as a row of its own; what stays held keeps its row.
	cutReservation = "UPDATE kontor_reservation SET quantity = quantity - $7" + whereHeld
)

// held changes a reservation that is held as it was read.
func (s StockTx) held(ctx context.Context, text string, r inventory.Reservation, more ...any) error {
	return s.U.Write(ctx, unit.Write{
		Rank: unit.RankReservation, Key: rowKey(r), Text: text, Untouched: inventory.ErrChanged,
		Args: append([]any{s.U.Tenant(), r.Owner, r.SKU, r.Location, r.ID.UUID(), r.Quantity}, more...),
	})
}

// KeepStock takes the end off reservations.
func (s StockTx) KeepStock(ctx context.Context, rs []inventory.Reservation) error {
	for _, r := range rs {
		if err := s.held(ctx, keepReservation, r); err != nil {
			return err
		}
	}
	return nil
}

const (
	free = "UPDATE kontor_level SET reserved = reserved - $4" +
		" WHERE tenant = $1 AND sku = $2 AND location = $3 AND reserved >= $4"
	commit = "UPDATE kontor_level SET on_hand = on_hand - $4, reserved = reserved - $4" +
		" WHERE tenant = $1 AND sku = $2 AND location = $3 AND reserved >= $4"
)

// EndStock ends reservations, whole or in part.
func (s StockTx) EndStock(ctx context.Context, ends []inventory.Ending) error {
	for _, e := range ends {
		if err := s.end(ctx, e); err != nil {
			return err
		}
		w := unit.Write{Text: free, Untouched: inventory.ErrBroken}
		if e.Movement.Delta != 0 {
			w.Text = commit
			if err := s.move(ctx, e.Movement); err != nil {
				return err
			}
		}
		if err := s.level(ctx, w, e.Is.SKU, e.Is.Location, e.Is.Quantity); err != nil {
			return err
		}
	}
	return nil
}

func (s StockTx) end(ctx context.Context, e inventory.Ending) error {
	if !e.Partial() {
		return s.held(ctx, endReservation, e.Was, string(e.Is.State()), clock.Micros(e.Is.EndedAt))
	}
	if err := s.held(ctx, cutReservation, e.Was, e.Is.Quantity); err != nil {
		return err
	}
	return s.insert(ctx, e.Is)
}
