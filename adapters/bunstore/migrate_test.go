package bunstore_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/internal/pgtest"
	"github.com/kontor-go/kontor/kernel/fault"
)

const (
	childMigrates       = "migrate"
	childMigratesSlowly = "migrate slowly"
)

// steps are files of which none may run twice and the third can only be told
// to have run twice by its row. slow is a statement in the middle of the third.
func steps(slow string) fs.FS {
	if slow != "" {
		slow += ";\n"
	}
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("-- +goose Up\n" + s)} }
	return fstest.MapFS{
		"00001_one.sql":   text("CREATE TABLE one (n integer);"),
		"00002_two.sql":   text("CREATE TABLE two (n integer);\nINSERT INTO two VALUES (1);"),
		"00003_three.sql": text("INSERT INTO one VALUES (3);\nCREATE TABLE three (n integer);\n" + slow + "INSERT INTO two VALUES (3);"),
		"00010_ten.sql":   text("INSERT INTO two VALUES (10);"),
	}
}

// slowStatement takes long enough to be killed in: the process itself works on
// SQLite, while PostgreSQL notices the death of its client only afterwards.
func slowStatement(dsn string) string {
	if strings.HasPrefix(dsn, "postgres:") {
		return "SELECT pg_sleep(3)"
	}
	return "CREATE TABLE slow AS WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000000) SELECT max(n) AS n FROM c"
}

// eachDSN runs fn on an empty database that several processes can open.
func eachDSN(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite-file", func(t *testing.T) {
		t.Parallel()
		fn(t, filepath.Join(t.TempDir(), "shop.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		fn(t, pgtest.Database(t))
	})
}

func opened(t *testing.T, dsn string) *bunstore.Store {
	t.Helper()
	s, err := open(dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// figures reads a column of whole numbers.
func figures(t *testing.T, s *bunstore.Store, query string) []int64 {
	t.Helper()
	var out []int64
	require.NoError(t, s.DB().NewRaw(query).Scan(t.Context(), &out))
	return out
}

const ledgerQuery = "SELECT version_id FROM kontor_migration ORDER BY version_id"

// requireSteps says that every file of steps has run once.
func requireSteps(t *testing.T, s *bunstore.Store) {
	t.Helper()
	require.Equal(t, []int64{0, 1, 2, 3, 10}, figures(t, s, ledgerQuery))
	require.Equal(t, []int64{3}, figures(t, s, "SELECT n FROM one ORDER BY n"))
	require.Equal(t, []int64{1, 3, 10}, figures(t, s, "SELECT n FROM two ORDER BY n"))
}

func TestMigrateIsWholeAfterFourStartersAtOnce(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		var (
			wg      sync.WaitGroup
			ready   = make(chan struct{})
			applied [4][]int64
			errs    [4]error
		)
		for i := range applied {
			s := opened(t, dsn) // a pool of its own, like a process
			wg.Go(func() {
				<-ready
				applied[i], errs[i] = s.MigrateFrom(t.Context(), steps(""))
			})
		}
		close(ready)
		wg.Wait()
		var all []int64
		for i := range applied {
			require.NoError(t, errs[i])
			all = append(all, applied[i]...)
		}
		require.ElementsMatch(t, []int64{1, 2, 3, 10}, all, "each version is applied by exactly one starter")
		requireSteps(t, opened(t, dsn))
	})
}

func child(ctx context.Context, what, dsn string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+what, dsnEnv+"="+dsn)
	out := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

func TestMigrateIsWholeAfterFourProcessesAtOnce(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		var wg sync.WaitGroup
		var outs [4]*bytes.Buffer
		var errs [4]error
		for i := range outs {
			cmd, out := child(t.Context(), childMigrates, dsn)
			outs[i] = out
			wg.Go(func() { errs[i] = cmd.Run() })
		}
		wg.Wait()
		var all []string
		for i, out := range outs {
			require.NoError(t, errs[i], out.String())
			all = append(all, strings.Fields(out.String())...)
		}
		require.ElementsMatch(t, []string{"1", "2", "3", "10"}, all)
		requireSteps(t, opened(t, dsn))
	})
}

// TestMigrateGoesOnAfterAKill kills a process that is known to be in the
// middle of version 3.
func TestMigrateGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		cmd, out := child(t.Context(), childMigratesSlowly, dsn)
		require.NoError(t, cmd.Start())
		inTheMiddle := middleOf(t, dsn)
		require.Eventually(t, inTheMiddle, time.Minute, 5*time.Millisecond, "the child does not get there")
		require.NoError(t, cmd.Process.Kill())
		require.ErrorContains(t, cmd.Wait(), "killed", out.String())

		s := opened(t, dsn)
		require.Equal(t, []int64{0, 1, 2}, figures(t, s, ledgerQuery))
		applied, err := s.MigrateFrom(t.Context(), steps(""))
		require.NoError(t, err)
		require.Equal(t, []int64{3, 10}, applied)
		requireSteps(t, s)
	})
}

