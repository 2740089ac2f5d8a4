package suite

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/shop"
	"github.com/kontor-go/kontor/bench/wire"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/op"
)

// Counted is how many round trips an operation takes.
type Counted struct {
	Name string
	// Trips of one operation, on a connection that knows its statements.
	Trips float64
	// Most is the largest number allowed, Same what it must be like.
	Most, Same float64
}

// linesMany are the numbers of lines for which placing must take the same trips.
var linesMany = [...]int{1, 3, 30} //nolint:gochecknoglobals // an array cannot be constant

// counter counts trips of an engine behind a proxy.
type counter struct {
	wire   *wire.Counter
	engine *commerce.Engine
	shop   *shop.Shop
}

// Count counts the trips of placing an order of 1, 3 and 30 lines, of reading a
// cart with its quote, and of adding to a cart.
func Count(ctx context.Context, sh *shop.Shop) (counts []Counted, err error) {
	w, dsn, err := wire.New(sh.DSN)
	if err != nil {
		return nil, err
	}
	e, shut, err := sh.Through(dsn)
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = shut()
		_ = w.Close()
	}()
	c := counter{w, e, sh}
	for _, lines := range linesMany {
		n, err := c.placing(ctx, lines)
		if err != nil {
			return nil, err
		}
		counts = append(counts, Counted{Name: fmt.Sprintf("place-order, %d lines", lines), Trips: n, Most: placeTrips, Same: n})
		counts[len(counts)-1].Same = counts[0].Trips
	}
	read, err := c.reading(ctx)
	if err != nil {
		return nil, err
	}
	add, err := c.adding(ctx)
	return append(counts, Counted{"cart-read", read, cartTrips, read}, Counted{"cart-add", add, cartTrips, add}), err
}

// CountWindow counts the trips of a product page, a list and a search, on a
// dressed shop.
func CountWindow(ctx context.Context, sh *shop.Shop) (counts []Counted, err error) {
	w, dsn, err := wire.New(sh.DSN)
	if err != nil {
		return nil, err
	}
	e, shut, err := sh.Through(dsn)
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = shut()
		_ = w.Close()
	}()
	c := counter{w, e, sh}
	list := Ask{floor.ListOf{Top: shop.Top(1), Colour: shop.Colour(1)}}
	words := Ask{floor.ListOf{Words: []string{shop.Word(30), shop.Word(40)}}}
	for _, read := range []struct {
		name string
		do   func() error
	}{
		{"product-page", func() error {
			_, err := e.Catalog.ProductPage(ctx, shop.Slug(1), shop.Here())
			return err
		}},
		{"category-list", func() error {
			_, err := list.Of(ctx, e.Catalog)
			return err
		}},
		{"search", func() error {
			_, err := words.Of(ctx, e.Catalog)
			return err
		}},
	} {
		n, err := c.per(read.do)
		if err != nil {
			return counts, err
		}
		counts = append(counts, Counted{read.name, n, windowTrips, n})
	}
	return counts, nil
}

const (
	unheated = 3  // operations before the count begins
	counted  = 10 // operations that are counted
)

// per runs do some times and returns the trips of one.
func (c counter) per(do func() error) (float64, error) {
	var before int64
	for i := range unheated + counted {
		if i == unheated {
			before = c.wire.Trips()
		}
		if err := do(); err != nil {
			return 0, err
		}
	}
	n := c.wire.Trips() - before
	if n == 0 {
		return 0, errNoTrips
	}
	return float64(n) / counted, nil
}

func (c counter) placing(ctx context.Context, lines int) (float64, error) {
	k, err := c.shop.CartsOf(ctx, c.shop.Uniform(lines))
	if err != nil {
		return 0, err
	}
	if err := k.Prepare(ctx, unheated+counted); err != nil {
		return 0, err
	}
	return c.per(func() error {
		f, err := k.Next()
		if err != nil {
			return err
		}
		_, err = c.engine.Checkout.Place(ctx, f.ID, k.Request(f))
		return err
	})
}

func (c counter) reading(ctx context.Context) (float64, error) {
	k, err := c.shop.CartsOf(ctx, c.shop.Uniform(linesOfCart))
	if err != nil {
		return 0, err
	}
	if err := k.Prepare(ctx, 1); err != nil {
		return 0, err
	}
	f, err := k.Next()
	if err != nil {
		return 0, err
	}
	return c.per(func() error {
		_, err := c.engine.Checkout.Quote(ctx, f.ID)
		return err
	})
}

func (c counter) adding(ctx context.Context) (float64, error) {
	filled, err := c.shop.Cart(ctx, shop.SKU(1), shop.SKU(2))
	if err != nil {
		return 0, err
	}
	return c.per(func() error {
		_, err := c.engine.Carts.Add(ctx, filled.ID, cart.Add{Meta: op.Meta{By: shop.Buyer()}, SKU: shop.SKU(1), Quantity: 1})
		return err
	})
}
