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
	mark, sent := len(u.pending), u.flushes
	err := fn(ctx)
	if err == nil {
		return nil
	}
	if u.flushes == sent && len(u.pending) >= mark {
		u.pending = u.pending[:mark]
	} else if u.broken == nil {
		u.broken = err
	}
	return err
}
