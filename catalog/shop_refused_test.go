package catalog_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
)

func TestWrongCategoriesAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	fine := catalog.CreateCategory{Slug: "tops", Title: "Tops"}
	for field, spoil := range map[string]func(*catalog.CreateCategory){
		"slug":        func(r *catalog.CreateCategory) { r.Slug = "Ä" },
		"title":       func(r *catalog.CreateCategory) { r.Title = "" },
		"description": func(r *catalog.CreateCategory) { r.Description = "a\x00" },
		"position":    func(r *catalog.CreateCategory) { r.Position = catalog.MaxPosition + 1 },
		"if_version":  func(r *catalog.CreateCategory) { r.IfVersion = 1 },
		"key":         func(r *catalog.CreateCategory) { r.Key = "k\x00" },
	} {
		req := fine
		spoil(&req)
		refused(t, field, second(s.CreateCategory(ctx, req)), second(s.CreateCategoryTx(ctx, nil, req)))
	}
	bad, low := "a\x00", -catalog.MaxPosition-1
	for field, req := range map[string]catalog.UpdateCategory{
		"slug": {Slug: &bad}, "title": {Title: &bad}, "description": {Description: &bad}, "position": {Position: &low},
		"key": {Meta: op.Meta{Key: bad}},
	} {
		refused(t, field, second(s.UpdateCategory(ctx, catalog.CategoryID{}, req)), second(s.UpdateCategoryTx(ctx, nil, catalog.CategoryID{}, req)))
	}
	move := catalog.MoveCategory{Meta: op.Meta{Key: bad}, Position: low}
	for _, field := range []string{"position", "key"} {
		refused(t, field, second(s.MoveCategory(ctx, catalog.CategoryID{}, move)), second(s.MoveCategoryTx(ctx, nil, catalog.CategoryID{}, move)))
	}
	_, err := catalog.ParseCategoryID("pr_0000000000000000000000000")
	require.Error(t, err)
}

func TestWrongAttributesAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	fine := catalog.Attribute{Code: "colour", Title: "Colour", Type: catalog.TextValue}
	for field, spoil := range map[string]func(*catalog.Attribute){
		"code":     func(a *catalog.Attribute) { a.Code = "Colour" },
		"title":    func(a *catalog.Attribute) { a.Title = "" },
		"type":     func(a *catalog.Attribute) { a.Type = "date" },
		"unit":     func(a *catalog.Attribute) { a.Unit = "cm" },
		"scale":    func(a *catalog.Attribute) { a.Type, a.Scale = catalog.NumberValue, 10 },
		"position": func(a *catalog.Attribute) { a.Position = catalog.MaxPosition + 1 },
	} {
		a := fine
		a.Code = "other"
		spoil(&a)
		req := catalog.DefineAttributes{Attributes: []catalog.Attribute{fine, a}}
		refused(t, "attributes[1]."+field, second(s.DefineAttributes(ctx, req)), second(s.DefineAttributesTx(ctx, nil, req)))
	}
	refused(t, "attributes[1].code", second(s.DefineAttributes(ctx, catalog.DefineAttributes{Attributes: []catalog.Attribute{fine, fine}})))
	refused(t, "attributes", second(s.DefineAttributes(ctx, catalog.DefineAttributes{})),
		second(s.DefineAttributes(ctx, catalog.DefineAttributes{Attributes: make([]catalog.Attribute, catalog.MaxAttributes+1)})))
}

func TestWrongPresentationsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		field string
		with  catalog.Presentation
	}{
		"category twice":  {"categories[1]", catalog.Presentation{Categories: make([]catalog.CategoryID, 2)}},
		"many categories": {"categories", catalog.Presentation{Categories: make([]catalog.CategoryID, catalog.MaxPlaces+1)}},
		"value twice":     {"values[1]", catalog.Presentation{Values: []catalog.Value{{Attribute: "a", Value: "b"}, {Attribute: "a", Value: "b"}}}},
		"no value":        {"values[0].value", catalog.Presentation{Values: []catalog.Value{{Attribute: "a"}}}},
		"control value":   {"values[0].value", catalog.Presentation{Values: []catalog.Value{{Attribute: "a", Value: "b\x1fc"}}}},
		"no code":         {"values[0].attribute", catalog.Presentation{Values: []catalog.Value{{Value: "b"}}}},
		"many values":     {"values", catalog.Presentation{Values: make([]catalog.Value, catalog.MaxValues+1)}},
		"many media":      {"media", catalog.Presentation{Media: make([]catalog.Media, catalog.MaxMedia+1)}},
		"wrong alt":       {"media[0].alt", catalog.Presentation{Media: []catalog.Media{{URL: "a", Alt: "\xff"}}}},
		"wrong sku":       {"media[0].sku", catalog.Presentation{Media: []catalog.Media{{URL: "a", SKU: "a b"}}}},
		"ends at once":    {"span.until", catalog.Presentation{Span: catalog.Span{From: at, Until: at}}},
		"long ago":        {"span.from", catalog.Presentation{Span: catalog.Span{From: time.Unix(-1, 0)}}},
		"position":        {"position", catalog.Presentation{Position: catalog.MaxPosition + 1}},
	} {
		req := catalog.Present{Products: []catalog.Showing{{Slug: "mug"}, {Slug: "tee", Presentation: row.with}}}
		refused(t, "products[1]."+row.field, second(s.Present(ctx, req)), second(s.PresentTx(ctx, nil, req)))
		require.NotEmpty(t, name)
	}
	for _, url := range []string{
		"", "http://x.example/a.jpg", "//x.example/a.jpg", "javascript:alert(1)", "data:text/html,x", "https://", "https:a", "https://a:b@x.example/",
		`/\x.example`, "a b", "ä.jpg", "a\x00", "https://x.example/" + strings.Repeat("a", catalog.MaxURL),
	} {
		req := catalog.Present{Products: []catalog.Showing{{Slug: "tee", Presentation: catalog.Presentation{Media: []catalog.Media{{URL: url}}}}}}
		refused(t, "products[0].media[0].url", second(s.Present(ctx, req)))
	}
	refused(t, "products", second(s.Present(ctx, catalog.Present{})), second(s.Present(ctx, catalog.Present{Products: make([]catalog.Showing, catalog.MaxBatch+1)})))
	twice := []catalog.Showing{{Slug: "tee"}, {Slug: "tee"}}
	refused(t, "products[1].slug", second(s.Present(ctx, catalog.Present{Products: twice})))
	refused(t, "if_version", second(s.Present(ctx, catalog.Present{Meta: op.Meta{IfVersion: 1}, Products: twice})))
	refused(t, "products[0].slug", second(s.Present(ctx, catalog.Present{Products: []catalog.Showing{{Slug: "A"}}})))
}

