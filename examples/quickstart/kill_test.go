package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/postgres"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	main "github.com/kontor-go/kontor/examples/quickstart"
	"github.com/kontor-go/kontor/internal/pgtest"
)

// childEnv makes the test binary the program, with these arguments.
const childEnv = "QUICKSTART_CHILD"

func TestMain(m *testing.M) {
	if args, ok := os.LookupEnv(childEnv); ok {
		os.Exit(main.Run(context.Background(), strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestKill kills the story at a random moment and starts it again on the same
// database. The second start finishes it, and everything has happened once. Each
// second kill is of the next customer in the same shop.
func TestKill(t *testing.T) {
	t.Parallel()
	kills := 5
	if os.Getenv("KONTOR_LONG") != "" {
		kills = 100
	}
	for name, fresh := range map[string]func(t *testing.T) []string{
		"sqlite": func(t *testing.T) []string {
			t.Helper()
			return []string{"-db", filepath.Join(t.TempDir(), "shop.db")}
		},
		"postgres": func(t *testing.T) []string { t.Helper(); return []string{"-dsn", pgtest.Database(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := uint64(time.Now().UnixNano()) //nolint:gosec // any seed will do; it is printed
			random := rand.New(rand.NewPCG(seed, 0))
			var args []string
			customers := 0
			for n := range kills {
				if n%2 == 0 {
					args, customers = append(fresh(t), "-out", t.TempDir()), 0
				}
				customers++
				line, delay := random.IntN(lines), time.Duration(random.IntN(15))*time.Millisecond
				told := killed(t, args, line, delay)
				out, errs, code := run(t, args...)
				require.Zero(t, code, "seed %d, kill %d at line %d and %s:\n%s\n--\n%s\n%s", seed, n, line, delay, told, out, errs)
				require.True(t, strings.HasSuffix(out, sound), out)
				require.Equal(t, onceEach(customers), counted(t, args), "seed %d, kill %d at line %d and %s:\n%s", seed, n, line, delay, told)
			}
			t.Logf("%s: seed %d, %d kills", name, seed, kills)
		})
	}
}

// lines is how many lines every story tells at least before it is over.
const lines = 170

// killed starts the program, kills it some time after a line, and returns what
// it has told.
func killed(t *testing.T, args []string, line int, delay time.Duration) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+strings.Join(args, "\n"))
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill := func() { time.AfterFunc(delay, func() { _ = cmd.Process.Kill() }) }
	if line == 0 {
		kill()
	}
	var told strings.Builder
	r := bufio.NewScanner(out)
	for n := 1; r.Scan(); n++ {
		told.WriteString(r.Text() + "\n")
		if n == line {
			kill()
		}
	}
	err = cmd.Wait()
	require.Empty(t, complaints.String())
	var exit *exec.ExitError
	require.True(t, errors.As(err, &exit), "%v", err)
	require.Equal(t, -1, exit.ExitCode(), "it was killed and did not end by itself")
	return told.String()
}

// onceEach is what a number of customers leave behind, however often their
// stories were broken off.
func onceEach(customers int) map[string]int {
	return map[string]int{
		"kontor_order": 2 * customers, "kontor_payment": 2 * customers, "kontor_refund": customers, "kontor_return": customers,
		"kontor_fulfillment": 2 * customers, "kontor_shipment": 2 * customers, "kontor_review": customers,
		"kontor_support_conversation": customers, "kontor_notification": 9 * customers,
	}
}

// counted is what is there.
func counted(t *testing.T, args []string) map[string]int {
	t.Helper()
	var store *bunstore.Store
	var err error
	if args[0] == "-db" {
		store, err = sqlite.Open(args[1], nil)
	} else {
		store, err = postgres.Open(args[1], nil)
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	there := map[string]int{}
	for table := range onceEach(0) {
		n := -1
		require.NoError(t, store.DB().NewRaw("SELECT count(*) FROM "+table).Scan(t.Context(), &n))
		there[table] = n
	}
	return there
}
