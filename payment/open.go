package payment

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Open asks for a payment.
type Open struct {
	op.Meta
	// ID, if set, is the id the payment gets; otherwise one is made. A caller
	// whose unit may run again makes it beforehand.
	ID ID
	// Subject is the text of the id of what is paid, at most 64 characters.
	Subject string
	// Method is a key of Methods, or Free.
	Method string
	// Amount is what is to be paid: more than zero, and zero for Free.
	Amount money.Amount
	// Details are for remote methods.
	Details Details
}

const maxSubject = 64

// checked returns r normalised, or an Invalid error that names the fields.
func (s *Service) checked(r Open) (Open, error) {
	var c fault.Check
	r.Check(&c)
	s.checkMethod(&c, r.Method)
	r.Subject = c.Required("subject", r.Subject, maxSubject)
	c.Merge("amount", r.Amount.Check())
	if r.Method == Free {
		c.That(r.Amount.IsZero(), "amount", "out_of_range", "must be zero for what is free")
	} else {
		c.That(r.Amount.IsPositive(), "amount", "out_of_range", "must be more than zero")
	}
	r.Details = r.Details.checked(&c)
	if r.ID.IsZero() {
		r.ID = id.New[kind](s.newID)
	}
	return r, c.Err("payment.open")
}

func (r Open) call(operation string, now time.Time) op.Call {
	return op.Call{Meta: r.Meta, Operation: operation, Now: now, Parameters: struct {
		Subject, Method string
		Amount          money.Amount
		Details         Details
	}{r.Subject, r.Method, r.Amount, r.Details}}
}

// begun returns the payment that r asks for, not yet saved.
func (r Open) begun(now time.Time) Payment {
	zero := money.Zero(r.Amount.Currency())
	return Payment{
		ID: r.ID, Subject: r.Subject, Method: r.Method, Amount: r.Amount,
		Authorized: zero, Captured: zero, Refunding: zero, Refunded: zero,
		Details: r.Details, Attempt: Attempt{By: r.By.String()},
		Version: 1, CreatedAt: now, UpdatedAt: now, status: StatusCreated,
	}
}

// OpenLocal is OpenLocalTx in a unit of its own.
func (s *Service) OpenLocal(ctx context.Context, r Open) (Payment, error) {
	return s.opened(ctx, r, "payment.open_local", s.openLocal)
}

// OpenLocalTx opens a payment by a Local tender and settles it, inside the
// caller's unit: it is authorized or captured when the unit commits. It reads
// nothing unless r has a Key. Errors: Invalid (fields "subject", "method",
// "amount"), ErrNotLocal for a remote method, *NotDone if the tender says no,
// *AlreadyOpen if the subject has an open payment.
func (s *Service) OpenLocalTx(ctx context.Context, t Tx, r Open) (Payment, error) {
	return s.openedTx(ctx, t, r, "payment.open_local", s.openLocal)
}

// Begin is BeginTx in a unit of its own.
func (s *Service) Begin(ctx context.Context, r Open) (Payment, error) {
	return s.opened(ctx, r, "payment.begin", s.beginRemote)
}

// BeginTx saves the intent to ask a remote provider, inside the caller's unit.
// Nobody is asked yet: after the commit the caller calls Authorize, and if it
// does not come to that, the reconciler does. Errors as OpenLocalTx, with
// ErrNotRemote for a Local tender.
func (s *Service) BeginTx(ctx context.Context, t Tx, r Open) (Payment, error) {
	return s.openedTx(ctx, t, r, "payment.begin", s.beginRemote)
}

// opening makes a payment and writes it.
type opening func(ctx context.Context, t Tx, r Open, now time.Time) (Payment, error)

func (s *Service) opened(ctx context.Context, r Open, name string, open opening) (Payment, error) {
	r, err := s.checked(r)
	if err != nil {
		return Payment{}, err
	}
	now := s.clock.Now()
	var p Payment
	did, ran, err := s.keyed(ctx, r.call(name, now), func(ctx context.Context, t Tx) (receipt, error) {
		var err error
		p, err = open(ctx, t, r, now)
		return receipt{Payment: p.ID}, err
	})
	if err != nil {
		return Payment{}, err
	}
	if !ran {
		return s.reader.Payment(ctx, did.Payment)
	}
	return p, nil
}

func (s *Service) openedTx(ctx context.Context, t Tx, r Open, name string, open opening) (Payment, error) {
	r, err := s.checked(r)
	if err != nil {
		return Payment{}, err
	}
	now := s.clock.Now()
	var p Payment
	err = t.Scope(ctx, func(ctx context.Context) error {
		did, ran, err := keyedTx(ctx, t, r.call(name, now), func(ctx context.Context, t Tx) (receipt, error) {
			var err error
			p, err = open(ctx, t, r, now)
			return receipt{Payment: p.ID}, err
		})
		if err == nil && !ran {
			p, err = t.Payment(ctx, did.Payment)
		}
		return err
	})
	return p, err
}

func (s *Service) openLocal(ctx context.Context, t Tx, r Open, now time.Time) (Payment, error) {
	tender, err := s.local(r.Method)
	if err != nil {
		return Payment{}, err
	}
	p := r.begun(now)
	o, err := tender.Settle(LocalRequest{
		Operation: OpAuthorize, Payment: p.ID.String(), Subject: p.Subject, Amount: p.Amount, At: now,
	})
	if err != nil {
		return Payment{}, err
	}
	c, err := p.openedLocally(o)
	if err != nil {
		return Payment{}, err
	}
	return c.payment, s.insert(ctx, t, c)
}

// openedLocally is what the answer of a Local tender makes of a new payment.
func (p Payment) openedLocally(o Outcome) (change, error) {
	if o.State == StateDeclined {
		return change{}, &NotDone{Operation: OpAuthorize, Decline: known(o.Decline)}
	}
	if o.State != StateAuthorized && o.State != StateCaptured {
		return change{}, fault.Newf(fault.Internal, "payment_local_undecided", "The way of paying %s did not decide.", p.Method)
	}
	if o.Amount != p.Amount {
		return change{}, fault.Newf(fault.Internal, "payment_local_amount", "The way of paying %s promised another amount.", p.Method)
	}
	c := change{payment: p}
	c.payment.Action, c.payment.Reference = o.Action, o.Reference
	if o.State == StateCaptured {
		err := c.collected(o, p.Amount)
		return c, err
	}
	if err := c.approved(o); err != nil {
		return change{}, err
	}
	c.wake = c.payment.Due
	return c, nil
}

func (s *Service) beginRemote(ctx context.Context, t Tx, r Open, now time.Time) (Payment, error) {
	provider, err := s.remote(r.Method)
	if err != nil {
		return Payment{}, err
	}
	p := r.begun(now)
	if err := p.move(begin); err != nil {
		return Payment{}, err
	}
	p.Expires = now.Add(s.timing.Window)
	if err := p.intend(Attempt{Operation: OpAuthorize, Amount: p.Amount, AtOnce: s.atOnce(provider, r.Method), By: r.By.String(), At: now}); err != nil {
		return Payment{}, err
	}
	p.Attempt.Sent = false
	p.Due = now.Add(s.timing.grace())
	return p, s.insert(ctx, t, change{payment: p, wake: p.Due})
}

// grace is how long an attempt is left alone after its intent was saved.
func (t Timing) grace() time.Duration { return t.Call + 30*time.Second }
