// Package money holds exact amounts of money and the arithmetic of a shop.
//
// An Amount is a whole number of minor units (cents, fils, yen) and a
// Currency. Nothing in this package is a binary fraction, so nothing drifts:
// 19.99 euro is money.EUR(19_99), and three times that is 5997 cents.
// Adding euro to dollars is an error, and so is any result beyond Limit.
//
// A Rate is a plain factor such as 0.19: a tax, a percentage, an exchange
// rate. It turns an amount into an amount under a stated Rounding, because how
// to round is a decision of the shop and of its law, never a habit of the
// code. The decisions of one shop are a Policy, a small value that is stored
// on every order, so that its figures can be computed again years later.
//
// Allocate shares an amount over lines so that the parts add up to the whole
// to the last cent, and a Residue says who gets the odd one:
//
//	parts, err := money.Allocate(money.EUR(10_00), []int64{1, 1, 1}, money.LargestRemainder)
//	// 3.34, 3.33, 3.33
//
// A Price may be finer than a minor unit: 1.25 per 100 screws.
//
// ParseAmount reads "19.99" under a grammar of its own, which refuses
// everything that only looks like a number. Format writes an amount the way
// people of a place expect it.
//
// All types are small values, comparable with == and safe for concurrent use.
package money
