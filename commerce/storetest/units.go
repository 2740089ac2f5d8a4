package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

// errBoom is what a closure of a test fails with.
var errBoom = errors.New("storetest: boom")

// rollsBack has units that fail or panic after they wrote in several rooms.
func rollsBack(t *testing.T, open Opener) {
	s := New(t, open(t))
	c := s.Cart("ada", Line(Mug, 1))
	s.Settle()
	write := func(ctx context.Context, tt commerce.Tx) {
		_, err := s.Carts.AddTx(ctx, tt, c.ID, cart.Add{Meta: Buyer("ada"), SKU: Tee, Quantity: 1})
		require.NoError(t, err)
		_, err = s.Inventory.ReceiveTx(ctx, tt, inventory.Receive{Meta: Staff(), SKU: Mug, Quantity: 7})
		require.NoError(t, err)
	}
	err := s.Store.InTx(s.Ctx(), func(ctx context.Context, tt commerce.Tx) error { write(ctx, tt); return errBoom })
	require.ErrorIs(t, err, errBoom)
	require.PanicsWithValue(t, "boom", func() {
		_ = s.Store.InTx(s.Ctx(), func(ctx context.Context, tt commerce.Tx) error { write(ctx, tt); panic("boom") }) //nolint:forbidigo // what is tested
	})
	after, err := s.Carts.Cart(s.Ctx(), c.ID)
	require.NoError(t, err)
	require.Equal(t, c, after)
	onHand, _ := s.Level(Mug)
	require.Equal(t, Stock, onHand)
	n, err := s.Drain(s.Ctx())
	require.NoError(t, err)
	require.Zero(t, n, "events of a unit that was rolled back are never seen")
	s.Sound()
}

// roomsInOneUnit writes in several rooms in one unit, which reads what it wrote.
func roomsInOneUnit(t *testing.T, open Opener) {
	s := New(t, open(t))
	c := s.Cart("ada", Line(Mug, 1))
	err := s.Store.InTx(s.Ctx(), func(ctx context.Context, tt commerce.Tx) error {
		require.True(t, tx.Open(ctx))
		if _, err := s.Inventory.ReceiveTx(ctx, tt, inventory.Receive{Meta: Staff(), SKU: Mug, Quantity: 7}); err != nil {
			return err
		}
		ls, err := tt.StockLevels(ctx, []string{Mug})
		require.NoError(t, err)
		require.Equal(t, Stock+7, ls[0].OnHand)
		_, err = s.Carts.SetQuantityTx(ctx, tt, c.ID, cart.SetQuantity{Meta: Buyer("ada"), Line: 1, Quantity: 9})
		return err
	})
	require.NoError(t, err)
	onHand, _ := s.Level(Mug)
	require.Equal(t, Stock+7, onHand)
	after, err := s.Carts.Cart(s.Ctx(), c.ID)
	require.NoError(t, err)
	require.Equal(t, 9, after.Lines[0].Quantity)
	s.Settle()
	s.Sound()
}

// nestedIsRefused starts a unit inside a unit, and calls the network there.
func nestedIsRefused(t *testing.T, open Opener) {
	s := New(t, open(t))
	p := s.Place(s.Cart("ada", Line(Mug, 1)), "card", "")
	err := s.Store.InTx(s.Ctx(), func(ctx context.Context, _ commerce.Tx) error {
		_, err := s.Orders.Confirm(ctx, p.OrderID, order.Confirm{Meta: Staff()})
		require.ErrorIs(t, err, tx.ErrNested)
		_, err = s.Payments.Authorize(ctx, p.Payment.ID)
		require.ErrorIs(t, err, tx.ErrInUnit)
		return nil
	})
	require.NoError(t, err)
}

// failedScopeIsForgotten fails one call inside a unit that goes on.
func failedScopeIsForgotten(t *testing.T, open Opener) {
	s := New(t, open(t))
	err := s.Store.InTx(s.Ctx(), func(ctx context.Context, tt commerce.Tx) error {
		if _, err := s.Inventory.ReceiveTx(ctx, tt, inventory.Receive{Meta: Staff(), SKU: Mug, Quantity: 1}); err != nil {
			return err
		}
		_, err := s.Inventory.HoldTx(ctx, tt, "or_x", inventory.Hold{Meta: Staff(), Lines: []inventory.Line{Line(Tee, Stock+1)}})
		require.ErrorIs(t, err, fault.Conflict)
		return nil
	})
	require.NoError(t, err)
	onHand, _ := s.Level(Mug)
	require.Equal(t, Stock+1, onHand)
	_, reserved := s.Level(Tee)
	require.Zero(t, reserved)
	s.Sound()
}

