package eventrows

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
)

// The statements of a settlement, in this order. The first locks the lanes
// that the claim still has; whoever settles, claims or discards after it waits
// or passes by, so all that follow see the same truth.
const (
	lockClaimed = "SELECT lane FROM kontor_lane WHERE claim = $1 ORDER BY lane FOR UPDATE"

	// IS TRUE keeps PostgreSQL from joining the lanes with the events, by which
	// it would look for each event once for each lane.
	mine = "(lane IN (SELECT c.lane FROM kontor_lane c WHERE c.claim = $1)) IS TRUE"

	noteDone = "UPDATE kontor_event SET done = $3 WHERE seq = $2 AND " + mine

	noteFailure = "UPDATE kontor_event SET state = $3, due_at = $4, attempts = $5, done = $6, failure = $7 WHERE seq = $2 AND " + mine

	// What is behind an event that waits leaves the index of fresh ones, or it
	// would be read again each round. That there still is one is checked here:
	// it may have been discarded meanwhile.
	stepBehind = "UPDATE kontor_event AS e SET state = 2 WHERE " + isBehind + " AND " + mine + " AND e.seq "

	deleteDone = "DELETE FROM kontor_event WHERE " + mine + " AND seq "

	// What was behind an event that has gone is fresh again; if another one is
	// in the way, the next claim finds it.
	stepForward = `UPDATE kontor_event SET state = 0 WHERE tenant = $2 AND subject = $3
AND state <> 0 AND deliver_at = 0 AND state = 2 AND ` + mine

	giveBack = "UPDATE kontor_lane SET claim = NULL, until = 0, served_at = $2 WHERE claim = $1"
)

// listed is the condition that a column is in the comma separated list $2,
// which may be empty.
func (q Queue) listed() string {
	if q.S.Dialect == unit.SQLite {
		return "IN (SELECT value FROM json_each('[' || $2 || ']'))"
	}
	return "= ANY(CAST(string_to_array($2, ',') AS bigint[]))"
}

// Settle stores outcomes and gives the lanes back, in one trip.
func (q Queue) Settle(ctx context.Context, s event.Settlement) (int, error) {
	var p plan
	for _, o := range s.Outcomes {
		if err := p.add(s, o); err != nil {
			return 0, err
		}
	}
	lanes := 0
	err := q.S.Raw(ctx, func() []unit.Query {
		lanes = 0
		return q.statements(s, p, &lanes)
	})
	return lanes, err
}

func (q Queue) statements(s event.Settlement, p plan, lanes *int) []unit.Query {
	qs := make([]unit.Query, 0, len(p.single)+len(p.forward)+4)
	qs = append(qs, unit.Query{Text: lockClaimed, Args: []any{s.Token}, Row: func(unit.Row) error { *lanes++; return nil }})
	qs = append(qs, p.single...)
	if len(p.behind) > 0 {
		qs = append(qs, blind(stepBehind+q.listed(), s.Token, string(p.behind)))
	}
	if len(p.gone) > 0 {
		qs = append(qs, blind(deleteDone+q.listed(), s.Token, string(p.gone)))
	}
	qs = append(qs, p.forward...)
	return append(qs, blind(giveBack, s.Token, clock.Micros(s.Now)))
}

// blind is a statement whose rows, if any, nobody wants.
func blind(text string, args ...any) unit.Query {
	return unit.Query{Text: text, Args: args, Row: func(unit.Row) error { return nil }}
}

// plan sorts outcomes into statements: one for all that is gone, one for all
// that is behind, and one each for the rest, which is rare.
type plan struct {
	gone, behind []byte // comma separated
	single       []unit.Query
	forward      []unit.Query
}

func (p *plan) add(s event.Settlement, o event.Outcome) error {
	l := o.Letter
	if o.Standing == event.Delivered {
		p.gone = list(p.gone, l.Seq)
		if l.Standing == event.Waiting && !l.Event.IsTimer() {
			p.forward = append(p.forward, blind(stepForward, s.Token, l.Event.Tenant, l.Event.Subject))
		}
		return nil
	}
	done := ""
	if len(o.Done) > 0 {
		b, err := json.Marshal(o.Done)
		if err != nil {
			return err
		}
		done = string(b)
	}
	failed := o.Standing == event.Parked || (o.Standing == event.Waiting && o.Attempts != l.Attempts)
	switch {
	case failed:
		p.single = append(p.single, blind(noteFailure, s.Token, l.Seq, int(o.Standing), clock.Micros(o.DueAt), o.Attempts, done, o.Failure))
	case len(o.Done) > len(l.Done):
		p.single = append(p.single, blind(noteDone, s.Token, l.Seq, done))
	}
	if o.Standing == event.Behind {
		p.behind = list(p.behind, l.Seq)
	}
	return nil
}

func list(b []byte, n int64) []byte {
	if len(b) > 0 {
		b = append(b, ',')
	}
	return strconv.AppendInt(b, n, 10)
}
