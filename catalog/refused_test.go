package catalog_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
)

// blind is a service without a store: whatever it refuses, it refuses before
// anything is read or written.
func blind() *catalog.Service {
	return catalog.NewService(catalog.Deps{
		Clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)),
		NewID: func() uuid.UUID { return uuid.UUID{15: 1} },
	})
}

// refused requires Invalid errors that name the field.
func refused(t *testing.T, field string, errs ...error) {
	t.Helper()
	for _, err := range errs {
		require.ErrorIs(t, err, fault.Invalid)
		paths := []string{}
		for _, f := range fault.FieldsOf(err) {
			paths = append(paths, f.Path)
		}
		require.Contains(t, slices.Compact(paths), field)
		require.NotContains(t, err.Error(), "\x00")
	}
}

func second[T any](_ T, err error) error { return err }

// good is a product with nothing wrong.
func good() catalog.NewProduct {
	return catalog.NewProduct{
		Slug: "tee", Title: "T-shirt",
		Variants: []catalog.NewVariant{{SKU: "TEE-M", Prices: []catalog.Price{{Unit: eur(19_99)}}}},
	}
}

// everywhere tries a wrong product in each verb that takes one.
func everywhere(t *testing.T, field string, spoil func(*catalog.NewProduct)) {
	t.Helper()
	s, ctx := blind(), t.Context()
	n := good()
	spoil(&n)
	refused(t, field, second(s.CreateProduct(ctx, catalog.CreateProduct{NewProduct: n})))
	other := good()
	other.Slug, other.Variants = "other", nil
	refused(t, "products[1]."+field, second(s.CreateProducts(ctx, catalog.CreateProducts{Products: []catalog.NewProduct{other, n}})))
	if strings.HasPrefix(field, "variants") && len(n.Variants) > 0 {
		refused(t, field, second(s.AddVariants(ctx, catalog.ID{}, catalog.AddVariants{Variants: n.Variants})))
	}
}

func TestWrongTextsAreRefused(t *testing.T) {
	t.Parallel()
	for what, x := range map[string]string{
		"NUL": "a\x00", "not UTF-8": "a\xff", "long": strings.Repeat("ü", 20_001), "override": "a\u202eb", "bell": "a\a",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for field, spoil := range map[string]func(*catalog.NewProduct){
				"slug":                         func(n *catalog.NewProduct) { n.Slug = x },
				"title":                        func(n *catalog.NewProduct) { n.Title = x },
				"description":                  func(n *catalog.NewProduct) { n.Description = x },
				"tax_category":                 func(n *catalog.NewProduct) { n.TaxCategory = x },
				`metadata["k"]`:                func(n *catalog.NewProduct) { n.Metadata = map[string]string{"k": x} },
				"variants[0].sku":              func(n *catalog.NewProduct) { n.Variants[0].SKU = x },
				"variants[0].title":            func(n *catalog.NewProduct) { n.Variants[0].Title = x },
				"variants[0].options[0].name":  func(n *catalog.NewProduct) { n.Variants[0].Options = []catalog.Option{{Name: x, Value: "v"}} },
				"variants[0].options[0].value": func(n *catalog.NewProduct) { n.Variants[0].Options = []catalog.Option{{Name: "n", Value: x}} },
			} {
				everywhere(t, field, spoil)
			}
			s, ctx := blind(), t.Context()
			refused(t, "slug", second(s.UpdateProduct(ctx, catalog.ID{}, catalog.UpdateProduct{Slug: &x})))
			refused(t, "title", second(s.UpdateProduct(ctx, catalog.ID{}, catalog.UpdateProduct{Title: &x})))
			refused(t, "description", second(s.UpdateProduct(ctx, catalog.ID{}, catalog.UpdateProduct{Description: &x})))
			refused(t, "tax_category", second(s.UpdateProduct(ctx, catalog.ID{}, catalog.UpdateProduct{TaxCategory: &x})))
			refused(t, `metadata["k"]`, second(s.UpdateProduct(ctx, catalog.ID{}, catalog.UpdateProduct{Metadata: map[string]string{"k": x}})))
			refused(t, "skus[1]", second(s.Variants(ctx, "A", x)), second(s.Offers(ctx, money.EUR(0).Currency(), "A", x)))
			_, err := s.ProductBySlug(ctx, x)
			require.ErrorIs(t, err, catalog.ErrNoProduct)
		})
	}
}

