package pricing

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// The codes of the errors below.
const (
	// Unbalanced is the code of the Internal error of Quote.Verify.
	Unbalanced = "pricing_unbalanced"
	// Differs is the code of the Conflict error of Replay.
	Differs = "pricing_differs"
)

// Verify checks that the figures of a quote agree with each other, to the
// minor unit:
//
//	total = subtotal - discount + shipping + fees + added taxes + rounding
//
// every sum is the sum of its parts, net and tax are gross, nothing is
// negative, and all is in one currency. It asks nothing but the quote itself,
// so it also works on one that was stored. Its error is Internal, with the
// code Unbalanced and a text that names the first figure that is wrong.
func (q Quote) Verify() error {
	a := audit{q: &q}
	for i := range q.Lines {
		l := &q.Lines[i]
		due, err := l.Unit.Times(int64(l.Quantity), q.Policy.Mode)
		a.that(err == nil && due == l.Subtotal, "subtotal of line "+l.ID)
		a.sums(l.ID, l.Subtotal, &l.Sums)
		a.subtotal += l.Subtotal.Minor()
	}
	for i := range q.Shipping {
		a.sums(q.Shipping[i].ID, q.Shipping[i].Amount, &q.Shipping[i].Sums)
		a.shipping += q.Shipping[i].Amount.Minor()
	}
	for i := range q.Fees {
		a.sums(q.Fees[i].ID, q.Fees[i].Amount, &q.Fees[i].Sums)
		a.fees += q.Fees[i].Amount.Minor()
	}
	a.totals()
	if a.wrong == "" {
		return nil
	}
	return fault.Newf(fault.Internal, Unbalanced, "The figures of the quote do not agree: %s.", a.wrong)
}

// audit adds up what a quote says in detail.
type audit struct {
	q                                      *Quote
	subtotal, shipping, fees, off, on, due int64
	wrong                                  string
}

func (a *audit) that(ok bool, what string) { //nolint:revive // an assertion
	if !ok && a.wrong == "" {
		a.wrong = what
	}
}

// is holds an amount to a figure in the quote's currency.
func (a *audit) is(have money.Amount, want int64, what string) {
	a.that(have == money.New(want, a.q.Currency) && have.Check() == nil, what)
}

// sums checks one line or charge with the given price.
func (a *audit) sums(id string, price money.Amount, s *Sums) {
	var off, on int64
	for _, p := range s.Discounts {
		off += p.Amount.Minor()
		a.that(p.Amount.IsPositive(), "discount "+p.Code+" of "+id)
	}
	for _, p := range s.Taxes {
		on += p.Amount.Minor()
		a.that(!p.Amount.IsNegative(), "tax "+p.Name+" of "+id)
	}
	a.is(s.Discount, off, "discount of "+id)
	a.is(s.Tax, on, "tax of "+id)
	left := price.Minor() - off
	if a.q.TaxInclusive {
		a.is(s.Gross, left, "gross of "+id)
		a.is(s.Net, left-on, "net of "+id)
	} else {
		a.is(s.Net, left, "net of "+id)
		a.is(s.Gross, left+on, "gross of "+id)
	}
	a.that(!price.IsNegative() && !s.Net.IsNegative() && !s.Gross.IsNegative(), id+", which is below zero")
	a.off += off
	a.on += on
	a.due += s.Gross.Minor()
}

func (a *audit) totals() {
	q := a.q
	var off, on int64
	for _, d := range q.Discounts {
		off += d.Amount.Minor()
	}
	for i := range q.Taxes {
		on += q.Taxes[i].Amount.Minor()
		a.that(q.Taxes[i].Amount.Minor() == a.levied(&q.Taxes[i]), "total of tax "+q.Taxes[i].Name)
	}
	a.that(off == a.off, "discount totals")
	a.that(on == a.on, "tax totals")
	a.is(q.Subtotal, a.subtotal, "subtotal")
	a.is(q.ShippingTotal, a.shipping, "shipping total")
	a.is(q.FeeTotal, a.fees, "fee total")
	a.is(q.Discount, a.off, "discount")
	a.is(q.Tax, a.on, "tax")
	total := a.subtotal - a.off + a.shipping + a.fees + q.Rounding.Minor()
	if !q.TaxInclusive {
		total += a.on
	}
	a.is(q.Total, total, "total")
	a.is(q.Total, a.due+q.Rounding.Minor(), "total of gross amounts")
	a.that(!q.Total.IsNegative(), "total, which is below zero")
	step := int64(1)
	if q.Policy.Cash {
		step = q.Currency.CashStep()
	}
	a.that(q.Rounding.Currency() == q.Currency && q.Rounding.Abs().Minor() < step, "cash rounding")
}

// levied adds the portions of one tax up.
func (a *audit) levied(t *TaxTotal) int64 {
	var sum int64
	add := func(ps []TaxPortion) {
		for i := range ps {
			if ps[i].Name == t.Name && ps[i].Rate == t.Rate {
				sum += ps[i].Amount.Minor()
			}
		}
	}
	for i := range a.q.Lines {
		add(a.q.Lines[i].Taxes)
	}
	for i := range a.q.Shipping {
		add(a.q.Shipping[i].Taxes)
	}
	for i := range a.q.Fees {
		add(a.q.Fees[i].Taxes)
	}
	return sum
}

// Replay prices in again with the standard pipeline. See Pipeline.Replay.
func Replay(in Input, q Quote) error { return Standard().Replay(in, q) }

// Replay prices in again and compares the result with q, the trace included.
// It returns nil if they are equal in their JSON form, and else a Conflict
// with the code Differs that names the first figure that is not; or an error of
// Compute. Titles of charges, which older quotes do not tell, are not compared.
func (p Pipeline) Replay(in Input, q Quote) error {
	now, err := p.Compute(in)
	if err != nil {
		return err
	}
	q.Shipping, q.Fees = untitled(q.Shipping), untitled(q.Fees)
	now.Shipping, now.Fees = untitled(now.Shipping), untitled(now.Fees)
	want, err := json.Marshal(now)
	if err != nil {
		return err
	}
	have, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if bytes.Equal(want, have) {
		return nil
	}
	return fault.Newf(fault.Conflict, Differs, "The quote cannot be repeated: its %s.", difference(&now, &q))
}

func untitled(charges []ChargeQuote) []ChargeQuote {
	out := slices.Clone(charges)
	for i := range out {
		out[i].Title = ""
	}
	return out
}

// difference names the first figure in which two quotes differ.
func difference(now, then *Quote) string {
	for _, f := range []struct {
		name      string
		now, then money.Amount
	}{
		{"total", now.Total, then.Total},
		{"subtotal", now.Subtotal, then.Subtotal},
		{"discount", now.Discount, then.Discount},
		{"shipping total", now.ShippingTotal, then.ShippingTotal},
		{"fee total", now.FeeTotal, then.FeeTotal},
		{"tax", now.Tax, then.Tax},
		{"rounding", now.Rounding, then.Rounding},
	} {
		if f.now != f.then {
			return f.name + " was " + f.then.String() + " and now is " + f.now.String()
		}
	}
	return "details differ while the totals agree"
}
