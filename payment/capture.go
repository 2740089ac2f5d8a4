package payment

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Capture asks for promised money, or says that it has arrived.
type Capture struct {
	op.Meta
	// Amount is how much; the zero value means all that is left.
	Amount money.Amount
	// Final says that the rest of the promise will not be asked for and is
	// given back. Capturing all that is left is final anyway.
	Final bool
	// Reference is what the person who saw the money arrive wrote down, for a
	// Local tender: the line of a bank statement. At most 200 characters.
	Reference string
}

const maxReference = 200

func (r Capture) checked() (Capture, error) {
	var c fault.Check
	r.Check(&c)
	checkPart(&c, r.Amount)
	r.Reference = c.Text("reference", r.Reference, maxReference)
	return r, c.Err("payment.capture")
}

// checkPart records what is wrong with an amount of which the zero value means
// all.
func checkPart(c *fault.Check, a money.Amount) {
	if a == (money.Amount{}) {
		return
	}
	c.Merge("amount", a.Check())
	c.That(a.IsPositive(), "amount", "out_of_range", "must be more than zero")
}

func (r Capture) call(id ID, now time.Time) op.Call {
	return op.Call{Meta: r.Meta, Operation: "payment.capture", Now: now, Parameters: struct {
		Payment   ID
		Amount    money.Amount
		Final     bool
		Reference string
	}{id, r.Amount, r.Final, r.Reference}}
}

// Capture takes promised money. For a Local tender it says that the money has
// arrived, and touches the database only. What it returns is as for Authorize:
// a payment in flight is neither captured nor failed.
//
// Errors by kind: Invalid (fields "amount", "reference"); NotFound; Conflict
// for a payment in another state, a stale version or more than is promised
// (*ExceedsAuthorized); Declined (*NotDone) if the provider says no, after
// which the promise stands.
func (s *Service) Capture(ctx context.Context, id ID, r Capture) (Payment, error) {
	r, err := r.checked()
	if err != nil {
		return Payment{}, err
	}
	now := s.clock.Now()
	return s.started(ctx, id, r.call(id, now), func(ctx context.Context, t Tx) (Payment, error) {
		return s.capture(ctx, t, id, r, now)
	})
}

// CaptureLocalTx is Capture of a Local tender inside the caller's unit.
func (s *Service) CaptureLocalTx(ctx context.Context, t Tx, id ID, r Capture) (Payment, error) {
	r, err := r.checked()
	if err != nil {
		return Payment{}, err
	}
	now := s.clock.Now()
	return s.startedTx(ctx, t, r.call(id, now), func(ctx context.Context, t Tx) (Payment, error) {
		return s.capture(ctx, t, id, r, now)
	})
}

// capture settles a Local tender, or saves the intent for a remote one.
func (s *Service) capture(ctx context.Context, t Tx, id ID, r Capture, now time.Time) (Payment, error) {
	p, err := t.Payment(ctx, id)
	if err != nil {
		return p, err
	}
	if err := r.Expect("payment", p.Version); err != nil {
		return p, err
	}
	amount, err := p.capturing(r.Amount)
	if err != nil {
		return p, err
	}
	a := Attempt{Operation: OpCapture, Amount: amount, Final: r.Final || amount == p.Capturable(), By: r.By.String(), At: now}
	tender, err := s.local(p.Method)
	if err == ErrNotLocal { //nolint:errorlint // the sentinel itself
		return s.intended(ctx, t, p, capture, a)
	}
	if err != nil {
		return p, err
	}
	return s.settled(ctx, t, tender, p, localCall{trigger: capture, attempt: a, reference: r.Reference})
}

// capturing returns how much is to be captured, or why that cannot be.
func (p Payment) capturing(want money.Amount) (money.Amount, error) {
	if _, err := moves.Next(p.status, capture); err != nil {
		return want, err
	}
	left := p.Capturable()
	if want == (money.Amount{}) {
		want = left
	}
	if _, err := want.Cmp(left); err != nil {
		return want, field("payment.capture", "amount", err)
	}
	if !atMost(want, left) || !want.IsPositive() {
		return want, &ExceedsAuthorized{Payment: p.ID, Want: want, Have: left}
	}
	return want, nil
}

// field is an Invalid error that says which field err is about.
func field(code, path string, err error) error {
	var c fault.Check
	c.Merge(path, err)
	return c.Err(code)
}
