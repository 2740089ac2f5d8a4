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
