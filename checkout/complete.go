package checkout

import "github.com/kontor-go/kontor/kernel/fault"

// complete returns what a cart lacks to be placed: what its terms require, and
// a way to bring it.
func (p priced) complete() error {
	if err := p.terms.Required.check(p.basket); err != nil {
		return err
	}
	switch {
	case len(p.terms.Shipping) == 0 && len(p.terms.NotOffered) > 0:
		return ErrNotShipped
	case p.gone:
		return ErrMethodGone
	default:
		return nil
	}
}

// check records what of r is not in the cart. The address was checked when it
// was set; the rules of a country may have changed since.
func (r Required) check(b Basket) error {
	if r == (Required{}) {
		return nil
	}
	var c fault.Check
	if r.Email {
		c.That(b.Cart.Email != "", "email", "required", "must not be empty")
	}
	if r.ShipTo && c.That(b.Cart.ShipTo != nil, "ship_to", "required", "must be an address") {
		b.Cart.ShipTo.Check(&c, "ship_to")
	}
	return c.Err("checkout.place")
}
