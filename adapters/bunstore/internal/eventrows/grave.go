package eventrows

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
)

func eventID(u uuid.UUID) event.ID {
	var i event.ID
	_ = i.Scan(u[:]) // 16 bytes always fit
	return i
}

// selected are the conditions of an event.Selection in the grave, with the
// first five arguments.
const selected = `state = 3 AND ($1::boolean OR tenant = ANY($2::text[])) AND ($3 = '' OR subject = $3)
AND ($4::boolean OR id = ANY($5::uuid[]))`

func selection(w event.Selection) []any {
	tenants := w.Tenants
	if tenants == nil {
		tenants = []string{}
	}
	ids := make([]uuid.UUID, len(w.IDs))
	for i, x := range w.IDs {
		ids[i] = x.UUID()
	}
	return []any{len(tenants) == 0, tenants, w.Subject, len(ids) == 0, ids}
}

const selectParked = "SELECT " + letterColumns + " FROM kontor_event e WHERE " + selected + " AND id > $6 ORDER BY id LIMIT $7"

// Parked lists the grave.
func (q Queue) Parked(ctx context.Context, which event.Selection, after event.ID, limit int) ([]event.Letter, error) {
	var c fault.Check
	c.Range("limit", int64(limit), 1, 1000)
	if err := c.Err("grave_invalid"); err != nil {
		return nil, err
	}
	var out []event.Letter
	err := q.S.View("").Read(ctx, unit.Query{
		Text: selectParked, Args: append(selection(which), after.UUID(), limit),
		Row: func(r unit.Row) error {
			l, err := scanLetter(r)
			out = append(out, l)
			return err
		},
	})
	return out, err
}

const replay = "UPDATE kontor_event SET state = 1, due_at = 0, attempts = 0 WHERE " + selected + " RETURNING 1"

// Replay takes events from the grave. They are held events before and after,
// so what is behind them stays there until they are done.
func (q Queue) Replay(ctx context.Context, which event.Selection) (int, error) {
	return q.exhume(ctx, func(count func(unit.Row) error) []unit.Query {
		return []unit.Query{{Text: replay, Args: selection(which), Row: count}}
	})
}

const (
	lockLanes = "SELECT lane FROM kontor_lane ORDER BY lane FOR UPDATE"

	passDiscarded = `UPDATE kontor_event SET state = 0 WHERE state <> 0 AND deliver_at = 0 AND state = 2
AND (tenant, subject) IN (SELECT tenant, subject FROM kontor_event WHERE ` + selected + ")"

	discard = "DELETE FROM kontor_event WHERE " + selected + " RETURNING 1"
)

// Discard deletes events from the grave. It locks all lanes for a moment, or a
// settlement at the same time could put an event behind one that has gone.
func (q Queue) Discard(ctx context.Context, which event.Selection) (int, error) {
	var c fault.Check
	c.That(len(which.IDs) > 0, "ids", "required", "must not be empty")
	if err := c.Err("grave_invalid"); err != nil {
		return 0, err
	}
	args := selection(which)
	return q.exhume(ctx, func(count func(unit.Row) error) []unit.Query {
		return []unit.Query{blind(lockLanes), blind(passDiscarded, args...), {Text: discard, Args: args, Row: count}}
	})
}

// exhume changes the grave, counts, and wakes the relay of this process. A run
// whose answer was lost is run again and counts what is left.
func (q Queue) exhume(ctx context.Context, build func(count func(unit.Row) error) []unit.Query) (int, error) {
	n := 0
	err := q.S.Raw(ctx, func() []unit.Query {
		n = 0
		return build(func(unit.Row) error { n++; return nil })
	})
	if err == nil && n > 0 && q.S.Committed != nil {
		q.S.Committed()
	}
	return n, err
}

const depth = `SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1 AND deliver_at <> 0),
count(*) FILTER (WHERE state = 1 AND deliver_at = 0), count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3),
COALESCE(min(at) FILTER (WHERE state <> 3 AND deliver_at = 0), 0) FROM kontor_event`

// Depth counts what waits. It reads the whole table: for a figure now and
// then, not for each request.
func (q Queue) Depth(ctx context.Context) (event.Depth, error) {
	var d event.Depth
	oldest := int64(0)
	_, err := unit.One(ctx, q.S.View(""), depth, nil, &d.Fresh, &d.Timers, &d.Waiting, &d.Behind, &d.Parked, &oldest)
	d.Oldest = clock.FromMicros(oldest)
	return d, err
}
