package commerce

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/shipping"
)

// Selling is what the terms of a shop need beside its rooms: the promotions of
// the shop, Settings.Taxes and Settings.Carriers. Its zero value is for a shop
// that ships nothing.
type Selling struct {
	// TaxInclusive says that list prices and those of shipping contain their
	// taxes. Default: taxes are added.
	TaxInclusive bool
	// Rounding is how figures are rounded. Defaults to half up, per line.
	Rounding money.Policy
	// Zones and Methods are where and how the shop ships; see shipping.Plan. None:
	// nothing is shipped, and no address is asked for.
	Zones   []shipping.Zone
	Methods []shipping.Method
	// From is where parcels leave, if the carriers must be told.
	From postal.Place
	// Packing is what wrapping weighs, and Piece what a piece of unknown weight
	// is taken to weigh.
	Packing, Piece measure.Weight
	// Pack says in which parcels a cart goes. Defaults to one for all.
	Pack func(items []checkout.Item) []shipping.Parcel
	// Home is the country for which prices are told as long as nobody knows
	// where the goods go. Default: such a price is without taxes and shipping.
	Home string
}

// terms returns those of the host, or else those of the rooms.
func (e *Engine) terms(set Settings) (checkout.TermsPolicy, error) { //nolint:ireturn // a policy is passed on as one
	if set.Terms != nil {
		return set.Terms, nil
	}
	x := set.Selling
	rooms := checkout.Rooms{
		Rounding: x.Rounding, TaxInclusive: x.TaxInclusive, Taxes: set.Taxes, From: x.From, Packing: x.Packing, Piece: x.Piece,
		Pack: x.Pack, Promotions: e.Promotions, Home: x.Home,
	}
	if len(x.Methods) == 0 {
		return rooms, nil
	}
	var err error
	rooms.Shipping, err = shipping.NewPlan(shipping.PlanSheet{Zones: x.Zones, Methods: x.Methods, Carriers: set.Carriers})
	return rooms, err
}

// CartPass returns the token by which a guest comes back to a cart and changes
// it: for a cookie or a link. It is good until a time, so hand out a new one at
// each visit. It is not secret from whoever sees the link.
func (e *Engine) CartPass(id cart.ID, until time.Time) (string, error) {
	return e.Passes.Issue(id.String(), until)
}

// CartByPass returns the cart that a pass was made for, as long as its buyer has
// no account; see cart.Service.Guest. A pass that is not one of this shop for a
// cart, or has ended, is Denied (notification.ErrBadPass).
func (e *Engine) CartByPass(ctx context.Context, pass string) (cart.Cart, error) {
	subject, err := e.Passes.Read(pass, e.root.cfg.Clock.Now())
	if err != nil {
		return cart.Cart{}, err
	}
	id, err := cart.ParseID(subject)
	if err != nil {
		return cart.Cart{}, notification.ErrBadPass
	}
	return e.Carts.Guest(ctx, id)
}
