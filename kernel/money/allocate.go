package money

import (
	"cmp"
	"math/bits"
	"slices"
)

// Allocate shares total over weights, which may be line values, quantities or
// grams. The parts are in the order of the weights, add up to the total, and
// have its sign; a weight of zero gets nothing. Under LargestRemainder every
// part is less than one minor unit away from its exact share.
//
// Errors: ErrWeights if there is no weight, a weight is negative, or all are
// zero and r does not say what that means; ErrPolicy for an unknown rule;
// ErrCurrency; ErrOverflow, also if the weights add up beyond 63 bits.
func Allocate(total Amount, weights []int64, r Residue) ([]Amount, error) {
	if err := shareable(total, r); err != nil {
		return nil, err
	}
	sum, err := weigh(weights)
	if err != nil {
		return nil, err
	}
	parts := make([]Amount, len(weights))
	if sum == 0 {
		return parts, shareByNothing(parts, total, r)
	}
	share(parts, total, weights, sum, r)
	return parts, nil
}

// Split shares total into n equal parts; the odd units go to the first ones.
// Errors: ErrWeights if n is not positive, ErrCurrency, ErrOverflow.
func Split(total Amount, n int) ([]Amount, error) {
	if err := total.Check(); err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, ErrWeights
	}
	parts := make([]Amount, n)
	equal(parts, total)
	return parts, nil
}

// AllocateCapped shares total over weights so that no part is larger than its
// capacity: a discount over lines that have a floor price. It shares, caps
// what is too large and shares the rest over the others, until everything is
// placed or every capacity is used. It returns the parts and what could not be
// placed; together they are the total.
//
// Errors: those of Allocate, and ErrWeights if there is not one capacity, zero
// or more, for each weight. All-zero weights under OrEqual count as one each.
func AllocateCapped(total Amount, weights, capacity []int64, r Residue) (parts []Amount, left Amount, err error) {
	if err := shareable(total, r); err != nil {
		return nil, Amount{}, err
	}
	sum, err := weigh(weights)
	if err != nil {
		return nil, Amount{}, err
	}
	if _, err := weigh(capacity); err != nil || len(capacity) != len(weights) {
		return nil, Amount{}, ErrWeights
	}
	parts = make([]Amount, len(weights))
	if sum > 0 {
		share(parts, total, weights, sum, r)
		if fit(parts, capacity) {
			return parts, Zero(total.cur), nil
		}
	}
	open := slices.Clone(weights) // what still takes part, by weight
	if sum == 0 {
		if err := shareByNothing(parts, total, r); err != nil {
			return nil, Amount{}, err
		}
		if r&residueNothing != 0 {
			return parts, total, nil
		}
		for i := range open {
			open[i] = 1
		}
	}
	parts, left = fill(total, open, capacity, r)
	return parts, left, nil
}

// fit reports whether no part is larger than its capacity.
func fit(parts []Amount, capacity []int64) bool {
	for i := range parts {
		if parts[i].Abs().minor > capacity[i] {
			return false
		}
	}
	return true
}

// fill shares total over the open weights again and again: a round either
// caps at least one part, which then stays, or is the last one.
func fill(total Amount, open, capacity []int64, r Residue) ([]Amount, Amount) {
	parts := make([]Amount, len(open))
	for i := range parts {
		parts[i].cur = total.cur
	}
	round := make([]Amount, len(open))
	left := total
	for {
		sum, err := weigh(open)
		if err != nil || sum == 0 || left.minor == 0 {
			return parts, left
		}
		share(round, left, open, sum, r)
		capped := false
		for i, p := range round {
			if p.Abs().minor > capacity[i] {
				capped = true
				parts[i].minor = int64(total.Sign()) * capacity[i]
				left.minor -= parts[i].minor
				open[i] = 0
			}
		}
		if capped {
			continue
		}
		for i, p := range round {
			if open[i] > 0 {
				parts[i] = p
			}
		}
		left.minor = 0
		return parts, left
	}
}

// shareable checks what every allocation needs.
func shareable(total Amount, r Residue) error {
	if r&residueRules > LastTakesRest {
		return ErrPolicy
	}
	return total.Check()
}

