package floor

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrSoldOut says that there was not enough of a SKU.
var ErrSoldOut = errors.New("floor: sold out")

// Postgres is the floor on PostgreSQL. It is safe for concurrent use.
type Postgres struct {
	pool  *pgxpool.Pool
	order Mould
	cart  CartMould
	shape Shape
	gate  *gate
}

// OpenPostgres connects with as many connections as the engine has.
func OpenPostgres(ctx context.Context, dsn string, conns int) (*Postgres, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns, cfg.MinConns = int32(conns), int32(conns) //nolint:gosec // a few
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	return &Postgres{pool: pool, gate: newGate(0)}, err
}

// Close closes the connections.
func (p *Postgres) Close() { p.pool.Close() }

// Rows reads rows for a mould.
func (p *Postgres) Rows(ctx context.Context, table, where string, args ...any) ([]string, [][]any, error) {
	for i, a := range args {
		if u, ok := a.(uuid.UUID); ok {
			args[i] = pgID(u)
		}
	}
	rows, err := p.pool.Query(ctx, "SELECT * FROM "+table+" WHERE "+where, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var out [][]any
	var columns []string
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return nil, nil, err
		}
		columns = columns[:0]
		row := make([]any, 0, len(values))
		for i, f := range rows.FieldDescriptions() {
			if f.Name != "seq" {
				columns, row = append(columns, f.Name), append(row, values[i])
			}
		}
		out = append(out, row)
	}
	return columns, out, rows.Err()
}

func pgID(u uuid.UUID) any { return [16]byte(u) }

// With returns the floor with the moulds of an order and a cart, in a shape.
func (p *Postgres) With(order Mould, cart CartMould, s Shape) *Postgres {
	return &Postgres{pool: p.pool, order: order, cart: cart, shape: s, gate: newGate(s.Gate)}
}

// Place reads what an order has to know and writes it: two trips.
func (p *Postgres) Place(ctx context.Context, o Order) error {
	if err := p.look(ctx, placeReads(o, pgID)); err != nil {
		return err
	}
	leave := p.gate.enter(o.SKUs)
	defer leave()
	return p.ship(ctx, p.order.writes(o, p.shape, pgID))
}

// Read reads a cart with the offers and the stock of what lies in it.
func (p *Postgres) Read(ctx context.Context, cart uuid.UUID) error {
	return p.look(ctx, basketReads(pgID(cart)))
}

// Add puts one more piece of a line into a cart.
func (p *Postgres) Add(ctx context.Context, c Cart) error {
	if err := p.look(ctx, cartReads(pgID(c.ID), c.SKU)); err != nil {
		return err
	}
	return p.ship(ctx, p.cart.writes(c, pgID))
}

// look runs reads in one trip.
func (p *Postgres) look(ctx context.Context, reads []read) error {
	batch := &pgx.Batch{}
	for _, r := range reads {
		batch.Queue(r.text, r.args...)
	}
	results := p.pool.SendBatch(ctx, batch)
	for _, r := range reads {
		rows, err := results.Query()
		if err != nil {
			return errors.Join(err, results.Close())
		}
		if err := scanAll(rows, r.columns); err != nil {
			return errors.Join(err, results.Close())
		}
	}
	return results.Close()
}

func scanAll(rows pgx.Rows, columns string) error {
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(targets(columns)...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ship runs writes in one trip and one transaction.
func (p *Postgres) ship(ctx context.Context, ws []write) error {
	batch := &pgx.Batch{}
	for _, w := range ws {
		batch.Queue(w.text, w.args...)
	}
	if p.shape.TwoTrips {
		return p.shipTwice(ctx, batch)
	}
	return refusal(finish(p.pool.SendBatch(ctx, batch), len(ws)))
}

// shipTwice sends the commit apart.
func (p *Postgres) shipTwice(ctx context.Context, batch *pgx.Batch) error {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	begin := &pgx.Batch{}
	begin.Queue("BEGIN")
	begin.QueuedQueries = append(begin.QueuedQueries, batch.QueuedQueries...)
	if err := finish(conn.SendBatch(ctx, begin), begin.Len()); err != nil {
		_, rollback := conn.Exec(ctx, "ROLLBACK")
		return errors.Join(refusal(err), rollback)
	}
	_, err = conn.Exec(ctx, "COMMIT")
	return err
}

func finish(results pgx.BatchResults, n int) error {
	for range n {
		if _, err := results.Exec(); err != nil {
			_ = results.Close()
			return err
		}
	}
	return results.Close()
}

// refusal tells sold out from other errors.
func refusal(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.TableName == "kontor_level" && pg.Code == "23514" {
		return ErrSoldOut
	}
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	return nil
}

// Load copies rows into a table.
func (p *Postgres) Load(ctx context.Context, table string, columns []string, rows [][]any) error {
	_, err := p.pool.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
	return err
}

// ID is an id as an argument.
func (p *Postgres) ID(u uuid.UUID) any { return pgID(u) }
