package stripe

import "github.com/kontor-go/kontor/kernel/money"

// Units and AmountOf are the border of money, for tests.
func Units(a money.Amount) (n int64, currency string, ok bool) { return units(a) }

// AmountOf is the way back.
func AmountOf(n int64, currency string) (money.Amount, bool) { return amountOf(n, currency) }
