package cartrows_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/cartrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/kernel/tx"
)

// txn is all that carts need of a unit.
type txn struct {
	cartrows.CartTx
	oprows.OperationTx
	eventrows.EventTx
}

var _ cart.Tx = txn{}

//nolint:ireturn // what units of the room are narrowed to
func wrap(u *unit.Unit) cart.Tx {
	return txn{
		CartTx:      cartrows.CartTx{CartReader: cartrows.CartReader{Q: u}, U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
	}
}

type room struct {
	*cart.Service
	s      *unit.Shipper
	tenant string
	units  tx.Runner[cart.Tx]
	clock  *clock.Manual
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC) }

func open(s *unit.Shipper, tenant string, catalog cart.Catalog) room {
	c := clock.NewManual(noon())
	units := unittest.Runner(s, tenant, wrap)
	return room{
		Service: cart.NewService(cart.Deps{
			Units: units, Reader: cartrows.CartReader{Q: s.View(tenant)}, Clock: c, NewID: id.V7, Catalog: catalog,
		}),
		s: s, tenant: tenant, units: units, clock: c,
	}
}

// anything is a catalogue in which everything is sold.
func anything() cart.CatalogFunc {
	return cart.CatalogFunc(func(context.Context, string) (bool, error) { return true, nil })
}

func here() market.Context {
	return market.Context{Channel: "web", Market: "dach", Currency: money.EUR(0).Currency(), Country: "DE", Locale: "de-DE", Groups: []string{"b2b", "vip"}}
}

func buyer() op.Actor { return op.Actor{Kind: op.Buyer, ID: "u-1"} }

func address() *postal.Address {
	return &postal.Address{Name: "Ada Löwe", Lines: []string{"Hauptstr. 1"}, City: "Berlin", Postcode: "10115", Country: "DE"}
}

// events returns the names of the events about a cart, in their order.
func (s room) events(t *testing.T, c cart.ID) []string {
	t.Helper()
	var out []string
	err := s.s.View(s.tenant).Read(t.Context(), unit.Query{
		Text: "SELECT name, version, actor FROM kontor_event WHERE tenant = $1 AND subject = $2 ORDER BY seq",
		Args: []any{s.tenant, c.String()},
		Row: func(r unit.Row) error {
			var name, actor string
			var version int
			err := r.Scan(&name, &version, &actor)
			out = append(out, fmt.Sprintf("%s %d %s", name, version, actor))
			return err
		},
	})
	require.NoError(t, err)
	return out
}

