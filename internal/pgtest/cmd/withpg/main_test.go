package main_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// withpg runs the command line and returns its exit status, output and errors.
func withpg(t *testing.T, env string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "withpg")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(os.Environ(), "KONTOR_TEST_PG="+env)
	var o, e strings.Builder
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil {
		_, failed := errors.AsType[*exec.ExitError](err)
		require.True(t, failed, err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

func TestTheCommandSeesAServerAndItsStatusComesBack(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := withpg(t, "", "--", "sh", "-c", `echo "$KONTOR_TEST_PG"; exit 3`)
	require.Equal(t, 3, status)
	require.Regexp(t, `^postgres://kontor:\w+@127\.0\.0\.1:\d+/postgres\?sslmode=disable\n$`, stdout)
	require.Contains(t, stderr, "listens on 127.0.0.1:")
	require.Contains(t, stderr, "PostgreSQL stopped")
}

func TestAServerThatIsGivenIsUsed(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := withpg(t, "postgres://given", "--", "sh", "-c", `echo "$KONTOR_TEST_PG"`)
	require.Zero(t, status)
	require.Equal(t, "postgres://given\n", stdout)
	require.NotContains(t, stderr, "listens")
}

func TestWithoutACommandItSaysHow(t *testing.T) {
	t.Parallel()
	status, _, stderr := withpg(t, "postgres://given")
	require.Equal(t, 2, status)
	require.Contains(t, stderr, "usage: withpg")
}
