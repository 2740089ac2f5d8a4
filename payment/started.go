package payment

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// started runs the first unit of an operation, and then asks the provider if
// that unit saved an intent. A keyed repeat finds the payment as it is.
func (s *Service) started(ctx context.Context, id ID, c op.Call, do func(ctx context.Context, t Tx) (Payment, error)) (Payment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Payment{}, err
	}
	var p Payment
	did, ran, err := s.keyed(ctx, c, func(ctx context.Context, t Tx) (receipt, error) {
		var err error
		p, err = do(ctx, t)
		return receipt{Payment: id, Number: p.Attempt.Number}, err
	})
	if err != nil {
		return Payment{}, err
	}
	if ran && p.InFlight() {
		return s.await(ctx, p)
	}
	if ran {
		return p, nil
	}
	if p, err = s.reader.Payment(ctx, id); err != nil || p.Attempt.Number != did.Number {
		return p, err
	}
	return p, p.result(p.Attempt)
}

// startedTx is started for a Local tender inside the caller's unit.
func (s *Service) startedTx(ctx context.Context, t Tx, c op.Call, do func(ctx context.Context, t Tx) (Payment, error)) (Payment, error) {
	var p Payment
	err := t.Scope(ctx, func(ctx context.Context) error {
		did, ran, err := keyedTx(ctx, t, c, func(ctx context.Context, t Tx) (receipt, error) {
			var err error
			p, err = do(ctx, t)
			if err == nil && p.InFlight() {
				err = ErrNotLocal
			}
			return receipt{Payment: p.ID, Number: p.Attempt.Number}, err
		})
		if err == nil && !ran {
			p, err = t.Payment(ctx, did.Payment)
		}
		return err
	})
	return p, err
}

// intended saves the intent of a remote operation.
func (s *Service) intended(ctx context.Context, t Tx, p Payment, trigger Trigger, a Attempt) (Payment, error) {
	if err := p.move(trigger); err != nil {
		return p, err
	}
	p.Version++
	p.UpdatedAt = a.At
	p.Decline = Decline{}
	p.Due = a.At.Add(s.timing.grace())
	if err := p.intend(a); err != nil {
		return p, err
	}
	return p, s.update(ctx, t, change{payment: p, wake: p.Due})
}

// localCall is an operation of a Local tender.
type localCall struct {
	trigger   Trigger
	attempt   Attempt
	reference string
}

// settled lets a Local tender decide and saves the decision, in one unit. The
// states in flight are passed through and never saved.
func (s *Service) settled(ctx context.Context, t Tx, tender Local, p Payment, l localCall) (Payment, error) {
	o, err := tender.Settle(LocalRequest{
		Operation: l.attempt.Operation, Payment: p.ID.String(), Subject: p.Subject, Amount: l.attempt.Amount,
		Reference: l.reference, At: l.attempt.At,
	})
	if err != nil {
		return p, err
	}
	if o.State == StateDeclined {
		return p, &NotDone{Operation: l.attempt.Operation, Decline: known(o.Decline)}
	}
	if o.Reference == "" {
		o.Reference = l.reference
	}
	q := p
	l.attempt.Number = p.Attempt.Number + 1
	q.Attempt = l.attempt
	if err := q.move(l.trigger); err != nil {
		return p, err
	}
	c, err := q.conclude(o, l.attempt.At, s.timing)
	if err != nil {
		return p, err
	}
	if c.payment.ID.IsZero() || c.payment.InFlight() {
		return p, fault.Newf(fault.Internal, "payment_local_undecided", "The way of paying %s did not decide.", p.Method)
	}
	return c.payment, s.update(ctx, t, c)
}
