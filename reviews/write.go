package reviews

import (
	"context"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Write is what a buyer says. By must be the buyer of the entitlement, if that
// has one with an id.
type Write struct {
	op.Meta
	// Rating is 1 to 5 stars.
	Rating int
	// Title and Text are plain text of at most MaxTitle and MaxText characters.
	// They may be empty. The text may have line breaks.
	Title string
	Text  string
	// Name is how the author wants to be shown, at most 60 characters.
	Name string
}

const maxName = 60

// Write stores a review, which is pending. Errors by kind: Invalid; NotFound
// (ErrNoEntitlement) if there is no such entitlement or it is another's, which
// cannot be told apart; Conflict (ErrReviewed) if it was used.
func (s *Service) Write(ctx context.Context, e EntitlementID, req Write) (Review, error) {
	return s.writing(e, req).Alone(ctx, s.units)
}

// WriteTx is Write inside a unit.
func (s *Service) WriteTx(ctx context.Context, t Tx, e EntitlementID, req Write) (Review, error) {
	return s.writing(e, req).In(ctx, t)
}

func (s *Service) writing(e EntitlementID, req Write) tx.Deed[Tx, Review] {
	now := clock.Cut(s.clock.Now())
	var c fault.Check
	checkNew(&c, req.Meta)
	c.Range("rating", int64(req.Rating), 1, MaxStars)
	r := Review{
		ID: id.New[kind](s.newID), Entitlement: e, Author: req.By, Rating: req.Rating,
		Title: c.Text("title", req.Title, MaxTitle), Text: c.Lines("text", req.Text, MaxText), Name: c.Text("name", req.Name, maxName),
		Version: 1, CreatedAt: now, UpdatedAt: now, status: moves.Initial,
	}
	parameters := r
	parameters.ID, parameters.CreatedAt, parameters.UpdatedAt = ID{}, clock.FromMicros(0), clock.FromMicros(0)
	call := op.Call{Meta: req.Meta, Operation: "reviews.write", Parameters: parameters, Now: now}
	return tx.Once(call, func(ctx context.Context, t Tx) (Review, error) {
		right, err := t.ReviewEntitlement(ctx, e)
		switch {
		case err != nil:
			return Review{}, err
		case right.Buyer.ID != "" && right.Buyer != req.By:
			return Review{}, ErrNoEntitlement
		case !right.Review.IsZero():
			return Review{}, ErrReviewed
		}
		w := r
		w.Product, w.SKU, w.Author = right.Product, right.SKU, right.Buyer
		if err := t.InsertReview(ctx, w); err != nil {
			return Review{}, err
		}
		return w, s.announce(ctx, t, call, announcement{subject: w.ID.String(), version: w.Version, fact: Written{
			Review: w.ID, Product: w.Product, Order: right.Order, N: right.N, Rating: w.Rating,
		}})
	}).Unless(c.Err(call.Operation))
}

// Publish is the request to show a review.
type Publish struct {
	op.Meta
}

// Publish shows a pending review and counts it. Errors by kind: Invalid,
// NotFound, Conflict if it is not pending or for a stale version.
func (s *Service) Publish(ctx context.Context, review ID, req Publish) (Review, error) {
	return s.moderate(ctx, publishing(review, req))
}

// PublishTx is Publish inside a unit.
func (s *Service) PublishTx(ctx context.Context, t Tx, review ID, req Publish) (Review, error) {
	return s.moderateTx(ctx, t, publishing(review, req))
}

// Reject is the request not to show a review.
type Reject struct {
	op.Meta
	// Reason is why, 1 to 500 characters.
	Reason string
}

// Reject says that a pending review will not be shown. Errors: see Publish.
func (s *Service) Reject(ctx context.Context, review ID, req Reject) (Review, error) {
	return s.moderate(ctx, rejecting(review, req))
}

// RejectTx is Reject inside a unit.
func (s *Service) RejectTx(ctx context.Context, t Tx, review ID, req Reject) (Review, error) {
	return s.moderateTx(ctx, t, rejecting(review, req))
}

// Hide is the request to show a review no more.
type Hide struct {
	op.Meta
	// Reason is why, 1 to 500 characters.
	Reason string
}

// Hide takes a published review away, and out of the rating. Errors: see
// Publish.
func (s *Service) Hide(ctx context.Context, review ID, req Hide) (Review, error) {
	return s.moderate(ctx, hiding(review, req))
}

// HideTx is Hide inside a unit.
func (s *Service) HideTx(ctx context.Context, t Tx, review ID, req Hide) (Review, error) {
	return s.moderateTx(ctx, t, hiding(review, req))
}

// ruling is what staff decides about a review.
type ruling struct {
	meta    op.Meta
	review  ID
	trigger Trigger
	reason  string
	invalid fault.Check
	// counts is by how much the rating counts the review more.
	counts int
	fact   func(r Review) event.Payload
}

func publishing(review ID, req Publish) ruling {
	return ruling{meta: req.Meta, review: review, trigger: TriggerPublish, counts: 1, fact: func(r Review) event.Payload {
		return Published{Review: r.ID, Product: r.Product, Rating: r.Rating}
	}}
}

func rejecting(review ID, req Reject) ruling {
	x := ruling{meta: req.Meta, review: review, trigger: TriggerReject, fact: func(r Review) event.Payload {
		return Rejected{Review: r.ID, Product: r.Product, Reason: r.Reason}
	}}
	x.reason = x.invalid.Required("reason", req.Reason, maxReason)
	return x
}

func hiding(review ID, req Hide) ruling {
	x := ruling{meta: req.Meta, review: review, trigger: TriggerHide, counts: -1, fact: func(r Review) event.Payload {
		return Hidden{Review: r.ID, Product: r.Product, Rating: r.Rating, Reason: r.Reason}
	}}
	x.reason = x.invalid.Required("reason", req.Reason, maxReason)
	return x
}

func (s *Service) moderate(ctx context.Context, x ruling) (Review, error) {
	return s.moderating(x).Alone(ctx, s.units)
}

func (s *Service) moderateTx(ctx context.Context, t Tx, x ruling) (Review, error) {
	return s.moderating(x).In(ctx, t)
}

func (s *Service) moderating(x ruling) tx.Deed[Tx, Review] {
	x.meta.Check(&x.invalid)
	call := op.Call{
		Meta: x.meta, Operation: "reviews." + string(x.trigger), Parameters: [2]string{x.review.String(), x.reason},
		Now: clock.Cut(s.clock.Now()),
	}
	return tx.Once(call, func(ctx context.Context, t Tx) (Review, error) {
		r, err := t.Review(ctx, x.review)
		if err != nil {
			return Review{}, err
		}
		if err := x.meta.Expect("review", r.Version); err != nil {
			return Review{}, err
		}
		if r, err = r.next(call.Now).move(x.trigger); err != nil {
			return Review{}, err
		}
		r.Reason = x.reason
		if err := t.UpdateReview(ctx, r); err != nil {
			return Review{}, err
		}
		if x.counts != 0 {
			if err := t.AddReviewRating(ctx, r, x.counts); err != nil {
				return Review{}, err
			}
		}
		return r, s.announce(ctx, t, call, announcement{subject: r.ID.String(), version: r.Version, fact: x.fact(r)})
	}).Unless(x.invalid.Err(call.Operation))
}
