package stockrows

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/inventory"
)

// auditStock is one statement, so that it sees one moment even while buyers buy.
const auditStock = `
SELECT 'level', sku, location, '', on_hand, reserved FROM kontor_level WHERE tenant = $1
UNION ALL
SELECT 'movement', sku, location, reason, CAST(sum(delta) AS bigint), 0 FROM kontor_movement
WHERE tenant = $1 GROUP BY sku, location, reason
UNION ALL
SELECT 'reservation', sku, location, state, CAST(sum(quantity) AS bigint), 0 FROM kontor_reservation
WHERE tenant = $1 AND state IN ('held', 'committed') GROUP BY sku, location, state
ORDER BY 2, 3, 1, 4`

// auditEnds finds promises that have ended and have no end, or the other way
// round (S5).
const auditEnds = `SELECT owner, sku, location, state FROM kontor_reservation
WHERE tenant = $1 AND (state = 'held') <> (ended_at = 0) ORDER BY owner, sku, location, id`

// place is a SKU at a place.
type place struct{ sku, location string }

func (p place) String() string { return p.sku + " at " + p.location }

// sums is what the rows say about a place.
type sums struct {
	level            bool
	onHand, reserved int
	moved, shipped   int
	held, committed  int
}

// StockDiscrepancies compares levels, movements and reservations.
func (s StockReader) StockDiscrepancies(ctx context.Context) ([]inventory.Discrepancy, error) {
	a := audit{at: map[place]*sums{}}
	out := []inventory.Discrepancy{}
	args := []any{s.Q.Tenant()}
	err := s.Q.Read(ctx, unit.Query{Text: auditStock, Args: args, Row: a.row}, unit.Query{Text: auditEnds, Args: args, Row: func(r unit.Row) error {
		var owner, state string
		var p place
		err := r.Scan(&owner, &p.sku, &p.location, &state)
		out = append(out, inventory.Discrepancy{
			Invariant: "S5", Subject: p.String(), Text: "a promise to " + owner + " is " + state + ", and when it ended says something else",
		})
		return err
	}})
	if err != nil {
		return nil, err
	}
	for _, p := range a.order {
		out = append(out, a.at[p].judge(p)...)
	}
	return out, nil
}

type audit struct {
	at    map[place]*sums
	order []place
}

func (a *audit) of(p place) *sums {
	s := a.at[p]
	if s == nil {
		s = &sums{}
		a.at[p] = s
		a.order = append(a.order, p)
	}
	return s
}

func (a *audit) row(r unit.Row) error {
	var p place
	var kind, name string
	var n, reserved int
	if err := r.Scan(&kind, &p.sku, &p.location, &name, &n, &reserved); err != nil {
		return err
	}
	s := a.of(p)
	switch {
	case kind == "level":
		s.level, s.onHand, s.reserved = true, n, reserved
	case kind == "movement":
		s.moved += n
		if inventory.Reason(name) == inventory.Shipping {
			s.shipped = -n
		}
	case inventory.State(name) == inventory.Held:
		s.held = n
	default:
		s.committed = n
	}
	return nil
}

// judge applies the three invariants to one place.
func (s *sums) judge(p place) []inventory.Discrepancy {
	var out []inventory.Discrepancy
	found := func(ok bool, invariant, format string, args ...any) {
		if !ok {
			out = append(out, inventory.Discrepancy{Invariant: invariant, Subject: p.String(), Text: fmt.Sprintf(format, args...)})
		}
	}
	found(s.onHand >= 0 && s.reserved >= 0 && s.reserved <= s.onHand, "S1", "on hand %d, reserved %d", s.onHand, s.reserved)
	found(s.level, "S2", "movements or reservations without a level")
	found(s.onHand == s.moved, "S2", "on hand %d, movements sum to %d", s.onHand, s.moved)
	found(s.reserved == s.held, "S2", "reserved %d, held reservations sum to %d", s.reserved, s.held)
	found(s.held <= s.moved, "S3", "%d promised of %d that came and stayed", s.held, s.moved)
	found(s.committed == s.shipped, "S3", "%d committed, %d shipped", s.committed, s.shipped)
	return out
}
