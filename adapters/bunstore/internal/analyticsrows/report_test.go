package analyticsrows_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
)

func TestSalesByDayOfTheShop(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		eur := money.EUR
		// The 29th of March begins at 23:00 and has 23 hours in Berlin.
		for i, when := range []string{
			"2026-03-28T22:59:59.999999Z",                         // the 28th
			"2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999999Z", // the 29th
			"2026-03-29T22:00:00Z", "2026-03-30T21:59:59.999999Z", // the 30th
			"2026-03-30T22:00:00Z", // the 31st, which is not asked for
			"2026-03-27T22:59:59Z", // and the 27th
		} {
			require.NoError(t, r.RecordSale(t.Context(), tee(i+1, fmt.Sprintf("or_%d", i+1), at(t, when))))
		}
		require.NoError(t, r.RecordCancellation(t.Context(), analytics.Cancellation{
			Event: told(21), At: at(t, "2026-03-30T08:00:00Z"), Sale: tee(0, "or_2", time.Time{}),
		}))
		require.NoError(t, r.RecordReturn(t.Context(), analytics.Return{
			Event: told(22), Return: "rt_1", Order: "or_1", At: at(t, "2026-03-30T09:00:00Z"), Currency: eur(0).Currency(),
			Lines: []analytics.Line{{N: 1, SKU: "TEE-M", Product: product(1), Quantity: 1, Net: eur(1513), Tax: eur(287)}}, Tax: eur(287), Total: eur(1800),
		}))
		require.NoError(t, r.RecordPayment(t.Context(), analytics.Payment{Event: told(23), Payment: "pm_1", Order: "or_1", At: at(t, "2026-03-29T08:00:00Z"), Amount: eur(4990)}))
		require.NoError(t, r.RecordRefund(t.Context(), analytics.Refund{Event: told(24), Refund: "re_1", Order: "or_1", At: at(t, "2026-03-30T08:00:00Z"), Amount: eur(1800)}))
		yen := analytics.Sale{
			Event: told(25), Order: "or_25", At: at(t, "2026-03-30T08:00:00Z"), Currency: money.JPY(0).Currency(), Total: money.JPY(500),
			Lines: []analytics.Line{{N: 1, SKU: "TEE-M", Product: product(1), Quantity: 1, Gross: money.JPY(500), Net: money.JPY(500)}},
		}
		require.NoError(t, r.RecordSale(t.Context(), yen))

		got, err := r.Sales(t.Context(), analytics.Period{From: day(t, "2026-03-28"), To: day(t, "2026-03-30")})
		require.NoError(t, err)
		lines := []string{}
		for _, d := range got.Days {
			lines = append(lines, fmt.Sprintf("%s %s %d %d %d: %s - %s - %s = %s, %s %s", d.Date, d.Currency, d.Orders, d.Cancellations, d.Returns,
				d.Sold.Net, d.Cancelled.Net, d.Returned.Net, d.Turnover.Net, d.Paid, d.Refunded))
		}
		require.Equal(t, []string{
			"2026-03-28 EUR 1 0 0: 37.81 EUR - 0.00 EUR - 0.00 EUR = 37.81 EUR, 0.00 EUR 0.00 EUR",
			"2026-03-28 JPY 0 0 0: 0 JPY - 0 JPY - 0 JPY = 0 JPY, 0 JPY 0 JPY",
			"2026-03-29 EUR 2 0 0: 75.62 EUR - 0.00 EUR - 0.00 EUR = 75.62 EUR, 49.90 EUR 0.00 EUR",
			"2026-03-29 JPY 0 0 0: 0 JPY - 0 JPY - 0 JPY = 0 JPY, 0 JPY 0 JPY",
			"2026-03-30 EUR 2 1 1: 75.62 EUR - 37.81 EUR - 15.13 EUR = 22.68 EUR, 0.00 EUR 18.00 EUR",
			"2026-03-30 JPY 1 0 0: 500 JPY - 0 JPY - 0 JPY = 500 JPY, 0 JPY 0 JPY",
		}, lines)
		require.Len(t, got.Totals, 2)
		total := got.Totals[0]
		require.Equal(t, analytics.Figures{
			Gross: eur(5 * 4900), Discount: eur(5 * 400), Net: eur(5 * 3781), Shipping: eur(5 * 412), Fees: eur(0), Tax: eur(5 * 797), Rounding: eur(0), Total: eur(5 * 4990),
		}, total.Sold)
		require.Equal(t, analytics.Figures{
			Gross: eur(4 * 4900), Discount: eur(4 * 400), Net: eur(4*3781 - 1513), Shipping: eur(4 * 412), Fees: eur(0), Tax: eur(4*797 - 287), Rounding: eur(0),
			Total: eur(4*4990 - 1800),
		}, total.Turnover)

		none, err := r.Sales(t.Context(), analytics.Period{From: day(t, "2025-01-01"), To: day(t, "2025-01-02")})
		require.NoError(t, err)
		require.Equal(t, analytics.Sales{Days: []analytics.Day{}, Totals: []analytics.Totals{}}, none)
	})
}

