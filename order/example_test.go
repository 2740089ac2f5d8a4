package order_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
)

func ExampleNew() {
	eur := money.MustCurrency("EUR")
	agreed := order.Order{
		ID: order.IDFrom(uuid.UUID{15: 1}), Number: "4T7QK-9ZD2M", Market: market.Context{Currency: eur},
		Lines: []order.Line{{
			N: 1, SKU: "TEE-M-BLACK", Title: "T-shirt, M, black", Quantity: 2, Unit: money.Each(money.EUR(11_90)),
			Subtotal: money.EUR(23_80), Net: money.EUR(20_00), Tax: money.EUR(3_80), Gross: money.EUR(23_80),
		}},
		TaxInclusive: true, Subtotal: money.EUR(23_80), Tax: money.EUR(3_80), Total: money.EUR(23_80),
	}
	stamp := event.Stamp{NewID: id.V7, At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Actor: "buyer:u-1"}

	placing, err := order.New(agreed, stamp)
	o := placing.Order
	fmt.Println(o.Status(), o.PaymentStanding(), o.Owed(), err)
	for _, p := range placing.Entries[0].Postings {
		fmt.Println(p.Account, p.Amount)
	}

	agreed.Total = money.EUR(23_79)
	_, err = order.New(agreed, stamp)
	fmt.Println(errors.Is(err, fault.Invalid), fault.FieldsOf(err)[0].Path, fault.FieldsOf(err)[0].Text)
	// Output:
	// placed unpaid 23.80 EUR <nil>
	// receivable 23.80 EUR
	// sales -20.00 EUR
	// tax -3.80 EUR
	// true total must be the sum of everything
}
