package reviews

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Filter limits a list of reviews. What is left empty does not limit it.
type Filter struct {
	Product catalog.ID
	Status  Status
}

// Position is a place in a list of reviews.
type Position struct {
	At time.Time
	ID ID
}

// Reader reads reviews. Implementations are safe for concurrent use, except
// inside a unit of work.
type Reader interface {
	// Review returns a review, or ErrMissing.
	Review(ctx context.Context, id ID) (Review, error)
	// ReviewsAfter returns at most limit reviews, newest first, that are older
	// than a position; the zero Position begins with the newest.
	ReviewsAfter(ctx context.Context, f Filter, after Position, limit int) ([]Review, error)
	// ReviewRatings returns the ratings of those products that have any.
	ReviewRatings(ctx context.Context, products []catalog.ID) ([]Rating, error)
	// ReviewEntitlement returns an entitlement, or ErrNoEntitlement.
	ReviewEntitlement(ctx context.Context, id EntitlementID) (Entitlement, error)
	// ReviewEntitlementsOf returns the entitlements of an order, by line.
	ReviewEntitlementsOf(ctx context.Context, order string) ([]Entitlement, error)
}

// Tx changes reviews inside a unit of work.
type Tx interface {
	Reader
	Writer
	event.Appender
	op.Tx
	tx.Scoper
}

// Writer is what only this room writes.
type Writer interface {
	// InsertReviewEntitlements stores new entitlements. If one of their lines
	// has one the unit fails with ErrEntitled.
	InsertReviewEntitlements(ctx context.Context, es []Entitlement) error
	// InviteReviewEntitlements stores when entitlements were invited.
	InviteReviewEntitlements(ctx context.Context, es []Entitlement) error
	// InsertReview stores a new review and uses its entitlement up. If that was
	// used already the unit fails with ErrReviewed.
	InsertReview(ctx context.Context, r Review) error
	// UpdateReview replaces the version before that of r. If the stored one is
	// another the unit fails with a stale-version Conflict.
	UpdateReview(ctx context.Context, r Review) error
	// AddReviewRating adds a published review to the rating of its product
	// (by 1), or takes it out again (by -1).
	AddReviewRating(ctx context.Context, r Review, by int) error
}

// Auditor looks for ratings that contradict the reviews. It reads everything
// and is meant for operators and tests.
type Auditor interface {
	// ReviewDiscrepancies returns every violation of R1 (the rating of a product
	// equals a recount of its published reviews) and R2 (each review is of its
	// own entitlement, and of the product and buyer of that). None is an empty
	// list.
	ReviewDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation.
type Discrepancy struct {
	// Invariant is "R1" or "R2".
	Invariant string `json:"invariant"`
	// Subject is the text of the id of the product or of the review.
	Subject string `json:"subject"`
	// Text tells the figures.
	Text string `json:"text"`
}