func TestProductsByTurnover(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		eur := money.EUR
		for i := range 3 {
			require.NoError(t, r.RecordSale(t.Context(), tee(i+1, fmt.Sprintf("or_%d", i+1), noon())))
		}
		big := analytics.Sale{
			Event: told(4), Order: "or_4", At: noon(), Currency: eur(0).Currency(), Total: eur(2000), Tax: eur(0),
			Lines: []analytics.Line{
				{N: 1, SKU: "TEE-L", Product: product(1), Quantity: 1, Gross: eur(1000), Net: eur(1000)},
				{N: 2, SKU: "TEE-L", Product: product(1), Quantity: 1, Gross: eur(1000), Net: eur(1000)},
			},
		}
		require.NoError(t, r.RecordSale(t.Context(), big))
		require.NoError(t, r.RecordCancellation(t.Context(), analytics.Cancellation{Event: told(5), At: noon(), Sale: tee(0, "or_1", noon())}))
		require.NoError(t, r.RecordReturn(t.Context(), analytics.Return{
			Event: told(6), Return: "rt_1", Order: "or_2", At: noon(), Currency: eur(0).Currency(), Tax: eur(575), Total: eur(3600),
			Lines: []analytics.Line{{N: 1, SKU: "TEE-M", Product: product(1), Quantity: 2, Net: eur(3025), Tax: eur(575)}},
		}))
		q := analytics.ProductQuery{Period: analytics.Period{From: r.Today(), To: r.Today()}, Currency: eur(0).Currency()}
		got, err := r.Products(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, []analytics.Product{
			{SKU: "TEE-M", Product: product(1), Orders: 3, Sold: 6, Cancelled: 2, Returned: 2, Gross: eur(12_000), Discount: eur(1200), Net: eur(9075), Turnover: eur(3025)},
			{SKU: "TEE-L", Product: product(1), Orders: 1, Sold: 2, Gross: eur(2000), Discount: eur(0), Net: eur(2000), Turnover: eur(2000)},
			{SKU: "MUG", Product: product(2), Orders: 3, Sold: 3, Cancelled: 1, Gross: eur(2700), Discount: eur(0), Net: eur(2268), Turnover: eur(1512)},
		}, got)
		q.By, q.Limit = analytics.ByProduct, 1
		got, err = r.Products(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, []analytics.Product{
			{Product: product(1), Orders: 4, Sold: 8, Cancelled: 2, Returned: 2, Gross: eur(14_000), Discount: eur(1200), Net: eur(11_075), Turnover: eur(5025)},
		}, got)
		q.Currency = money.USD(0).Currency()
		got, err = r.Products(t.Context(), q)
		require.NoError(t, err)
		require.Empty(t, got)
	})
}

