package bunstore_test

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// verb is one write of a service. It is keyed, so that a caller may repeat it.
type verb struct {
	name   string
	remote bool
	ready  func(r *rig) deed
}

// verbs are all writes, by room.
func verbs() map[string][]verb {
	return map[string][]verb{
		"catalog": catalogVerbs(), "inventory": append(inventoryVerbs(), endingVerbs()...), "cart": cartVerbs(),
		"checkout": checkoutVerbs(), "order": orderVerbs(), "payment": paymentVerbs(), "relay": relayVerbs(),
	}
}

// keyed is staff with a key that was never used.
func (r *rig) keyed() op.Meta {
	meta := storetest.Staff()
	meta.Key = storetest.Name("key", r.next())
	return meta
}

// done drops the result of a call.
func done[R any](_ R, err error) error { return err }

func newProduct(name string, publish bool) catalog.NewProduct {
	return catalog.NewProduct{
		Slug: name, Title: "The " + name, Publish: publish,
		Variants: []catalog.NewVariant{{SKU: name, Prices: []catalog.Price{{Unit: money.Each(money.EUR(1_00))}}}},
	}
}

// product adds a product for a verb to change.
func (r *rig) product(publish bool) catalog.Product {
	r.t.Helper()
	p, err := r.shop.Catalog.CreateProduct(r.t.Context(), catalog.CreateProduct{
		Meta: storetest.Staff(), NewProduct: newProduct(storetest.Name("p", r.next()), publish),
	})
	require.NoError(r.t, err)
	return p
}

func catalogVerbs() []verb {
	change := func(name string, publish bool, do func(ctx context.Context, s *catalog.Service, p catalog.Product, m op.Meta) error) verb {
		return verb{name: name, ready: func(r *rig) deed {
			p, m := r.product(publish), r.keyed()
			return func(ctx context.Context, s *storetest.Shop) error { return do(ctx, s.Catalog, p, m) }
		}}
	}
	title := "Another"
	return []verb{
		{name: "CreateProduct", ready: func(r *rig) deed {
			req := catalog.CreateProduct{Meta: r.keyed(), NewProduct: newProduct(storetest.Name("c", r.next()), true)}
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Catalog.CreateProduct(ctx, req)) }
		}},
		{name: "CreateProducts", ready: func(r *rig) deed {
			req := catalog.CreateProducts{Meta: r.keyed(), Products: []catalog.NewProduct{
				newProduct(storetest.Name("i", r.next()), true), newProduct(storetest.Name("i", r.next()), false),
			}}
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Catalog.CreateProducts(ctx, req)) }
		}},
		change("UpdateProduct", true, func(ctx context.Context, s *catalog.Service, p catalog.Product, m op.Meta) error {
			return done(s.UpdateProduct(ctx, p.ID, catalog.UpdateProduct{Meta: m, Title: &title}))
		}),
		change("Publish", false, func(ctx context.Context, s *catalog.Service, p catalog.Product, m op.Meta) error {
			return done(s.Publish(ctx, p.ID, catalog.Publish{Meta: m}))
		}),
		change("Withdraw", true, func(ctx context.Context, s *catalog.Service, p catalog.Product, m op.Meta) error {
			return done(s.Withdraw(ctx, p.ID, catalog.Withdraw{Meta: m}))
		}),
		change("Archive", true, func(ctx context.Context, s *catalog.Service, p catalog.Product, m op.Meta) error {
			return done(s.Archive(ctx, p.ID, catalog.Archive{Meta: m}))
		}),
		change("AddVariants", true, func(ctx context.Context, s *catalog.Service, p catalog.Product, m op.Meta) error {
			more := []catalog.NewVariant{{SKU: p.Slug + "-2"}}
			return done(s.AddVariants(ctx, p.ID, catalog.AddVariants{Meta: m, Variants: more}))
		}),
		change("SetPrices", true, func(ctx context.Context, s *catalog.Service, p catalog.Product, m op.Meta) error {
			set := []catalog.Price{{SKU: p.Slug, Unit: money.Each(money.EUR(2_00)), MinQuantity: 1}}
			return done(s.SetPrices(ctx, catalog.SetPrices{Meta: m, Set: set}))
		}),
	}
}

