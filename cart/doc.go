// Package cart holds what a shopper means to buy.
//
// A cart is a list of lines, each a SKU and a quantity, with the coupon codes
// the shopper has typed, the addresses and the shipping method chosen so far.
// It holds no amounts: prices, taxes and discounts are computed from it when
// somebody asks, so a cart never shows an old price. Whether the goods are
// there is not its business either.
//
// A line keeps its number for as long as the cart lives. Adding a SKU that is
// there already, with the same metadata, makes that line longer.
//
//	c, err := carts.Create(ctx, cart.Create{Market: here})
//	c, err = carts.Add(ctx, c.ID, cart.Add{Meta: op.Meta{By: buyer}, SKU: "TEE-M-BLACK", Quantity: 2})
//
// The cart of a guest belongs to nobody with an account. The engine hands out
// passes to it (CartPass), and Guest reads what a pass was made for; CountedFor
// says for whom the use of a promotion is counted.
//
// Two people who change one cart at once do not overwrite each other: every
// change counts the version of the cart up by one, and the one who comes second
// fails with a Conflict and looks again.
//
// A cart is open until it becomes an order; then it is placed and frozen, and
// every change is refused with ErrPlaced. While a payment is under way that
// needs the network it is frozen too (ErrPaying), and open again if that comes
// to nothing. A cart that nobody comes back to is
// abandoned; the next change takes it up again.
//
//	stateDiagram-v2
//	    [*] --> open
//	    open --> abandoned : abandon
//	    open --> paying : pay
//	    open --> placed : place
//	    abandoned --> paying : pay
//	    abandoned --> placed : place
//	    abandoned --> open : return
//	    paying --> placed : place
//	    paying --> open : release
//	    placed --> [*]
package cart
