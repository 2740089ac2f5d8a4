package bunstore

import (
	"context"
	"io/fs"
)

// MigrateFrom is Migrate with other files. It returns the versions applied.
func (s *Store) MigrateFrom(ctx context.Context, files fs.FS) ([]int64, error) {
	return s.migrate(ctx, files)
}

// PostgresProblems are the problems of a server with these settings.
func PostgresProblems(version int, strings, encoding, isolation string) []error {
	return serverSettings{version: version, strings: strings, encoding: encoding, isolation: isolation}.problems()
}

// SQLiteProblems are the problems of a SQLite of a version, else in order.
func SQLiteProblems(version string) []error {
	return fileSettings{version: version, journal: "wal", file: "shop.db", synchronous: fullSynchronous, foreignKeys: true}.problems()
}
