package suite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
	"github.com/kontor-go/kontor/catalog"
)

const (
	windowTrips = 2
	windowRatio = 0.5
)

// Ask is one list, asked of the engine and of the floor.
type Ask struct {
	floor.ListOf
}

// Search reports whether it is asked by words.
func (a Ask) Search() bool { return len(a.Words) > 0 }

// Engine returns what is asked of the engine.
func (a Ask) Engine() catalog.Browse {
	b := catalog.Browse{Market: shop.Here(), Category: a.Top}
	if !a.Search() && a.Top == "" {
		b.Category = shop.Everything
	}
	if a.Colour != "" {
		b.Filters = []catalog.Filter{{Attribute: "colour", Values: []string{a.Colour}}}
	}
	return b
}

// Of asks an engine.
func (a Ask) Of(ctx context.Context, c *catalog.Service) (catalog.Listing, error) {
	if !a.Search() {
		return c.Browse(ctx, a.Engine())
	}
	return c.Search(ctx, catalog.Search{Browse: a.Engine(), Text: strings.Join(a.Words, " ")})
}

// AnyTop is a category of a tenth of the products, every other time of one
// colour.
func AnyTop() Ask {
	a := Ask{floor.ListOf{Top: shop.Top(rand.IntN(shop.Tops))}} //nolint:gosec // spreads load
	if rand.IntN(2) == 0 {                                      //nolint:gosec // likewise
		a.Colour = shop.Colour(rand.IntN(12)) //nolint:gosec // likewise
	}
	return a
}

// Whole is the category that holds all products.
func Whole() Ask { return Ask{} }

// AnyWords is a search for one word or two that are neither frequent nor rare.
func AnyWords() Ask {
	const frequent, rare = 20, 200
	word := func() string { return shop.Word(frequent + rand.IntN(rare-frequent)) } //nolint:gosec // spreads load
	a := Ask{floor.ListOf{Words: []string{word()}}}
	if rand.IntN(2) == 0 { //nolint:gosec // likewise
		a.Words = append(a.Words, word())
	}
	return a
}

// Front is the part of a floor that reads the shop window.
type Front interface {
	Flatten(ctx context.Context) error
	List(ctx context.Context, l floor.ListOf) (floor.Listed, error)
	Page(ctx context.Context, slug string) (floor.Page, error)
}

// FrontOf returns that of a shop.
func FrontOf(sh *shop.Shop) Front { //nolint:ireturn // one of two
	if sh.PG != nil {
		return sh.PG
	}
	return sh.Lite
}

// windows runs fn on a dressed shop of every backend.
func (s Suite) windows(ctx context.Context, fn func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error)) ([]measure.Result, error) {
	return s.eachEmpty(ctx, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		if err := Dress(ctx, sh, s.SKUs); err != nil {
			return nil, err
		}
		return fn(ctx, sh)
	})
}

// Dress puts n products into an empty shop and makes the flat table of them.
func Dress(ctx context.Context, sh *shop.Shop, n int) error {
	if err := sh.Dress(ctx, n); err != nil {
		return err
	}
	if err := sh.Analyze(ctx); err != nil {
		return err
	}
	return FrontOf(sh).Flatten(ctx)
}

func productPage(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.windows(ctx, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		front := FrontOf(sh)
		any1 := func() string { return shop.Slug(rand.IntN(sh.SKUs)) } //nolint:gosec // spreads load
		engine := measure.Side{Do: func(ctx context.Context, _ int) error {
			_, err := sh.Catalog.ProductPage(ctx, any1(), shop.Here())
			return err
		}}
		hand := measure.Side{Do: func(ctx context.Context, _ int) error {
			_, err := front.Page(ctx, any1())
			return err
		}}
		return s.windowDuels(ctx, measure.Result{Name: "product-page"}, sh, engine, hand)
	})
}

func categoryList(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.windows(ctx, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		rs, err := s.listDuels(ctx, measure.Result{Name: "category-list", Note: fmt.Sprintf("a category of %d of %d products, 24 with 3 facets", sh.SKUs/shop.Tops, sh.SKUs)}, sh, AnyTop)
		if err != nil {
			return rs, err
		}
		more, err := s.listDuels(ctx, measure.Result{Name: "category-list", Note: fmt.Sprintf("a category of all %d products, 24 with 3 facets", sh.SKUs)}, sh, Whole)
		return append(rs, more...), err
	})
}

func search(ctx context.Context, s Suite) ([]measure.Result, error) {
	return s.windows(ctx, func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		return s.listDuels(ctx, measure.Result{Name: "search", Note: fmt.Sprintf("one word or two among %d products, 24 with 3 facets", sh.SKUs)}, sh, AnyWords)
	})
}

func (s Suite) listDuels(ctx context.Context, line measure.Result, sh *shop.Shop, ask func() Ask) ([]measure.Result, error) {
	front := FrontOf(sh)
	engine := measure.Side{Do: func(ctx context.Context, _ int) error {
		_, err := ask().Of(ctx, sh.Catalog)
		return err
	}}
	hand := measure.Side{Do: func(ctx context.Context, _ int) error {
		_, err := front.List(ctx, ask().ListOf)
		return err
	}}
	return s.windowDuels(ctx, line, sh, engine, hand)
}

func (s Suite) windowDuels(ctx context.Context, line measure.Result, sh *shop.Shop, engine, hand measure.Side) ([]measure.Result, error) {
	rs, err := s.cartDuels(ctx, line.Name, sh, engine, hand)
	for i := range rs {
		rs[i].Note = line.Note
		rs[i] = rs[i].AtLeast(windowRatio)
	}
	return rs, err
}