func TestWrongQuestionsAreRefused(t *testing.T) {
	t.Parallel()
	many := make([]catalog.Filter, 300)
	for i := range many {
		many[i] = catalog.Filter{Attribute: fmt.Sprint("a", i), Values: []string{"x"}}
	}
	one := func(code string, values ...string) []catalog.Filter {
		return []catalog.Filter{{Attribute: code, Values: values}}
	}
	for name, row := range map[string]struct {
		field string
		spoil func(*catalog.Browse)
	}{
		"300 filters":      {"filters", func(b *catalog.Browse) { b.Filters = many }},
		"filter twice":     {"filters[1].attribute", func(b *catalog.Browse) { b.Filters = append(one("a", "x"), one("a", "y")...) }},
		"no values":        {"filters[0].values", func(b *catalog.Browse) { b.Filters = one("a") }},
		"many values":      {"filters[0].values", func(b *catalog.Browse) { b.Filters = one("a", make([]string, catalog.MaxFilterValues+1)...) }},
		"empty value":      {"filters[0].values[0]", func(b *catalog.Browse) { b.Filters = one("a", "") }},
		"control value":    {"filters[0].values[0]", func(b *catalog.Browse) { b.Filters = one("a", "b\x1ec") }},
		"no code":          {"filters[0].attribute", func(b *catalog.Browse) { b.Filters = one("", "x") }},
		"category":         {"category", func(b *catalog.Browse) { b.Category = "a/b" }},
		"sort":             {"sort", func(b *catalog.Browse) { b.Sort = "random" }},
		"limit":            {"limit", func(b *catalog.Browse) { b.Limit = page.MaxLimit + 1 }},
		"forged cursor":    {"cursor", func(b *catalog.Browse) { b.Cursor = "forged" }},
		"no currency":      {"market.currency", func(b *catalog.Browse) { b.Market = market.Context{} }},
		"foreign currency": {"price.to", func(b *catalog.Browse) { b.Price.To = money.USD(1) }},
		"negative price":   {"price.from", func(b *catalog.Browse) { b.Price.From = money.EUR(-1) }},
		"from above to":    {"price.to", func(b *catalog.Browse) { b.Price = catalog.PriceRange{From: money.EUR(2), To: money.EUR(1)} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ctx := blind(), t.Context()
			b := catalog.Browse{Market: here()}
			row.spoil(&b)
			refused(t, row.field, second(s.Browse(ctx, b)), second(s.Search(ctx, catalog.Search{Browse: b, Text: "tee"})),
				second(s.Search(ctx, catalog.Search{Browse: b, Text: "?"})))
		})
	}
	s, ctx := blind(), t.Context()
	refused(t, "sort", second(s.Browse(ctx, catalog.Browse{Market: here(), Sort: catalog.ByRelevance})))
	for _, text := range []string{"a\x00", "\xff", strings.Repeat("a", catalog.MaxQuery+1)} {
		refused(t, "text", second(s.Search(ctx, catalog.Search{Browse: catalog.Browse{Market: here()}, Text: text})))
	}
	refused(t, "market.currency", second(s.Window(ctx, market.Context{})), second(s.ProductPage(ctx, "tee", market.Context{})))
}

// elsewhere is a search of somebody else.
type elsewhere struct{ asked catalog.CardQuery }

func (e *elsewhere) ProductCards(_ context.Context, q catalog.CardQuery) (catalog.Found, error) {
	e.asked = q
	return catalog.Found{Cards: []catalog.Card{{Slug: "tee"}}, Counts: catalog.Counts{Count: 1}}, nil
}

func TestAnotherSearchCanBePluggedIn(t *testing.T) {
	t.Parallel()
	other := &elsewhere{}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := catalog.NewService(catalog.Deps{Searcher: other})
	where := here()
	where.At = at
	out, err := s.Search(t.Context(), catalog.Search{Text: "Grüne T-Shirts", Browse: catalog.Browse{Market: where}})
	require.NoError(t, err)
	require.Equal(t, []catalog.Card{{Slug: "tee"}}, out.Items)
	require.Equal(t, catalog.CardQuery{
		Currency: where.Currency, At: at, Words: []string{"grune", "t", "shirts"}, Filters: []catalog.Filter{}, High: money.Limit,
		Sort: catalog.ByRelevance, Limit: page.DefaultLimit + 1,
	}, other.asked)
}
