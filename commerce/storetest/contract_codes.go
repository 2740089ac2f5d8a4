package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/promotion"
)

// promote lets a promotion run, with codes or, without one, by itself.
func (s *Shop) promote(terms promotion.Terms, codes ...string) promotion.Promotion {
	s.t.Helper()
	terms.Automatic = len(codes) == 0
	p, err := s.Promotions.Create(s.Ctx(), promotion.Create{Meta: Staff(), Terms: terms})
	require.NoError(s.t, err)
	if len(codes) > 0 {
		_, err = s.Promotions.AddCodes(s.Ctx(), p.ID, promotion.AddCodes{Meta: Staff(), Codes: codes})
		require.NoError(s.t, err)
	}
	p, err = s.Promotions.Activate(s.Ctx(), p.ID, promotion.Move{Meta: Staff()})
	require.NoError(s.t, err)
	return p
}

// sale is a percentage off what is in home, lights too.
func (s *Shop) sale(title, percent string) promotion.Terms {
	return promotion.Terms{
		Title: title, Kind: promotion.Percentage, Scope: promotion.OnItems, Rate: money.MustPercent(percent), Categories: []string{"home"},
	}
}

func (s *Shop) freeShipping() promotion.Terms {
	return promotion.Terms{Title: "Free shipping", Kind: promotion.Percentage, Scope: promotion.OnShipping, Rate: money.MustPercent("100"), Priority: 1}
}

// off is an amount off the order.
func off(cents int64, limits promotion.Limits) promotion.Terms {
	return promotion.Terms{Title: "Off", Kind: promotion.Amount, Scope: promotion.OnOrder, Amount: money.EUR(cents), Limits: limits}
}

// typed puts codes on a cart.
func (s *Shop) typed(c cart.Cart, codes ...string) cart.Cart {
	s.t.Helper()
	var err error
	for _, code := range codes {
		c, err = s.Carts.ApplyCode(s.Ctx(), c.ID, cart.ApplyCode{Meta: op.Meta{By: c.Buyer}, Code: code})
		require.NoError(s.t, err)
	}
	return c
}

// uses are the uses of an order that count.
func (s *Shop) uses(id order.ID) int {
	s.t.Helper()
	rs, err := s.Promotions.Redemptions(s.Ctx(), id.String())
	require.NoError(s.t, err)
	n := 0
	for _, r := range rs {
		if r.GivenBackAt.IsZero() {
			n++
		}
	}
	return n
}

