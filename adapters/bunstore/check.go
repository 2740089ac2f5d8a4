package bunstore

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/fault"
)

// Check reports what a store relies on and does not find: the schema of this
// very program, and the settings under which its promises hold. It changes
// nothing. All problems come at once, joined: errors of kind Internal, each
// with a code that begins with "schema_", "postgres_" or "sqlite_", and a text
// that says what to do. Where the database itself does not answer, the error
// is Unavailable.
//
// Settings that are the operator's own risk are no errors but warnings to
// Options.Logger: a PostgreSQL that does not wait for its disk, and a pool
// that is not pgx, on which a unit takes a slower path.
func (s *Store) Check(ctx context.Context) error {
	problems, err := s.schemaProblems(ctx)
	if err != nil {
		return migrationError(ctx, migration{}, err)
	}
	look := s.checkPostgres
	if s.s.Dialect == SQLite {
		look = s.checkSQLite
	}
	more, err := look(ctx)
	if err != nil {
		return migrationError(ctx, migration{}, err)
	}
	return errors.Join(append(problems, more...)...)
}

func problem(code, format string, args ...any) error {
	return fault.Newf(fault.Internal, code, format, args...)
}

// schemaProblems compares the versions applied with those of the program.
func (s *Store) schemaProblems(ctx context.Context) ([]error, error) {
	ms, err := migrations(Migrations(s.s.Dialect))
	if err != nil {
		return nil, err
	}
	conn, err := s.s.DB.DB.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // gives the connection back
	done, err := ledger{conn: conn, dialect: s.s.Dialect}.versions(ctx)
	if err != nil {
		return nil, err
	}
	var problems []error
	if m, missing := firstMissing(ms, done); missing {
		problems = append(problems, problem("schema_older", "The schema lacks version %d of %d: run Migrate.", m.version, ms[len(ms)-1].version))
	}
	if last := ms[len(ms)-1].version; len(done) > 0 && done[len(done)-1] > last {
		problems = append(problems, problem("schema_newer", "The schema has version %d and this program knows %d: the program is older than the schema.", done[len(done)-1], last))
	}
	return problems, nil
}

// serverSettings are the settings of PostgreSQL that a store looks at.
type serverSettings struct {
	version                                       int
	strings, encoding, isolation, fsync, syncMode string
}

const selectServerSettings = "SELECT current_setting('server_version_num')::integer, current_setting('standard_conforming_strings'), " +
	"current_setting('server_encoding'), current_setting('default_transaction_isolation'), current_setting('fsync'), current_setting('synchronous_commit')"

func (s *Store) checkPostgres(ctx context.Context) ([]error, error) {
	var set serverSettings
	err := s.s.DB.DB.QueryRowContext(ctx, selectServerSettings).
		Scan(&set.version, &set.strings, &set.encoding, &set.isolation, &set.fsync, &set.syncMode)
	if err != nil {
		return nil, err
	}
	if set.fsync != "on" {
		s.s.Logger.WarnContext(ctx, "PostgreSQL runs without fsync: a power cut may destroy the database", "fsync", set.fsync)
	}
	if set.syncMode == "off" {
		s.s.Logger.WarnContext(ctx, "PostgreSQL answers commits before they are on disk: a crash may lose orders that were confirmed", "synchronous_commit", set.syncMode)
	}
	if _, joined := s.s.Wire.(unit.Joined); joined {
		s.s.Logger.WarnContext(ctx, "the pool is not known to be pgx: units of work take the slower path; see package bunstore/postgres")
	}
	return set.problems(), nil
}

// The oldest versions that have what the store uses: PostgreSQL 15 is the
// oldest it is tested with, SQLite 3.41 brought unhex.
const (
	oldestPostgres    = 15
	oldestSQLiteMinor = 41
)

func (s serverSettings) problems() []error {
	var out []error
	if s.version < oldestPostgres*10_000 {
		out = append(out, problem("postgres_old", "The server is PostgreSQL %d; the store needs %d or newer.", s.version/10_000, oldestPostgres))
	}
	if s.strings != "on" {
		out = append(out, problem("postgres_strings", "standard_conforming_strings is %s and must be on: quoting is not safe otherwise.", s.strings))
	}
	if s.encoding != "UTF8" {
		out = append(out, problem("postgres_encoding", "The encoding of the database is %s and must be UTF8.", s.encoding))
	}
	if s.isolation != "read committed" {
		out = append(out, problem("postgres_isolation", "default_transaction_isolation is %s and must be read committed.", s.isolation))
	}
	return out
}

// fileSettings are the settings of a SQLite connection that a store looks at.
type fileSettings struct {
	version, file, journal string
	synchronous            int
	foreignKeys            bool
	conns                  int // most connections of the pool, 0 for any number
}

const selectFileSettings = "SELECT sqlite_version(), (SELECT file FROM pragma_database_list WHERE name = 'main'), " +
	"(SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous), (SELECT foreign_keys FROM pragma_foreign_keys)"

func (s *Store) checkSQLite(ctx context.Context) ([]error, error) {
	set := fileSettings{conns: s.s.DB.Stats().MaxOpenConnections}
	err := s.s.DB.DB.QueryRowContext(ctx, selectFileSettings).
		Scan(&set.version, &set.file, &set.journal, &set.synchronous, &set.foreignKeys)
	if err != nil {
		return nil, err
	}
	return set.problems(), nil
}

func (s fileSettings) problems() []error {
	var out []error
	if !s.recent() {
		out = append(out, problem("sqlite_old", "SQLite is %s; the store needs 3.%d or newer.", s.version, oldestSQLiteMinor))
	}
	if s.file != "" && s.journal != "wal" {
		out = append(out, problem("sqlite_journal", "journal_mode is %s and must be wal: readers and the writer would shut each other out.", s.journal))
	}
	if s.file == "" && s.conns != 1 {
		out = append(out, problem("sqlite_memory", "A database in memory needs a pool of exactly one connection: each connection has its own."))
	}
	if s.synchronous < fullSynchronous {
		out = append(out, problem("sqlite_synchronous", "synchronous is %d and must be 2 (FULL): a power cut would lose orders that were confirmed.", s.synchronous))
	}
	if !s.foreignKeys {
		out = append(out, problem("sqlite_foreign_keys", "foreign_keys is off and must be on, for every connection."))
	}
	return out
}

// fullSynchronous is FULL as the pragma reads it; 3, EXTRA, is safe as well.
const fullSynchronous = 2

func (s fileSettings) recent() bool {
	parts := strings.Split(s.version, ".")
	if len(parts) < 2 {
		return false
	}
	major, err := strconv.Atoi(parts[0])
	minor, minorErr := strconv.Atoi(parts[1])
	return err == nil && minorErr == nil && (major > 3 || major == 3 && minor >= oldestSQLiteMinor)
}
