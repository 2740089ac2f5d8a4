// Package checkout turns a cart into an order.
//
// Quote says what a cart costs and why. Place takes the total the buyer agreed
// to and either gives exactly that order or says what is different now. Two
// trips to the database do it where no network is needed: one reads the cart,
// the prices, the stock and the record of an earlier run with the same key; the
// other holds the goods, writes the order, opens the payment and freezes the
// cart, in one unit.
//
// Where the payment needs the network, an Attempt is saved first:
//
//	paying --place--> placed
//	       --abandon-> abandoned
//
// with the goods held, the cart frozen and the intent to pay, under the ids the
// order will have. Then the provider is asked with no unit open. Resume goes on
// from wherever things stand: it places the order once the payment stands, and
// undoes everything once it has come to nothing. A crash at any point leaves an
// attempt that the payment's own reconciler settles and Resume finishes.
//
// What a shop asks and grants beside its list prices are its Terms: taxes,
// coupons, promotions, shipping, fees. A TermsPolicy is asked for them with the
// whole cart. Fixed are the same everywhere; Rooms asks the rooms: promotions
// (what is granted to this buyer, and why not the rest), taxes (of where the
// goods go) and shipping (what can be brought there, for how much). As long as no
// address is known a quote is an estimate, for the country of the market.
//
// A quote lists every way of shipping with its price, and every code with what
// it gives or the reason why it gives nothing; its Explain accounts for each
// cent. Place demands the address and the mail address that the terms require,
// and counts the uses of what was granted in the unit that holds the goods: a
// code with ten uses serves ten buyers, however many come at once. Uses of a
// payment that came to nothing are given back. For a guest they are counted by
// the hash of the mail address, for anybody else by the text of the actor.
package checkout
