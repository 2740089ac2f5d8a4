package floor

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the driver
)

// SQLite is the floor on a SQLite file: one connection that writes, with its
// own prepared statements, and a few that read. It is safe for concurrent use.
type SQLite struct {
	*file
	order   Mould
	cart    CartMould
	shape   Shape
	grouped bool
	led     bool
}

// file is the database with its prepared statements.
type file struct {
	reads  *sql.DB
	pool   *sql.DB
	writer *sql.Conn
	stmts  map[string]*sql.Stmt // of the writer
	kept   sync.Map             // of the readers: text to *sql.Stmt
	mu     sync.Mutex           // who writes
	queue  chan *member
	turn   chan struct{} // who leads a group
}

// member is an order that waits for a group.
type member struct {
	writes []write
	done   chan error
}

// settings are those of the engine.
const settings = "?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"

// OpenSQLite opens the file at path.
func OpenSQLite(ctx context.Context, path string) (*SQLite, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + settings
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	reads, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	reads.SetMaxOpenConns(max(2, runtime.NumCPU()))
	reads.SetMaxIdleConns(max(2, runtime.NumCPU()))
	writer, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	f := &file{reads: reads, pool: pool, writer: writer, stmts: map[string]*sql.Stmt{}, queue: make(chan *member, 1024), turn: make(chan struct{}, 1)}
	return &SQLite{file: f}, nil
}

// Close closes the file.
func (s *SQLite) Close() {
	_ = s.writer.Close()
	_ = s.reads.Close()
	_ = s.pool.Close()
}

// With returns the floor with the moulds of an order and a cart.
func (s *SQLite) With(order Mould, cart CartMould, shape Shape) *SQLite {
	return &SQLite{file: s.file, order: order, cart: cart, shape: shape}
}

// Grouped returns the floor that commits all that wait together; Serve must run.
func (s *SQLite) Grouped() *SQLite {
	g := *s
	g.grouped = true
	return &g
}

// Led returns the floor that groups as Grouped does, led by the first waiter.
func (s *SQLite) Led() *SQLite {
	g := *s
	g.led = true
	return &g
}

func liteID(u uuid.UUID) any { return u[:] }

// Rows reads rows for a mould.
func (s *SQLite) Rows(ctx context.Context, table, where string, args ...any) ([]string, [][]any, error) {
	for i, a := range args {
		if u, ok := a.(uuid.UUID); ok {
			args[i] = liteID(u)
		}
	}
	rows, err := s.reads.QueryContext(ctx, lite("SELECT * FROM "+table+" WHERE "+where), args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close() //nolint:errcheck // read only
	names, err := rows.Columns()
	if err != nil {
		return nil, nil, err
	}
	var columns []string
	var out [][]any
	for rows.Next() {
		values, dest := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, nil, err
		}
		columns = columns[:0]
		var row []any
		for i, n := range names {
			if n != "seq" {
				columns, row = append(columns, n), append(row, values[i])
			}
		}
		out = append(out, row)
	}
	return columns, out, rows.Err()
}

// lite numbers parameters as SQLite does.
func lite(text string) string { return regexp.MustCompile(`\$(\d+)`).ReplaceAllString(text, "?$1") }

// Place reads what an order has to know and writes it.
func (s *SQLite) Place(ctx context.Context, o Order) error {
	if err := s.look(ctx, placeReads(o, liteID)); err != nil {
		return err
	}
	return s.ship(ctx, s.order.writes(o, s.shape, liteID))
}

// Read reads a cart with the offers and the stock of what lies in it.
func (s *SQLite) Read(ctx context.Context, cart uuid.UUID) error {
	return s.look(ctx, basketReads(liteID(cart)))
}

// Add puts one more piece of a line into a cart.
func (s *SQLite) Add(ctx context.Context, c Cart) error {
	if err := s.look(ctx, cartReads(liteID(c.ID), c.SKU)); err != nil {
		return err
	}
	return s.ship(ctx, s.cart.writes(c, liteID))
}

func (s *SQLite) look(ctx context.Context, reads []read) error {
	for _, r := range reads {
		st, err := s.reader(ctx, r.text)
		if err != nil {
			return err
		}
		if err := query(ctx, st, r); err != nil {
			return err
		}
	}
	return nil
}

func query(ctx context.Context, st *sql.Stmt, r read) error {
	rows, err := st.QueryContext(free(ctx), r.args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read only
	for rows.Next() {
		dest := targets(r.columns)
		for i, c := range r.columns {
			if c == 'u' {
				dest[i] = new([]byte)
			}
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// each hands the rows of a query to fn.
func (s *SQLite) each(ctx context.Context, text string, args []any, fn func(rows *sql.Rows) error) error {
	st, err := s.reader(ctx, text)
	if err != nil {
		return err
	}
	return eachOf(ctx, st, args, fn)
}

func eachOf(ctx context.Context, st *sql.Stmt, args []any, fn func(rows *sql.Rows) error) error {
	rows, err := st.QueryContext(free(ctx), args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read only
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *SQLite) reader(ctx context.Context, text string) (*sql.Stmt, error) {
	if st, ok := s.kept.Load(text); ok {
		return st.(*sql.Stmt), nil //nolint:forcetypeassert // only statements are stored
	}
	st, err := s.reads.PrepareContext(ctx, lite(text))
	if err != nil {
		return nil, err
	}
	s.kept.Store(text, st)
	return st, nil
}

// ship writes one order, alone or in a group.
func (s *SQLite) ship(ctx context.Context, ws []write) error {
	if s.led {
		return s.lead(ctx, &member{ws, make(chan error, 1)})
	}
	if s.grouped {
		m := &member{ws, make(chan error, 1)}
		s.queue <- m
		return <-m.done
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, w := range ws {
		if err := s.exec(ctx, w.text, w.args...); err != nil {
			_ = s.exec(ctx, "ROLLBACK")
			return liteRefusal(err)
		}
	}
	return s.exec(ctx, "COMMIT")
}

func liteRefusal(err error) error {
	if strings.Contains(err.Error(), "CHECK constraint failed: reserved <= on_hand") {
		return ErrSoldOut
	}
	return fmt.Errorf("floor: %w", err)
}

// exec runs one prepared statement on the writer.
func (s *SQLite) exec(ctx context.Context, text string, args ...any) error {
	st := s.stmts[text]
	if st == nil {
		var err error
		if st, err = s.writer.PrepareContext(ctx, lite(text)); err != nil {
			return err
		}
		s.stmts[text] = st
	}
	_, err := st.ExecContext(free(ctx), args...)
	return err
}

// free takes the end off a context: with one, the driver starts a goroutine for
// each statement that watches it.
func free(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// Load writes rows into a table, in one transaction.
func (s *SQLite) Load(ctx context.Context, table string, columns []string, rows [][]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	text := insertText(table, columns)
	for _, r := range rows {
		if err := s.exec(ctx, text, r...); err != nil {
			_ = s.exec(ctx, "ROLLBACK")
			return err
		}
	}
	return s.exec(ctx, "COMMIT")
}

// ID is an id as an argument.
func (s *SQLite) ID(u uuid.UUID) any { return liteID(u) }
