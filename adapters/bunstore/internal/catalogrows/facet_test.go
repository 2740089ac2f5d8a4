package catalogrows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
)

// good is a product of a random catalogue, as a plain model has it.
type good struct {
	slug   string
	price  int64
	in     string   // the slug of a category
	words  []string // of its title
	values map[string][]string
}

func (g good) has(f catalog.Filter) bool {
	return slices.ContainsFunc(f.Values, func(v string) bool { return slices.Contains(g.values[f.Attribute], v) })
}

// ask is a question that is asked of the shop and of the model.
type ask struct {
	category  string
	under     []string // the category and those under it
	word      string
	filters   []catalog.Filter
	low, high int64 // no bound if high is 0
}

// left reports whether g is left if the attribute without, or the price for
// "price", is not filtered by.
func (a ask) left(g good, without string) bool {
	if a.category != "" && !slices.Contains(a.under, g.in) {
		return false
	}
	if a.word != "" && !slices.ContainsFunc(g.words, func(w string) bool { return strings.HasPrefix(w, a.word) }) {
		return false
	}
	for _, f := range a.filters {
		if f.Attribute != without && !g.has(f) {
			return false
		}
	}
	return without == "price" || a.high == 0 || (g.price >= a.low && g.price <= a.high)
}

// model answers as a person would count.
func (a ask) model(goods []good) (found []string, counts map[string]int, low, high int64) {
	counts, low = map[string]int{}, -1
	for _, f := range a.filters {
		for _, v := range f.Values {
			counts[f.Attribute+"="+v] = 0
		}
	}
	for _, g := range goods {
		if a.left(g, "") {
			found = append(found, g.slug)
		}
		if a.left(g, "price") {
			if high = max(high, g.price); low < 0 || g.price < low {
				low = g.price
			}
		}
		for code, values := range g.values {
			for _, v := range values {
				if a.left(g, code) {
					counts[code+"="+v]++
				}
			}
		}
	}
	return found, counts, max(low, 0), high
}

// domain is the values of each attribute.
func domain() map[string][]string {
	return map[string][]string{"colour": {"green", "red", "white"}, "length": {"7", "7.5", "10"}, "vegan": {"false", "true"}}
}

func codes() []string { return []string{"colour", "length", "vegan"} }

// stocked fills a shop with random goods in the categories c > sub, and other.
func stocked(t *rapid.T, sh shop) []good {
	category := func(slug string, parent catalog.CategoryID) catalog.CategoryID {
		k, err := sh.CreateCategory(t.Context(), catalog.CreateCategory{Slug: slug, Title: slug, Parent: parent})
		require.NoError(t, err)
		return k.ID
	}
	c := category("c", catalog.CategoryID{})
	ids := map[string]catalog.CategoryID{"c": c, "sub": category("sub", c), "other": category("other", catalog.CategoryID{})}
	require.NoError(t, second(sh.DefineAttributes(t.Context(), catalog.DefineAttributes{Attributes: qualities()})))
	goods := make([]good, rapid.IntRange(0, 12).Draw(t, "goods"))
	req, shown := catalog.CreateProducts{}, catalog.Present{}
	for i := range goods {
		g := good{
			slug: fmt.Sprintf("p-%02d", i), price: rapid.Int64Range(0, 5).Draw(t, "price"), values: map[string][]string{},
			in:    rapid.SampledFrom([]string{"", "c", "sub", "other"}).Draw(t, "in"),
			words: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"tea", "teapot", "mug", "red"}), 1, 3, rapid.ID[string]).Draw(t, "words"),
		}
		p := catalog.Showing{Slug: g.slug}
		if g.in != "" {
			p.Categories = []catalog.CategoryID{ids[g.in]}
		}
		for _, code := range codes() {
			g.values[code] = rapid.SliceOfNDistinct(rapid.SampledFrom(domain()[code]), 0, 2, rapid.ID[string]).Draw(t, code)
			for _, v := range g.values[code] {
				p.Values = append(p.Values, catalog.Value{Attribute: code, Value: v})
			}
		}
		goods[i] = g
		req.Products = append(req.Products, catalog.NewProduct{
			Slug: g.slug, Title: strings.Join(g.words, " "), Publish: true,
			Variants: []catalog.NewVariant{{SKU: g.slug, Prices: []catalog.Price{{Unit: eur(g.price)}}}},
		})
		shown.Products = append(shown.Products, p)
	}
	if len(goods) > 0 {
		require.NoError(t, second(sh.CreateProducts(t.Context(), req)))
		require.NoError(t, second(sh.Present(t.Context(), shown)))
	}
	return goods
}

