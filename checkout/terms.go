package checkout

import (
	"context"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

// Terms are what a shop asks and grants beside its list prices, at one place
// and time.
type Terms struct {
	// Policy is how figures are rounded. The zero value: half up, per line.
	Policy money.Policy
	// TaxInclusive says that list prices contain their taxes.
	TaxInclusive bool
	// Taxes by tax category. None: nothing is taxed.
	Taxes []pricing.Tax
	// Coupons by their code.
	Coupons []Coupon
	// Promotions apply without a code.
	Promotions []pricing.Discount
	// Shipping are the methods a buyer may choose. None: nothing is shipped.
	Shipping []ShippingMethod
}

// Coupon is a discount for whoever knows its code.
type Coupon struct {
	// Code is what is typed: compared without regard to case.
	Code string
	pricing.Discount
}

// ShippingMethod is one way in which goods are brought, at a flat price.
type ShippingMethod struct {
	Code        string
	Title       string
	Amount      money.Amount
	TaxCategory string
}

// TermsPolicy decides the terms for where, for whom and when a price is asked.
// It is called before every quote and never inside a unit of work, from many
// goroutines; an error of it ends the quote.
type TermsPolicy interface {
	Terms(ctx context.Context, at market.Context) (Terms, error)
}

// TermsFunc makes a policy of a function.
type TermsFunc func(ctx context.Context, at market.Context) (Terms, error)

// Terms calls f.
func (f TermsFunc) Terms(ctx context.Context, at market.Context) (Terms, error) { return f(ctx, at) }

// Fixed returns the policy of a shop that has the same terms everywhere.
func Fixed(t Terms) TermsPolicy { //nolint:ireturn // a policy is passed on as one
	return TermsFunc(func(context.Context, market.Context) (Terms, error) { return t, nil })
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

// method finds the shipping method chosen, or, if none is, the first one.
func (t Terms) method(code string) (ShippingMethod, bool, error) {
	if len(t.Shipping) == 0 {
		return ShippingMethod{}, false, nil
	}
	if code == "" {
		return t.Shipping[0], true, nil
	}
	for _, m := range t.Shipping {
		if m.Code == code {
			return m, true, nil
		}
	}
	return ShippingMethod{}, false, fault.New(fault.Conflict, "shipping_method_gone", "The shipping method chosen is not offered any more.")
}
