package payment

import (
	"context"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/ledger"
)

// post books cash that came or, if minor is negative, went back: what came is
// no longer owed by the buyer, what went back is owed again. The entry is
// about the subject, whose sale it pays for.
func (s *Service) post(ctx context.Context, t Tx, p Payment, minor int64) error {
	if minor == 0 {
		return nil
	}
	memo := "captured " + p.ID.String()
	if minor < 0 {
		memo = "refunded " + p.ID.String()
	}
	amount := money.New(minor, p.Amount.Currency())
	e, err := ledger.NewEntry(ledger.NewID(s.newID), p.Subject, p.UpdatedAt, memo,
		ledger.Posting{Account: ledger.Cash(p.Method), Amount: amount},
		ledger.Posting{Account: ledger.Receivable, Amount: amount.Neg()})
	if err != nil {
		return err
	}
	return t.InsertEntries(ctx, e)
}
