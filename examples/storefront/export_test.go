package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/clock"
)

// Run is the program.
var Run = run

// Site is a shop for tests.
type Site struct{ s *site }

// NewSite builds a shop on a store.
func NewSite(ctx context.Context, store *bunstore.Store, c Config) (Site, error) {
	s, err := newSite(ctx, store, config{logger: c.Logger, base: c.Base, mail: c.Mail, clock: c.Clock, trade: c.Trade})
	return Site{s}, err
}

// Config is how a shop for tests is run.
type Config struct {
	Base, Mail string
	Clock      clock.Clock
	Logger     *slog.Logger
	Trade      bool
}

// Handler is all pages.
func (x Site) Handler() http.Handler { return x.s.handler() }

// Shop is the engine.
func (x Site) Shop() *commerce.Engine { return x.s.shop }

// Password opens the back office.
func (x Site) Password() string { return x.s.password }
