package pricing_test

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

func ExampleCompute() {
	q, err := pricing.Compute(pricing.Input{
		Currency:     money.MustCurrency("EUR"),
		TaxInclusive: true,
		Lines: []pricing.Line{
			{ID: "1", SKU: "TEE-M-BLACK", Quantity: 2, Unit: money.Each(money.EUR(19_99)), TaxCategory: "full"},
			{ID: "2", SKU: "BOOK", Quantity: 1, Unit: money.Each(money.EUR(12_00)), TaxCategory: "books"},
		},
		Discounts: []pricing.Discount{
			{Code: "SPRING", Kind: pricing.AmountOff, Scope: pricing.OnOrder, Amount: money.EUR(5_00)},
		},
		Taxes: []pricing.Tax{
			{Name: "VAT", Category: "full", Rate: money.MustPercent("19")},
			{Name: "VAT", Category: "books", Rate: money.MustPercent("7")},
		},
		Shipping: []pricing.Shipping{{ID: "parcel", Amount: money.EUR(4_95), TaxCategory: "full"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("total", q.Total, "of which tax", q.Tax)
	for _, l := range q.Lines {
		fmt.Println(l.SKU, l.Gross)
	}
	// Output:
	// total 51.93 EUR of which tax 7.27 EUR
	// TEE-M-BLACK 36.13 EUR
	// BOOK 10.85 EUR
}

func ExampleQuote_Explain() {
	q, _ := pricing.Compute(pricing.Input{
		Currency: money.MustCurrency("USD"),
		Lines:    []pricing.Line{{ID: "1", SKU: "MUG", Quantity: 3, Unit: money.Each(money.USD(9_99)), TaxCategory: "goods"}},
		Discounts: []pricing.Discount{
			{Code: "TEN", Kind: pricing.PercentOff, Scope: pricing.OnItems, Rate: money.MustPercent("10")},
		},
		Taxes: []pricing.Tax{{Name: "sales tax", Category: "goods", Rate: money.MustPercent("8.875")}},
	})
	for _, line := range q.Explain("en") {
		fmt.Println(line)
	}
	// Output:
	// MUG: 3 × $9.99 = $29.97
	// MUG: TEN takes 10 % of $29.97 = $3.00
	// MUG: sales tax 8.875 % on $26.97 = $2.39
	// order: $26.97 with added taxes = $29.36
}

func ExamplePipeline_Before() {
	// Members pay no more than 25 euro for a line.
	members := pricing.StepFunc{Title: "members", Do: func(s *pricing.Sheet) error {
		for l, left := range s.Lines() {
			over, err := left.Sub(money.EUR(25_00))
			if err != nil || !over.IsPositive() {
				continue
			}
			if _, err := s.Deduct(l.ID, pricing.DiscountTotal{Code: "MEMBER", Amount: over}); err != nil {
				return err
			}
		}
		return nil
	}}
	q, _ := pricing.Standard().Before(pricing.StepTaxes, members).Compute(pricing.Input{
		Currency: money.MustCurrency("EUR"),
		Lines:    []pricing.Line{{ID: "1", Quantity: 3, Unit: money.Each(money.EUR(9_99))}},
	})
	fmt.Println(q.Total, q.Discounts[0].Code, q.Discounts[0].Amount)
	// Output: 25.00 EUR MEMBER 4.97 EUR
}

func ExampleReplay() {
	in := pricing.Input{
		Currency: money.MustCurrency("EUR"),
		Lines:    []pricing.Line{{ID: "1", Quantity: 1, Unit: money.Each(money.EUR(9_99))}},
	}
	q, _ := pricing.Compute(in)
	fmt.Println(pricing.Replay(in, q))
	in.Lines[0].Quantity = 2
	fmt.Println(pricing.Replay(in, q))
	// Output:
	// <nil>
	// pricing_differs: The quote cannot be repeated: its total was 9.99 EUR and now is 19.98 EUR.
}
