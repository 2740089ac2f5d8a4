package bunstore

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/fault"
)

// Dialect is the SQL that a database speaks.
type Dialect = unit.Dialect

// Dialects of a store.
const (
	Postgres = unit.Postgres
	SQLite   = unit.SQLite
)

//go:embed migrations/postgres/*.sql migrations/sqlite/*.sql
var embedded embed.FS

// Migrations returns the files that make the schema in a dialect: plain SQL,
// named 00001_name.sql and so on, only ever added to. Migrate runs them; a host
// that keeps its schema in a tool of its own may read or run them there. They
// have the form that goose reads, and so has the table kontor_migration, in
// which Check looks for the versions applied.
func Migrations(d Dialect) fs.FS {
	dir := "migrations/postgres"
	if d == SQLite {
		dir = "migrations/sqlite"
	}
	sub, _ := fs.Sub(embedded, dir) // fails for a malformed folder name only
	return sub
}

// Migrate brings the schema to the version of this program. It may be called
// at every start and by several processes at once: one applies each file, the
// others wait, for as long as ctx allows. A file and the note of it are one
// transaction, so a process that is killed leaves whole versions behind, and
// the next call goes on there. Nothing is ever taken back; a schema that is
// newer than the program is left alone, which Check reports.
//
// It needs one connection, and a user who may create tables. It fails with
// Unavailable if the database could not be reached or was too busy, when a
// repeat may work, and with Internal if it refused a statement; either way
// every file before the one that the error names has been applied.
func (s *Store) Migrate(ctx context.Context) error {
	_, err := s.migrate(ctx, Migrations(s.s.Dialect))
	return err
}

// migrate returns the versions that this call has applied.
func (s *Store) migrate(ctx context.Context, files fs.FS) ([]int64, error) {
	ms, err := migrations(files)
	if err != nil {
		return nil, err
	}
	var applied []int64
	for waits := 0; ; waits++ {
		err := s.migrateOnce(ctx, ms, func(m migration) {
			applied = append(applied, m.version)
			s.s.Logger.InfoContext(ctx, "schema migrated", "version", m.version, "file", m.name)
		})
		if !isLocked(err) {
			return applied, err
		}
		if waits == 0 {
			s.s.Logger.InfoContext(ctx, "another process writes to the SQLite file: waiting to migrate the schema")
		}
		if wait(ctx, lockedPause) != nil {
			return applied, err
		}
	}
}

// lockedPause lies between two looks at a SQLite file that another process is
// migrating. Its own busy timeout has passed then, or it has none.
const lockedPause = 20 * time.Millisecond

// migrateOnce applies what is missing, each file on its own.
func (s *Store) migrateOnce(ctx context.Context, ms []migration, report func(migration)) error {
	conn, err := s.s.DB.DB.Conn(ctx)
	if err != nil {
		return migrationError(ctx, migration{}, err)
	}
	defer conn.Close() //nolint:errcheck // gives the connection back
	l := ledger{conn: conn, dialect: s.s.Dialect}
	for {
		done, err := l.versions(ctx)
		if err != nil {
			return migrationError(ctx, migration{}, err)
		}
		m, missing := firstMissing(ms, done)
		if !missing {
			return nil
		}
		ours, err := l.apply(ctx, m)
		if err != nil {
			return migrationError(ctx, m, err)
		}
		if ours {
			report(m)
		}
	}
}

// migration is one file.
type migration struct {
	version int64
	name    string
	text    string
}

// migrations reads the files in the order of their versions.
func migrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, badFile("*.sql", err)
	}
	out := make([]migration, 0, len(names))
	for _, name := range names {
		digits, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || version < 1 {
			return nil, badFile(name, err)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, badFile(name, err)
		}
		out = append(out, migration{version: version, name: name, text: string(text)})
	}
	slices.SortFunc(out, func(a, b migration) int { return int(a.version - b.version) })
	for i := 1; i < len(out); i++ {
		if out[i].version == out[i-1].version {
			return nil, badFile(out[i].name, errors.New("the version is taken"))
		}
	}
	return out, nil
}

func badFile(name string, cause error) error {
	return fault.Newf(fault.Internal, "migration_file", "The migration file %s does not read.", name).Because(cause)
}

// firstMissing returns the first file whose version is not among those done.
func firstMissing(ms []migration, done []int64) (migration, bool) {
	for _, m := range ms {
		if !slices.Contains(done, m.version) {
			return m, true
		}
	}
	return migration{}, false
}

// migrationError says which file failed; without one, the database was not
// reached.
func migrationError(ctx context.Context, m migration, err error) error {
	kind := fault.Internal
	if ctx.Err() != nil || isPassing(err) {
		kind = fault.Unavailable
	}
	if m.name == "" {
		return fault.New(kind, "migration_refused", "The schema could not be read or migrated.").Because(err)
	}
	return fault.Newf(kind, "migration_failed", "The schema could not be migrated with %s.", m.name).Because(err)
}

// isPassing tells the errors that a repeat may not meet again, from those by
// which the database refuses a statement for good.
func isPassing(err error) bool {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		return isPassingState(state.SQLState())
	}
	var code interface{ Code() int }
	if errors.As(err, &code) {
		switch code.Code() & 0xff {
		case 5, 6, 7, 9, 10, 13, 14: // BUSY, LOCKED, NOMEM, INTERRUPT, IOERR, FULL, CANTOPEN
			return true
		default:
			return false
		}
	}
	return true // the connection broke
}

func isPassingState(s string) bool {
	if s == "55P03" { // a lock that was not to be had in time
		return true
	}
	for _, class := range []string{"08", "40", "53", "57", "58"} {
		if strings.HasPrefix(s, class) {
			return true
		}
	}
	return false
}

// isLocked tells that another process holds a SQLite file.
func isLocked(err error) bool {
	var code interface{ Code() int }
	return errors.As(err, &code) && (code.Code()&0xff == 5 || code.Code()&0xff == 6)
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
