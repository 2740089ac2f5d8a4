package floor

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Relays drain the events that wait, in batches of batch, and call handle for
// each. The rule is the engine's: events of one subject in the order of their
// commits, one claimant at a time.

const batch = 500

const (
	claimText = `UPDATE kontor_lane SET served_at = $1 WHERE lane IN (SELECT l.lane FROM kontor_lane l
WHERE EXISTS (SELECT 1 FROM kontor_event e WHERE e.lane = l.lane AND e.state = 0) ORDER BY l.served_at, l.lane LIMIT 16 FOR UPDATE SKIP LOCKED)`
	fetchText = `SELECT e.seq, e.id, e.tenant, e.name, e.subject, e.version, e.at, e.actor, e.data FROM kontor_lane l
CROSS JOIN LATERAL (SELECT f.* FROM kontor_event f WHERE f.lane = l.lane AND f.state = 0 ORDER BY f.seq LIMIT $2) e WHERE l.served_at = $1`
	goneText = "DELETE FROM kontor_event WHERE seq = ANY($1)"

	// On SQLite a relay claims all there is: nothing may hold the writer while
	// handlers run, and another process may have a relay too.
	liteClaimText = "UPDATE kontor_lane SET claim = $1, until = $2 WHERE lane = 0 AND (claim IS NULL OR until <= $3)"
	liteFreeText  = "UPDATE kontor_lane SET claim = NULL, until = 0 WHERE lane = 0 AND claim = $1"
	liteFetchText = "SELECT seq, id, tenant, name, subject, version, at, actor, data FROM kontor_event WHERE state = 0 ORDER BY seq LIMIT $1"
	liteGoneText  = "DELETE FROM kontor_event WHERE seq IN (SELECT value FROM json_each($1))"
)

// Letter is an event of the floor.
type Letter struct {
	Seq, Version, At           int64
	ID                         []byte
	Tenant, Name, Subject, Who string
	Data                       string
}

func (l *Letter) targets() []any {
	return []any{&l.Seq, &l.ID, &l.Tenant, &l.Name, &l.Subject, &l.Version, &l.At, &l.Who, &l.Data}
}

// Drain delivers what waits and returns how much that was. The lanes stay
// locked while handlers run, so nobody overtakes.
func (p *Postgres) Drain(ctx context.Context, handle func(Letter)) (int, error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	total := 0
	for {
		n, err := drainOnce(ctx, conn.Conn(), handle)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

func drainOnce(ctx context.Context, conn *pgx.Conn, handle func(Letter)) (int, error) {
	token := time.Now().UnixNano()
	claim := &pgx.Batch{}
	claim.Queue("BEGIN")
	claim.Queue(claimText, token)
	claim.Queue(fetchText, token, batch/16+1)
	results := conn.SendBatch(ctx, claim)
	for range 2 {
		if _, err := results.Exec(); err != nil {
			_ = results.Close()
			return 0, err
		}
	}
	rows, err := results.Query()
	if err != nil {
		_ = results.Close()
		return 0, err
	}
	letters := make([]Letter, 0, batch)
	for rows.Next() {
		var l Letter
		if err := rows.Scan(l.targets()...); err != nil {
			rows.Close()
			_ = results.Close()
			return 0, err
		}
		letters = append(letters, l)
	}
	if err := results.Close(); err != nil {
		return 0, err
	}
	gone := make([]int64, len(letters))
	for i, l := range letters {
		handle(l)
		gone[i] = l.Seq
	}
	end := &pgx.Batch{}
	end.Queue(goneText, gone)
	end.Queue("COMMIT")
	return len(letters), conn.SendBatch(ctx, end).Close()
}

// Drain delivers what waits and returns how much that was.
func (s *SQLite) Drain(ctx context.Context, handle func(Letter)) (int, error) {
	total := 0
	for {
		n, err := s.drainOnce(ctx, handle)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

func (s *SQLite) drainOnce(ctx context.Context, handle func(Letter)) (int, error) {
	at, token := time.Now().UnixMicro(), uuid.Must(uuid.NewV7())
	claim := write{liteClaimText, []any{token[:], at + time.Minute.Microseconds(), at}}
	if err := s.ship(ctx, []write{claim}); err != nil {
		return 0, err
	}
	gone, err := s.deliver(ctx, handle)
	if err != nil {
		return 0, err
	}
	list, err := json.Marshal(gone)
	if err != nil {
		return 0, err
	}
	return len(gone), s.ship(ctx, []write{{liteGoneText, []any{string(list)}}, {liteFreeText, []any{token[:]}}})
}

// deliver hands the events that wait to handle and returns which they were.
func (s *SQLite) deliver(ctx context.Context, handle func(Letter)) ([]int64, error) {
	st, err := s.reader(ctx, liteFetchText) //nolint:sqlclosecheck // it is kept
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(free(ctx), batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read only
	gone := make([]int64, 0, batch)
	for rows.Next() {
		var l Letter
		if err := rows.Scan(l.targets()...); err != nil {
			return nil, err
		}
		handle(l)
		gone = append(gone, l.Seq)
	}
	return gone, rows.Err()
}
