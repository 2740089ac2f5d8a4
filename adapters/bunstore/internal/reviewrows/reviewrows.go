// Package reviewrows keeps reviews: one row for each, one for each right to
// write one, and one for the rating of each product.
package reviewrows

import (
	"context"
	"math"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/reviews"
)

// ReviewReader reads reviews.
type ReviewReader struct{ Q unit.Querier }

var (
	_ reviews.Reader  = ReviewReader{}
	_ reviews.Auditor = ReviewReader{}
)

const (
	selectReviews = `SELECT id, version, status, entitlement, product, sku, author_kind, author_id, name, rating, title, body, reason,
created_at, updated_at FROM kontor_review WHERE tenant = $1 AND `
	selectReview    = selectReviews + "id = $2"
	reviewsAfter    = selectReviews + "(created_at, id) < ($2, $3)"
	newestFirst     = " ORDER BY created_at DESC, id DESC LIMIT $4"
	ofProduct       = " AND product = $5"
	ofStatus        = " AND status = $5"
	ofProductStatus = ofProduct + " AND status = $6"
)

// Review returns a review.
func (r ReviewReader) Review(ctx context.Context, review reviews.ID) (reviews.Review, error) {
	out, err := r.reviews(ctx, selectReview, r.Q.Tenant(), review.UUID())
	switch {
	case err != nil:
		return reviews.Review{}, err
	case len(out) == 0:
		return reviews.Review{}, reviews.ErrMissing
	default:
		return out[0], nil
	}
}

// ReviewsAfter returns reviews from the newest to the oldest.
func (r ReviewReader) ReviewsAfter(ctx context.Context, f reviews.Filter, after reviews.Position, limit int) ([]reviews.Review, error) {
	at, last := int64(math.MaxInt64), uuid.Max
	if !after.ID.IsZero() {
		at, last = clock.Micros(after.At), after.ID.UUID()
	}
	args := []any{r.Q.Tenant(), at, last, limit}
	switch byProduct, byStatus := !f.Product.IsZero(), f.Status != ""; {
	case byProduct && byStatus:
		return r.reviews(ctx, reviewsAfter+ofProductStatus+newestFirst, append(args, f.Product.UUID(), string(f.Status))...)
	case byProduct:
		return r.reviews(ctx, reviewsAfter+ofProduct+newestFirst, append(args, f.Product.UUID())...)
	case byStatus:
		return r.reviews(ctx, reviewsAfter+ofStatus+newestFirst, append(args, string(f.Status))...)
	default:
		return r.reviews(ctx, reviewsAfter+newestFirst, args...)
	}
}

func (r ReviewReader) reviews(ctx context.Context, text string, args ...any) ([]reviews.Review, error) {
	out := []reviews.Review{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: args, Row: func(row unit.Row) error {
		x, err := scanReview(row)
		out = append(out, x)
		return err
	}})
	return out, err
}

func scanReview(row unit.Row) (reviews.Review, error) {
	var x reviews.Review
	var u, entitlement, product uuid.UUID
	var status, author string
	var created, updated int64
	err := row.Scan(&u, &x.Version, &status, &entitlement, &product, &x.SKU, &author, &x.Author.ID, &x.Name, &x.Rating, &x.Title, &x.Text,
		&x.Reason, &created, &updated)
	if err != nil {
		return x, err
	}
	x.ID, x.Entitlement, x.Product = reviews.IDFrom(u), reviews.EntitlementIDFrom(entitlement), catalog.IDFrom(product)
	x.Author.Kind = op.ActorKind(author)
	x.CreatedAt, x.UpdatedAt = clock.FromMicros(created), clock.FromMicros(updated)
	return reviews.Restore(x, reviews.Status(status))
}

const (
	selectEntitlements = `SELECT id, order_id, n, product, sku, buyer_kind, buyer_id, review, delivered_at, invited_at, created_at
FROM kontor_review_entitlement WHERE tenant = $1 AND `
	selectEntitlement    = selectEntitlements + "id = $2"
	selectEntitlementsOf = selectEntitlements + "order_id = $2 ORDER BY n"
)

// ReviewEntitlement returns an entitlement.
func (r ReviewReader) ReviewEntitlement(ctx context.Context, e reviews.EntitlementID) (reviews.Entitlement, error) {
	out, err := r.entitlements(ctx, selectEntitlement, e.UUID())
	switch {
	case err != nil:
		return reviews.Entitlement{}, err
	case len(out) == 0:
		return reviews.Entitlement{}, reviews.ErrNoEntitlement
	default:
		return out[0], nil
	}
}

// ReviewEntitlementsOf returns the entitlements of an order.
func (r ReviewReader) ReviewEntitlementsOf(ctx context.Context, order string) ([]reviews.Entitlement, error) {
	return r.entitlements(ctx, selectEntitlementsOf, order)
}

func (r ReviewReader) entitlements(ctx context.Context, text string, key any) ([]reviews.Entitlement, error) {
	out := []reviews.Entitlement{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: []any{r.Q.Tenant(), key}, Row: func(row unit.Row) error {
		var e reviews.Entitlement
		var u, product, review uuid.UUID
		var buyer string
		var delivered, invited, created int64
		err := row.Scan(&u, &e.Order, &e.N, &product, &e.SKU, &buyer, &e.Buyer.ID, &review, &delivered, &invited, &created)
		e.ID, e.Product, e.Review = reviews.EntitlementIDFrom(u), catalog.IDFrom(product), reviews.IDFrom(review)
		e.Buyer.Kind = op.ActorKind(buyer)
		e.DeliveredAt, e.InvitedAt, e.CreatedAt = clock.FromMicros(delivered), clock.FromMicros(invited), clock.FromMicros(created)
		out = append(out, e)
		return err
	}})
	return out, err
}

const ratingColumns = "product, count, sum, stars1, stars2, stars3, stars4, stars5"

const selectRatings = "SELECT " + ratingColumns + " FROM kontor_review_rating WHERE tenant = $1 AND product = ANY($2::uuid[]) ORDER BY product"

// SelectReviewRatings is the query of the ratings of products; to receives them.
func SelectReviewRatings(tenant string, products []catalog.ID, to func(reviews.Rating)) unit.Query {
	return unit.Query{Text: selectRatings, Args: []any{tenant, uuids(products)}, Row: func(row unit.Row) error {
		x, err := scanRating(row)
		to(x)
		return err
	}}
}

// ReviewRatings returns the ratings of products.
func (r ReviewReader) ReviewRatings(ctx context.Context, products []catalog.ID) ([]reviews.Rating, error) {
	out := []reviews.Rating{}
	if len(products) == 0 {
		return out, nil
	}
	err := r.Q.Read(ctx, SelectReviewRatings(r.Q.Tenant(), products, func(x reviews.Rating) { out = append(out, x) }))
	return out, err
}

func uuids[K id.Kind](ids []id.Of[K]) []uuid.UUID {
	out := make([]uuid.UUID, len(ids))
	for i, x := range ids {
		out[i] = x.UUID()
	}
	return out
}

func scanRating(row unit.Row) (reviews.Rating, error) {
	var x reviews.Rating
	var product uuid.UUID
	err := row.Scan(&product, &x.Count, &x.Sum, &x.Stars[0], &x.Stars[1], &x.Stars[2], &x.Stars[3], &x.Stars[4])
	x.Product = catalog.IDFrom(product)
	return x, err
}
