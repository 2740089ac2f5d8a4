package storetest

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// world is everything a test knows of one tenant.
type world struct {
	s      *Shop
	open   cart.Cart
	placed order.Order
	pay    payment.Payment
	prod   catalog.Product
}

func (s *Shop) world() world {
	s.t.Helper()
	s.Fill(Stock)
	w := world{s: s, open: s.Cart("ada", Line(Mug, 1))}
	p := s.Place(s.Cart("ada", Line(Tee, 2)), "transfer", "key")
	w.placed, w.pay = p.Order, p.Payment
	var err error
	w.prod, err = s.Catalog.ProductBySlug(s.Ctx(), slug(Mug))
	require.NoError(s.t, err)
	return w
}

// tenantsAreApart runs each operation of one tenant with the ids of another:
// they are not there, and nothing changes.
func tenantsAreApart(t *testing.T, open Opener) {
	s := Reopen(t, open(t), clockAtOpening(), newCard())
	mine, yours := s.View("mine").world(), s.View("yours").world()
	s.Settle()
	for name, call := range foreign(mine.s, yours) {
		require.ErrorIs(t, call(), fault.NotFound, name)
	}
	s.Settle()
	require.Equal(t, yours.placed, yours.s.Order(yours.placed.ID))
	c, err := yours.s.Carts.Cart(s.Ctx(), yours.open.ID)
	require.NoError(t, err)
	require.Equal(t, yours.open, c)
	pay, err := yours.s.Payments.Payment(s.Ctx(), yours.pay.ID)
	require.NoError(t, err)
	require.Equal(t, yours.pay, pay)

	_, err = mine.s.Inventory.Receive(s.Ctx(), inventory.Receive{Meta: Staff(), SKU: Mug, Quantity: 5})
	require.NoError(t, err)
	onHand, _ := yours.s.Level(Mug)
	require.Equal(t, Stock, onHand, "the same SKU of another tenant")
	rs, err := mine.s.Inventory.Reservations(s.Ctx(), yours.placed.ID.String())
	require.NoError(t, err)
	require.Empty(t, rs)
	es, err := mine.s.Ledger.EntriesOf(s.Ctx(), yours.placed.ID.String())
	require.NoError(t, err)
	require.Empty(t, es)
	ps, err := mine.s.Payments.BySubject(s.Ctx(), yours.placed.ID.String())
	require.NoError(t, err)
	require.Empty(t, ps)
	list, err := mine.s.Orders.Orders(s.Ctx(), order.Query{})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
	require.Equal(t, mine.placed.ID, list.Items[0].ID)
	again := mine.s.Place(mine.s.Cart("ada", Line(Mug, 1)), "transfer", "fresh")
	require.NotEqual(t, yours.placed.ID, again.OrderID)
	s.Settle()
	mine.s.Sound()
	yours.s.Sound()
}

// placeForeign places a cart of another tenant at the total of one of its own.
func (s *Shop) placeForeign(id cart.ID) error {
	req := s.Request(s.Cart("x", Line(Mug, 1)), "transfer", "")
	_, err := s.Checkout.Place(s.Ctx(), id, req)
	return err
}

