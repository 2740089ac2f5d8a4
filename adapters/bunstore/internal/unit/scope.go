package unit

import "context"

// Scope runs fn; if it fails, what it wrote is forgotten. If part of that was
// sent already the whole unit is lost, and says so.
func (u *Unit) Scope(ctx context.Context, fn func(ctx context.Context) error) error {
	if u.host != nil {
		return u.host.scope(ctx, u, fn)
	}
	if err := u.usable(); err != nil {
		return err
	}
	return u.attempt(ctx, fn)
}

// attempt runs fn and forgets what it wrote if it fails. Writes that were there
// before may have been sent meanwhile; those of fn must not have been.
func (u *Unit) attempt(ctx context.Context, fn func(ctx context.Context) error) error {
	start := u.written
	err := fn(ctx)
	if err == nil {
		return nil
	}
	if u.flushed <= start {
		u.pending = u.pending[:len(u.pending)-(u.written-start)]
		u.written = start
	} else if u.broken == nil {
		u.broken = err
	}
	return err
}