func asked(t *rapid.T) ask {
	a := ask{
		category: rapid.SampledFrom([]string{"", "c", "sub"}).Draw(t, "category"),
		word:     rapid.SampledFrom([]string{"", "te", "teapot", "red", "none"}).Draw(t, "word"),
	}
	a.under = map[string][]string{"c": {"c", "sub"}, "sub": {"sub"}}[a.category]
	for _, code := range codes() {
		vs := rapid.SliceOfNDistinct(rapid.SampledFrom(append(domain()[code], "0")), 0, 2, rapid.ID[string]).Draw(t, "filter "+code)
		if len(vs) > 0 {
			a.filters = append(a.filters, catalog.Filter{Attribute: code, Values: vs})
		}
	}
	if rapid.Bool().Draw(t, "bounded") {
		a.low = rapid.Int64Range(0, 5).Draw(t, "low")
		a.high = rapid.Int64Range(max(a.low, 1), 6).Draw(t, "high")
	}
	return a
}

// walk reads all pages of an answer.
func (a ask) walk(t *rapid.T, sh shop, sort catalog.Sort) (catalog.Listing, []string) {
	req := catalog.Browse{Request: page.Request{Limit: 5}, Market: here(), Category: a.category, Filters: a.filters, Sort: sort}
	if a.high > 0 {
		req.Price = catalog.PriceRange{From: money.EUR(a.low), To: money.EUR(a.high)}
	}
	var found []string
	for {
		var out catalog.Listing
		var err error
		if a.word == "" {
			out, err = sh.Browse(t.Context(), req)
		} else {
			out, err = sh.Search(t.Context(), catalog.Search{Text: a.word, Browse: req})
		}
		require.NoError(t, err)
		found = append(found, slugs(out.Items)...)
		if req.Cursor = out.Next; out.Next == "" {
			return out, found
		}
	}
}

// Two catalogues and three questions for each check: with the usual 100 checks
// 200 catalogues and 600 answers, every tenth of them by PostgreSQL, which reads
// another text.
func TestFacetsAreCountedAsAPersonWould(t *testing.T) {
	t.Parallel()
	lite, postgres := unittest.Memory(t).Shipper(), unittest.Postgres(t).Shipper()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		for range 2 {
			n++
			s := lite
			if n%10 == 0 {
				s = postgres
			}
			sh := open(t, s, fmt.Sprint("t", n))
			goods := stocked(rt, sh)
			for range 3 {
				a := asked(rt)
				sort := rapid.SampledFrom([]catalog.Sort{catalog.ByTitle, catalog.PriceUp, catalog.PriceDown, catalog.Newest, catalog.ByPosition}).Draw(rt, "sort")
				want, counts, low, high := a.model(goods)
				out, found := a.walk(rt, sh, sort)
				slices.Sort(found)
				require.Equal(rt, want, found)
				require.Equal(rt, len(want), out.Count)
				require.Equal(rt, [2]int64{low, high}, [2]int64{out.Prices.From.Minor(), out.Prices.To.Minor()})
				got := map[string]int{}
				for _, f := range out.Facets {
					for _, v := range f.Values {
						got[f.Attribute.Code+"="+v.Value] = v.Count
					}
				}
				for key, n := range counts {
					if n == 0 && !a.chosen(key) {
						delete(counts, key)
					}
				}
				require.Equal(rt, counts, got)
			}
		}
	})
}

func (a ask) chosen(key string) bool {
	return slices.ContainsFunc(a.filters, func(f catalog.Filter) bool {
		return slices.ContainsFunc(f.Values, func(v string) bool { return f.Attribute+"="+v == key })
	})
}

// A value is what it is, not what it means in a pattern.
func TestFiltersTakeValuesToTheLetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.define(t, qualities()...)
		values := []string{"100%", "1000", "a_b", "axb", `a\b`, "ab", "a", "%", "_", "["}
		for i, v := range values {
			slug := fmt.Sprintf("good-%d", i)
			sh.sell(t, slug, slug, "", 100)
			sh.present(t, slug, catalog.Presentation{Values: says("colour", v, "vegan", "true", "length", "7")})
		}
		for i, v := range values {
			out := sh.browse(t, catalog.Browse{Filters: []catalog.Filter{
				{Attribute: "colour", Values: []string{v}},
				{Attribute: "vegan", Values: []string{"false", "true"}},
				{Attribute: "length", Values: []string{"7"}},
			}})
			require.Equal(t, []string{fmt.Sprintf("good-%d", i)}, slugs(out.Items), v)
			require.Equal(t, 1, out.Count)
		}
	})
}
