package shop

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// loader writes many rows at once.
type loader interface {
	Load(ctx context.Context, table string, columns []string, rows [][]any) error
	ID(u uuid.UUID) any
}

// Filled is a cart that is ready to be placed.
type Filled struct {
	ID    cart.ID
	Key   string
	Lines []string // SKUs in the order of the lines
}

// Carts are filled carts, each of which is handed out once.
type Carts struct {
	shop  *Shop
	total money.Amount
	lines int
	pick  func() []string
	cart  row
	line  row
	all   []Filled
	next  atomic.Int64
}

// row is a row of a table as the engine has written it.
type row struct {
	columns []string
	values  []any
}

// with returns the values with some of them replaced.
func (r row) with(values map[string]any) []any {
	out := slices.Clone(r.values)
	for i, c := range r.columns {
		if v, ok := values[c]; ok {
			out[i] = v
		}
	}
	return out
}

// CartsOf returns carts with the SKUs that pick names, one piece each.
func (s *Shop) CartsOf(ctx context.Context, pick func() []string) (*Carts, error) {
	skus := pick()
	c, err := s.Cart(ctx, skus...)
	if err != nil {
		return nil, err
	}
	q, err := s.Checkout.Quote(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	k := &Carts{shop: s, pick: pick, total: q.Total, lines: len(skus)}
	if k.cart, err = s.row(ctx, "kontor_cart", "id = $1", c.ID.UUID()); err != nil {
		return nil, err
	}
	k.line, err = s.row(ctx, "kontor_cart_line", "cart = $1 ORDER BY n", c.ID.UUID())
	return k, err
}

func (s *Shop) row(ctx context.Context, table, where string, args ...any) (row, error) {
	columns, rows, err := s.Floor.Rows(ctx, table, where, args...)
	if err != nil {
		return row{}, err
	}
	if len(rows) == 0 {
		return row{}, fmt.Errorf("shop: no row in %s", table)
	}
	return row{columns, rows[0]}, nil
}

// Uniform picks n different SKUs of all.
func (s *Shop) Uniform(n int) func() []string { return Among(s.SKUs, n) }

// Among picks n different SKUs of the first of, in random order.
func Among(of, n int) func() []string {
	return func() []string {
		picked := map[int]bool{}
		for len(picked) < n {
			picked[rand.IntN(of)] = true //nolint:gosec // spreads load
		}
		out := make([]string, 0, n)
		for i := range maps.Keys(picked) {
			out = append(out, SKU(i))
		}
		rand.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
		return out
	}
}

// Prepare fills n carts. Those that are left from before are forgotten.
func (k *Carts) Prepare(ctx context.Context, n int) error {
	k.all, k.next = make([]Filled, 0, n), atomic.Int64{}
	carts, lines := make([][]any, 0, n), make([][]any, 0, n*k.lines)
	id := k.shop.load.ID
	for range n {
		u := uuid.Must(uuid.NewV7())
		f := Filled{ID: cart.IDFrom(u), Key: "key-" + u.String(), Lines: k.pick()}
		carts = append(carts, k.cart.with(map[string]any{"id": id(u)}))
		for i, sku := range f.Lines {
			lines = append(lines, k.line.with(map[string]any{"cart": id(u), "n": int64(i + 1), "sku": sku}))
		}
		k.all = append(k.all, f)
	}
	if err := k.shop.load.Load(ctx, "kontor_cart", k.cart.columns, carts); err != nil {
		return err
	}
	return k.shop.load.Load(ctx, "kontor_cart_line", k.line.columns, lines)
}

// Next hands out a cart.
func (k *Carts) Next() (Filled, error) {
	i := int(k.next.Add(1)) - 1
	if i >= len(k.all) {
		return Filled{}, measure.ErrNoWork
	}
	return k.all[i], nil
}

// All returns the carts that were prepared last.
func (k *Carts) All() []Filled { return k.all }

// Request is what it takes to place a cart.
func (k *Carts) Request(f Filled) checkout.Place {
	return checkout.Place{Meta: op.Meta{By: Buyer(), Key: f.Key}, Method: "transfer", Total: k.total}
}

// Mould places one cart through the engine and returns what the floor makes its
// orders of.
func (k *Carts) Mould(ctx context.Context) (floor.Mould, error) {
	if err := k.Prepare(ctx, 1); err != nil {
		return floor.Mould{}, err
	}
	f, err := k.Next()
	if err != nil {
		return floor.Mould{}, err
	}
	p, err := k.shop.Checkout.Place(ctx, f.ID, k.Request(f))
	if err != nil {
		return floor.Mould{}, err
	}
	o := p.Order
	return floor.NewMould(ctx, k.shop.Floor.Rows, floor.Cast{
		Cart: f.ID.UUID(), Order: o.ID.UUID(), Payment: p.Payment.ID.UUID(),
		CartText: f.ID.String(), OrderText: o.ID.String(), PaymentText: p.Payment.ID.String(),
		Key: f.Key, Number: o.Number, PlacedAt: o.PlacedAt, PaymentDue: o.PaymentDue, SKUs: f.Lines,
	})
}

// Order is the order of the floor for a cart. Its SKUs are sorted: that is the
// order in which locks are taken.
func (f Filled) Order() floor.Order {
	return floor.Order{Cart: f.ID.UUID(), CartText: f.ID.String(), Key: f.Key, SKUs: slices.Sorted(slices.Values(f.Lines))}
}