func TestAFunnelCountsOrderedSteps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		eur := money.EUR
		minute := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Minute) }
		as := []analytics.Action{}
		visit := func(visitor string, steps ...analytics.Step) {
			for i, s := range steps {
				a := analytics.Action{Step: s, Visitor: visitor, At: minute(i)}
				if s != analytics.Viewed && visitor != "" {
					a.Cart = "cart_" + visitor
				}
				as = append(as, a)
			}
		}
		visit("all-the-way-00001", analytics.Viewed, analytics.Added, analytics.Checkout)
		visit("not-yet-paid-0001", analytics.Viewed, analytics.Viewed, analytics.Added, analytics.Checkout)
		visit("half-paid-0000001", analytics.Viewed, analytics.Added, analytics.Checkout)
		visit("free-of-charge-01", analytics.Viewed, analytics.Added, analytics.Checkout)
		visit("backwards-0000001", analytics.Checkout, analytics.Added, analytics.Viewed)
		visit("in-between-000001", analytics.Added, analytics.Viewed, analytics.Checkout, analytics.Added)
		visit("only-looking-0001", analytics.Viewed)
		visit("", analytics.Viewed, analytics.Added, analytics.Checkout)
		require.NoError(t, r.Track(t.Context(), as))
		event := 0
		buy := func(visitor string, total int64, parts ...int64) {
			event++
			order := "or_" + visitor
			require.NoError(t, r.RecordSale(t.Context(), analytics.Sale{
				Event: told(event), Order: order, Origin: "cart_" + visitor, At: minute(4), Currency: eur(0).Currency(), Total: eur(total),
				Lines: []analytics.Line{{N: 1, SKU: "X", Quantity: 1, Gross: eur(total), Net: eur(total)}},
			}))
			for _, p := range parts {
				event++
				require.NoError(t, r.RecordPayment(t.Context(), analytics.Payment{Event: told(event), Payment: "pm_1", Order: order, At: minute(3), Amount: eur(p)}))
			}
		}
		buy("all-the-way-00001", 100, 60, 40)
		buy("not-yet-paid-0001", 100)
		buy("half-paid-0000001", 100, 99)
		buy("free-of-charge-01", 0)
		buy("backwards-0000001", 100, 100)
		today := analytics.Period{From: r.Today(), To: r.Today()}
		got, err := r.Funnel(t.Context(), today)
		require.NoError(t, err)
		require.Equal(t, analytics.Funnel{Viewed: 7, Added: 5, Checkout: 4, Placed: 4, Paid: 2}, got)

		require.NoError(t, r.Forget(t.Context(), analytics.Forget{Visitor: "all-the-way-00001"}))
		got, err = r.Funnel(t.Context(), today)
		require.NoError(t, err)
		require.Equal(t, analytics.Funnel{Viewed: 6, Added: 4, Checkout: 3, Placed: 3, Paid: 1}, got)
		got, err = r.Funnel(t.Context(), analytics.Period{From: r.Today().Add(1), To: r.Today().Add(1)})
		require.NoError(t, err)
		require.Zero(t, got)
	})
}

