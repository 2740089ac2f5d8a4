package main_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	main "github.com/kontor-go/kontor/examples/storefront"
	"github.com/kontor-go/kontor/kernel/clock"
)

// bench is an open shop.
type bench struct {
	main.Site
	url  string
	mail string
	log  *diary
}

// diary keeps what the program complains about.
type diary struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *diary) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *diary) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// setup opens a shop whose events are delivered while the test runs.
func setup(t *testing.T, c clock.Clock) *bench {
	t.Helper()
	return start(t, open(t, filepath.Join(t.TempDir(), "shop.db")), c)
}

// open opens a file.
func open(t testing.TB, path string) *bunstore.Store {
	t.Helper()
	store, err := sqlite.Open(path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// start opens a shop on a store.
func start(t *testing.T, store *bunstore.Store, c clock.Clock) *bench {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	b := &bench{url: "http://" + server.Listener.Addr().String(), mail: t.TempDir(), log: &diary{}}
	logger := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	b.Site, err = main.NewSite(t.Context(), store, main.Config{Base: b.url, Mail: b.mail, Clock: c, Logger: logger})
	require.NoError(t, err)
	server.Config.Handler = b.Handler()
	server.Start()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var relay sync.WaitGroup
	relay.Go(func() { _ = b.Shop().Run(ctx) })
	t.Cleanup(func() {
		server.Close()
		stop()
		relay.Wait()
	})
	return b
}

// sound requires that the engine finds nothing wrong with itself, and that the
// program had nothing to complain about.
func (b *bench) sound(t *testing.T) {
	t.Helper()
	found, err := b.Shop().Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	require.Empty(t, b.log.String())
}
