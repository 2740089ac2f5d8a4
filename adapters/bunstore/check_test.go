package bunstore_test

import (
	"bytes"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/bunstore/postgres"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/internal/pgtest"
	"github.com/kontor-go/kontor/internal/pgtest/cluster"
	"github.com/kontor-go/kontor/kernel/fault"
)

// codes are those of the errors that Check has joined.
func codes(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "%v", err)
	return codesOf(t, joined.Unwrap())
}

func codesOf(t *testing.T, errs []error) []string {
	t.Helper()
	var out []string
	for _, err := range errs {
		require.ErrorIs(t, err, fault.Internal)
		out = append(out, fault.CodeOf(err))
	}
	return out
}

func TestCheckFindsNothingAmissInWhatTheOpenersOpen(t *testing.T) {
	t.Parallel()
	unittest.EachStore(t, func(t *testing.T, s *bunstore.Store) {
		t.Helper()
		require.NoError(t, s.Check(t.Context()))
	})
}

func TestCheckFindsAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		s := opened(t, dsn)
		err := s.Check(t.Context())
		require.Equal(t, []string{"schema_older"}, codes(t, err))
		require.ErrorContains(t, err, "run Migrate")
	})
}

func TestCheckComparesTheSchemaWithTheProgram(t *testing.T) {
	t.Parallel()
	unittest.EachStore(t, func(t *testing.T, s *bunstore.Store) {
		t.Helper()
		exec := func(text string) {
			t.Helper()
			_, err := s.DB().DB.ExecContext(t.Context(), text)
			require.NoError(t, err)
		}
		applied := "true"
		if s.DB().Dialect().Name().String() != "pg" {
			applied = "1"
		}
		exec("INSERT INTO kontor_migration (version_id, is_applied) VALUES (9999, " + applied + ")")
		err := s.Check(t.Context())
		require.Equal(t, []string{"schema_newer"}, codes(t, err))
		require.ErrorContains(t, err, "has version 9999 and this program knows ")
		require.ErrorContains(t, err, "the program is older than the schema")
		require.NoError(t, s.Migrate(t.Context()), "a newer schema is left alone")

		exec("DELETE FROM kontor_migration WHERE version_id = 1")
		require.Equal(t, []string{"schema_older", "schema_newer"}, codes(t, s.Check(t.Context())))
	})
}

func TestCheckReportsAllSettingsOfASQLiteFileAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	s := hostStore(t, openLite(t, path, "_pragma=synchronous(NORMAL)"), nil)
	require.Equal(t,
		[]string{"schema_older", "sqlite_journal", "sqlite_synchronous", "sqlite_foreign_keys"},
		codes(t, s.Check(t.Context())))

	s = hostStore(t, openLite(t, path, sqlite.Pragmas), nil)
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.Check(t.Context()))
}

func TestCheckWantsOneConnectionInMemory(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:?"+sqlite.Pragmas)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s := hostStore(t, db, nil)
	require.Contains(t, codes(t, s.Check(t.Context())), "sqlite_memory")
	db.SetMaxOpenConns(1)
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.Check(t.Context()))
}

// with adds run-time settings to a URL.
func with(t *testing.T, dsn string, settings ...string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	q := u.Query()
	for i := 0; i < len(settings); i += 2 {
		q.Set(settings[i], settings[i+1])
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func TestCheckReportsAllSettingsOfPostgreSQLAtOnce(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	admin := opened(t, dsn).DB().DB
	u, err := url.Parse(with(t, dsn, "standard_conforming_strings", "off", "default_transaction_isolation", "serializable"))
	require.NoError(t, err)
	u.Path += "_latin"
	name := strings.TrimPrefix(u.Path, "/")
	_, err = admin.ExecContext(t.Context(), "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
	require.NoError(t, err)

	s, err := open(u.String())
	require.NoError(t, err)
	problems := s.Check(t.Context())
	require.NoError(t, s.Close())
	_, err = admin.ExecContext(t.Context(), "DROP DATABASE "+name+" WITH (FORCE)")
	require.NoError(t, err)
	require.Equal(t, []string{"schema_older", "postgres_strings", "postgres_encoding", "postgres_isolation"}, codes(t, problems))
}

func TestCheckKnowsTheOldestVersions(t *testing.T) {
	t.Parallel()
	require.Empty(t, bunstore.PostgresProblems(15_00_00, "on", "UTF8", "read committed"))
	require.Equal(t, []string{"postgres_old"}, codesOf(t, bunstore.PostgresProblems(14_00_99, "on", "UTF8", "read committed")))
	require.ErrorContains(t, errors.Join(bunstore.PostgresProblems(14_00_99, "on", "UTF8", "read committed")...), "PostgreSQL 14;")
	for _, v := range []string{"3.41.0", "3.53.4", "4.0.0"} {
		require.Empty(t, bunstore.SQLiteProblems(v), v)
	}
	for _, v := range []string{"3.40.1", "2.99.0", "3", "", "x.y"} {
		require.Equal(t, []string{"sqlite_old"}, codesOf(t, bunstore.SQLiteProblems(v)), v)
	}
}

func TestCheckWarnsOfAServerThatDoesNotWaitForItsDisk(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t, cluster.Config{Settings: []string{"fsync = off"}})
	var log bytes.Buffer
	s, err := postgres.Open(with(t, server.AdminDSN(), "synchronous_commit", "off"), &bunstore.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	log.Reset()
	require.NoError(t, s.Check(t.Context()))
	require.Contains(t, log.String(), "fsync=off")
	require.Contains(t, log.String(), "synchronous_commit=off")
	require.Equal(t, 2, strings.Count(log.String(), "level=WARN"))
}

func TestCheckNotesAPoolThatIsNotKnownToBePgx(t *testing.T) {
	t.Parallel()
	cfg, err := pgx.ParseConfig(unittest.PostgresDSN(t))
	require.NoError(t, err)
	db := bun.NewDB(stdlib.OpenDB(*cfg), pgdialect.New())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	var log bytes.Buffer
	opt := &bunstore.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}

	s, err := bunstore.New(db, opt)
	require.NoError(t, err)
	require.NoError(t, s.Check(t.Context()))
	require.Contains(t, log.String(), "slower path")

	log.Reset()
	s, err = postgres.Use(db, opt)
	require.NoError(t, err)
	require.NoError(t, s.Check(t.Context()))
	require.NotContains(t, log.String(), "slower path")
}

func TestCheckSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	err := opened(t, "postgres://127.0.0.1:1/shop").Check(t.Context())
	require.ErrorIs(t, err, fault.Unavailable)
	require.True(t, fault.Retryable(err))
}