func TestACartReadsBackEqualAfterEveryVerb(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		ctx := t.Context()
		by := op.Meta{By: buyer()}
		c, err := shop.Create(ctx, cart.Create{Meta: by, Market: here(), Email: "ada@example.com", Metadata: map[string]string{"note": "a\nb <c>"}})
		require.NoError(t, err)
		want := c
		require.Equal(t, cart.StatusOpen, c.Status())
		require.Equal(t, buyer(), c.Buyer)

		step := func(version int, got cart.Cart, err error) {
			t.Helper()
			require.NoError(t, err)
			require.Equal(t, version, got.Version)
			require.Equal(t, shop.clock.Now(), got.UpdatedAt)
			stored, err := shop.Cart(ctx, c.ID)
			require.NoError(t, err)
			require.Equal(t, got, stored)
			want = got
			shop.clock.Advance(time.Second)
		}
		step(1, c, nil)
		got, err := shop.Add(ctx, c.ID, cart.Add{Meta: by, SKU: "TEE-M", Quantity: 2})
		step(2, got, err)
		got, err = shop.Add(ctx, c.ID, cart.Add{Meta: by, SKU: "MUG", Quantity: 1, Metadata: map[string]string{"engraving": "Ada"}})
		step(3, got, err)
		got, err = shop.Add(ctx, c.ID, cart.Add{Meta: by, SKU: "MUG", Quantity: 1})
		step(4, got, err)
		got, err = shop.Add(ctx, c.ID, cart.Add{Meta: by, SKU: "MUG", Quantity: 4, Metadata: map[string]string{"engraving": "Ada"}})
		step(5, got, err)
		require.Equal(t, []cart.Line{
			{N: 1, SKU: "TEE-M", Quantity: 2}, {N: 2, SKU: "MUG", Quantity: 5, Metadata: map[string]string{"engraving": "Ada"}}, {N: 3, SKU: "MUG", Quantity: 1},
		}, want.Lines)
		got, err = shop.SetQuantity(ctx, c.ID, cart.SetQuantity{Meta: by, Line: 2, Quantity: 7})
		step(6, got, err)
		got, err = shop.Remove(ctx, c.ID, cart.Remove{Meta: by, Line: 3})
		step(7, got, err)
		got, err = shop.Add(ctx, c.ID, cart.Add{Meta: by, SKU: "PEN", Quantity: 99_999})
		step(8, got, err)
		require.Equal(t, 4, got.Lines[2].N, "the number of a removed line is not given again")
		got, err = shop.ApplyCode(ctx, c.ID, cart.ApplyCode{Meta: by, Code: " spring10"})
		step(9, got, err)
		got, err = shop.SetAddresses(ctx, c.ID, cart.SetAddresses{Meta: by, Email: "ada@example.org", ShipTo: address()})
		step(10, got, err)
		got, err = shop.SetShipping(ctx, c.ID, cart.SetShipping{Meta: by, Method: "standard"})
		step(11, got, err)
		got, err = shop.RemoveCode(ctx, c.ID, cart.RemoveCode{Meta: by, Code: "Spring10"})
		step(12, got, err)
		got, err = shop.Abandon(ctx, c.ID, cart.Abandon{Meta: by})
		step(13, got, err)
		require.Equal(t, cart.StatusAbandoned, got.Status())
		got, err = shop.Remove(ctx, c.ID, cart.Remove{Meta: by, Line: 1})
		step(14, got, err)
		require.Equal(t, cart.StatusOpen, got.Status())
		require.Equal(t, []string{
			"cart.created 1 buyer:u-1", "cart.line_added 2 buyer:u-1", "cart.line_added 3 buyer:u-1", "cart.line_added 4 buyer:u-1",
			"cart.line_added 5 buyer:u-1", "cart.line_changed 6 buyer:u-1", "cart.line_removed 7 buyer:u-1", "cart.line_added 8 buyer:u-1",
			"cart.code_applied 9 buyer:u-1", "cart.addresses_set 10 buyer:u-1", "cart.shipping_set 11 buyer:u-1", "cart.code_removed 12 buyer:u-1",
			"cart.abandoned 13 buyer:u-1", "cart.reopened 14 buyer:u-1", "cart.line_removed 14 buyer:u-1",
		}, shop.events(t, c.ID))
	})
}

func TestChangesThatChangeNothingWriteNothing(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		c, err := shop.Create(t.Context(), cart.Create{Market: here(), Email: "ada@example.com"})
		require.NoError(t, err)
		c, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "A", Quantity: 2})
		require.NoError(t, err)
		before := shop.events(t, c.ID)
		for name, change := range map[string]func() (cart.Cart, error){
			"quantity": func() (cart.Cart, error) {
				return shop.SetQuantity(t.Context(), c.ID, cart.SetQuantity{Line: 1, Quantity: 2})
			},
			"code": func() (cart.Cart, error) {
				return shop.RemoveCode(t.Context(), c.ID, cart.RemoveCode{Code: "NONE"})
			},
			"email": func() (cart.Cart, error) {
				return shop.SetAddresses(t.Context(), c.ID, cart.SetAddresses{Email: "ada@example.com"})
			},
			"shipping": func() (cart.Cart, error) { return shop.SetShipping(t.Context(), c.ID, cart.SetShipping{}) },
		} {
			got, err := change()
			require.NoError(t, err, name)
			require.Equal(t, c, got, name)
		}
		require.Equal(t, before, shop.events(t, c.ID))
	})
}

