package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/page"
)

// shopWindow is the home page: one trip for categories and products, one for
// what is promoted.
func (s *story) shopWindow(ctx context.Context) error {
	w, err := s.shop.Catalog.Window(ctx, here())
	if err != nil {
		return err
	}
	tree, err := s.shop.Catalog.Categories(ctx)
	if err != nil {
		return err
	}
	for _, c := range w.Categories {
		var under []string
		for _, k := range tree.Children(c.ID) {
			under = append(under, k.Title)
		}
		s.fact(c.Title, "  %s", strings.Join(under, ", "))
	}
	s.gap()
	var rows [][]string
	for _, c := range w.Products {
		rows = append(rows, []string{c.Title, price(c)})
	}
	s.table("featured | >price", rows...)
	s.gap()
	running, err := s.shop.Promotions.Running(ctx, time.Time{})
	if err != nil {
		return err
	}
	for _, p := range running {
		how := "with a code"
		if p.Automatic {
			how = "for everybody"
		}
		s.fact("running", "%s, %s", p.Title, how)
	}
	return nil
}

// price is what a card shows.
func price(c catalog.Card) string {
	text := amount(c.Price.Amount)
	if c.Varies {
		text = "from " + text
	}
	return text
}

// browse goes through a category with filters, searches, and opens a page.
func (s *story) browse(ctx context.Context) error {
	if err := s.list(ctx); err != nil {
		return err
	}
	if err := s.search(ctx); err != nil {
		return err
	}
	if err := s.productPage(ctx); err != nil {
		return err
	}
	return s.track(ctx, "electric-kettle-1-7l",
		visit{visitor: s.customer().cookie, step: analytics.Viewed},
		visit{visitor: s.passerBy(1), step: analytics.Viewed},
		visit{visitor: s.passerBy(2), step: analytics.Viewed},
		visit{visitor: s.passerBy(3), step: analytics.Viewed},
	)
}

// list filters a category and leafs through it.
func (s *story) list(ctx context.Context) error {
	ask := catalog.Browse{
		Market: here(), Category: "kitchen", Sort: catalog.PriceUp, Request: page.Request{Limit: 3},
		Filters: []catalog.Filter{{Attribute: "colour", Values: []string{"Black"}}},
	}
	l, err := s.shop.Catalog.Browse(ctx, ask)
	if err != nil {
		return err
	}
	s.fact("Kitchen", "%s in black, %s to %s", plural(l.Count, "product"), amount(l.Prices.From), amount(l.Prices.To))
	for _, f := range l.Facets {
		var values []string
		for _, v := range f.Values {
			values = append(values, v.Value+" "+strconv.Itoa(v.Count))
		}
		s.fact(f.Attribute.Title, "%s", strings.Join(values, ", "))
	}
	s.fact("page 1", "%s", titles(l.Items))
	ask.Cursor = l.Next
	if l, err = s.shop.Catalog.Browse(ctx, ask); err != nil {
		return err
	}
	s.fact("page 2", "%s", titles(l.Items))
	s.gap()
	return nil
}

func titles(cards []catalog.Card) string {
	var out []string
	for _, c := range cards {
		out = append(out, c.Title+" "+price(c))
	}
	return strings.Join(out, ", ")
}

// search finds words whatever their accents, and the beginning of the last.
func (s *story) search(ctx context.Context) error {
	for _, text := range []string{"électric KETT", "hair dry"} {
		l, err := s.shop.Catalog.Search(ctx, catalog.Search{Text: text, Browse: catalog.Browse{Market: here(), PageOnly: true}})
		if err != nil {
			return err
		}
		s.fact("search", "%q finds %s", text, titles(l.Items))
	}
	s.gap()
	return nil
}

// productPage shows prices of this very buyer, and a word for how much is
// there: the number is nobody's business.
func (s *story) productPage(ctx context.Context) error {
	p, err := s.shop.Catalog.ProductPage(ctx, "electric-kettle-1-7l", here())
	if err != nil {
		return err
	}
	s.fact("page", "%s: %s", p.Product.Title, p.Product.Description)
	var says []string
	for _, x := range p.Says {
		says = append(says, strings.ToLower(x.Attribute.Title)+" "+strings.Join(x.Values, "/")+x.Attribute.Unit)
	}
	s.fact("says", "%s", strings.Join(says, ", "))
	for _, c := range p.Choices {
		s.fact("choice", "%s: %s, %s", c.Variant.Title, amount(c.Prices[0].Unit.Amount), c.Availability)
	}
	s.fact("rating", "%s", rating(p.Rating))
	return nil
}

// rating says what those who have bought something think of it.
func rating(r catalog.Rating) string {
	if r.Count == 0 {
		return "nobody has said anything yet"
	}
	return r.Average() + " of 5 stars by " + plural(int(r.Count), "buyer")
}
