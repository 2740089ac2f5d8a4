package suite

import (
	"context"
	"math/rand/v2"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/op"
)

const (
	linesOfCart = 10
	cartTrips   = 2
	manyCarts   = 2000
)

func cartRead(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.each(ctx, s.SKUs, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		k, _, err := standing(ctx, sh)
		if err != nil {
			return nil, err
		}
		read := func(id cart.ID) func(ctx context.Context) error {
			if sh.PG != nil {
				return func(ctx context.Context) error { return sh.PG.Read(ctx, id.UUID()) }
			}
			return func(ctx context.Context) error { return sh.Lite.Read(ctx, id.UUID()) }
		}
		engine := measure.Side{Do: func(ctx context.Context, _ int) error {
			_, err := sh.Checkout.Quote(ctx, any1(k).ID)
			return err
		}}
		hand := measure.Side{Do: func(ctx context.Context, _ int) error { return read(any1(k).ID)(ctx) }}
		return s.cartDuels(ctx, "cart-read", sh, engine, hand)
	})
}

// any1 is one of the carts.
func any1(k *shop.Carts) shop.Filled { return k.All()[rand.IntN(len(k.All()))] } //nolint:gosec // spreads load

// standing are carts of ten lines that stay.
func standing(ctx context.Context, sh *shop.Shop) (*shop.Carts, floor.CartMould, error) {
	k, err := sh.CartsOf(ctx, sh.Uniform(linesOfCart))
	if err != nil {
		return nil, floor.CartMould{}, err
	}
	if err := k.Prepare(ctx, manyCarts); err != nil {
		return nil, floor.CartMould{}, err
	}
	f := k.All()[0]
	if _, err := sh.Carts.Add(ctx, f.ID, more(f)); err != nil {
		return nil, floor.CartMould{}, err
	}
	m, err := floor.NewCartMould(ctx, sh.Floor.Rows, f.ID.String())
	if err != nil {
		return nil, m, err
	}
	return k, m, sh.Analyze(ctx)
}

// more asks for one more piece of the first line.
func more(f shop.Filled) cart.Add {
	return cart.Add{Meta: op.Meta{By: shop.Buyer()}, SKU: f.Lines[0], Quantity: 1}
}

func (s Suite) cartDuels(ctx context.Context, name string, sh *shop.Shop, engine, hand measure.Side) ([]measure.Result, error) {
	var all []measure.Result
	for _, clients := range s.Clients {
		s.say("%s on %s, %d clients", name, sh.Backend, clients)
		score, err := measure.Duel(ctx, s.rules(ctx, sh, clients), engine, hand)
		if err != nil {
			return all, err
		}
		all = append(all, measure.Result{Name: name, Backend: sh.Backend, Clients: clients}.From(score))
	}
	return all, nil
}

func cartAdd(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.each(ctx, s.SKUs, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		k, m, err := standing(ctx, sh)
		if err != nil {
			return nil, err
		}
		var add func(ctx context.Context, c floor.Cart) error
		if sh.PG != nil {
			add = sh.PG.With(floor.Mould{}, m, floor.Shape{}).Add
		} else {
			add = sh.Lite.With(floor.Mould{}, m, floor.Shape{}).Add
		}
		engine := measure.Side{Do: func(ctx context.Context, client int) error {
			f := own(k, client)
			_, err := sh.Carts.Add(ctx, f.ID, more(f))
			return err
		}}
		hand := measure.Side{Do: func(ctx context.Context, client int) error {
			f := own(k, client)
			return add(ctx, floor.Cart{ID: f.ID.UUID(), Text: f.ID.String(), SKU: f.Lines[0], Line: 1})
		}}
		return s.cartDuels(ctx, "cart-add", sh, engine, hand)
	})
}

// own is one of the carts of a client: no two clients change the same one.
func own(k *shop.Carts, client int) shop.Filled {
	const share = 50
	return k.All()[client*share+rand.IntN(share)] //nolint:gosec // spreads load
}