func TestTheCatalogueOfTheStoreIsAskedInTheSameTrip(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sell(t, s, "shop", "TEE-M")
		shop := open(s, "shop", nil)
		c, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		c, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "TEE-M", Quantity: 1})
		require.NoError(t, err)
		_, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "TEE-X", Quantity: 1})
		var unknown *cart.UnknownSKU
		require.ErrorAs(t, err, &unknown)
		require.Equal(t, "TEE-X", unknown.SKU)
		require.ErrorIs(t, err, fault.NotFound)
		require.Equal(t, "sku", fault.FieldsOf(err)[0].Path)
		stored, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, c, stored)

		other := open(s, "other", nil)
		d, err := other.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		_, err = other.Add(t.Context(), d.ID, cart.Add{SKU: "TEE-M", Quantity: 1})
		require.ErrorAs(t, err, &unknown, "another tenant does not sell it")
	})
}

// sell puts a SKU into the catalogue.
func sell(t *testing.T, s *unit.Shipper, tenant, sku string) {
	t.Helper()
	require.NoError(t, s.Run(t.Context(), tenant, func(ctx context.Context, u *unit.Unit) error {
		product, variant := id.V7(), id.V7()
		if err := u.Write(ctx, unit.Write{
			Text: `INSERT INTO kontor_product (tenant, id, slug, title, description, status, tax_category, metadata, version, created_at, updated_at)
VALUES ($1, $2, $3, 'T', '', 'active', '', '', 1, 0, 0)`, Args: []any{tenant, product, "p-" + sku},
		}); err != nil {
			return err
		}
		return u.Write(ctx, unit.Write{
			Text: "INSERT INTO kontor_variant (tenant, product, id, sku, title, options, weight) VALUES ($1, $2, $3, $4, '', '', 0)",
			Args: []any{tenant, product, variant, sku},
		})
	}))
}

func TestAHostsCatalogueIsAskedInstead(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		down := errors.New("no answer")
		shop := open(s, "shop", cart.CatalogFunc(func(_ context.Context, sku string) (bool, error) {
			if sku == "DOWN" {
				return false, down
			}
			return sku == "TEE-M", nil
		}))
		c, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		_, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "TEE-M", Quantity: 1})
		require.NoError(t, err)
		_, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "MUG", Quantity: 1})
		require.ErrorIs(t, err, fault.NotFound)
		_, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "DOWN", Quantity: 1})
		require.ErrorIs(t, err, down)
	})
}

func TestOfTwoWritersOneWins(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		c, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		c, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "A", Quantity: 1})
		require.NoError(t, err)
		const writers = 8
		var wg sync.WaitGroup
		errs := make([]error, writers)
		for i := range writers {
			wg.Go(func() {
				_, errs[i] = shop.Add(t.Context(), c.ID, cart.Add{Meta: op.Meta{IfVersion: c.Version}, SKU: "A", Quantity: 1})
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
			require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
		}
		require.Equal(t, 1, won)
		got, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, c.Version+1, got.Version)
		require.Equal(t, 2, got.Lines[0].Quantity)
	})
}

// Two changes that were decided on the same version: the second is shipped
// after the first has committed, and must not happen.
func TestAStaleDecisionIsNotWritten(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		c, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		err = shop.units.InTx(t.Context(), func(ctx context.Context, u cart.Tx) error {
			if _, err := shop.AddTx(ctx, u, c.ID, cart.Add{SKU: "LATE", Quantity: 1}); err != nil {
				return err
			}
			// Another process is faster than the end of this unit.
			_, err := shop.Add(context.WithoutCancel(t.Context()), c.ID, cart.Add{SKU: "FIRST", Quantity: 1})
			return err
		})
		require.ErrorIs(t, err, fault.Conflict)
		require.ErrorContains(t, err, "expected version 1, found 2")
		got, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, []cart.Line{{N: 1, SKU: "FIRST", Quantity: 1}}, got.Lines)
		require.Equal(t, []string{"cart.created 1 anyone", "cart.line_added 2 anyone"}, shop.events(t, c.ID))
	})
}