// middleOf returns a look at whether a child runs its slow statement.
func middleOf(t *testing.T, dsn string) func() bool {
	t.Helper()
	if strings.HasPrefix(dsn, "postgres:") {
		db := opened(t, dsn).DB()
		return func() bool {
			n, err := db.NewSelect().Table("pg_stat_activity").Where("query LIKE '%pg_sleep(3)%' AND state = 'active' AND pid <> pg_backend_pid()").Count(t.Context())
			return err == nil && n > 0
		}
	}
	// No patience, and a view of its own: version 2 is done, and somebody writes.
	db := openLite(t, dsn, "_txlock=immediate")
	return func() bool {
		var done int
		if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM kontor_migration WHERE version_id = 2").Scan(&done); err != nil || done == 0 {
			return false
		}
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			return strings.Contains(err.Error(), "locked")
		}
		_ = tx.Rollback()
		return false
	}
}

// openLite opens a SQLite file as a host may: with no settings but those given.
func openLite(t *testing.T, path, settings string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?"+settings)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func hostStore(t *testing.T, db *sql.DB, opt *bunstore.Options) *bunstore.Store {
	t.Helper()
	s, err := bunstore.New(bun.NewDB(db, sqlitedialect.New()), opt)
	require.NoError(t, err)
	return s
}

// TestMigrateKeepsNothingOfAFileThatFails breaks version 3 at each place.
func TestMigrateKeepsNothingOfAFileThatFails(t *testing.T) {
	t.Parallel()
	good, err := fs.ReadFile(steps(""), "00003_three.sql")
	require.NoError(t, err)
	lines := strings.SplitAfter(string(good), "\n")
	for k := range len(lines) + 1 {
		broken := strings.Join(lines[:k], "") + "\nINSERT INTO nowhere VALUES (1);\n" + strings.Join(lines[k:], "")
		t.Run(fmt.Sprintf("before line %d", k+1), func(t *testing.T) {
			t.Parallel()
			eachDSN(t, func(t *testing.T, dsn string) {
				files, ok := steps("").(fstest.MapFS)
				require.True(t, ok)
				files["00003_three.sql"] = &fstest.MapFile{Data: []byte(broken)}
				s := opened(t, dsn)
				_, err := s.MigrateFrom(t.Context(), files)
				require.ErrorIs(t, err, fault.Internal)
				require.ErrorContains(t, err, "00003_three.sql")
				require.ErrorContains(t, err, "nowhere")
				require.Equal(t, []int64{0, 1, 2}, figures(t, s, ledgerQuery))
				require.Empty(t, figures(t, s, "SELECT n FROM one"))

				applied, err := s.MigrateFrom(t.Context(), steps(""))
				require.NoError(t, err)
				require.Equal(t, []int64{3, 10}, applied)
				requireSteps(t, s)
			})
		})
	}
}

func TestMigrateNeedsOneConnectionInMemory(t *testing.T) {
	t.Parallel()
	s := opened(t, sqlite.Memory)
	require.Equal(t, 1, s.DB().Stats().MaxOpenConnections)
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.Check(t.Context()))
}

func TestMigrateRunsThePublishedFiles(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		s := opened(t, dsn)
		require.NoError(t, s.Migrate(t.Context()))
		require.NoError(t, s.Check(t.Context()))
		names, err := fs.Glob(bunstore.Migrations(bunstore.Postgres), "*.sql")
		require.NoError(t, err)
		require.Len(t, figures(t, s, ledgerQuery), len(names)+1)
	})
}

// TestMigrateWaitsForNobodyWhenDone holds the lock that a migration would need.
func TestMigrateWaitsForNobodyWhenDone(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		s, other := opened(t, dsn), opened(t, dsn)
		_, err := s.MigrateFrom(t.Context(), steps(""))
		require.NoError(t, err)
		tx, err := other.DB().BeginTx(t.Context(), nil)
		require.NoError(t, err)
		defer tx.Rollback() //nolint:errcheck // nothing to keep
		_, err = tx.ExecContext(t.Context(), "LOCK TABLE kontor_migration IN EXCLUSIVE MODE")
		if strings.HasPrefix(dsn, "postgres:") { // on SQLite the begin has locked
			require.NoError(t, err)
		}
		applied, err := s.MigrateFrom(t.Context(), steps(""))
		require.NoError(t, err)
		require.Empty(t, applied)
	})
}

