package shop

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/postgres"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
)

// The backends.
const (
	Postgres = "postgres"
	SQLite   = "sqlite"
)

// Shop is an engine and a floor on one database.
type Shop struct {
	*commerce.Engine
	Backend string
	// Path is the file of a SQLite shop, DSN leads to a PostgreSQL one.
	Path, DSN string
	Store     *bunstore.Store
	Floor     Floor
	PG        *floor.Postgres // nil on SQLite
	Lite      *floor.SQLite   // nil on PostgreSQL

	// SKUs are how many things are for sale.
	SKUs  int
	load  loader
	close []func() error
}

// Floor is what both floors can do.
type Floor interface {
	Rows(ctx context.Context, table, where string, args ...any) ([]string, [][]any, error)
}

// Terms are those of the shop: prices contain a tax, carriage has a flat price.
func Terms() checkout.Terms {
	return checkout.Terms{
		TaxInclusive: true,
		Taxes:        []pricing.Tax{{Name: "VAT", Rate: money.MustPercent("19")}},
		Shipping:     []checkout.ShippingMethod{{Code: "standard", Title: "Standard", Amount: money.EUR(4_95)}},
	}
}

// Buyer is who buys, everywhere.
func Buyer() op.Actor { return op.Actor{Kind: op.Buyer, ID: "bench"} }

// engine builds an engine on a store.
func engine(store commerce.Store) (*commerce.Engine, error) {
	return commerce.New(commerce.Config{
		Store: store, Secret: []byte("a secret of the benchmarks"),
		Payments: map[string]payment.Provider{"transfer": manual.New()},
		Terms:    checkout.Fixed(Terms()),
	})
}

// OpenPostgres opens a shop on an empty database.
func OpenPostgres(ctx context.Context, dsn string) (*Shop, error) {
	store, err := postgres.Open(dsn, nil)
	if err != nil {
		return nil, err
	}
	s := &Shop{Backend: Postgres, DSN: dsn, Store: store, close: []func() error{store.Close}}
	if s.PG, err = floor.OpenPostgres(ctx, dsn, postgres.DefaultConns); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.close = append(s.close, func() error { s.PG.Close(); return nil })
	s.Floor, s.load = s.PG, s.PG
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// OpenSQLite opens a shop on a fresh file in a folder.
func OpenSQLite(ctx context.Context, dir string) (*Shop, error) {
	f, err := os.CreateTemp(dir, "shop-*.db")
	if err != nil {
		return nil, err
	}
	path := filepath.Clean(f.Name())
	if err := f.Close(); err != nil {
		return nil, err
	}
	store, err := sqlite.Open(path, nil)
	if err != nil {
		return nil, err
	}
	s := &Shop{Backend: SQLite, Path: path, Store: store, close: []func() error{store.Close}}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	if s.Lite, err = floor.OpenSQLite(ctx, path); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.close = append(s.close, func() error { s.Lite.Close(); return nil })
	s.Floor, s.load = s.Lite, s.Lite
	return s, nil
}

func (s *Shop) open(ctx context.Context) error {
	if err := s.Store.Migrate(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	var err error
	s.Engine, err = engine(s.Store)
	return err
}

// Through opens another engine on the same PostgreSQL by a DSN of its own, on
// one connection.
func (s *Shop) Through(dsn string) (*commerce.Engine, func() error, error) {
	store, err := postgres.Open(dsn, nil)
	if err != nil {
		return nil, nil, err
	}
	store.DB().SetMaxOpenConns(1)
	e, err := engine(store)
	return e, store.Close, err
}

// Close closes the engine and the floor.
func (s *Shop) Close() error {
	var errs []error
	for _, shut := range slices.Backward(s.close) {
		errs = append(errs, shut())
	}
	return errors.Join(errs...)
}

// SKU returns the name of a thing.
func SKU(i int) string { return fmt.Sprintf("SKU-%05d", i) }

// Price is what every thing costs.
func Price() money.Amount { return money.EUR(10_00) }

// Fill puts n things into the catalogue and stock of each on the shelf.
func (s *Shop) Fill(ctx context.Context, n, stock int) error {
	s.SKUs = n
	staff := op.Meta{By: op.Actor{Kind: op.Staff, ID: "bench"}}
	const batch = 250
	for from := 0; from < n; from += batch {
		req := catalog.CreateProducts{Meta: staff}
		for i := from; i < min(from+batch, n); i++ {
			req.Products = append(req.Products, catalog.NewProduct{
				Slug: fmt.Sprintf("thing-%05d", i), Title: fmt.Sprintf("Thing number %d", i), Publish: true,
				Variants: []catalog.NewVariant{{SKU: SKU(i), Prices: []catalog.Price{{Unit: money.Each(Price())}}}},
			})
		}
		if _, err := s.Catalog.CreateProducts(ctx, req); err != nil {
			return err
		}
	}
	_, err := s.Inventory.Receive(ctx, inventory.Receive{Meta: staff, SKU: SKU(0), Quantity: stock})
	if err != nil {
		return err
	}
	rows := make([][]any, 0, n)
	for i := 1; i < n; i++ {
		rows = append(rows, []any{"", SKU(i), inventory.Main, int64(stock), int64(0), int64(0)})
	}
	columns := []string{"tenant", "sku", "location", "on_hand", "reserved", "low"}
	if err := s.load.Load(ctx, "kontor_level", columns, rows); err != nil {
		return err
	}
	return s.Drop(ctx)
}

// Drop throws events away that nobody waits for.
func (s *Shop) Drop(ctx context.Context) error {
	_, err := s.Store.DB().DB.ExecContext(ctx, "DELETE FROM kontor_event")
	return err
}

// Analyze brings the statistics of the planner up to date and, on PostgreSQL,
// clears away what changes have left behind, as the database itself would in
// time. There it leaves out tables that are next to
// empty: of a table seen with a row or two the server decides that reading it
// whole is best, and goes on doing so while the table grows under the
// measurement, until its daemon comes by.
func (s *Shop) Analyze(ctx context.Context) error {
	db := s.Store.DB().DB
	if s.Backend != Postgres {
		_, err := db.ExecContext(ctx, "ANALYZE")
		return err
	}
	var names sql.NullString
	row := db.QueryRowContext(ctx, "SELECT string_agg(relname, ', ') FROM pg_stat_user_tables WHERE pg_relation_size(relid) > 10 * 8192")
	if err := row.Scan(&names); err != nil || !names.Valid {
		return err
	}
	_, err := db.ExecContext(ctx, "VACUUM ANALYZE "+names.String)
	return err
}

// Here is where prices are asked.
func Here() market.Context {
	return market.Context{Channel: "web", Market: "eu", Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "en"}
}

// Cart makes one cart through the engine.
func (s *Shop) Cart(ctx context.Context, skus ...string) (cart.Cart, error) {
	meta := op.Meta{By: Buyer()}
	c, err := s.Carts.Create(ctx, cart.Create{Meta: meta, Market: Here(), Email: "bench@example.com"})
	for _, sku := range skus {
		if err != nil {
			return c, err
		}
		c, err = s.Carts.Add(ctx, c.ID, cart.Add{Meta: meta, SKU: sku, Quantity: 1})
	}
	return c, err
}
