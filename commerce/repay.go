package commerce

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/returns"
)

// repay is the Refunder of returns: it gives back what a payment of the order
// brought. The key belongs to one payment for ever, because payment remembers
// it: asked again, another payment is refused (op.ErrMismatch), and the right
// one says what became of it.
func (e *Engine) repay(ctx context.Context, r returns.Repayment) (returns.Repaid, error) {
	ps, err := e.Payments.BySubject(ctx, r.Order.String())
	if err != nil {
		return returns.Repaid{}, undecided(err)
	}
	var short error = &payment.ExceedsCaptured{Want: r.Amount}
	for _, p := range ps {
		f, err := e.Payments.Refund(ctx, p.ID, payment.GiveBack{
			Meta: op.Meta{By: op.Actor{Kind: op.System, ID: repayer}, Key: r.Key}, Amount: r.Amount, Reason: "return",
		})
		if _, exceeded := errors.AsType[*payment.ExceedsCaptured](err); exceeded {
			short = err
			continue
		}
		if errors.Is(err, op.ErrMismatch) {
			continue
		}
		return repaid(f), undecided(err)
	}
	return returns.Repaid{}, short
}

// repayer is in whose name returns are paid back.
const repayer = "kontor.returns"

// repaid says in the words of returns what became of a refund.
func repaid(f payment.Refund) returns.Repaid {
	out := returns.Repaid{Reference: f.ID.String()}
	switch f.Status() {
	case payment.RefundStatusSucceeded:
		out.State = returns.RefundDone
	case payment.RefundStatusFailed:
		out.State, out.Reason = returns.RefundFailed, string(f.Decline.Reason)
	case payment.RefundStatusRequested, payment.RefundStatusProcessing:
	}
	return out
}

// undecided hides the kind of an error that trying again may mend: returns must
// not take it for a no.
func undecided(err error) error {
	if err != nil && fault.Retryable(err) {
		return fault.Newf(fault.Unavailable, "refund_undecided", "The refund is not decided yet: %v", err)
	}
	return err
}
