package order

import (
	"slices"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// filled returns o with amounts of nothing, where they were left out, in the
// currency of the order.
func (o Order) filled() Order {
	o.Lines, o.Charges = slices.Clone(o.Lines), slices.Clone(o.Charges)
	amounts := []*money.Amount{
		&o.Subtotal, &o.Shipping, &o.Fees, &o.Discount, &o.Tax, &o.Rounding, &o.Total, &o.Paid, &o.Refunded,
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		amounts = append(amounts, &l.Subtotal, &l.Discount, &l.Net, &l.Tax, &l.Gross)
	}
	for i := range o.Charges {
		x := &o.Charges[i]
		amounts = append(amounts, &x.Amount, &x.Discount, &x.Net, &x.Tax, &x.Gross)
	}
	for _, a := range amounts {
		if *a == (money.Amount{}) {
			*a = money.Zero(o.Currency())
		}
	}
	return o
}

// figures adds up an order. The limits of amounts and of the number of lines
// keep every sum far within int64.
type figures struct {
	order Order
	c     *fault.Check
	sound bool
}

// checkFigures records every amount that is out of bounds, and every sum that
// is not the sum of its parts: for each line and charge, and for the order
// Total = Subtotal - Discount + Shipping + Fees + Rounding, and Tax if it is
// not contained. The sums are only looked at if all amounts are sound.
func (o Order) checkFigures(c *fault.Check) {
	f := figures{order: o, c: c, sound: true}
	for i, l := range o.Lines {
		f.line(at("lines", i), l)
	}
	for i, x := range o.Charges {
		f.parts(at("charges", i), x.Amount, x)
	}
	for _, a := range []struct {
		path   string
		amount money.Amount
	}{
		{"subtotal", o.Subtotal},
		{"shipping", o.Shipping},
		{"fees", o.Fees},
		{"discount", o.Discount},
		{"tax", o.Tax},
		{"total", o.Total},
	} {
		f.amount(a.path, a.amount)
	}
	f.currency("rounding", o.Rounding)
	if f.sound {
		f.sums()
	}
}

// currency records an amount of another currency, or beyond the limit.
func (f *figures) currency(path string, a money.Amount) bool {
	_, err := a.Cmp(money.Zero(f.order.Currency()))
	f.c.Merge(path, err)
	f.sound = f.sound && err == nil
	return err == nil
}

// amount is currency for an amount that must not be negative.
func (f *figures) amount(path string, a money.Amount) {
	if f.currency(path, a) {
		f.sound = f.c.That(!a.IsNegative(), path, "out_of_range", "must not be negative") && f.sound
	}
}

// line checks one line, whose parts are those of a charge.
func (f *figures) line(path string, l Line) {
	f.parts(path, l.Subtotal, Charge{Discount: l.Discount, Net: l.Net, Tax: l.Tax, Gross: l.Gross})
	f.amount(path+".unit", l.Unit.Amount)
	want, err := l.Unit.Times(int64(l.Quantity), f.order.Policy.Mode)
	if err != nil {
		f.c.Merge(path+".unit", err)
		return
	}
	same := l.Subtotal.Currency() == want.Currency() // else it was named before
	f.c.That(!same || l.Subtotal == want, path+".subtotal", "not_the_sum", "must be the quantity times the unit price")
}

// parts checks what is below the list price of a line or charge.
func (f *figures) parts(path string, list money.Amount, x Charge) {
	before := f.sound
	f.sound = true
	first := ".amount"
	if x.Kind == "" {
		first = ".subtotal"
	}
	f.amount(path+first, list)
	f.amount(path+".discount", x.Discount)
	f.amount(path+".net", x.Net)
	f.amount(path+".tax", x.Tax)
	f.amount(path+".gross", x.Gross)
	if f.sound {
		f.c.That(x.Discount.Minor() <= list.Minor(), path+".discount", "out_of_range", "must not be more than the price")
		f.c.That(x.Net.Minor()+x.Tax.Minor() == x.Gross.Minor(), path+".gross", "not_the_sum", "must be net and tax")
		left, name := x.Net, ".net"
		if f.order.TaxInclusive {
			left, name = x.Gross, ".gross"
		}
		f.c.That(list.Minor()-x.Discount.Minor() == left.Minor(), path+name, "not_the_sum", "must be the price without the discount")
	}
	f.sound = f.sound && before
}

// sums checks the amounts of the order against those of its lines and charges.
func (f *figures) sums() {
	o := f.order
	var subtotal, shipping, fees, discount, tax, gross int64
	for _, l := range o.Lines {
		subtotal += l.Subtotal.Minor()
		discount += l.Discount.Minor()
		tax += l.Tax.Minor()
		gross += l.Gross.Minor()
	}
	for _, x := range o.Charges {
		if x.Kind == ForShipping {
			shipping += x.Amount.Minor()
		} else {
			fees += x.Amount.Minor()
		}
		discount += x.Discount.Minor()
		tax += x.Tax.Minor()
		gross += x.Gross.Minor()
	}
	f.c.That(o.Subtotal.Minor() == subtotal, "subtotal", "not_the_sum", "must be the sum of the lines")
	f.c.That(o.Shipping.Minor() == shipping, "shipping", "not_the_sum", "must be the sum of the charges for shipping")
	f.c.That(o.Fees.Minor() == fees, "fees", "not_the_sum", "must be the sum of the fees")
	f.c.That(o.Discount.Minor() == discount, "discount", "not_the_sum", "must be the sum of the discounts")
	f.c.That(o.Tax.Minor() == tax, "tax", "not_the_sum", "must be the sum of the taxes")
	f.c.That(o.Total.Minor() == gross+o.Rounding.Minor(), "total", "not_the_sum", "must be the sum of everything")
}

// CheckFigures returns an Invalid error (code "order.figures") that names every
// figure of o that does not add up, or nil. An order that New has let through
// passes for ever.
func (o Order) CheckFigures() error {
	var c fault.Check
	o.checkFigures(&c)
	return c.Err("order.figures")
}
