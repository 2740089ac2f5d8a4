package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/ledger"
)

// visit is what somebody in the shop does: the cookie, how near it comes to
// buying, and with which cart.
type visit struct {
	visitor string
	step    analytics.Step
	cart    cart.ID
}

// passerBy is the cookie of somebody else who is in the shop meanwhile.
func (s *story) passerBy(n int) string { return fmt.Sprintf("passer-by-%d-of-run-%d", n, s.mem.Run) }

// track tells analytics what visitors do about a product. The host makes the
// keys of actions, so that telling them twice counts once.
func (s *story) track(ctx context.Context, slug string, visits ...visit) error {
	p, err := s.shop.Catalog.ProductBySlug(ctx, slug)
	if err != nil {
		return err
	}
	var actions []analytics.Action
	for _, v := range visits {
		key := s.once(fmt.Sprint(v.visitor, v.step, slug))
		actions = append(actions, analytics.Action{
			ID:   analytics.ActionIDFrom(uuid.NewSHA1(uuid.NameSpaceOID, []byte(key))),
			Step: v.step, Visitor: v.visitor, Cart: v.cart.String(), Product: p.ID, At: s.clock.Now(),
		})
	}
	return s.shop.Analytics.Track(ctx, actions)
}

// leaveCart is a passer-by who puts a kettle into a cart and never comes back.
func (s *story) leaveCart(ctx context.Context) error {
	by := func(what string) op.Meta {
		return op.Meta{By: op.Actor{Kind: op.Guest, ID: s.passerBy(2)}, Key: s.once(what)}
	}
	c, err := s.shop.Carts.Create(ctx, cart.Create{Meta: by("cart"), Market: here()})
	if err != nil {
		return err
	}
	if _, err := s.shop.Carts.Add(ctx, c.ID, cart.Add{Meta: by("add"), SKU: kettle, Quantity: 1}); err != nil {
		return err
	}
	return s.track(ctx, "electric-kettle-1-7l",
		visit{s.customer().cookie, analytics.Added, s.mem.Cart},
		visit{s.passerBy(2), analytics.Added, c.ID},
	)
}

// figures are what the shop looks at in the evening: all of it is added up from
// facts when it is asked for.
func (s *story) figures(ctx context.Context) error {
	if err := s.neighbour(ctx); err != nil {
		return err
	}
	s.gap()
	o, err := s.shop.Orders.Order(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	period := analytics.Period{From: analytics.DateOf(o.PlacedAt, s.shop.Analytics.Zone()), To: s.shop.Analytics.Today()}
	for _, part := range []func(context.Context, analytics.Period) error{s.sales, s.bestSellers, s.funnel, s.cover} {
		if err := part(ctx, period); err != nil {
			return err
		}
		s.gap()
	}
	return s.sameAsLedger(ctx)
}

// sales prints the days on which something happened.
func (s *story) sales(ctx context.Context, p analytics.Period) error {
	r, err := s.shop.Analytics.Sales(ctx, p)
	if err != nil {
		return err
	}
	var rows [][]string
	row := func(name string, t analytics.Totals) []string {
		return []string{
			name, thousands(int(t.Orders)), amount(t.Sold.Total), amount(t.Sold.Discount), amount(t.Returned.Total),
			amount(t.Turnover.Total), amount(t.Paid), amount(t.Refunded),
		}
	}
	for _, d := range r.Days {
		if d.Orders+d.Returns == 0 && d.Paid.IsZero() && d.Refunded.IsZero() {
			continue
		}
		rows = append(rows, row(d.Date.String(), d.Totals))
	}
	for _, t := range r.Totals {
		rows = append(rows, row("together", t))
	}
	s.table("day | >orders | >sold | >discount | >returned | >turnover | >paid | >refunded", rows...)
	return nil
}

func (s *story) bestSellers(ctx context.Context, p analytics.Period) error {
	best, err := s.shop.Analytics.Products(ctx, analytics.ProductQuery{Period: p, Currency: here().Currency})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, x := range best {
		rows = append(rows, []string{x.SKU, thousands(int(x.Sold)), thousands(int(x.Returned)), amount(x.Turnover)})
	}
	s.table("best seller | >sold | >returned | >turnover without tax", rows...)
	return nil
}

// funnel counts who came how far. Names and addresses are no part of it.
func (s *story) funnel(ctx context.Context, p analytics.Period) error {
	f, err := s.shop.Analytics.Funnel(ctx, p)
	if err != nil {
		return err
	}
	s.fact("funnel", "%d looked, %d put something into a cart, %d went to the checkout, %d ordered, %d paid",
		f.Viewed, f.Added, f.Checkout, f.Placed, f.Paid)
	return nil
}

// cover says how long goods last, and what they are worth, as far as that is
// known.
func (s *story) cover(ctx context.Context, _ analytics.Period) error {
	all, err := s.shop.Analytics.Stock(ctx, analytics.StockQuery{Request: page.Request{Limit: 100}})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, x := range all.Items {
		if x.SKU != coffeeMaker && x.SKU != kettle && x.SKU != hairDryer {
			continue
		}
		days, worth := "not known", "not known"
		if x.Cover.Known {
			days = thousands(int(x.Cover.Days))
		}
		if x.Worth.Known {
			worth = amount(x.Worth.Value)
		}
		rows = append(rows, []string{x.SKU, thousands(int(x.OnHand)), thousands(int(x.Sold)), days, worth})
	}
	s.table("stock of | >on hand | >sold in 28 days | >days of cover | >has cost", rows...)
	v, err := s.shop.Analytics.Value(ctx)
	if err != nil {
		return err
	}
	s.gap()
	for _, a := range v.Values {
		s.fact("stock value", "%s for %s; of %s nobody has said what they cost", amount(a), plural(int(v.SKUs), "article"), plural(int(v.UnknownSKUs), "article"))
	}
	return nil
}

// sameAsLedger compares the turnover of the shop since it opened with its books,
// account by account.
func (s *story) sameAsLedger(ctx context.Context) error {
	p := analytics.Period{From: analytics.DateOf(opening(), s.shop.Analytics.Zone()), To: s.shop.Analytics.Today()}
	if p.Days() > analytics.MaxDays {
		return nil // a shop that old compares year by year
	}
	r, err := s.shop.Analytics.Sales(ctx, p)
	if err != nil {
		return err
	}
	turnover := r.Totals[0].Turnover // all is sold in one currency
	for _, x := range []struct {
		account ledger.Account
		want    money.Amount
	}{{ledger.Sales, turnover.Net}, {ledger.Shipping, turnover.Shipping}, {ledger.Tax, turnover.Tax}} {
		have, err := s.shop.Ledger.AccountBalances(ctx, string(x.account))
		if err != nil {
			return err
		}
		if len(have) != 1 || have[0].Amount != x.want.Neg() {
			return fmt.Errorf("the ledger has %v on %s, and the report %s", have, x.account, amount(x.want))
		}
		s.fact("in the books", "%s on %s since the shop opened, as in the report", amount(x.want), x.account)
	}
	return nil
}

// buyingPrices are what we pay for the goods. Of the others nobody has said it.
func (s *story) buyingPrices(ctx context.Context) error {
	for _, c := range []catalog.Price{
		{SKU: coffeeMaker, Unit: money.Each(money.EUR(38_00))},
		{SKU: kettle, Unit: money.Each(money.EUR(17_50))},
	} {
		if err := s.shop.Analytics.RecordCost(ctx, analytics.RecordCost{Meta: staff(""), SKU: c.SKU, Price: c.Unit, Since: opening()}); err != nil {
			return err
		}
	}
	return nil
}
