package unit

import (
	"context"
	"sync"
)

// group is the one writer of a SQLite file. Units that arrive while it is busy
// are committed together: the first waiter that gets the writer leads, runs
// the units of all that wait, a savepoint each, and commits once. There is no
// goroutine of ours.
type group struct {
	lock  chan struct{} // holds one token while somebody writes
	mu    sync.Mutex
	queue []*job
}

// job is one unit that waits for the writer.
type job struct {
	stmts []Stmt
	at    int
	err   error
	done  chan struct{}
}

// maxGroup bounds how many units one commit holds, and so how long one waits.
const maxGroup = 256

// take gets the writer alone. The returned function gives it back.
func (g *group) take(ctx context.Context) (func(), error) {
	select {
	case g.lock <- struct{}{}:
		return func() { <-g.lock }, nil
	case <-ctx.Done():
		return nil, errNotSent{ctx.Err()}
	}
}

// submit runs stmts as one unit and returns when it has committed or failed.
// A caller that gives up leaves the queue, unless its unit is already being
// run: then it waits for the outcome.
func (g *group) submit(ctx context.Context, s *Shipper, stmts []Stmt) (int, error) {
	j := &job{stmts: stmts, done: make(chan struct{})}
	g.mu.Lock()
	g.queue = append(g.queue, j)
	g.mu.Unlock()
	for {
		select {
		case <-j.done:
			return j.at, j.err
		case g.lock <- struct{}{}:
			g.lead(ctx, s)
		case <-ctx.Done():
			if g.leave(j) {
				return -1, errNotSent{ctx.Err()}
			}
			<-j.done
			return j.at, j.err
		}
	}
}

// leave takes j out of the queue and reports whether it was still there.
func (g *group) leave(j *job) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, q := range g.queue {
		if q == j {
			g.queue = append(g.queue[:i], g.queue[i+1:]...)
			return true
		}
	}
	return false
}

// lead runs what waits. The caller holds the writer; lead gives it back.
func (g *group) lead(ctx context.Context, s *Shipper) {
	defer func() { <-g.lock }()
	g.mu.Lock()
	n := min(len(g.queue), maxGroup)
	jobs := g.queue[:n:n]
	g.queue = append([]*job(nil), g.queue[n:]...)
	g.mu.Unlock()
	if len(jobs) == 0 {
		return
	}
	settled := false
	defer func() {
		for _, j := range jobs {
			if !settled && j.err == nil {
				j.err = errCrashed
			}
			close(j.done)
		}
	}()
	s.runGroup(context.WithoutCancel(ctx), jobs)
	settled = true
}
