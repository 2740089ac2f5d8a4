package marketing

import (
	"context"
	"maps"

	"github.com/kontor-go/kontor/kernel/fault"
)

// MaxTogether is how many different SKUs a purchase may have to count for what
// is bought together. One with more, which is no shopper's, counts for nothing
// here: neither for its pairs nor for its SKUs nor for the number of purchases.
const MaxTogether = 30

// Together is how often another SKU was in one purchase with the SKU that was
// asked for. The counts are of purchases, whatever the quantities.
//
// With n purchases in all, n(x) with x and n(x,y) with both, the confidence of
// x -> y is n(x,y) / n(x) (Agrawal, Imielinski and Swami, "Mining association
// rules between sets of items in large databases", SIGMOD 1993), and its lift
// is n(x,y) * n / (n(x) * n(y)) (there "interest": Brin, Motwani, Ullman and
// Tsur, "Dynamic itemset counting and implication rules for market basket
// data", SIGMOD 1997). A lift above 1 says that whoever buys x buys y more
// often than others do.
type Together struct {
	SKU string `json:"sku"`
	// Both is n(x,y), This n(x), Other n(y) and All n.
	Both  int64 `json:"both"`
	This  int64 `json:"this"`
	Other int64 `json:"other"`
	All   int64 `json:"all"`
}

// Confidence is the share of those with x that have y too.
func (p Together) Confidence() float64 { return float64(p.Both) / float64(p.This) }

// Lift is how many times more often y comes with x than without looking at x.
func (p Together) Lift() float64 {
	return float64(p.Both) * float64(p.All) / (float64(p.This) * float64(p.Other))
}

// Alongside asks what is bought together with a SKU.
type Alongside struct {
	SKU string
	// AtLeast is how many purchases must have had both. Defaults to 2, for one
	// purchase is chance.
	AtLeast int
	// Limit is how many are wanted, at most 50. Defaults to 6.
	Limit int
}

// BoughtTogether returns the SKUs that are bought together with one, in one
// trip: those with a lift above 1, the highest confidence first, among equal
// ones the highest lift, then by SKU. The same purchases give the same answer,
// whatever order they were told in. Errors by kind: Invalid.
func (s *Service) BoughtTogether(ctx context.Context, q Alongside) ([]Together, error) {
	var c fault.Check
	c.Required("sku", q.SKU, maxSKU)
	c.Range("at_least", int64(q.AtLeast), 0, 1_000_000_000)
	c.Range("limit", int64(q.Limit), 0, 50)
	if err := c.Err("marketing.bought_together"); err != nil {
		return nil, err
	}
	if q.AtLeast == 0 {
		q.AtLeast = 2
	}
	if q.Limit == 0 {
		q.Limit = 6
	}
	return s.reader.BoughtTogether(ctx, q)
}

// Pair is two SKUs in one purchase, the smaller text first.
type Pair [2]string

// Tally is by how much counts of purchases change.
type Tally struct {
	Purchases int
	SKUs      map[string]int
	Pairs     map[Pair]int
}

// tallyOf returns what a purchase counts for.
func tallyOf(p Purchase) Tally {
	t := Tally{SKUs: map[string]int{}, Pairs: map[Pair]int{}}
	skus := p.SKUs()
	if len(skus) == 0 || len(skus) > MaxTogether {
		return t
	}
	t.Purchases = 1
	for i, x := range skus {
		t.SKUs[x] = 1
		for _, y := range skus[i+1:] {
			t.Pairs[Pair{x, y}] = 1
		}
	}
	return t
}

// minus returns t less u, without what does not change.
func (t Tally) minus(u Tally) Tally {
	t.Purchases -= u.Purchases
	for x, n := range u.SKUs {
		t.SKUs[x] -= n
	}
	for x, n := range u.Pairs {
		t.Pairs[x] -= n
	}
	maps.DeleteFunc(t.SKUs, func(_ string, n int) bool { return n == 0 })
	maps.DeleteFunc(t.Pairs, func(_ Pair, n int) bool { return n == 0 })
	return t
}
