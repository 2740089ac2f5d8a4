package catalogrows_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/catalogrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/page"
)

// Between two pages goods come, go and change their price. Those that nobody
// touches are seen once each, and in order.
func TestPagesNeitherLoseNorRepeatUnderChanges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		for i, sort := range []catalog.Sort{catalog.ByPosition, catalog.Newest, catalog.PriceUp, catalog.PriceDown, catalog.ByTitle, catalog.ByRelevance} {
			word := fmt.Sprint("lot", i)
			calm, wild := []string{}, []catalog.Product{}
			for n := range 12 {
				slug := fmt.Sprintf("%s-%02d", word, n)
				p := sh.sell(t, slug, fmt.Sprintf("%s %c", word, 'a'+n%4), "", int64(100+n%3))
				if n%3 == 2 {
					wild = append(wild, p)
				} else {
					calm = append(calm, slug)
				}
			}
			req := catalog.Search{Text: word, Browse: catalog.Browse{Request: page.Request{Limit: 3}, Market: here(), Sort: sort, PageOnly: true}}
			var seen []string
			for n := 0; ; n++ {
				out, err := sh.Search(t.Context(), req)
				require.NoError(t, err)
				seen = append(seen, slugs(out.Items)...)
				if req.Cursor = out.Next; out.Next == "" {
					break
				}
				if n < len(wild) {
					disturb(t, sh, wild[n], n, word)
				}
			}
			for _, slug := range calm {
				require.Equal(t, 1, strings.Count(" "+strings.Join(seen, " ")+" ", " "+slug+" "), "%s by %s in %v", slug, sort, seen)
			}
			whole, err := sh.Search(t.Context(), catalog.Search{Text: word, Browse: catalog.Browse{Request: page.Request{Limit: 100}, Market: here(), Sort: sort}})
			require.NoError(t, err)
			require.Equal(t, only(slugs(whole.Items), calm), only(seen, calm), sort)
		}
	})
}

// disturb adds a product, and changes or archives another.
func disturb(t *testing.T, sh shop, p catalog.Product, n int, word string) {
	t.Helper()
	sh.sell(t, fmt.Sprintf("%s-new-%d", word, n), word+" b", "", 101)
	if n%2 == 1 {
		require.NoError(t, second(sh.Archive(t.Context(), p.ID, catalog.Archive{})))
		return
	}
	set := []catalog.Price{{SKU: p.Variants[0].SKU, Unit: eur(int64(n * 150))}}
	require.NoError(t, second(sh.SetPrices(t.Context(), catalog.SetPrices{Set: set})))
	title := word + " " + string(rune('z'-n*9))
	require.NoError(t, second(sh.UpdateProduct(t.Context(), p.ID, catalog.UpdateProduct{Title: &title})))
	sh.present(t, p.Slug, catalog.Presentation{Position: 5 - n})
}

// only keeps what is in some.
func only(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !slices.Contains(some, s) })
}

func TestACursorIsOfItsListAlone(t *testing.T) {
	t.Parallel()
	sh := dress(t, open(t, unittest.Memory(t).Shipper(), "shop"))
	base := catalog.Browse{Request: page.Request{Limit: 1}, Market: here()}
	first, err := sh.Browse(t.Context(), base)
	require.NoError(t, err)
	require.NotEmpty(t, first.Next)
	base.Cursor = first.Next
	require.NoError(t, second(sh.Browse(t.Context(), base)))
	for what, change := range map[string]func(*catalog.Browse){
		"sort":     func(b *catalog.Browse) { b.Sort = catalog.Newest },
		"category": func(b *catalog.Browse) { b.Category = "clothes" },
		"filters": func(b *catalog.Browse) {
			b.Filters = []catalog.Filter{{Attribute: "colour", Values: []string{"green"}}}
		},
		"price":  func(b *catalog.Browse) { b.Price.To = eur(100_00).Amount },
		"forged": func(b *catalog.Browse) { b.Cursor = "AAAA" },
	} {
		other := base
		change(&other)
		require.Equal(t, "cursor", fault.FieldsOf(second(sh.Browse(t.Context(), other)))[0].Path, what)
	}
	err = second(sh.Search(t.Context(), catalog.Search{Text: "tee", Browse: base}))
	require.Equal(t, "cursor", fault.FieldsOf(err)[0].Path)
}

