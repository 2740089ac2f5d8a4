package eventrows

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
)

// Queue is the event.Queue of a database. Neither claim nor settlement has an
// anchor: each statement says by the token of the claim which lanes it is
// about, so running one again does no harm. A claim that is repeated takes the
// same lanes and reads the same events. A settlement ends with giving the
// lanes back, after which the token fits nothing any more: of two runs,
// whichever is first does everything and the other one nothing. What is left
// is a claim that was held up on its way and arrives after its round is over;
// its lanes rest until the lease has passed.
type Queue struct{ S *unit.Shipper }

var _ event.Queue = Queue{}

// maxLanes is how many lanes one claim takes: enough that a batch fills, few
// enough that other relays find work too.
const maxLanes = 16

// freeLanes selects lanes that nobody works on and that have due events, those
// first that have waited longest since they were last served. $1 is the token,
// $2 now, $3 how many. The inner selections read one entry of an index each.
const freeLanes = "SELECT l.lane FROM kontor_lane l" + isFree + " ORDER BY l.served_at, l.lane LIMIT $3 FOR UPDATE SKIP LOCKED"

const isFree = `
WHERE (l.claim IS NULL OR l.until <= $2 OR l.claim = $1)
AND COALESCE(
	(SELECT e.seq FROM kontor_event e WHERE e.lane = l.lane AND e.state = 0 ORDER BY e.seq LIMIT 1),
	(SELECT e.due_at FROM kontor_event e WHERE e.lane = l.lane AND e.state = 1 AND e.due_at <= $2 ORDER BY e.due_at LIMIT 1)
) IS NOT NULL`

const claimLanes = "WITH free AS (" + freeLanes + `)
UPDATE kontor_lane SET claim = $1, until = $4 WHERE lane IN (SELECT lane FROM free) RETURNING lane`

// nextDue selects when the next event that is not due falls due, 0 for never.
// It is asked only where the claim took nothing: a relay with work does not
// sleep.
const nextDue = `SELECT COALESCE(min(n.due_at), 0) FROM (
	SELECT (SELECT e.due_at FROM kontor_event e WHERE e.lane = l.lane AND e.state = 1 AND e.due_at > $1 ORDER BY e.due_at LIMIT 1) AS due_at
	FROM kontor_lane l WHERE NOT EXISTS (SELECT 1 FROM kontor_lane c WHERE c.claim = $2)) n`

// letterColumns are the columns of a letter in the order of scanLetter.
const letterColumns = `e.seq, e.id, e.tenant, e.name, e.subject, e.version, e.at, e.deliver_at, e.actor, e.data, e.state, e.attempts, e.done, e.failure`

// letterWidth is how many columns a letter has at most, with isBehind.
const letterWidth = 15

// isBehind tells whether an earlier event of the subject is held up. It names
// the conditions of the index kontor_event_held word by word.
const isBehind = `e.deliver_at = 0 AND EXISTS (SELECT 1 FROM kontor_event p WHERE p.tenant = e.tenant AND p.subject = e.subject
	AND p.seq < e.seq AND p.state <> 0 AND p.deliver_at = 0 AND p.state <> 2)`

// share is how many events of each claimed lane are taken: the lanes divide
// the batch among them, so none waits for the others.
const share = "(SELECT ($2 + count(*) - 1) / GREATEST(count(*), 1) FROM kontor_lane WHERE claim = $1)"

// The events of claimed lanes. Within a lane they come in the order of seq and
// without gaps, so an event is never taken without those before it. Two
// statements and not one with the claim: each sees what is committed when it
// begins, and so nothing that the last claimant of a lane has settled.
const (
	freshArm   = "FROM kontor_event f WHERE f.lane = l.lane AND f.state = 0 ORDER BY f.seq LIMIT " + share
	waitingArm = "FROM kontor_event f WHERE f.lane = l.lane AND f.state = 1 AND f.due_at <= $3 ORDER BY f.due_at, f.seq LIMIT " + share

	postgresFetch = "SELECT " + letterColumns + ", " + isBehind + " FROM kontor_lane l CROSS JOIN LATERAL (SELECT f.* "
	postgresEnd   = ") e WHERE l.claim = $1"
	// Mostly nothing is held up at all, which SQLite then finds out once.
	liteBehind = "CASE WHEN EXISTS (SELECT 1 FROM kontor_event h WHERE h.state <> 0 AND h.deliver_at = 0) THEN " + isBehind + " ELSE 0 END"
	liteFetch  = "SELECT " + letterColumns + ", " + liteBehind + " FROM kontor_lane l CROSS JOIN kontor_event e WHERE l.claim = $1 AND e.seq IN (SELECT f.seq "
	liteEnd    = ")"
)

