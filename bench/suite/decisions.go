package suite

import (
	"context"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
)

// variant is a way to write an order, measured against the first one.
type variant struct {
	name  string
	place func(ctx context.Context, o floor.Order) error
}

// decisions measures, by hand and without the engine, what the store is built
// on: the form of guards, one trip or two, grouped commits, and the anchor.
func decisions(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.each(ctx, s.SKUs, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		s.say("decisions on %s", sh.Backend)
		if sh.PG != nil {
			return s.shapes(ctx, sh)
		}
		return s.groups(ctx, sh)
	})
}

func (s Suite) shapes(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
	k, m, err := ready(ctx, sh, sh.Uniform(linesOfOrder))
	if err != nil {
		return nil, err
	}
	with := func(shape floor.Shape) func(context.Context, floor.Order) error {
		return sh.PG.With(m, floor.CartMould{}, shape).Place
	}
	return s.compare(ctx, sh, k, 8, []variant{
		{"plain updates, one trip", with(floor.Shape{})},
		{"guards by CTE and 1/count(*)", with(floor.Shape{Guarded: true})},
		{"an anchor row", with(floor.Shape{Anchored: true})},
		{"commit apart, two trips", with(floor.Shape{TwoTrips: true})},
	})
}

func (s Suite) groups(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
	k, m, err := ready(ctx, sh, sh.Uniform(linesOfOrder))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	single := sh.Lite.With(m, floor.CartMould{}, floor.Shape{})
	go single.Serve(ctx)
	return s.compare(ctx, sh, k, manyClients, []variant{
		{"a commit for each order", single.Place},
		{"commits grouped by a goroutine", single.Grouped().Place},
		{"commits grouped by the first waiter", single.Led().Place},
		{"an anchor row", sh.Lite.With(m, floor.CartMould{}, floor.Shape{Anchored: true}).Place},
	})
}

// compare reports each variant with the first one as its floor.
func (s Suite) compare(ctx context.Context, sh *shop.Shop, k *shop.Carts, clients int, vs []variant) ([]measure.Result, error) {
	sides := make([]measure.Side, len(vs))
	for i, v := range vs {
		sides[i] = byHand(k, v.place)
	}
	slices, err := measure.Contest(ctx, s.rules(ctx, sh, clients), sides...)
	if err != nil {
		return nil, err
	}
	all := make([]measure.Result, 0, len(vs))
	for i, v := range vs {
		r := measure.Result{Name: "decision", Backend: sh.Backend, Clients: clients, Note: v.name}
		all = append(all, r.From(measure.Compare(slices[i], slices[0])))
	}
	return all, nil
}
