package payment

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reconcile finds out how a payment stands at its provider and saves it: what
// became of a call in flight, and of its refunds in flight; whether a promise
// still holds; and whether money surfaced after the payment was over, which is
// given back. It asks the provider first, and sends a call again only if the
// provider has no trace of it and still knows its key. Doing it again, or at
// the same time, is harmless.
//
// A payment that is still in flight afterwards is looked at again later. A
// provider that cannot be reached is no error. Errors by kind: NotFound, and
// those of the store.
func (s *Service) Reconcile(ctx context.Context, id ID) (Payment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Payment{}, err
	}
	p, err := s.reader.Payment(ctx, id)
	if err != nil {
		return p, err
	}
	p, _, err = s.reconcile(ctx, p)
	return p, err
}

// reconcile is Reconcile that also tells why the provider could not be asked.
func (s *Service) reconcile(ctx context.Context, p Payment) (next Payment, unasked, err error) {
	if _, err := s.local(p.Method); err == nil {
		next, err = s.expireLocal(ctx, p)
		return next, nil, err
	}
	if _, err := s.remote(p.Method); err != nil {
		return p, nil, err
	}
	if p, unasked, err = s.settle(ctx, p); err != nil {
		return p, unasked, err
	}
	p, err = s.settleRefunds(ctx, p)
	return p, unasked, err
}

// settleRefunds finds out what became of the refunds in flight of p.
func (s *Service) settleRefunds(ctx context.Context, p Payment) (Payment, error) {
	if !p.Refunding.IsPositive() {
		return p, nil
	}
	rs, err := s.reader.PaymentRefunds(ctx, p.ID)
	if err != nil {
		return p, err
	}
	for _, r := range rs {
		if !r.InFlight() {
			continue
		}
		if _, err := s.settleRefund(ctx, p, r); err != nil {
			return p, err
		}
	}
	return s.reader.Payment(ctx, p.ID)
}

// ReconcileRefund is Reconcile for one refund.
func (s *Service) ReconcileRefund(ctx context.Context, id RefundID) (Refund, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Refund{}, err
	}
	r, err := s.reader.PaymentRefund(ctx, id)
	if err != nil || !r.InFlight() {
		return r, err
	}
	p, err := s.reader.Payment(ctx, r.Payment)
	if err != nil {
		return r, err
	}
	return s.settleRefund(ctx, p, r)
}

// ReconcileDue reconciles at most limit payments and as many refunds that are
// due, the longest waiting first, and returns how many it looked at. One that
// fails does not keep the others waiting; their errors come joined.
func (s *Service) ReconcileDue(ctx context.Context, limit int) (int, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return 0, err
	}
	now := s.clock.Now()
	ps, err := s.reader.PaymentsDue(ctx, now, limit)
	if err != nil {
		return 0, err
	}
	rs, err := s.reader.PaymentRefundsDue(ctx, now, limit)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, p := range ps {
		if _, err := s.Reconcile(ctx, p.ID); err != nil {
			errs = append(errs, err)
		}
	}
	for _, r := range rs {
		if _, err := s.ReconcileRefund(ctx, r.ID); err != nil {
			errs = append(errs, err)
		}
	}
	return len(ps) + len(rs), errors.Join(errs...)
}

// settle asks the provider how p stands and saves the answer. It tells why the
// provider could not be asked.
func (s *Service) settle(ctx context.Context, p Payment) (next Payment, unasked, err error) {
	if p.status == StatusCaptured || p.status == StatusCreated {
		return p, nil, nil
	}
	if p.status == StatusAuthorized && p.Orphaned {
		next, err = s.letGo(ctx, p)
		return next, nil, err
	}
	now := s.clock.Now()
	o, unasked := s.look(ctx, p)
	if unasked != nil {
		next, err = s.rest(ctx, p, now)
		return next, unasked, err
	}
	next, err = s.found(ctx, p, o, now)
	if err != nil {
		return next, nil, err
	}
	next, err = s.rest(ctx, next, now)
	return next, nil, err
}

