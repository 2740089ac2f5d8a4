package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// refusal is one wrong input and how it is refused.
type refusal struct {
	change func(r *checkout.Place)
	kind   fault.Kind
	code   string
	field  string
}

func refusals() map[string]refusal {
	invalid := func(field string, change func(r *checkout.Place)) refusal {
		return refusal{change: change, kind: fault.Invalid, code: "checkout.place", field: field}
	}
	return map[string]refusal{
		"no total":                 invalid("total", func(r *checkout.Place) { r.Total = money.Amount{} }),
		"a negative total":         invalid("total", func(r *checkout.Place) { r.Total = money.EUR(-6_95) }),
		"a total beyond all money": invalid("total", func(r *checkout.Place) { r.Total = money.EUR(1 << 60) }),
		"no method":                invalid("method", func(r *checkout.Place) { r.Method = "" }),
		"an unknown method":        invalid("method", func(r *checkout.Place) { r.Method = "gold" }),
		"paying nothing":           invalid("method", func(r *checkout.Place) { r.Method = payment.Free }),
		"a key with a line break":  invalid("key", func(r *checkout.Place) { r.Key = "a\nb" }),
		"a key of 256 bytes":       invalid("key", func(r *checkout.Place) { r.Key = strings.Repeat("k", 256) }),
		"an actor with a NUL":      invalid("by.id", func(r *checkout.Place) { r.By.ID = "a\x00" }),
		"an unknown kind of actor": invalid("by.kind", func(r *checkout.Place) { r.By.Kind = "robot" }),
		"a negative version":       invalid("if_version", func(r *checkout.Place) { r.IfVersion = -1 }),
		"metadata in no UTF-8":     invalid("metadata.note", func(r *checkout.Place) { r.Metadata = map[string]string{"note": "\xff"} }),
		"metadata without a key":   invalid("metadata", func(r *checkout.Place) { r.Metadata = map[string]string{"": "x"} }),
		"metadata of 501":          invalid("metadata.note", func(r *checkout.Place) { r.Metadata = map[string]string{"note": strings.Repeat("x", 501)} }),
		"another currency": {
			change: func(r *checkout.Place) { r.Total = money.USD(6_95) }, kind: fault.Conflict, code: "total_changed", field: "total",
		},
		"a cent less": {
			change: func(r *checkout.Place) { r.Total = money.EUR(6_94) }, kind: fault.Conflict, code: "total_changed", field: "total",
		},
		"a stale version": {
			change: func(r *checkout.Place) { r.IfVersion = 1 }, kind: fault.Conflict, code: fault.StaleVersion,
		},
	}
}

// placeRefuses sends every wrong input and finds nothing changed.
func placeRefuses(t *testing.T, open Opener) {
	s := New(t, open(t))
	c := s.Cart("ada", Line(Mug, 2))
	good := s.Request(c, "transfer", "")
	for name, r := range refusals() {
		req := good
		r.change(&req)
		_, err := s.Checkout.Place(s.Ctx(), c.ID, req)
		require.ErrorIs(t, err, r.kind, name)
		require.Equal(t, r.code, fault.CodeOf(err), name)
		if r.field != "" {
			require.Equal(t, r.field, fault.FieldsOf(err)[0].Path, name)
		}
		s.untouched(c, name)
	}
	_, err := s.Checkout.Place(s.Ctx(), cart.ID{}, good)
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, "cart", fault.FieldsOf(err)[0].Path)
	_, err = s.Checkout.Place(s.Ctx(), cart.NewID(id.V7), good)
	require.ErrorIs(t, err, fault.NotFound)
	_, err = s.Checkout.Quote(s.Ctx(), cart.NewID(id.V7))
	require.ErrorIs(t, err, fault.NotFound)
	_, err = s.Checkout.Resume(s.Ctx(), order.NewID(id.V7))
	require.ErrorIs(t, err, fault.NotFound)
	_, err = cart.ParseID(order.NewID(id.V7).String())
	require.ErrorIs(t, err, fault.Invalid, "the id of an order is no id of a cart")
	s.untouched(c, "ids")
	s.Settle()
	s.Sound()
}

