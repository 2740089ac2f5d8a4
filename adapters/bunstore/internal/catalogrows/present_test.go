package catalogrows_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

func TestAProductIsShownAsItWasPresented(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		d := dress(t, sh)
		stage, err := catalogReader(sh).Stage(t.Context(), []string{"tee", "draft", "none"})
		require.NoError(t, err)
		require.Len(t, stage.Products, 2)
		require.Len(t, stage.Attributes, 4)
		tee := stage.Products[0]
		require.Equal(t, 2, tee.Version)
		want := catalog.Presentation{
			Categories: []catalog.CategoryID{d.tops.ID}, Position: 1, Featured: true,
			Values: says("colour", "black", "colour", "white", "length", "70", "vegan", "true", "care", "wash cold"),
			Media:  []catalog.Media{{URL: "https://cdn.example/tee.jpg", Alt: "A T-shirt"}, {URL: "/media/tee-l.jpg", SKU: "TEE-L"}},
		}
		require.Equal(t, map[catalog.ID]catalog.Presentation{tee.ID: want}, stage.Presentations)

		before := sh.events(t)
		require.Equal(t, "catalog.product_presented v2", before[len(before)-1])
		sh.present(t, "tee", want)
		require.Equal(t, before, sh.events(t), "what is equal is not touched")

		bare := catalog.Presentation{Span: catalog.Span{Until: noon().Add(time.Minute)}}
		sh.present(t, "tee", bare)
		stage, err = catalogReader(sh).Stage(t.Context(), []string{"tee"})
		require.NoError(t, err)
		require.Equal(t, bare, stage.Presentations[tee.ID])
		require.Equal(t, 3, stage.Products[0].Version)
	})
}

func TestWhatDoesNotFitIsNotPresented(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		foreign := open(t, s, "other").category(t, "foreign", catalog.CreateCategory{})
		sh := dress(t, open(t, s, "shop"))
		before := sh.events(t)
		try := func(p catalog.Presentation) error {
			return second(sh.Present(t.Context(), catalog.Present{Products: []catalog.Showing{
				{Slug: "teapot", Presentation: catalog.Presentation{Position: 99}}, {Slug: "tee", Presentation: p},
			}}))
		}
		for field, p := range map[string]catalog.Presentation{
			"products[1].values[0].attribute": {Values: says("taste", "sweet")},
			"products[1].values[1].value":     {Values: says("colour", "red", "vegan", "yes")},
			"products[1].values[0].value":     {Values: says("length", "1.55")},
			"products[1].values[1]":           {Values: says("length", "1.5", "length", "01.50")},
			"products[1].media[0].sku":        {Media: []catalog.Media{{URL: "a.jpg", SKU: "SKU-mug"}}},
		} {
			err := try(p)
			require.ErrorIs(t, err, fault.Invalid, field)
			require.Equal(t, field, fault.FieldsOf(err)[0].Path)
		}
		for _, id := range []catalog.CategoryID{foreign.ID, catalog.CategoryIDFrom(uuid.UUID{15: 250})} {
			require.ErrorIs(t, try(catalog.Presentation{Categories: []catalog.CategoryID{id}}), catalog.ErrNoCategory)
		}
		one := catalog.Present{Products: []catalog.Showing{{Slug: "none"}}}
		require.ErrorIs(t, second(sh.Present(t.Context(), one)), catalog.ErrNoProduct)
		one = catalog.Present{Meta: op.Meta{IfVersion: 1}, Products: []catalog.Showing{{Slug: "tee"}}}
		require.Equal(t, fault.StaleVersion, fault.CodeOf(second(sh.Present(t.Context(), one))))
		require.Equal(t, before, sh.events(t), "all or nothing")
	})
}

func TestAnOfferKnowsWhenItIsForSale(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		dress(t, sh)
		offers, err := sh.Offers(t.Context(), here().Currency, "SKU-mug", "SKU-dress")
		require.NoError(t, err)
		require.Equal(t, catalog.Span{From: noon(), Until: noon().Add(time.Hour)}, offers["SKU-mug"].Span)
		require.Equal(t, catalog.Span{}, offers["SKU-dress"].Span)
		for _, row := range []struct {
			at   time.Duration
			sold bool
		}{{-time.Microsecond, false}, {0, true}, {time.Hour - time.Microsecond, true}, {time.Hour, false}} {
			require.Equal(t, row.sold, offers["SKU-mug"].SoldAt(noon().Add(row.at)), row.at)
			require.True(t, offers["SKU-dress"].SoldAt(noon().Add(row.at)))
		}
	})
}

func TestAnOfferKnowsItsCategoriesAndThoseAbove(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		d := dress(t, sh)
		categories := func(sku string) []string {
			offers, err := sh.Offers(t.Context(), here().Currency, sku)
			require.NoError(t, err)
			require.Len(t, offers, 1)
			return offers[sku].Categories
		}
		require.Equal(t, []string{"clothes", "home", "tops"}, categories("SKU-shirt"))
		require.Equal(t, []string{"clothes"}, categories("SKU-dress"))
		require.Nil(t, categories("SKU-teapot"), "it is in none")
		other := d.tops
		_, err := sh.MoveCategory(t.Context(), other.ID, catalog.MoveCategory{Parent: d.home.ID})
		require.NoError(t, err)
		require.Equal(t, []string{"home", "tops"}, categories("SKU-shirt"))
	})
}
