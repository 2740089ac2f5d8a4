package catalogrows_test

import (
	"context"
	"fmt"
	"strings"
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

// lines returns the slugs of a tree, each with what it is under.
func lines(t *testing.T, sh shop) []string {
	t.Helper()
	tree, err := sh.Categories(t.Context())
	require.NoError(t, err)
	out := []string{}
	for _, k := range tree.Categories {
		var line strings.Builder
		for _, a := range tree.Trail(k.ID) {
			line.WriteString("/" + a.Slug)
		}
		out = append(out, line.String())
	}
	return out
}

func TestCategoriesAreATree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		require.Empty(t, lines(t, sh))
		home := sh.category(t, "home", catalog.CreateCategory{Position: 1})
		clothes := sh.category(t, "clothes", catalog.CreateCategory{Position: 1, Featured: true, Description: "Wear."})
		tops := sh.category(t, "tops", catalog.CreateCategory{Parent: clothes.ID, Position: 2})
		sh.category(t, "shoes", catalog.CreateCategory{Parent: clothes.ID, Position: 1})
		require.Equal(t, []string{"/clothes", "/clothes/shoes", "/clothes/tops", "/home"}, lines(t, sh))

		title, first := "Upper parts", -1
		sh.clock.Advance(time.Hour)
		tops, err := sh.UpdateCategory(t.Context(), tops.ID, catalog.UpdateCategory{Meta: op.Meta{IfVersion: 1}, Title: &title, Position: &first})
		require.NoError(t, err)
		tree, err := sh.Categories(t.Context())
		require.NoError(t, err)
		require.Equal(t, []catalog.Category{tops}, tree.Children(clothes.ID)[:1])
		require.Equal(t, noon().Add(time.Hour), tops.UpdatedAt)
		same, err := sh.UpdateCategory(t.Context(), tops.ID, catalog.UpdateCategory{Title: &title})
		require.NoError(t, err)
		require.Equal(t, tops, same, "nothing is different, nothing happens")

		moved, err := sh.MoveCategory(t.Context(), clothes.ID, catalog.MoveCategory{Parent: home.ID})
		require.NoError(t, err)
		require.Equal(t, 2, moved.Version)
		require.Equal(t, []string{"/home", "/home/clothes", "/home/clothes/tops", "/home/clothes/shoes"}, lines(t, sh))
		require.Equal(t, []string{
			"catalog.category_created v1", "catalog.category_created v1", "catalog.category_created v1", "catalog.category_created v1",
			"catalog.category_updated v2", "catalog.category_moved v2",
		}, sh.events(t))
	})
}

func TestNoMoveMakesARing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		a := sh.category(t, "a", catalog.CreateCategory{})
		b := sh.category(t, "b", catalog.CreateCategory{Parent: a.ID})
		c := sh.category(t, "c", catalog.CreateCategory{Parent: b.ID})
		other := sh.category(t, "other", catalog.CreateCategory{})
		for _, under := range []catalog.CategoryID{a.ID, b.ID, c.ID} {
			require.ErrorIs(t, second(sh.MoveCategory(t.Context(), a.ID, catalog.MoveCategory{Parent: under})), catalog.ErrRing)
		}
		// Two moves that know nothing of each other: a under other, other under a.
		err := sh.units.InTx(t.Context(), func(ctx context.Context, tt catalog.Tx) error {
			tree, err := tt.CategoryTree(ctx)
			if err != nil {
				return err
			}
			if tree.Version == 4 {
				require.NoError(t, second(sh.MoveCategory(t.Context(), a.ID, catalog.MoveCategory{Parent: other.ID})))
			}
			if err := tt.SwapCategoryTree(ctx, tree.Version); err != nil {
				return err
			}
			other.Parent, other.Version = a.ID, 2
			return tt.UpdateCategory(ctx, other)
		})
		require.Equal(t, "The category tree was changed meanwhile: expected version 4, found 5.", fault.Public(err))
		require.Equal(t, []string{"/other", "/other/a", "/other/a/b", "/other/a/b/c"}, lines(t, sh))
	})
}

func TestCategoriesHangNoDeeperThanTwelve(t *testing.T) {
	t.Parallel()
	sh := open(t, unittest.Memory(t).Shipper(), "shop")
	var deepest catalog.Category
	for i := range catalog.MaxDepth {
		deepest = sh.category(t, fmt.Sprint("c-", i), catalog.CreateCategory{Parent: deepest.ID})
	}
	_, err := sh.CreateCategory(t.Context(), catalog.CreateCategory{Slug: "more", Title: "x", Parent: deepest.ID})
	require.ErrorIs(t, err, catalog.ErrTooDeep)
	pair := sh.category(t, "pair", catalog.CreateCategory{})
	sh.category(t, "second", catalog.CreateCategory{Parent: pair.ID})
	eleventh := deepest.Parent
	require.ErrorIs(t, second(sh.MoveCategory(t.Context(), pair.ID, catalog.MoveCategory{Parent: eleventh})), catalog.ErrTooDeep)
	tree, err := sh.Categories(t.Context())
	require.NoError(t, err)
	require.Len(t, tree.Trail(deepest.ID), catalog.MaxDepth)
	tenth, ok := tree.Category(eleventh)
	require.True(t, ok)
	require.NoError(t, second(sh.MoveCategory(t.Context(), pair.ID, catalog.MoveCategory{Parent: tenth.Parent})))
}

