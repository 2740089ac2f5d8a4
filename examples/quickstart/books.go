package main

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/money"
)

// books shows what remains when the story is over.
func (s *story) books(ctx context.Context) error {
	for _, part := range []func(context.Context) error{s.theOrder, s.theMoney, s.theShelves, s.audit} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// theOrder prints what was agreed and what has become of it.
func (s *story) theOrder(ctx context.Context) error {
	s.begin("The order")
	o, err := s.shop.Orders.Order(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	s.fact("number", "%s", o.Number)
	s.fact("standing", "%s, %s, %s", o.Status(), o.PaymentStanding(), o.ShipmentStanding())
	s.fact("buyer", "%s, %s", o.Buyer, o.Email)
	s.gap()
	var rows [][]string
	for _, l := range o.Lines {
		rows = append(rows, []string{strconv.Itoa(l.N), l.Title, strconv.Itoa(l.Quantity), strconv.Itoa(l.Shipped), strconv.Itoa(l.Returned), amount(l.Gross)})
	}
	for _, c := range o.Charges {
		rows = append(rows, []string{"", c.Title, "", "", "", amount(c.Gross)})
	}
	for _, x := range []struct {
		title string
		a     money.Amount
	}{{"total", o.Total}, {"paid", o.Paid}, {"refunded", o.Refunded}} {
		rows = append(rows, []string{"", x.title, "", "", "", amount(x.a)})
	}
	s.table(">line | what | >pieces | >shipped | >returned | >amount", rows...)
	if err := s.shop.Checkout.Replay(o); err != nil {
		return err
	}
	s.gap()
	s.say("Priced again from what the order keeps: the same figures.")
	return nil
}

// theMoney prints the postings about the order, and all balances.
func (s *story) theMoney(ctx context.Context) error {
	s.begin("The money ledger")
	entries, err := s.shop.Ledger.EntriesOf(ctx, s.mem.Order.String())
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
	s.gap()
	s.table("account | >balance of the shop", rows...)
	return nil
}

// theShelves prints what came and went, and what is there.
func (s *story) theShelves(ctx context.Context) error {
	s.begin("The stock ledger")
	var moves [][]string
	for _, sku := range []string{coffeeMaker, kettle, hairDryer} {
		ms, err := s.shop.Inventory.Movements(ctx, sku, inventory.MovementID{}, 4)
		if err != nil {
			return err
		}
		slices.Reverse(ms)
		for _, m := range ms {
			moves = append(moves, []string{m.SKU, m.Location, moment(m.At), string(m.Reason), thousands(m.Delta), m.Owner})
		}
	}
	s.table("movement of | at | when | why | >pieces | for", moves...)
	s.gap()
	levels, err := s.shop.Inventory.Levels(ctx, coffeeMaker, kettle, hairDryer)
	if err != nil {
		return err
	}
	s.levels(levels)
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
		s.say("%-3s  %s", name, rules[name])
	}
	s.gap()
	for _, v := range violations {
		s.say("VIOLATED %s: %s: %s", v.Invariant, v.Subject, v.Text)
	}
	s.fact("files", "%s", s.mem.Folder)
	s.print("verify: " + plural(len(violations), "violation") + "\n")
	if len(violations) > 0 {
		return errViolations
	}
	return nil
}
