package returns

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/ledger"
	"github.com/kontor-go/kontor/order"
)

// Settle is the request to pay back.
type Settle struct {
	op.Meta
	// Shipping is what goes back of the carriage, in the currency of the order.
	// Zero is nothing. It counts the first time only.
	Shipping money.Amount
}

// Settle pays back what was really paid for the pieces that were received, and
// what Shipping says: never more than was paid for the order and is not
// refunded by it or its other returns. If it is nothing, the return is settled
// at once. After a refund that failed Settle tries again, with the same amount.
//
// A return whose Refund is still InFlight is neither paid back nor failed:
// Reconcile finds out. Errors by kind: Declined (*NotRefunded) if the money did
// not go back; Conflict (ErrShippingTooHigh, ErrRefundInFlight).
func (s *Service) Settle(ctx context.Context, of ID, req Settle) (Return, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Return{}, err
	}
	ran := false
	ch, err := s.settling(of, req, &ran)
	r, err := s.run(ctx, ch, err)
	if err != nil {
		return Return{}, err
	}
	if !ran { // the key was used before
		return s.reader.Return(ctx, of)
	}
	if !r.Refund.InFlight() {
		return r, nil
	}
	return s.repay(ctx, r)
}

// settling is the first unit: the amounts and the intent are saved, or, if
// nothing is to be paid, everything is done.
func (s *Service) settling(of ID, req Settle, ran *bool) (change, error) {
	var c fault.Check
	req.Meta.Check(&c)
	if req.Shipping != (money.Amount{}) {
		c.Merge("shipping", req.Shipping.Check())
		c.That(!req.Shipping.IsNegative(), "shipping", "out_of_range", "must not be negative")
	}
	ch := s.changing(req.Meta, "returns.settle", of)
	ch.call.Parameters = asked[money.Amount]{of.String(), req.Shipping}
	entry := ledger.NewID(s.newID)
	ch.decide = func(ctx context.Context, t Tx, r Return) (Return, []event.Payload, error) {
		if r.Refund.InFlight() {
			return r, nil, ErrRefundInFlight
		}
		if _, err := r.move(TriggerSettle); err != nil {
			return r, nil, err
		}
		d := r.next(ch.call.Now)
		if r.Refund.State == RefundNone {
			var err error
			if d.Refund, err = s.worth(ctx, t, r, req.Shipping); err != nil {
				return r, nil, err
			}
		}
		if d.Refund.Amount.IsZero() {
			return d.settled(Repaid{State: RefundDone})
		}
		return d.intend(ch.call.Now.Add(s.patience)), nil, nil
	}
	ch.before = booking(entry, ch.call.Now)
	ch.ran = ran
	ch.timer = func(r Return) (time.Time, event.Payload) { return r.Refund.Due, RepaymentDue{r.fact()} }
	return ch, c.Err(ch.call.Operation)
}

// intend begins an attempt to pay back.
func (r Return) intend(due time.Time) Return {
	n := r.Refund.Number + 1
	r.Refund.State, r.Refund.Reason, r.Refund.Number = RefundProcessing, "", n
	r.Refund.Key, r.Refund.Due = r.ID.String()+":"+strconv.Itoa(n), clock.Cut(due)
	return r
}

// worth works out what goes back, and guards it against other returns of the
// order that are settled at the same time.
func (s *Service) worth(ctx context.Context, t Tx, r Return, shipping money.Amount) (Refund, error) {
	history, err := t.OrderReturns(ctx, r.Order)
	if err != nil {
		return Refund{}, err
	}
	o, err := t.Order(ctx, r.Order)
	if err != nil {
		return Refund{}, err
	}
	f, err := history.worth(o, r, shipping)
	if err != nil {
		return f, err
	}
	if err := t.Expect(ctx, tx.Ref{Table: "order", ID: o.ID.String()}, o.Version); err != nil {
		return f, err
	}
	return f, t.RaiseReturnHistory(ctx, r.Order, history.Version)
}

// worth is what a return of an order pays back, given its other returns.
func (h History) worth(o order.Order, r Return, shipping money.Amount) (Refund, error) {
	zero := money.Zero(o.Currency())
	if shipping == (money.Amount{}) {
		shipping = zero
	}
	if _, err := shipping.Cmp(zero); err != nil {
		var c fault.Check
		c.Merge("shipping", err)
		return Refund{}, c.Err("returns.settle")
	}
	before, claimed, carried := map[int]int{}, int64(0), int64(0)
	for _, x := range h.Returns {
		if x.ID == r.ID || x.Refund.State == RefundNone {
			continue
		}
		claimed += x.Refund.Amount.Minor()
		carried += x.Refund.Shipping.Minor()
		for _, share := range x.Refund.Shares {
			before[share.N] += share.Quantity
		}
	}
	gross, tax := carriage(o)
	if shipping.Minor() > gross-carried {
		return Refund{}, ErrShippingTooHigh
	}
	f := Refund{Shipping: shipping, ShippingTax: zero}
	if gross > 0 {
		f.ShippingTax = money.New(portion(tax, shipping.Minor(), gross), o.Currency())
	}
	sum := shipping.Minor()
	for _, l := range r.Lines {
		if l.Received == 0 {
			continue
		}
		agreed, ok := o.Line(l.N)
		if !ok {
			return Refund{}, ErrNoLine
		}
		share := ShareOf(agreed, before[l.N], l.Received)
		f.Shares = append(f.Shares, share)
		sum += share.Amount.Minor()
	}
	left := min(o.Paid.Minor()-claimed, o.Paid.Minor()-o.Refunded.Minor())
	f.Amount = money.New(max(min(sum, left), 0), o.Currency())
	return f, nil
}

