package main_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	main "github.com/kontor-go/kontor/examples/quickstart"
	"github.com/kontor-go/kontor/internal/pgtest"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/order"
)

var update = flag.Bool("update", false, "write the golden files")

// countedIDs are of UUID version 7, one millisecond after the other.
func countedIDs() id.Source {
	var mu sync.Mutex
	n := uint64(0)
	return func() uuid.UUID {
		mu.Lock()
		defer mu.Unlock()
		n++
		u := uuid.UUID{0: 0x01, 1: 0x9d, 2: byte(n >> 24), 3: byte(n >> 16), 4: byte(n >> 8), 5: byte(n), 6: 0x70, 8: 0x80}
		return u
	}
}

func countedNumbers() order.NumberFunc {
	n := 0
	return func(context.Context) (string, error) {
		n++
		return fmt.Sprintf("Q-%04d", n), nil
	}
}

// TestGolden holds every word and figure of the story, which is the same on both
// databases.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, pay := range []string{"transfer", "stripe"} {
		for _, kind := range []string{"sqlite", "postgres"} {
			t.Run(pay+" "+kind, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				args := []string{"-pay", pay, "-out", dir}
				if kind == "postgres" {
					args = append(args, "-dsn", pgtest.Database(t))
				}
				var out bytes.Buffer
				require.Zero(t, main.RunWith(t.Context(), args, &out, countedIDs(), countedNumbers()), &out)
				requireGolden(t, pay, masked(out.String(), dir))
			})
		}
	}
}

// masked hides what depends on the machine: where the files and the database
// are.
func masked(out, dir string) string {
	lines := strings.Split(strings.ReplaceAll(out, dir, "FILES"), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "    database ") {
			lines[i] = "    database       DATABASE"
		}
	}
	return strings.Join(lines, "\n")
}

func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "story-"+name+".txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(path) //nolint:gosec // ours
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// What the README shows of the story is what the story says: its lines in their
// order, "..." standing for others.
func TestReadmeShowsTheStory(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	_, shown, found := strings.Cut(string(readme), "```text\n")
	require.True(t, found)
	shown, _, found = strings.Cut(shown, "```\n")
	require.True(t, found)
	golden, err := os.ReadFile(filepath.Join("testdata", "story-transfer.txt"))
	require.NoError(t, err)
	rest := string(golden)
	for line := range strings.Lines(shown) {
		if line == "...\n" {
			continue
		}
		_, after, found := strings.Cut(rest, "\n"+line)
		require.True(t, found, "the story does not say, after what was shown before: %s", line)
		rest = "\n" + after
	}
}
