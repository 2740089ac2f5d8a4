package catalog

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
)

// Limits of lists.
const (
	// MaxFilters is how many attributes a list may be filtered by.
	MaxFilters = 20
	// MaxFilterValues is how many values one filter may have.
	MaxFilterValues = 50
)

// Browse asks for a page of cards.
type Browse struct {
	page.Request
	// Market is where and for whom. Its currency is that of all prices. At is
	// the moment asked for; zero means now.
	Market market.Context
	// Category is the slug of one. Empty is the whole shop.
	Category string
	// Filters are at most MaxFilters, each of another attribute; they hold all
	// at once.
	Filters []Filter
	Price   PriceRange
	// Sort is any but ByRelevance. Default: ByPosition.
	Sort Sort
	// PageOnly leaves out facets and counts, which cost more than the page.
	PageOnly bool
}

// PriceRange bounds the price of one piece, both ends included. A zero Amount is
// no bound.
type PriceRange struct {
	From money.Amount `json:"from,omitzero"`
	To   money.Amount `json:"to,omitzero"`
}

// Listing is a page of cards and what stands around it.
type Listing struct {
	page.Page[Card]
	// Trail is the way from the top to the category, which is its last.
	Trail []Category `json:"trail,omitempty"`
	// Facets are the attributes that the products have, in order, with their
	// values. Each is counted as if it were not filtered by itself.
	Facets []Facet `json:"facets,omitempty"`
	// Count is how many products there are on all pages.
	Count int `json:"count"`
	// Prices are the lowest and the highest of one piece, as if it were not
	// filtered by price. Zero if there is none.
	Prices PriceRange `json:"prices,omitzero"`
}

// Browse returns a page of the products of a category and of all those under
// it, in one round trip. A page goes on where the one before ended: what is not
// changed in between is neither left out nor repeated. Errors by kind: Invalid
// for wrong input, such as an attribute that is not filterable or the cursor of
// another list; NotFound (ErrNoCategory).
func (s *Service) Browse(ctx context.Context, req Browse) (Listing, error) {
	if req.Sort == "" {
		req.Sort = ByPosition
	}
	return s.list(ctx, s.reader, req)
}

// Search asks for a page of cards that have words.
type Search struct {
	// Browse is as for lists. The default of Sort is ByRelevance.
	Browse
	// Text has the words, of which MaxQueryWords count; at most MaxQuery
	// characters.
	Text string
}

// Search returns a page of the products that have all words of a text in their
// title or their description, their SKUs or the titles and options of their
// variants, in one round trip. Of the last word the beginning is enough.
// Capitals, accents and umlaut dots make no difference. A text without any word
// finds nothing. Errors: those of Browse.
func (s *Service) Search(ctx context.Context, req Search) (Listing, error) {
	if req.Sort == "" {
		req.Sort = ByRelevance
	}
	var c fault.Check
	words := Words(c.Lines("text", req.Text, MaxQuery))
	if err := c.Err("catalog.search"); err != nil {
		return Listing{}, err
	}
	if len(words) == 0 {
		if req.Sort == ByRelevance {
			req.Sort = ByTitle
		}
		_, _, err := s.cardQuery(req.Browse, nil)
		return Listing{Page: page.Page[Card]{Items: []Card{}}}, err
	}
	return s.list(ctx, s.searcher, req.Browse, words[:min(len(words), MaxQueryWords)]...)
}

// list is Browse without words, and Search with them.
func (s *Service) list(ctx context.Context, in Searcher, req Browse, words ...string) (Listing, error) {
	q, list, err := s.cardQuery(req, words)
	if err != nil {
		return Listing{}, err
	}
	found, err := in.ProductCards(ctx, q)
	if err != nil {
		return Listing{}, err
	}
	if err := filterable(q.Filters, found.Attributes); err != nil {
		return Listing{}, err
	}
	cards, err := page.Of(found.Cards, req.Request, func(last Card) (string, error) {
		u := last.Place.ID.UUID()
		return s.cursors.Encode(list, last.Place.Number, last.Place.Text, u[:])
	})
	out := Listing{Page: cards, Trail: found.Trail, Facets: found.Facets, Count: found.Count}
	if found.Priced {
		out.Prices = PriceRange{money.New(found.Low, q.Currency), money.New(found.High, q.Currency)}
	}
	return out, err
}