// settleWithin is how long the outcome of a call may take to be written, though
// the caller has gone.
const settleWithin = 10 * time.Second

// repay makes the call and writes down what came of it.
func (s *Service) repay(ctx context.Context, r Return) (Return, error) {
	out, err := s.refunder.Refund(ctx, Repayment{Key: r.Refund.Key, Order: r.Order, Return: r.ID, Amount: r.Refund.Amount})
	switch {
	case err == nil:
	case decided(err):
		out = Repaid{State: RefundFailed, Reason: err.Error()}
	default:
		out = Repaid{}
	}
	return s.conclude(ctx, r, out)
}

// decided reports whether an error says that nothing was paid.
func decided(err error) bool {
	for _, k := range []fault.Kind{fault.Invalid, fault.NotFound, fault.Conflict, fault.Denied, fault.Declined, fault.Unsupported} {
		if errors.Is(err, k) {
			return true
		}
	}
	return false
}

// conclude is the second unit: the outcome is saved.
func (s *Service) conclude(ctx context.Context, r Return, out Repaid) (Return, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	number := r.Refund.Number
	ch := s.changing(op.Meta{By: op.Actor{Kind: op.System, ID: "returns"}}, "returns.settled", r.ID)
	ch.decide = func(_ context.Context, _ Tx, r Return) (Return, []event.Payload, error) {
		if !r.Refund.InFlight() || r.Refund.Number != number {
			return r, nil, nil
		}
		d := r.next(ch.call.Now)
		switch out.State {
		case RefundDone:
			return d.settled(out)
		case RefundFailed:
			d.Refund.State, d.Refund.Reason, d.Refund.Due = RefundFailed, short(out.Reason, maxReason), time.Time{}
			return d, []event.Payload{RepaymentFailed{Fact: r.fact(), Amount: d.Refund.Amount, Reason: d.Refund.Reason}}, nil
		case RefundNone, RefundProcessing:
		}
		d.Refund.Due = clock.Cut(ch.call.Now.Add(s.patience))
		return d, nil, nil
	}
	ch.before = booking(ledger.NewID(s.newID), ch.call.Now)
	ch.timer = func(r Return) (time.Time, event.Payload) { return r.Refund.Due, RepaymentDue{r.fact()} }
	r, err := s.run(ctx, ch, nil)
	if err == nil && r.Refund.Number == number && r.Refund.State == RefundFailed {
		err = &NotRefunded{Return: r.ID, Reason: r.Refund.Reason}
	}
	return r, err
}

// settled ends r, whose refund is done.
func (r Return) settled(out Repaid) (Return, []event.Payload, error) {
	d, err := r.move(TriggerSettle)
	d.Refund.State, d.Refund.Reference, d.Refund.Due = RefundDone, short(out.Reference, 200), time.Time{}
	return d, []event.Payload{Settled{
		Fact: r.fact(), Amount: d.Refund.Amount, Shipping: d.Refund.Shipping, Shares: d.Refund.Shares, Reference: d.Refund.Reference,
	}}, err
}

// short makes a text of others fit to be kept.
func short(s string, limit int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if r := []rune(s); len(r) > limit {
		return string(r[:limit])
	}
	return s
}

// booking writes to the books what a return takes back, when it is settled.
func booking(entry ledger.ID, at time.Time) func(ctx context.Context, t Tx, was, now Return) error {
	return func(ctx context.Context, t Tx, _, now Return) error {
		if now.status != StatusSettled {
			return nil
		}
		e, some, err := now.unsale(entry, at)
		if err != nil || !some {
			return err
		}
		return t.InsertEntries(ctx, e)
	}
}

// unsale returns the entry of a settled return: the sale of its pieces taken
// back, and what was refunded of the carriage. What was paid for them thereby
// becomes a debt of the shop, which the refund settles.
func (r Return) unsale(entry ledger.ID, at time.Time) (ledger.Entry, bool, error) {
	var gross, tax int64
	for _, s := range r.Refund.Shares {
		gross += s.Amount.Minor()
		tax += s.Tax.Minor()
	}
	shipping, shippingTax := r.Refund.Shipping.Minor(), r.Refund.ShippingTax.Minor()
	if gross+shipping == 0 {
		return ledger.Entry{}, false, nil
	}
	post := func(a ledger.Account, minor int64) ledger.Posting {
		return ledger.Posting{Account: a, Amount: money.New(minor, r.Refund.Amount.Currency())}
	}
	e, err := ledger.NewEntry(
		entry, r.ID.String(), at, "goods returned",
		post(ledger.Receivable, -gross-shipping), post(ledger.Sales, gross-tax), post(ledger.Shipping, shipping-shippingTax),
		post(ledger.Tax, tax+shippingTax),
	)
	return e, err == nil, err
}

// Reconcile finds out what became of a refund that is in flight and due: it asks
// the Refunder again, under the same key. One that is not in flight or not due
// stays as it is, so it is safe to call it at any time. It returns *NotRefunded
// if the money did not go back.
func (s *Service) Reconcile(ctx context.Context, of ID) (Return, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Return{}, err
	}
	r, err := s.reader.Return(ctx, of)
	if err != nil || !r.Refund.InFlight() || s.clock.Now().Before(r.Refund.Due) {
		return r, err
	}
	return s.repay(ctx, r)
}
