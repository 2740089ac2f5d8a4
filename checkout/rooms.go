package checkout

import (
	"cmp"
	"context"
	"slices"

	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/tax"
)

// Rooms is the TermsPolicy of a shop that keeps what it asks and grants in the
// rooms of this house: it asks each about the cart and translates the answers.
// The zero value asks nobody, and requires nothing but the mail address of a
// guest. It is safe for concurrent use.
//
// Where the goods go decides over taxes and shipping. As long as no address is
// known, the country of the market stands for it, or Home; then the answer is
// an estimate.
type Rooms struct {
	// Rounding is how figures are rounded. The zero value: half up, per line.
	Rounding money.Policy
	// TaxInclusive says that list prices and those of shipping contain their
	// taxes, whatever these are at the destination: the buyer pays the same
	// everywhere.
	TaxInclusive bool
	// Taxes says what is taxed and how. Nil: nothing is.
	Taxes tax.Calculator
	// Shipping says what can be brought where, and what it costs. Nil: nothing
	// is shipped. If there is one, an address is required.
	Shipping *shipping.Plan
	// From is where parcels leave. The zero Place: where the carriers expect
	// them.
	From postal.Place
	// Packing is what wrapping weighs, and Piece what a piece of unknown weight
	// is taken to weigh.
	Packing, Piece measure.Weight
	// Pack says in which parcels the items of a cart go. Defaults to one parcel
	// for all, of their weight and Packing.
	Pack func(items []Item) []shipping.Parcel
	// Promotions are those of the shop. Nil: there are none.
	Promotions *promotion.Service
	// Home is the country for which a price is told to somebody of whom nothing
	// is known. Empty: such a price is without taxes and shipping.
	Home string
}

var _ PromotionSeer = Rooms{}

// SeesPromotions reports whether there are promotions.
func (r Rooms) SeesPromotions() bool { return r.Promotions != nil }

// Terms asks the rooms. Errors by kind: Invalid for what does not fit, such as
// a country that there is not; Unavailable if taxes cannot be found out now;
// and what the rooms fail with. A carrier that cannot be asked is no error: its
// methods are not offered.
func (r Rooms) Terms(ctx context.Context, a Ask) (Terms, error) {
	t := Terms{Policy: r.Rounding, TaxInclusive: r.TaxInclusive}
	t.Required.Email = a.Buyer.Kind == op.Guest || a.Buyer == (op.Actor{})
	if r.Taxes != nil || r.Shipping != nil {
		t.To, t.Estimated = r.destination(a)
		t.Required.ShipTo = r.Shipping != nil || t.To.Country == ""
	}
	if t.To.Country != "" && len(a.Items) > 0 {
		if err := r.ship(ctx, a, &t); err != nil {
			return Terms{}, err
		}
		if err := r.tax(ctx, a, &t); err != nil {
			return Terms{}, err
		}
	}
	if err := r.promote(ctx, a, &t); err != nil {
		return Terms{}, err
	}
	return t, nil
}

// destination returns where the goods go, and whether that is a guess. What is
// not shipped goes where its bill goes.
func (r Rooms) destination(a Ask) (to postal.Place, guessed bool) {
	switch {
	case a.ShipTo != nil:
		return a.ShipTo.Place(), false
	case r.Shipping == nil && a.BillTo != nil:
		return a.BillTo.Place(), false
	default:
		return postal.Place{Country: cmp.Or(a.Market.Country, r.Home)}, true
	}
}

func (r Rooms) ship(ctx context.Context, a Ask, t *Terms) error {
	if r.Shipping == nil {
		return nil
	}
	goods, err := a.Goods(r.Rounding.Mode)
	if err != nil {
		return err
	}
	options, err := r.Shipping.Options(ctx, shipping.RateRequest{
		From: r.From, To: t.To, Parcels: r.parcels(a), Value: goods, At: a.Market.At,
	})
	if err != nil {
		return err
	}
	t.Estimated = t.Estimated || options.Estimated
	t.NotOffered = options.Refused
	for _, o := range options.Offered {
		t.Shipping = append(t.Shipping, ShippingMethod{
			Code: o.Method, Title: o.Title, Amount: o.Amount, TaxCategory: o.TaxCategory,
			Carrier: o.Carrier, Service: o.Service, MinDays: o.MinDays, MaxDays: o.MaxDays,
		})
	}
	return nil
}

