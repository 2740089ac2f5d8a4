package eventrows_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/event"
)

const backlog = 20_000

// fill commits a backlog over many subjects.
func (p post) fill(b *testing.B) {
	b.Helper()
	for i := 0; i < backlog; i += 500 {
		events := make([]event.Event, 500)
		for k := range events {
			events[k] = p.fact(b, fmt.Sprintf("or_%d", (i+k)%5000), i)
		}
		p.commit(b, "shop", events...)
	}
}

func stores() map[string]func(testing.TB) *bunstore.Store {
	return map[string]func(testing.TB) *bunstore.Store{
		"postgres": unittest.Postgres, "sqlite-file": unittest.File,
	}
}

// BenchmarkDrain is how fast a relay empties a backlog with a handler that
// does nothing.
func BenchmarkDrain(b *testing.B) {
	for name, open := range stores() {
		b.Run(name, func(b *testing.B) {
			p := newPost(open(b).Shipper())
			bus := event.NewBus()
			event.OnAny(bus, "nothing", func(context.Context, event.Event) error { return nil })
			r := p.relay(b, bus)
			for b.Loop() {
				b.StopTimer()
				p.fill(b)
				b.StartTimer()
				require.Equal(b, backlog, drain(b, r))
			}
			b.ReportMetric(float64(backlog)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkFloor is what is to be beaten: due rows selected and deleted in
// batches of 100, by hand, with no order, tenant or lane in it.
func BenchmarkFloor(b *testing.B) {
	dsn := unittest.PostgresDSN(b)
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, dsn)
	require.NoError(b, err)
	defer conn.Close(ctx) //nolint:errcheck // the end
	_, err = conn.Exec(ctx, "CREATE TABLE floor (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, data text NOT NULL)")
	require.NoError(b, err)
	for b.Loop() {
		b.StopTimer()
		_, err := conn.Exec(ctx, `INSERT INTO floor (name, data) SELECT 'test.noted', '{"n":1}' FROM generate_series(1, $1)`, backlog)
		require.NoError(b, err)
		b.StartTimer()
		for floorRound(ctx, b, conn) > 0 {
			continue
		}
	}
	b.ReportMetric(float64(backlog)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func floorRound(ctx context.Context, b *testing.B, conn *pgx.Conn) int {
	b.Helper()
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	batch.Queue("SELECT seq, name, data FROM floor ORDER BY seq LIMIT 100 FOR UPDATE SKIP LOCKED")
	results := conn.SendBatch(ctx, batch)
	_, err := results.Exec()
	require.NoError(b, err)
	rows, err := results.Query()
	require.NoError(b, err)
	seqs := make([]int64, 0, 100)
	for rows.Next() {
		var seq int64
		var name, data string
		require.NoError(b, rows.Scan(&seq, &name, &data))
		seqs = append(seqs, seq)
	}
	require.NoError(b, rows.Err())
	require.NoError(b, results.Close())
	end := &pgx.Batch{}
	end.Queue("DELETE FROM floor WHERE seq = ANY($1)", seqs)
	end.Queue("COMMIT")
	require.NoError(b, conn.SendBatch(ctx, end).Close())
	return len(seqs)
}

// BenchmarkWake is the time from a commit to the handler in the same process.
func BenchmarkWake(b *testing.B) {
	for name, open := range stores() {
		b.Run(name, func(b *testing.B) {
			p := newPost(open(b).Shipper())
			arrived := make(chan time.Time, 1)
			bus := event.NewBus()
			event.OnAny(bus, "stamp", func(context.Context, event.Event) error { arrived <- time.Now(); return nil })
			r := p.relay(b, bus)
			p.s.Committed = r.Wake
			ctx, cancel := context.WithCancel(b.Context())
			done := make(chan error, 1)
			go func() { done <- r.Run(ctx) }()
			var took []time.Duration
			for b.Loop() {
				time.Sleep(5 * time.Millisecond) // the relay has come to rest
				p.commit(b, "", p.fact(b, "or_1", 1))
				from := time.Now()
				took = append(took, (<-arrived).Sub(from))
			}
			cancel()
			require.NoError(b, <-done)
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
		})
	}
}
