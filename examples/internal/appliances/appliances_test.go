package appliances_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/examples/internal/appliances"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

func TestCatalogueOfSpree(t *testing.T) {
	t.Parallel()
	c, err := appliances.Spree()
	require.NoError(t, err)
	variants, prices, pieces := 0, 0, 0
	for _, p := range c.Products {
		variants += len(p.Variants)
		for _, v := range p.Variants {
			prices += len(v.Prices)
		}
		require.Len(t, c.Facts[p.Slug].Categories, 2, p.Slug)
		require.NotEmpty(t, c.Facts[p.Slug].Fields["warranty"], p.Slug)
	}
	for _, s := range c.Stock {
		pieces += s.Count
	}
	require.Equal(t, []int{37, 87, 174, 435_000}, []int{len(c.Products), variants, prices, pieces})
}

func TestCatalogueNamesTheLineThatIsWrong(t *testing.T) {
	t.Parallel()
	const head = "slug,sku,name,price,currency,inventory_count\n"
	for rows, want := range map[string]string{
		"tee,TEE,Tee,0,USD,\ntee,TEE-M,,1e5,USD,\n":  "line 3: ",
		"tee,TEE-M,,19.99,USD,\n":                    "line 2: variant TEE-M comes before its product",
		"tee,TEE,Tee,0,USD,\ntee,TEE-M,,1,XXQ,\n":    "line 3: ",
		"tee,TEE,Tee,0,USD,\ntee,TEE-M,,1,USD,few\n": "line 3: stock of TEE-M",
		"tee,TEE\n": "wrong number of fields",
	} {
		_, err := appliances.Read(strings.NewReader(head + rows))
		require.ErrorContains(t, err, want, rows)
	}
}

// A shop is stocked and furnished once, however often it is asked for.
func TestShopIsFurnishedOnce(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "shop.db"), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	shop, err := commerce.New(commerce.Config{Store: store})
	require.NoError(t, err)
	c, err := appliances.Spree()
	require.NoError(t, err)

	staff := op.Meta{By: op.Actor{Kind: op.Staff, ID: "mia"}}
	told := 0
	for _, want := range [][]int{{37, 0, 87, 435_000}, {0, 37, 0, 0}} {
		n, err := c.Import(t.Context(), shop, staff, func(n int) { told += n })
		require.NoError(t, err)
		require.NoError(t, c.Furnish(t.Context(), shop, staff, func(p catalog.NewProduct, _ appliances.Facts) []catalog.Media {
			return []catalog.Media{{URL: "/p/" + p.Slug + ".svg", Alt: p.Title}}
		}))
		skus, pieces, err := c.Receive(t.Context(), shop, staff, nil)
		require.NoError(t, err)
		require.Equal(t, want, []int{n.Created, n.Unchanged + n.Updated, skus, pieces})
	}
	require.Equal(t, 74, told)

	here := market.Context{Currency: money.MustCurrency("EUR")}
	w, err := shop.Catalog.Window(t.Context(), here)
	require.NoError(t, err)
	require.Len(t, w.Categories, 5)
	require.Len(t, w.Products, 8)
	l, err := shop.Catalog.Browse(t.Context(), catalog.Browse{
		Market: here, Category: "kitchen",
		Filters: []catalog.Filter{{Attribute: "colour", Values: []string{"Mint"}}},
	})
	require.NoError(t, err)
	require.Equal(t, 1, l.Count)
	require.Equal(t, "personal-blender", l.Items[0].Slug)
	require.Equal(t, "/p/personal-blender.svg", l.Items[0].Image.URL)
	require.Len(t, l.Facets, 4, "colour, power, app control, warranty")
	p, err := shop.Catalog.ProductPage(t.Context(), "robot-vacuum", here)
	require.NoError(t, err)
	require.Equal(t, "Floor Care", p.Trails[0][0].Title)
	require.Equal(t, "Robot Vacuums", p.Trails[0][1].Title)
}
