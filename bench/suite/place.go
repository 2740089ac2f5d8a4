package suite

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
)

// What is required of placing an order.
const (
	placeRatio   = 0.6
	groupedRatio = 0.5
	placeTrips   = 3
	p99Factor    = 2
)

const linesOfOrder = 3

// placer places orders through the engine.
func placer(sh *shop.Shop, k *shop.Carts) measure.Side {
	return measure.Side{Prepare: k.Prepare, Do: func(ctx context.Context, _ int) error {
		f, err := k.Next()
		if err != nil {
			return err
		}
		_, err = sh.Checkout.Place(ctx, f.ID, k.Request(f))
		return err
	}}
}

// byHand places orders through a floor.
func byHand(k *shop.Carts, place func(ctx context.Context, o floor.Order) error) measure.Side {
	return measure.Side{Prepare: k.Prepare, Do: func(ctx context.Context, _ int) error {
		f, err := k.Next()
		if err != nil {
			return err
		}
		return place(ctx, f.Order())
	}}
}

func placeOrder(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.each(ctx, s.SKUs, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		var all []measure.Result
		for _, clients := range s.Clients {
			s.say("place-order on %s, %d clients", sh.Backend, clients)
			r, err := s.placeWith(ctx, sh, clients)
			if err != nil {
				return all, err
			}
			all = append(all, r)
		}
		return all, nil
	})
}

func (s Suite) placeWith(ctx context.Context, sh *shop.Shop, clients int) (measure.Result, error) {
	r := measure.Result{Name: "place-order", Backend: sh.Backend, Clients: clients}
	k, m, err := ready(ctx, sh, sh.Uniform(linesOfOrder))
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var place func(ctx context.Context, o floor.Order) error
	grouped := false
	switch {
	case sh.PG != nil:
		place = sh.PG.With(m, floor.CartMould{}, floor.Shape{}).Place
	case clients < manyClients:
		place = sh.Lite.With(m, floor.CartMould{}, floor.Shape{}).Place
	default:
		g := sh.Lite.With(m, floor.CartMould{}, floor.Shape{}).Grouped()
		go g.Serve(ctx)
		place, grouped = g.Place, true
	}
	score, err := measure.Duel(ctx, s.rules(ctx, sh, clients), placer(sh, k), byHand(k, place))
	if err != nil {
		return r, err
	}
	return demandsOfPlacing(r.From(score), grouped), nil
}

// manyClients is from when on the floor on SQLite is the one that groups.
const manyClients = 32

func demandsOfPlacing(r measure.Result, grouped bool) measure.Result {
	switch {
	case grouped:
		r.Note = "floor groups commits"
		return r.AtLeast(groupedRatio)
	case r.Backend == shop.SQLite:
		return r.AtLeast(placeRatio)
	case r.Clients >= 8:
		return r.AtLeast(placeRatio).Demand(r.P99 <= p99Factor*r.FloorP99, "p99 <= %d x floor", p99Factor)
	default:
		return r
	}
}

// ready returns carts and the mould of their orders, with fresh statistics.
func ready(ctx context.Context, sh *shop.Shop, pick func() []string) (*shop.Carts, floor.Mould, error) {
	k, err := sh.CartsOf(ctx, pick)
	if err != nil {
		return nil, floor.Mould{}, err
	}
	m, err := k.Mould(ctx)
	if err != nil {
		return nil, m, err
	}
	if err := k.Prepare(ctx, 2000); err != nil {
		return nil, m, err
	}
	return k, m, sh.Analyze(ctx)
}

// trips counts the round trips of one operation on the socket.
func trips(ctx context.Context, s Suite) ([]measure.Result, error) {
	window, err := s.onEmpty(ctx, shop.Postgres, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		if err := Dress(ctx, sh, manyEnough); err != nil {
			return nil, err
		}
		counts, err := CountWindow(ctx, sh)
		return tripsOf(sh, counts), err
	})
	if err != nil {
		return window, err
	}
	rest, err := s.on(ctx, shop.Postgres, max(linesMany[len(linesMany)-1], 40), func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		counts, err := Count(ctx, sh)
		return tripsOf(sh, counts), err
	})
	return append(rest, window...), err
}

// manyEnough is how many products show the trips of a list.
const manyEnough = 500

func tripsOf(sh *shop.Shop, counts []Counted) []measure.Result {
	var all []measure.Result
	for _, c := range counts {
		r := measure.Result{Name: c.Name, Backend: sh.Backend, Clients: 1, Trips: c.Trips}
		all = append(all, r.Demand(c.Trips <= c.Most && c.Trips == c.Same, "%g trips, at most %g", c.Trips, c.Most))
	}
	return all
}

var errNoTrips = errors.New("suite: the counter has seen nothing")
