package main

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/examples/storefront/chart"
	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/support"
)

// dashboard shows what waits, and how the shop does.
func (s *site) dashboard(w http.ResponseWriter, r *http.Request, v *visit) error {
	d := view.Dashboard{}
	var err error
	if d.Tiles, err = s.waiting(r.Context()); err != nil {
		return err
	}
	for _, draw := range []func(context.Context) (view.Chart, error){s.salesChart, s.funnelChart, s.bestChart, s.stockChart} {
		c, err := draw(r.Context())
		if err != nil {
			return err
		}
		d.Charts = append(d.Charts, c)
	}
	return s.render(w, r, http.StatusOK, view.DashboardPage(s.officePage(v, "Dashboard"), d))
}

// waiting counts what staff should look at.
func (s *site) waiting(ctx context.Context) ([]view.Tile, error) {
	var tiles []view.Tile
	for _, row := range []struct {
		status fulfillment.Status
		title  string
	}{
		{fulfillment.StatusPlanned, "To allocate"},
		{fulfillment.StatusAllocated, "To pick"},
		{fulfillment.StatusPicking, "To pack"},
		{fulfillment.StatusPacked, "To ship"},
	} {
		fs, err := s.shop.Fulfillment.Fulfillments(ctx, fulfillment.Query{Filter: fulfillment.Filter{Status: row.status}})
		if err != nil {
			return nil, err
		}
		tiles = append(tiles, view.Tile{
			Title: row.title, Figure: atMost(len(fs), fulfillment.MaxPage), Link: "/staff/orders?status=confirmed",
		})
	}
	rs, err := s.shop.Returns.Returns(ctx, returns.Query{Status: returns.StatusRequested})
	if err != nil {
		return nil, err
	}
	said, err := s.shop.Reviews.Reviews(ctx, reviews.Query{
		Filter: reviews.Filter{Status: reviews.StatusPending}, Request: page.Request{Limit: page.MaxLimit},
	})
	if err != nil {
		return nil, err
	}
	talks, err := s.shop.Support.Conversations(ctx, support.Query{
		Filter: support.Filter{Status: support.StatusOpen}, Request: page.Request{Limit: page.MaxLimit},
	})
	if err != nil {
		return nil, err
	}
	return append(tiles,
		view.Tile{Title: "Returns to decide", Figure: atMost(len(rs), returns.MaxPage), Link: "/staff/returns?status=requested"},
		view.Tile{Title: "Reviews to read", Figure: atMost(len(said.Items), page.MaxLimit), Link: "/staff/reviews?status=pending"},
		view.Tile{Title: "Questions to answer", Figure: atMost(len(talks.Items), page.MaxLimit), Link: "/staff/talks?status=open"},
	), nil
}

// atMost writes a count that was cut at a limit.
func atMost(n, limit int) string {
	if n >= limit {
		return strconv.Itoa(limit) + "+"
	}
	return strconv.Itoa(n)
}

// fortnight is the last fourteen days.
func (s *site) fortnight() analytics.Period {
	today := s.shop.Analytics.Today()
	return analytics.Period{From: today.Add(-13), To: today}
}

// salesChart draws what the shop has turned over on each day.
func (s *site) salesChart(ctx context.Context) (view.Chart, error) {
	c := view.Chart{Title: "Turnover by day", Head: [2]string{"Day", "Turnover without tax"}}
	p := s.fortnight()
	sales, err := s.shop.Analytics.Sales(ctx, p)
	if err != nil {
		return c, err
	}
	byDay := map[analytics.Date]money.Amount{}
	for _, d := range sales.Days {
		if d.Currency == here().Currency {
			byDay[d.Date] = d.Turnover.Net
		}
	}
	var bars []chart.Bar
	for day := p.From; p.Days() > len(bars); day = day.Add(1) {
		net, ok := byDay[day]
		if !ok {
			net = money.Zero(here().Currency)
		}
		bar := chart.Bar{Label: strconv.Itoa(day.Day) + " " + day.Month.String()[:3], Value: net.Minor()}
		if net.IsPositive() {
			bar.Text = "€" + view.Thousands(int(net.Minor()/100))
		}
		bars = append(bars, bar)
		c.Rows = append(c.Rows, [2]string{day.String(), view.Money(net)})
	}
	for _, t := range sales.Totals {
		if t.Currency == here().Currency {
			c.Note = view.Count(int(t.Orders), "order", "orders") + ", " + view.Money(t.Turnover.Net) + " without tax, " +
				view.Money(t.Paid) + " paid, " + view.Money(t.Refunded) + " refunded."
		}
	}
	c.SVG = chart.Columns(bars)
	return c, nil
}

