package checkout

import (
	"context"
	"strings"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/shipping"
)

// Terms are what a shop asks and grants beside its list prices, for one cart at
// one moment.
type Terms struct {
	// Policy is how figures are rounded. The zero value: half up, per line.
	Policy money.Policy
	// TaxInclusive says that list prices contain their taxes.
	TaxInclusive bool
	// To is the place that taxes and shipping are for. The zero Place: they are
	// the same everywhere, or nobody knows where the goods go. Estimated says
	// that both may change when more of the address is known.
	To        postal.Place
	Estimated bool
	// Taxes by tax category. None: nothing is taxed.
	Taxes []pricing.Tax
	// Coupons by their code.
	Coupons []Coupon
	// Promotions apply without a coupon: because no code is needed, or because
	// it was looked up.
	Promotions []pricing.Discount
	// Grants are the promotions of the room that Promotions were made of, if
	// any; their names are the codes there. Of those that take something off,
	// placing the order counts a use.
	Grants []promotion.Grant
	// Denied are codes of the cart that are not granted, and why.
	Denied []Refusal
	// Shipping are the methods a buyer may choose. None: nothing is shipped,
	// or, if there are some in NotOffered, this cart cannot be shipped there.
	Shipping   []ShippingMethod
	NotOffered []shipping.Refused
	// Fees are what else is asked for: a surcharge, gift wrap.
	Fees []pricing.Fee
	// Required is what has to be known before an order is placed.
	Required Required
}

// Required is what has to be known of a buyer before an order is placed.
type Required struct {
	// ShipTo: an address that is valid by the rules of its country.
	ShipTo bool
	// Email: where to write to.
	Email bool
}

// Refusal is a code that gives nothing, and why.
type Refusal struct {
	Code string `json:"code"`
	// Title is what it would have been, if it is known.
	Title  string           `json:"title,omitempty"`
	Reason promotion.Reason `json:"reason"`
}

// Coupon is a discount for whoever knows its code.
type Coupon struct {
	// Code is what is typed: compared without regard to case.
	Code string
	pricing.Discount
}

// ShippingMethod is one way in which the goods can be brought, at its price.
type ShippingMethod struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	// Amount is with or without taxes, as list prices are.
	Amount      money.Amount `json:"amount"`
	TaxCategory string       `json:"tax_category,omitempty"`
	// Carrier and Service are who brings it and how; empty if it was not said.
	Carrier string `json:"carrier,omitempty"`
	Service string `json:"service,omitempty"`
	// MinDays and MaxDays are how many days it takes. Zero: not known.
	MinDays int `json:"min_days,omitempty"`
	MaxDays int `json:"max_days,omitempty"`
}

// TermsPolicy decides the terms of a cart. It is called before every quote and
// never inside a unit of work, from many goroutines; an error of it ends the
// quote. Asked twice with the same question it gives the same answer as long as
// nothing has changed, for what was quoted must be what is placed.
//
// Rooms is the policy of a shop that keeps its promotions, taxes and shipping
// in the rooms of this house.
type TermsPolicy interface {
	Terms(ctx context.Context, a Ask) (Terms, error)
}

// PromotionSeer is the power of a TermsPolicy that asks the promotions of the
// shop. Its Ask comes with what they have to know, read together with the cart.
type PromotionSeer interface {
	TermsPolicy
	// SeesPromotions reports whether it wants that. It never changes.
	SeesPromotions() bool
}

// TermsFunc makes a policy of a function.
type TermsFunc func(ctx context.Context, a Ask) (Terms, error)

// Terms calls f.
func (f TermsFunc) Terms(ctx context.Context, a Ask) (Terms, error) { return f(ctx, a) }

// Fixed returns the policy of a shop that has the same terms everywhere.
func Fixed(t Terms) TermsPolicy { //nolint:ireturn // a policy is passed on as one
	return TermsFunc(func(context.Context, Ask) (Terms, error) { return t, nil })
}

// coupon finds a code.
func (t Terms) coupon(code string) (Coupon, bool) {
	for _, c := range t.Coupons {
		if strings.EqualFold(c.Code, code) {
			return c, true
		}
	}
	return Coupon{}, false
}

// discounts returns the promotions and what the codes of a cart give beside
// them, and the codes that nobody knows.
func (t Terms) discounts(codes []string) (all []pricing.Discount, unknown []string) {
	if len(codes) == 0 {
		return t.Promotions, nil
	}
	all = append([]pricing.Discount(nil), t.Promotions...)
	for _, code := range codes {
		if t.granted(code) || t.denied(code) {
			continue
		}
		c, ok := t.coupon(code)
		if !ok {
			unknown = append(unknown, code)
			continue
		}
		d := c.Discount
		d.Code = code
		all = append(all, d)
	}
	return all, unknown
}

// granted reports whether a code is one of the promotions.
func (t Terms) granted(code string) bool {
	for i := range t.Promotions {
		if t.Promotions[i].Code == code {
			return true
		}
	}
	return false
}

// denied reports whether it is known why a code gives nothing, other than that
// nobody knows it.
func (t Terms) denied(code string) bool {
	for _, d := range t.Denied {
		if d.Code == code && d.Reason != promotion.Unknown {
			return true
		}
	}
	return false
}

// method finds the shipping method chosen, or, if that is not offered or none
// is chosen, the first one. It returns false if nothing is shipped, and whether
// the one chosen is gone.
func (t Terms) method(code string) (m ShippingMethod, ships, gone bool) {
	if len(t.Shipping) == 0 {
		return ShippingMethod{}, false, code != "" && len(t.NotOffered) > 0
	}
	for _, m := range t.Shipping {
		if m.Code == code {
			return m, true, false
		}
	}
	return t.Shipping[0], true, code != ""
}
