// Package sqlite opens a store on an embedded SQLite database, in pure Go.
//
//	store, err := sqlite.Open("shop.db", nil)
//
// The file is opened in write-ahead mode with synchronous=FULL, so an
// acknowledged order survives a power cut; concurrent units share one flush,
// so it costs little. One connection writes, a few read. The path ":memory:"
// opens a database that lives as long as the store, on one connection.
package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"runtime"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	lite "modernc.org/sqlite"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/kernel/fault"
)

// Memory is the path of a database without a file.
const Memory = ":memory:"

// Open opens or creates the file at path. The directory must exist.
func Open(path string, opt *bunstore.Options) (*bunstore.Store, error) {
	if path == "" || strings.ContainsRune(path, 0) {
		return nil, fault.New(fault.Invalid, "path_invalid", "The path of the SQLite file is empty or holds a NUL.")
	}
	o := bunstore.Options{}
	if opt != nil {
		o = *opt
	}
	o.Owned = true
	if path != Memory {
		reads := pool(path, "&_pragma=query_only(1)", max(2, runtime.NumCPU()))
		o.Reads = bun.NewDB(reads, sqlitedialect.New())
	}
	return bunstore.New(bun.NewDB(pool(path, "", 1), sqlitedialect.New()), &o)
}

// Pragmas are the settings a store relies on, as query parameters of the DSN
// of modernc.org/sqlite, for hosts that open the database themselves.
const Pragmas = "_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"

func pool(path, more string, conns int) *sql.DB {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + Pragmas + more
	if path == Memory {
		dsn = Memory + "?" + Pragmas
	}
	db := sql.OpenDB(connector{dsn: dsn})
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxLifetime(0)
	return db
}

// connector hands out connections that keep their prepared statements.
type connector struct{ dsn string }

// Driver returns the driver below.
func (c connector) Driver() driver.Driver { return &lite.Driver{} }

// Connect opens a connection.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	raw, err := (&lite.Driver{}).Open(c.dsn)
	if err != nil {
		return nil, fmt.Errorf("sqlite: open: %w", err)
	}
	return &conn{Conn: raw, stmts: map[string]driver.Stmt{}}, nil
}
