package main_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	main "github.com/kontor-go/kontor/examples/storefront"
)

// The program says where it is, serves until it is told to stop, and ends in
// order.
func TestProgramServesUntilItIsToldToStop(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	var errs bytes.Buffer
	ended := make(chan int, 1)
	path := filepath.Join(t.TempDir(), "shop.db")
	go func() {
		ended <- main.Run(ctx, []string{"-addr", "127.0.0.1:0", "-db", path}, in, &errs)
		_ = in.Close()
	}()
	var said bytes.Buffer
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	buf := make([]byte, 4096)
	for !strings.Contains(said.String(), "Ctrl-C") {
		n, err := out.Read(buf)
		require.NoError(t, err, errs.String())
		said.Write(buf[:n])
	}
	require.Regexp(t, `Its password, this run: +[A-Z2-7]{16}`, said.String())
	res, err := http.Get(address.FindString(said.String()))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	stop()
	select {
	case code := <-ended:
		require.Zero(t, code, errs.String())
	case <-time.After(30 * time.Second):
		require.Fail(t, "the program does not end")
	}
	require.Empty(t, errs.String())
}

func TestProgramSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		args []string
		code int
		says string
	}{
		"unknown flag": {[]string{"-dsn", "x"}, 2, "Usage of storefront"},
		"argument":     {[]string{"shop.db"}, 2, "There are only flags"},
		"no address":   {[]string{"-addr", "nowhere:x"}, 1, "unknown port"},
		"no folder":    {[]string{"-addr", "127.0.0.1:0", "-db", filepath.Join(t.TempDir(), "none", "shop.db")}, 1, "storefront:"},
		"help":         {[]string{"-h"}, 0, "Usage of storefront"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			require.Equal(t, row.code, main.Run(t.Context(), row.args, &out, &errs))
			require.Contains(t, errs.String(), row.says)
			require.Empty(t, out.String())
		})
	}
}

// BenchmarkHome is the first page for a visitor who comes back, without the
// network.
func BenchmarkHome(b *testing.B) {
	store := open(b, filepath.Join(b.TempDir(), "shop.db"))
	s, err := main.NewSite(b.Context(), store, main.Config{})
	require.NoError(b, err)
	h := s.Handler()
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
