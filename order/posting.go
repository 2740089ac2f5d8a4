package order

import (
	"fmt"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/ledger"
)

// sale returns what placing o books: the buyer owes the total, which is
// turnover in goods, carriage and fees, and tax.
func (o Order) sale() []ledger.Posting {
	var goods, shipping, fees int64
	for _, l := range o.Lines {
		goods += l.Net.Minor()
	}
	for _, c := range o.Charges {
		if c.Kind == ForShipping {
			shipping += c.Net.Minor()
		} else {
			fees += c.Net.Minor()
		}
	}
	credit := func(a ledger.Account, minor int64) ledger.Posting {
		return ledger.Posting{Account: a, Amount: money.New(-minor, o.Currency())}
	}
	return []ledger.Posting{
		{Account: ledger.Receivable, Amount: o.Total},
		credit(ledger.Sales, goods),
		credit(ledger.Shipping, shipping),
		credit(ledger.Fees, fees),
		credit(ledger.Tax, o.Tax.Minor()),
		credit(ledger.Rounding, o.Rounding.Minor()),
	}
}

// Sale returns the entry that placing o writes to the books, and false if there
// is nothing to book because everything was free.
func (o Order) Sale(entry ledger.ID) (ledger.Entry, bool, error) {
	for _, p := range o.sale() {
		if !p.Amount.IsZero() {
			e, err := ledger.NewEntry(entry, o.ID.String(), o.PlacedAt, "order placed", o.sale()...)
			if err != nil {
				return e, false, fmt.Errorf("order: book %s: %w", o.ID, err)
			}
			return e, true, nil
		}
	}
	return ledger.Entry{}, false, nil
}

// Unsale returns the entry that cancelling o writes to the books: the sale taken
// back as a whole. What was paid for it thereby becomes a debt of the shop on
// the account receivable, which its refund settles.
func (o Order) Unsale(entry ledger.ID) (ledger.Entry, bool, error) {
	e, some, err := o.Sale(entry)
	if err != nil || !some {
		return e, some, err
	}
	e, err = e.Reverse(entry, o.UpdatedAt, "order cancelled")
	return e, err == nil, err
}
