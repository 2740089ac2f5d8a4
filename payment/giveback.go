package payment

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// GiveBack asks for captured money to go back; see Service.Refund.
type GiveBack struct {
	op.Meta
	// Amount is how much; the zero value means all that is left.
	Amount money.Amount
	// Reason is kept with the refund and may be shown to the buyer by the
	// provider, at most 200 characters.
	Reason string
	// Reference is what the person who sent the money wrote down, for a Local
	// tender. At most 200 characters.
	Reference string
}

func (r GiveBack) checked() (GiveBack, error) {
	var c fault.Check
	r.Check(&c)
	checkPart(&c, r.Amount)
	r.Reason = c.Text("reason", r.Reason, maxReference)
	r.Reference = c.Text("reference", r.Reference, maxReference)
	return r, c.Err("payment.refund")
}

func (r GiveBack) call(p ID, now time.Time) op.Call {
	return op.Call{Meta: r.Meta, Operation: "payment.refund", Now: now, Parameters: struct {
		Payment           ID
		Amount            money.Amount
		Reason, Reference string
	}{p, r.Amount, r.Reason, r.Reference}}
}

// Refund sends captured money back. For a Local tender it says that the money
// was sent, and touches the database only. However many run at once, never
// more goes back than came. A refund in flight is neither done nor failed.
//
// Errors by kind: Invalid (fields "amount", "reason", "reference"); NotFound;
// Conflict for more than is left (*ExceedsCaptured) or a stale version;
// Declined (*NotDone) if the provider says no, after which the refund is
// failed and may be tried again by RetryRefund.
func (s *Service) Refund(ctx context.Context, p ID, r GiveBack) (Refund, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Refund{}, err
	}
	r, err := r.checked()
	if err != nil {
		return Refund{}, err
	}
	g := s.giving(p, r)
	did, ran, err := s.keyed(ctx, r.call(p, g.now), g.run)
	if err != nil {
		return Refund{}, err
	}
	if ran && g.refund.InFlight() {
		return s.awaitRefund(ctx, g.payment, g.refund)
	}
	if ran {
		return g.refund, nil
	}
	f, err := s.reader.PaymentRefund(ctx, did.Refund)
	if err == nil && f.status == RefundStatusFailed && f.Attempt.Number == did.Number {
		err = &NotDone{Operation: OpRefund, Decline: f.Decline}
	}
	return f, err
}

// RefundLocalTx is Refund of a Local tender inside the caller's unit.
func (s *Service) RefundLocalTx(ctx context.Context, t Tx, p ID, r GiveBack) (Refund, error) {
	r, err := r.checked()
	if err != nil {
		return Refund{}, err
	}
	g := s.giving(p, r)
	err = t.Scope(ctx, func(ctx context.Context) error {
		did, ran, err := keyedTx(ctx, t, r.call(p, g.now), g.run)
		if err == nil && !ran {
			g.refund, err = t.PaymentRefund(ctx, did.Refund)
		}
		if err == nil && g.refund.InFlight() {
			err = ErrNotLocal
		}
		return err
	})
	if err != nil {
		return Refund{}, err
	}
	return g.refund, nil
}

// giving is a refund being made: what is asked, and what came of it.
type giving struct {
	s       *Service
	of      ID
	ask     GiveBack
	fresh   RefundID
	now     time.Time
	payment Payment
	refund  Refund
}

func (s *Service) giving(p ID, r GiveBack) *giving {
	return &giving{s: s, of: p, ask: r, fresh: id.New[refundKind](s.newID), now: s.clock.Now()}
}

// run is the first unit: money is set aside and the intent saved, or, for a
// Local tender, everything is done.
func (g *giving) run(ctx context.Context, t Tx) (receipt, error) {
	p, err := t.Payment(ctx, g.of)
	if err != nil {
		return receipt{}, err
	}
	if err := g.ask.Expect("payment", p.Version); err != nil {
		return receipt{}, err
	}
	amount, err := p.refunding(g.ask.Amount)
	if err != nil {
		return receipt{}, err
	}
	g.payment = p
	g.refund = Refund{
		ID: g.fresh, Payment: p.ID, Amount: amount, Reason: g.ask.Reason, Version: 1,
		CreatedAt: g.now, UpdatedAt: g.now, status: RefundStatusRequested,
	}
	c, err := g.s.begunRefund(p, g.refund, refunding{by: g.ask.By.String(), reference: g.ask.Reference, at: g.now})
	if err != nil {
		return receipt{}, err
	}
	c.move.IfVersion = g.ask.IfVersion
	g.refund = c.refund
	if err := t.InsertPaymentRefunds(ctx, c.refund); err != nil {
		return receipt{}, err
	}
	return receipt{Payment: p.ID, Refund: g.fresh, Number: c.refund.Attempt.Number}, g.s.writeRefund(ctx, t, p, c)
}

// refunding returns how much is to go back, or why that cannot be.
func (p Payment) refunding(want money.Amount) (money.Amount, error) {
	left := p.Refundable()
	if want == (money.Amount{}) {
		want = left
	}
	if _, err := want.Cmp(left); err != nil {
		return want, field("payment.refund", "amount", err)
	}
	if !atMost(want, left) || !want.IsPositive() {
		return want, &ExceedsCaptured{Payment: p.ID, Want: want, Have: left}
	}
	return want, nil
}

// refunding is who sends money back, what they wrote down, and when.
type refunding struct {
	by, reference string
	at            time.Time
}