// found saves what was found at the provider, and does what follows from it.
func (s *Service) found(ctx context.Context, p Payment, o Outcome, now time.Time) (Payment, error) {
	switch {
	case p.InFlight() && o.State == StateAbsent:
		var err error
		if o, p, err = s.absent(ctx, p, now); err != nil {
			return p, err
		}
	case p.status == StatusActionRequired && waiting(o) && !now.Before(p.Expires):
		if provider, _ := s.remote(p.Method); canVoid(provider) {
			return s.letGo(ctx, p)
		}
		o = Outcome{State: StateExpired}
	}
	number := p.Attempt.Number
	next, refund, err := s.record(ctx, p, o)
	if err != nil {
		return next, err
	}
	return s.follow(ctx, next, number, refund)
}

// waiting reports whether an outcome says that the buyer has not acted.
func waiting(o Outcome) bool {
	return o.State == StateActionRequired || o.State == StatePending || o.State == StateAbsent
}

func canVoid(p Provider) bool {
	_, ok := p.(Voider)
	return ok
}

// absent decides about a call of which the provider has no trace: it is sent
// again where that is safe and still wanted, and given up when it can no
// longer show up.
func (s *Service) absent(ctx context.Context, p Payment, now time.Time) (Outcome, Payment, error) {
	wanted := p.Attempt.Operation != OpAuthorize || now.Before(p.Expires)
	switch {
	case wanted && s.remembers(p.Method, p.Attempt, now) && samePrint(p.request(), p.Attempt.Print):
		return s.transmit(ctx, p).outcome, p, nil
	case wanted && !p.Attempt.Sent:
		q, err := s.claim(ctx, p)
		if err != nil {
			return Outcome{}, p, ignoreStale(err)
		}
		return s.transmit(ctx, q).outcome, q, nil
	case now.Sub(p.Attempt.At) >= s.timing.Patience:
		return Outcome{State: StateAbsent}, p, nil
	default:
		return Outcome{}, p, nil
	}
}

func ignoreStale(err error) error {
	if isStale(err) {
		return nil
	}
	return err
}

// letGo begins to void a payment that nobody waits for.
func (s *Service) letGo(ctx context.Context, p Payment) (Payment, error) {
	now := s.clock.Now()
	a := Attempt{Operation: OpVoid, Amount: minus(p.Authorized, p.Captured), By: actor, At: now, Note: "expired"}
	if p.Orphaned {
		a.Note = "orphaned"
	}
	var next Payment
	err := s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		var err error
		next, err = s.intended(ctx, t, p, void, a)
		return err
	})
	if isStale(err) {
		return s.reader.Payment(ctx, p.ID)
	}
	if err != nil {
		return p, err
	}
	// What the provider says about it is in the payment.
	next, err = s.await(ctx, next)
	if k := fault.KindOf(err); err != nil && (k == fault.Internal || k == fault.Unavailable || k == fault.Unknown) {
		return next, err
	}
	return next, nil
}

// actor is who does what nobody asked for.
const actor = string(op.System) + ":payment"

// rest says when p is looked at next, if it was due.
func (s *Service) rest(ctx context.Context, p Payment, now time.Time) (Payment, error) {
	if p.Due.IsZero() || p.Due.After(now) {
		return p, nil
	}
	var due time.Time
	switch {
	case p.InFlight(), p.status == StatusActionRequired:
		due = now.Add(pause(now.Sub(p.Attempt.At)))
	case p.status == StatusAuthorized && p.Expires.After(now):
		due = p.Expires
	case p.status == StatusAuthorized:
		due = now.Add(time.Hour)
	}
	q := p
	q.Version++
	q.UpdatedAt, q.Due = now, due
	err := s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		return s.update(ctx, t, change{payment: q, wake: due})
	})
	if isStale(err) {
		return s.reader.Payment(ctx, p.ID)
	}
	if err != nil {
		return p, err
	}
	return q, nil
}

// pause is how long to wait before looking again at what is so old.
func pause(age time.Duration) time.Duration {
	return min(max(age/2, 30*time.Second), time.Hour)
}

// expireLocal ends the promise of a Local tender whose time is over.
func (s *Service) expireLocal(ctx context.Context, p Payment) (Payment, error) {
	now := s.clock.Now()
	if p.status != StatusAuthorized || p.Expires.IsZero() || now.Before(p.Expires) {
		return p, nil
	}
	next, _, err := s.record(ctx, p, Outcome{State: StateExpired})
	return next, err
}
