package pricing

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/kontor-go/kontor/kernel/money"
)

// chain is the taxes of one category, in the order of the input. Categories
// with the same taxes share a chain, because law groups by rate and not by what
// a shop calls its categories.
type chain struct {
	categories []string
	taxes      []int // in Input.Taxes
	// combined is the rate of all of them together on the price, and weights
	// are the portions of each. Both are set only where they are needed.
	combined money.Rate
	weights  []int64
	weight   int64 // their sum
}

// link builds the chains of the input.
func (s *Sheet) link() error {
	for i := range s.in.Taxes {
		category := s.in.Taxes[i].Category
		n := s.chainOf(category)
		if n == none {
			n = int32(len(s.chains))
			s.chains = append(s.chains, chain{categories: []string{category}})
		}
		s.chains[n].taxes = append(s.chains[n].taxes, i)
	}
	s.merge()
	if !s.in.TaxInclusive && s.in.Policy.At != money.Document {
		return nil
	}
	for i := range s.chains {
		if err := s.combine(&s.chains[i]); err != nil {
			return err
		}
	}
	return nil
}

// chainOf returns the chain of a category, or none.
func (s *Sheet) chainOf(category string) int32 {
	for i := range s.chains {
		if slices.Contains(s.chains[i].categories, category) {
			return int32(i)
		}
	}
	return none
}

// merge joins chains of equal taxes.
func (s *Sheet) merge() {
	kept := s.chains[:0]
next:
	for _, c := range s.chains {
		for i := range kept {
			if s.same(kept[i].taxes, c.taxes) {
				kept[i].categories = append(kept[i].categories, c.categories...)
				continue next
			}
		}
		kept = append(kept, c)
	}
	s.chains = kept
}

func (s *Sheet) same(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := &s.in.Taxes[a[i]], &s.in.Taxes[b[i]]
		if x.Name != y.Name || x.Rate != y.Rate || x.Compound != y.Compound {
			return false
		}
	}
	return true
}

// most returns the largest number of taxes on one row.
func (s *Sheet) most() int {
	n := 0
	for i := range s.chains {
		n = max(n, len(s.chains[i].taxes))
	}
	return n
}

// combine works the rates of a chain out to one. It runs once per chain, so it
// can afford decimals.
func (s *Sheet) combine(c *chain) error {
	if len(c.taxes) == 1 {
		c.combined, c.weights, c.weight = s.in.Taxes[c.taxes[0]].Rate, []int64{1}, 1
		return nil
	}
	one, sum := decimal.New(1, 0), decimal.Decimal{}
	c.weights = make([]int64, len(c.taxes))
	for i, t := range c.taxes {
		rate := s.in.Taxes[t].Rate.Decimal()
		if s.in.Taxes[t].Compound {
			rate = rate.Mul(one.Add(sum))
		}
		sum = sum.Add(rate)
		// Weights in millionths of a millionth: they only place odd units.
		weight := sum.Shift(12).BigInt()
		if !weight.IsInt64() {
			return money.ErrRate
		}
		c.weights[i] = weight.Int64() - c.weight
		c.weight = weight.Int64()
	}
	var err error
	c.combined, err = money.RateOf(sum)
	return err
}

// ratio returns the exact tax on one unit of price, where prices contain
// taxes or not.
func (c *chain) ratio(in *Input) *big.Rat {
	rate := c.combined.Decimal().Rat()
	if !in.TaxInclusive {
		return rate
	}
	return rate.Quo(rate, new(big.Rat).Add(rate, big.NewRat(1, 1)))
}