func TestWrongProductsAreRefused(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprint("k", i)] = "v"
	}
	for name, row := range map[string]struct {
		field string
		spoil func(*catalog.NewProduct)
	}{
		"no slug":           {"slug", func(n *catalog.NewProduct) { n.Slug = "" }},
		"capitals":          {"slug", func(n *catalog.NewProduct) { n.Slug = "Tee" }},
		"no title":          {"title", func(n *catalog.NewProduct) { n.Title = "" }},
		"long title":        {"title", func(n *catalog.NewProduct) { n.Title = strings.Repeat("ü", 251) }},
		"much metadata":     {"metadata", func(n *catalog.NewProduct) { n.Metadata = many }},
		"no key":            {`metadata[""]`, func(n *catalog.NewProduct) { n.Metadata = map[string]string{"": "v"} }},
		"no SKU":            {"variants[0].sku", func(n *catalog.NewProduct) { n.Variants[0].SKU = "" }},
		"long SKU":          {"variants[0].sku", func(n *catalog.NewProduct) { n.Variants[0].SKU = strings.Repeat("A", 65) }},
		"SKU with a space":  {"variants[0].sku", func(n *catalog.NewProduct) { n.Variants[0].SKU = "A B" }},
		"SKU twice":         {"variants[1].sku", func(n *catalog.NewProduct) { n.Variants = append(n.Variants, n.Variants[0]) }},
		"negative weight":   {"variants[0].weight", func(n *catalog.NewProduct) { n.Variants[0].Weight = -1 }},
		"weight of a world": {"variants[0].weight", func(n *catalog.NewProduct) { n.Variants[0].Weight = measure.MaxWeight + 1 }},
		"many options": {"variants[0].options", func(n *catalog.NewProduct) {
			n.Variants[0].Options = slices.Repeat([]catalog.Option{{Name: "n", Value: "v"}}, 11)
		}},
		"no option name":   {"variants[0].options[0].name", func(n *catalog.NewProduct) { n.Variants[0].Options = []catalog.Option{{Value: "v"}} }},
		"price of another": {"variants[0].prices[0].sku", func(n *catalog.NewProduct) { n.Variants[0].Prices[0].SKU = "CAP" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everywhere(t, row.field, row.spoil)
		})
	}
	s, ctx := blind(), t.Context()
	crowd := make([]catalog.NewVariant, catalog.MaxVariants+1)
	refused(t, "variants", second(s.AddVariants(ctx, catalog.ID{}, catalog.AddVariants{Variants: crowd})), second(s.AddVariants(ctx, catalog.ID{}, catalog.AddVariants{})))
	refused(t, "products", second(s.CreateProducts(ctx, catalog.CreateProducts{})),
		second(s.CreateProducts(ctx, catalog.CreateProducts{Products: make([]catalog.NewProduct, catalog.MaxBatch+1)})))
	refused(t, "products[1].slug", second(s.CreateProducts(ctx, catalog.CreateProducts{Products: []catalog.NewProduct{good(), good()}})))
	refused(t, "limit", second(s.Products(ctx, catalog.List{Request: page.Request{Limit: 101}})))
	refused(t, "status", second(s.Products(ctx, catalog.List{Status: "gone"})))
	refused(t, "cursor", second(s.Products(ctx, catalog.List{Request: page.Request{Cursor: "forged"}})))
	refused(t, "skus", second(s.Variants(ctx, slices.Repeat([]string{"A"}, catalog.MaxSKUs+1)...)))
}

