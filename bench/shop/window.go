package shop

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// The shop window: categories in three levels below one that holds everything,
// and products of three variants that say three things of themselves.
const (
	Tops        = 10 // categories right below Everything
	midsOfTop   = 5
	leavesOfMid = 5
	brands      = 200
	colours     = 12
	sizes       = 8
	vocabulary  = 2000
	forms       = 3
)

// Everything is the slug of the category above all others.
const Everything = "everything"

// Top is the slug of a category that holds a tenth of all products.
func Top(i int) string { return fmt.Sprintf("top-%d", i) }

// Leaf is the slug of a category below which there is none.
func leaf(i int) string { return fmt.Sprintf("leaf-%d", i) }

// Slug is that of a product.
func Slug(i int) string { return fmt.Sprintf("thing-%05d", i) }

// Colour is a value by which lists are filtered.
func Colour(i int) string { return fmt.Sprintf("colour-%02d", i) }

// Word is one of the words of which titles and descriptions are made; the higher
// its rank, the rarer it is. None is the beginning of another.
func Word(rank int) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var b strings.Builder
	n := rank
	for range 3 {
		b.WriteByte(consonants[n%len(consonants)])
		n /= len(consonants)
		b.WriteByte(vowels[n%len(vowels)])
		n /= len(vowels)
	}
	return b.String()
}

// some is a number below n that is small more often than large.
func some(r *rand.Rand, n int) int {
	const flat = 10
	x := flat
	for range 12 { // 1/(rank+flat), closely enough: doubles or stops
		if x >= n || r.IntN(9) == 0 {
			break
		}
		x *= 2
	}
	return r.IntN(min(x, n))
}

func words(r *rand.Rand, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = Word(some(r, vocabulary))
	}
	return strings.Join(out, " ")
}

// staff is who dresses the window.
func staff() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "bench"}} }

// Dress puts n products with categories, attributes and stock into the empty
// shop. The same n gives the same shop.
func (s *Shop) Dress(ctx context.Context, n int) error {
	s.SKUs = n
	leaves, err := s.categories(ctx)
	if err != nil {
		return err
	}
	_, err = s.Catalog.DefineAttributes(ctx, catalog.DefineAttributes{Meta: staff(), Attributes: []catalog.Attribute{
		{Code: "brand", Title: "Brand", Type: catalog.TextValue, Filterable: true, Position: 1},
		{Code: "colour", Title: "Colour", Type: catalog.TextValue, Filterable: true, Position: 2},
		{Code: "size", Title: "Size", Type: catalog.TextValue, Filterable: true, Position: 3},
	}})
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(6, 10_000)) //nolint:gosec // the same shop each time
	for from := 0; from < n; from += catalog.MaxBatch {
		to := min(from+catalog.MaxBatch, n)
		create, present := catalog.CreateProducts{Meta: staff()}, catalog.Present{Meta: staff()}
		for i := from; i < to; i++ {
			create.Products = append(create.Products, thing(r, i))
			present.Products = append(present.Products, showing(r, i, leaves))
		}
		if _, err := s.Catalog.CreateProducts(ctx, create); err != nil {
			return err
		}
		if _, err := s.Catalog.Present(ctx, present); err != nil {
			return err
		}
	}
	if err := s.shelve(ctx, n); err != nil {
		return err
	}
	return s.Drop(ctx)
}

// categories makes the tree and returns the categories at its ends.
func (s *Shop) categories(ctx context.Context) ([]catalog.CategoryID, error) {
	var leaves []catalog.CategoryID
	var first error
	hang := func(under catalog.CategoryID, slug string, position int) catalog.CategoryID {
		if first != nil {
			return under
		}
		k, err := s.Catalog.CreateCategory(ctx, catalog.CreateCategory{
			Meta: staff(), Slug: slug, Title: "Things of " + slug, Description: "All that is " + slug + ".", Parent: under, Position: position,
		})
		first = err
		return k.ID
	}
	root := hang(catalog.CategoryID{}, Everything, 0)
	for i := range Tops {
		top := hang(root, Top(i), i)
		for j := range midsOfTop {
			mid := hang(top, fmt.Sprintf("mid-%d", i*midsOfTop+j), j)
			for k := range leavesOfMid {
				leaves = append(leaves, hang(mid, leaf((i*midsOfTop+j)*leavesOfMid+k), k))
			}
		}
	}
	return leaves, first
}

func thing(r *rand.Rand, i int) catalog.NewProduct {
	p := catalog.NewProduct{Slug: Slug(i), Title: words(r, 5), Description: words(r, 25), Publish: true}
	cents := int64(5_00 + r.IntN(95_00))
	for j := range forms {
		p.Variants = append(p.Variants, catalog.NewVariant{
			SKU: formSKU(i, j), Title: fmt.Sprintf("Form %d", j), Options: []catalog.Option{{Name: "Form", Value: fmt.Sprintf("F%d", j)}},
			Prices: []catalog.Price{{Unit: money.Each(money.EUR(cents + int64(j)*50))}},
		})
	}
	return p
}

func showing(r *rand.Rand, i int, leaves []catalog.CategoryID) catalog.Showing {
	return catalog.Showing{Slug: Slug(i), Presentation: catalog.Presentation{
		Categories: []catalog.CategoryID{leaves[r.IntN(len(leaves))]}, Position: r.IntN(1_000_000),
		Media: []catalog.Media{{URL: "/media/" + Slug(i) + ".jpg", Alt: "A thing"}},
		Values: []catalog.Value{
			{Attribute: "brand", Value: fmt.Sprintf("brand-%03d", r.IntN(brands))},
			{Attribute: "colour", Value: Colour(r.IntN(colours))},
			{Attribute: "size", Value: fmt.Sprintf("size-%d", r.IntN(sizes))},
		},
	}}
}

func formSKU(product, form int) string { return fmt.Sprintf("SKU-%05d-%d", product, form) }

// shelve puts some of every form on the shelf.
func (s *Shop) shelve(ctx context.Context, n int) error {
	const plenty = 100
	if _, err := s.Inventory.Receive(ctx, inventory.Receive{Meta: staff(), SKU: formSKU(0, 0), Quantity: plenty}); err != nil {
		return err
	}
	rows := make([][]any, 0, n*forms)
	for i := range n {
		for j := range forms {
			if i+j > 0 {
				rows = append(rows, []any{"", formSKU(i, j), inventory.Main, int64(plenty), int64(0), int64(5)})
			}
		}
	}
	return s.load.Load(ctx, "kontor_level", []string{"tenant", "sku", "location", "on_hand", "reserved", "low"}, rows)
}
