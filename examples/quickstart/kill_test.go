package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
	onBoth(t, func(t *testing.T, k *killer) {
		t.Helper()
		customers := 0
		for n := range kills(5, 100) {
			if n%2 == 0 {
				k.moveHouse(t)
				customers = 0
			}
			customers++
			where := k.kill(t)
			require.Equal(t, onceEach(customers), k.counted(t), where)
		}
	})
}

// TestKillOfCards kills the story of a customer who pays by card, of which the
// bank forgets everything, because it is killed too. The next customer finds a
// shop in which all is well.
func TestKillOfCards(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *killer) {
		t.Helper()
		k.moveHouse(t)
		for range kills(2, 20) {
			k.kill(t, "-pay", "stripe")
		}
	})
}

// kills is how often to kill.
func kills(usually, long int) int {
	if os.Getenv("KONTOR_LONG") != "" {
		return long
	}
	return usually
}

// onBoth runs a test with a killer on each kind of database.
func onBoth(t *testing.T, test func(t *testing.T, k *killer)) {
	t.Helper()
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
			k := &killer{fresh: fresh, seed: seed, random: rand.New(rand.NewPCG(seed, 0))}
			test(t, k)
			t.Logf("%s: seed %d, %d kills", name, seed, k.n)
		})
	}
}

// killer runs the story on one database, and kills it.
type killer struct {
	fresh  func(t *testing.T) []string
	seed   uint64
	random *rand.Rand
	n      int
	args   []string
}

// moveHouse takes a database in which nothing is.
func (k *killer) moveHouse(t *testing.T) {
	t.Helper()
	k.args = append(k.fresh(t), "-out", t.TempDir())
}

// kill kills the story and lets it be told to its end. It returns when that was.
func (k *killer) kill(t *testing.T, more ...string) string {
	t.Helper()
	args := slices.Concat(k.args, more)
	line, delay := k.random.IntN(lines), time.Duration(k.random.IntN(15))*time.Millisecond
	told := killed(t, args, line, delay)
	where := fmt.Sprintf("seed %d, kill %d at line %d and %s:\n%s", k.seed, k.n, line, delay, told)
	k.n++
	out, errs, code := run(t, args...)
	require.Zero(t, code, "%s\n--\n%s\n%s", where, out, errs)
	require.True(t, strings.HasSuffix(out, sound), "%s\n--\n%s", where, out)
	return where
}

// lines is how many lines every story tells at least before it is over.
const lines = 230

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
func (k *killer) counted(t *testing.T) map[string]int {
	t.Helper()
	open := postgres.Open
	if k.args[0] == "-db" {
		open = sqlite.Open
	}
	store, err := open(k.args[1], nil)
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
