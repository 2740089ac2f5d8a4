package main

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
)

// amount writes money for people; spaces inside it do not matter here.
func amount(a money.Amount) string { return money.Format(a, here().Locale) }

// costs prints what the cart costs, down to the last cent.
func (s *story) costs(ctx context.Context) (checkout.Quote, error) {
	s.begin("What it costs, and why")
	q, err := s.shop.Checkout.Quote(ctx, s.cart)
	if err != nil {
		return q, err
	}
	rows := make([][]string, 0, len(q.Lines)+1)
	for _, l := range q.Lines {
		rows = append(rows, []string{
			l.SKU, strconv.Itoa(l.Quantity), amount(l.Unit.Amount), amount(l.Subtotal), amount(l.Discount.Neg()), amount(l.Gross), amount(l.Tax),
		})
	}
	for _, c := range q.Shipping {
		rows = append(rows, []string{c.ID, "", "", amount(c.Amount), amount(c.Discount.Neg()), amount(c.Gross), amount(c.Tax)})
	}
	rows = append(rows, []string{"", "", "", "", amount(q.Discount.Neg()), amount(q.Total), amount(q.Tax)})
	s.table("article | >pieces | >each | >list | >coupon | >to pay | >VAT in it", rows...)
	s.say("")
	for _, sentence := range q.Explain(here().Locale) {
		s.say("%s", sentence)
	}
	return q, nil
}

// theOrder prints what was agreed and what has become of it.
func (s *story) theOrder(ctx context.Context, id order.ID) error {
	s.begin("The order")
	o, err := s.shop.Orders.Order(ctx, id)
	if err != nil {
		return err
	}
	s.fact("number", o.Number)
	s.fact("standing", strings.Join([]string{string(o.Status()), string(o.PaymentStanding()), string(o.ShipmentStanding())}, ", "))
	s.fact("buyer", o.Buyer.String()+", "+o.Email)
	s.say("")
	var rows [][]string
	for _, l := range o.Lines {
		rows = append(rows, []string{strconv.Itoa(l.N), l.Title, strconv.Itoa(l.Quantity), amount(l.Gross)})
	}
	for _, c := range o.Charges {
		rows = append(rows, []string{"", c.Title, "", amount(c.Gross)})
	}
	rows = append(rows, []string{"", "total", "", amount(o.Total)}, []string{"", "paid", "", amount(o.Paid)}, []string{"", "owed", "", amount(o.Owed())})
	s.table(">line | what | >pieces | >amount", rows...)
	if err := s.shop.Checkout.Replay(o); err != nil {
		return err
	}
	s.say("")
	s.say("Priced again from what the order keeps: the same figures.")
	return nil
}

// theMoney prints the postings about the order, and all balances.
func (s *story) theMoney(ctx context.Context, id order.ID) error {
	s.begin("The money ledger")
	entries, err := s.shop.Ledger.EntriesOf(ctx, id.String())
	if err != nil {
		return err
	}
	var rows [][]string
	for _, e := range entries {
		memo, _, _ := strings.Cut(e.Memo, " py_")
		for _, p := range e.Postings {
			debit, credit := amount(p.Amount), ""
			if p.Amount.IsNegative() {
				debit, credit = "", amount(p.Amount.Neg())
			}
			rows = append(rows, []string{memo, string(p.Account), debit, credit})
			memo = ""
		}
	}
	s.table("entry | account | >debit | >credit", rows...)
	balances, err := s.shop.Ledger.AccountBalances(ctx, "")
	if err != nil {
		return err
	}
	sum, rows := money.Zero(here().Currency), nil
	for _, b := range balances {
		if sum, err = sum.Add(b.Amount); err != nil {
			return err
		}
		rows = append(rows, []string{string(b.Account), amount(b.Amount)})
	}
	rows = append(rows, []string{"all together", amount(sum)})
	s.say("")
	s.table("account | >balance of the shop", rows...)
	return nil
}

// theShelves prints what came, what is there and what is promised.
func (s *story) theShelves(ctx context.Context, id order.ID) error {
	s.begin("The stock ledger")
	held, err := s.shop.Inventory.Reservations(ctx, id.String())
	if err != nil {
		return err
	}
	var skus []string
	var moves, promises [][]string
	for _, r := range held {
		skus = append(skus, r.SKU)
		until := "for good"
		if !r.Firm() {
			until = "until " + r.ExpiresAt.Format("2 January 2006")
		}
		promises = append(promises, []string{r.SKU, r.Location, string(r.State()), strconv.Itoa(r.Quantity), until})
		ms, err := s.shop.Inventory.Movements(ctx, r.SKU, inventory.MovementID{}, 10)
		if err != nil {
			return err
		}
		for _, m := range ms {
			moves = append(moves, []string{m.SKU, m.Location, string(m.Reason), strconv.Itoa(m.Delta), m.Note})
		}
	}
	levels, err := s.shop.Inventory.Levels(ctx, skus...)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, l := range levels {
		rows = append(rows, []string{l.SKU, l.Location, strconv.Itoa(l.OnHand), strconv.Itoa(l.Reserved), strconv.Itoa(l.Available())})
	}
	s.table("movement of | at | why | >pieces | note", moves...)
	s.say("")
	s.table("promised | at | state | >pieces | how long", promises...)
	s.say("")
	s.table("level of | at | >on hand | >reserved | >available", rows...)
	return nil
}

// audit lets the engine check itself.
func (s *story) audit(ctx context.Context) error {
	s.begin("The audit")
	violations, err := s.shop.Verify(ctx)
	if err != nil {
		return err
	}
	rules := commerce.Invariants()
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		s.say("%s  %s", name, rules[name])
	}
	s.say("")
	for _, v := range violations {
		s.say("VIOLATED %s: %s: %s", v.Invariant, v.Subject, v.Text)
	}
	s.print("verify: " + plural(len(violations), "violation") + "\n")
	if len(violations) > 0 {
		return errViolations
	}
	return nil
}