func inventoryVerbs() []verb {
	simple := func(name string, do func(ctx context.Context, s *inventory.Service, m op.Meta) error) verb {
		return verb{name: name, ready: func(r *rig) deed {
			m := r.keyed()
			return func(ctx context.Context, s *storetest.Shop) error { return do(ctx, s.Inventory, m) }
		}}
	}
	return []verb{
		{name: "SaveLocation", ready: func(r *rig) deed {
			req := inventory.SaveLocation{Meta: r.keyed(), Location: inventory.Location{Code: storetest.Name("place", r.next()), Priority: 1}}
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Inventory.SaveLocation(ctx, req)) }
		}},
		simple("Receive", func(ctx context.Context, s *inventory.Service, m op.Meta) error {
			return done(s.Receive(ctx, inventory.Receive{Meta: m, SKU: storetest.Mug, Quantity: 7}))
		}),
		simple("Adjust", func(ctx context.Context, s *inventory.Service, m op.Meta) error {
			return done(s.Adjust(ctx, inventory.Adjust{Meta: m, SKU: storetest.Mug, Delta: -3, Note: "broken"}))
		}),
		{name: "SetLow", ready: func(r *rig) deed {
			req := inventory.SetLow{Meta: r.keyed(), SKU: storetest.Mug, Low: 1}
			_, err := r.store.DB().ExecContext(r.t.Context(), "UPDATE kontor_level SET low = 0")
			require.NoError(r.t, err)
			return func(ctx context.Context, s *storetest.Shop) error { return s.Inventory.SetLow(ctx, req) }
		}},
		{name: "Hold", ready: func(r *rig) deed {
			owner, req := storetest.Name("bk_", r.next()), r.hold()
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Inventory.Hold(ctx, owner, req)) }
		}},
	}
}

func (r *rig) hold() inventory.Hold {
	lines := []inventory.Line{storetest.Line(storetest.Tee, 2), storetest.Line(storetest.Book, 1)}
	return inventory.Hold{Meta: r.keyed(), Lines: lines, Until: r.shop.Clock.Now().Add(time.Hour), Timer: true}
}

func endingVerbs() []verb {
	end := func(name string, wait time.Duration, do func(ctx context.Context, s *inventory.Service, owner string, m op.Meta) error) verb {
		return verb{name: name, ready: func(r *rig) deed {
			owner := storetest.Name("bk_", r.next())
			_, err := r.shop.Inventory.Hold(r.t.Context(), owner, r.hold())
			require.NoError(r.t, err)
			r.shop.Clock.Advance(wait)
			m := r.keyed()
			return func(ctx context.Context, s *storetest.Shop) error { return do(ctx, s.Inventory, owner, m) }
		}}
	}
	return []verb{
		end("Keep", 0, func(ctx context.Context, s *inventory.Service, owner string, m op.Meta) error {
			return done(s.Keep(ctx, owner, inventory.Keep{Meta: m}))
		}),
		end("Release", 0, func(ctx context.Context, s *inventory.Service, owner string, m op.Meta) error {
			return done(s.Release(ctx, owner, inventory.Release{Meta: m, Reason: "changed my mind"}))
		}),
		end("Commit", 0, func(ctx context.Context, s *inventory.Service, owner string, m op.Meta) error {
			return done(s.Commit(ctx, owner, inventory.Commit{Meta: m}))
		}),
		end("Expire", time.Hour, func(ctx context.Context, s *inventory.Service, owner string, m op.Meta) error {
			return done(s.Expire(ctx, owner, inventory.Expire{Meta: m}))
		}),
	}
}

func cartVerbs() []verb {
	change := func(name string, do func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error) verb {
		return verb{name: name, ready: func(r *rig) deed {
			c, m := r.cart(), r.keyed()
			c, err := r.shop.Carts.ApplyCode(r.t.Context(), c.ID, cart.ApplyCode{Code: "TEN"})
			require.NoError(r.t, err)
			return func(ctx context.Context, s *storetest.Shop) error { return do(ctx, s.Carts, c, m) }
		}}
	}
	return []verb{
		{name: "Create", ready: func(r *rig) deed {
			req := cart.Create{Meta: r.keyed(), Market: storetest.Here(), Email: "ada@example.com"}
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Carts.Create(ctx, req)) }
		}},
		change("Add", func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error {
			return done(s.Add(ctx, c.ID, cart.Add{Meta: m, SKU: storetest.Mug, Quantity: 4}))
		}),
		change("SetQuantity", func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error {
			return done(s.SetQuantity(ctx, c.ID, cart.SetQuantity{Meta: m, Line: 1, Quantity: 9}))
		}),
		change("Remove", func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error {
			return done(s.Remove(ctx, c.ID, cart.Remove{Meta: m, Line: 2}))
		}),
		change("ApplyCode", func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error {
			return done(s.ApplyCode(ctx, c.ID, cart.ApplyCode{Meta: m, Code: "FIVE"}))
		}),
		change("RemoveCode", func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error {
			return done(s.RemoveCode(ctx, c.ID, cart.RemoveCode{Meta: m, Code: "TEN"}))
		}),
		change("SetAddresses", func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error {
			return done(s.SetAddresses(ctx, c.ID, cart.SetAddresses{Meta: m, Email: "someone.else@example.com"}))
		}),
		change("SetShipping", func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error {
			return done(s.SetShipping(ctx, c.ID, cart.SetShipping{Meta: m, Method: "standard"}))
		}),
		change("Abandon", func(ctx context.Context, s *cart.Service, c cart.Cart, m op.Meta) error {
			return done(s.Abandon(ctx, c.ID, cart.Abandon{Meta: m}))
		}),
	}
}
