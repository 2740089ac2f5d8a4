package reviews

import (
	"context"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps are what a Service stands on.
type Deps struct {
	// Units runs units of work. Required.
	Units tx.Runner[Tx]
	// Reader reads committed reviews. Required.
	Reader Reader
	// Clock tells the time. Required.
	Clock clock.Clock
	// NewID makes ids. Required.
	NewID id.Source
	// Cursors signs the cursors of lists. Required by Reviews.
	Cursors page.Codec
	// Tenant binds the cursors of lists to a tenant; nothing else looks at it.
	Tenant string
}

// Service takes, moderates and counts reviews. It is safe for concurrent use.
// The Tx forms do the same inside a unit of work or a transaction of the host.
type Service struct {
	units   tx.Runner[Tx]
	reader  Reader
	clock   clock.Clock
	newID   id.Source
	cursors page.Codec
	tenant  string
}

// NewService returns a service.
func NewService(d Deps) *Service {
	return &Service{units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, cursors: d.Cursors, tenant: d.Tenant}
}

// Query asks for a page of reviews. Its zero value asks for the newest of all.
type Query struct {
	Filter
	page.Request
}

// Review returns a review, or ErrMissing.
func (s *Service) Review(ctx context.Context, review ID) (Review, error) {
	return s.reader.Review(ctx, review)
}

// Entitlement returns an entitlement, or ErrNoEntitlement.
func (s *Service) Entitlement(ctx context.Context, e EntitlementID) (Entitlement, error) {
	return s.reader.ReviewEntitlement(ctx, e)
}

// EntitlementsOf returns what may be reviewed of an order, by line.
func (s *Service) EntitlementsOf(ctx context.Context, order string) ([]Entitlement, error) {
	var c fault.Check
	c.Required("order", order, maxRef)
	if err := c.Err("reviews.entitlements"); err != nil {
		return nil, err
	}
	return s.reader.ReviewEntitlementsOf(ctx, order)
}

// Reviews returns a page of reviews, newest first. A cursor belongs to the
// Filter that it was made for. Errors: Invalid for a bad filter, limit or
// cursor.
func (s *Service) Reviews(ctx context.Context, q Query) (page.Page[Review], error) {
	var c fault.Check
	q.Check(&c)
	c.That(q.Status == "" || moves.Has(q.Status), "status", "unknown", "must be the state of a review")
	if err := c.Err("reviews.reviews"); err != nil {
		return page.Page[Review]{}, err
	}
	list := page.List{Name: "reviews " + string(q.Status) + " " + q.Product.String(), Tenant: s.tenant, Sort: "-created_at"}
	var after Position
	if q.Cursor != "" {
		var at int64
		var text string
		err := s.cursors.Decode(list, q.Cursor, &at, &text)
		if err == nil {
			after.ID, err = ParseID(text)
		}
		if err != nil {
			return page.Page[Review]{}, err
		}
		after.At = clock.FromMicros(at)
	}
	read, err := s.reader.ReviewsAfter(ctx, q.Filter, after, q.Size()+1)
	if err != nil {
		return page.Page[Review]{}, err
	}
	return page.Of(read, q.Request, func(last Review) (string, error) {
		return s.cursors.Encode(list, clock.Micros(last.CreatedAt), last.ID.String())
	})
}

// Ratings returns the ratings of products, in the order asked for, with zeros
// for those that nobody has reviewed. At most MaxLines products.
func (s *Service) Ratings(ctx context.Context, products ...catalog.ID) ([]Rating, error) {
	var c fault.Check
	c.That(len(products) <= MaxLines, "products", "too_many", "must be at most "+strconv.Itoa(MaxLines))
	if err := c.Err("reviews.ratings"); err != nil {
		return nil, err
	}
	read, err := s.reader.ReviewRatings(ctx, products)
	if err != nil {
		return nil, err
	}
	known := make(map[catalog.ID]Rating, len(read))
	for _, r := range read {
		known[r.Product] = r
	}
	out := make([]Rating, len(products))
	for i, p := range products {
		out[i] = known[p]
		out[i].Product = p
	}
	return out, nil
}

const (
	maxRef    = 200
	maxSKU    = 64
	maxReason = 500
)

// announce appends one event; at, if it is not zero, makes it a timer.
func (s *Service) announce(ctx context.Context, t Tx, call op.Call, e announcement) error {
	stamp := event.Stamp{NewID: s.newID, At: call.Now, Actor: call.Meta.By.String()}
	ev, err := stamp.Of(e.subject, e.version, e.fact)
	if err != nil {
		return err
	}
	if !e.at.IsZero() {
		ev.DeliverAt = clock.Cut(e.at)
	}
	return t.Append(ctx, ev)
}

type announcement struct {
	subject string
	version int
	fact    event.Payload
	at      time.Time
}