// codesGiveOrSayWhy has a cart with a code for each reason.
func codesGiveOrSayWhy(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	lights := s.promote(s.sale("Light week", "10"))
	s.promote(promotion.Terms{
		Title: "Books", Kind: promotion.Percentage, Scope: promotion.OnItems, Rate: money.MustPercent("50"), Categories: []string{"books"},
	})
	s.promote(off(5_00, promotion.Limits{}), "FIVE")
	much := off(1_00, promotion.Limits{})
	much.Minimum = money.EUR(1_000_00)
	s.promote(much, "MUCH")
	club := off(1_00, promotion.Limits{})
	club.Groups = []string{"club"}
	s.promote(club, "CLUB")
	late := off(1_00, promotion.Limits{})
	late.From = Opening().Add(time.Hour)
	s.promote(late, "LATER")
	s.promote(off(1_00, promotion.Limits{Total: 1}), "ONCE")
	dollars := off(1_00, promotion.Limits{})
	dollars.Amount = money.USD(1_00)
	s.promote(dollars, "BUCK")
	first := s.Place(s.typed(s.to(s.Cart("eve", Line(Novel, 1)), Berlin()), "ONCE"), "transfer", "")
	require.Equal(t, 1, s.uses(first.OrderID))
	require.Equal(t, money.EUR(10_70+4_76-1_00), first.Order.Total)

	c := s.to(s.Cart("ada", Line(Lamp, 1)), Berlin())
	c = s.typed(c, "five", "MUCH", "CLUB", "LATER", "ONCE", "BUCK", "NONSENSE")
	q := s.quote(c)
	require.Equal(t, []string{"NONSENSE"}, q.Unknown)
	require.Equal(t, []checkout.Refusal{
		{Code: "CLUB", Title: "Off", Reason: promotion.NotForYou},
		{Code: "LATER", Title: "Off", Reason: promotion.NotYet},
		{Code: "ONCE", Title: "Off", Reason: promotion.UsedUp},
		{Code: "BUCK", Title: "Off", Reason: promotion.OtherCurrency},
	}, q.Denied)
	require.Equal(t, []pricing.Refusal{{Code: "MUCH", Title: "Off", Reason: pricing.BelowMinimum}}, q.Refused, "an offer for books is none of ours")
	require.Equal(t, []pricing.DiscountTotal{
		{Code: "FIVE", Title: "Off", Amount: money.EUR(5_00)},
		{Code: lights.ID.String(), Title: "Light week", Automatic: true, Amount: money.EUR(11_40)},
	}, q.Discounts)
	require.Equal(t, money.EUR(119_00-5_00-11_40+4_76), q.Total)
	p := s.Place(c, "transfer", "k")
	require.Equal(t, q.Total, p.Order.Total)
	require.Equal(t, 2, s.uses(p.OrderID), "of what took something off")
	s.Settle()

	_, err := s.Orders.Cancel(s.Ctx(), first.OrderID, order.Cancel{Meta: Staff(), Reason: "customer asked"})
	require.NoError(t, err)
	s.Settle()
	require.Zero(t, s.uses(first.OrderID))
	again := s.typed(s.to(s.Cart("bob", Line(Novel, 1)), Berlin()), "ONCE")
	require.Empty(t, s.quote(again).Denied, "it was given back")
	s.Sound()
}

// oneTripSeesTheSame asks the promotions in both ways.
func oneTripSeesTheSame(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	s.promote(s.sale("Light week", "10"))
	auto := off(2_00, promotion.Limits{PerBuyer: 1})
	s.promote(auto)
	s.promote(off(3_00, promotion.Limits{Total: 5, PerCode: 2, PerBuyer: 1}), "A", "B")
	apart := *s
	cfg := s.termsConfig()
	cfg.Terms = checkout.TermsFunc(func(ctx context.Context, a checkout.Ask) (checkout.Terms, error) {
		require.Nil(t, a.Seen)
		return checkout.Rooms{TaxInclusive: true, Taxes: cfg.Taxes, Promotions: s.Promotions}.Terms(ctx, a)
	})
	apart.rebuild(cfg)
	together := *s
	cfg.Terms = checkout.Rooms{TaxInclusive: true, Taxes: cfg.Taxes, Promotions: s.Promotions}
	together.rebuild(cfg)
	for i, codes := range [][]string{nil, {"A"}, {"A", "B"}, {"B", "C"}, {"C"}} {
		for _, buyer := range []string{"ada", "bob"} {
			c := s.typed(s.Cart(buyer, Line(Lamp, 1+i)), codes...)
			q := together.quote(c)
			require.Equal(t, apart.quote(c), q)
			p, err := together.Checkout.Place(s.Ctx(), c.ID, checkout.Place{Meta: op.Meta{By: c.Buyer}, Method: "transfer", Total: q.Total})
			require.NoError(t, err)
			require.Equal(t, len(q.Discounts), s.uses(p.OrderID))
		}
	}
	s.Settle()
	s.Sound()
}