// refundChange is what one decision about a refund writes besides the refund.
type refundChange struct {
	refund Refund
	move   RefundMove
	log    []Entry
	fact   event.Payload
	// cash is what went back, in minor units.
	cash int64
}

// begunRefund begins a refund that is requested: in flight for a remote
// provider, done for a Local tender.
func (s *Service) begunRefund(p Payment, r Refund, w refunding) (refundChange, error) {
	if err := r.intend(p, w.by, w.at, s.timing); err != nil {
		return refundChange{}, err
	}
	tender, err := s.local(p.Method)
	if err == ErrNotLocal { //nolint:errorlint // the sentinel itself
		return refundChange{refund: r, move: r.moving(r.Amount.Minor(), 0, w.at)}, nil
	}
	if err != nil {
		return refundChange{}, err
	}
	o, err := tender.Settle(LocalRequest{
		Operation: OpRefund, Payment: p.ID.String(), Subject: p.Subject, Amount: r.Amount, Reference: w.reference, At: w.at,
	})
	if err != nil {
		return refundChange{}, err
	}
	if o.State == StateDeclined {
		return refundChange{}, &NotDone{Operation: OpRefund, Decline: known(o.Decline)}
	}
	if o.Reference == "" {
		o.Reference = w.reference
	}
	r.Attempt.Key = ""
	c, err := r.conclude(p, o, w.at)
	if err != nil {
		return refundChange{}, err
	}
	if c.refund.status != RefundStatusSucceeded {
		return refundChange{}, fault.Newf(fault.Internal, "payment_local_undecided", "The way of paying %s did not decide.", p.Method)
	}
	c.refund.Version = r.Version
	c.move = r.moving(0, r.Amount.Minor(), w.at)
	return c, nil
}

// intend begins an attempt of r to send money back.
func (r *Refund) intend(p Payment, by string, at time.Time, t Timing) error {
	if err := r.move(process); err != nil {
		return err
	}
	n := r.Attempt.Number + 1
	r.Attempt = Attempt{
		Number: n, Operation: OpRefund, Key: keyOf(r.ID.String(), OpRefund, n), Amount: r.Amount,
		Reference: p.Reference, Target: p.CaptureReference, Sent: true, By: by, At: at,
	}
	r.Decline = Decline{}
	r.Due = at.Add(t.grace())
	var err error
	r.Attempt.Print, err = printOf(r.request())
	return err
}

// request is what the attempt of r sends.
func (r Refund) request() RefundRequest {
	return RefundRequest{
		Key: r.Attempt.Key, Payment: r.Payment.String(), Refund: r.ID.String(), Reference: r.Attempt.Reference,
		CaptureReference: r.Attempt.Target, Amount: r.Amount, Reason: r.Reason,
	}
}

func (r Refund) moving(going, gone int64, at time.Time) RefundMove {
	return RefundMove{Payment: r.Payment, Currency: r.Amount.Currency().Code(), Refunding: going, Refunded: gone, At: at}
}

// RetryRefund tries a failed refund again.
type RetryRefund struct {
	op.Meta
	// Reference is as in GiveBack.
	Reference string
}

// RetryRefund sends the money of a failed refund again, under a new key. What
// it returns, and its errors, are as for Refund; a refund that did not fail is
// a Conflict. IfVersion is of the refund.
func (s *Service) RetryRefund(ctx context.Context, rid RefundID, r RetryRefund) (Refund, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Refund{}, err
	}
	var c fault.Check
	r.Check(&c)
	r.Reference = c.Text("reference", r.Reference, maxReference)
	if err := c.Err("payment.retry_refund"); err != nil {
		return Refund{}, err
	}
	now := s.clock.Now()
	var p Payment
	var f Refund
	call := op.Call{Meta: r.Meta, Operation: "payment.retry_refund", Now: now, Parameters: struct {
		Refund    RefundID
		Reference string
	}{rid, r.Reference}}
	_, ran, err := s.keyed(ctx, call, func(ctx context.Context, t Tx) (receipt, error) {
		var err error
		p, f, err = s.retried(ctx, t, rid, r, now)
		return receipt{Payment: p.ID, Refund: rid}, err
	})
	if err != nil {
		return Refund{}, err
	}
	if !ran {
		return s.reader.PaymentRefund(ctx, rid)
	}
	if f.InFlight() {
		return s.awaitRefund(ctx, p, f)
	}
	return f, nil
}

func (s *Service) retried(ctx context.Context, t Tx, rid RefundID, r RetryRefund, now time.Time) (Payment, Refund, error) {
	f, err := t.PaymentRefund(ctx, rid)
	if err != nil {
		return Payment{}, f, err
	}
	if err := r.Expect("refund", f.Version); err != nil {
		return Payment{}, f, err
	}
	p, err := t.Payment(ctx, f.Payment)
	if err != nil {
		return p, f, err
	}
	if err := f.move(retry); err != nil {
		return p, f, err
	}
	if _, err := p.refunding(f.Amount); err != nil {
		return p, f, err
	}
	f.Version++
	f.UpdatedAt = now
	c, err := s.begunRefund(p, f, refunding{by: r.By.String(), reference: r.Reference, at: now})
	if err != nil {
		return p, f, err
	}
	if err := t.UpdatePaymentRefunds(ctx, c.refund); err != nil {
		return p, f, err
	}
	return p, c.refund, s.writeRefund(ctx, t, p, c)
}
