package ledger_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/ledger"
)

func ExampleNewEntry() {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	first, second := ledger.IDFrom(uuid.UUID{15: 1}), ledger.IDFrom(uuid.UUID{15: 2})
	sale, err := ledger.NewEntry(first, "or_1", at, "order placed",
		ledger.Posting{Account: ledger.Receivable, Amount: money.EUR(119_00)},
		ledger.Posting{Account: ledger.Sales, Amount: money.EUR(-100_00)},
		ledger.Posting{Account: ledger.Tax, Amount: money.EUR(-19_00)})
	fmt.Println(len(sale.Postings), err)

	back, err := sale.Reverse(second, at, "order cancelled")
	for _, p := range back.Postings {
		fmt.Println(p.Account, p.Amount)
	}
	fmt.Println(err)

	_, err = ledger.NewEntry(first, "or_1", at, "a cent is missing",
		ledger.Posting{Account: ledger.Cash("card"), Amount: money.EUR(119_00)},
		ledger.Posting{Account: ledger.Receivable, Amount: money.EUR(-118_99)})
	fmt.Println(errors.Is(err, fault.Invalid), fault.FieldsOf(err)[0].Text)
	// Output:
	// 3 <nil>
	// receivable -119.00 EUR
	// sales 100.00 EUR
	// tax 19.00 EUR
	// <nil>
	// true must add up to nothing in EUR
}