// usesForBuyers has many buyers for few uses of a code: exactly the uses are
// had, and nobody pays another price than the one agreed.
func usesForBuyers(t *testing.T, open Opener) {
	const buyers, limit = 24, 9
	s := NewTerms(t, open(t))
	p := s.promote(off(3_00, promotion.Limits{Total: limit}), "FEW")
	carts, reqs := make([]cart.Cart, buyers), make([]checkout.Place, buyers)
	for i := range carts {
		carts[i] = s.typed(s.to(s.Cart(Name("buyer", i), Line(Novel, 1)), Berlin()), "FEW")
		method := "transfer"
		if i%3 == 0 {
			method = "card"
		}
		reqs[i] = s.Request(carts[i], method, Name("key", i))
		require.Equal(t, money.EUR(10_70+4_76-3_00), reqs[i].Total)
	}
	served, late := 0, 0
	for _, err := range together(buyers, func(i int) error {
		placed, err := s.Checkout.Place(s.Ctx(), carts[i].ID, reqs[i])
		if err == nil && (!placed.Done() || placed.Order.Total != reqs[i].Total) {
			return errors.New("it is not what was agreed")
		}
		return err
	}) {
		var gone *promotion.Exhausted
		var changed *checkout.TotalChanged
		switch {
		case err == nil:
			served++
		case errors.As(err, &gone):
			require.Equal(t, promotion.Exhausted{Promotion: p.ID, Code: "FEW", Limit: promotion.LimitTotal}, *gone)
			late++
		case errors.As(err, &changed): // who looked after the last use was had
			require.Equal(t, money.EUR(10_70+4_76), changed.Actual)
			late++
		default:
			t.Errorf("unexpected: %v", err)
		}
	}
	require.Equal(t, []int{limit, buyers - limit}, []int{served, late})
	_, reserved := s.Level(Novel)
	require.Equal(t, limit, reserved)
	s.Settle()
	s.Sound()
}

// guestIsCounted holds guests to one use each, by their mail address.
func guestIsCounted(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	s.promote(off(3_00, promotion.Limits{PerBuyer: 1}), "HELLO")
	guest := func() cart.Cart {
		c, err := s.Carts.Create(s.Ctx(), cart.Create{Meta: op.Meta{By: op.Actor{Kind: op.Guest, ID: "cookie"}}, Market: Here()})
		require.NoError(t, err)
		c, err = s.Carts.Add(s.Ctx(), c.ID, cart.Add{SKU: Novel, Quantity: 1})
		require.NoError(t, err)
		return s.typed(s.to(c, Berlin()), "HELLO")
	}
	mail := func(c cart.Cart, address string) cart.Cart {
		c, err := s.Carts.SetAddresses(s.Ctx(), c.ID, cart.SetAddresses{Email: address})
		require.NoError(t, err)
		return c
	}
	denied := func(c cart.Cart, why promotion.Reason) {
		t.Helper()
		require.Equal(t, []checkout.Refusal{{Code: "HELLO", Title: "Off", Reason: why}}, s.quote(c).Denied)
	}
	first, second := guest(), guest()
	denied(first, promotion.NeedsBuyer)
	first, second = mail(first, "Eve@example.com"), mail(second, "eve@EXAMPLE.com")
	require.Empty(t, s.quote(first).Denied)
	stale := s.Request(second, "transfer", "")
	p := s.Place(first, "transfer", "")
	require.Equal(t, 1, s.uses(p.OrderID))
	denied(second, promotion.AlreadyUsed)
	_, err := s.Checkout.Place(s.Ctx(), second.ID, stale)
	var changed *checkout.TotalChanged
	require.ErrorAs(t, err, &changed)
	second = mail(second, "mallory@example.com")
	require.Equal(t, 1, s.uses(s.Place(second, "transfer", "").OrderID), "somebody else")
	s.Settle()
	s.Sound()
}