// twoWriters has two writers that have seen the same version of an aggregate:
// one wins, the other is told.
func twoWriters(t *testing.T, open Opener) {
	s := New(t, open(t))
	c := s.Cart("ada", Line(Mug, 1))
	p := s.Place(s.Cart("bob", Line(Tee, 1)), "transfer", "")
	product, err := s.Catalog.ProductBySlug(s.Ctx(), slug(Mug))
	require.NoError(t, err)
	with := func(version int) op.Meta { m := Staff(); m.IfVersion = version; return m }
	writers := map[string]func(i int) error{
		"cart": func(i int) error {
			_, err := s.Carts.SetQuantity(s.Ctx(), c.ID, cart.SetQuantity{Meta: with(c.Version), Line: 1, Quantity: i + 5})
			return err
		},
		"order": func(i int) error {
			if i == 0 {
				_, err := s.Orders.Hold(s.Ctx(), p.OrderID, order.Hold{Meta: with(p.Order.Version), Reason: "look"})
				return err
			}
			_, err := s.Orders.Confirm(s.Ctx(), p.OrderID, order.Confirm{Meta: with(p.Order.Version)})
			return err
		},
		"product": func(i int) error {
			title := Name("Title", i)
			_, err := s.Catalog.UpdateProduct(s.Ctx(), product.ID, catalog.UpdateProduct{Meta: with(product.Version), Title: &title})
			return err
		},
	}
	for name, write := range writers {
		won, lost := 0, 0
		for _, err := range together(2, write) {
			if err == nil {
				won++
			} else {
				require.ErrorIs(t, err, fault.Conflict, name)
				lost++
			}
		}
		require.Equal(t, []int{1, 1}, []int{won, lost}, name)
	}
	s.Settle()
	s.Sound()
}

// valuesComeBackEqual compares what was returned by writes with what is read.
func valuesComeBackEqual(t *testing.T, open Opener) {
	s := New(t, open(t))
	to := &postal.Address{Name: "Łukasz Ünlü", Lines: []string{"Straße 1 – Hinterhof"}, City: "Köln", Postcode: "50667", Country: "DE"}
	c := s.Cart("ada", Line(Mug, 2), Line(Book, 1))
	c, err := s.Carts.ApplyCode(s.Ctx(), c.ID, cart.ApplyCode{Meta: Buyer("ada"), Code: "ten"})
	require.NoError(t, err)
	c, err = s.Carts.SetAddresses(s.Ctx(), c.ID, cart.SetAddresses{Meta: Buyer("ada"), ShipTo: to})
	require.NoError(t, err)
	read, err := s.Carts.Cart(s.Ctx(), c.ID)
	require.NoError(t, err)
	require.Equal(t, c, read)

	p := s.Place(c, "transfer", "")
	require.Equal(t, p.Order, s.Order(p.OrderID))
	pay, err := s.Payments.Payment(s.Ctx(), p.Payment.ID)
	require.NoError(t, err)
	require.Equal(t, p.Payment, pay)
	byNumber, err := s.Orders.OrderByNumber(s.Ctx(), p.Order.Number)
	require.NoError(t, err)
	require.Equal(t, p.Order, byNumber)
}

// onceIsOnce delivers an event twice to a consumer that writes.
func onceIsOnce(t *testing.T, open Opener) {
	s := New(t, open(t))
	var e event.Event
	event.OnAny(s.Events, "catch", func(_ context.Context, ev event.Event) error { e = ev; return nil })
	s.Cart("ada", Line(Mug, 1))
	s.Settle()
	require.NotEmpty(t, e.Name)
	count := func() error {
		return s.Store.InTx(s.Ctx(), func(ctx context.Context, tt commerce.Tx) error {
			if err := event.Once(ctx, tt, "counter", e); err != nil {
				return err
			}
			_, err := s.Inventory.ReceiveTx(ctx, tt, inventory.Receive{Meta: Staff(), SKU: Mug, Quantity: 1})
			return err
		})
	}
	require.NoError(t, count())
	require.ErrorIs(t, count(), event.ErrSeen)
	onHand, _ := s.Level(Mug)
	require.Equal(t, Stock+1, onHand)
}

// readIsGuarded has units that rely on an order they only read.
func readIsGuarded(t *testing.T, open Opener) {
	s := New(t, open(t))
	p := s.Place(s.Cart("ada", Line(Mug, 1)), "transfer", "")
	c := s.Cart("bob", Line(Tee, 1))
	relying := func(ref tx.Ref, version int) error {
		return s.Store.InTx(s.Ctx(), func(ctx context.Context, tt commerce.Tx) error {
			if err := tt.Expect(ctx, ref, version); err != nil {
				return err
			}
			_, err := s.Inventory.ReceiveTx(ctx, tt, inventory.Receive{Meta: Staff(), SKU: Book, Quantity: 1})
			return err
		})
	}
	onOrder, onCart := tx.Ref{Table: "order", ID: p.OrderID.String()}, tx.Ref{Table: "cart", ID: c.ID.String()}
	require.NoError(t, relying(onOrder, p.Order.Version))
	require.NoError(t, relying(onCart, c.Version))
	err := relying(onOrder, p.Order.Version+1)
	require.ErrorIs(t, err, fault.Conflict)
	require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
	require.ErrorIs(t, relying(tx.Ref{Table: "shelf", ID: "x"}, 1), fault.Invalid)
	require.ErrorIs(t, relying(tx.Ref{Table: "order", ID: c.ID.String()}, 1), fault.Invalid)
	onHand, _ := s.Level(Book)
	require.Equal(t, Stock+2, onHand)
	s.Settle()
	s.Sound()
}

// oldIsPruned forgets keyed writes after their time, and nothing before.
func oldIsPruned(t *testing.T, open Opener) {
	s := New(t, open(t))
	req := cart.Create{Meta: Buyer("ada"), Market: Here()}
	req.Key = "k"
	first, err := s.Carts.Create(s.Ctx(), req)
	require.NoError(t, err)
	again := func() cart.Cart {
		c, err := s.Carts.Create(s.Ctx(), req)
		require.NoError(t, err)
		return c
	}
	s.Settle()
	s.Pass(29 * 24 * time.Hour)
	require.Equal(t, first.ID, again().ID)
	s.Pass(2 * 24 * time.Hour)
	require.NotEqual(t, first.ID, again().ID)
	s.Sound()
}
