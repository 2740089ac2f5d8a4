package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/postgres"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
)

// database is where the shop is kept.
type database struct {
	store *bunstore.Store
	// name is what people may read: it holds no password.
	name string
	// clean removes what should not be left behind.
	clean func() error
}

// Close closes the store and removes a temporary file.
func (d database) Close() error { return errors.Join(d.store.Close(), d.clean()) }

func open(o options) (database, error) {
	switch {
	case o.dsn != "":
		return openPostgres(o.dsn)
	case o.path != "":
		return openFile(o)
	default:
		return openTemporary()
	}
}

func openPostgres(dsn string) (database, error) {
	store, err := postgres.Open(dsn, nil)
	if err != nil {
		return database{}, err
	}
	name := "PostgreSQL"
	if u, err := url.Parse(dsn); err == nil && u.Host != "" {
		name = "PostgreSQL, " + u.Host + u.Path
	}
	return database{store: store, name: name, clean: func() error { return nil }}, nil
}

func openFile(o options) (database, error) {
	there, err := isDatabase(o.path)
	if err == nil && there && o.fresh {
		err = remove(o.path)
	}
	if err != nil {
		return database{}, err
	}
	store, err := sqlite.Open(o.path, nil)
	if err != nil {
		return database{}, err
	}
	return database{store: store, name: "SQLite, " + o.path, clean: func() error { return nil }}, nil
}

func openTemporary() (database, error) {
	dir, err := os.MkdirTemp("", "kontor-quickstart-")
	if err != nil {
		return database{}, err
	}
	path := filepath.Join(dir, "shop.db")
	store, err := sqlite.Open(path, nil)
	if err != nil {
		return database{}, errors.Join(err, os.RemoveAll(dir))
	}
	return database{
		store: store, name: "SQLite, a temporary file (keep one with -db shop.db)",
		clean: func() error { return os.RemoveAll(dir) },
	}, nil
}

// errNotOurs says that a file is there and is no database, so it is not touched.
var errNotOurs = errors.New("the file is no SQLite database")

// isDatabase reports whether path is a SQLite database, and false if nothing is
// there.
func isDatabase(path string) (bool, error) {
	f, err := os.Open(path) //nolint:gosec // the path is the user's
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // read only
	const magic = "SQLite format 3\x00"
	head := make([]byte, len(magic))
	switch _, err := io.ReadFull(f, head); {
	case errors.Is(err, io.EOF):
		return false, nil // an empty file becomes a database
	case err != nil, string(head) != magic:
		return false, fmt.Errorf("%s: %w", path, errNotOurs)
	}
	return true, nil
}

// remove deletes a database with the files that SQLite keeps beside it.
func remove(path string) error {
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
