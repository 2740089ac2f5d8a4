// Package market says where, for whom and when a price is asked.
//
// The same shirt may cost something else in the Swiss shop than in the German
// one, less for members, and more from Monday on. Context holds these
// circumstances in one small value that the host fills and every room passes
// on: the channel and the market, the currency, the country that taxes are
// computed for, the language to answer in, the groups the buyer belongs to and
// the time.
package market
