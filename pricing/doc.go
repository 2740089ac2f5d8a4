// Package pricing works out what a basket costs, and says why.
//
// It is a calculator and nothing else. Compute takes an Input, which names the
// lines with their list prices, the discounts, the taxes, shipping and fees,
// and the rounding policy of the shop. It returns a Quote with every figure
// and a Trace, in which each minor unit can be followed from rule to rule. It
// knows no cart, no order, no database and no clock: the same input gives the
// same quote today and in ten years, and Replay holds an old quote to that.
//
// The work is a Pipeline of named steps:
//
//	prices     quantity times list price, rounded once per line
//	charges    shipping and fees as they are given
//	discounts  one after the other, by priority, each on what the earlier left
//	taxes      on what is left, contained in it or added to it
//	total      the sum, and the cash rounding where the shop wants it
//
// A host puts a Step of its own between these, and works with the Sheet as
// they do.
//
// What always holds, and Quote.Verify checks:
//
//	total = prices - discounts + shipping + fees + added taxes + cash rounding
//
// the parts of every shared amount add up to it, net and tax add up to gross,
// no line goes below zero, and no two currencies meet.
//
// The order of the lines does not matter: wherever somebody must get the odd
// cent and the claims are equal, the line with the smaller ID gets it, and
// "first" and "last" of a residue rule mean the order of IDs. Shipping and fees
// stand behind the lines.
//
// Cutting one line of five pieces into lines of two and three leaves the total
// as it is where taxes are rounded per rate or per document, discounts stand on
// the order, and the lines are taxed alike; and where taxes are rounded per
// piece and there is no discount. Where each line is rounded for itself, every
// rounding that the cut adds can move the total by one minor unit.
package pricing
