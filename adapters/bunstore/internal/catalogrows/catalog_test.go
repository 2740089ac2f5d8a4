package catalogrows_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/catalogrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
)

func TestAProductIsReadBackAsItWasCreated(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		p := sh.create(t, tee())
		byID, err := sh.Product(t.Context(), p.ID)
		require.NoError(t, err)
		require.Equal(t, p, byID)
		require.Equal(t, catalog.Active, byID.Status())
		bySlug, err := sh.ProductBySlug(t.Context(), "tee")
		require.NoError(t, err)
		require.Equal(t, p, bySlug)
		vs, err := sh.Variants(t.Context(), "TEE-L", "NONE")
		require.NoError(t, err)
		require.Equal(t, map[string]catalog.Variant{"TEE-L": p.Variants[1]}, vs)
		require.Equal(t, []string{"catalog.product_created v1", "catalog.prices_changed v1"}, sh.events(t))

		bare := sh.create(t, catalog.NewProduct{Slug: "bare", Title: "Bare"})
		again, err := sh.Product(t.Context(), bare.ID)
		require.NoError(t, err)
		require.Equal(t, bare, again)
		require.Equal(t, catalog.Draft, again.Status())
	})
}

func TestSlugsAndSKUsAreUnique(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		p := sh.create(t, tee())
		before := sh.events(t)
		same := tee()
		same.Variants = nil
		require.ErrorIs(t, second(sh.CreateProduct(t.Context(), catalog.CreateProduct{NewProduct: same})), catalog.ErrSlugTaken)
		other := tee()
		other.Slug = "other"
		require.ErrorIs(t, second(sh.CreateProduct(t.Context(), catalog.CreateProduct{NewProduct: other})), catalog.ErrSKUTaken)
		third := sh.create(t, catalog.NewProduct{Slug: "third", Title: "Third"})
		slug := "tee"
		require.ErrorIs(t, second(sh.UpdateProduct(t.Context(), third.ID, catalog.UpdateProduct{Slug: &slug})), catalog.ErrSlugTaken)
		add := catalog.AddVariants{Variants: []catalog.NewVariant{{SKU: "NEW"}, {SKU: "TEE-M"}}}
		require.ErrorIs(t, second(sh.AddVariants(t.Context(), third.ID, add)), catalog.ErrSKUTaken)
		err := second(sh.CreateProducts(t.Context(), catalog.CreateProducts{Products: []catalog.NewProduct{other}}))
		require.ErrorIs(t, err, catalog.ErrSKUTaken)
		require.Equal(t, "Another variant has the SKU TEE-M.", fault.Public(err))

		unchanged, err := sh.Product(t.Context(), p.ID)
		require.NoError(t, err)
		require.Equal(t, p, unchanged)
		unchanged, err = sh.Product(t.Context(), third.ID)
		require.NoError(t, err)
		require.Equal(t, third, unchanged)
		require.Len(t, sh.events(t), len(before)+1)
	})
}

func TestChangesCountTheVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		p := sh.create(t, tee())
		sh.clock.Advance(time.Hour)
		title := "Tee"
		now, err := sh.UpdateProduct(t.Context(), p.ID, catalog.UpdateProduct{Meta: op.Meta{IfVersion: 1}, Title: &title, Metadata: map[string]string{}})
		require.NoError(t, err)
		require.Equal(t, 2, now.Version)
		require.Equal(t, noon().Add(time.Hour), now.UpdatedAt)
		now, err = sh.AddVariants(t.Context(), p.ID, catalog.AddVariants{Variants: []catalog.NewVariant{{SKU: "TEE-S", Prices: []catalog.Price{{Unit: eur(15_00)}}}}})
		require.NoError(t, err)
		require.Len(t, now.Variants, 3)
		same, err := sh.UpdateProduct(t.Context(), p.ID, catalog.UpdateProduct{Title: &title})
		require.NoError(t, err)
		require.Equal(t, 3, same.Version, "nothing is different, nothing happens")
		stored, err := sh.Product(t.Context(), p.ID)
		require.NoError(t, err)
		now.Metadata = nil // an empty map is kept as none
		require.Equal(t, now, stored)

		stale := op.Meta{IfVersion: 2}
		for verb, err := range map[string]error{
			"update":  second(sh.UpdateProduct(t.Context(), p.ID, catalog.UpdateProduct{Meta: stale, Title: &p.Slug})),
			"archive": second(sh.Archive(t.Context(), p.ID, catalog.Archive{Meta: stale})),
			"add":     second(sh.AddVariants(t.Context(), p.ID, catalog.AddVariants{Meta: stale, Variants: []catalog.NewVariant{{SKU: "X"}}})),
			"prices":  second(sh.SetPrices(t.Context(), catalog.SetPrices{Meta: stale, Set: []catalog.Price{{SKU: "TEE-M", Unit: eur(1)}}})),
		} {
			require.ErrorIs(t, err, fault.Conflict, verb)
			require.Equal(t, fault.StaleVersion, fault.CodeOf(err), verb)
		}
		after, err := sh.Product(t.Context(), p.ID)
		require.NoError(t, err)
		require.Equal(t, stored, after)
		require.Equal(t, []string{
			"catalog.product_created v1", "catalog.prices_changed v1", "catalog.product_updated v2", "catalog.product_updated v3", "catalog.prices_changed v3",
		}, sh.events(t))
	})
}

func TestOfTwoWritersOneWins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		p := sh.create(t, tee())
		const writers = 8
		errs := make([]error, writers)
		var wg sync.WaitGroup
		for i := range writers {
			title := fmt.Sprint("title ", i)
			wg.Go(func() {
				_, errs[i] = sh.UpdateProduct(t.Context(), p.ID, catalog.UpdateProduct{Meta: op.Meta{IfVersion: 1}, Title: &title})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			require.ErrorIs(t, err, fault.Conflict)
			require.Equal(t, "The product was changed meanwhile: expected version 1, found 2.", fault.Public(err))
		}
		require.Equal(t, 1, won)
		now, err := sh.Product(t.Context(), p.ID)
		require.NoError(t, err)
		require.Equal(t, 2, now.Version)
	})
}

func TestGuardsHoldWhateverWasRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		p := sh.create(t, tee())
		other := sh.create(t, catalog.NewProduct{Slug: "cap", Title: "Cap"})
		title := "quicker"
		err := sh.units.InTx(t.Context(), func(ctx context.Context, tt catalog.Tx) error {
			was, err := tt.Product(ctx, p.ID)
			if err != nil {
				return err
			}
			if _, err := sh.UpdateProduct(t.Context(), p.ID, catalog.UpdateProduct{Title: &title}); err != nil {
				return err
			}
			was.Title, was.Version = "slower", was.Version+1
			return tt.UpdateProduct(ctx, was)
		})
		require.Equal(t, "The product was changed meanwhile: expected version 1, found 2.", fault.Public(err))
		v := p.Variants[0]
		v.ProductID, v.Title = other.ID, "stolen"
		err = sh.units.InTx(t.Context(), func(ctx context.Context, tt catalog.Tx) error {
			return tt.UpdateVariants(ctx, []catalog.Variant{v})
		})
		require.ErrorIs(t, err, catalog.ErrSKUTaken)
		err = sh.units.InTx(t.Context(), func(ctx context.Context, tt catalog.Tx) error {
			return tt.SavePrices(ctx, []catalog.Price{{SKU: "NONE", MinQuantity: 1, Unit: eur(1)}})
		})
		require.ErrorIs(t, err, catalog.ErrNoSKU)
		now, err := sh.Product(t.Context(), p.ID)
		require.NoError(t, err)
		require.Equal(t, title, now.Title)
		require.Equal(t, p.Variants, now.Variants)
	})
}

