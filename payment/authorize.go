package payment

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Authorize asks the provider about a payment that Begin saved, and saves the
// answer. Called again it never asks for the money twice: the provider knows
// the key, and one that keeps no keys is asked what became of the first call.
//
// The payment that is returned tells: authorized or captured; action required,
// see Payment.Action; or still in flight, which means that the outcome is not
// known yet and will be found out. A payment that was declined comes with a
// *NotDone of kind fault.Declined, one that the provider could not accept with
// the provider's *Failure. Other errors: NotFound.
func (s *Service) Authorize(ctx context.Context, id ID) (Payment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Payment{}, err
	}
	p, err := s.reader.Payment(ctx, id)
	if err != nil {
		return Payment{}, err
	}
	if _, err := s.remote(p.Method); err != nil {
		return p, err
	}
	if p.status != StatusAuthorizing {
		return p, p.result(Attempt{Operation: OpAuthorize})
	}
	if s.remembers(p.Method, p.Attempt, s.clock.Now()) && samePrint(p.request(), p.Attempt.Print) {
		return s.await(ctx, p)
	}
	if p.Attempt.Sent {
		p, _, err = s.settle(ctx, p)
		return p, err
	}
	q, err := s.claim(ctx, p)
	if isStale(err) {
		return s.reader.Payment(ctx, id)
	}
	if err != nil {
		return p, err
	}
	return s.await(ctx, q)
}

// claim saves that an attempt is about to leave, for a provider that would not
// notice if it left twice.
func (s *Service) claim(ctx context.Context, p Payment) (Payment, error) {
	p.Version++
	p.UpdatedAt = s.clock.Now()
	p.Attempt.Sent = true
	err := s.units.InTx(ctx, func(ctx context.Context, t Tx) error { return t.UpdatePayments(ctx, p) })
	return p, err
}

// Resume goes on with a payment whose buyer has acted. It needs no key: a
// payment that goes on already does not go on twice.
type Resume struct {
	op.Meta
}

// Resume asks the provider again, which knows whether the buyer has acted.
// What it returns is as for Authorize; a payment that does not wait for its
// buyer is treated as by Authorize. Errors by kind: Invalid, NotFound,
// Conflict for a stale version, Declined.
func (s *Service) Resume(ctx context.Context, id ID, r Resume) (Payment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Payment{}, err
	}
	var c fault.Check
	r.Check(&c)
	if err := c.Err("payment.resume"); err != nil {
		return Payment{}, err
	}
	p, err := s.reader.Payment(ctx, id)
	if err != nil {
		return Payment{}, err
	}
	if err := r.Expect("payment", p.Version); err != nil {
		return p, err
	}
	if p.status != StatusActionRequired {
		return s.Authorize(ctx, id)
	}
	provider, err := s.remote(p.Method)
	if err != nil {
		return p, err
	}
	now := s.clock.Now()
	a := Attempt{Operation: OpAuthorize, Amount: p.Amount, AtOnce: s.atOnce(provider, p.Method), By: r.By.String(), At: now}
	err = s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		var err error
		p, err = s.intended(ctx, t, p, resume, a)
		return err
	})
	if isStale(err) {
		return s.reader.Payment(ctx, id)
	}
	if err != nil {
		return Payment{}, err
	}
	return s.await(ctx, p)
}