// funnelChart draws how far visitors came who agreed to be counted.
func (s *site) funnelChart(ctx context.Context) (view.Chart, error) {
	c := view.Chart{
		Title: "How visitors came to buy", Head: [2]string{"Step", "Visitors"},
		Note: "The last fourteen days. Only visitors who have agreed are counted.",
	}
	f, err := s.shop.Analytics.Funnel(ctx, s.fortnight())
	if err != nil {
		return c, err
	}
	var bars []chart.Bar
	for _, row := range []struct {
		title string
		n     int64
	}{
		{"Looked at a product", f.Viewed},
		{"Filled a cart", f.Added},
		{"Went to the checkout", f.Checkout},
		{"Ordered", f.Placed},
		{"Paid", f.Paid},
	} {
		text := view.Thousands(int(row.n))
		bars = append(bars, chart.Bar{Label: row.title, Value: row.n, Text: text})
		c.Rows = append(c.Rows, [2]string{row.title, text})
	}
	c.SVG = chart.Rows(bars)
	return c, nil
}

// bestChart draws what was sold best.
func (s *site) bestChart(ctx context.Context) (view.Chart, error) {
	c := view.Chart{Title: "Sold best", Head: [2]string{"Article", "Turnover without tax"}, Note: "The last fourteen days."}
	best, err := s.shop.Analytics.Products(ctx, analytics.ProductQuery{Period: s.fortnight(), Currency: here().Currency, Limit: 8})
	if err != nil {
		return c, err
	}
	skus := make([]string, len(best))
	for i, p := range best {
		skus[i] = p.SKU
	}
	names, err := s.labels.of(ctx, s.shop, skus...)
	if err != nil {
		return c, err
	}
	var bars []chart.Bar
	for _, p := range best {
		bars = append(bars, chart.Bar{Label: names[p.SKU].title, Value: p.Turnover.Minor(), Text: view.Money(p.Turnover)})
		c.Rows = append(c.Rows, [2]string{names[p.SKU].title, view.Money(p.Turnover)})
	}
	if len(best) == 0 {
		c.Note = "Nothing was sold in the last fourteen days."
	}
	c.SVG = chart.Rows(bars)
	return c, nil
}

// stockChart draws the articles of which the least is left.
func (s *site) stockChart(ctx context.Context) (view.Chart, error) {
	levels, names, err := s.shelf(ctx)
	if err != nil {
		return view.Chart{}, err
	}
	levels = slices.DeleteFunc(levels, func(l inventory.Level) bool { return l.OnHand == 0 })
	slices.SortStableFunc(levels, func(a, b inventory.Level) int { return cmp.Compare(a.Available(), b.Available()) })
	c := view.Chart{Title: "Least in stock", Head: [2]string{"Article", "Available"}}
	var bars []chart.Bar
	for _, l := range levels[:min(len(levels), 8)] {
		text := view.Thousands(l.Available())
		bars = append(bars, chart.Bar{Label: names[l.SKU].title, Value: int64(l.Available()), Text: text})
		c.Rows = append(c.Rows, [2]string{names[l.SKU].title, text})
	}
	c.SVG = chart.Rows(bars)
	return c, nil
}
