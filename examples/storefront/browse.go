package main

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/examples/storefront/picture"
	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/marketing"
)

func (s *site) home(w http.ResponseWriter, r *http.Request, v *visit) error {
	window, err := s.shop.Catalog.Window(r.Context(), here())
	if err != nil {
		return err
	}
	h := view.Home{}
	if h.Cards, err = s.cards(r.Context(), window.Products); err != nil {
		return err
	}
	for _, c := range window.Categories {
		h.Rooms = append(h.Rooms, view.Room{Category: c, Picture: roomPicture(c.Slug)})
	}
	if h.Offers, err = s.offers(r.Context()); err != nil {
		return err
	}
	p, err := s.around(r, v, view.Page{
		Title:       "Hausrat – appliances that earn their place",
		Description: "Espresso machines, kettles, purifiers, irons and vacuums: a short list, chosen to last.",
	})
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.HomePage(p, h))
}

// offers are the promotions that run now. A code is shown if it is one that the
// shop wants to be known.
func (s *site) offers(ctx context.Context) ([]view.Offer, error) {
	running, err := s.shop.Promotions.Running(ctx, s.clock.Now())
	if err != nil {
		return nil, err
	}
	var all []view.Offer
	for _, p := range slices.Backward(running) {
		o := view.Offer{Title: p.Title}
		if !p.Automatic {
			if p.Title != welcome {
				continue
			}
			o.Code = welcomeCode
		}
		all = append(all, o)
	}
	return all, nil
}

// roomPicture is what hangs over the door of a department.
func roomPicture(slug string) string {
	return map[string]string{
		"kitchen":       "/pictures/drip-coffee-maker/grey.svg",
		"air-climate":   "/pictures/pedestal-fan/black.svg",
		"garment-care":  "/pictures/steam-generator-iron/blue.svg",
		"floor-care":    "/pictures/robot-vacuum/white.svg",
		"personal-care": "/pictures/travel-hair-dryer/pink.svg",
	}[slug]
}

// drawing serves a picture. It is the same for ever.
func drawing(w http.ResponseWriter, r *http.Request) {
	shade, ok := strings.CutSuffix(r.PathValue("shade"), ".svg")
	if !ok {
		http.NotFound(w, r)
		return
	}
	svg, ok := picture.Product(r.PathValue("slug"), shade)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(svg)
}

func (s *site) category(w http.ResponseWriter, r *http.Request, v *visit) error {
	slug := r.PathValue("category")
	tree, err := s.shop.Catalog.Categories(r.Context())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(tree.Categories, func(c catalog.Category) bool { return c.Slug == slug })
	if at < 0 {
		return catalog.ErrNoCategory
	}
	c := tree.Categories[at]
	l := view.Listing{
		Heading: c.Title, About: c.Description, Children: tree.Children(c.ID), Action: "/c/" + c.Slug,
	}
	ask, problem := browseOf(r.URL.Query())
	ask.Category = slug
	l.Listing, err = s.shop.Catalog.Browse(r.Context(), ask)
	if errors.Is(err, fault.Invalid) && problem == "" { // a filter or page that there is not
		return see(w, r, l.Action)
	}
	if err != nil {
		return err
	}
	l.Problem = problem
	p := view.Page{Title: c.Title + " – Hausrat", Description: c.Description, Department: tree.Trail(c.ID)[0].Slug}
	return s.list(w, r, v, p, l)
}

func (s *site) search(w http.ResponseWriter, r *http.Request, v *visit) error {
	words := strings.TrimSpace(r.URL.Query().Get("q"))
	l := view.Listing{Heading: "Search", Query: words, Action: "/search"}
	if words == "" {
		l.Heading = "What are you looking for?"
		l.About = "Type a word or two above, such as kettle or cordless."
	} else {
		l.Heading = "“" + words + "”"
	}
	ask, problem := browseOf(r.URL.Query())
	var err error
	l.Listing, err = s.shop.Catalog.Search(r.Context(), catalog.Search{Browse: ask, Text: words})
	if errors.Is(err, fault.Invalid) && problem == "" {
		problem = "This search cannot be read. Please use other words."
		err = nil
	}
	if err != nil {
		return err
	}
	l.Problem = problem
	return s.list(w, r, v, view.Page{Title: l.Heading + " – Hausrat", Query: words}, l)
}

// list shows a list in which everything is filled in but how to go on.
func (s *site) list(w http.ResponseWriter, r *http.Request, v *visit, p view.Page, l view.Listing) error {
	q := r.URL.Query()
	var err error
	if l.Cards, err = s.cards(r.Context(), l.Items); err != nil {
		return err
	}
	l.Facets = slices.DeleteFunc(l.Facets, func(f catalog.Facet) bool { // that tells nothing apart
		return len(f.Values) == 1 && !f.Values[0].Chosen && f.Values[0].Count == l.Count
	})
	l.Low, l.High = q.Get("low"), q.Get("high")
	l.Sort, l.Sorts = catalog.Sort(q.Get("sort")), sorts()
	if l.Query != "" {
		l.Sorts[0].Title = "Best match"
	}
	after := q.Get("after")
	q.Del("after")
	if after != "" {
		l.First = address(l.Action, q)
	}
	if l.Next = l.Page.Next; l.Next != "" {
		q.Set("after", l.Page.Next)
		l.Next = address(l.Action, q)
		q.Del("after")
	}
	bare := url.Values{}
	for name, values := range q {
		if name == "q" || name == "sort" {
			bare[name] = values
		}
	}
	if filtered(q) {
		l.Clear = address(l.Action, bare)
	}
	if p, err = s.around(r, v, p); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.List(p, l))
}

