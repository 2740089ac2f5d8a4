package main

import (
	"context"
	"net/http"
	"time"

	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/clock"
)

// Host is the program, as tests see it.
type Host struct{ h *host }

// Open opens a host whose passwords are cheap and whose relay sleeps until it
// is woken.
func Open(ctx context.Context, path, dsn string, clk clock.Clock) (Host, error) {
	d, err := open(ctx, path, dsn)
	if err != nil {
		return Host{}, err
	}
	h, err := newHost(ctx, d, config{rounds: 1, poll: time.Hour, clock: clk})
	if err != nil {
		return Host{}, err
	}
	return Host{h}, h.stockUp(ctx)
}

// Restock does once more what is done at every start.
func (x Host) Restock(ctx context.Context) error { return x.h.stockUp(ctx) }

// Handler returns the HTTP interface.
func (x Host) Handler() http.Handler { return x.h.handler() }

// Shop returns the engine.
func (x Host) Shop() *commerce.Engine { return x.h.shop }

// Close closes the database.
func (x Host) Close() error { return x.h.close() }

// Notes returns the notes about an order.
func (x Host) Notes(ctx context.Context, order string) ([]string, error) {
	texts := []string{}
	err := x.h.db.NewSelect().Model((*note)(nil)).Column("text").Where("order_id = ?", order).OrderExpr("at").Scan(ctx, &texts)
	return texts, err
}

// Cancelled returns how many orders all users together have called off.
func (x Host) Cancelled(ctx context.Context) (int, error) {
	var n int
	err := x.h.db.NewSelect().Model((*user)(nil)).ColumnExpr("sum(cancelled)").Scan(ctx, &n)
	return n, err
}

// StatusOf and Run are what main is made of.
var StatusOf = statusOf

// Waiting returns how many events are due and not delivered.
func (x Host) Waiting(ctx context.Context) (int, error) {
	d, err := x.h.store.Queue().Depth(ctx)
	return d.Fresh + d.Waiting + d.Behind, err
}

// Run serves until ctx ends, and tells ready where.
func Run(ctx context.Context, path string, ready func(url string)) error {
	return run(ctx, options{addr: "127.0.0.1:0", path: path, ready: ready, config: config{rounds: 1}})
}
