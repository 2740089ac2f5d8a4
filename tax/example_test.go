package tax_test

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/tax"
)

func ExampleEU() {
	// Books are reduced in Germany; the table cannot know what a book is.
	s := tax.EU()
	s.Rules = append(s.Rules, tax.Rule{Zone: "DE", Category: "books", Name: "VAT", Rate: money.MustPercent("7")})
	table, err := tax.NewTable(s)
	if err != nil {
		fmt.Println(err)
		return
	}
	march := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, to := range []postal.Place{{Country: "DE", Postcode: "10115"}, {Country: "ES", Postcode: "35100"}, {Country: "US"}} {
		rates, _ := table.Rates(context.Background(), tax.Query{To: to, Categories: []string{"", "books"}, At: march})
		fmt.Print(to.Country, ":")
		for _, r := range rates {
			fmt.Printf(" %s %s %q;", r.Name, r.Rate, r.Category)
		}
		fmt.Println()
	}
	// Output:
	// DE: VAT 0.19 ""; VAT 0.07 "books";
	// ES: VAT 0 ""; VAT 0 "books";
	// US:
}

func ExampleCalculatorFunc() {
	// A shop that is too small to ask for taxes.
	var none tax.Calculator = tax.CalculatorFunc(func(context.Context, tax.Query) ([]tax.Rate, error) { return nil, nil })
	rates, err := none.Rates(context.Background(), tax.Query{})
	fmt.Println(len(rates), err)
	// Output: 0 <nil>
}