// TestMigrateWaitsForASQLiteFileUntilItsContextEnds has a pool without a busy
// timeout: patience is Migrate's own.
func TestMigrateWaitsForASQLiteFileUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	tx, err := openLite(t, path, "_txlock=immediate&_pragma=journal_mode(WAL)").BeginTx(t.Context(), nil)
	require.NoError(t, err)
	said := make(chan string, 8)
	logger := slog.New(slog.NewTextHandler(writer(func(b []byte) { said <- string(b) }), nil))
	s := hostStore(t, openLite(t, path, ""), &bunstore.Options{Logger: logger})

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = s.Migrate(ctx)
	require.ErrorIs(t, err, fault.Unavailable)
	require.True(t, fault.Retryable(err))
	require.Len(t, said, 1, "it says once that it waits")
	require.Contains(t, <-said, "waiting to migrate")

	done := make(chan error, 1)
	go func() {
		_, err := s.MigrateFrom(t.Context(), steps(""))
		done <- err
	}()
	select {
	case line := <-said: // it has met the lock
		require.Contains(t, line, "waiting to migrate")
	case err := <-done:
		require.Fail(t, "it did not wait", "%v", err)
	}
	require.NoError(t, tx.Rollback())
	require.NoError(t, <-done)
	requireSteps(t, s)
}

// writer calls itself with what is written.
type writer func(b []byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

func TestMigrateSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	s := opened(t, "postgres://127.0.0.1:1/shop")
	err := s.Migrate(t.Context())
	require.ErrorIs(t, err, fault.Unavailable)
	require.Equal(t, "migration_refused", fault.CodeOf(err))
}

func TestMigrateFillsAGapAndLeavesNewerVersionsAlone(t *testing.T) {
	t.Parallel()
	eachDSN(t, func(t *testing.T, dsn string) {
		s := opened(t, dsn)
		files, ok := steps("").(fstest.MapFS)
		require.True(t, ok)
		three := files["00003_three.sql"]
		delete(files, "00003_three.sql")
		applied, err := s.MigrateFrom(t.Context(), files)
		require.NoError(t, err)
		require.Equal(t, []int64{1, 2, 10}, applied)
		delete(files, "00010_ten.sql")
		files["00003_three.sql"] = three
		applied, err = s.MigrateFrom(t.Context(), files)
		require.NoError(t, err)
		require.Equal(t, []int64{3}, applied)
		requireSteps(t, s)
	})
}

func TestMigrateRefusesFilesWithoutAVersionOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := opened(t, sqlite.Memory)
	for _, names := range [][]string{{"one.sql"}, {"0_one.sql"}, {"-1_one.sql"}, {"1_one.sql", "01_other.sql"}} {
		files := fstest.MapFS{}
		for _, n := range names {
			files[n] = &fstest.MapFile{Data: []byte("SELECT 1")}
		}
		_, err := s.MigrateFrom(t.Context(), files)
		require.Equal(t, "migration_file", fault.CodeOf(err), "%v", names)
	}
}

// TestMigrationsAreTheSameInBothDialects also holds them to the form in which
// both Migrate and goose run them: one transaction, forwards only.
func TestMigrationsAreTheSameInBothDialects(t *testing.T) {
	t.Parallel()
	pg, err := fs.Glob(bunstore.Migrations(bunstore.Postgres), "*")
	require.NoError(t, err)
	lite, err := fs.Glob(bunstore.Migrations(bunstore.SQLite), "*")
	require.NoError(t, err)
	require.Equal(t, pg, lite)
	require.NotEmpty(t, pg)
	for _, d := range []bunstore.Dialect{bunstore.Postgres, bunstore.SQLite} {
		for _, name := range pg {
			b, err := fs.ReadFile(bunstore.Migrations(d), name)
			require.NoError(t, err)
			require.Regexp(t, `^\d{5}_[a-z_]+\.sql$`, name)
			head, rest, _ := strings.Cut(string(b), "\n")
			require.Equal(t, "-- +goose Up", head, name)
			for line := range strings.SplitSeq(rest, "\n") {
				if strings.HasPrefix(line, "-- +goose") {
					require.Regexp(t, `^-- \+goose Statement(Begin|End)$`, line, name)
				}
			}
			require.NotRegexp(t, `(?im)^\s*(BEGIN\s*(;|TRANSACTION|IMMEDIATE)|COMMIT\b|ROLLBACK\b|VACUUM\b|PRAGMA\b|DROP\s+(TABLE|COLUMN))|CONCURRENTLY`, rest, name)
		}
	}
}