func TestStockHasACoverAndAValueAsFarAsTheyAreKnown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx, eur := t.Context(), money.EUR
		r.stock(t, "MUG", "main", 10, 1)
		r.stock(t, "SCREW", "main", 250, 0)
		r.stock(t, "TEE-M", "main", 7, 2)
		r.stock(t, "TEE-M", "shop", 5, 0)
		r.stock(t, "TOY", "main", 0, 0)
		require.NoError(t, r.RecordCost(ctx, analytics.RecordCost{SKU: "TEE-M", Price: money.Each(eur(800)), Since: noon().Add(-time.Hour)}))
		require.NoError(t, r.RecordCost(ctx, analytics.RecordCost{SKU: "TEE-M", Price: money.Each(eur(1)), Since: noon().Add(-2 * time.Hour)}), "older news")
		require.NoError(t, r.RecordCost(ctx, analytics.RecordCost{SKU: "SCREW", Price: money.Price{Amount: eur(125), Per: 100}}))
		require.NoError(t, r.RecordCost(ctx, analytics.RecordCost{SKU: "TOY", Price: money.Each(money.USD(5))}))
		require.Equal(t, []string{"analytics.cost_recorded", "analytics.cost_recorded", "analytics.cost_recorded", "analytics.cost_recorded"}, r.events(t))

		sell := func(n int, when string) {
			require.NoError(t, r.RecordSale(ctx, tee(n, fmt.Sprintf("or_%d", n), at(t, when))))
		}
		sell(1, "2026-03-28T23:00:00Z") // the first moment of the day before today, and of the first of one day
		sell(2, "2026-03-29T21:59:59Z")
		sell(3, "2026-03-28T22:59:59Z") // before it
		sell(4, "2026-03-29T22:00:00Z") // today
		require.NoError(t, r.RecordCancellation(ctx, analytics.Cancellation{Event: told(5), At: at(t, "2026-03-29T12:00:00Z"), Sale: tee(0, "or_3", noon())}))
		require.NoError(t, r.RecordReturn(ctx, analytics.Return{
			Event: told(6), Return: "rt_1", Order: "or_2", At: at(t, "2026-03-29T12:00:00Z"), Currency: eur(0).Currency(), Total: eur(3025),
			Lines: []analytics.Line{{N: 1, SKU: "TEE-M", Quantity: 2, Net: eur(3025)}},
		}))

		got, err := r.Stock(ctx, analytics.StockQuery{Days: 1})
		require.NoError(t, err)
		require.Empty(t, got.Next)
		require.Equal(t, []analytics.Stock{
			{SKU: "MUG", OnHand: 10, Reserved: 1, Sold: 1, Cover: analytics.Cover{Known: true, Days: 10}},
			{SKU: "SCREW", OnHand: 250, Worth: analytics.Worth{Known: true, Cost: money.Price{Amount: eur(125), Per: 100}, Since: noon(), Value: eur(313)}},
			{
				SKU: "TEE-M", OnHand: 12, Reserved: 2, Sold: 2, Cover: analytics.Cover{Known: true, Days: 6},
				Worth: analytics.Worth{Known: true, Cost: money.Each(eur(800)), Since: noon().Add(-time.Hour), Value: eur(9600)},
			},
			{SKU: "TOY", Worth: analytics.Worth{Known: true, Cost: money.Each(money.USD(5)), Since: noon(), Value: money.USD(0)}},
		}, got.Items)

		month, err := r.Stock(ctx, analytics.StockQuery{Request: page.Request{Limit: 3}})
		require.NoError(t, err)
		require.Equal(t, analytics.Stock{SKU: "MUG", OnHand: 10, Reserved: 1, Sold: 2, Cover: analytics.Cover{Known: true, Days: 140}}, month.Items[0])
		rest, err := r.Stock(ctx, analytics.StockQuery{Request: page.Request{Limit: 3, Cursor: month.Next}})
		require.NoError(t, err)
		require.Equal(t, []string{"TOY", ""}, []string{rest.Items[0].SKU, rest.Next})

		value, err := r.Value(ctx)
		require.NoError(t, err)
		require.Equal(t, analytics.Valuation{
			Values: []money.Amount{eur(9913), money.USD(0)}, SKUs: 3, Pieces: 262, UnknownSKUs: 1, UnknownPieces: 10,
		}, value)
	})
}

func TestTenantsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		ctx := t.Context()
		out := &sink{}
		a, b := open(t, s, "a").with(&sink{}), open(t, s, "bb").with(out)
		for _, record := range tell(ctx, a, nil) {
			require.NoError(t, record())
		}
		a.stock(t, "TEE-M", "main", 5, 0)
		require.NoError(t, a.RecordCost(ctx, analytics.RecordCost{SKU: "TEE-M", Price: money.Each(money.EUR(1))}))
		require.NoError(t, a.Track(ctx, []analytics.Action{action(1, analytics.Viewed, ann)}))
		today := analytics.Period{From: a.Today(), To: a.Today()}
		empty := func() {
			sales, err := b.Sales(ctx, today)
			require.NoError(t, err)
			require.Empty(t, sales.Days)
			products, err := b.Products(ctx, analytics.ProductQuery{Period: today, Currency: eur()})
			require.NoError(t, err)
			require.Empty(t, products)
			funnel, err := b.Funnel(ctx, today)
			require.NoError(t, err)
			require.Zero(t, funnel)
			stock, err := b.Stock(ctx, analytics.StockQuery{})
			require.NoError(t, err)
			require.Empty(t, stock.Items)
			value, err := b.Value(ctx)
			require.NoError(t, err)
			require.Equal(t, analytics.Valuation{Values: []money.Amount{}}, value)
			_, err = b.Fact(ctx, told(1))
			require.ErrorIs(t, err, analytics.ErrMissing)
			n, err := b.Deliver(ctx)
			require.NoError(t, err)
			require.Zero(t, n)
			found, err := b.read.AnalyticsDiscrepancies(ctx)
			require.NoError(t, err)
			require.Empty(t, found)
		}
		empty()
		n, err := b.Prune(ctx, analytics.Prune{Before: noon().AddDate(1, 0, 0)})
		require.NoError(t, err)
		require.Zero(t, n)
		require.NoError(t, b.Forget(ctx, analytics.Forget{Visitor: ann}))
		require.Equal(t, 1, a.count(t, "kontor_analytics_action WHERE tenant = $1 AND visitor <> ''"))
		n, err = a.Deliver(ctx)
		require.NoError(t, err)
		require.Equal(t, 6, n)
		empty()

		for _, record := range tell(ctx, b, nil) { // the same events, and theirs alone
			require.NoError(t, record())
		}
		sales, err := b.Sales(ctx, today)
		require.NoError(t, err)
		require.Equal(t, int64(1), sales.Totals[0].Orders)
	})
}

