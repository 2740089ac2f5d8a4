package main

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/postgres"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/commerce"
)

// database is one database that host and engine share.
type database struct {
	db    *bun.DB // the tables of the host
	store *bunstore.Store
	// both runs fn in one transaction, in which tx reads and writes the tables
	// of the host and t those of the engine. It commits if fn returns nil. fn
	// must use nothing but the two.
	both func(ctx context.Context, fn both) error
	// joined says that a commit of both is the host's: the engine does not see
	// it, and has to be woken.
	joined bool
	close  func() error
}

type both func(ctx context.Context, tx bun.Tx, t commerce.Tx) error

// open opens PostgreSQL if there is a DSN, and else a SQLite file, and brings
// the schema of the engine up to date.
func open(ctx context.Context, path, dsn string) (database, error) {
	var d database
	var err error
	if dsn != "" {
		d, err = openPostgres(dsn)
	} else {
		d, err = openSQLite(path)
	}
	if err != nil {
		return database{}, err
	}
	if err := d.store.Migrate(ctx); err != nil {
		return database{}, errors.Join(err, d.close())
	}
	return d, nil
}

// openPostgres keeps the pool in the hands of the host and lends it to the
// store. A transaction of both is one that the host begins and commits.
func openPostgres(dsn string) (database, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return database{}, err
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec // see package postgres
	db := bun.NewDB(stdlib.OpenDB(*cfg), pgdialect.New())
	store, err := postgres.Use(db, nil)
	if err != nil {
		return database{}, errors.Join(err, db.Close())
	}
	return database{
		db: db, store: store, joined: true, close: db.Close,
		both: func(ctx context.Context, fn both) error {
			return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
				return fn(ctx, tx, store.Join(tx))
			})
		},
	}, nil
}

// openSQLite lets the store own the file, since a file has one writer. A
// transaction of both is one that the store begins and lends.
func openSQLite(path string) (database, error) {
	store, err := sqlite.Open(path, nil)
	if err != nil {
		return database{}, err
	}
	return database{
		db: store.DB(), store: store, close: store.Close,
		both: func(ctx context.Context, fn both) error { return store.HostTx(ctx, fn) },
	}, nil
}
