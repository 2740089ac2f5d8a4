package catalogrows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/catalogrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
)

func catalogReader(sh shop) catalogrows.CatalogReader { return catalogrows.CatalogReader{Q: sh.view} }

func TestTheWindowShowsWhatIsFeatured(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		empty, err := sh.Window(t.Context(), here())
		require.NoError(t, err)
		require.Equal(t, catalog.Window{Categories: []catalog.Category{}, Products: []catalog.Card{}}, empty)
		dress(t, sh)
		w, err := sh.Window(t.Context(), here())
		require.NoError(t, err)
		golden(t, "window", w)
		sh.clock.Advance(time.Hour)
		w, err = sh.Window(t.Context(), here())
		require.NoError(t, err)
		require.Equal(t, []string{"tee"}, slugs(w.Products), "the mug is not for sale any more")
	})
}

func TestListsShowTheCategoryAndWhatIsUnderIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		d := dress(t, sh)
		golden(t, "clothes", sh.browse(t, catalog.Browse{Category: "clothes"}))
		all := sh.browse(t, catalog.Browse{Request: page.Request{Limit: 3}, Sort: catalog.PriceDown})
		require.Equal(t, 5, all.Count)
		golden(t, "all", all.Facets)
		require.Equal(t, []string{"dress", "shirt", "teapot"}, slugs(all.Items))
		green := sh.browse(t, catalog.Browse{
			Filters: []catalog.Filter{{Attribute: "colour", Values: []string{"green", "black"}}, {Attribute: "length", Values: []string{"104.5", "9"}}},
			Price:   catalog.PriceRange{From: money.EUR(20_00), To: money.EUR(59_00)},
		})
		golden(t, "green", green)
		for sort, want := range map[catalog.Sort][]string{ //nolint:exhaustive // relevance is for searches
			catalog.ByPosition: {"teapot", "tee", "shirt", "dress", "mug"},
			catalog.Newest:     {"teapot", "mug", "shirt", "dress", "tee"},
			catalog.PriceUp:    {"mug", "tee", "teapot", "shirt", "dress"},
			catalog.ByTitle:    {"teapot", "dress", "shirt", "mug", "tee"},
			catalog.PriceDown:  {"dress", "shirt", "teapot", "tee", "mug"},
		} {
			out := sh.browse(t, catalog.Browse{Sort: sort, PageOnly: true})
			require.Equal(t, want, slugs(out.Items), sort)
			require.Zero(t, out.Count)
			require.Empty(t, out.Facets)
			require.Zero(t, out.Prices)
		}
		require.NoError(t, second(sh.MoveCategory(t.Context(), d.tops.ID, catalog.MoveCategory{Parent: d.home.ID})))
		require.Equal(t, []string{"dress"}, slugs(sh.browse(t, catalog.Browse{Category: "clothes"}).Items))
		require.Equal(t, []string{"tee", "shirt", "mug"}, slugs(sh.browse(t, catalog.Browse{Category: "home"}).Items))
		_, err := sh.Browse(t.Context(), catalog.Browse{Market: here(), Category: "none"})
		require.ErrorIs(t, err, catalog.ErrNoCategory)
		_, err = sh.Browse(t.Context(), catalog.Browse{Market: here(), Filters: []catalog.Filter{{Attribute: "care", Values: []string{"x"}}}})
		require.Equal(t, "filters[0].attribute", fault.FieldsOf(err)[0].Path, "not filterable")
	})
}

func TestCardsFollowEveryChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		p := sh.create(t, tee())
		card := func() catalog.Card {
			out := sh.browse(t, catalog.Browse{})
			require.Len(t, out.Items, 1)
			out.Items[0].Place = catalog.Place{}
			return out.Items[0]
		}
		want := catalog.Card{ProductID: p.ID, Slug: "tee", Title: "T-shirt", Price: eur(19_99)}
		require.Equal(t, want, card(), "prices of groups and of many pieces are no price of a card")
		per := func(minor, n int64) money.Price { return money.Price{Amount: money.EUR(minor), Per: n} }
		require.NoError(t, second(sh.SetPrices(t.Context(), catalog.SetPrices{Set: []catalog.Price{{SKU: "TEE-L", Unit: per(1_50, 100)}}})))
		want.Price, want.Varies = per(1_50, 100), true
		require.Equal(t, want, card())
		require.NoError(t, second(sh.SetPrices(t.Context(), catalog.SetPrices{Set: []catalog.Price{{SKU: "TEE-M", Unit: per(1_25, 100)}}})))
		want.Price, want.Varies = per(1_25, 100), false
		require.Equal(t, want, card(), "both are 2 cents a piece, rounded up; the lower one is shown")
		title := "Élan"
		require.NoError(t, second(sh.UpdateProduct(t.Context(), p.ID, catalog.UpdateProduct{Title: &title})))
		want.Title = title
		require.Equal(t, want, card())
		require.Equal(t, []string{"tee"}, sh.search(t, "elan"))
		require.Empty(t, sh.search(t, "shirt"))
		require.NoError(t, second(sh.AddVariants(t.Context(), p.ID, catalog.AddVariants{Variants: []catalog.NewVariant{{SKU: "XYZ-9"}}})))
		require.Equal(t, []string{"tee"}, sh.search(t, "xyz-9"))
		batch := []catalog.NewProduct{{Slug: "tee", Title: title, Publish: true, Variants: []catalog.NewVariant{{SKU: "QQ-8"}}}}
		require.NoError(t, second(sh.CreateProducts(t.Context(), catalog.CreateProducts{Products: batch})))
		require.Equal(t, []string{"tee"}, sh.search(t, "qq 8"))
		require.Equal(t, []string{"tee"}, sh.search(t, "xyz"), "what the batch does not name stays")

		usd := market.Context{Currency: money.USD(0).Currency()}
		out, err := sh.Browse(t.Context(), catalog.Browse{Market: usd})
		require.NoError(t, err)
		require.Equal(t, []string{"tee"}, slugs(out.Items))
		drop := []catalog.Price{{SKU: "TEE-M", Unit: money.Each(money.USD(0))}}
		require.NoError(t, second(sh.SetPrices(t.Context(), catalog.SetPrices{Drop: drop})))
		out, err = sh.Browse(t.Context(), catalog.Browse{Market: usd})
		require.NoError(t, err)
		require.Empty(t, out.Items, "without a price it is not in the list")
		require.NoError(t, second(sh.Withdraw(t.Context(), p.ID, catalog.Withdraw{})))
		require.Empty(t, sh.browse(t, catalog.Browse{}).Items)
		require.Empty(t, sh.search(t, "elan"))
		require.NoError(t, second(sh.Publish(t.Context(), p.ID, catalog.Publish{})))
		card()
		require.NoError(t, second(sh.Archive(t.Context(), p.ID, catalog.Archive{})))
		require.Empty(t, sh.browse(t, catalog.Browse{}).Items)
	})
}

func TestSearchFindsWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		dress(t, sh)
		for text, want := range map[string][]string{
			"grünes":            {"dress"},
			"GRUNES KLEID":      {"dress"},
			"kleid grün":        {"dress"}, // any order; the last word is a beginning
			"klei":              {"dress"},
			"kle grunes":        {},
			"gr\u0075\u0308nes": {"dress"}, // the umlaut as two characters
			"gre":               {"teapot", "mug"},
			"tea":               {"teapot", "mug"},
			"t-shirt":           {"tee", "dress"}, // the title before the text
			"shirt":             {"shirt", "tee", "dress"},
			"sku-mug":           {"mug"},
			"black":             {"tee"}, // an option
			"":                  {},
			"!?":                {},
			`"tee" OR mug*`:     {},
			"tee AND NOT mug":   {},
			"NEAR(tee mug)":     {},
			"title : tee":       {},
			"' OR 1=1 --":       {},
		} {
			require.Equal(t, want, sh.search(t, text), text)
		}
		out, err := sh.Search(t.Context(), catalog.Search{Text: "shirt", Browse: catalog.Browse{
			Market: here(), Category: "clothes", Filters: []catalog.Filter{{Attribute: "colour", Values: []string{"green"}}},
		}})
		require.NoError(t, err)
		golden(t, "search", out)
		out, err = sh.Search(t.Context(), catalog.Search{Text: "shirt", Browse: catalog.Browse{Market: here(), Sort: catalog.PriceUp}})
		require.NoError(t, err)
		require.Equal(t, []string{"tee", "shirt", "dress"}, slugs(out.Items))
		sh.clock.Advance(-time.Second)
		require.Equal(t, []string{"teapot"}, sh.search(t, "gre"), "the mug is not for sale yet")
	})
}

func TestAProductPageTellsABuyerEverything(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(t, s, "shop")
		dress(t, sh)
		sh.stock(t, s, "TEE-M", [3]int{7, 4, 3})
		sh.stock(t, s, "SKU-mug", [3]int{5, 0, 0})
		tee, err := sh.ProductBySlug(t.Context(), "tee")
		require.NoError(t, err)
		sh.rate(t, s, tee.ID, [5]int{1, 0, 0, 2, 4})
		p, err := sh.ProductPage(t.Context(), "tee", here())
		require.NoError(t, err)
		golden(t, "product", p)
		trader := here()
		trader.Groups = []string{"trade"}
		p, err = sh.ProductPage(t.Context(), "tee", trader)
		require.NoError(t, err)
		require.Equal(t, []catalog.Price{{SKU: "TEE-M", Group: "trade", MinQuantity: 1, Unit: eur(16_00)}}, p.Choices[0].Prices)
		p, err = sh.ProductPage(t.Context(), "mug", here())
		require.NoError(t, err)
		require.Equal(t, catalog.InStock, p.Choices[0].Availability)
		require.Equal(t, catalog.Rating{}, p.Rating)
		before := here()
		before.At = noon().Add(-1)
		other := open(t, s, "other")
		for what, err := range map[string]error{
			"draft":   second(sh.ProductPage(t.Context(), "draft", here())),
			"early":   second(sh.ProductPage(t.Context(), "mug", before)),
			"unknown": second(sh.ProductPage(t.Context(), "none", here())),
			"no slug": second(sh.ProductPage(t.Context(), "No\x00", here())),
			"foreign": second(other.ProductPage(t.Context(), "tee", here())),
		} {
			require.ErrorIs(t, err, catalog.ErrNoProduct, what)
		}
		require.Empty(t, other.browse(t, catalog.Browse{}).Items)
		require.Empty(t, other.search(t, "tee"))
		require.Empty(t, lines(t, other))
	})
}
