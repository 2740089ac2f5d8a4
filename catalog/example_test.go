package catalog_test

import (
	"fmt"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
)

func ExamplePriceFor() {
	prices := []catalog.Price{
		{SKU: "TEE-M", MinQuantity: 1, Unit: money.Each(money.EUR(19_99))},
		{SKU: "TEE-M", MinQuantity: 10, Unit: money.Each(money.EUR(17_50))},
		{SKU: "TEE-M", MinQuantity: 1, Group: "trade", Unit: money.Each(money.EUR(16_00))},
	}
	stranger := market.Context{Currency: money.MustCurrency("EUR")}
	trader := market.Context{Currency: money.MustCurrency("EUR"), Groups: []string{"trade"}}
	for _, quantity := range []int{1, 10} {
		a, _ := catalog.PriceFor(prices, stranger, quantity)
		b, _ := catalog.PriceFor(prices, trader, quantity)
		fmt.Println(quantity, "pieces:", a.Unit, "for a stranger,", b.Unit, "for a trader")
	}
	// Output:
	// 1 pieces: 19.99 EUR for a stranger, 16.00 EUR for a trader
	// 10 pieces: 17.50 EUR for a stranger, 16.00 EUR for a trader
}

func ExampleMoves() {
	fmt.Print(catalog.Moves().Mermaid())
	// Output:
	// stateDiagram-v2
	//     [*] --> draft
	//     draft --> archived : archive
	//     draft --> active : publish
	//     archived --> [*]
	//     active --> archived : archive
	//     active --> draft : withdraw
}

func ExampleWords() {
	fmt.Println(catalog.Words("Grüne T-Shirts, 100 % Baumwolle"))
	// Output:
	// [grune t shirts 100 baumwolle]
}

func ExampleAvailabilityOf() {
	for _, available := range []int{0, 1, 3, 4} {
		fmt.Println(available, catalog.AvailabilityOf(available, 3))
	}
	// Output:
	// 0 out_of_stock
	// 1 few_left
	// 3 few_left
	// 4 in_stock
}

// Of three products two are green and one is red; the list shows the red one.
func ExampleTally() {
	tally := catalog.NewTally([]catalog.Filter{{Attribute: "colour", Values: []string{"red"}}}, 0, 10_00)
	colour := func(s string) string { return catalog.JoinValues([]catalog.Value{{Attribute: "colour", Value: s}}) }
	tally.Add(colour("green"), 5_00)
	tally.Add(colour("green"), 9_00)
	tally.Add(colour("red"), 7_00)
	counts := tally.Counts([]catalog.Attribute{{Code: "colour", Title: "Colour", Type: catalog.TextValue}})
	fmt.Println("products:", counts.Count)
	for _, v := range counts.Facets[0].Values {
		fmt.Println(v.Value, v.Count, v.Chosen)
	}
	// Output:
	// products: 1
	// green 2 false
	// red 1 true
}

func ExampleTree_Trail() {
	clothes := catalog.Category{ID: catalog.CategoryIDFrom([16]byte{1}), Slug: "clothes"}
	tops := catalog.Category{ID: catalog.CategoryIDFrom([16]byte{2}), Slug: "tops", Parent: clothes.ID}
	tree := catalog.Tree{Categories: []catalog.Category{tops, clothes}}.Sorted()
	for _, k := range tree.Trail(tops.ID) {
		fmt.Print("/", k.Slug)
	}
	// Output: /clothes/tops
}

func ExampleRating_Average() {
	fmt.Printf("%q\n", catalog.Rating{}.Average())
	fmt.Println(catalog.Rating{Count: 7, Sum: 29}.Average(), catalog.Rating{Count: 20, Sum: 85}.Average(), catalog.Rating{Count: 20, Sum: 99}.Average())
	// Output:
	// ""
	// 4.1 4.3 5.0
}
