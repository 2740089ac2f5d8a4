package floor

import "context"

// maxGroup bounds how many orders one commit holds.
const maxGroup = 256

// Serve writes the orders of a grouped floor until ctx ends: all that wait at
// once, a savepoint each, and one commit.
func (s *SQLite) Serve(ctx context.Context) {
	for {
		var group []*member
		select {
		case <-ctx.Done():
			return
		case m := <-s.queue:
			group = append(group, m)
		}
		for len(group) < maxGroup && len(s.queue) > 0 {
			group = append(group, <-s.queue)
		}
		s.mu.Lock()
		s.commit(context.WithoutCancel(ctx), group)
		s.mu.Unlock()
	}
}

func (s *SQLite) commit(ctx context.Context, group []*member) {
	outcome := make([]error, len(group))
	err := s.exec(ctx, "BEGIN IMMEDIATE")
	for i, m := range group {
		if err == nil {
			outcome[i] = s.saved(ctx, m.writes)
		}
	}
	if err == nil {
		err = s.exec(ctx, "COMMIT")
	}
	for i, m := range group {
		if err != nil {
			outcome[i] = err
		}
		m.done <- outcome[i]
	}
}

// saved writes one order in a savepoint.
func (s *SQLite) saved(ctx context.Context, ws []write) error {
	if err := s.exec(ctx, "SAVEPOINT o"); err != nil {
		return err
	}
	for _, w := range ws {
		if err := s.exec(ctx, w.text, w.args...); err != nil {
			_ = s.exec(ctx, "ROLLBACK TO o")
			_ = s.exec(ctx, "RELEASE o")
			return liteRefusal(err)
		}
	}
	return s.exec(ctx, "RELEASE o")
}

// lead is what a waiter does when nobody has written its order yet: whoever
// gets the writer first writes the orders of all that wait.
func (s *SQLite) lead(ctx context.Context, m *member) error {
	s.queue <- m
	for {
		select {
		case err := <-m.done:
			return err
		case s.turn <- struct{}{}:
			var group []*member
			for len(group) < maxGroup && len(s.queue) > 0 {
				group = append(group, <-s.queue)
			}
			if len(group) > 0 {
				s.mu.Lock()
				s.commit(context.WithoutCancel(ctx), group)
				s.mu.Unlock()
			}
			<-s.turn
		}
	}
}
