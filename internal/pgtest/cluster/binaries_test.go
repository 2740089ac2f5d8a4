package cluster_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/internal/pgtest/cluster"
)

// install puts programs that do nothing into a folder of root.
func install(t *testing.T, root, dir string, programs ...string) string {
	t.Helper()
	dir = filepath.Join(root, dir)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for _, p := range programs {
		require.NoError(t, os.WriteFile(filepath.Join(dir, p), []byte("#!/bin/sh\n"), 0o755)) //nolint:gosec // a program
	}
	return dir
}

func TestFindPrefersPathThenTheNewestVersion(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	all := []string{"initdb", "pg_ctl", "postgres"}
	install(t, root, "pg/9/bin", all...)
	newest := install(t, root, "pg/15/bin", all...)
	install(t, root, "pg/17/bin", "pg_ctl") // the client alone
	inPath := install(t, root, "path", all...)
	empty := install(t, root, "empty")
	globs := []string{filepath.Join(root, "none", "*"), filepath.Join(root, "pg", "*", "bin")}

	got, err := cluster.Find(empty+string(filepath.ListSeparator)+inPath, globs)
	require.NoError(t, err)
	require.Equal(t, inPath, got)

	got, err = cluster.Find(empty, globs)
	require.NoError(t, err)
	require.Equal(t, newest, got)
}

func TestFindSaysWhatToInstall(t *testing.T) {
	t.Parallel()
	_, err := cluster.Find(t.TempDir(), nil)
	require.ErrorIs(t, err, cluster.ErrNoBinaries)
	require.ErrorContains(t, err, "apt-get install postgresql")
	require.ErrorContains(t, err, "KONTOR_TEST_PG")
}
