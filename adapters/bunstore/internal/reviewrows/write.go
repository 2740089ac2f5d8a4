package reviewrows

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/reviews"
)

// ReviewTx writes reviews in a unit.
type ReviewTx struct {
	ReviewReader
	U *unit.Unit
}

var _ reviews.Writer = ReviewTx{}

const insertEntitlement = `INSERT INTO kontor_review_entitlement (tenant, id, order_id, n, product, sku, buyer_kind, buyer_id, review,
delivered_at, invited_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// InsertReviewEntitlements stores new entitlements.
func (t ReviewTx) InsertReviewEntitlements(ctx context.Context, es []reviews.Entitlement) error {
	for _, e := range es {
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankOther, Key: entitlementKey(e.ID), Text: insertEntitlement, Broken: reviews.ErrEntitled,
			Args: []any{
				t.U.Tenant(), e.ID.UUID(), e.Order, e.N, e.Product.UUID(), e.SKU, string(e.Buyer.Kind), e.Buyer.ID, e.Review.UUID(),
				clock.Micros(e.DeliveredAt), clock.Micros(e.InvitedAt), clock.Micros(e.CreatedAt),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Entitlements are written before the reviews that use them.
func entitlementKey(e reviews.EntitlementID) string { u := e.UUID(); return "e" + string(u[:]) }

func reviewKey(r reviews.ID) string { u := r.UUID(); return "r" + string(u[:]) }

const inviteEntitlement = "UPDATE kontor_review_entitlement SET invited_at = $3 WHERE tenant = $1 AND id = $2 AND invited_at = 0"

// InviteReviewEntitlements stores when entitlements were invited.
func (t ReviewTx) InviteReviewEntitlements(ctx context.Context, es []reviews.Entitlement) error {
	for _, e := range es {
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankOther, Key: entitlementKey(e.ID), Text: inviteEntitlement, Untouched: fault.Stale("entitlement", 1, 2),
			Args: []any{t.U.Tenant(), e.ID.UUID(), clock.Micros(e.InvitedAt)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	useEntitlement = "UPDATE kontor_review_entitlement SET review = $3 WHERE tenant = $1 AND id = $2 AND review = $4"

	insertReview = `INSERT INTO kontor_review (tenant, id, version, status, entitlement, product, sku, author_kind, author_id, name, rating,
title, body, reason, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`
)

// InsertReview stores a new review and uses its entitlement up.
func (t ReviewTx) InsertReview(ctx context.Context, x reviews.Review) error {
	err := t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: entitlementKey(x.Entitlement), Text: useEntitlement, Untouched: reviews.ErrReviewed,
		Args: []any{t.U.Tenant(), x.Entitlement.UUID(), x.ID.UUID(), uuid.Nil},
	})
	if err != nil {
		return err
	}
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: reviewKey(x.ID), Text: insertReview, Broken: reviews.ErrReviewed,
		Args: []any{
			t.U.Tenant(), x.ID.UUID(), x.Version, string(x.Status()), x.Entitlement.UUID(), x.Product.UUID(), x.SKU,
			string(x.Author.Kind), x.Author.ID, x.Name, x.Rating, x.Title, x.Text, x.Reason, clock.Micros(x.CreatedAt), clock.Micros(x.UpdatedAt),
		},
	})
}

const updateReview = `UPDATE kontor_review SET version = version + 1, status = $4, reason = $5, updated_at = $6
WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdateReview replaces the version before that of x.
func (t ReviewTx) UpdateReview(ctx context.Context, x reviews.Review) error {
	was := x.Version - 1
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: reviewKey(x.ID), Text: updateReview, Untouched: fault.Stale("review", was, 0),
		Args: []any{t.U.Tenant(), x.ID.UUID(), was, string(x.Status()), x.Reason, clock.Micros(x.UpdatedAt)},
		Explain: func(ctx context.Context, q unit.Querier, _ error) error {
			now, err := ReviewReader{Q: q}.Review(ctx, x.ID)
			if err != nil {
				return err
			}
			return fault.Stale("review", was, now.Version)
		},
	})
}

