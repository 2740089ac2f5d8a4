package payment

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
)

// conclude decides what an outcome means for a refund in flight. It is pure. A
// change without a refund says that the outcome decides nothing.
func (r Refund) conclude(p Payment, o Outcome, at time.Time) (refundChange, error) {
	c := refundChange{refund: r}
	c.refund.Version++
	c.refund.UpdatedAt = at
	switch o.State {
	case StateRefunded:
		if o.Amount != r.Amount {
			c.refund.Due = at.Add(time.Hour)
			c.note(Mismatched, Entry{Amount: o.Amount, Reference: o.Reference})
			return c, nil
		}
		err := c.succeeded(p, o)
		return c, err
	case StateDeclined, StateAbsent:
		err := c.failed(p, o)
		return c, err
	case StatePending:
		if o.Reference == "" || o.Reference == r.Reference {
			return refundChange{}, nil
		}
		c.refund.Reference = o.Reference
		c.note(Waiting, Entry{Amount: r.Amount, Reference: o.Reference})
		return c, nil
	case StateUnknown, StateAuthorized, StateCaptured, StateVoided, StateActionRequired, StateExpired:
	}
	return refundChange{}, nil
}

func (c *refundChange) note(result Result, e Entry) {
	r := c.refund
	if e.Amount.Check() != nil {
		e.Amount = r.Amount
	}
	e.Operation, e.Result, e.Key, e.Refund, e.By = OpRefund, result, r.Attempt.Key, r.ID.String(), r.Attempt.By
	c.log = append(c.log, e)
}

// succeeded: the money went back.
func (c *refundChange) succeeded(p Payment, o Outcome) error {
	r := &c.refund
	if o.Reference != "" {
		r.Reference = o.Reference
	}
	r.Due, r.Decline = time.Time{}, Decline{}
	minor := r.Amount.Minor()
	c.move = r.moving(-minor, minor, r.UpdatedAt)
	c.cash = -minor
	c.note(Done, Entry{Amount: r.Amount, Reference: o.Reference, Note: r.Reason})
	c.fact = Refunded{
		Payment: p.ID.String(), Refund: r.ID.String(), Subject: p.Subject, Method: p.Method, Amount: r.Amount, Orphaned: p.Orphaned,
	}
	return r.move(succeed)
}

// failed: the money stayed.
func (c *refundChange) failed(p Payment, o Outcome) error {
	r := &c.refund
	result := Refused
	if o.State == StateAbsent {
		result, o.Decline = GivenUp, Decline{Code: string(StateAbsent), Reason: ReasonGeneric}
	}
	r.Due, r.Decline = time.Time{}, known(o.Decline)
	c.move = r.moving(-r.Amount.Minor(), 0, r.UpdatedAt)
	c.note(result, Entry{Amount: r.Amount, Note: r.Decline.Code})
	c.fact = RefundFailed{
		Payment: p.ID.String(), Refund: r.ID.String(), Subject: p.Subject, Method: p.Method, Amount: r.Amount,
		Reason: r.Decline.Reason, Code: r.Decline.Code,
	}
	return r.move(fail)
}

// writeRefund writes what comes with a refund: the move of the payment, log,
// posting, events. Events about refunds carry no version, because refunds do
// not wait for each other.
func (s *Service) writeRefund(ctx context.Context, t Tx, p Payment, c refundChange) error {
	if c.move.Payment == p.ID {
		if err := t.MovePaymentRefunds(ctx, c.move); err != nil {
			return err
		}
	}
	for i := range c.log {
		c.log[i].ID = id.New[entryKind](s.newID)
		c.log[i].Payment, c.log[i].At = p.ID, c.refund.UpdatedAt
	}
	if err := t.InsertPaymentLog(ctx, c.log...); err != nil {
		return err
	}
	p.UpdatedAt = c.refund.UpdatedAt
	if err := s.post(ctx, t, p, c.cash); err != nil {
		return err
	}
	stamp := event.Stamp{NewID: s.newID, At: c.refund.UpdatedAt, Actor: c.refund.Attempt.By}
	var events []event.Event
	if c.fact != nil {
		e, err := stamp.Of(p.ID.String(), 0, c.fact)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if c.refund.InFlight() {
		e, err := stamp.Timer(c.refund.Due, p.ID.String(), ReconcileDue{Payment: p.ID.String(), Refund: c.refund.ID.String()})
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	return t.Append(ctx, events...)
}

// recordRefund saves what an outcome means for a refund in flight.
func (s *Service) recordRefund(ctx context.Context, p Payment, r Refund, o Outcome) (Refund, error) {
	ctx, cancel := s.detached(ctx)
	defer cancel()
	c, err := r.conclude(p, o, s.clock.Now())
	if err != nil || c.refund.ID.IsZero() {
		return r, err
	}
	err = s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		if err := t.UpdatePaymentRefunds(ctx, c.refund); err != nil {
			return err
		}
		return s.writeRefund(ctx, t, p, c)
	})
	if isStale(err) {
		return s.reader.PaymentRefund(ctx, r.ID)
	}
	if err != nil {
		return r, err
	}
	return c.refund, nil
}

// awaitRefund sends the attempt of r and saves what came of it.
func (s *Service) awaitRefund(ctx context.Context, p Payment, r Refund) (Refund, error) {
	a := s.transmitRefund(ctx, p, r)
	next, err := s.recordRefund(ctx, p, r, a.outcome)
	if err != nil {
		return next, err
	}
	if a.err != nil {
		return next, a.err
	}
	if next.status == RefundStatusFailed {
		return next, &NotDone{Operation: OpRefund, Decline: next.Decline}
	}
	return next, nil
}

// settleRefund finds out what became of a refund in flight.
func (s *Service) settleRefund(ctx context.Context, p Payment, r Refund) (Refund, error) {
	now := s.clock.Now()
	o, err := s.lookRefund(ctx, p, r)
	if err == nil && o.State == StateAbsent {
		switch {
		case s.remembers(p.Method, r.Attempt, now) && samePrint(r.request(), r.Attempt.Print):
			o = s.transmitRefund(ctx, p, r).outcome
		case now.Sub(r.Attempt.At) < s.timing.Patience:
			o = Outcome{}
		}
	}
	next, err := s.recordRefund(ctx, p, r, o)
	if err != nil || !next.InFlight() || next.Due.After(now) {
		return next, err
	}
	return s.postponeRefund(ctx, p, next, now)
}

func (s *Service) postponeRefund(ctx context.Context, p Payment, r Refund, now time.Time) (Refund, error) {
	c := refundChange{refund: r}
	c.refund.Version++
	c.refund.UpdatedAt = now
	c.refund.Due = now.Add(pause(now.Sub(r.Attempt.At)))
	err := s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		if err := t.UpdatePaymentRefunds(ctx, c.refund); err != nil {
			return err
		}
		return s.writeRefund(ctx, t, p, c)
	})
	if isStale(err) {
		return s.reader.PaymentRefund(ctx, r.ID)
	}
	return c.refund, err
}

// samePrint reports whether a request still is the one that was saved.
func samePrint(request any, saved string) bool {
	now, err := printOf(request)
	return err == nil && now == saved
}