// weigh adds weights up.
func weigh(weights []int64) (int64, error) {
	if len(weights) == 0 {
		return 0, ErrWeights
	}
	var sum int64
	for _, w := range weights {
		if w < 0 {
			return 0, ErrWeights
		}
		if sum += w; sum < 0 {
			return 0, ErrOverflow
		}
	}
	return sum, nil
}

// shareByNothing fills parts for weights that are all zero.
func shareByNothing(parts []Amount, total Amount, r Residue) error {
	switch {
	case r&residueEqual != 0:
		equal(parts, total)
		return nil
	case r&residueNothing != 0:
		for i := range parts {
			parts[i] = Zero(total.cur)
		}
		return nil
	default:
		return ErrWeights
	}
}

func equal(parts []Amount, total Amount) {
	n := int64(len(parts))
	each, odd := total.minor/n, total.Abs().minor%n
	for i := range parts {
		parts[i] = Amount{each, total.cur}
		if int64(i) < odd {
			parts[i].minor += int64(total.Sign())
		}
	}
}

// share fills parts with total shared over weights that add up to sum > 0.
// It works on the magnitude and puts the sign on at the end.
func share(parts []Amount, total Amount, weights []int64, sum int64, r Residue) {
	whole := total.Abs().minor
	switch r & residueRules {
	case LargestRemainder:
		left := whole - cut(parts, whole, weights, sum)
		largestRemainder(parts, whole, weights, sum, left)
	case FirstEntries:
		left := whole - cut(parts, whole, weights, sum)
		hand(parts, weights, left)
	case HalfDownFirst:
		left := whole - round(parts, weights, func(w int64) int64 { return quotient(whole, w, sum, HalfDown) })
		hand(parts, weights, left)
	case LastTakesRest:
		lastTakesRest(parts, whole, weights, sum)
	}
	for i := range parts {
		parts[i].cur = total.cur
		if total.minor < 0 {
			parts[i].minor = -parts[i].minor
		}
	}
}

// cut fills parts with the shares cut to units and returns their sum.
func cut(parts []Amount, whole int64, weights []int64, sum int64) int64 {
	return round(parts, weights, func(w int64) int64 { return quotient(whole, w, sum, Down) })
}

func round(parts []Amount, weights []int64, of func(w int64) int64) int64 {
	var placed int64
	for i, w := range weights {
		parts[i].minor = of(w)
		placed += parts[i].minor
	}
	return placed
}

// quotient is whole*w/sum; it is at most whole, so it always fits.
func quotient(whole, w, sum int64, mode Rounding) int64 {
	q, _ := scale(whole, w, sum, mode)
	return q
}

// hand gives (or takes, if left is negative) one unit each, first come first
// served, passing by what has no weight and never going below zero. There are
// fewer odd units than entries that can give or take one.
func hand(parts []Amount, weights []int64, left int64) {
	for left != 0 {
		for i := range parts {
			switch {
			case weights[i] == 0:
			case left > 0:
				parts[i].minor++
				left--
			case left < 0 && parts[i].minor > 0:
				parts[i].minor--
				left++
			}
		}
	}
}

func lastTakesRest(parts []Amount, whole int64, weights []int64, sum int64) {
	last := len(weights) - 1
	for weights[last] == 0 {
		parts[last].minor = 0
		last--
	}
	left := whole
	for i, w := range weights[:last] {
		// Rounding up several times may use everything before the last.
		parts[i].minor = min(quotient(whole, w, sum, HalfUp), left)
		left -= parts[i].minor
	}
	parts[last].minor = left
}

// largestRemainder gives the left units to those whose share lost most by
// cutting. There are fewer of them than shares that lost anything.
func largestRemainder(parts []Amount, whole int64, weights []int64, sum, left int64) {
	if left == 0 {
		return
	}
	type loss struct {
		rest  uint64
		entry int
	}
	losses := make([]loss, len(weights))
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(whole), uint64(w))
		losses[i] = loss{rest: bits.Rem64(hi, lo, uint64(sum)), entry: i}
	}
	slices.SortFunc(losses, func(a, b loss) int {
		return cmp.Or(cmp.Compare(b.rest, a.rest), cmp.Compare(a.entry, b.entry))
	})
	for _, l := range losses[:left] {
		parts[l.entry].minor++
	}
}
