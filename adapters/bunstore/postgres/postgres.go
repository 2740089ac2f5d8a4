// Package postgres opens a store on PostgreSQL, 15 or newer, through pgx.
//
//	store, err := postgres.Open("postgres://shop@localhost/shop", nil)
//
// The store owns what Open opened; Close closes it. A host that has a bun
// database over pgx already hands it in with Use, and keeps it. Such a pool
// should run with default_query_exec_mode=exec: in pgx's default mode every
// text that bun writes is prepared anew.
package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/kernel/fault"
)

// DefaultConns is how many connections Open keeps, unless the DSN or the host
// says otherwise through Store.DB. More than a few for each core of the
// database server only queue there.
const DefaultConns = 16

// Open connects lazily to the database of a DSN as pgx reads it: a URL or
// keyword=value pairs. It fails with Invalid if the DSN does not parse.
func Open(dsn string, opt *bunstore.Options) (*bunstore.Store, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		// pgx leaves the password out of its own message.
		return nil, fmt.Errorf("postgres: %w", fault.New(fault.Invalid, "dsn_invalid", "The PostgreSQL DSN does not parse.").Because(err))
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
	// No ping before use: a unit that meets a dead connection is run again, and
	// so is a read, so a ping would only add a trip.
	noPing := func(context.Context, stdlib.ShouldPingParams) bool { return false }
	sqldb := stdlib.OpenDB(*cfg, stdlib.OptionShouldPing(noPing))
	sqldb.SetMaxOpenConns(DefaultConns)
	sqldb.SetMaxIdleConns(DefaultConns)
	o := bunstore.Options{}
	if opt != nil {
		o = *opt
	}
	o.Owned = true
	return Use(bun.NewDB(sqldb, pgdialect.New()), &o)
}

// Use builds a store on a database of the host whose pool is pgx's stdlib.
func Use(db *bun.DB, opt *bunstore.Options) (*bunstore.Store, error) {
	o := bunstore.Options{}
	if opt != nil {
		o = *opt
	}
	o.Wire = &wire{}
	return bunstore.New(db, &o)
}
