package payment

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// Void gives a promise back.
type Void struct {
	op.Meta
	// Reason is kept in the log, at most 200 characters.
	Reason string
}

func (r Void) checked() (Void, error) {
	var c fault.Check
	r.Check(&c)
	r.Reason = c.Text("reason", r.Reason, maxReference)
	return r, c.Err("payment.void")
}

func (r Void) call(id ID, now time.Time) op.Call {
	return op.Call{Meta: r.Meta, Operation: "payment.void", Now: now, Parameters: struct {
		Payment ID
		Reason  string
	}{id, r.Reason}}
}

// Void gives back what is promised and has not come, and ends a payment that
// waits for its buyer. What has come stays; see Refund. What it returns is as
// for Authorize.
//
// Errors by kind: Invalid (field "reason"); NotFound; Conflict for a payment
// in another state, a stale version, or ErrCapturedInstead; Declined if the
// provider says no; Unsupported if it cannot.
func (s *Service) Void(ctx context.Context, id ID, r Void) (Payment, error) {
	r, err := r.checked()
	if err != nil {
		return Payment{}, err
	}
	now := s.clock.Now()
	return s.started(ctx, id, r.call(id, now), func(ctx context.Context, t Tx) (Payment, error) {
		return s.void(ctx, t, id, r, now)
	})
}

// VoidLocalTx is Void of a Local tender inside the caller's unit.
func (s *Service) VoidLocalTx(ctx context.Context, t Tx, id ID, r Void) (Payment, error) {
	r, err := r.checked()
	if err != nil {
		return Payment{}, err
	}
	now := s.clock.Now()
	return s.startedTx(ctx, t, r.call(id, now), func(ctx context.Context, t Tx) (Payment, error) {
		return s.void(ctx, t, id, r, now)
	})
}

func (s *Service) void(ctx context.Context, t Tx, id ID, r Void, now time.Time) (Payment, error) {
	p, err := t.Payment(ctx, id)
	if err != nil {
		return p, err
	}
	if err := r.Expect("payment", p.Version); err != nil {
		return p, err
	}
	if _, err := moves.Next(p.status, void); err != nil {
		return p, err
	}
	a := Attempt{Operation: OpVoid, Amount: minus(p.Authorized, p.Captured), Note: r.Reason, By: r.By.String(), At: now}
	tender, err := s.local(p.Method)
	if err == ErrNotLocal { //nolint:errorlint // the sentinel itself
		if provider, _ := s.remote(p.Method); provider != nil {
			if _, ok := provider.(Voider); !ok {
				return p, &Failure{Class: ClassUnsupported, Operation: OpVoid}
			}
		}
		return s.intended(ctx, t, p, void, a)
	}
	if err != nil {
		return p, err
	}
	return s.settled(ctx, t, tender, p, localCall{trigger: void, attempt: a})
}
