package suite

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/shop"
)

// Suite says where and how long to measure.
type Suite struct {
	// Postgres is the URL of a server whose user may create databases. Without
	// one only SQLite is measured.
	Postgres string
	// Dir is where SQLite files go. Required.
	Dir string
	// Rounds is how many slices each side gets, Slice how long one is.
	Rounds int
	Slice  time.Duration
	// SKUs is how many things the shop sells.
	SKUs int
	// Clients are the numbers of clients at which rates are measured.
	Clients []int
	// Backend, if set, is the only one that is measured.
	Backend string
	// Log is told what is being measured. Required.
	Log io.Writer
}

// Benchmark is a named part of the suite.
type Benchmark struct {
	Name string
	Run  func(ctx context.Context, s Suite) ([]measure.Result, error)
}

// All are the benchmarks in the order in which they run.
func All() []Benchmark {
	return []Benchmark{
		{"place-order", placeOrder},
		{"trips", trips},
		{"flash-sale", flashSale},
		{"flash-20", flash20},
		{"cart-read", cartRead},
		{"cart-add", cartAdd},
		{"price-cart", priceCart},
		{"product-page", productPage},
		{"category-list", categoryList},
		{"search", search},
		{"relay", relay},
		{"relay-wake", relayWake},
		{"relay-writers", relayWriters},
		{"busy", busy},
		{"decisions", decisions},
	}
}

func (s Suite) rules(ctx context.Context, sh *shop.Shop, clients int) measure.Rules {
	r := measure.Rules{Rounds: s.Rounds, Clients: clients, Slice: s.Slice, Meter: measure.Own}
	if sh.PG != nil {
		r.Meter = measure.WithPostgres(ctx, sh.Store.DB().DB)
	}
	return r
}

func (s Suite) say(format string, args ...any) { _, _ = fmt.Fprintf(s.Log, format+"\n", args...) }

// each runs fn on a filled shop of every backend.
func (s Suite) each(ctx context.Context, skus int, fn func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error)) ([]measure.Result, error) {
	return s.eachEmpty(ctx, filled(skus, fn))
}

// filled fills a shop before fn.
func filled(skus int, fn func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error)) func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
	return func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error) {
		if err := sh.Fill(ctx, skus, plenty); err != nil {
			return nil, err
		}
		return fn(ctx, sh)
	}
}

// eachEmpty runs fn on an empty shop of every backend.
func (s Suite) eachEmpty(ctx context.Context, fn func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error)) ([]measure.Result, error) {
	var all []measure.Result
	for _, backend := range []string{shop.Postgres, shop.SQLite} {
		rs, err := s.onEmpty(ctx, backend, fn)
		if err != nil {
			return all, fmt.Errorf("%s: %w", backend, err)
		}
		all = append(all, rs...)
	}
	return all, nil
}

// on runs fn on a filled shop of one backend, if there is one.
func (s Suite) on(ctx context.Context, backend string, skus int, fn func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error)) ([]measure.Result, error) {
	return s.onEmpty(ctx, backend, filled(skus, fn))
}

// onEmpty runs fn on an empty shop of one backend, if there is one.
func (s Suite) onEmpty(ctx context.Context, backend string, fn func(ctx context.Context, sh *shop.Shop) ([]measure.Result, error)) (rs []measure.Result, err error) {
	if (backend == shop.Postgres && s.Postgres == "") || (s.Backend != "" && s.Backend != backend) {
		return nil, nil
	}
	sh, drop, err := s.Open(ctx, backend)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := drop(); err == nil {
			err = e
		}
	}()
	return fn(ctx, sh)
}

// plenty is a stock that does not run out.
const plenty = 100_000_000

// Open opens an empty shop. The returned function closes it and removes what it
// has left.
func (s Suite) Open(ctx context.Context, backend string) (*shop.Shop, func() error, error) {
	if backend == shop.SQLite {
		sh, err := shop.OpenSQLite(ctx, s.Dir)
		if err != nil {
			return nil, nil, err
		}
		return sh, sh.Close, nil
	}
	name := "kontor_bench_" + strings.ToLower(rand.Text())
	if err := s.admin(ctx, "CREATE DATABASE "+name); err != nil {
		return nil, nil, err
	}
	u, err := url.Parse(s.Postgres)
	if err != nil {
		return nil, nil, err
	}
	u.Path = "/" + name
	sh, err := shop.OpenPostgres(ctx, u.String())
	if err != nil {
		return nil, nil, err
	}
	return sh, func() error {
		if err := sh.Close(); err != nil {
			return err
		}
		return s.admin(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
	}, nil
}

func (s Suite) admin(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.Postgres)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // the statement has answered
	_, err = conn.Exec(ctx, statement)
	return err
}