const (
	addRating = "INSERT INTO kontor_review_rating (tenant, " + ratingColumns + `) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant, product) DO UPDATE SET count = kontor_review_rating.count + 1, sum = kontor_review_rating.sum + $3,
stars1 = kontor_review_rating.stars1 + $4, stars2 = kontor_review_rating.stars2 + $5, stars3 = kontor_review_rating.stars3 + $6,
stars4 = kontor_review_rating.stars4 + $7, stars5 = kontor_review_rating.stars5 + $8`

	subtractRating = `UPDATE kontor_review_rating SET count = count - 1, sum = sum - $3, stars1 = stars1 - $4, stars2 = stars2 - $5,
stars3 = stars3 - $6, stars4 = stars4 - $7, stars5 = stars5 - $8 WHERE tenant = $1 AND product = $2`
)

// AddReviewRating counts a review, or counts it no more.
func (t ReviewTx) AddReviewRating(ctx context.Context, x reviews.Review, by int) error {
	stars := [reviews.MaxStars]int{}
	stars[x.Rating-1] = 1
	u := x.Product.UUID()
	broken := fault.New(fault.Internal, "rating_broken", "The rating of the product contradicts its reviews.")
	w := unit.Write{
		Rank: unit.RankCounter, Key: "review" + string(u[:]), Text: addRating, Broken: broken,
		Args: []any{t.U.Tenant(), u, x.Rating, stars[0], stars[1], stars[2], stars[3], stars[4]},
	}
	if by < 0 {
		w.Text, w.Untouched = subtractRating, broken
	}
	return t.U.Write(ctx, w)
}

const (
	recount = `SELECT product, CAST(count(*) AS bigint), CAST(SUM(rating) AS bigint),
CAST(SUM(CASE WHEN rating = 1 THEN 1 ELSE 0 END) AS bigint), CAST(SUM(CASE WHEN rating = 2 THEN 1 ELSE 0 END) AS bigint),
CAST(SUM(CASE WHEN rating = 3 THEN 1 ELSE 0 END) AS bigint), CAST(SUM(CASE WHEN rating = 4 THEN 1 ELSE 0 END) AS bigint),
CAST(SUM(CASE WHEN rating = 5 THEN 1 ELSE 0 END) AS bigint)
FROM kontor_review WHERE tenant = $1 AND status = 'published' GROUP BY product ORDER BY product`

	allRatings = "SELECT " + ratingColumns + " FROM kontor_review_rating WHERE tenant = $1 AND count > 0 ORDER BY product"

	strays = `SELECT r.id FROM kontor_review r JOIN kontor_review_entitlement e ON e.tenant = r.tenant AND e.id = r.entitlement
WHERE r.tenant = $1 AND (e.review <> r.id OR e.product <> r.product OR e.buyer_kind <> r.author_kind OR e.buyer_id <> r.author_id)
ORDER BY r.id`
)

// ReviewDiscrepancies returns ratings and reviews that must not be.
func (r ReviewReader) ReviewDiscrepancies(ctx context.Context) ([]reviews.Discrepancy, error) {
	out := []reviews.Discrepancy{}
	counted, stored := map[catalog.ID]reviews.Rating{}, map[catalog.ID]reviews.Rating{}
	var products []catalog.ID
	collect := func(into map[catalog.ID]reviews.Rating) func(unit.Row) error {
		return func(row unit.Row) error {
			x, err := scanRating(row)
			into[x.Product] = x
			products = append(products, x.Product)
			return err
		}
	}
	args := []any{r.Q.Tenant()}
	err := r.Q.Read(ctx, unit.Query{Text: recount, Args: args, Row: collect(counted)},
		unit.Query{Text: allRatings, Args: args, Row: collect(stored)},
		unit.Query{Text: strays, Args: args, Row: func(row unit.Row) error {
			var u uuid.UUID
			err := row.Scan(&u)
			out = append(out, reviews.Discrepancy{Invariant: "R2", Subject: reviews.IDFrom(u).String(), Text: "is not of its entitlement"})
			return err
		}})
	for _, p := range products {
		if have, want := stored[p], counted[p]; have != want {
			have.Product, want.Product = p, p
			stored[p] = want // once is enough
			if have != want {
				out = append(out, reviews.Discrepancy{Invariant: "R1", Subject: p.String(), Text: "shows " + figures(have) + ", a recount gives " + figures(want)})
			}
		}
	}
	return out, err
}

func figures(r reviews.Rating) string {
	return strconv.FormatInt(r.Count, 10) + " reviews with " + strconv.FormatInt(r.Sum, 10) + " stars"
}