// recount is a plain model of the room: it keeps everything and looks at all of
// it whenever it is asked.
type recount struct {
	zone    *time.Location
	sales   []analytics.Fact
	actions []analytics.Action
}

func (m recount) totals(p analytics.Period) map[string][4]int64 {
	out := map[string][4]int64{}
	for _, f := range m.sales {
		d := analytics.DateOf(f.At, m.zone)
		if p.From.Until(d) < 0 || d.Until(p.To) < 0 {
			continue
		}
		for _, key := range []string{d.String(), "all"} {
			key += " " + f.Total.Currency().Code()
			x := out[key]
			switch f.Kind {
			case analytics.KindPayment, analytics.KindRefund:
				x[3] += f.Total.Minor()
			case analytics.KindSale, analytics.KindCancellation, analytics.KindReturn:
				x[0]++
				x[1] += f.Net.Minor()
				x[2] += f.Total.Minor()
			}
			out[key] = x
		}
	}
	return out
}

func (m recount) products(p analytics.Period, c money.Currency) []analytics.Product {
	type key struct {
		sku     string
		product catalog.ID
	}
	rows := map[key]analytics.Product{}
	for _, f := range m.sales {
		d := analytics.DateOf(f.At, m.zone)
		if p.From.Until(d) < 0 || d.Until(p.To) < 0 || f.Total.Currency() != c {
			continue
		}
		sold := map[key]bool{}
		for _, l := range f.Lines {
			k := key{l.SKU, l.Product}
			x, ok := rows[k]
			if !ok {
				z := money.Zero(c)
				x = analytics.Product{SKU: l.SKU, Product: l.Product, Gross: z, Discount: z, Net: z, Turnover: z}
			}
			switch f.Kind {
			case analytics.KindSale:
				if !sold[k] {
					x.Orders++
				}
				sold[k] = true
				x.Sold += int64(l.Quantity)
				x.Gross = money.New(x.Gross.Minor()+l.Gross.Minor(), c)
				x.Discount = money.New(x.Discount.Minor()+l.Discount.Minor(), c)
				x.Net = money.New(x.Net.Minor()+l.Net.Minor(), c)
			case analytics.KindCancellation:
				x.Cancelled -= int64(l.Quantity)
			case analytics.KindReturn, analytics.KindPayment, analytics.KindRefund:
				x.Returned -= int64(l.Quantity)
			}
			x.Turnover = money.New(x.Turnover.Minor()+l.Net.Minor(), c)
			rows[k] = x
		}
	}
	out := []analytics.Product{}
	for _, x := range rows {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b analytics.Product) int {
		return cmp.Or(-cmp.Compare(a.Turnover.Minor(), b.Turnover.Minor()), cmp.Compare(a.SKU, b.SKU), a.Product.Compare(b.Product))
	})
	return out
}

