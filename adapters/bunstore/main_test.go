package bunstore_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/postgres"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
)

// childEnv names what this binary does instead of its tests, when a test has
// started it as a process to kill or to race with; dsnEnv is the database.
const (
	childEnv = "KONTOR_TEST_CHILD"
	dsnEnv   = "KONTOR_TEST_CHILD_DSN"
)

func TestMain(m *testing.M) {
	switch child := os.Getenv(childEnv); child {
	case "":
		os.Exit(m.Run())
	case childMigrates, childMigratesSlowly:
		exit(migrateAsChild(os.Getenv(dsnEnv), child == childMigratesSlowly))
	case childTrades:
		exit(tradeAsChild(os.Getenv(dsnEnv)))
	default:
		exit(fmt.Errorf("no child %q", child))
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// open opens a PostgreSQL URL or the path of a SQLite file.
func open(dsn string) (*bunstore.Store, error) {
	if strings.HasPrefix(dsn, "postgres:") {
		return postgres.Open(dsn, nil)
	}
	return sqlite.Open(dsn, nil)
}

// migrateAsChild prints the versions that it has applied.
func migrateAsChild(dsn string, slowly bool) error {
	s, err := open(dsn)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // the process ends
	slow := ""
	if slowly {
		slow = slowStatement(dsn)
	}
	applied, err := s.MigrateFrom(context.Background(), steps(slow))
	for _, v := range applied {
		fmt.Println(v)
	}
	return err
}
