package suite

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
	"github.com/kontor-go/kontor/inventory"
)

const (
	buyers    = 64
	saleSKU   = 1
	gateWidth = 2
	saleP99   = 100 // ms
	// manySKUs are enough that the database looks for a level by its index.
	manySKUs = 1000
)

// sale is a flash sale of one SKU.
type sale struct {
	shop  *shop.Shop
	carts *shop.Carts
	least int
	stock int
	sold  atomic.Int64
}

// prepare puts exactly n pieces on the shelf, or as many as make the crowd at
// the end of a sale small beside it, and fills more carts than that.
func (f *sale) prepare(ctx context.Context, n int) error {
	n = max(n, f.least)
	if err := f.exact(); err != nil {
		return err
	}
	f.stock = n
	f.sold.Store(0)
	_, err := f.shop.Store.DB().DB.ExecContext(ctx, fmt.Sprintf(
		"UPDATE kontor_level SET on_hand = %d, reserved = 0 WHERE sku = '%s'", n, shop.SKU(saleSKU)))
	if err != nil {
		return err
	}
	return f.carts.Prepare(ctx, n+buyers)
}

// exact says whether what was on the shelf was sold, once the sale is over.
func (f *sale) exact() error {
	if f.stock > 0 && int(f.sold.Load()) != f.stock {
		return fmt.Errorf("flash sale: %d sold of %d", f.sold.Load(), f.stock)
	}
	return nil
}

// buy is one buyer who tries to get one piece.
func (f *sale) buy(place func(ctx context.Context, c shop.Filled) error) measure.Task {
	return func(ctx context.Context, _ int) error {
		c, err := f.carts.Next()
		if err != nil {
			return err
		}
		err = place(ctx, c)
		var short *inventory.Shortage
		if errors.As(err, &short) || errors.Is(err, floor.ErrSoldOut) {
			return measure.ErrNoWork
		}
		if err == nil {
			f.sold.Add(1)
		}
		return err
	}
}

func flashSale(ctx context.Context, s Suite) ([]measure.Result, error) {
	s.say("flash-sale")
	return s.on(ctx, shop.Postgres, manySKUs, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		score, err := s.Sale(ctx, sh)
		if err != nil {
			return nil, err
		}
		r := measure.Result{Name: "flash-sale", Backend: sh.Backend, Clients: buyers}.From(score)
		r = r.AtLeast(placeRatio).Demand(r.P99 <= saleP99, "p99 <= %d ms", saleP99).Demand(true, "exactly the stock sold")
		return []measure.Result{r}, nil
	})
}

// Sale runs sales of one SKU among 64 buyers, by the engine and by a gated
// floor. It fails unless each sold exactly what was on the shelf.
func (s Suite) Sale(ctx context.Context, sh *shop.Shop) (measure.Score, error) {
	k, m, err := ready(ctx, sh, func() []string { return []string{shop.SKU(saleSKU)} })
	if err != nil {
		return measure.Score{}, err
	}
	f := &sale{shop: sh, carts: k, least: buyers * int(1+20*s.Slice.Seconds())}
	hand := sh.PG.With(m, floor.CartMould{}, floor.Shape{Gate: gateWidth})
	engine := measure.Side{Prepare: f.prepare, Do: f.buy(func(ctx context.Context, c shop.Filled) error {
		_, err := sh.Checkout.Place(ctx, c.ID, k.Request(c))
		return err
	})}
	floored := measure.Side{Prepare: f.prepare, Do: f.buy(func(ctx context.Context, c shop.Filled) error { return hand.Place(ctx, c.Order()) })}
	rules := s.rules(ctx, sh, buyers)
	rules.Whole = true // a sale ends when all is sold
	score, err := measure.Duel(ctx, rules, engine, floored)
	if err != nil {
		return score, err
	}
	return score, f.exact()
}

func flash20(ctx context.Context, s Suite) ([]measure.Result, error) {
	s.say("flash-20")
	return s.on(ctx, shop.Postgres, manySKUs, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		k, m, err := ready(ctx, sh, shop.Among(20, linesOfOrder))
		if err != nil {
			return nil, err
		}
		before, err := deadlocks(ctx, sh)
		if err != nil {
			return nil, err
		}
		hand := sh.PG.With(m, floor.CartMould{}, floor.Shape{})
		score, err := measure.Duel(ctx, s.rules(ctx, sh, buyers), placer(sh, k), byHand(k, hand.Place))
		if err != nil {
			return nil, err
		}
		after, err := deadlocks(ctx, sh)
		r := measure.Result{Name: "flash-20", Backend: sh.Backend, Clients: buyers, Note: "floor is sorted, not gated"}.From(score)
		return []measure.Result{r.Demand(after == before, "%d deadlocks", after-before).Demand(true, "no error")}, err
	})
}

func deadlocks(ctx context.Context, sh *shop.Shop) (int, error) {
	var n int
	_, err := sh.Store.DB().DB.ExecContext(ctx, "SELECT pg_stat_clear_snapshot()")
	if err != nil {
		return 0, err
	}
	row := sh.Store.DB().DB.QueryRowContext(ctx, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
	err = row.Scan(&n)
	return n, err
}