// cardQuery checks what is asked for.
func (s *Service) cardQuery(req Browse, words []string) (CardQuery, page.List, error) {
	var c fault.Check
	req.Request.Check(&c)
	at := s.market(&c, req.Market)
	if req.Category != "" {
		checkSlug(&c, "category", req.Category)
	}
	q := CardQuery{
		Currency: at.Currency, At: at.At, Category: req.Category, Words: words, Filters: checkFilters(&c, req.Filters),
		Sort: req.Sort, Limit: req.Size() + 1, PageOnly: req.PageOnly,
	}
	q.Low, q.High = req.Price.check(&c, at.Currency)
	c.That(req.Sort.known() && (req.Sort != ByRelevance || len(words) > 0), "sort", "unknown",
		"must be position, newest, price, -price or title, or relevance for a search")
	if err := c.Err("catalog.browse"); err != nil {
		return q, page.List{}, err
	}
	list, err := s.listOf(q)
	if err != nil || req.Cursor == "" {
		return q, list, err
	}
	var last []byte
	if err := s.cursors.Decode(list, req.Cursor, &q.After.Number, &q.After.Text, &last); err != nil {
		return q, list, err
	}
	return q, list, q.After.ID.Scan(last)
}

func (o Sort) known() bool {
	switch o {
	case ByPosition, Newest, PriceUp, PriceDown, ByTitle, ByRelevance:
		return true
	default:
		return false
	}
}

// listOf names the list that a cursor belongs to: everything that makes it
// another one.
func (s *Service) listOf(q CardQuery) (page.List, error) {
	name, err := json.Marshal([]any{q.Category, q.Words, q.Filters, q.Low, q.High, q.Currency.Code()})
	return page.List{Name: "cards " + string(name), Tenant: s.tenant, Sort: string(q.Sort)}, err
}

// market checks where and for whom something is asked, now if it is not said
// when.
func (s *Service) market(c *fault.Check, at market.Context) market.Context {
	if at.At.IsZero() {
		at.At = s.clock.Now()
	}
	return at.Check(c, "market")
}

func checkFilters(c *fault.Check, fs []Filter) []Filter {
	if !c.That(len(fs) <= MaxFilters, "filters", "too_many", "must be at most "+strconv.Itoa(MaxFilters)) {
		return nil
	}
	out := make([]Filter, len(fs))
	for i, f := range fs {
		path := "filters[" + strconv.Itoa(i) + "]"
		checkAttributeCode(c, path+".attribute", f.Attribute)
		c.That(!slices.ContainsFunc(out[:i], func(g Filter) bool { return g.Attribute == f.Attribute }), path+".attribute", "repeated", "comes twice")
		c.That(len(f.Values) > 0, path+".values", "required", "must not be empty")
		out[i].Attribute = f.Attribute
		if !c.That(len(f.Values) <= MaxFilterValues, path+".values", "too_many", "must be at most "+strconv.Itoa(MaxFilterValues)) {
			continue
		}
		for j, v := range f.Values {
			out[i].Values = append(out[i].Values, c.Required(path+".values["+strconv.Itoa(j)+"]", v, MaxValue))
		}
		slices.Sort(out[i].Values)
		out[i].Values = slices.Compact(out[i].Values)
	}
	slices.SortFunc(out, func(f, g Filter) int {
		return compareValues(nil, Value{Attribute: f.Attribute}, Value{Attribute: g.Attribute})
	})
	return out
}

// filterable checks that all filters are of attributes that are filterable.
func filterable(fs []Filter, known []Attribute) error {
	var c fault.Check
	for i, f := range fs {
		ok := slices.ContainsFunc(known, func(a Attribute) bool { return a.Code == f.Attribute })
		c.That(ok, "filters["+strconv.Itoa(i)+"].attribute", "unknown", "must be the code of an attribute that is filterable")
	}
	return c.Err("catalog.browse")
}

// check returns the bounds in minor units.
func (r PriceRange) check(c *fault.Check, currency money.Currency) (low, high int64) {
	high = money.Limit
	bound := func(path string, a money.Amount, into *int64) {
		if a == (money.Amount{}) {
			return
		}
		c.That(a.Currency() == currency, path, "currency", "must be in the currency of the market")
		c.That(!a.IsNegative() && a.Check() == nil, path, "out_of_range", "must not be negative or beyond all prices")
		*into = a.Minor()
	}
	bound("price.from", r.From, &low)
	bound("price.to", r.To, &high)
	c.That(low <= high, "price.to", "out_of_range", "must not be less than from")
	return low, high
}