func (r Rooms) parcels(a Ask) []shipping.Parcel {
	if r.Pack != nil {
		return r.Pack(a.Items)
	}
	w := a.Weight(r.Piece)
	w += min(r.Packing, measure.MaxWeight-w)
	return []shipping.Parcel{{Weight: max(w, measure.Milligram)}}
}

func (r Rooms) tax(ctx context.Context, a Ask, t *Terms) error {
	if r.Taxes == nil {
		return nil
	}
	q := tax.Query{To: t.To, At: a.Market.At}
	for _, x := range a.Items {
		q.Categories = append(q.Categories, x.TaxCategory)
	}
	for _, m := range t.Shipping {
		q.Categories = append(q.Categories, m.TaxCategory)
	}
	slices.Sort(q.Categories)
	q.Categories = slices.Compact(q.Categories)
	rates, err := r.Taxes.Rates(ctx, q)
	if err != nil {
		return err
	}
	for _, x := range rates {
		t.Taxes = append(t.Taxes, pricing.Tax{Name: x.Name, Category: x.Category, Rate: x.Rate, Compound: x.Compound})
	}
	return nil
}

func (r Rooms) promote(ctx context.Context, a Ask, t *Terms) error {
	if r.Promotions == nil {
		return nil
	}
	q := promotion.Ask{
		At: a.Market.At, Currency: a.Market.Currency, Buyer: a.CountedFor(), Groups: a.Market.Groups, Codes: a.Codes,
	}
	var offers promotion.Offers
	var err error
	if a.Seen != nil {
		offers, err = r.Promotions.OffersSeen(ctx, q, *a.Seen)
	} else {
		offers, err = r.Promotions.Offers(ctx, q)
	}
	if err != nil {
		return err
	}
	for _, x := range offers.Refused {
		t.Denied = append(t.Denied, Refusal(x))
	}
	t.Grants = relevant(offers.Grants, a.Items)
	for _, g := range t.Grants {
		t.Promotions = append(t.Promotions, discountOf(g))
	}
	return nil
}

// discountOf makes of a grant what prices it.
func discountOf(g promotion.Grant) pricing.Discount {
	p := g.Promotion
	d := pricing.Discount{
		Code: g.Name(), Title: p.Title, Automatic: g.Code == "", Kind: pricing.AmountOff, Scope: pricing.Scope(p.Scope),
		Rate: p.Rate, Amount: p.Amount, SKUs: p.SKUs, Categories: p.Categories, Minimum: p.Minimum, Priority: p.Priority,
		Exclusive: p.Exclusive,
	}
	if p.Kind == promotion.Percentage {
		d.Kind = pricing.PercentOff
	}
	return d
}

// relevant leaves out what nobody has asked for and what is on nothing in the
// cart. Of a shop that runs more promotions than a price can have, those of the
// highest priority stay; codes always do.
func relevant(grants []promotion.Grant, items []Item) []promotion.Grant {
	grants = slices.DeleteFunc(grants, func(g promotion.Grant) bool { return g.Code == "" && !concerns(g.Promotion, items) })
	if len(grants) <= pricing.MaxRules {
		return grants
	}
	slices.SortStableFunc(grants, func(x, y promotion.Grant) int {
		byCode := func(g promotion.Grant) int {
			if g.Code == "" {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(byCode(x), byCode(y)), cmp.Compare(y.Promotion.Priority, x.Promotion.Priority))
	})
	return grants[:pricing.MaxRules]
}

// concerns reports whether a promotion is on something in the cart.
func concerns(p promotion.Promotion, items []Item) bool {
	if len(p.SKUs)+len(p.Categories) == 0 {
		return true
	}
	return slices.ContainsFunc(items, func(x Item) bool {
		return slices.Contains(p.SKUs, x.SKU) ||
			slices.ContainsFunc(x.Categories, func(k string) bool { return slices.Contains(p.Categories, k) })
	})
}
