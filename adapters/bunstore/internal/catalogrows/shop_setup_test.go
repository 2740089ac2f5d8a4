package catalogrows_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
)

// golden compares got, as JSON, with a file, which is the same for every
// database; or writes the file if UPDATE_GOLDEN is set.
func golden(t *testing.T, name string, got any) {
	t.Helper()
	b, err := json.MarshalIndent(got, "", "  ")
	require.NoError(t, err)
	path := filepath.Join("testdata", name+".json")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, append(b, '\n'), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(b)+"\n")
}

func here() market.Context { return market.Context{Currency: money.EUR(0).Currency()} }

func (sh shop) category(t *testing.T, slug string, req catalog.CreateCategory) catalog.Category {
	t.Helper()
	req.Slug = slug
	if req.Title == "" {
		req.Title = "The " + slug
	}
	k, err := sh.CreateCategory(t.Context(), req)
	require.NoError(t, err)
	return k
}

func (sh shop) define(t *testing.T, as ...catalog.Attribute) {
	t.Helper()
	require.NoError(t, second(sh.DefineAttributes(t.Context(), catalog.DefineAttributes{Attributes: as})))
}

func (sh shop) present(t *testing.T, slug string, p catalog.Presentation) {
	t.Helper()
	require.NoError(t, second(sh.Present(t.Context(), catalog.Present{Products: []catalog.Showing{{Slug: slug, Presentation: p}}})))
}

// sell adds an active product of one variant.
func (sh shop) sell(t *testing.T, slug, title, text string, cents int64) catalog.Product {
	t.Helper()
	return sh.create(t, catalog.NewProduct{
		Slug: slug, Title: title, Description: text, Publish: true,
		Variants: []catalog.NewVariant{{SKU: "SKU-" + slug, Prices: []catalog.Price{{Unit: eur(cents)}}}},
	})
}

func qualities() []catalog.Attribute {
	return []catalog.Attribute{
		{Code: "colour", Title: "Colour", Type: catalog.TextValue, Filterable: true, Position: 1},
		{Code: "length", Title: "Length", Type: catalog.NumberValue, Unit: "cm", Scale: 1, Filterable: true, Position: 2},
		{Code: "vegan", Title: "Vegan", Type: catalog.BoolValue, Filterable: true, Position: 3},
		{Code: "care", Title: "Care", Type: catalog.TextValue, Position: 4},
	}
}

func says(pairs ...string) []catalog.Value {
	var out []catalog.Value
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, catalog.Value{Attribute: pairs[i], Value: pairs[i+1]})
	}
	return out
}

// dressed is a small shop of clothes and mugs.
type dressed struct {
	shop
	clothes, tops, home catalog.Category
}

func dress(t *testing.T, sh shop) dressed {
	t.Helper()
	d := dressed{shop: sh}
	d.clothes = sh.category(t, "clothes", catalog.CreateCategory{Position: 2, Featured: true, Description: "All there is to wear."})
	d.tops = sh.category(t, "tops", catalog.CreateCategory{Parent: d.clothes.ID})
	d.home = sh.category(t, "home", catalog.CreateCategory{Position: 1, Featured: true})
	sh.define(t, qualities()...)
	sh.create(t, tee())
	sh.sell(t, "dress", "Grünes Kleid", "Sommerkleid aus Leinen, passt zum T-Shirt.", 59_00)
	sh.sell(t, "shirt", "Linen shirt", "A shirt for hot days.", 39_00)
	sh.sell(t, "mug", "Mug", "Holds tea and a green day.", 9_50)
	sh.sell(t, "teapot", "Green teapot", "For tea.", 24_00)
	draft := tee()
	draft.Slug, draft.Publish, draft.Variants = "draft", false, []catalog.NewVariant{{SKU: "D", Prices: []catalog.Price{{Unit: eur(1)}}}}
	sh.create(t, draft)
	sh.present(t, "tee", catalog.Presentation{
		Categories: []catalog.CategoryID{d.tops.ID}, Position: 1, Featured: true,
		Values: says("vegan", "true", "colour", "white", "colour", "black", "length", "070.0", "care", "wash cold"),
		Media: []catalog.Media{
			{URL: "https://cdn.example/tee.jpg", Alt: "A T-shirt"}, {URL: "/media/tee-l.jpg", SKU: "TEE-L"},
		},
	})
	sh.present(t, "dress", catalog.Presentation{Categories: []catalog.CategoryID{d.clothes.ID}, Values: says("colour", "green", "length", "104.5"), Position: 3})
	sh.present(t, "shirt", catalog.Presentation{
		Categories: []catalog.CategoryID{d.tops.ID, d.home.ID}, Values: says("colour", "white", "length", "71", "vegan", "true"), Position: 2,
	})
	sh.present(t, "mug", catalog.Presentation{
		Categories: []catalog.CategoryID{d.home.ID}, Values: says("colour", "green"), Featured: true, Position: 4,
		Span: catalog.Span{From: noon(), Until: noon().Add(time.Hour)},
	})
	return d
}

// stock puts goods on a shelf: so many, of which so many are promised, and the
// number from which on it is little.
func (sh shop) stock(t *testing.T, s *unit.Shipper, sku string, level [3]int) {
	t.Helper()
	err := s.Run(t.Context(), "shop", func(ctx context.Context, u *unit.Unit) error {
		err := u.Write(ctx, unit.Write{
			Rank: unit.RankOther, Key: "1", Args: []any{"shop", "main"},
			Text: "INSERT INTO kontor_location (tenant, code, name, priority) VALUES ($1, $2, '', 0) ON CONFLICT DO NOTHING",
		})
		if err != nil {
			return err
		}
		return u.Write(ctx, unit.Write{
			Rank: unit.RankOther, Key: "2" + sku, Args: []any{"shop", sku, "main", level[0], level[1], level[2]},
			Text: "INSERT INTO kontor_level (tenant, sku, location, on_hand, reserved, low) VALUES ($1, $2, $3, $4, $5, $6)",
		})
	})
	require.NoError(t, err)
}

// rate has a product reviewed with one, two and so on stars as often as said.
func (sh shop) rate(t *testing.T, s *unit.Shipper, product catalog.ID, stars [5]int) {
	t.Helper()
	count, sum := 0, 0
	for i, n := range stars {
		count, sum = count+n, sum+n*(i+1)
	}
	err := s.Run(t.Context(), "shop", func(ctx context.Context, u *unit.Unit) error {
		return u.Write(ctx, unit.Write{
			Rank: unit.RankOther, Key: "1",
			Args: []any{"shop", product.UUID(), count, sum, stars[0], stars[1], stars[2], stars[3], stars[4]},
			Text: "INSERT INTO kontor_review_rating (tenant, product, count, sum, stars1, stars2, stars3, stars4, stars5)" +
				" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		})
	})
	require.NoError(t, err)
}

func slugs(cards []catalog.Card) []string {
	out := []string{}
	for _, k := range cards {
		out = append(out, k.Slug)
	}
	return out
}

// browse returns a listing that is there.
func (sh shop) browse(t *testing.T, req catalog.Browse) catalog.Listing {
	t.Helper()
	req.Market = here()
	out, err := sh.Browse(t.Context(), req)
	require.NoError(t, err)
	return out
}

// search returns the slugs of what is found for a text, in order.
func (sh shop) search(t *testing.T, text string) []string {
	t.Helper()
	out, err := sh.Search(t.Context(), catalog.Search{Text: text, Browse: catalog.Browse{Market: here()}})
	require.NoError(t, err, text)
	require.Len(t, out.Items, out.Count, text)
	return slugs(out.Items)
}