func TestAPlacedCartIsFrozen(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		c, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		c, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "A", Quantity: 1})
		require.NoError(t, err)
		freeze := func(version int, order string) error {
			return shop.units.InTx(t.Context(), func(ctx context.Context, t cart.Tx) error {
				return t.FreezeCart(ctx, c.ID, version, order)
			})
		}
		require.ErrorIs(t, freeze(c.Version-1, "or_1"), fault.Stale("cart", 0, 0))
		require.NoError(t, freeze(c.Version, "or_1"))
		want, err := c.Freeze("or_1", c.UpdatedAt)
		require.NoError(t, err)
		stored, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, want, stored)

		require.ErrorIs(t, freeze(c.Version+1, "or_2"), cart.ErrPlaced)
		for name, change := range verbs(shop, c.ID, op.Meta{}) {
			_, err := change()
			require.ErrorIs(t, err, cart.ErrPlaced, name)
			require.Equal(t, "cart_placed", fault.CodeOf(err), name)
		}
		// A writer that read the cart before it was placed does not get through.
		err = shop.units.InTx(t.Context(), func(ctx context.Context, t cart.Tx) error {
			now := c
			now.Version++
			now.Lines = nil
			return t.UpdateCart(ctx, c, now)
		})
		require.ErrorIs(t, err, cart.ErrPlaced)
		// Nor does one that means to change the order.
		err = shop.units.InTx(t.Context(), func(ctx context.Context, t cart.Tx) error {
			now := stored
			now.Version++
			now.Lines = nil
			return t.UpdateCart(ctx, stored, now)
		})
		require.ErrorIs(t, err, cart.ErrPlaced)
		again, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, stored, again)
	})
}

// verbs are valid calls of every verb that changes a cart with a line 1.
func verbs(s room, c cart.ID, m op.Meta) map[string]func() (cart.Cart, error) {
	ctx := context.Background()
	return map[string]func() (cart.Cart, error){
		"add": func() (cart.Cart, error) { return s.Add(ctx, c, cart.Add{Meta: m, SKU: "B", Quantity: 1}) },
		"set quantity": func() (cart.Cart, error) {
			return s.SetQuantity(ctx, c, cart.SetQuantity{Meta: m, Line: 1, Quantity: 9})
		},
		"remove":      func() (cart.Cart, error) { return s.Remove(ctx, c, cart.Remove{Meta: m, Line: 1}) },
		"apply code":  func() (cart.Cart, error) { return s.ApplyCode(ctx, c, cart.ApplyCode{Meta: m, Code: "X"}) },
		"remove code": func() (cart.Cart, error) { return s.RemoveCode(ctx, c, cart.RemoveCode{Meta: m, Code: "X"}) },
		"set addresses": func() (cart.Cart, error) {
			return s.SetAddresses(ctx, c, cart.SetAddresses{Meta: m, BillTo: address()})
		},
		"set shipping": func() (cart.Cart, error) { return s.SetShipping(ctx, c, cart.SetShipping{Meta: m, Method: "x"}) },
		"abandon":      func() (cart.Cart, error) { return s.Abandon(ctx, c, cart.Abandon{Meta: m}) },
	}
}

func TestUnknownForeignAndStaleCarts(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop, other := open(s, "shop", anything()), open(s, "other", anything())
		c, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		c, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "A", Quantity: 1})
		require.NoError(t, err)
		before := shop.events(t, c.ID)
		for _, row := range []struct {
			name string
			in   room
			cart cart.ID
			meta op.Meta
			want error
		}{
			{"unknown", shop, cart.NewID(id.V7), op.Meta{}, fault.Missing("cart")},
			{"none", shop, cart.ID{}, op.Meta{}, fault.Missing("cart")},
			{"foreign", other, c.ID, op.Meta{}, fault.Missing("cart")},
			{"stale", shop, c.ID, op.Meta{IfVersion: 1}, fault.Stale("cart", 1, 2)},
			{"from the future", shop, c.ID, op.Meta{IfVersion: 3}, fault.Stale("cart", 3, 2)},
		} {
			for name, change := range verbs(row.in, row.cart, row.meta) {
				_, err := change()
				require.EqualError(t, err, row.want.Error(), row.name+": "+name)
			}
		}
		_, err = other.Cart(t.Context(), c.ID)
		require.ErrorIs(t, err, fault.NotFound)
		err = other.units.InTx(t.Context(), func(ctx context.Context, t cart.Tx) error { return t.FreezeCart(ctx, c.ID, c.Version, "or_1") })
		require.ErrorIs(t, err, fault.NotFound)
		got, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, c, got)
		require.Equal(t, before, shop.events(t, c.ID))
	})
}

