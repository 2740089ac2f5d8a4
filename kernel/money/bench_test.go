package money_test

import (
	"testing"

	"github.com/kontor-go/kontor/kernel/money"
)

func BenchmarkRateOf(b *testing.B) {
	for name, rate := range map[string]money.Rate{
		"fast": money.MustPercent("19"),
		"wide": money.MustRate("0.1234567890123456789"),
	} {
		b.Run(name, func(b *testing.B) {
			a := money.EUR(1999_99)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rate.Of(a, money.HalfUp); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRateIncluded(b *testing.B) {
	rate, a := money.MustPercent("19"), money.EUR(1999_99)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rate.Included(a, money.HalfUp); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAllocate(b *testing.B) {
	weights := make([]int64, 20)
	for i := range weights {
		weights[i] = int64(i*37+11) * 100
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := money.Allocate(money.EUR(15_00), weights, money.LargestRemainder); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAmount(b *testing.B) {
	eur := money.MustCurrency("EUR")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := money.ParseAmount("1999.99", eur); err != nil {
			b.Fatal(err)
		}
	}
}