func TestCategoriesAreGuarded(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		a, b := open(t, s, "a"), open(t, s, "b")
		foreign := a.category(t, "home", catalog.CreateCategory{})
		mine := b.category(t, "home", catalog.CreateCategory{})
		other := b.category(t, "other", catalog.CreateCategory{})
		title, slug, ctx := "new", "home", t.Context()
		for _, id := range []catalog.CategoryID{{}, catalog.CategoryIDFrom(uuid.UUID{15: 200}), foreign.ID} {
			require.ErrorIs(t, second(b.UpdateCategory(ctx, id, catalog.UpdateCategory{Title: &title})), catalog.ErrNoCategory)
			require.ErrorIs(t, second(b.MoveCategory(ctx, id, catalog.MoveCategory{})), catalog.ErrNoCategory)
			if !id.IsZero() {
				require.ErrorIs(t, second(b.MoveCategory(ctx, mine.ID, catalog.MoveCategory{Parent: id})), catalog.ErrNoCategory)
				require.ErrorIs(t, second(b.CreateCategory(ctx, catalog.CreateCategory{Slug: "x", Title: "x", Parent: id})), catalog.ErrNoCategory)
			}
		}
		require.ErrorIs(t, second(b.CreateCategory(ctx, catalog.CreateCategory{Slug: "home", Title: "x"})), catalog.ErrSlugTaken)
		require.ErrorIs(t, second(b.UpdateCategory(ctx, other.ID, catalog.UpdateCategory{Slug: &slug})), catalog.ErrSlugTaken)
		stale := op.Meta{IfVersion: 7}
		require.Equal(t, fault.StaleVersion, fault.CodeOf(second(b.UpdateCategory(ctx, mine.ID, catalog.UpdateCategory{Meta: stale, Title: &title}))))
		require.Equal(t, fault.StaleVersion, fault.CodeOf(second(b.MoveCategory(ctx, mine.ID, catalog.MoveCategory{Meta: stale, Parent: other.ID}))))
		err := b.units.InTx(ctx, func(ctx context.Context, tt catalog.Tx) error {
			mine.Version = 5
			return tt.UpdateCategory(ctx, mine)
		})
		require.Equal(t, "The category was changed meanwhile: expected version 4, found 1.", fault.Public(err))
		require.Equal(t, []string{"/home", "/other"}, lines(t, b))

		req := catalog.CreateCategory{Meta: op.Meta{Key: "k"}, Slug: "once", Title: "Once"}
		first, err := b.CreateCategory(ctx, req)
		require.NoError(t, err)
		again, err := b.CreateCategory(ctx, req)
		require.NoError(t, err)
		require.Equal(t, first, again)
	})
}

func TestAttributesAreDefinedOnceAndKeepTheirType(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		sh.define(t, qualities()...)
		sh.define(t, qualities()...)
		require.Len(t, sh.events(t), 4, "what is equal is not touched")
		long := qualities()[1]
		long.Title, long.Position = "Size", 9
		all, err := sh.DefineAttributes(t.Context(), catalog.DefineAttributes{Attributes: []catalog.Attribute{long}})
		require.NoError(t, err)
		stored, err := sh.Attributes(t.Context())
		require.NoError(t, err)
		require.Equal(t, stored, all)
		require.Equal(t, []int{1, 1, 1, 2}, []int{all[0].Version, all[1].Version, all[2].Version, all[3].Version})
		require.Equal(t, "Size", all[3].Title)
		require.Equal(t, "catalog.attribute_defined v2", sh.events(t)[4])

		other := long
		other.Scale = 2
		require.ErrorIs(t, second(sh.DefineAttributes(t.Context(), catalog.DefineAttributes{Attributes: []catalog.Attribute{other}})), catalog.ErrAttributeType)
		other = catalog.Attribute{Code: "length", Title: "x", Type: catalog.TextValue}
		require.ErrorIs(t, second(sh.DefineAttributes(t.Context(), catalog.DefineAttributes{Attributes: []catalog.Attribute{other}})), catalog.ErrAttributeType)
		for _, version := range []int{1, 2, 4} {
			long.Version = version
			err = sh.units.InTx(t.Context(), func(ctx context.Context, tt catalog.Tx) error {
				return tt.SaveAttributes(ctx, []catalog.Attribute{long})
			})
			require.ErrorIs(t, err, fault.Conflict)
		}
	})
}
