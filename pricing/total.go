package pricing

import (
	"slices"

	"github.com/kontor-go/kontor/kernel/money"
)

// total is the step that rounds to cash where the shop wants it. The figures
// themselves are added up when the quote is written.
func total(s *Sheet) error {
	due, left := s.payable()
	s.note(move{row: none, rule: none, what: Totalled, in: left, out: due})
	if due > money.Limit {
		return money.ErrOverflow
	}
	if !s.in.Policy.Cash {
		return nil
	}
	cash, err := s.amount(due).RoundCash(s.in.Policy.Mode)
	if err != nil {
		return err
	}
	s.cash = cash.Minor() - due
	s.note(move{row: none, rule: none, what: CashRounded, mode: s.in.Policy.Mode, in: due, out: cash.Minor()})
	return nil
}

// payable returns what all rows cost with taxes, and what is left of their
// prices.
func (s *Sheet) payable() (due, left int64) {
	for i := range s.rows {
		left += s.rows[i].left
		due += s.rows[i].gross(s.in.TaxInclusive)
	}
	return due, left
}

func (r *row) gross(inclusive bool) int64 { //nolint:revive // how the shop writes prices is data
	if inclusive {
		return r.left
	}
	return r.left + r.tax
}

// quote writes the figures down.
func (s *Sheet) quote() (Quote, error) {
	q := Quote{
		Currency: s.in.Currency, At: s.in.At, Place: s.in.Place, Policy: s.in.Policy, TaxInclusive: s.in.TaxInclusive,
		Lines: make([]LineQuote, s.lines), Discounts: s.off, Refused: s.refused, Trace: s.trace,
	}
	if n := len(s.in.Shipping); n > 0 {
		q.Shipping = make([]ChargeQuote, n)
	}
	if n := len(s.fees); n > 0 {
		q.Fees = make([]ChargeQuote, n)
	}
	off := s.discountPortions()
	var subtotal, shipping, fees, discount, tax int64
	for i := range s.rows {
		r := &s.rows[i]
		discount += r.start - r.left
		tax += r.tax
		var sums *Sums
		switch r.kind {
		case lineRow:
			l, out := &s.in.Lines[r.place], &q.Lines[r.place]
			out.ID, out.SKU, out.Quantity, out.Unit, out.Subtotal = l.ID, l.SKU, l.Quantity, l.Unit, s.amount(r.start)
			sums = &out.Sums
			subtotal += r.start
		case shippingRow:
			sums = s.writeCharge(&q.Shipping[r.place], i, s.in.Shipping[r.place].Title)
			shipping += r.start
		case feeRow:
			sums = s.writeCharge(&q.Fees[r.place], i, s.fees[r.place].Title)
			fees += r.start
		}
		gross := r.gross(s.in.TaxInclusive)
		sums.Discount, sums.Tax = s.amount(r.start-r.left), s.amount(r.tax)
		sums.Net, sums.Gross = s.amount(gross-r.tax), s.amount(gross)
		sums.Discounts, sums.Taxes = off.of(i), s.taxesOf(r)
	}
	due, _ := s.payable()
	q.Subtotal, q.ShippingTotal, q.FeeTotal = s.amount(subtotal), s.amount(shipping), s.amount(fees)
	q.Discount, q.Tax = s.amount(discount), s.amount(tax)
	q.Rounding, q.Total = s.amount(s.cash), s.amount(due+s.cash)
	q.Taxes = s.taxTotals()
	if err := q.Total.Check(); err != nil {
		return Quote{}, err
	}
	return q, nil
}

// writeCharge writes the head of a charge and returns the rest of it.
func (s *Sheet) writeCharge(out *ChargeQuote, i int, title string) *Sums {
	out.ID, out.Title, out.Amount = s.id(i), title, s.amount(s.rows[i].start)
	return &out.Sums
}

// taxesOf returns the taxes of a row, or nil.
func (s *Sheet) taxesOf(r *row) []TaxPortion {
	if r.chain == none || !s.taxed {
		return nil
	}
	start := int(r.levies)
	end := start + len(s.chains[r.chain].taxes)
	return s.levied[start:end:end]
}

// byRow is what the discounts did, row after row in one block of memory.
type byRow struct {
	all  []DiscountPortion
	ends []int32
}

// of returns the portions of a row, or nil.
func (b byRow) of(i int) []DiscountPortion {
	start := int32(0)
	if i > 0 {
		start = b.ends[i-1]
	}
	if start == b.ends[i] {
		return nil
	}
	return b.all[start:b.ends[i]:b.ends[i]]
}

// discountPortions puts what was deducted in the order of rows, and keeps the
// order of the discounts in each.
func (s *Sheet) discountPortions() byRow {
	b := byRow{all: make([]DiscountPortion, len(s.deducted)), ends: make([]int32, len(s.rows)+1)}
	for i := range s.deducted {
		b.ends[s.deducted[i].row+1]++
	}
	for i := range s.rows {
		b.ends[i+1] += b.ends[i]
	}
	// Now ends[i] is where row i starts; filling it up moves it to where it ends.
	for i := range s.deducted {
		p := &s.deducted[i]
		out := &b.all[b.ends[p.row]]
		out.Code, out.Amount = s.off[p.rule].Code, s.amount(p.amount)
		b.ends[p.row]++
	}
	return b
}

// taxTotals adds the taxes up by name and rate, in the order of the input.
func (s *Sheet) taxTotals() []TaxTotal {
	out := make([]TaxTotal, 0, len(s.in.Taxes))
	slot := make([]int, len(s.in.Taxes))
	for i := range s.in.Taxes {
		t := &s.in.Taxes[i]
		slot[i] = slices.IndexFunc(out, func(o TaxTotal) bool { return o.Name == t.Name && o.Rate == t.Rate })
		if slot[i] < 0 {
			out = append(out, TaxTotal{Name: t.Name, Rate: t.Rate})
			slot[i] = len(out) - 1
		}
	}
	for i := range s.rows {
		r := &s.rows[i]
		net := r.gross(s.in.TaxInclusive) - r.tax
		for n, p := range s.taxesOf(r) {
			o := &out[slot[s.chains[r.chain].taxes[n]]]
			o.Base, o.Amount = s.amount(o.Base.Minor()+net), s.amount(o.Amount.Minor()+p.Amount.Minor())
		}
	}
	// A tax that is on nothing here is not told.
	return slices.DeleteFunc(out, func(o TaxTotal) bool { return o.Amount.Currency().IsZero() })
}