func TestEveryMoveIsThatOfTheTable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		verbs := map[catalog.Trigger]func(catalog.ID) (catalog.Product, error){
			catalog.DoPublish:  func(id catalog.ID) (catalog.Product, error) { return sh.Publish(t.Context(), id, catalog.Publish{}) },
			catalog.DoWithdraw: func(id catalog.ID) (catalog.Product, error) { return sh.Withdraw(t.Context(), id, catalog.Withdraw{}) },
			catalog.DoArchive:  func(id catalog.ID) (catalog.Product, error) { return sh.Archive(t.Context(), id, catalog.Archive{}) },
		}
		paths := map[catalog.Status][]catalog.Trigger{catalog.Draft: nil, catalog.Active: {catalog.DoPublish}, catalog.Archived: {catalog.DoArchive}}
		require.Len(t, paths, len(catalog.Moves().States()))
		for from, path := range paths {
			for trigger, verb := range verbs {
				p := sh.create(t, catalog.NewProduct{Slug: string(from) + "-" + string(trigger), Title: "x"})
				for _, by := range path {
					require.NoError(t, second(verbs[by](p.ID)))
				}
				was, err := sh.Product(t.Context(), p.ID)
				require.NoError(t, err)
				require.Equal(t, from, was.Status())
				got, err := verb(p.ID)
				now, readErr := sh.Product(t.Context(), p.ID)
				require.NoError(t, readErr)
				to, forbidden := catalog.Moves().Next(from, trigger)
				if forbidden != nil {
					var f *lifecycle.Forbidden
					require.ErrorAs(t, err, &f)
					require.Equal(t, was, now)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, got, now)
				require.Equal(t, to, now.Status())
				require.Equal(t, was.Version+1, now.Version)
			}
		}
	})
}

func TestUnknownAndForeignProductsAreNotThere(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		a, b := open(t, s, "a"), open(t, s, "b")
		foreign := a.create(t, tee())
		title := "mine"
		for _, id := range []catalog.ID{{}, catalog.IDFrom(uuid.UUID{15: 200}), foreign.ID} {
			for verb, err := range map[string]error{
				"read":     second(b.Product(t.Context(), id)),
				"update":   second(b.UpdateProduct(t.Context(), id, catalog.UpdateProduct{Title: &title})),
				"publish":  second(b.Publish(t.Context(), id, catalog.Publish{})),
				"withdraw": second(b.Withdraw(t.Context(), id, catalog.Withdraw{})),
				"archive":  second(b.Archive(t.Context(), id, catalog.Archive{})),
				"add":      second(b.AddVariants(t.Context(), id, catalog.AddVariants{Variants: []catalog.NewVariant{{SKU: "X"}}})),
			} {
				require.Equal(t, catalog.ErrNoProduct, fault.Of(err), verb)
			}
		}
		require.ErrorIs(t, second(b.ProductBySlug(t.Context(), "tee")), catalog.ErrNoProduct)
		require.ErrorIs(t, second(b.SetPrices(t.Context(), catalog.SetPrices{Set: []catalog.Price{{SKU: "TEE-M", Unit: eur(1)}}})), catalog.ErrNoSKU)
		offers, err := b.Offers(t.Context(), money.EUR(0).Currency(), "TEE-M")
		require.NoError(t, err)
		require.Empty(t, offers)

		mine := b.create(t, tee())
		_, err = b.SetPrices(t.Context(), catalog.SetPrices{Set: []catalog.Price{{SKU: "TEE-M", Unit: eur(1)}}})
		require.NoError(t, err)
		require.NoError(t, second(b.Archive(t.Context(), mine.ID, catalog.Archive{})))
		unchanged, err := a.Product(t.Context(), foreign.ID)
		require.NoError(t, err)
		require.Equal(t, foreign, unchanged)
		offers, err = a.Offers(t.Context(), money.EUR(0).Currency(), "TEE-M")
		require.NoError(t, err)
		require.Equal(t, eur(16_00), offers["TEE-M"].Prices[2].Unit)
		require.Equal(t, eur(19_99), offers["TEE-M"].Prices[0].Unit)
	})
}