// counting counts the round trips of reads.
type counting struct {
	unit.Wire
	reads atomic.Int64
}

func (c *counting) Read(ctx context.Context, conn any, queries []unit.Query) error {
	c.reads.Add(1)
	return c.Wire.Read(ctx, conn, queries)
}

func TestEveryPageIsOneTrip(t *testing.T) {
	t.Parallel()
	s := unittest.Postgres(t).Shipper()
	trips := &counting{Wire: s.Wire}
	s.Wire = trips
	sh := dress(t, open(t, s, "shop"))
	filters := []catalog.Filter{{Attribute: "colour", Values: []string{"green"}}, {Attribute: "length", Values: []string{"104.5"}}}
	b := catalog.Browse{Market: here(), Category: "clothes", Filters: filters}
	for what, read := range map[string]func() error{
		"window":  func() error { return second(sh.Window(t.Context(), here())) },
		"list":    func() error { return second(sh.Browse(t.Context(), b)) },
		"search":  func() error { return second(sh.Search(t.Context(), catalog.Search{Browse: b, Text: "kleid"})) },
		"product": func() error { return second(sh.ProductPage(t.Context(), "tee", here())) },
	} {
		before := trips.reads.Load()
		require.NoError(t, read())
		require.Equal(t, before+1, trips.reads.Load(), what)
	}
}

func TestPagesOfTheShopLookUpAndNeverScan(t *testing.T) {
	t.Parallel()
	view := unittest.Memory(t).Shipper().View("shop")
	q := catalog.CardQuery{
		Currency: here().Currency, At: noon(), Category: "c", Words: []string{"a", "b"}, High: 9, Limit: 25,
		Filters: []catalog.Filter{{Attribute: "colour", Values: []string{"green"}}}, After: catalog.Place{ID: catalog.IDFrom([16]byte{1})},
	}
	cards := []catalog.Card{}
	queries := map[string]unit.Query{}
	for _, sort := range []catalog.Sort{catalog.ByPosition, catalog.Newest, catalog.PriceUp, catalog.PriceDown, catalog.ByTitle, catalog.ByRelevance} {
		q.Sort = sort
		q.PageOnly = false
		queries["list by "+string(sort)] = catalogrows.SelectCards("shop", q, &cards, nil)
		q.PageOnly = true
		queries["cards by "+string(sort)] = catalogrows.SelectCards("shop", q, &cards, nil)
	}
	for name, q := range queries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var steps []string
			lite := q.Text[strings.IndexByte(q.Text, 0)+1:]
			err := view.Read(t.Context(), unit.Query{Text: "EXPLAIN QUERY PLAN " + lite, Args: q.Args, Row: func(r unit.Row) error {
				var id, parent, unused int
				var step string
				err := r.Scan(&id, &parent, &unused, &step)
				steps = append(steps, step)
				return err
			}})
			require.NoError(t, err)
			require.NotEmpty(t, steps)
			allowed := []string{"SCAN u"}
			if strings.HasPrefix(name, "list") {
				// What was made of looked up rows is read whole.
				require.Contains(t, steps, "SEARCH c USING PRIMARY KEY (tenant=? AND currency=? AND product=?)")
				allowed = append(allowed, "SCAN c", "SCAN p", "SCAN r")
			}
			for _, step := range steps {
				scans := strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "VIRTUAL TABLE INDEX")
				require.False(t, scans && !slices.Contains(allowed, step), "all steps: %v", steps)
			}
		})
	}
}
