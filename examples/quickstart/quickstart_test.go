package main_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	main "github.com/kontor-go/kontor/examples/quickstart"
	"github.com/kontor-go/kontor/internal/pgtest"
)

// sound is how every good run ends.
const sound = "\nverify: 0 violations\n"

// run returns what the program prints and its exit code.
func run(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = main.Run(t.Context(), args, &o, &e)
	return o.String(), e.String(), code
}

func requireSound(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, code := run(t, args...)
	require.Zero(t, code, errs)
	require.Empty(t, errs)
	require.True(t, strings.HasSuffix(out, sound), out)
	// The figures: 84.99 + 2 * 41.99 + 3 * 32.99 = 267.94, less 10 %, and 5.90 for the parcel.
	require.Contains(t, out, "order: WELCOME10 takes 10 % of €267.94 = €26.79")
	require.Contains(t, out, "order: total €247.05")
	require.Contains(t, out, "standing   confirmed, paid, unshipped")
	require.Regexp(t, `captured +cash:transfer +€247\.05`, out)
	require.Regexp(t, `ELECTRIC-KETTLE-1-7L-BLACK +main +held +2 +for good`, out)
	return out
}

func TestATemporaryShop(t *testing.T) {
	t.Parallel()
	require.Contains(t, requireSound(t), "37 new, 0 changed, 0 unchanged")
}

func TestAFileIsContinuedAndBegunAnewOnlyOnDemand(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	first := requireSound(t, "-db", path)
	require.Contains(t, first, "435,000 pieces of 87 articles")
	require.Regexp(t, `sales +-€202\.65`, first)

	second := requireSound(t, "-db", path)
	require.Contains(t, second, "The shop was here before and goes on.")
	require.Contains(t, second, "0 new, 0 changed, 37 unchanged")
	require.Contains(t, second, "0 pieces of 0 articles")
	require.Regexp(t, `sales +-€405\.30`, second)

	fresh := requireSound(t, "-db", path, "-fresh")
	require.Contains(t, fresh, "37 new, 0 changed, 0 unchanged")
	require.Regexp(t, `sales +-€202\.65`, fresh)
}

func TestPostgresTwice(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	for range 2 { // each run is a shop of its own in the same database
		out := requireSound(t, "-dsn", dsn)
		require.Contains(t, out, "37 new, 0 changed, 0 unchanged")
		require.Regexp(t, `sales +-€202\.65`, out)
		require.NotContains(t, out, "password")
	}
}

func TestWhatGoesWrongSaysWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	note := filepath.Join(dir, "note.txt")
	require.NoError(t, os.WriteFile(note, []byte("not a database, but somebody's only copy"), 0o600))
	for name, row := range map[string]struct {
		args []string
		code int
		says string
	}{
		"unknown flag":   {[]string{"-db2"}, 2, "Usage of quickstart"},
		"argument":       {[]string{"shop.db"}, 2, "There are only flags"},
		"two databases":  {[]string{"-db", "a", "-dsn", "b"}, 2, "choose one"},
		"fresh nothing":  {[]string{"-fresh"}, 2, "-fresh needs -db"},
		"no folder":      {[]string{"-db", filepath.Join(dir, "none", "shop.db")}, 1, "in a folder that exists"},
		"another file":   {[]string{"-db", note, "-fresh"}, 1, "choose another file"},
		"no DSN":         {[]string{"-dsn", "://"}, 1, "write it as postgres://"},
		"nobody listens": {[]string{"-dsn", "postgres://shop@127.0.0.1:1/shop"}, 1, "is the server running"},
		"help":           {[]string{"-h"}, 0, "Usage of quickstart"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, errs, code := run(t, row.args...)
			require.Equal(t, row.code, code)
			require.Contains(t, errs, row.says)
			require.NotContains(t, out, "verify")
		})
	}
	t.Cleanup(func() {
		text, err := os.ReadFile(note)
		require.NoError(t, err)
		require.Equal(t, "not a database, but somebody's only copy", string(text))
	})
}

// breaker fails, or ends the run, at the n-th write.
type breaker struct {
	left int
	act  func() error
}

func (b *breaker) Write(p []byte) (int, error) {
	if b.left--; b.left < 0 {
		if err := b.act(); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func TestInterruptedShopIsSound(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	for n := 1; n <= 60; n += 12 {
		ctx, cancel := context.WithCancel(t.Context())
		var errs bytes.Buffer
		out := &breaker{left: n, act: func() error { cancel(); return nil }}
		require.Equal(t, 130, main.Run(ctx, []string{"-db", path}, out, &errs), "after %d lines", n)
		require.Contains(t, errs.String(), "interrupted")
		cancel()
	}
	out, errs, code := run(t, "-db", path)
	require.Zero(t, code, errs)
	require.True(t, strings.HasSuffix(out, sound))
}

func TestFullDiskIsNoSuccess(t *testing.T) {
	t.Parallel()
	var errs bytes.Buffer
	full := &breaker{left: 3, act: func() error { return errors.New("no space left") }}
	require.Equal(t, 1, main.Run(t.Context(), nil, full, &errs))
	require.Contains(t, errs.String(), "no space left")
}

func Example_table() {
	main.Table(os.Stdout, "article | >pieces", []string{"Kettle", "2"}, []string{"Café crème", "12"})
	// Output:
	//     article     pieces
	//     ----------  ------
	//     Kettle           2
	//     Café crème      12
}
