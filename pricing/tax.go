package pricing

import (
	"slices"

	"github.com/kontor-go/kontor/kernel/money"
)

// taxes is the step that computes the taxes on what the discounts left.
func taxes(s *Sheet) error {
	s.taxed = true
	// Fees that steps added need room for their taxes too.
	s.levied = slices.Grow(s.levied, s.levies-len(s.levied))[:s.levies]
	var err error
	switch s.in.Policy.At {
	case money.Line, money.Unit:
		err = s.taxRows()
	case money.RateGroup, money.Document:
		err = s.taxGroups()
	}
	if err != nil {
		return err
	}
	var sum int64
	for i := range s.rows {
		if err := grow(&sum, s.rows[i].tax); err != nil {
			return err
		}
	}
	return nil
}

// taxMoves is how many entries the taxes of one row need at most.
func (s *Sheet) taxMoves() int {
	n := s.most()
	if s.in.TaxInclusive && n > 1 {
		n++ // all together, then the share of each
	}
	if s.in.Policy.At == money.Unit {
		n *= 2 // one piece, then all of them; dear and cheap pieces are rare
	}
	return n
}

// levy books the nth tax of its chain on a row.
func (s *Sheet) levy(i, n int, amount int64) error {
	r := &s.rows[i]
	t := &s.in.Taxes[s.chains[r.chain].taxes[n]]
	out := &s.levied[int(r.levies)+n]
	out.Name, out.Rate, out.Amount = t.Name, t.Rate, s.amount(amount)
	return grow(&r.tax, amount)
}

// taxRows rounds row by row, or piece by piece.
func (s *Sheet) taxRows() error {
	due := make([]int64, s.most())
	for i := range s.rows {
		r := &s.rows[i]
		if r.chain == none {
			continue
		}
		c := &s.chains[r.chain]
		due := due[:len(c.taxes)]
		var err error
		if s.in.Policy.At == money.Unit && r.quantity > 1 {
			err = s.taxPieces(i, due)
		} else {
			err = s.due(r.chain, i, r.left, due)
		}
		if err != nil {
			return err
		}
		for n := range due {
			if err := s.levy(i, n, due[n]); err != nil {
				return err
			}
		}
	}
	return nil
}

// taxPieces fills due with the taxes on a row whose pieces are taxed one by
// one. What is left of the row may not divide by its pieces: then some cost
// one minor unit more than the others.
func (s *Sheet) taxPieces(i int, due []int64) error {
	r := &s.rows[i]
	price, dear := r.left/r.quantity, r.left%r.quantity
	if err := s.duePieces(i, price, r.quantity-dear, due); err != nil || dear == 0 {
		return err
	}
	more := make([]int64, len(due))
	if err := s.duePieces(i, price+1, dear, more); err != nil {
		return err
	}
	for n := range due {
		due[n] += more[n]
	}
	return nil
}

// duePieces fills out with the taxes on one piece of a row times their number.
func (s *Sheet) duePieces(i int, price, pieces int64, out []int64) error {
	r := &s.rows[i]
	if err := s.due(r.chain, i, price, out); err != nil {
		return err
	}
	for n, t := range s.chains[r.chain].taxes {
		a, err := s.amount(out[n]).Mul(pieces)
		if err != nil {
			return err
		}
		s.note(move{
			row: int32(i), rule: s.taxRule(t), what: Priced, in: out[n], of: 1, count: int32(pieces), out: a.Minor(),
		})
		out[n] = a.Minor()
	}
	return nil
}

// due fills out with the taxes of a chain on a price, each rounded once, and
// traces them for row i or none.
func (s *Sheet) due(ch int32, i int, price int64, out []int64) error {
	if s.in.TaxInclusive {
		return s.contained(ch, i, price, out)
	}
	mode := s.in.Policy.Mode
	var before int64
	for n, t := range s.chains[ch].taxes {
		tax := &s.in.Taxes[t]
		base := price
		if tax.Compound {
			base += before
		}
		a, err := tax.Rate.Of(s.amount(base), mode)
		if err != nil {
			return err
		}
		out[n] = a.Minor()
		if err := grow(&before, out[n]); err != nil {
			return err
		}
		s.note(move{row: int32(i), rule: s.taxRule(t), what: Added, mode: mode, in: base, out: out[n]})
	}
	return nil
}

// contained takes all taxes of a chain out of a price at once and shares them,
// so that net and taxes always add up to the price.
func (s *Sheet) contained(ch int32, i int, price int64, out []int64) error {
	c := &s.chains[ch]
	mode := s.in.Policy.Mode
	all, err := c.combined.Included(s.amount(price), mode)
	if err != nil {
		return err
	}
	s.note(move{row: int32(i), rule: s.groupRule(int(ch)), what: Contained, mode: mode, in: price, out: all.Minor()})
	return s.divide(c, i, all.Minor(), out)
}

// divide shares the taxes of a chain, computed together, over its taxes.
func (s *Sheet) divide(c *chain, i int, all int64, out []int64) error {
	if len(out) == 1 {
		out[0] = all
		return nil
	}
	clear(out)
	if all == 0 {
		return nil
	}
	parts, err := money.Allocate(s.amount(all), c.weights, s.in.Policy.Residue)
	if err != nil {
		return err
	}
	for n, t := range c.taxes {
		out[n] = parts[n].Minor()
		s.note(move{
			row: int32(i), rule: s.taxRule(t), what: Divided, mode: money.Down, of: all,
			odd: int32(out[n] - cut(all, c.weights[n], c.weight)), out: out[n],
		})
	}
	return nil
}