// untouched demands that nothing has come of a cart.
func (s *Shop) untouched(c cart.Cart, why string) {
	s.t.Helper()
	now, err := s.Carts.Cart(s.Ctx(), c.ID)
	require.NoError(s.t, err, why)
	require.Equal(s.t, c, now, why)
	_, reserved := s.Level(Mug)
	require.Zero(s.t, reserved, why)
	list, err := s.Orders.Orders(s.Ctx(), order.Query{})
	require.NoError(s.t, err, why)
	require.Empty(s.t, list.Items, why)
}

// placeMeetsTheShop has carts that the shop cannot or will not serve.
func placeMeetsTheShop(t *testing.T, open Opener) {
	s := New(t, open(t))
	empty := s.Cart("ada")
	_, err := s.Checkout.Place(s.Ctx(), empty.ID, checkout.Place{Meta: Buyer("ada"), Method: "transfer", Total: money.EUR(4_95)})
	require.Equal(t, "cart_empty", fault.CodeOf(err))

	c := s.Cart("ada", Line(Mug, Stock+1))
	q, err := s.Checkout.Quote(s.Ctx(), c.ID)
	require.NoError(t, err)
	require.Equal(t, []checkout.Short{{Line: 1, SKU: Mug, Want: Stock + 1, Have: Stock}}, q.Short)
	_, err = s.Checkout.Place(s.Ctx(), c.ID, checkout.Place{Meta: Buyer("ada"), Method: "transfer", Total: q.Total})
	var lack *inventory.Shortage
	require.ErrorAs(t, err, &lack)
	require.Equal(t, inventory.Shortage{SKU: Mug, Want: Stock + 1, Have: Stock}, inventory.Shortage{SKU: lack.SKU, Want: lack.Want, Have: lack.Have})
	s.untouched(c, "too many")

	c = s.Cart("ada", Line(Mug, 1))
	req := s.Request(c, "transfer", "")
	p, err := s.Catalog.ProductBySlug(s.Ctx(), slug(Mug))
	require.NoError(t, err)
	_, err = s.Catalog.Archive(s.Ctx(), p.ID, catalog.Archive{Meta: Staff()})
	require.NoError(t, err)
	_, err = s.Checkout.Place(s.Ctx(), c.ID, req)
	var gone *checkout.NotSold
	require.ErrorAs(t, err, &gone)
	require.Equal(t, Mug, gone.SKU)
	s.untouched(c, "not sold")
	placeOutsideItsTime(t, s)
	s.Settle()
	s.Sound()
}

// vetoIsHeard lets the host refuse what is about to be placed.
func vetoIsHeard(t *testing.T, open Opener) {
	store := open(t)
	s := New(t, store)
	c := s.Cart("ada", Line(Mug, 2))
	req := s.Request(c, "transfer", "")
	s.Settle()
	cfg := Config(store, s.Clock, s.Card)
	cfg.Hooks.BeforePlace = refuseAda
	s.rebuild(cfg)
	_, err := s.Checkout.Place(s.Ctx(), c.ID, req)
	require.ErrorIs(t, err, fault.Denied)
	s.untouched(c, "veto")
	other := s.Cart("bob", Line(Mug, 2))
	require.True(t, s.Place(other, "transfer", "").Done())
	s.Settle()
	s.Sound()
}

// refuseAda is a hook of the host.
func refuseAda(_ context.Context, q checkout.Quote, p checkout.Place) error {
	if p.By.ID == "ada" && q.Total == p.Total {
		return fault.New(fault.Denied, "host_veto", "Not today.")
	}
	return nil
}

// placeOutsideItsTime has a cart with something whose time is over.
func placeOutsideItsTime(t *testing.T, s *Shop) {
	t.Helper()
	c := s.Cart("ada", Line(Tee, 1))
	req := s.Request(c, "transfer", "")
	until := s.Clock.Now().Add(time.Hour)
	_, err := s.Catalog.Present(s.Ctx(), catalog.Present{Meta: Staff(), Products: []catalog.Showing{
		{Slug: slug(Tee), Presentation: catalog.Presentation{Span: catalog.Span{Until: until}}},
	}})
	require.NoError(t, err)
	require.Equal(t, req.Total, s.Total(c.ID), "it is still for sale")
	s.Clock.Set(until)
	_, err = s.Checkout.Place(s.Ctx(), c.ID, req)
	var gone *checkout.NotSold
	require.ErrorAs(t, err, &gone)
	require.Equal(t, Tee, gone.SKU)
	s.untouched(c, "its time is over")
}
