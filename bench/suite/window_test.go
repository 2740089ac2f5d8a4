package suite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/bench/floor"
	"github.com/kontor-go/kontor/bench/shop"
	"github.com/kontor-go/kontor/bench/suite"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/internal/pgtest"
)

// dressed returns a shop with a window on a backend.
func dressed(t *testing.T, backend string) *shop.Shop {
	t.Helper()
	var s *shop.Shop
	var err error
	if backend == shop.Postgres {
		s, err = shop.OpenPostgres(t.Context(), pgtest.Database(t))
	} else {
		s, err = shop.OpenSQLite(t.Context(), t.TempDir())
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, suite.Dress(t.Context(), s, 600))
	return s
}

// The floor answers what the engine answers: the same cards in the same order,
// and the same counts.
func TestTheFloorListsWhatTheEngineLists(t *testing.T) {
	t.Parallel()
	for _, backend := range []string{shop.Postgres, shop.SQLite} {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			s := dressed(t, backend)
			asks := []suite.Ask{suite.Whole()}
			for range 10 {
				asks = append(asks, suite.AnyTop(), suite.AnyWords())
			}
			cards := 0
			for _, ask := range asks {
				got, err := ask.Of(t.Context(), s.Catalog)
				require.NoError(t, err)
				want, err := suite.FrontOf(s).List(t.Context(), ask.ListOf)
				require.NoError(t, err)
				requireSameList(t, ask, want, got)
				cards += len(got.Items)
			}
			require.Greater(t, cards, 50)
		})
	}
}

func requireSameList(t *testing.T, ask suite.Ask, want floor.Listed, got catalog.Listing) {
	t.Helper()
	require.Equal(t, want.Count, got.Count, ask)
	require.Equal(t, want.Low, got.Prices.From.Minor(), ask)
	require.Equal(t, want.High, got.Prices.To.Minor(), ask)
	for i, c := range got.Items {
		w := want.Cards[i]
		require.Equal(t, w.Slug, c.Slug, ask)
		require.Equal(t, w.ID, c.ProductID.UUID())
		require.Equal(t, w.Title, c.Title)
		require.Equal(t, w.Minor, c.Price.Amount.Minor())
		require.Equal(t, w.Image.URL, c.Image.URL)
	}
	for _, f := range got.Facets {
		for _, v := range f.Values {
			if f.Attribute.Code == "colour" && ask.Colour != "" && !v.Chosen {
				continue // the floor does not count what another choice would bring
			}
			require.Equal(t, want.Facets[[2]string{f.Attribute.Code, v.Value}], v.Count, "%v %s", ask, v.Value)
		}
	}
}

func TestTheFloorShowsThePageOfTheEngine(t *testing.T) {
	t.Parallel()
	for _, backend := range []string{shop.Postgres, shop.SQLite} {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			s := dressed(t, backend)
			got, err := s.Catalog.ProductPage(t.Context(), shop.Slug(7), shop.Here())
			require.NoError(t, err)
			want, err := suite.FrontOf(s).Page(t.Context(), shop.Slug(7))
			require.NoError(t, err)
			require.Equal(t, want.ID, got.Product.ID.UUID())
			require.Equal(t, want.Description, got.Product.Description)
			require.Equal(t, want.Media[0].URL, got.Presentation.Media[0].URL)
			require.Len(t, got.Choices, len(want.Forms))
			for i, f := range want.Forms {
				require.Equal(t, f.SKU, got.Choices[i].Variant.SKU)
				require.Equal(t, f.Options[0].Value, got.Choices[i].Variant.Options[0].Value)
				require.Equal(t, f.Minor, got.Choices[i].Prices[0].Unit.Amount.Minor())
				require.Equal(t, catalog.AvailabilityOf(int(f.Available), int(f.Low)), got.Choices[i].Availability)
			}
			require.Len(t, want.Trail, 4)
			for i, k := range want.Trail {
				require.Equal(t, k.Slug, got.Trails[0][i].Slug)
			}
			require.Len(t, got.Says, len(want.Says))
			for i, q := range want.Says {
				require.Equal(t, q.Title, got.Says[i].Attribute.Title)
			}
			_, err = suite.FrontOf(s).Page(t.Context(), "no-such-thing")
			require.ErrorIs(t, err, floor.ErrNoPage)
		})
	}
}

func TestAPageOfTheShopTakesAtMostTwoTrips(t *testing.T) {
	t.Parallel()
	counts, err := suite.CountWindow(t.Context(), dressed(t, shop.Postgres))
	require.NoError(t, err)
	require.Len(t, counts, 3)
	for _, c := range counts {
		require.LessOrEqual(t, c.Trips, c.Most, c.Name)
	}
}
