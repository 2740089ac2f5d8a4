package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/kontor-go/kontor/adapters/bunstore"
)

// conn is a connection that keeps its prepared statements, which bring more
// than anything else on SQLite. database/sql gives a connection to one user at
// a time, so there is no lock.
type conn struct {
	driver.Conn
	stmts map[string]driver.Stmt
}

// maxStmts bounds the statements kept; the store has far fewer texts.
const maxStmts = 512

var (
	_ bunstore.Stmter           = (*conn)(nil)
	_ driver.ConnPrepareContext = (*conn)(nil)
	_ driver.ConnBeginTx        = (*conn)(nil)
	_ driver.ExecerContext      = (*conn)(nil)
	_ driver.QueryerContext     = (*conn)(nil)
	_ driver.SessionResetter    = (*conn)(nil)
	_ driver.Validator          = (*conn)(nil)
	_ driver.Pinger             = (*conn)(nil)
)

// Stmt returns the prepared statement of a text.
func (c *conn) Stmt(ctx context.Context, text string) (driver.Stmt, error) {
	if st, ok := c.stmts[text]; ok {
		return st, nil
	}
	st, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if len(c.stmts) >= maxStmts {
		for k, old := range c.stmts {
			_ = old.Close()
			delete(c.stmts, k)
			break
		}
	}
	c.stmts[text] = st
	return st, nil
}

// Close closes the statements and the connection.
func (c *conn) Close() error {
	var errs []error
	for _, st := range c.stmts {
		errs = append(errs, st.Close())
	}
	c.stmts = nil
	return errors.Join(append(errs, c.Conn.Close())...)
}

// The rest passes what the driver below can do.

func (c *conn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text) //nolint:forcetypeassert // the driver is ours to choose
}

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts) //nolint:forcetypeassert // as above
}

func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, text, args) //nolint:forcetypeassert // as above
}

func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, text, args) //nolint:forcetypeassert // as above
}

func (c *conn) ResetSession(ctx context.Context) error {
	return c.Conn.(driver.SessionResetter).ResetSession(ctx) //nolint:forcetypeassert // as above
}

func (c *conn) IsValid() bool {
	return c.Conn.(driver.Validator).IsValid() //nolint:forcetypeassert // as above
}

func (c *conn) Ping(ctx context.Context) error {
	return c.Conn.(driver.Pinger).Ping(ctx) //nolint:forcetypeassert // as above
}
