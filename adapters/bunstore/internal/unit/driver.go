package unit

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
)

// Driver is the Wire of SQLite: any driver that implements the context
// interfaces of database/sql/driver. A connection that implements Stmter keeps
// its prepared statements; another one prepares each time.
type Driver struct{}

// Stmter is a connection that keeps prepared statements by their text.
type Stmter interface {
	Stmt(ctx context.Context, text string) (driver.Stmt, error)
}

var _ Wire = Driver{}

// Read runs the queries one after the other: there is no trip to save.
func (d Driver) Read(ctx context.Context, conn any, queries []Query) error {
	for _, q := range queries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := d.query(ctx, conn, q); err != nil {
			return err
		}
	}
	return nil
}

func (d Driver) query(ctx context.Context, conn any, q Query) error {
	st, done, err := prepare(ctx, conn, q.Text)
	if err != nil {
		return err
	}
	defer done()
	args, err := named(q.Args)
	if err != nil {
		return err
	}
	qc, ok := st.(driver.StmtQueryContext)
	if !ok {
		return errNoContext(st)
	}
	// Never a caller's context: cancelling would interrupt the connection.
	rows, err := qc.QueryContext(context.WithoutCancel(ctx), args)
	if err != nil {
		return err
	}
	return eachRow(rows, func(r Row) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return q.Row(r)
	})
}

// eachRow hands every row to fn and closes rows.
func eachRow(rows driver.Rows, fn func(Row) error) error {
	defer rows.Close() //nolint:errcheck // read only
	row := driverRow{values: make([]driver.Value, len(rows.Columns()))}
	for {
		switch err := rows.Next(row.values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}

// Ship runs the statements in a transaction of the span.
func (d Driver) Ship(ctx context.Context, conn any, stmts []Stmt, span Span) (int, error) {
	if span.begins() {
		if err := d.exec(ctx, conn, "BEGIN IMMEDIATE"); err != nil {
			return -1, err
		}
	}
	if i, err := d.run(ctx, conn, stmts); err != nil {
		d.Rollback(ctx, conn)
		return i, err
	}
	if span.commits() {
		if err := d.exec(ctx, conn, "COMMIT"); err != nil {
			d.Rollback(ctx, conn)
			return -1, err
		}
	}
	return -1, nil
}

// Rollback ends the transaction. It fails only if there is none any more.
func (d Driver) Rollback(ctx context.Context, conn any) { _ = d.exec(ctx, conn, "ROLLBACK") }

func (d Driver) run(ctx context.Context, conn any, stmts []Stmt) (int, error) {
	for i, s := range stmts {
		n, err := d.touch(ctx, conn, s.Text, s.Args)
		if err == nil && s.Guarded && n == 0 {
			err = ErrUntouched
		}
		if err != nil {
			return i, err
		}
	}
	return -1, nil
}

func (d Driver) exec(ctx context.Context, conn any, text string) error {
	_, err := d.touch(ctx, conn, text, nil)
	return err
}

// touch runs one statement and returns how many rows it touched.
func (d Driver) touch(ctx context.Context, conn any, text string, args []any) (int64, error) {
	st, done, err := prepare(ctx, conn, text)
	if err != nil {
		return 0, err
	}
	defer done()
	values, err := named(args)
	if err != nil {
		return 0, err
	}
	ec, ok := st.(driver.StmtExecContext)
	if !ok {
		return 0, errNoContext(st)
	}
	res, err := ec.ExecContext(context.WithoutCancel(ctx), values)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func errNoContext(v any) error {
	return fmt.Errorf("unit: the driver's %T lacks the context interfaces of database/sql/driver", v)
}

func prepare(ctx context.Context, conn any, text string) (driver.Stmt, func(), error) {
	ctx = context.WithoutCancel(ctx)
	if c, ok := conn.(Stmter); ok {
		st, err := c.Stmt(ctx, text)
		return st, func() {}, err
	}
	c, ok := conn.(driver.ConnPrepareContext)
	if !ok {
		return nil, nil, errNoContext(conn)
	}
	st, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	return st, func() { _ = st.Close() }, nil
}

// named binds arguments by position, lists as JSON arrays.
func named(args []any) ([]driver.NamedValue, error) {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		v, err := liteValue(a)
		if err != nil {
			return nil, err
		}
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return out, nil
}

func liteValue(a any) (driver.Value, error) {
	switch v := a.(type) {
	case int:
		return int64(v), nil
	case uuid.UUID:
		return v[:], nil
	case []string:
		b, err := json.Marshal(v)
		return string(b), err
	case []uuid.UUID:
		hexes := make([]string, len(v))
		for i, u := range v {
			hexes[i] = hex.EncodeToString(u[:])
		}
		b, err := json.Marshal(hexes)
		return string(b), err
	case nil, int64, string, []byte, bool:
		return v, nil
	default:
		return nil, fmt.Errorf("unit: argument of type %T", a)
	}
}

// driverRow scans the few types the store reads.
type driverRow struct{ values []driver.Value }

func (r driverRow) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("unit: %d columns scanned into %d targets", len(r.values), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, r.values[i]); err != nil {
			return fmt.Errorf("unit: column %d: %w", i, err)
		}
	}
	return nil
}

func assign(dest any, v driver.Value) error {
	switch d := dest.(type) {
	case *int64:
		n, ok := v.(int64)
		if ok {
			*d = n
			return nil
		}
	case *int:
		n, ok := v.(int64)
		if ok {
			*d = int(n)
			return nil
		}
	case *bool:
		switch n := v.(type) {
		case int64:
			*d = n != 0
			return nil
		case bool:
			*d = n
			return nil
		}
	case *string:
		switch s := v.(type) {
		case string:
			*d = s
			return nil
		case []byte:
			*d = string(s)
			return nil
		}
	case *[]byte:
		switch s := v.(type) {
		case []byte:
			*d = append((*d)[:0:0], s...)
			return nil
		case string:
			*d = []byte(s)
			return nil
		}
	case *uuid.UUID:
		switch b := v.(type) {
		case []byte:
			if len(b) == len(d) {
				copy(d[:], b)
				return nil
			}
		case string: // database/sql drivers give a uuid column as text
			u, err := uuid.Parse(b)
			*d = u
			return err
		}
	}
	return fmt.Errorf("unit: %T into %T", v, dest)
}