// funnel tries every chain of steps of every visitor.
func (m recount) funnel(p analytics.Period) analytics.Funnel {
	inside := func(t time.Time) bool {
		d := analytics.DateOf(t, m.zone)
		return p.From.Until(d) >= 0 && d.Until(p.To) >= 0
	}
	best := map[string]int{}
	for _, v := range m.actions {
		if v.Visitor == "" || v.Step != analytics.Viewed || !inside(v.At) {
			continue
		}
		best[v.Visitor] = max(best[v.Visitor], 1)
		for _, a := range m.actions {
			if a.Visitor != v.Visitor || a.Step != analytics.Added || a.At.Before(v.At) || !inside(a.At) {
				continue
			}
			best[v.Visitor] = max(best[v.Visitor], 2)
			for _, c := range m.actions {
				if c.Visitor != v.Visitor || c.Step != analytics.Checkout || c.At.Before(a.At) || !inside(c.At) {
					continue
				}
				best[v.Visitor] = max(best[v.Visitor], 3+m.bought(v.Visitor, c.At, p))
			}
		}
	}
	var f analytics.Funnel
	for _, n := range best {
		for i, x := range []*int64{&f.Viewed, &f.Added, &f.Checkout, &f.Placed, &f.Paid} {
			if n > i {
				*x++
			}
		}
	}
	return f
}

// bought is 1 if a visitor has ordered after a moment, and 2 if that was paid.
func (m recount) bought(visitor string, after time.Time, p analytics.Period) int {
	end := p.To.Add(1).Start(m.zone)
	best := 0
	for _, f := range m.sales {
		own := slices.ContainsFunc(m.actions, func(a analytics.Action) bool {
			return a.Visitor == visitor && a.Cart != "" && a.Cart == f.Origin
		})
		if !own || f.Kind != analytics.KindSale || f.At.Before(after) || !f.At.Before(end) {
			continue
		}
		best = max(best, 1)
		paid := int64(0)
		for _, x := range m.sales {
			if x.Kind == analytics.KindPayment && x.Order == f.Order && x.At.Before(end) && x.Total.Currency() == f.Total.Currency() {
				paid += x.Total.Minor()
			}
		}
		if paid >= f.Total.Minor() {
			best = 2
		}
	}
	return best
}

// Whatever is told, the reports are what a recount of everything gives.
func TestReportsEqualARecount(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := 0
		rapid.Check(t, func(rt *rapid.T) {
			shop++
			r := open(t, s, fmt.Sprintf("shop-%d", shop))
			m := recount{zone: r.Zone()}
			r.history(rt, &m)
			first := day(t, "2026-03-27").Add(rapid.IntRange(0, 4).Draw(rt, "first"))
			p := analytics.Period{From: first, To: first.Add(rapid.IntRange(0, 3).Draw(rt, "days"))}

			sales, err := r.Sales(rt.Context(), p)
			require.NoError(rt, err)
			got := map[string][4]int64{}
			count := func(name string, x analytics.Totals) {
				y := [4]int64{
					x.Orders + x.Cancellations + x.Returns, x.Turnover.Net.Minor(), x.Turnover.Total.Minor(), x.Paid.Minor() - x.Refunded.Minor(),
				}
				if y != [4]int64{} {
					got[name+" "+x.Currency.Code()] = y
				}
			}
			for _, d := range sales.Days {
				count(d.Date.String(), d.Totals)
			}
			for _, x := range sales.Totals {
				count("all", x)
			}
			want := m.totals(p)
			for k, x := range want {
				if x == [4]int64{} {
					delete(want, k)
				}
			}
			require.Equal(rt, want, got)

			for _, c := range []money.Currency{money.EUR(0).Currency(), money.JPY(0).Currency()} {
				products, err := r.Products(rt.Context(), analytics.ProductQuery{Period: p, Currency: c})
				require.NoError(rt, err)
				require.Equal(rt, m.products(p, c), products)
			}
			funnel, err := r.Funnel(rt.Context(), p)
			require.NoError(rt, err)
			require.Equal(rt, m.funnel(p), funnel)
		})
	})
}

