package unittest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/postgres"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/internal/pgtest"
)

// Each runs fn as a parallel subtest on each kind of database: "sqlite-file",
// "sqlite-memory" (one connection for everything) and "postgres". fn may set
// Clock, NewID, Logger, Retries, Patience, Faults and Committed of the shipper
// before it uses it.
func Each(t *testing.T, fn func(t *testing.T, s *unit.Shipper)) {
	t.Helper()
	EachStore(t, func(t *testing.T, s *bunstore.Store) {
		t.Helper()
		fn(t, s.Shipper())
	})
}

// EachStore is Each for tests that want the whole store.
func EachStore(t *testing.T, fn func(t *testing.T, s *bunstore.Store)) {
	t.Helper()
	t.Run("sqlite-file", func(t *testing.T) {
		t.Parallel()
		fn(t, File(t))
	})
	t.Run("sqlite-memory", func(t *testing.T) {
		t.Parallel()
		fn(t, Memory(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		fn(t, Postgres(t))
	})
}

// File returns a store on a migrated SQLite file.
func File(t testing.TB) *bunstore.Store {
	t.Helper()
	s, _ := FileAt(t)
	return s
}

// FileAt is File with the path of the file.
func FileAt(t testing.TB) (*bunstore.Store, string) {
	t.Helper()
	image, err := fileTemplate()
	if err != nil {
		t.Fatalf("unittest: %v", err)
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatalf("unittest: %v", err)
	}
	s, err := sqlite.Open(path, nil)
	return opened(t, s, err), path
}

// Memory returns a store on a migrated SQLite database without a file.
func Memory(t testing.TB) *bunstore.Store {
	t.Helper()
	s, err := sqlite.Open(sqlite.Memory, nil)
	opened(t, s, err)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("unittest: %v", err)
	}
	return s
}

// Postgres returns a store on a migrated PostgreSQL database.
func Postgres(t testing.TB) *bunstore.Store {
	t.Helper()
	s, err := postgres.Open(PostgresDSN(t), nil)
	return opened(t, s, err)
}

// PostgresDSN returns the URL of a migrated PostgreSQL database, for tests
// that open it themselves.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	tmpl, err := templateOf(t)
	if err != nil {
		t.Fatalf("unittest: %v", err)
	}
	name := randomName("kontor_")
	if err := execute(tmpl.admin, "CREATE DATABASE "+name+" TEMPLATE "+tmpl.name); err != nil {
		t.Fatalf("unittest: %v", err)
	}
	t.Cleanup(func() {
		if err := execute(tmpl.admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("unittest: %v", err)
		}
	})
	return tmpl.url(name)
}

func opened(t testing.TB, s *bunstore.Store, err error) *bunstore.Store {
	t.Helper()
	if err != nil {
		t.Fatalf("unittest: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("unittest: close: %v", err)
		}
	})
	return s
}

// fileTemplate is the content of a migrated file: copying it is far cheaper
// than migrating, which waits for the disk after every step.
//
//nolint:gochecknoglobals // once for all tests of a binary, and tests have no other common owner
var fileTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "kontor-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	path := filepath.Join(dir, "shop.db")
	s, err := sqlite.Open(path, nil)
	if err != nil {
		return nil, err
	}
	if err := migrateAndClose(s); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// template is a migrated database that others are copied from. It stays until
// its server is thrown away.
type template struct {
	admin string
	name  string
}

//nolint:gochecknoglobals // as fileTemplate
var shared struct {
	once sync.Once
	tmpl template
	err  error
}

// templateOf makes the template with the first test that wants it.
func templateOf(t testing.TB) (template, error) {
	t.Helper()
	shared.once.Do(func() { shared.tmpl, shared.err = newTemplate(pgtest.Database(t)) })
	return shared.tmpl, shared.err
}

// newTemplate makes a template on the server of a database.
func newTemplate(dsn string) (template, error) {
	tmpl := template{admin: dsn, name: randomName("kontor_template_")}
	tmpl.admin = tmpl.url("postgres")
	if err := execute(tmpl.admin, "CREATE DATABASE "+tmpl.name); err != nil {
		return template{}, err
	}
	s, err := postgres.Open(tmpl.url(tmpl.name), nil)
	if err != nil {
		return template{}, err
	}
	return tmpl, migrateAndClose(s)
}

// url is the URL of another database of the same server.
func (t template) url(name string) string {
	u, err := url.Parse(t.admin)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}

// patience bounds one step on a machine that is busy with other tests.
const patience = 2 * time.Minute

func migrateAndClose(s *bunstore.Store) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Migrate(ctx); err != nil {
		_ = s.Close()
		return err
	}
	return s.Close()
}

func randomName(prefix string) string { return prefix + strings.ToLower(rand.Text()) }

// execute runs one statement on a connection of its own, and not in the
// context of a test, which has ended when the clean-up runs.
func execute(dsn, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the statement has answered
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
