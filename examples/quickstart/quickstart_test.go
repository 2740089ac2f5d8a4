package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	main "github.com/kontor-go/kontor/examples/quickstart"
	"github.com/kontor-go/kontor/internal/pgtest"
)

// sound is how every good run ends.
const sound = "\nverify: 0 violations\n"

// run returns what the program prints and its exit code. Its files go away with
// the test, unless args say otherwise.
func run(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = main.Run(t.Context(), append([]string{"-out", t.TempDir()}, args...), &o, &e)
	return o.String(), e.String(), code
}

func requireSound(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, code := run(t, args...)
	require.Zero(t, code, "%s\n%s", out, errs)
	require.Empty(t, errs)
	require.True(t, strings.HasSuffix(out, sound), out)
	// The figures: 84.99 + 2 * 41.99 + 3 * 32.99 = 267.94, less 10 %, and 13.90
	// less 5.00 for the parcel. A kettle comes back: 41.99 less its discount.
	require.Contains(t, out, "order: WELCOME10 takes 10 % of €267.94 = €26.79")
	require.Contains(t, out, "order: total €250.05")
	require.Contains(t, out, "standing       confirmed, partly_refunded, shipped")
	require.Regexp(t, `refund +€37\.79 is done`, out)
	require.Regexp(t, `all together +€0\.00`, out)
	for n, title := range titles() {
		require.Contains(t, out, fmt.Sprintf("\n[%d/%d] %s\n", n+1, len(titles()), title))
	}
	return out
}

// titles are the steps of the story, in order.
func titles() []string {
	return []string{
		"shop window", "browse and search", "cart", "checkout", "payment", "confirmation", "stock", "pick and pack",
		"carriers", "delivery", "reviews", "returns", "support", "analytics", "marketing",
	}
}

func TestATemporaryShop(t *testing.T) {
	t.Parallel()
	require.Contains(t, requireSound(t), "37 new, 0 changed, 0 unchanged")
}

func TestAFileIsContinuedAndBegunAnewOnlyOnDemand(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	first := requireSound(t, "-db", path)
	require.Contains(t, first, "425,000 pieces of 85 articles received")
	require.Contains(t, first, "Ada Example, number 1 in this shop")
	require.Regexp(t, `cash:transfer +€256\.15`, first) // 212.26, and 43.89 for the toaster of somebody else

	second := requireSound(t, "-db", path, "-pay", "stripe")
	require.Contains(t, second, "Ben Example, number 2 in this shop")
	require.Contains(t, second, "0 new, 0 changed, 37 unchanged")
	require.Contains(t, second, "0 pieces of 0 articles")
	require.Contains(t, second, "1 piece of ELECTRIC-KETTLE-1-7L-BLACK at main")
	require.Contains(t, second, "4.0 of 5 stars by 2 buyers")
	require.Regexp(t, `cash:transfer +€300\.04`, second)
	require.Regexp(t, `cash:stripe +€212\.26`, second)

	third := requireSound(t, "-db", path, "-pay", "stripe") // another simulator, another account
	require.Contains(t, third, "Cleo Example, number 3 in this shop")
	require.Regexp(t, `cash:stripe +€424\.52`, third)

	fresh := requireSound(t, "-db", path, "-fresh")
	require.Contains(t, fresh, "37 new, 0 changed, 0 unchanged")
	require.Contains(t, fresh, "Ada Example, number 1 in this shop")
}

func TestPostgresTwice(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	require.Contains(t, requireSound(t, "-dsn", dsn), "number 1 in this shop")
	out := requireSound(t, "-dsn", dsn, "-pay", "stripe")
	require.Contains(t, out, "number 2 in this shop")
	require.NotContains(t, out, "password")
}

// Everything that left the shop is a file that can be read.
func TestFilesAreNamedAndThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := requireSound(t, "-out", dir)
	named := regexp.MustCompile(regexp.QuoteMeta(dir)+`/\S+`).FindAllString(out, -1)
	kinds := map[string]int{}
	for _, path := range named {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotEmpty(t, text, path)
		kinds[filepath.Ext(path)]++
	}
	require.Equal(t, map[string]int{".eml": 8, ".txt": 3, ".xml": 1, ".html": 1, ".zpl": 1, ".pdf": 1}, kinds)
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, left, len(named), "nothing lies there that is not named")
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
		"no such way":    {[]string{"-pay", "gold"}, 2, "-pay knows transfer and stripe"},
		"fresh nothing":  {[]string{"-fresh"}, 2, "-fresh needs -db"},
		"no folder":      {[]string{"-db", filepath.Join(dir, "none", "shop.db")}, 1, "in a folder that exists"},
		"another file":   {[]string{"-db", note, "-fresh"}, 1, "choose another file"},
		"no such place":  {[]string{"-out", filepath.Join(note, "files")}, 1, "choose a folder that can be written to"},
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
	for _, n := range []int{1, 30, 60, 90, 40} {
		ctx, cancel := context.WithCancel(t.Context())
		var errs bytes.Buffer
		out := &breaker{left: n, act: func() error { cancel(); return nil }}
		require.Equal(t, 130, main.Run(ctx, []string{"-db", path, "-out", t.TempDir()}, out, &errs), "after %d lines: %s", n, &errs)
		require.Contains(t, errs.String(), "run it again as before")
		cancel()
	}
	out, errs, code := run(t, "-db", path)
	require.Zero(t, code, errs)
	require.True(t, strings.HasSuffix(out, sound))
	require.Contains(t, out, "told before")
	require.Contains(t, out, "who was here when the story broke off", "one customer, however often it is broken off")
}

func TestFullDiskIsNoSuccess(t *testing.T) {
	t.Parallel()
	var errs bytes.Buffer
	full := &breaker{left: 3, act: func() error { return errors.New("no space left") }}
	require.Equal(t, 1, main.Run(t.Context(), []string{"-out", t.TempDir()}, full, &errs))
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