func TestOffersTellWhatASellerHasToKnow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		p := sh.create(t, tee())
		offers, err := sh.Offers(t.Context(), money.EUR(0).Currency(), "TEE-M", "TEE-L", "NONE")
		require.NoError(t, err)
		require.Equal(t, catalog.Offers{
			"TEE-L": {Variant: p.Variants[1], Title: "T-shirt", Status: catalog.Active, TaxCategory: "clothing", Version: 1},
			"TEE-M": {
				Variant: p.Variants[0], Title: "T-shirt", Status: catalog.Active, TaxCategory: "clothing", Version: 1,
				Prices: []catalog.Price{
					{SKU: "TEE-M", MinQuantity: 1, Unit: eur(19_99)},
					{SKU: "TEE-M", MinQuantity: 10, Unit: eur(17_50)},
					{SKU: "TEE-M", MinQuantity: 1, Group: "trade", Unit: eur(16_00)},
				},
			},
		}, offers)
		best, ok := offers["TEE-M"].Price(market.Context{Currency: money.EUR(0).Currency()}, 12)
		require.True(t, ok)
		require.Equal(t, eur(17_50), best.Unit)
		_, ok = offers["TEE-L"].Price(market.Context{Currency: money.EUR(0).Currency()}, 12)
		require.False(t, ok)
	})
}

const insertCart = `INSERT INTO kontor_cart (tenant, id, version, status, channel, market, currency, country, locale, buyer_groups, buyer_kind,
 buyer_id, email, codes, ship_to, bill_to, shipping_method, order_id, last_line, metadata, created_at, updated_at)
VALUES ($1, $2, 1, 'open', '', '', 'USD', '', '', '', '', '', '', '', '', '', '', '', 9, '', 1, 1)`

func TestOffersOfACartAreInItsCurrency(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(t, s, "shop")
		p := sh.create(t, tee())
		cart := uuid.UUID{15: 9}
		err := s.Run(t.Context(), "shop", func(ctx context.Context, u *unit.Unit) error {
			err := u.Write(ctx, unit.Write{Rank: unit.RankCart, Key: "1", Text: insertCart, Args: []any{"shop", cart}})
			for i, sku := range []string{"TEE-M", "TEE-M", "NONE"} {
				if err == nil {
					err = u.Write(ctx, unit.Write{
						Rank: unit.RankCart, Key: fmt.Sprint(2, i), Args: []any{"shop", cart, i + 1, sku},
						Text: "INSERT INTO kontor_cart_line (tenant, cart, n, sku, quantity, metadata) VALUES ($1, $2, $3, $4, 1, '')",
					})
				}
			}
			return err
		})
		require.NoError(t, err)
		offers := catalog.Offers{}
		require.NoError(t, sh.view.Read(t.Context(), catalogrows.SelectOffersOfCart("shop", cart, offers)))
		require.Equal(t, catalog.Offers{"TEE-M": {
			Variant: p.Variants[0], Title: "T-shirt", Status: catalog.Active, TaxCategory: "clothing", Version: 1,
			Prices: []catalog.Price{{SKU: "TEE-M", MinQuantity: 1, Unit: money.Each(money.USD(25_00))}},
		}}, offers)
		offers = catalog.Offers{}
		require.NoError(t, sh.view.Read(t.Context(), catalogrows.SelectOffersOfCart("other", cart, offers)))
		require.Empty(t, offers)
	})
}