func (q Queue) fetchTexts() (fresh, waiting string) {
	if q.S.Dialect == unit.SQLite {
		return liteFetch + freshArm + liteEnd, liteFetch + waitingArm + liteEnd
	}
	return postgresFetch + freshArm + postgresEnd, postgresFetch + waitingArm + postgresEnd
}

// Claim takes lanes and reads what is due in them, in one trip.
func (q Queue) Claim(ctx context.Context, c event.Claim) (event.Batch, error) {
	var b event.Batch
	if q.S.Dialect == unit.SQLite {
		// A look costs nothing there; the writer would have to be waited for.
		idle, err := q.look(ctx, c, &b)
		if err != nil || idle {
			return b, err
		}
	}
	fresh, waiting := q.fetchTexts()
	now := clock.Micros(c.Now)
	err := q.S.Raw(ctx, func() []unit.Query {
		b = event.Batch{}
		return []unit.Query{
			{Text: claimLanes, Args: []any{c.Token, now, maxLanes, clock.Micros(c.Until)}, Row: func(unit.Row) error {
				b.Lanes++
				return nil
			}},
			{Text: fresh, Args: []any{c.Token, c.Limit}, Row: addLetter(&b.Letters)},
			{Text: waiting, Args: []any{c.Token, c.Limit, now}, Row: addLetter(&b.Letters)},
			next(c, &b),
		}
	})
	slices.SortFunc(b.Letters, func(x, y event.Letter) int { return cmp.Compare(x.Seq, y.Seq) })
	return b, err
}

// anyFree selects one of what freeLanes selects, whichever is found first.
const anyFree = "SELECT l.lane FROM kontor_lane l" + isFree + " LIMIT 1"

// look reports whether there is nothing to claim, and if so when there will be.
func (q Queue) look(ctx context.Context, c event.Claim, b *event.Batch) (bool, error) {
	idle := true
	v := q.S.View("")
	err := v.Read(ctx, unit.Query{Text: anyFree, Args: []any{c.Token, clock.Micros(c.Now)}, Row: func(unit.Row) error {
		idle = false
		return nil
	}})
	if err != nil || !idle {
		return false, err
	}
	return true, v.Read(ctx, next(c, b))
}

func next(c event.Claim, b *event.Batch) unit.Query {
	return unit.Query{Text: nextDue, Args: []any{clock.Micros(c.Now), c.Token}, Row: func(r unit.Row) error {
		var due int64
		err := r.Scan(&due)
		b.Next = clock.FromMicros(due)
		return err
	}}
}

// addLetter appends rows of letterColumns and isBehind.
func addLetter(to *[]event.Letter) func(unit.Row) error {
	return func(r unit.Row) error {
		var behind bool
		l, err := scanLetter(r, &behind)
		if behind {
			l.Standing = event.Behind
		}
		*to = append(*to, l)
		return err
	}
}

func scanLetter(r unit.Row, more ...any) (event.Letter, error) {
	var (
		l             event.Letter
		u             uuid.UUID
		at, deliverAt int64
		state         int
		data, done    string
	)
	dest := append(append(make([]any, 0, letterWidth),
		&l.Seq, &u, &l.Event.Tenant, &l.Event.Name, &l.Event.Subject, &l.Event.Version, &at, &deliverAt,
		&l.Event.Actor, &data, &state, &l.Attempts, &done, &l.Failure,
	), more...)
	if err := r.Scan(dest...); err != nil {
		return l, err
	}
	l.Event.ID = eventID(u)
	l.Event.At, l.Event.DeliverAt = clock.FromMicros(at), clock.FromMicros(deliverAt)
	l.Event.Data = json.RawMessage(data)
	l.Standing = event.Standing(state)
	if done != "" {
		if err := json.Unmarshal([]byte(done), &l.Done); err != nil {
			return l, fmt.Errorf("eventrows: done of %s: %w", l.Event.ID, err)
		}
	}
	return l, nil
}
