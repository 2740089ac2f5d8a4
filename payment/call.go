package payment

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/kernel/tx"
)

// answer is what a call to a provider came to.
type answer struct {
	outcome Outcome
	// err is set if nothing was done and nothing will be: the provider refused
	// the request itself.
	err error
}

// ask makes one call to a provider, with no unit open, for as long as a call
// may take. A provider that panics leaves the outcome unknown.
func (s *Service) ask(ctx context.Context, o Operation, call func(ctx context.Context) (Outcome, error)) (out Outcome, err error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Outcome{}, &Failure{Class: ClassTransient, Operation: o, Err: err}
	}
	if err := ctx.Err(); err != nil {
		return Outcome{}, &Failure{Class: ClassTransient, Operation: o, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timing.Call)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			out, err = Outcome{}, &Failure{Class: ClassUnknown, Operation: o, Err: fmt.Errorf("panic: %v", r)}
		}
	}()
	return call(ctx)
}

// read turns the answer of a provider into what may be concluded from it.
// look tells what became of the operation; it is asked where the provider says
// that its state forbids the operation, which may be because it is done. An
// authorization that left no trace then may still be under way under the same
// key; for what comes after it the promise alone is no trace.
func read(o Operation, out Outcome, err error, look func() (Outcome, error)) answer {
	if err == nil {
		return answer{outcome: out}
	}
	switch ClassOf(err) {
	case ClassUnknown, ClassTransient, ClassRateLimited:
		return answer{}
	case ClassConflict:
		found, lookErr := look()
		if lookErr != nil || o == OpAuthorize && found.State == StateAbsent {
			return answer{}
		}
		if o == OpAuthorize {
			return answer{outcome: found}
		}
		if found.State != StateAbsent && found.State != StateAuthorized {
			return answer{outcome: found}
		}
	case ClassInvalid, ClassNotFound, ClassAuth, ClassUnsupported:
	}
	d := Decline{Code: "provider_" + string(ClassOf(err)), Reason: ReasonGeneric}
	return answer{outcome: Outcome{State: StateDeclined, Decline: d}, err: err}
}

// transmit sends the attempt in flight of p.
func (s *Service) transmit(ctx context.Context, p Payment) answer {
	provider, err := s.remote(p.Method)
	if err != nil {
		return answer{}
	}
	o := p.Attempt.Operation
	out, err := s.ask(ctx, o, func(ctx context.Context) (Outcome, error) {
		switch o {
		case OpCapture:
			if c, ok := provider.(Capturer); ok {
				return c.Capture(ctx, p.captureRequest())
			}
		case OpVoid:
			if v, ok := provider.(Voider); ok {
				return v.Void(ctx, p.voidRequest())
			}
		case OpAuthorize:
			return provider.Authorize(ctx, p.authorizeRequest())
		case OpRefund:
		}
		return Outcome{}, &Failure{Class: ClassUnsupported, Operation: o}
	})
	return read(o, out, err, func() (Outcome, error) { return s.look(ctx, p) })
}

// look asks what became of the attempt in flight of p, or, if there is none,
// how its promise stands.
func (s *Service) look(ctx context.Context, p Payment) (Outcome, error) {
	provider, err := s.remote(p.Method)
	if err != nil {
		return Outcome{}, err
	}
	r := LookupRequest{Operation: OpAuthorize, Payment: p.ID.String(), Reference: p.Reference, Amount: p.Amount}
	if p.InFlight() {
		r.Operation, r.Key, r.Amount = p.Attempt.Operation, p.Attempt.Key, p.Attempt.Amount
	}
	return s.ask(ctx, r.Operation, func(ctx context.Context) (Outcome, error) { return provider.Lookup(ctx, r) })
}

// transmitRefund sends the attempt of r, and lookRefund asks what became of it.
func (s *Service) transmitRefund(ctx context.Context, p Payment, r Refund) answer {
	provider, err := s.remote(p.Method)
	if err != nil {
		return answer{}
	}
	out, err := s.ask(ctx, OpRefund, func(ctx context.Context) (Outcome, error) {
		f, ok := provider.(Refunder)
		if !ok {
			return Outcome{}, &Failure{Class: ClassUnsupported, Operation: OpRefund}
		}
		return f.Refund(ctx, r.request())
	})
	return read(OpRefund, out, err, func() (Outcome, error) { return s.lookRefund(ctx, p, r) })
}

func (s *Service) lookRefund(ctx context.Context, p Payment, r Refund) (Outcome, error) {
	provider, err := s.remote(p.Method)
	if err != nil {
		return Outcome{}, err
	}
	return s.ask(ctx, OpRefund, func(ctx context.Context) (Outcome, error) {
		return provider.Lookup(ctx, LookupRequest{
			Operation: OpRefund, Key: r.Attempt.Key, Payment: p.ID.String(), Refund: r.ID.String(),
			Reference: p.Reference, Target: r.Reference, Amount: r.Amount,
		})
	})
}

// remembers reports whether the provider of a method still knows the key of an
// attempt, so that sending it again has no second effect.
func (s *Service) remembers(method string, a Attempt, now time.Time) bool {
	provider, err := s.remote(method)
	if err != nil {
		return false
	}
	k, ok := provider.(KeyKeeper)
	return ok && now.Sub(a.At) < k.KeyWindow(a.Operation)
}
