package catalog

import (
	"context"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps is what a Service needs. All fields are required but where a comment
// says otherwise.
type Deps struct {
	Units  tx.Runner[Tx]
	Reader Reader
	Clock  clock.Clock
	NewID  id.Source
	// Cursors signs the cursors of lists.
	Cursors page.Codec
	// Tenant is what cursors are bound to. May be empty.
	Tenant string
	// Searcher answers Search. Default: Reader.
	Searcher Searcher
}

// Service keeps the catalogue. It is safe for concurrent use. Every verb has a
// Tx form for use inside a unit of work.
type Service struct {
	units   tx.Runner[Tx]
	reader  Reader
	clock   clock.Clock
	newID   id.Source
	cursors page.Codec
	tenant  string

	searcher Searcher
}

// NewService returns a service.
func NewService(d Deps) *Service {
	s := &Service{
		units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, cursors: d.Cursors, tenant: d.Tenant, searcher: d.Searcher,
	}
	if s.searcher == nil {
		s.searcher = d.Reader
	}
	return s
}

// Product returns a product with its variants, or NotFound (ErrNoProduct).
func (s *Service) Product(ctx context.Context, product ID) (Product, error) {
	return s.reader.Product(ctx, product)
}

// ProductBySlug returns the product with a slug, or NotFound (ErrNoProduct).
func (s *Service) ProductBySlug(ctx context.Context, slug string) (Product, error) {
	var c fault.Check
	checkSlug(&c, "slug", slug)
	if c.Err("") != nil {
		return Product{}, ErrNoProduct // no product was ever called that
	}
	return s.reader.ProductBySlug(ctx, slug)
}

// Variants returns the variants with the SKUs, by SKU. Those that are not in
// the catalogue are left out. At most MaxSKUs.
func (s *Service) Variants(ctx context.Context, skus ...string) (map[string]Variant, error) {
	if err := checkSKUs("catalog.variants", skus); err != nil {
		return nil, err
	}
	shelf, err := s.reader.Shelf(ctx, nil, skus)
	if err != nil {
		return nil, err
	}
	asked := make(map[string]bool, len(skus))
	for _, sku := range skus {
		asked[sku] = true
	}
	out := map[string]Variant{}
	for _, p := range shelf.Products {
		for _, v := range p.Variants {
			if asked[v.SKU] {
				out[v.SKU] = v
			}
		}
	}
	return out, nil
}

// Offers returns the offers of SKUs in a currency, by SKU. Those that are not in
// the catalogue are left out; those that have no price in the currency have no
// prices. At most MaxSKUs.
func (s *Service) Offers(ctx context.Context, currency money.Currency, skus ...string) (Offers, error) {
	if err := checkSKUs("catalog.offers", skus); err != nil {
		return nil, err
	}
	return s.reader.Offers(ctx, currency, skus)
}

// List asks for a page of products.
type List struct {
	page.Request
	// Status is that of all products returned. Empty means any.
	Status Status
}

// Products returns a page of products with their variants, newest first.
func (s *Service) Products(ctx context.Context, req List) (page.Page[Product], error) {
	var c fault.Check
	req.Check(&c)
	c.That(req.Status == "" || Moves().Has(req.Status), "status", "unknown", "must be draft, active or archived")
	if err := c.Err("catalog.products"); err != nil {
		return page.Page[Product]{}, err
	}
	list := page.List{Name: "products", Tenant: s.tenant, Sort: "-id;status=" + string(req.Status)}
	q := Query{Status: req.Status, Limit: req.Size() + 1}
	if req.Cursor != "" {
		var last []byte
		if err := s.cursors.Decode(list, req.Cursor, &last); err != nil {
			return page.Page[Product]{}, err
		}
		if err := q.After.Scan(last); err != nil {
			return page.Page[Product]{}, err
		}
	}
	ps, err := s.reader.Products(ctx, q)
	if err != nil {
		return page.Page[Product]{}, err
	}
	return page.Of(ps, req.Request, func(last Product) (string, error) {
		u := last.ID.UUID()
		return s.cursors.Encode(list, u[:])
	})
}

// MaxSKUs is how many SKUs one call may name.
const MaxSKUs = 500

func checkSKUs(code string, skus []string) error {
	var c fault.Check
	c.That(len(skus) <= MaxSKUs, "skus", "too_many", "must be at most "+strconv.Itoa(MaxSKUs))
	for i, sku := range skus {
		checkSKU(&c, "skus["+strconv.Itoa(i)+"]", sku)
	}
	return c.Err(code)
}

// when is the time of a change and who makes it.
type when struct {
	at time.Time
	by op.Actor
}

func (s *Service) now(m op.Meta) when { return when{at: clock.Cut(s.clock.Now()), by: m.By} }

// announce appends what happened to a product.
func (s *Service) announce(ctx context.Context, t Tx, w when, p Product, payload event.Payload) error {
	return s.tell(ctx, t, w, about{p.ID.String(), p.Version}, payload)
}

// about is what an event is about, and its version.
type about struct {
	subject string
	version int
}

// tell appends what happened to a subject.
func (s *Service) tell(ctx context.Context, t Tx, w when, a about, payload event.Payload) error {
	stamp := event.Stamp{NewID: s.newID, At: w.at, Actor: w.by.String()}
	e, err := stamp.Of(a.subject, a.version, payload)
	if err != nil {
		return err
	}
	return t.Append(ctx, e)
}
