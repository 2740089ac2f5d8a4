package promotion

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reader reads promotions. Implementations are safe for concurrent use, except
// inside a unit of work.
type Reader interface {
	// Promotion returns a promotion, or ErrNoPromotion.
	Promotion(ctx context.Context, id ID) (Promotion, error)
	// Promotions returns at most limit promotions, newest first, that are older
	// than after; the zero id begins with the newest.
	Promotions(ctx context.Context, after ID, limit int) ([]Promotion, error)
	// ActivePromotions returns at most limit promotions in the state Active,
	// newest first, and the revision of a moment not later than theirs.
	ActivePromotions(ctx context.Context, limit int) ([]Promotion, int64, error)
	// LookPromotions answers everything that Offers has to know, in one round
	// trip.
	LookPromotions(ctx context.Context, l Look) (Seen, error)
	// PromotionRedemptions returns what an order has used, also what it has
	// given back, sorted by promotion.
	PromotionRedemptions(ctx context.Context, order string) ([]Redemption, error)
}

// Look is what Offers asks.
type Look struct {
	// Codes are in canonical form.
	Codes []string
	// Buyer is whose uses are wanted, and empty if nobody is known.
	Buyer string
}

// Seen is the answer to a Look.
type Seen struct {
	// Revision rises with every change of a promotion of the tenant.
	Revision int64
	// Coded are the codes that exist, with their promotions.
	Coded []Coded
	// Uses are those of the active automatic promotions that are counted.
	Uses map[ID]Uses
}

// Coded is a code and the promotion it belongs to.
type Coded struct {
	Code      string
	Promotion Promotion
	Uses      Uses
}

// Uses is how often a promotion was used.
type Uses struct {
	Total int
	// Code is how often the code at hand was used, Buyer how often the buyer
	// has used the promotion.
	Code, Buyer int
}

// Redemption is the use of a promotion by an order.
type Redemption struct {
	Order     string    `json:"order"`
	Promotion ID        `json:"promotion"`
	Code      string    `json:"code,omitempty"`
	Buyer     string    `json:"buyer,omitempty"`
	At        time.Time `json:"at"`
	// GivenBackAt is when it ceased to count; zero while it does.
	GivenBackAt time.Time `json:"given_back_at,omitzero"`
	// Counted says that it is counted against limits.
	Counted bool `json:"counted,omitempty"`
}

// Tx changes promotions inside a unit of work.
type Tx interface {
	Reader
	Writer
	event.Appender
	op.Tx
	tx.Scoper
}

// Writer is what only promotion writes. A guard may also fail the unit at its
// end. Every change of a promotion raises the revision of the tenant.
type Writer interface {
	// InsertPromotion stores a new promotion.
	InsertPromotion(ctx context.Context, p Promotion) error
	// UpdatePromotion turns was, as it was read, into now, whose version is one
	// higher. If another version is stored the unit fails with a stale version
	// Conflict; if it was used more often than the limits of now, with
	// ErrLimitPassed.
	UpdatePromotion(ctx context.Context, was, now Promotion) error
	// InsertPromotionCodes stores codes of a promotion, or fails with
	// ErrCodeTaken.
	InsertPromotionCodes(ctx context.Context, id ID, codes []string, at time.Time) error
	// RedeemPromotions stores uses and counts those of counted promotions. It
	// fails with *Exhausted if a limit would be passed, with ErrChanged if a
	// promotion is not active any more or has another version, and with
	// ErrRedeemed if the order has used it before.
	RedeemPromotions(ctx context.Context, us []Use) error
	// GiveBackPromotions marks uses as given back and takes them off the
	// counters, or fails with ErrChanged if one was given back before.
	GiveBackPromotions(ctx context.Context, rs []Redemption, at time.Time) error
}

// Use is a redemption and the version of the promotion that was looked at.
type Use struct {
	Redemption
	Version int
}

// Auditor looks for counts that contradict themselves.
type Auditor interface {
	// PromotionDiscrepancies returns every violation of M16: uses are within
	// their limits, and the counters are the sums of the redemptions that were
	// not given back.
	PromotionDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation.
type Discrepancy struct {
	// Invariant is "M16".
	Invariant string `json:"invariant"`
	// Subject is the id of the promotion, and the code or buyer.
	Subject string `json:"subject"`
	// Text tells the figures.
	Text string `json:"text"`
}
