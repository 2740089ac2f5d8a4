package promotion

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
)

// The errors of this room that carry no data. Test for them with errors.Is.
var (
	// ErrNoPromotion: there is no such promotion.
	ErrNoPromotion = fault.Missing("promotion")
	// ErrCodeTaken: one of the codes belongs to a promotion already.
	ErrCodeTaken = fault.New(fault.Conflict, "promotion_code_taken", "One of these codes exists already.")
	// ErrCodesFixed: an automatic promotion takes no codes, and one that was
	// activated stays automatic or not.
	ErrCodesFixed = fault.New(fault.Conflict, "promotion_codes_fixed", "Whether this promotion needs a code cannot change any more.")
	// ErrEnded: the promotion has ended for good.
	ErrEnded = fault.New(fault.Conflict, "promotion_ended", "The promotion has ended.")
	// ErrUncounted: the promotion ran without limits, so nobody knows how often
	// it was used.
	ErrUncounted = fault.New(fault.Conflict, "promotion_uncounted", "The promotion ran without limits before. Make a new one with limits.")
	// ErrLimitPassed: it was used more often than the new limits allow.
	ErrLimitPassed = fault.New(fault.Conflict, "promotion_limit_passed", "The promotion was used more often than that already.")
	// ErrRedeemed: the order has used this promotion before.
	ErrRedeemed = fault.New(fault.Conflict, "promotion_redeemed", "The order has used this promotion before.")
	// ErrChanged: a promotion, or the uses of an order, changed between the look
	// and the write. Ask again.
	ErrChanged = &fault.Error{
		Kind: fault.Conflict, Code: "promotion_changed", Retry: true, Text: "The promotion was changed meanwhile.",
	}
)

// Exhausted says that a promotion was used as often as it may be. It is a
// Conflict with code "promotion_exhausted".
type Exhausted struct {
	Promotion ID
	// Code is the code that was brought, and empty for an automatic promotion.
	Code string
	// Limit is the limit that was reached.
	Limit Limit
}

// Limit names one of Limits.
type Limit string

// The limits.
const (
	LimitTotal    Limit = "total"
	LimitPerCode  Limit = "per_code"
	LimitPerBuyer Limit = "per_buyer"
)

var _ fault.Carrier = (*Exhausted)(nil)

// Fault returns a Conflict that names the code.
func (e *Exhausted) Fault() *fault.Error {
	if e.Code == "" {
		return fault.New(fault.Conflict, "promotion_exhausted", "An offer in this order has been used up.")
	}
	return fault.Newf(fault.Conflict, "promotion_exhausted", "The code %s has been used up.", e.Code)
}

// Error names the promotion, the code and the limit.
func (e *Exhausted) Error() string {
	return fmt.Sprintf("promotion: %s by code %q: limit %s reached", e.Promotion, e.Code, e.Limit)
}

// Unwrap lets errors.Is find the kind.
func (e *Exhausted) Unwrap() error { return e.Fault() }