// foreign are all operations on something by its id.
func foreign(s *Shop, of world) map[string]func() error {
	ctx, staff, buyer := s.Ctx(), Staff(), Buyer("ada")
	second := func(_ any, err error) error { return err }
	ops := map[string]func() error{
		"carts.cart": func() error { return second(s.Carts.Cart(ctx, of.open.ID)) },
		"carts.add": func() error {
			return second(s.Carts.Add(ctx, of.open.ID, cart.Add{Meta: buyer, SKU: Mug, Quantity: 1}))
		},
		"carts.set": func() error {
			return second(s.Carts.SetQuantity(ctx, of.open.ID, cart.SetQuantity{Meta: buyer, Line: 1, Quantity: 2}))
		},
		"carts.remove": func() error { return second(s.Carts.Remove(ctx, of.open.ID, cart.Remove{Meta: buyer, Line: 1})) },
		"carts.code": func() error {
			return second(s.Carts.ApplyCode(ctx, of.open.ID, cart.ApplyCode{Meta: buyer, Code: "TEN"}))
		},
		"checkout.quote":  func() error { return second(s.Checkout.Quote(ctx, of.open.ID)) },
		"checkout.resume": func() error { return second(s.Checkout.Resume(ctx, of.placed.ID)) },
		"checkout.place":  func() error { return s.placeForeign(of.open.ID) },
		"catalog.product": func() error { return second(s.Catalog.Product(ctx, of.prod.ID)) },
		"catalog.update": func() error {
			return second(s.Catalog.UpdateProduct(ctx, of.prod.ID, catalog.UpdateProduct{Meta: staff}))
		},
		"catalog.publish": func() error { return second(s.Catalog.Publish(ctx, of.prod.ID, catalog.Publish{Meta: staff})) },
		"catalog.archive": func() error { return second(s.Catalog.Archive(ctx, of.prod.ID, catalog.Archive{Meta: staff})) },
		"inventory.keep":  func() error { return second(s.Inventory.Keep(ctx, of.placed.ID.String(), inventory.Keep{Meta: staff})) },
		"inventory.commit": func() error {
			return second(s.Inventory.Commit(ctx, of.placed.ID.String(), inventory.Commit{Meta: staff}))
		},
	}
	maps.Copy(ops, foreignOrders(s, of))
	return ops
}

func foreignOrders(s *Shop, of world) map[string]func() error {
	ctx, staff := s.Ctx(), Staff()
	second := func(_ any, err error) error { return err }
	return map[string]func() error{
		"orders.order":   func() error { return second(s.Orders.Order(ctx, of.placed.ID)) },
		"orders.number":  func() error { return second(s.Orders.OrderByNumber(ctx, of.placed.Number)) },
		"orders.origin":  func() error { return second(s.Orders.OrderByOrigin(ctx, of.placed.Origin)) },
		"orders.confirm": func() error { return second(s.Orders.Confirm(ctx, of.placed.ID, order.Confirm{Meta: staff})) },
		"orders.hold":    func() error { return second(s.Orders.Hold(ctx, of.placed.ID, order.Hold{Meta: staff, Reason: "x"})) },
		"orders.resume":  func() error { return second(s.Orders.Resume(ctx, of.placed.ID, order.Resume{Meta: staff})) },
		"orders.cancel": func() error {
			return second(s.Orders.Cancel(ctx, of.placed.ID, order.Cancel{Meta: staff, Reason: "x"}))
		},
		"orders.lapse":    func() error { return second(s.Orders.Lapse(ctx, of.placed.ID, order.Lapse{Meta: staff})) },
		"orders.complete": func() error { return second(s.Orders.Complete(ctx, of.placed.ID, order.Complete{Meta: staff})) },
		"orders.payment": func() error {
			return second(s.Orders.RecordPayment(ctx, of.placed.ID, order.RecordPayment{Meta: staff, Payment: "py_x", Amount: money.EUR(1)}))
		},
		"orders.shipment": func() error {
			return second(s.Orders.RecordShipment(ctx, of.placed.ID, order.RecordShipment{
				Meta: staff, Shipment: "sh_x", Items: []order.Item{{Line: 1, Quantity: 1}},
			}))
		},
		"payments.payment": func() error { return second(s.Payments.Payment(ctx, of.pay.ID)) },
		"payments.capture": func() error { return second(s.Payments.Capture(ctx, of.pay.ID, payment.Capture{Meta: staff})) },
		"payments.void":    func() error { return second(s.Payments.Void(ctx, of.pay.ID, payment.Void{Meta: staff})) },
		"payments.refund": func() error {
			return second(s.Payments.Refund(ctx, of.pay.ID, payment.GiveBack{Meta: staff, Amount: money.EUR(1)}))
		},
		"payments.reconcile": func() error { return second(s.Payments.Reconcile(ctx, of.pay.ID)) },
	}
}
