package pricing

import (
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// InputInvalid is the code of the Invalid error for an input that cannot be
// priced; its fields name what is wrong.
const InputInvalid = "pricing_input_invalid"

// check returns money.ErrCurrency with its fields if currencies are mixed, and
// else an Invalid error that names every field that is wrong.
func (in *Input) check() error {
	var c, mixed fault.Check
	c.That(!in.Currency.IsZero(), "currency", "required", "must name a currency")
	c.That(in.Policy.Check() == nil, "policy", "unknown", "must be a known rounding policy")
	limit(&c, "lines", len(in.Lines), MaxLines)
	limit(&c, "discounts", len(in.Discounts), MaxRules)
	limit(&c, "taxes", len(in.Taxes), MaxRules)
	limit(&c, "shipping", len(in.Shipping), MaxRules)
	limit(&c, "fees", len(in.Fees), MaxRules)
	if err := c.Err(InputInvalid); err != nil {
		return err // the rest would be long, or wrong for lack of a currency
	}
	k := checker{in: in, wrong: &c, mixed: &mixed, one: money.MustRate("1"), ten: money.MustRate("10")}
	for i := range in.Lines {
		k.line(i, &in.Lines[i])
	}
	for i := range in.Discounts {
		k.discount(i, &in.Discounts[i])
	}
	for i := range in.Taxes {
		k.tax(i, &in.Taxes[i])
	}
	for i := range in.Shipping {
		k.charge("shipping", i, in.Shipping[i])
	}
	for i := range in.Fees {
		k.charge("fees", i, Shipping(in.Fees[i]))
	}
	if err := mixed.Err(money.ErrCurrency.Code); err != nil {
		return err
	}
	return c.Err(InputInvalid)
}

func limit(c *fault.Check, list string, n, most int) {
	if n > most {
		c.Range(list, int64(n), 0, int64(most))
	}
}

// checker writes paths only for what is wrong: they cost more than the checks.
type checker struct {
	in           *Input
	wrong, mixed *fault.Check
	one, ten     money.Rate
}

func at(list string, i int, field string) string {
	return list + "[" + strconv.Itoa(i) + "]." + field
}

func (k checker) line(i int, l *Line) {
	if l.ID == "" {
		k.wrong.Add(at("lines", i, "id"), "required", "must not be empty")
	}
	if l.Quantity < 1 || l.Quantity > MaxQuantity {
		k.wrong.Range(at("lines", i, "quantity"), int64(l.Quantity), 1, MaxQuantity)
	}
	if l.Unit.Per < 0 || l.Unit.Per > money.MaxPer {
		k.wrong.Range(at("lines", i, "unit.per"), l.Unit.Per, 0, money.MaxPer)
	}
	k.amount("lines", i, "unit", l.Unit.Amount)
}

func (k checker) charge(list string, i int, s Shipping) {
	if s.ID == "" {
		k.wrong.Add(at(list, i, "id"), "required", "must not be empty")
	}
	k.amount(list, i, "amount", s.Amount)
}

func (k checker) discount(i int, d *Discount) {
	if d.Code == "" {
		k.wrong.Add(at("discounts", i, "code"), "required", "must not be empty")
	}
	switch d.Scope {
	case OnOrder, OnItems, OnEach, OnShipping:
	default:
		k.wrong.Add(at("discounts", i, "scope"), "unknown", "must be order, items, each or shipping")
	}
	switch d.Kind {
	case PercentOff:
		if d.Rate.IsNegative() || d.Rate.Cmp(k.one) > 0 {
			k.wrong.Add(at("discounts", i, "rate"), "out_of_range", "must be between 0 and 1")
		}
	case AmountOff:
		k.amount("discounts", i, "amount", d.Amount)
	default:
		k.wrong.Add(at("discounts", i, "kind"), "unknown", "must be percent or amount")
	}
	if d.Minimum != (money.Amount{}) {
		k.amount("discounts", i, "minimum", d.Minimum)
	}
}

func (k checker) tax(i int, t *Tax) {
	if t.Name == "" {
		k.wrong.Add(at("taxes", i, "name"), "required", "must not be empty")
	}
	if t.Rate.IsNegative() || t.Rate.Cmp(k.ten) > 0 {
		k.wrong.Add(at("taxes", i, "rate"), "out_of_range", "must be between 0 and 10")
	}
}

func (k checker) amount(list string, i int, field string, a money.Amount) {
	switch {
	case a.Currency() != k.in.Currency:
		k.mixed.Add(at(list, i, field), "currency_mismatch", "must be in "+k.in.Currency.Code())
	case a.IsNegative():
		k.wrong.Add(at(list, i, field), "out_of_range", "must not be negative")
	case a.Check() != nil:
		k.wrong.Add(at(list, i, field), "out_of_range", "is too large")
	}
}
