package money_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/kontor-go/kontor/kernel/money"
)

func ExampleAmount_Add() {
	sum, _ := money.EUR(19_99).Add(money.EUR(5_01))
	fmt.Println(sum)
	_, err := money.EUR(19_99).Add(money.USD(5_01))
	fmt.Println(errors.Is(err, money.ErrCurrency))
	// Output:
	// 25.00 EUR
	// true
}

func ExampleParseAmount() {
	a, err := money.ParseAmount("19.9", money.MustCurrency("EUR"))
	fmt.Println(a, err)
	_, err = money.ParseAmount("1e5", money.MustCurrency("EUR"))
	fmt.Println(err)
	// Output:
	// 19.90 EUR <nil>
	// amount_invalid: An amount such as 19.99 is expected.
}

func ExampleRate_Of() {
	vat := money.MustPercent("19")
	tax, _ := vat.Of(money.EUR(24_99), money.HalfUp)
	fmt.Println(vat, tax)
	// Output: 0.19 4.75 EUR
}

func ExampleRate_Included() {
	gross := money.EUR(119_00)
	tax, _ := money.MustPercent("19").Included(gross, money.HalfUp)
	net, _ := gross.Sub(tax)
	fmt.Println(net, tax)
	// Output: 100.00 EUR 19.00 EUR
}

func ExampleRate_Convert() {
	euro, _ := money.MustRate("0.9737").Convert(money.USD(7_00), money.MustCurrency("EUR"), money.HalfUp)
	fmt.Println(euro)
	// Output: 6.82 EUR
}

func ExampleAllocate() {
	parts, _ := money.Allocate(money.EUR(2_99), []int64{43, 14, 23}, money.LargestRemainder)
	fmt.Println(parts)
	// Output: [1.61 EUR 0.52 EUR 0.86 EUR]
}

func ExampleAllocateCapped() {
	// 25 euro off two lines that may lose 5 and 15 euro.
	parts, left, _ := money.AllocateCapped(money.EUR(25_00), []int64{50, 60}, []int64{5_00, 15_00}, money.LargestRemainder)
	fmt.Println(parts, left)
	// Output: [5.00 EUR 15.00 EUR] 5.00 EUR
}

func ExamplePrice_Times() {
	screws := money.Price{Amount: money.EUR(1_25), Per: 100}
	total, _ := screws.Times(250, money.HalfUp)
	fmt.Println(screws, "makes", total)
	// Output: 1.25 EUR per 100 makes 3.13 EUR
}

func ExampleFormat() {
	a := money.EUR(1234_50)
	for _, locale := range []string{"en", "de", "ja"} {
		fmt.Printf("%+q\n", money.Format(a, locale))
	}
	// Output:
	// "\u20ac1,234.50"
	// "1.234,50\u00a0\u20ac"
	// "\u20ac1,234.50"
}

func ExamplePolicy() {
	b, _ := json.Marshal(money.Policy{Mode: money.HalfEven})
	fmt.Println(string(b))
	// Output: {"mode":"half_even","at":"line","residue":"largest_remainder","cash":false}
}
