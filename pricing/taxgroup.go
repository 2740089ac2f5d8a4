package pricing

import (
	"math/big"

	"github.com/kontor-go/kontor/kernel/money"
)

// taxGroups adds up what has the same taxes, rounds once per group or once for
// the whole document, and shares the result over the rows.
func (s *Sheet) taxGroups() error {
	sums := make([]int64, len(s.chains))
	for i := range s.rows {
		if r := &s.rows[i]; r.chain != none {
			if err := grow(&sums[r.chain], r.left); err != nil {
				return err
			}
		}
	}
	due := make([][]int64, len(s.chains))
	for i := range s.chains {
		due[i] = make([]int64, len(s.chains[i].taxes))
		if s.in.Policy.At == money.RateGroup && sums[i] > 0 {
			if err := s.due(int32(i), none, sums[i], due[i]); err != nil {
				return err
			}
		}
	}
	if s.in.Policy.At == money.Document {
		if err := s.taxDocument(sums, due); err != nil {
			return err
		}
	}
	for i := range s.chains {
		if err := s.spread(i, sums[i], due[i]); err != nil {
			return err
		}
	}
	return nil
}

// taxDocument fills due with the taxes of each chain under one rounding of
// their exact sum.
func (s *Sheet) taxDocument(sums []int64, due [][]int64) error {
	exact := new(big.Rat)
	weights := make([]int64, len(sums))
	var base int64
	for i := range s.chains {
		if sums[i] == 0 {
			continue
		}
		base += sums[i]
		tax := s.chains[i].ratio(s.in)
		tax.Mul(tax, new(big.Rat).SetInt64(sums[i]))
		exact.Add(exact, tax)
		weights[i] = thousandths(tax)
	}
	if exact.Sign() == 0 {
		return nil
	}
	major := new(big.Rat).Quo(exact, new(big.Rat).SetInt(power(s.in.Currency.Exponent())))
	whole, err := money.FromRat(major, s.in.Currency, s.in.Policy.Mode)
	if err != nil {
		return err
	}
	s.note(move{row: none, rule: none, what: Summed, mode: s.in.Policy.Mode, in: base, out: whole.Minor()})
	parts, err := s.allocate(whole.Minor(), weights, sums)
	if err != nil {
		return err
	}
	for i := range s.chains {
		if err := s.divide(&s.chains[i], none, parts[i].Minor(), due[i]); err != nil {
			return err
		}
	}
	return nil
}

// thousandths returns v in thousandths, at least 1: a weight that keeps its
// claim to an odd unit. v is positive and beyond the limit at most by rates of
// 10 and more, which the sum of the taxes refuses later.
func thousandths(v *big.Rat) int64 {
	n := new(big.Int).Mul(v.Num(), big.NewInt(1000))
	n.Quo(n, v.Denom())
	if !n.IsInt64() || n.Int64() > 1000*money.Limit {
		return 1000 * money.Limit
	}
	return max(n.Int64(), 1)
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// allocate shares whole by weights. Where prices contain taxes, no part may be
// larger than its price.
func (s *Sheet) allocate(whole int64, weights, prices []int64) ([]money.Amount, error) {
	if !s.in.TaxInclusive {
		return money.Allocate(s.amount(whole), weights, s.in.Policy.Residue)
	}
	parts, _, err := money.AllocateCapped(s.amount(whole), weights, prices, s.in.Policy.Residue)
	return parts, err
}

// spread books the taxes of a chain on its rows, by what is left of each. The
// rows add up to the chain, and so does every single tax.
func (s *Sheet) spread(n int, sum int64, due []int64) error {
	c := &s.chains[n]
	var all int64
	for _, d := range due {
		all += d
	}
	s.chosen, s.claims = s.chosen[:0], s.claims[:0]
	for i := range s.rows {
		if int(s.rows[i].chain) == n {
			s.chosen = append(s.chosen, i)
			s.claims = append(s.claims, s.rows[i].left)
		}
	}
	if sum == 0 || all == 0 {
		return s.levyZero(c)
	}
	parts, err := s.allocate(all, s.claims, s.claims)
	if err != nil {
		return err
	}
	// open is what each tax still has to place. A row takes its part from the
	// taxes in proportion to that, so rows and taxes both come out even.
	open := append([]int64(nil), due...)
	for k, i := range s.chosen {
		part := parts[k].Minor()
		s.traceShare(i, s.groupRule(n), all, sum, part)
		if err := s.draw(c, i, part, open); err != nil {
			return err
		}
	}
	return nil
}

// groupRule is the number in the trace of the only tax of a chain, or of all
// its taxes together.
func (s *Sheet) groupRule(n int) int16 {
	if c := &s.chains[n]; len(c.taxes) == 1 {
		return s.taxRule(c.taxes[0])
	}
	return s.chainRule(n)
}

// draw books part on a row, out of what the taxes of the chain have open.
func (s *Sheet) draw(c *chain, i int, part int64, open []int64) error {
	if part == 0 || len(open) == 1 {
		for n := range open {
			if err := s.levy(i, n, part); err != nil {
				return err
			}
			open[n] -= part
		}
		return nil
	}
	parts, _, err := money.AllocateCapped(s.amount(part), open, open, money.LargestRemainder)
	if err != nil {
		return err
	}
	for n, t := range c.taxes {
		m := parts[n].Minor()
		s.note(move{row: int32(i), rule: s.taxRule(t), what: Divided, mode: money.Down, of: part, out: m})
		if err := s.levy(i, n, m); err != nil {
			return err
		}
		open[n] -= m
	}
	return nil
}

// levyZero books taxes of nothing on the chosen rows, so that the quote names
// them.
func (s *Sheet) levyZero(c *chain) error {
	for _, i := range s.chosen {
		for n := range c.taxes {
			if err := s.levy(i, n, 0); err != nil {
				return err
			}
		}
	}
	return nil
}
