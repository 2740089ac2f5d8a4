package unit

import (
	"context"
	"database/sql"
	"sync"
)

// turns lends the connections of a pool in the order in which they were asked
// for. database/sql gives a connection that comes free to any of those who
// wait, so that with more callers than connections a few wait very long. It
// holds as many as the pool may have open; who takes connections of the same
// pool without asking here competes as before.
type turns struct {
	mu    sync.Mutex
	taken int
	queue []chan struct{}
}

// conn waits for its turn and lends a connection. Closing it ends the turn.
func (t *turns) conn(ctx context.Context, pool *sql.DB) (*lent, error) {
	if err := t.take(ctx, pool.Stats().MaxOpenConnections); err != nil {
		return nil, err
	}
	c, err := pool.Conn(ctx)
	if err != nil {
		t.give()
		return nil, err
	}
	return &lent{Conn: c, turns: t}, nil
}

// take waits until fewer than limit are taken; a limit of zero is none.
func (t *turns) take(ctx context.Context, limit int) error {
	t.mu.Lock()
	if limit <= 0 || t.taken < limit {
		t.taken++
		t.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	t.queue = append(t.queue, turn)
	t.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		t.leave(turn)
		return ctx.Err()
	}
}

// leave takes a waiter out of the queue, or passes on the turn that it was
// given at the last moment.
func (t *turns) leave(turn chan struct{}) {
	t.mu.Lock()
	for i, q := range t.queue {
		if q == turn {
			t.queue = append(t.queue[:i], t.queue[i+1:]...)
			t.mu.Unlock()
			return
		}
	}
	t.mu.Unlock()
	t.give()
}

// give ends a turn: the first of those who wait has it now.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue) == 0 {
		t.taken--
		return
	}
	close(t.queue[0])
	t.queue[0] = nil
	t.queue = t.queue[1:]
}

// lent is a connection and the turn in which it was lent.
type lent struct {
	*sql.Conn

	turns *turns
	once  sync.Once
}

// Close gives the connection back, and then the turn.
func (l *lent) Close() error {
	err := l.Conn.Close()
	l.once.Do(l.turns.give)
	return err
}