func TestPricesAreSetReplacedAndDropped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		first := sh.create(t, tee())
		cap1 := sh.create(t, catalog.NewProduct{Slug: "cap", Title: "Cap", Variants: []catalog.NewVariant{{SKU: "CAP", Prices: []catalog.Price{{Unit: eur(9_00)}}}}})
		before := len(sh.events(t))
		changed, err := sh.SetPrices(t.Context(), catalog.SetPrices{
			Set: []catalog.Price{
				{SKU: "TEE-M", Unit: eur(18_00)},
				{SKU: "TEE-L", Unit: money.Price{Amount: money.EUR(1_25), Per: 100}},
				{SKU: "CAP", Unit: eur(9_00)}, // as it is
			},
			Drop: []catalog.Price{{SKU: "TEE-M", Group: "trade", Unit: eur(0)}, {SKU: "TEE-M", Group: "press", Unit: eur(0)}},
		})
		require.NoError(t, err)
		require.Len(t, changed, 1)
		require.Equal(t, first.ID, changed[0].ID)
		require.Equal(t, 2, changed[0].Version)
		require.Equal(t, []string{"catalog.prices_changed v2"}, sh.events(t)[before:])
		offers, err := sh.Offers(t.Context(), money.EUR(0).Currency(), "TEE-M", "TEE-L", "CAP")
		require.NoError(t, err)
		require.Equal(t, []catalog.Price{
			{SKU: "TEE-M", MinQuantity: 1, Unit: eur(18_00)}, {SKU: "TEE-M", MinQuantity: 10, Unit: eur(17_50)},
		}, offers["TEE-M"].Prices)
		require.Equal(t, "1.25 EUR per 100", offers["TEE-L"].Prices[0].Unit.String())
		require.Equal(t, cap1.Version, offers["CAP"].Version)

		_, err = sh.SetPrices(t.Context(), catalog.SetPrices{Set: []catalog.Price{{SKU: "CAP", Unit: eur(1)}, {SKU: "NONE", Unit: eur(1)}}})
		require.ErrorIs(t, err, catalog.ErrNoSKU)
		require.Equal(t, "There is no SKU NONE.", fault.Public(err))
		_, err = sh.SetPrices(t.Context(), catalog.SetPrices{Meta: op.Meta{IfVersion: 1}, Set: []catalog.Price{{SKU: "CAP", Unit: eur(1)}, {SKU: "TEE-M", Unit: eur(1)}}})
		require.ErrorIs(t, err, fault.Invalid)
		offers, err = sh.Offers(t.Context(), money.EUR(0).Currency(), "CAP")
		require.NoError(t, err)
		require.Equal(t, eur(9_00), offers["CAP"].Prices[0].Unit, "all or nothing")
	})
}

func TestABatchMayBeRepeated(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		batch := []catalog.NewProduct{tee(), {Slug: "cap", Title: "Cap", Variants: []catalog.NewVariant{{SKU: "CAP"}}}}
		load := func() catalog.Imported {
			out, err := sh.CreateProducts(t.Context(), catalog.CreateProducts{Products: batch})
			require.NoError(t, err)
			return out
		}
		require.Equal(t, catalog.Imported{Created: 2}, load())
		events := sh.events(t)
		require.Equal(t, catalog.Imported{Unchanged: 2}, load())
		require.Equal(t, events, sh.events(t), "what is equal is not touched")

		was, err := sh.ProductBySlug(t.Context(), "tee")
		require.NoError(t, err)
		batch[0].Title = "Tee"
		batch[0].Variants[1].Title = "Large"
		batch[0].Variants[0].Prices[0].Unit = eur(18_00)
		batch[0].Variants = append(batch[0].Variants, catalog.NewVariant{SKU: "TEE-S"})
		require.Equal(t, catalog.Imported{Updated: 1, Unchanged: 1}, load())
		now, err := sh.ProductBySlug(t.Context(), "tee")
		require.NoError(t, err)
		require.Equal(t, was.ID, now.ID)
		require.Equal(t, "Tee", now.Title)
		require.Equal(t, 2, now.Version)
		require.Equal(t, was.Variants[0], now.Variants[0])
		require.Equal(t, was.Variants[1].ID, now.Variants[1].ID)
		require.Equal(t, "Large", now.Variants[1].Title)
		require.Equal(t, "TEE-S", now.Variants[2].SKU)
		offers, err := sh.Offers(t.Context(), money.EUR(0).Currency(), "TEE-M")
		require.NoError(t, err)
		require.Equal(t, eur(18_00), offers["TEE-M"].Prices[0].Unit)
		require.Len(t, offers["TEE-M"].Prices, 3)

		require.NoError(t, second(sh.Archive(t.Context(), now.ID, catalog.Archive{})))
		before := sh.events(t)
		_, err = sh.CreateProducts(t.Context(), catalog.CreateProducts{Products: append([]catalog.NewProduct{{Slug: "new", Title: "New"}}, batch...)})
		var f *lifecycle.Forbidden
		require.ErrorAs(t, err, &f)
		require.ErrorIs(t, second(sh.ProductBySlug(t.Context(), "new")), catalog.ErrNoProduct, "all or nothing")
		require.Equal(t, before, sh.events(t))
	})
}

func TestALargeBatchIsOneUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ns := make([]catalog.NewProduct, catalog.MaxBatch)
		for i := range ns {
			sku := fmt.Sprintf("SKU-%03d", i)
			ns[i] = catalog.NewProduct{
				Slug: fmt.Sprintf("p-%03d", i), Title: "x",
				Variants: []catalog.NewVariant{{SKU: sku, Prices: []catalog.Price{{Unit: eur(100)}}}},
			}
		}
		out, err := sh.CreateProducts(t.Context(), catalog.CreateProducts{Products: ns})
		require.NoError(t, err)
		require.Equal(t, catalog.Imported{Created: catalog.MaxBatch}, out)
	})
}

func TestAKeyMakesACreationHappenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		req := catalog.CreateProduct{Meta: op.Meta{Key: "k"}, NewProduct: tee()}
		first, err := sh.CreateProduct(t.Context(), req)
		require.NoError(t, err)
		again, err := sh.CreateProduct(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, first, again)
		req.Title = "other"
		require.ErrorIs(t, second(sh.CreateProduct(t.Context(), req)), op.ErrMismatch)
	})
}

func TestNothingOfARefusedUnitRemains(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		boom := fault.New(fault.Denied, "boom", "No.")
		err := sh.units.InTx(t.Context(), func(ctx context.Context, tt catalog.Tx) error {
			p, err := sh.CreateProductTx(ctx, tt, catalog.CreateProduct{NewProduct: tee()})
			if err != nil {
				return err
			}
			if _, err := sh.WithdrawTx(ctx, tt, p.ID, catalog.Withdraw{}); err != nil { // reads what was written
				return err
			}
			return boom
		})
		require.ErrorIs(t, err, boom)
		require.ErrorIs(t, second(sh.ProductBySlug(t.Context(), "tee")), catalog.ErrNoProduct)
		require.Empty(t, sh.events(t))
	})
}

func TestPagesAreNewestFirstAndWhole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		var want []string
		for i := range 7 {
			n := catalog.NewProduct{Slug: fmt.Sprint("p-", i), Title: "x", Publish: i%2 == 0, Variants: []catalog.NewVariant{{SKU: fmt.Sprint("S", i)}}}
			sh.create(t, n)
			want = append([]string{n.Slug}, want...)
		}
		walk := func(status catalog.Status) []string {
			var got []string
			req := catalog.List{Request: page.Request{Limit: 3}, Status: status}
			for {
				out, err := sh.Products(t.Context(), req)
				require.NoError(t, err)
				for _, p := range out.Items {
					got = append(got, p.Slug)
					require.Len(t, p.Variants, 1)
				}
				if req.Cursor = out.Next; out.Next == "" {
					return got
				}
			}
		}
		require.Equal(t, want, walk(""))
		require.Equal(t, []string{"p-6", "p-4", "p-2", "p-0"}, walk(catalog.Active))
		require.Empty(t, walk(catalog.Archived))
		first, err := sh.Products(t.Context(), catalog.List{Request: page.Request{Limit: 3}})
		require.NoError(t, err)
		_, err = sh.Products(t.Context(), catalog.List{Request: page.Request{Limit: 3, Cursor: first.Next}, Status: catalog.Active})
		require.ErrorIs(t, err, fault.Invalid, "a cursor of another list")
	})
}
