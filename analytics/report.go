package analytics

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// Totals are the sales of a time in one currency.
type Totals struct {
	Currency money.Currency `json:"currency"`
	// Orders is how many were placed, Cancellations how many were called off,
	// and Returns how many returns were settled.
	Orders        int64 `json:"orders"`
	Cancellations int64 `json:"cancellations"`
	Returns       int64 `json:"returns"`
	// Sold is what was ordered, Cancelled and Returned what was taken back,
	// whenever it had been sold. Returned has neither Gross nor Discount.
	Sold      Figures `json:"sold"`
	Cancelled Figures `json:"cancelled"`
	Returned  Figures `json:"returned"`
	// Turnover is Sold less Cancelled and Returned: what the books show. Its
	// Gross and Discount are without returns.
	Turnover Figures `json:"turnover"`
	// Paid is money that came, and Refunded money that went back.
	Paid     money.Amount `json:"paid"`
	Refunded money.Amount `json:"refunded"`
}

// Day is the Totals of a day.
type Day struct {
	Date Date `json:"date"`
	Totals
}

// Sales is a report: every day of a period for every currency in which anything
// happened in it, by date and then currency, and the sum for each currency.
type Sales struct {
	Days   []Day    `json:"days"`
	Totals []Totals `json:"totals"`
}

// Summary is what the facts of one kind and currency add up to in one part of a
// time.
type Summary struct {
	// Part counts from 0.
	Part     int
	Kind     Kind
	Currency money.Currency
	Facts    int64
	Figures  Figures
}

// Sales reports what was sold in a period, by day of the shop. Errors by kind:
// Invalid for a period that is none or longer than MaxDays, or if a sum is
// beyond money.Limit.
func (s *Service) Sales(ctx context.Context, p Period) (Sales, error) {
	var c fault.Check
	p.check(&c)
	if err := c.Err("analytics.sales"); err != nil {
		return Sales{}, err
	}
	parts, err := s.reader.AnalyticsSummaries(ctx, p.starts(s.zone))
	if err != nil {
		return Sales{}, err
	}
	days := map[money.Currency][]Totals{}
	sums := map[money.Currency]Totals{}
	for _, x := range parts {
		if days[x.Currency] == nil {
			days[x.Currency] = slices.Repeat([]Totals{nothing(x.Currency)}, p.Days())
			sums[x.Currency] = nothing(x.Currency)
		}
		day := &days[x.Currency][x.Part]
		if *day, err = day.add(x); err != nil {
			return Sales{}, err
		}
		if sums[x.Currency], err = sums[x.Currency].add(x); err != nil {
			return Sales{}, err
		}
	}
	out := Sales{Days: []Day{}, Totals: []Totals{}}
	currencies := slices.SortedFunc(maps.Keys(days), func(a, b money.Currency) int { return cmp.Compare(a.Code(), b.Code()) })
	for i := range p.Days() {
		for _, cur := range currencies {
			out.Days = append(out.Days, Day{p.From.Add(i), days[cur][i]})
		}
	}
	for _, cur := range currencies {
		out.Totals = append(out.Totals, sums[cur])
	}
	return out, nil
}

func nothing(c money.Currency) Totals {
	z := Zero(c)
	return Totals{Currency: c, Sold: z, Cancelled: z, Returned: z, Turnover: z, Paid: money.Zero(c), Refunded: money.Zero(c)}
}

// add returns t with one more part.
func (t Totals) add(x Summary) (Totals, error) {
	var err error
	switch x.Kind {
	case KindPayment:
		t.Paid, err = t.Paid.Add(x.Figures.Total)
		return t, err
	case KindRefund:
		t.Refunded, err = t.Refunded.Sub(x.Figures.Total)
		return t, err
	case KindSale:
		t.Orders += x.Facts
		t.Sold, err = t.Sold.add(x.Figures)
	case KindCancellation:
		t.Cancellations += x.Facts
		t.Cancelled, err = t.Cancelled.add(x.Figures.neg())
	case KindReturn:
		t.Returns += x.Facts
		t.Returned, err = t.Returned.add(x.Figures.neg())
	}
	if err != nil {
		return t, err
	}
	t.Turnover, err = t.Turnover.add(x.Figures)
	return t, err
}