func filtered(q url.Values) bool {
	for name := range q {
		if strings.HasPrefix(name, "f.") || (name == "low" || name == "high") && q.Get(name) != "" {
			return true
		}
	}
	return false
}

func address(path string, q url.Values) string {
	for name := range q {
		if q.Get(name) == "" {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func sorts() []view.Choice {
	return []view.Choice{
		{Code: "", Title: "Our choice"},
		{Code: string(catalog.PriceUp), Title: "Price, lowest first"},
		{Code: string(catalog.PriceDown), Title: "Price, highest first"},
		{Code: string(catalog.ByTitle), Title: "Name"},
		{Code: string(catalog.Newest), Title: "Newest"},
	}
}

// browseOf reads what an address asks for. What makes no sense as a price is
// told and left out.
func browseOf(q url.Values) (catalog.Browse, string) {
	ask := catalog.Browse{Market: here(), Request: page.Request{Cursor: q.Get("after"), Limit: 12}}
	if slices.ContainsFunc(sorts(), func(c view.Choice) bool { return c.Code == q.Get("sort") }) {
		ask.Sort = catalog.Sort(q.Get("sort"))
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if code, ok := strings.CutPrefix(name, "f."); ok {
			ask.Filters = append(ask.Filters, catalog.Filter{Attribute: code, Values: slices.Compact(slices.Sorted(slices.Values(q[name])))})
		}
	}
	problem := ""
	bound := func(name string) money.Amount {
		text := strings.TrimSpace(strings.Trim(strings.TrimSpace(q.Get(name)), "€"))
		if text == "" {
			return money.Amount{}
		}
		a, err := money.ParseAmount(text, here().Currency)
		if err != nil || a.IsNegative() {
			problem = "A price is written like 49.90."
			return money.Amount{}
		}
		return a
	}
	ask.Price = catalog.PriceRange{From: bound("low"), To: bound("high")}
	if from, to := ask.Price.From, ask.Price.To; from.Minor() > to.Minor() && to != (money.Amount{}) {
		ask.Price.From, ask.Price.To = to, from
	}
	return ask, problem
}

func (s *site) product(w http.ResponseWriter, r *http.Request, v *visit) error {
	found, err := s.shop.Catalog.ProductPage(r.Context(), r.PathValue("product"), here())
	if err != nil {
		return err
	}
	if len(found.Choices) == 0 {
		return catalog.ErrNoProduct
	}
	d := view.Product{
		ProductPage: found, Chosen: chosen(found, r.URL.Query().Get("sku")), Rating: ratingOf(found.Rating.Sum, found.Rating.Count),
	}
	if d.Reviews, err = s.saidAbout(r.Context(), found.Product.ID); err != nil {
		return err
	}
	c := found.Choices[d.Chosen]
	for i, m := range found.Presentation.Media {
		if i == 0 || m.SKU == c.Variant.SKU {
			d.Picture = m
		}
	}
	if price, ok := catalog.PriceFor(c.Prices, here(), 1); ok {
		d.Price = view.Money(price.Unit.Amount)
	}
	if d.Together, err = s.together(r.Context(), found.Product.ID, c.Variant.SKU); err != nil {
		return err
	}
	s.viewed(r, v, found.Product.ID, c.Variant.SKU)
	p := view.Page{Title: found.Product.Title + " – Hausrat", Description: found.Product.Description}
	if len(found.Trails) > 0 {
		p.Department = found.Trails[0][0].Slug
	}
	if p, err = s.around(r, v, p); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.ProductView(p, d))
}

// together are products that others have bought with a SKU, at most four.
func (s *site) together(ctx context.Context, except catalog.ID, sku string) ([]view.Card, error) {
	const most = 4
	others, err := s.shop.Marketing.BoughtTogether(ctx, marketing.Alongside{SKU: sku, Limit: 3 * most})
	if err != nil || len(others) == 0 {
		return nil, err
	}
	skus := make([]string, len(others))
	for i, o := range others {
		skus[i] = o.SKU
	}
	names, err := s.labels.of(ctx, s.shop, skus...)
	if err != nil {
		return nil, err
	}
	shown := map[catalog.ID]bool{except: true}
	var found []catalog.Card
	for _, other := range skus {
		p, err := s.shop.Catalog.ProductPage(ctx, names[other].slug, here())
		if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Invalid) || shown[p.Product.ID] || len(found) == most {
			continue
		}
		if err != nil {
			return nil, err
		}
		shown[p.Product.ID] = true
		if c, ok := cardOf(p, other, names[other]); ok {
			found = append(found, c)
		}
	}
	return s.cards(ctx, found)
}

// cardOf is the card of one variant, if it is sold here and now.
func cardOf(p catalog.ProductPage, sku string, k label) (catalog.Card, bool) {
	for _, c := range p.Choices {
		price, ok := catalog.PriceFor(c.Prices, here(), 1)
		if c.Variant.SKU == sku && ok {
			return catalog.Card{
				ProductID: p.Product.ID, Slug: p.Product.Slug, Title: p.Product.Title, Price: price.Unit,
				Image: catalog.Media{URL: k.picture, Alt: "Drawing: " + k.title, SKU: sku},
			}, true
		}
	}
	return catalog.Card{}, false
}

// chosen is the variant that is asked for, or the first that can be had.
func chosen(p catalog.ProductPage, sku string) int {
	for i, c := range p.Choices {
		if c.Variant.SKU == sku {
			return i
		}
	}
	for i, c := range p.Choices {
		if c.Availability != catalog.OutOfStock && len(c.Prices) > 0 {
			return i
		}
	}
	return 0
}
