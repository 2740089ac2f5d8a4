package checkout

import (
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/promotion"
)

// Ask is a cart whose terms are wanted. Nobody changes what it points to.
type Ask struct {
	// Market is where, for whom and when prices are asked.
	Market market.Context
	// Buyer is who buys; the zero Actor is anyone. Email is where to write to
	// them, or empty.
	Buyer op.Actor
	Email string
	// ShipTo and BillTo are the addresses, nil as long as they are not known.
	ShipTo *postal.Address
	BillTo *postal.Address
	// Items are the lines of the cart.
	Items []Item
	// Codes are the coupon codes in canonical form; see cart.Code.
	Codes []string
	// Seen is what promotions have to know, if the policy is a PromotionSeer;
	// else nil.
	Seen *promotion.Seen
}

// Item is one line of an Ask.
type Item struct {
	// Line is its number in the cart.
	Line     int
	SKU      string
	Quantity int
	// Unit is the list price.
	Unit money.Price
	// Weight is that of one piece; zero if it is not known.
	Weight      measure.Weight
	TaxCategory string
	// Categories are those of catalog.Offer.
	Categories []string
}

// ask makes the question of a basket, and its lines for the price. It fails with
// *NotSold.
func ask(b Basket, at market.Context) (Ask, []pricing.Line, error) {
	c := b.Cart
	a := Ask{
		Market: at, Buyer: c.Buyer, Email: c.Email, ShipTo: c.ShipTo, BillTo: c.BillTo, Codes: c.Codes, Seen: b.Seen,
		Items: make([]Item, len(c.Lines)),
	}
	lines := make([]pricing.Line, len(c.Lines))
	for i, l := range c.Lines {
		o, ok := b.Offers[l.SKU]
		if !ok || !o.SoldAt(at.At) {
			return a, nil, &NotSold{SKU: l.SKU}
		}
		price, ok := o.Price(at, l.Quantity)
		if !ok {
			return a, nil, &NotSold{SKU: l.SKU, NoPrice: true}
		}
		a.Items[i] = Item{
			Line: l.N, SKU: l.SKU, Quantity: l.Quantity, Unit: price.Unit, Weight: o.Variant.Weight,
			TaxCategory: o.TaxCategory, Categories: o.Categories,
		}
		lines[i] = pricing.Line{
			ID: LineID(l.N), SKU: l.SKU, Name: o.Name(), Categories: o.Categories, Quantity: l.Quantity, Unit: price.Unit,
			TaxCategory: o.TaxCategory,
		}
	}
	return a, lines, nil
}

// CountedFor returns for whom uses of promotions are counted; see
// cart.Cart.CountedFor.
func (a Ask) CountedFor() string {
	return cart.Cart{Buyer: a.Buyer, Email: a.Email}.CountedFor()
}

// Goods returns the sum of quantity times list price, each line rounded once.
func (a Ask) Goods(mode money.Rounding) (money.Amount, error) {
	sum := money.Zero(a.Market.Currency)
	for _, x := range a.Items {
		line, err := x.Unit.Times(int64(x.Quantity), mode)
		if err != nil {
			return sum, err
		}
		if sum, err = sum.Add(line); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// Weight returns what all items weigh, those of unknown weight as much as
// unknown each, at most measure.MaxWeight.
func (a Ask) Weight(unknown measure.Weight) measure.Weight {
	var sum measure.Weight
	for _, x := range a.Items {
		each := x.Weight
		if each == 0 {
			each = unknown
		}
		if n := measure.Weight(x.Quantity); each > 0 && n > (measure.MaxWeight-sum)/each {
			return measure.MaxWeight
		}
		sum += each * measure.Weight(x.Quantity)
	}
	return sum
}