// Grouping says what a row of a report is about.
type Grouping string

// The groupings.
const (
	// BySKU: one row for each SKU and the product it was sold as.
	BySKU Grouping = "sku"
	// ByProduct: one row for each product. What was sold without one is a row
	// of its own.
	ByProduct Grouping = "product"
)

// MaxProducts is how many rows a report of products may have.
const MaxProducts = 500

// ProductQuery asks which products were sold best.
type ProductQuery struct {
	Period
	// Currency is that of the sales that are looked at: those in different
	// currencies cannot be compared.
	Currency money.Currency
	// By is what a row is about. Empty: BySKU.
	By Grouping
	// Limit is how many rows are wanted, at most MaxProducts. Zero: all of
	// these.
	Limit int
}

// Product is how something was sold.
type Product struct {
	SKU     string     `json:"sku,omitempty"`
	Product catalog.ID `json:"product,omitzero"`
	// Orders is how many orders were placed for it.
	Orders int64 `json:"orders"`
	// Sold, Cancelled and Returned are pieces.
	Sold      int64 `json:"sold"`
	Cancelled int64 `json:"cancelled"`
	Returned  int64 `json:"returned"`
	// Gross, Discount and Net are of what was sold; see Line.
	Gross    money.Amount `json:"gross"`
	Discount money.Amount `json:"discount"`
	Net      money.Amount `json:"net"`
	// Turnover is Net less that of what was cancelled and returned.
	Turnover money.Amount `json:"turnover"`
}

// Products returns what was sold in a period, the largest turnover first, and
// then by SKU and product. Errors by kind: Invalid.
func (s *Service) Products(ctx context.Context, q ProductQuery) ([]Product, error) {
	var c fault.Check
	q.check(&c)
	c.That(!q.Currency.IsZero(), "currency", "required", "must not be empty")
	c.That(q.By == "" || q.By == BySKU || q.By == ByProduct, "by", "unknown", "must be sku or product")
	c.Range("limit", int64(q.Limit), 0, MaxProducts)
	if err := c.Err("analytics.products"); err != nil {
		return nil, err
	}
	r := ProductRead{Span: q.span(s.zone), Currency: q.Currency, By: cmp.Or(q.By, BySKU), Limit: cmp.Or(q.Limit, MaxProducts)}
	return s.reader.AnalyticsProducts(ctx, r)
}

// ProductRead is a ProductQuery for a Reader.
type ProductRead struct {
	Span     Span
	Currency money.Currency
	By       Grouping
	Limit    int
}

// Funnel counts the visitors that came so far. Each number is of visitors that
// were counted in the number before.
type Funnel struct {
	Viewed   int64 `json:"viewed"`
	Added    int64 `json:"added"`
	Checkout int64 `json:"checkout"`
	// Placed is those whose cart became an order, and Paid those who have paid
	// one of these as a whole.
	Placed int64 `json:"placed"`
	Paid   int64 `json:"paid"`
}

// Funnel counts the visitors that took the steps in a period in their order: a
// step counts if it was not before the step before it. Whoever has left out a
// step does not count as having taken a later one, and whoever has no Visitor
// does not count at all. Errors by kind: Invalid.
func (s *Service) Funnel(ctx context.Context, p Period) (Funnel, error) {
	var c fault.Check
	p.check(&c)
	if err := c.Err("analytics.funnel"); err != nil {
		return Funnel{}, err
	}
	return s.reader.AnalyticsFunnel(ctx, p.span(s.zone))
}

// Today returns the date in the shop.
func (s *Service) Today() Date { return DateOf(s.clock.Now(), s.zone) }

// Zone returns the place whose days are those of the shop.
func (s *Service) Zone() *time.Location { return s.zone }