// history tells a room and its model the same random story.
func (r room) history(t *rapid.T, m *recount) {
	from := time.Date(2026, 3, 27, 20, 0, 0, 0, time.UTC)
	when := func() time.Time {
		return clock.Cut(from.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hour")) * time.Hour))
	}
	visitors := []string{"", ann, bob}
	record := func(e int, err error) {
		require.NoError(t, err)
		f, err := r.Fact(t.Context(), told(e))
		require.NoError(t, err)
		m.sales = append(m.sales, f)
	}
	sold := []analytics.Sale{}
	for e := range rapid.IntRange(0, 25).Draw(t, "steps") {
		switch what := rapid.IntRange(0, 9).Draw(t, "what"); {
		case what < 5:
			a := analytics.Action{
				ID: analytics.ActionIDFrom(uuid.UUID{15: byte(e + 1)}), At: when(),
				Step: rapid.SampledFrom(analytics.Steps()).Draw(t, "step"), Visitor: rapid.SampledFrom(visitors).Draw(t, "visitor"),
			}
			if a.Visitor != "" {
				a.Cart = fmt.Sprintf("cart_%d", rapid.IntRange(1, 4).Draw(t, "cart"))
			}
			require.NoError(t, r.Track(t.Context(), []analytics.Action{a}))
			m.actions = append(m.actions, a)
		case what < 7 || len(sold) == 0:
			x := randomSale(t, e, when())
			record(e, r.RecordSale(t.Context(), x))
			sold = append(sold, x)
		case what == 7:
			i := rapid.IntRange(0, len(sold)-1).Draw(t, "sale")
			x := sold[i]
			sold = slices.Delete(sold, i, i+1)
			record(e, r.RecordCancellation(t.Context(), analytics.Cancellation{Event: told(e), At: when(), Sale: x}))
		case what == 8:
			x := rapid.SampledFrom(sold).Draw(t, "sale")
			l := x.Lines[0]
			l.Gross, l.Discount = money.Amount{}, money.Amount{}
			total, err := l.Net.Add(l.Tax)
			require.NoError(t, err)
			record(e, r.RecordReturn(t.Context(), analytics.Return{
				Event: told(e), Return: fmt.Sprintf("rt_%d", e), Order: x.Order, At: when(), Currency: x.Currency, Lines: []analytics.Line{l}, Tax: l.Tax, Total: total,
			}))
		default:
			x := rapid.SampledFrom(sold).Draw(t, "sale")
			p := analytics.Payment{Event: told(e), Payment: "pm_1", Order: x.Order, At: when(), Amount: x.Total}
			record(e, r.RecordPayment(t.Context(), p))
		}
	}
}

func randomSale(t *rapid.T, e int, when time.Time) analytics.Sale {
	c := rapid.SampledFrom([]money.Currency{money.EUR(0).Currency(), money.JPY(0).Currency()}).Draw(t, "currency")
	x := analytics.Sale{Event: told(e), Order: fmt.Sprintf("or_%d", e), At: when, Currency: c}
	if rapid.Bool().Draw(t, "from a cart") {
		x.Origin = fmt.Sprintf("cart_%d", rapid.IntRange(1, 4).Draw(t, "origin"))
	}
	var net, tax int64
	amount := func(name string) int64 { return rapid.Int64Range(0, 500).Draw(t, name) }
	for n := range rapid.IntRange(1, 3).Draw(t, "lines") {
		l := analytics.Line{
			N: n + 1, SKU: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "sku"), Quantity: rapid.IntRange(1, 5).Draw(t, "quantity"),
			Product: product(byte(rapid.IntRange(1, 2).Draw(t, "product"))),
			Net:     money.New(amount("net"), c), Tax: money.New(amount("tax"), c), Discount: money.New(amount("discount"), c),
		}
		l.Gross = money.New(l.Net.Minor()+l.Discount.Minor(), c)
		net, tax = net+l.Net.Minor(), tax+l.Tax.Minor()
		x.Lines = append(x.Lines, l)
	}
	x.Shipping, x.Fees, x.Rounding = money.New(amount("shipping"), c), money.New(amount("fees"), c), money.New(amount("rounding"), c)
	x.Tax = money.New(tax, c)
	x.Total = money.New(net+tax+x.Shipping.Minor()+x.Fees.Minor()+x.Rounding.Minor(), c)
	return x
}