func TestWrongPricesAreRefused(t *testing.T) {
	t.Parallel()
	fine := catalog.Price{SKU: "A", Unit: eur(1)}
	for name, row := range map[string]struct {
		field string
		price catalog.Price
	}{
		"no SKU":               {".sku", catalog.Price{Unit: eur(1)}},
		"no currency":          {".unit", catalog.Price{SKU: "A"}},
		"negative":             {".unit", catalog.Price{SKU: "A", Unit: eur(-1)}},
		"beyond the limit":     {".unit", catalog.Price{SKU: "A", Unit: eur(money.Limit + 1)}},
		"per less than one":    {".unit", catalog.Price{SKU: "A", Unit: money.Price{Amount: money.EUR(1), Per: -1}}},
		"negative quantity":    {".min_quantity", catalog.Price{SKU: "A", MinQuantity: -1, Unit: eur(1)}},
		"quantity of a world":  {".min_quantity", catalog.Price{SKU: "A", MinQuantity: 1_000_000_000, Unit: eur(1)}},
		"strange group":        {".group", catalog.Price{SKU: "A", Group: "a b", Unit: eur(1)}},
		"the same price twice": {"", catalog.Price{SKU: "A", MinQuantity: 1, Unit: eur(2)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ctx := blind(), t.Context()
			refused(t, "set[1]"+row.field, second(s.SetPrices(ctx, catalog.SetPrices{Set: []catalog.Price{fine, row.price}})))
			refused(t, "drop[1]"+row.field, second(s.SetPrices(ctx, catalog.SetPrices{Drop: []catalog.Price{fine, row.price}})))
			if row.price.SKU != "" {
				n := good()
				n.Variants[0].SKU, n.Variants[0].Prices = "A", []catalog.Price{fine, row.price}
				refused(t, "variants[0].prices[1]"+row.field, second(s.CreateProduct(ctx, catalog.CreateProduct{NewProduct: n})))
			}
		})
	}
	s, ctx := blind(), t.Context()
	refused(t, "set", second(s.SetPrices(ctx, catalog.SetPrices{})), second(s.SetPrices(ctx, catalog.SetPrices{Set: make([]catalog.Price, catalog.MaxPrices+1)})))
	refused(t, "drop[0]", second(s.SetPrices(ctx, catalog.SetPrices{Set: []catalog.Price{fine}, Drop: []catalog.Price{fine}})))
}

func TestEveryVerbChecksWhoAsks(t *testing.T) {
	t.Parallel()
	for field, m := range map[string]op.Meta{
		"key":        {Key: "k\x00"},
		"if_version": {IfVersion: -1},
		"by.id":      {By: op.Actor{ID: "\xff"}},
		"by.kind":    {By: op.Actor{Kind: "king"}},
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			if field != "if_version" {
				refused(t, field, creations(t.Context(), m)...)
			}
			refused(t, field, changes(t.Context(), m)...)
		})
	}
	refused(t, "if_version", creations(t.Context(), op.Meta{IfVersion: 1})...)
}

func creations(ctx context.Context, m op.Meta) []error {
	s := blind()
	return []error{
		second(s.CreateProduct(ctx, catalog.CreateProduct{Meta: m, NewProduct: good()})),
		second(s.CreateProductTx(ctx, nil, catalog.CreateProduct{Meta: m, NewProduct: good()})),
		second(s.CreateProducts(ctx, catalog.CreateProducts{Meta: m, Products: []catalog.NewProduct{good()}})),
		second(s.CreateProductsTx(ctx, nil, catalog.CreateProducts{Meta: m, Products: []catalog.NewProduct{good()}})),
	}
}

func changes(ctx context.Context, m op.Meta) []error {
	s, prices := blind(), []catalog.Price{{SKU: "A", Unit: eur(1)}}
	return []error{
		second(s.UpdateProduct(ctx, catalog.ID{}, catalog.UpdateProduct{Meta: m})),
		second(s.UpdateProductTx(ctx, nil, catalog.ID{}, catalog.UpdateProduct{Meta: m})),
		second(s.Publish(ctx, catalog.ID{}, catalog.Publish{Meta: m})),
		second(s.PublishTx(ctx, nil, catalog.ID{}, catalog.Publish{Meta: m})),
		second(s.Withdraw(ctx, catalog.ID{}, catalog.Withdraw{Meta: m})),
		second(s.WithdrawTx(ctx, nil, catalog.ID{}, catalog.Withdraw{Meta: m})),
		second(s.Archive(ctx, catalog.ID{}, catalog.Archive{Meta: m})),
		second(s.ArchiveTx(ctx, nil, catalog.ID{}, catalog.Archive{Meta: m})),
		second(s.AddVariants(ctx, catalog.ID{}, catalog.AddVariants{Meta: m, Variants: good().Variants})),
		second(s.AddVariantsTx(ctx, nil, catalog.ID{}, catalog.AddVariants{Meta: m, Variants: good().Variants})),
		second(s.SetPrices(ctx, catalog.SetPrices{Meta: m, Set: prices})),
		second(s.SetPricesTx(ctx, nil, catalog.SetPrices{Meta: m, Set: prices})),
	}
}