// promotionChangedMeanwhile changes a promotion between the look and the write.
func promotionChangedMeanwhile(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	p := s.promote(off(3_00, promotion.Limits{Total: 9}), "CODE")
	auto := s.promote(off(1_00, promotion.Limits{}))
	cfg := s.termsConfig()
	var between func()
	cfg.Hooks.BeforePlace = func(context.Context, checkout.Quote, checkout.Place) error {
		if fn := between; fn != nil {
			between = nil
			fn()
		}
		return nil
	}
	plain := s.Engine
	s.rebuild(cfg)
	retitle := func(id promotion.ID, change func(*promotion.Terms)) func() {
		return func() {
			now, err := plain.Promotions.Promotion(s.Ctx(), id)
			require.NoError(t, err)
			change(&now.Terms)
			_, err = plain.Promotions.Update(s.Ctx(), id, promotion.Update{Meta: Staff(), Terms: now.Terms})
			require.NoError(t, err)
		}
	}
	c := s.typed(s.to(s.Cart("ada", Line(Novel, 1)), Berlin()), "CODE")
	between = retitle(p.ID, func(x *promotion.Terms) { x.Title = "Three off" })
	o := s.Place(c, "transfer", "").Order
	require.Equal(t, 2, s.uses(o.ID), "it looked again")

	c = s.typed(s.to(s.Cart("ada", Line(Novel, 1)), Berlin()), "CODE")
	req := s.Request(c, "card", "")
	between = retitle(auto.ID, func(x *promotion.Terms) { x.Amount = money.EUR(50) })
	_, err := s.Checkout.Place(s.Ctx(), c.ID, req)
	var changed *checkout.TotalChanged
	require.ErrorAs(t, err, &changed)
	require.Equal(t, money.EUR(50), money.EUR(changed.Actual.Minor()-changed.Stated.Minor()))

	req = s.Request(c, "transfer", "")
	between = func() {
		_, err := plain.Promotions.End(s.Ctx(), p.ID, promotion.Move{Meta: Staff()})
		require.NoError(t, err)
	}
	_, err = s.Checkout.Place(s.Ctx(), c.ID, req)
	require.ErrorAs(t, err, &changed, "it is over")
	require.Equal(t, []checkout.Refusal{{Code: "CODE", Title: "Three off", Reason: promotion.Over}}, s.quote(c).Denied)
	s.Settle()
	s.Sound()
}

// declinedGivesUsesBack has cards declined, and one of which nobody knows.
func declinedGivesUsesBack(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	s.promote(off(3_00, promotion.Limits{Total: 1, PerBuyer: 1}), "ONE")
	c := s.typed(s.to(s.Cart("ada", Line(Novel, 1)), Berlin()), "ONE")
	req := s.Request(c, "card", "")
	s.Card.Script = func(int, payment.Operation) paymenttest.Plan { return paymenttest.Plan{Verdict: paymenttest.Decline} }
	_, err := s.Checkout.Place(s.Ctx(), c.ID, req)
	require.ErrorIs(t, err, fault.Declined)
	s.Settle()
	s.Sound()

	s.Card.Script = func(int, payment.Operation) paymenttest.Plan { return paymenttest.Plan{Verdict: paymenttest.Act} }
	p, err := s.Checkout.Place(s.Ctx(), c.ID, s.Request(c, "card", ""))
	require.NoError(t, err)
	require.False(t, p.Done())
	s.Card.Script = nil
	require.Equal(t, 1, s.uses(p.OrderID), "it is counted while the payment is under way")
	other := s.typed(s.to(s.Cart("bob", Line(Novel, 1)), Berlin()), "ONE")
	require.Equal(t, promotion.UsedUp, s.quote(other).Denied[0].Reason)
	s.Sound()
	for range 10 {
		s.Pass(24 * time.Hour)
	}
	require.Zero(t, s.uses(p.OrderID), "nobody acted in time")
	done := s.Place(other, "card", "")
	require.True(t, done.Done())
	require.Equal(t, 1, s.uses(done.OrderID))
	s.Settle()
	s.Sound()
}

// usesAreCountedOnce repeats a keyed Place and its parts.
func usesAreCountedOnce(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	s.promote(off(3_00, promotion.Limits{Total: 2}), "TWO")
	for _, method := range []string{"transfer", "card"} {
		c := s.typed(s.to(s.Cart("ada", Line(Novel, 1)), Berlin()), "TWO")
		req := s.Request(c, method, "once")
		req.Key += method
		for _, err := range together(8, func(int) error {
			_, err := s.Checkout.Place(s.Ctx(), c.ID, req)
			return err
		}) {
			require.NoError(t, err)
		}
		again, err := s.Checkout.Place(s.Ctx(), c.ID, req)
		require.NoError(t, err)
		require.Equal(t, 1, s.uses(again.OrderID))
	}
	c := s.typed(s.to(s.Cart("bob", Line(Novel, 1)), Berlin()), "TWO")
	require.Equal(t, promotion.UsedUp, s.quote(c).Denied[0].Reason)
	s.Settle()
	s.Sound()
}

