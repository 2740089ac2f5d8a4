package catalog

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
)

// MaxWindow is how many categories, and how many products, the home page shows.
const MaxWindow = 24

// Window is what the home page shows of the catalogue.
type Window struct {
	// Categories are the featured ones and Products the featured ones that are
	// for sale, each by position and at most MaxWindow.
	Categories []Category `json:"categories"`
	Products   []Card     `json:"products"`
}

// WindowQuery asks for a Window.
type WindowQuery struct {
	Currency money.Currency
	At       time.Time
	// Limit is the largest number of each.
	Limit int
}

// Window returns what the home page shows, in one round trip. A wrong market is
// Invalid.
func (s *Service) Window(ctx context.Context, at market.Context) (Window, error) {
	var c fault.Check
	at = s.market(&c, at)
	if err := c.Err("catalog.window"); err != nil {
		return Window{}, err
	}
	return s.reader.ShopWindow(ctx, WindowQuery{Currency: at.Currency, At: at.At, Limit: MaxWindow})
}

// Stock tells how much of a SKU is there.
type Stock struct {
	// Available is what can still be promised, Low the number from which on it
	// is little.
	Available, Low int
}

// Availability is how much of something is there, in a word, so that nobody
// learns the number.
type Availability string

// The words.
const (
	InStock    Availability = "in_stock"
	FewLeft    Availability = "few_left"
	OutOfStock Availability = "out_of_stock"
)

// AvailabilityOf returns the word for what is available, of which low or less is
// little.
func AvailabilityOf(available, low int) Availability {
	switch {
	case available <= 0:
		return OutOfStock
	case available <= low:
		return FewLeft
	default:
		return InStock
	}
}

// Sheet is what a store knows about a product for its page.
type Sheet struct {
	Product      Product
	Presentation Presentation
	// Prices are those of its SKUs in the currency asked for.
	Prices []Price
	// Attributes are those of its values, in order.
	Attributes []Attribute
	// Places are its categories and all that are above them.
	Places Tree
	// Stock is by SKU. One that never lay anywhere is not in it.
	Stock map[string]Stock
	// Rating is what its published reviews say. Zero without any.
	Rating Rating
}

// Rating is what those who have bought a product say of it, in stars.
type Rating struct {
	// Count is how many have said something, Sum the sum of their stars.
	Count int64 `json:"count"`
	Sum   int64 `json:"sum"`
}

// Average returns the average rating with one decimal, half rounded up: "4.3".
// It is empty if nobody has said anything.
func (r Rating) Average() string {
	if r.Count <= 0 {
		return ""
	}
	tenths := r.Sum/r.Count*10 + (r.Sum%r.Count*20+r.Count)/(2*r.Count)
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
}

// ProductPage is what the page of a product shows.
type ProductPage struct {
	Product      Product      `json:"product"`
	Presentation Presentation `json:"presentation"`
	// Trails are the ways from the top to each of its categories.
	Trails [][]Category `json:"trails,omitempty"`
	// Says is what it says of itself, by attribute.
	Says []Says `json:"says,omitempty"`
	// Choices are its variants in order.
	Choices []Choice `json:"choices"`
	// Rating is what those who have bought it say of it.
	Rating Rating `json:"rating"`
}

// Says is an attribute and the values of a product.
type Says struct {
	Attribute Attribute `json:"attribute"`
	Values    []string  `json:"values"`
}

// Choice is a variant with what a buyer wants to know about it.
type Choice struct {
	Variant Variant `json:"variant"`
	// Prices are those that the buyer may get, one for each quantity from which
	// on a piece costs less, the smallest first. Without any it is not sold in
	// the currency.
	Prices       []Price      `json:"prices"`
	Availability Availability `json:"availability"`
}

// ProductPage returns the page of the product with a slug for a market, in one
// round trip. A product that is not active, or not within its Span, is
// NotFound (ErrNoProduct) like one that there is not. A wrong market is
// Invalid.
func (s *Service) ProductPage(ctx context.Context, slug string, at market.Context) (ProductPage, error) {
	var c fault.Check
	at = s.market(&c, at)
	if err := c.Err("catalog.product_page"); err != nil {
		return ProductPage{}, err
	}
	var named fault.Check
	if checkSlug(&named, "slug", slug); named.Err("") != nil {
		return ProductPage{}, ErrNoProduct // no product was ever called that
	}
	sheet, err := s.reader.ProductSheet(ctx, slug, at.Currency)
	if err != nil {
		return ProductPage{}, err
	}
	if sheet.Product.Status() != Active || !sheet.Presentation.Span.Holds(at.At) {
		return ProductPage{}, ErrNoProduct
	}
	return sheet.page(at), nil
}

// page makes what is shown of what is known.
func (s Sheet) page(at market.Context) ProductPage {
	out := ProductPage{Product: s.Product, Presentation: s.Presentation, Choices: []Choice{}, Rating: s.Rating}
	for _, k := range s.Presentation.Categories {
		if trail := s.Places.Trail(k); len(trail) > 0 {
			out.Trails = append(out.Trails, trail)
		}
	}
	for _, a := range s.Attributes {
		says := Says{Attribute: a}
		for _, v := range s.Presentation.Values {
			if v.Attribute == a.Code {
				says.Values = append(says.Values, v.Value)
			}
		}
		out.Says = append(out.Says, says)
	}
	for _, v := range s.Product.Variants {
		stock := s.Stock[v.SKU]
		out.Choices = append(out.Choices, Choice{
			Variant: v, Prices: steps(s.Prices, v.SKU, at), Availability: AvailabilityOf(stock.Available, stock.Low),
		})
	}
	return out
}

// steps returns the prices of a SKU that a buyer can get, the best for each
// quantity from which on it is better than before.
func steps(all []Price, sku string, at market.Context) []Price {
	var own []Price
	for _, p := range all {
		if p.SKU == sku {
			own = append(own, p)
		}
	}
	out := []Price{}
	for _, from := range quantities(own) {
		p, ok := PriceFor(own, at, from)
		if ok && (len(out) == 0 || compareUnit(p.Unit, out[len(out)-1].Unit) < 0) {
			out = append(out, p)
		}
	}
	return out
}

// quantities returns from which quantities on prices begin, each once, the
// smallest first.
func quantities(ps []Price) []int {
	var out []int
	for _, p := range ps {
		out = append(out, p.MinQuantity)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
