package pricing

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/kontor-go/kontor/kernel/money"
)

// discounts is the step that applies the discounts one after the other, each
// on what the earlier ones left.
func discounts(s *Sheet) error {
	order := make([]int, len(s.in.Discounts))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &s.in.Discounts[a], &s.in.Discounts[b]
		return cmp.Or(cmp.Compare(y.Priority, x.Priority), cmp.Compare(x.Code, y.Code))
	})
	only := s.exclusive(order)
	for _, i := range order {
		if only >= 0 && i != only {
			s.refuse(i, Excluded)
			continue
		}
		if err := s.apply(i); err != nil {
			return err
		}
	}
	return nil
}

// exclusive returns the first exclusive discount that applies to the untouched
// prices, or -1.
func (s *Sheet) exclusive(order []int) int {
	for _, i := range order {
		d := &s.in.Discounts[i]
		if !d.Exclusive {
			continue
		}
		matched, sum := s.choose(d)
		if s.objection(d, matched, sum) == "" {
			return i
		}
	}
	return -1
}

// apply takes one discount, or refuses it.
func (s *Sheet) apply(n int) error {
	d := &s.in.Discounts[n]
	matched, sum := s.choose(d)
	if reason := s.objection(d, matched, sum); reason != "" {
		s.refuse(n, reason)
		return nil
	}
	mark := len(s.trace.moves)
	off := s.discountOf(DiscountTotal{Code: d.Code, Title: d.Title, Automatic: d.Automatic})
	if err := s.take(n, off, sum); err != nil {
		return err
	}
	if s.off[off].Amount.IsZero() {
		// Nothing moved: the trace tells the refusal, not the attempt.
		s.trace.moves = s.trace.moves[:mark]
		s.off = s.off[:off]
		s.refuse(n, NoEffect)
	}
	return nil
}

// choose fills s.chosen with the rows that the discount is on and of which
// something is left, and returns how many it is on, and their sum.
func (s *Sheet) choose(d *Discount) (matched int, sum int64) {
	s.chosen = s.chosen[:0]
	from, to := 0, s.lines
	if d.Scope == OnShipping {
		from, to = s.lines, len(s.rows)
	}
	for i := from; i < to; i++ {
		r := &s.rows[i]
		if !s.isOn(d, r) {
			continue
		}
		matched++
		if r.left > 0 {
			s.chosen = append(s.chosen, i)
			sum += r.left
		}
	}
	return matched, sum
}

func (s *Sheet) isOn(d *Discount, r *row) bool {
	switch d.Scope {
	case OnOrder:
		return r.kind == lineRow
	case OnShipping:
		return r.kind == shippingRow
	case OnItems, OnEach:
		if len(d.SKUs) == 0 && len(d.Categories) == 0 {
			return true
		}
		l := &s.in.Lines[r.place]
		if slices.Contains(d.SKUs, l.SKU) {
			return true
		}
		for _, c := range l.Categories {
			if slices.Contains(d.Categories, c) {
				return true
			}
		}
	}
	return false
}

// objection returns why the discount does not apply, or "".
func (s *Sheet) objection(d *Discount, matched int, sum int64) Reason {
	switch {
	case matched == 0:
		return NoMatch
	case d.Minimum.Minor() > s.goods():
		return BelowMinimum
	case sum == 0:
		return NothingLeft
	default:
		return ""
	}
}

// goods is what is left of all lines.
func (s *Sheet) goods() int64 {
	var sum int64
	for i := range s.lines {
		sum += s.rows[i].left
	}
	return sum
}

func (s *Sheet) refuse(n int, reason Reason) {
	d := &s.in.Discounts[n]
	s.refused = append(s.refused, Refusal{Code: d.Code, Title: d.Title, Automatic: d.Automatic, Reason: reason})
	s.note(move{row: none, rule: int16(n), what: Refused})
}

// take books discount n on the chosen rows, which are worth sum.
func (s *Sheet) take(n, off int, sum int64) error {
	d := &s.in.Discounts[n]
	if d.Scope == OnEach || d.Scope == OnItems && d.Kind == PercentOff {
		return s.takeByRow(n, off)
	}
	whole, err := s.reduction(n, none, sum, 1)
	if err != nil || whole == 0 {
		return err
	}
	return s.share(n, off, whole, sum)
}

func (s *Sheet) takeByRow(n, off int) error {
	for _, i := range s.chosen {
		r := &s.rows[i]
		taken, err := s.reduction(n, i, r.left, r.quantity)
		if err != nil {
			return err
		}
		if taken > 0 {
			s.deduct(i, off, taken)
		}
	}
	return nil
}

// reduction returns what discount n takes off price, for a number of pieces,
// and traces it.
func (s *Sheet) reduction(n, i int, price, pieces int64) (int64, error) {
	d := &s.in.Discounts[n]
	m := move{row: int32(i), rule: int16(n), in: price, mode: s.in.Policy.Mode}
	if d.Kind == PercentOff {
		a, err := d.Rate.Of(s.amount(price), m.mode)
		if err != nil {
			return 0, err
		}
		m.what, m.out = Percent, a.Minor()
		s.note(m)
		return m.out, nil
	}
	m.what, m.of, m.out = Fixed, price, price
	// More pieces times amount than the limit is more than any price.
	if a, err := d.Amount.Mul(pieces); err == nil {
		m.of, m.out = a.Minor(), min(a.Minor(), price)
	}
	if pieces > 1 {
		m.count = int32(pieces)
	}
	s.note(m)
	return m.out, nil
}

// share books whole on the chosen rows by what is left of each; their sum is
// at least whole.
func (s *Sheet) share(n, off int, whole, sum int64) error {
	if len(s.chosen) == 1 {
		i := s.chosen[0]
		s.traceShare(i, int16(n), whole, sum, whole)
		s.deduct(i, off, whole)
		return nil
	}
	s.claims = s.claims[:0]
	for _, i := range s.chosen {
		s.claims = append(s.claims, s.rows[i].left)
	}
	parts, _, err := money.AllocateCapped(s.amount(whole), s.claims, s.claims, s.in.Policy.Residue)
	if err != nil {
		return err
	}
	for k, i := range s.chosen {
		part := parts[k].Minor()
		s.traceShare(i, int16(n), whole, sum, part)
		if part > 0 {
			s.deduct(i, off, part)
		}
	}
	return nil
}

// traceShare notes the part of a row, by what is left of it before the part
// is booked.
func (s *Sheet) traceShare(i int, rule int16, whole, sum, part int64) {
	left := s.rows[i].left
	s.note(move{
		row: int32(i), rule: rule, what: Shared, mode: money.Down,
		in: left, of: whole, odd: int32(part - cut(whole, left, sum)), out: part,
	})
}

// cut is whole*claim/sum without its fraction. None is negative, and claim is
// at most sum.
func cut(whole, claim, sum int64) int64 {
	hi, lo := bits.Mul64(uint64(whole), uint64(claim))
	q, _ := bits.Div64(hi, lo, uint64(sum))
	return int64(q)
}