// promotionsAreApart has the same code in two tenants.
func promotionsAreApart(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	mine, yours := s.View("mine"), s.View("yours")
	for _, v := range []*Shop{mine, yours} {
		v.FillTerms()
	}
	p := mine.promote(off(3_00, promotion.Limits{Total: 1}), "SAME")
	mine.promote(off(1_00, promotion.Limits{}))
	yours.promote(off(4_00, promotion.Limits{Total: 1}), "SAME")
	price := func(v *Shop) (cart.Cart, checkout.Quote) {
		c := v.typed(v.to(v.Cart("ada", Line(Novel, 1)), Berlin()), "SAME")
		return c, v.quote(c)
	}
	c, q := price(mine)
	require.Equal(t, money.EUR(4_00), q.Discount)
	require.Equal(t, 2, mine.uses(mine.Place(c, "transfer", "").OrderID))
	c, q = price(yours)
	require.Equal(t, money.EUR(4_00), q.Discount, "not used up by the other one")
	require.Equal(t, 1, yours.uses(yours.Place(c, "transfer", "").OrderID))
	_, q = price(mine)
	require.Equal(t, money.EUR(1_00), q.Discount)
	_, err := yours.Promotions.Promotion(s.Ctx(), p.ID)
	require.ErrorIs(t, err, fault.NotFound)
	s.Settle()
	mine.Sound()
	yours.Sound()
}

// guestComesBack opens carts and orders by pass.
func guestComesBack(t *testing.T, open Opener) {
	s := NewTerms(t, open(t))
	c, err := s.Carts.Create(s.Ctx(), cart.Create{Market: Here(), Email: "guest@example.com"})
	require.NoError(t, err)
	c, err = s.Carts.Add(s.Ctx(), c.ID, cart.Add{SKU: Novel, Quantity: 1})
	require.NoError(t, err)
	until := s.Clock.Now().Add(30 * 24 * time.Hour)
	pass, err := s.CartPass(c.ID, until)
	require.NoError(t, err)
	back, err := s.CartByPass(s.Ctx(), pass)
	require.NoError(t, err)
	require.Equal(t, c, back)
	back = s.to(back, Berlin())
	o := s.Place(back, "transfer", "").Order
	orderPass, err := s.OrderPass(o)
	require.NoError(t, err)
	seen, err := s.OrderByPass(s.Ctx(), orderPass)
	require.NoError(t, err)
	require.Equal(t, o, seen)

	refused := func(e *commerce.Engine, pass, why string) {
		t.Helper()
		_, err := e.CartByPass(s.Ctx(), pass)
		require.ErrorIs(t, err, fault.Denied, why)
	}
	refused(s.Engine, orderPass, "it is for an order")
	_, err = s.OrderByPass(s.Ctx(), pass)
	require.ErrorIs(t, err, fault.Denied, "it is for a cart")
	refused(s.Engine, "", "nothing")
	refused(s.Engine, c.ID.String(), "an id is no pass")
	refused(s.Engine, pass[:len(pass)-1]+string(pass[len(pass)-1]^1), "one bit")
	refused(s.View("other").Engine, pass, "another tenant")
	known := s.Cart("ada", Line(Novel, 1))
	knownPass, err := s.CartPass(known.ID, until)
	require.NoError(t, err)
	_, err = s.CartByPass(s.Ctx(), knownPass)
	require.ErrorIs(t, err, fault.NotFound, "its buyer has an account")
	s.Pass(30 * 24 * time.Hour)
	refused(s.Engine, pass, "its time is over")
	s.Sound()
}