func TestAKeyMakesEveryVerbHappenOnce(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		meta := op.Meta{By: buyer(), Key: "k-0"}
		c, err := shop.Create(t.Context(), cart.Create{Meta: meta, Market: here()})
		require.NoError(t, err)
		again, err := shop.Create(t.Context(), cart.Create{Meta: meta, Market: here()})
		require.NoError(t, err)
		require.Equal(t, c, again)
		_, err = shop.Create(t.Context(), cart.Create{Meta: meta, Market: here(), Email: "b@example.com"})
		require.ErrorIs(t, err, op.ErrMismatch)

		_, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "A", Quantity: 1})
		require.NoError(t, err)
		meta.Key = "k-1"
		for _, name := range []string{"add", "set quantity", "apply code", "remove code", "set addresses", "set shipping", "abandon", "remove"} {
			first, err := verbs(shop, c.ID, meta)[name]()
			require.NoError(t, err, name)
			events := shop.events(t, c.ID)
			second, err := verbs(shop, c.ID, meta)[name]()
			require.NoError(t, err, name)
			require.Equal(t, first, second, name)
			require.Equal(t, events, shop.events(t, c.ID), name)
		}
		_, err = shop.Add(t.Context(), c.ID, cart.Add{Meta: meta, SKU: "B", Quantity: 2})
		require.ErrorIs(t, err, op.ErrMismatch)
		other, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		_, err = shop.Add(t.Context(), other.ID, cart.Add{Meta: meta, SKU: "B", Quantity: 1})
		require.ErrorIs(t, err, op.ErrMismatch, "the cart is a parameter too")
	})
}

func TestAKeyUsedByManyAtOnce(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		c, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				got, err := shop.Add(t.Context(), c.ID, cart.Add{Meta: op.Meta{By: buyer(), Key: "once"}, SKU: "A", Quantity: 3})
				if err != nil {
					// Overtaken between its read and its write.
					require.ErrorIs(t, err, fault.Conflict)
					return
				}
				require.Equal(t, 2, got.Version)
			})
		}
		wg.Wait()
		got, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, []cart.Line{{N: 1, SKU: "A", Quantity: 3}}, got.Lines)
	})
}

func TestTheTxFormsAreWholeInsideAUnit(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		giveUp := errors.New("given up")
		var c cart.Cart
		build := func(end error) error {
			return shop.units.InTx(t.Context(), func(ctx context.Context, u cart.Tx) (err error) {
				if c, err = shop.CreateTx(ctx, u, cart.Create{Market: here()}); err != nil {
					return err
				}
				for _, change := range []func() (cart.Cart, error){
					func() (cart.Cart, error) { return shop.AddTx(ctx, u, c.ID, cart.Add{SKU: "A", Quantity: 1}) },
					func() (cart.Cart, error) {
						return shop.SetQuantityTx(ctx, u, c.ID, cart.SetQuantity{Line: 1, Quantity: 3})
					},
					func() (cart.Cart, error) { return shop.ApplyCodeTx(ctx, u, c.ID, cart.ApplyCode{Code: "a"}) },
					func() (cart.Cart, error) { return shop.RemoveCodeTx(ctx, u, c.ID, cart.RemoveCode{Code: "a"}) },
					func() (cart.Cart, error) {
						return shop.SetAddressesTx(ctx, u, c.ID, cart.SetAddresses{ShipTo: address()})
					},
					func() (cart.Cart, error) { return shop.SetShippingTx(ctx, u, c.ID, cart.SetShipping{Method: "x"}) },
					func() (cart.Cart, error) { return shop.AbandonTx(ctx, u, c.ID, cart.Abandon{}) },
					func() (cart.Cart, error) { return shop.RemoveTx(ctx, u, c.ID, cart.Remove{Line: 1}) },
				} {
					if c, err = change(); err != nil {
						return err
					}
				}
				return end
			})
		}
		require.ErrorIs(t, build(giveUp), giveUp)
		_, err := shop.Cart(t.Context(), c.ID)
		require.ErrorIs(t, err, fault.NotFound)
		require.Empty(t, shop.events(t, c.ID))
		require.NoError(t, build(nil))
		got, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, c, got)
		require.Equal(t, 9, got.Version)
	})
}
