package payment

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
)

// rounds is how often a decision is taken anew because somebody else was
// faster.
const rounds = 8

// detached returns a context in which an outcome is saved although the caller
// may have left: what a provider did must not be forgotten.
func (s *Service) detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), s.timing.Call)
}

// record saves what an outcome means for p, as it was read. If p has moved on
// meanwhile the decision is taken anew; an outcome of an attempt that is over
// decides nothing any more. It returns the payment as it is afterwards, and the
// refund that was begun because money surfaced, if any.
func (s *Service) record(ctx context.Context, p Payment, o Outcome) (Payment, *Refund, error) {
	ctx, cancel := s.detached(ctx)
	defer cancel()
	number, status := p.Attempt.Number, p.status
	for range rounds {
		c, err := p.conclude(o, s.clock.Now(), s.timing)
		if err != nil || c.payment.ID.IsZero() {
			return p, nil, err
		}
		if err := s.orphanRefund(&c); err != nil {
			return p, nil, err
		}
		err = s.units.InTx(ctx, func(ctx context.Context, t Tx) error { return s.update(ctx, t, c) })
		if err == nil {
			return c.payment, c.refund, nil
		}
		if !isStale(err) {
			return p, nil, err
		}
		if p, err = s.reader.Payment(ctx, p.ID); err != nil {
			return p, nil, err
		}
		if p.Attempt.Number != number || p.status != status {
			return p, nil, nil
		}
	}
	return p, nil, errCrowded
}

// errCrowded says that others changed the payment all the time.
var errCrowded = &fault.Error{
	Kind: fault.Conflict, Code: "busy", Retry: true, Text: "Too many changes at once. Please try again.",
}

// orphanRefund begins to refund money that surfaced when nobody waited for it.
func (s *Service) orphanRefund(c *change) error {
	p := &c.payment
	if !p.Orphaned || c.cash <= 0 {
		return nil
	}
	left := p.Refundable()
	if !left.IsPositive() {
		return nil
	}
	r := Refund{
		ID: id.New[refundKind](s.newID), Payment: p.ID, Amount: left, Reason: "orphaned",
		Version: 1, CreatedAt: p.UpdatedAt, UpdatedAt: p.UpdatedAt, status: RefundStatusRequested,
	}
	if err := r.intend(*p, p.Attempt.By, p.UpdatedAt, s.timing); err != nil {
		return err
	}
	p.Refunding = plus(p.Refunding, left)
	c.refund = &r
	return nil
}

// await sends the attempt in flight of p and saves what came of it. Whatever
// surfaced on the way is given back at once. The error is that of an attempt
// that failed.
func (s *Service) await(ctx context.Context, p Payment) (Payment, error) {
	was := p.Attempt
	a := s.transmit(ctx, p)
	next, refund, err := s.record(ctx, p, a.outcome)
	if err != nil {
		return next, err
	}
	if next, err = s.follow(ctx, next, was.Number, refund); err != nil {
		return next, err
	}
	if a.err != nil {
		return next, a.err
	}
	return next, next.result(was)
}

// follow goes on where an outcome began another attempt: an orphan is given
// back.
func (s *Service) follow(ctx context.Context, p Payment, number int, refund *Refund) (Payment, error) {
	if refund != nil {
		if _, err := s.awaitRefund(ctx, p, *refund); err != nil && fault.KindOf(err) == fault.Internal {
			return p, err
		}
		return s.reader.Payment(ctx, p.ID)
	}
	if p.status != StatusVoiding || p.Attempt.Number == number {
		return p, nil
	}
	a := s.transmit(ctx, p)
	next, refund, err := s.record(ctx, p, a.outcome)
	if err != nil || refund == nil {
		return next, err
	}
	_, err = s.awaitRefund(ctx, next, *refund)
	return next, err
}

// result is the error of an attempt that did not achieve what it was for, and
// nil while that is not known.
func (p Payment) result(a Attempt) error {
	if p.InFlight() {
		return nil
	}
	switch a.Operation {
	case OpAuthorize:
		if p.status == StatusDeclined || p.status == StatusExpired {
			return &NotDone{Operation: OpAuthorize, Decline: p.Decline}
		}
	case OpCapture:
		if p.status == StatusExpired || p.status == StatusAuthorized && p.Decline != (Decline{}) {
			return &NotDone{Operation: OpCapture, Decline: p.Decline}
		}
	case OpVoid:
		if p.status == StatusCaptured && p.Captured == p.Authorized {
			return ErrCapturedInstead
		}
		if p.status == StatusAuthorized || p.status == StatusActionRequired {
			return &NotDone{Operation: OpVoid, Decline: p.Decline}
		}
	case OpRefund:
	}
	return nil
}
