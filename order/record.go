package order

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// RecordPayment tells an order that money has come in.
type RecordPayment struct {
	op.Meta
	// Payment is the text of the id of the payment, at most 200 characters.
	Payment string
	// Ref tells several captures of one payment apart, at most 200 characters.
	Ref string
	// Amount is what this capture brought, more than nothing and in the currency
	// of the order.
	Amount money.Amount
}

// RecordPayment tells an order that money has come in. By Payment and Ref an
// order takes note once, however often it is told; telling it another amount
// under the same is ErrTold. The payment that makes a placed order paid exactly
// also confirms it. An amount in another currency is refused and changes
// nothing. What came in for a cancelled order is noted too.
func (s *Service) RecordPayment(ctx context.Context, order ID, req RecordPayment) (Order, error) {
	return s.run(ctx, s.paying(order, req))
}

// RecordPaymentTx is RecordPayment inside a unit of work. If two units tell an
// order the same at once, one of them fails with ErrTold or a stale version.
func (s *Service) RecordPaymentTx(ctx context.Context, t Tx, order ID, req RecordPayment) (Order, error) {
	return s.runTx(ctx, t, s.paying(order, req))
}

func (s *Service) paying(order ID, req RecordPayment) change {
	var c fault.Check
	req.Payment, req.Ref = checkMoney(&c, req.Payment, req.Ref, req.Amount)
	ch := s.changing(&c, req.Meta, "order.record_payment", order)
	ch.told = Told{Kind: ToldPayment, Source: req.Payment, Ref: req.Ref, Amount: req.Amount, At: ch.call.Now}
	ch.call.Parameters = asked[Told]{order, ch.told.timeless()}
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		d := o.next(ch.call.Now)
		var err error
		if d.Paid, err = o.plus(o.Paid, req.Amount); err != nil {
			return o, nil, err
		}
		d, confirmed, err := d.confirmIfPaid()
		return d, append([]event.Payload{PaymentRecorded{
			Order: o.ID, Number: o.Number, Payment: req.Payment, Ref: req.Ref, Amount: req.Amount, Paid: d.Paid, Total: o.Total,
			Standing: d.PaymentStanding(),
		}}, confirmed...), err
	}
	return ch
}

func checkMoney(c *fault.Check, payment, ref string, amount money.Amount) (string, string) {
	payment = c.Required("payment", payment, maxRef)
	ref = c.Text("ref", ref, maxRef)
	if err := amount.Check(); err != nil {
		c.Merge("amount", err)
	} else {
		c.That(amount.IsPositive(), "amount", "out_of_range", "must be more than nothing")
	}
	return payment, ref
}

// timeless returns t without its time, which differs when it is told again.
func (t Told) timeless() Told {
	t.At = time.Time{}
	return t
}

// plus adds an amount that was told; an error names the field.
func (o Order) plus(sum, told money.Amount) (money.Amount, error) {
	a, err := sum.Add(told)
	if err != nil {
		var c fault.Check
		c.Merge("amount", err)
		return sum, c.Err("order.amount")
	}
	return a, nil
}

// RecordRefund tells an order that money was given back.
type RecordRefund struct {
	op.Meta
	// Payment is the text of the id of the payment, at most 200 characters.
	Payment string
	// Ref tells several refunds of one payment apart, at most 200 characters.
	Ref string
	// Amount is what this refund gave back, more than nothing and in the
	// currency of the order.
	Amount money.Amount
}

// RecordRefund tells an order that money was given back, once by Payment and
// Ref. More than was paid is ErrRefundTooHigh.
func (s *Service) RecordRefund(ctx context.Context, order ID, req RecordRefund) (Order, error) {
	return s.run(ctx, s.refunding(order, req))
}

// RecordRefundTx is RecordRefund inside a unit of work.
func (s *Service) RecordRefundTx(ctx context.Context, t Tx, order ID, req RecordRefund) (Order, error) {
	return s.runTx(ctx, t, s.refunding(order, req))
}

func (s *Service) refunding(order ID, req RecordRefund) change {
	var c fault.Check
	req.Payment, req.Ref = checkMoney(&c, req.Payment, req.Ref, req.Amount)
	ch := s.changing(&c, req.Meta, "order.record_refund", order)
	ch.told = Told{Kind: ToldRefund, Source: req.Payment, Ref: req.Ref, Amount: req.Amount, At: ch.call.Now}
	ch.call.Parameters = asked[Told]{order, ch.told.timeless()}
	ch.decide = func(o Order) (Order, []event.Payload, error) {
		d := o.next(ch.call.Now)
		var err error
		if d.Refunded, err = o.plus(o.Refunded, req.Amount); err != nil {
			return o, nil, err
		}
		if d.Refunded.Minor() > o.Paid.Minor() {
			return o, nil, ErrRefundTooHigh
		}
		return d, []event.Payload{RefundRecorded{
			Order: o.ID, Number: o.Number, Payment: req.Payment, Ref: req.Ref, Amount: req.Amount, Refunded: d.Refunded,
			Standing: d.PaymentStanding(),
		}}, nil
	}
	return ch
}
