// Package stockrows keeps places, levels, movements and reservations.
package stockrows

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
)

// StockReader reads stock.
type StockReader struct{ Q unit.Querier }

var (
	_ inventory.Reader  = StockReader{}
	_ inventory.Auditor = StockReader{}
)

const (
	levelColumns = "SELECT l.sku, l.location, l.on_hand, l.reserved, l.low, p.priority" +
		" FROM kontor_level l JOIN kontor_location p ON p.tenant = l.tenant AND p.code = l.location WHERE l.tenant = $1 AND l.sku "
	levelOrder = " ORDER BY l.sku, l.location"

	selectLevels       = levelColumns + "= ANY($2::text[])" + levelOrder
	selectLevelsOfCart = levelColumns + "IN (SELECT c.sku FROM kontor_cart_line c WHERE c.tenant = $1 AND c.cart = $2)" + levelOrder
)

// SelectLevels is the query of the levels of SKUs at all places, sorted by SKU
// and place; to receives each.
func SelectLevels(tenant string, skus []string, to func(inventory.Level)) unit.Query {
	return unit.Query{Text: selectLevels, Args: []any{tenant, skus}, Row: levelRow(to)}
}

// SelectLevelsOfCart is SelectLevels for the SKUs of the lines of a cart.
func SelectLevelsOfCart(tenant string, cart uuid.UUID, to func(inventory.Level)) unit.Query {
	return unit.Query{Text: selectLevelsOfCart, Args: []any{tenant, cart}, Row: levelRow(to)}
}

func levelRow(to func(inventory.Level)) func(unit.Row) error {
	return func(r unit.Row) error {
		var l inventory.Level
		if err := r.Scan(&l.SKU, &l.Location, &l.OnHand, &l.Reserved, &l.Low, &l.Priority); err != nil {
			return err
		}
		to(l)
		return nil
	}
}

// StockLevels returns the levels of SKUs.
func (s StockReader) StockLevels(ctx context.Context, skus []string) ([]inventory.Level, error) {
	out := []inventory.Level{}
	err := s.Q.Read(ctx, SelectLevels(s.Q.Tenant(), skus, func(l inventory.Level) { out = append(out, l) }))
	return out, err
}

const selectReservations = `SELECT id, owner, sku, location, quantity, state, expires_at, created_at, ended_at
FROM kontor_reservation WHERE tenant = $1 AND owner = $2 ORDER BY sku, location, id`

// StockReservations returns what owner holds or held.
func (s StockReader) StockReservations(ctx context.Context, owner string) ([]inventory.Reservation, error) {
	out := []inventory.Reservation{}
	err := s.Q.Read(ctx, unit.Query{Text: selectReservations, Args: []any{s.Q.Tenant(), owner}, Row: func(row unit.Row) error {
		r, err := reservation(row)
		out = append(out, r)
		return err
	}})
	return out, err
}

func reservation(row unit.Row) (inventory.Reservation, error) {
	var r inventory.Reservation
	var u uuid.UUID
	var state string
	var expires, created, ended int64
	err := row.Scan(&u, &r.Owner, &r.SKU, &r.Location, &r.Quantity, &state, &expires, &created, &ended)
	if err != nil {
		return r, err
	}
	if err := r.ID.Scan(u[:]); err != nil {
		return r, err
	}
	r.ExpiresAt, r.CreatedAt, r.EndedAt = clock.FromMicros(expires), clock.FromMicros(created), clock.FromMicros(ended)
	return r.Stored(inventory.State(state))
}

const selectLocations = "SELECT code, name, priority FROM kontor_location WHERE tenant = $1 ORDER BY code"

// StockLocations returns all places.
func (s StockReader) StockLocations(ctx context.Context) ([]inventory.Location, error) {
	out := []inventory.Location{}
	err := s.Q.Read(ctx, unit.Query{Text: selectLocations, Args: []any{s.Q.Tenant()}, Row: func(r unit.Row) error {
		var l inventory.Location
		err := r.Scan(&l.Code, &l.Name, &l.Priority)
		out = append(out, l)
		return err
	}})
	return out, err
}

const (
	movementColumns      = "SELECT id, sku, location, delta, reason, owner, note, at, actor FROM kontor_movement WHERE tenant = $1 AND sku = $2"
	selectMovements      = movementColumns + " ORDER BY id DESC LIMIT $3"
	selectOlderMovements = movementColumns + " AND id < $4 ORDER BY id DESC LIMIT $3"
)

// StockMovements returns movements of a SKU, newest first.
func (s StockReader) StockMovements(ctx context.Context, sku string, before inventory.MovementID, limit int) ([]inventory.Movement, error) {
	out := []inventory.Movement{}
	q := unit.Query{Text: selectMovements, Args: []any{s.Q.Tenant(), sku, limit}, Row: func(r unit.Row) error {
		m, err := movement(r)
		out = append(out, m)
		return err
	}}
	if !before.IsZero() {
		q.Text, q.Args = selectOlderMovements, append(q.Args, before.UUID())
	}
	err := s.Q.Read(ctx, q)
	return out, err
}

func movement(row unit.Row) (inventory.Movement, error) {
	var m inventory.Movement
	var u uuid.UUID
	var reason string
	var at int64
	err := row.Scan(&u, &m.SKU, &m.Location, &m.Delta, &reason, &m.Owner, &m.Note, &at, &m.Actor)
	if err != nil {
		return m, err
	}
	m.Reason, m.At = inventory.Reason(reason), clock.FromMicros(at)
	return m, m.ID.Scan(u[:])
}
