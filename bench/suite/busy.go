package suite

import (
	"context"
	"fmt"
	"sync"

	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
)

const busyClients = 32

// busy has 32 writers and 32 readers on one SQLite file, none of which may see
// that the database is busy.
func busy(ctx context.Context, s Suite) ([]measure.Result, error) {
	s.say("busy")
	return s.on(ctx, shop.SQLite, min(s.SKUs, 1000), func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		r, err := s.Busy(ctx, sh)
		return []measure.Result{r}, err
	})
}

// Busy runs 32 writers and 32 readers. An error of any of them is in the
// result.
func (s Suite) Busy(ctx context.Context, sh *shop.Shop) (measure.Result, error) {
	r := measure.Result{Name: "busy", Backend: sh.Backend, Clients: 2 * busyClients}
	k, _, err := ready(ctx, sh, sh.Uniform(linesOfOrder))
	if err != nil {
		return r, err
	}
	long := 4 * s.Slice
	if err := k.Prepare(ctx, 4000+int(4000*long.Seconds())); err != nil {
		return r, err
	}
	write := placer(sh, k).Do
	var wrote, read measure.Slice
	var writeErr, readErr error
	var wg sync.WaitGroup
	wg.Go(func() { wrote, writeErr = measure.Run(ctx, busyClients, long, write) })
	wg.Go(func() {
		read, readErr = measure.Run(ctx, busyClients, long, func(ctx context.Context, _ int) error {
			_, err := sh.Checkout.Quote(ctx, any1(k).ID)
			return err
		})
	})
	wg.Wait()
	f := measure.Of([]measure.Slice{wrote})
	r.Ops, r.P50, r.P99 = f.Rate, f.P50, f.P99
	r.Note = fmt.Sprintf("orders beside %.0f quotes/s", read.Rate())
	r = r.Demand(writeErr == nil, "writers without error").Demand(readErr == nil, "readers without error")
	if writeErr != nil || readErr != nil {
		r.Note += fmt.Sprintf(" (%v, %v)", writeErr, readErr)
	}
	return r, nil
}
