package returnrows_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

// Each scene is played by a tenant of its own.
func TestScenes(t *testing.T) {
	t.Parallel()
	scenes := map[string]func(t *testing.T, sh shop){
		"whole way": wholeWay, "one by one": oneByOne, "policy": policy, "too much": tooMuch, "race": race, "refund fails": refundFails,
		"refund unknown": refundUnknown, "settled at once": settleRace, "unpaid": unpaid, "expiry": expiry, "keys": keys, "dispositions": dispositions,
		"joined": joined, "audit": audit,
	}
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		for name, play := range scenes {
			sh := open(s, name)
			t.Run(name, func(t *testing.T) { play(t, sh) })
		}
	})
}

func wholeWay(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	require.NoError(t, sh.RecordDelivery(t.Context(), o.ID, returns.RecordDelivery{Source: "fu_1", Items: []order.Item{{Line: 1, Quantity: 3}}}))
	sh.clock.Advance(29 * 24 * time.Hour)
	r, err := sh.Request(t.Context(), o.ID, returns.Request{
		Meta: op.Meta{By: o.Buyer, IfVersion: o.Version}, Lines: tees(2), Note: "both\nplease", Metadata: map[string]string{"a": "b"},
	})
	require.NoError(t, err)
	require.Equal(t, returns.StatusRequested, r.Status())
	require.Equal(t, o.Buyer, r.Buyer)
	require.Equal(t, returns.WithinWindow, r.Decision.Because[0].Code)
	got, err := sh.Return(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, r, got)

	r, err = sh.Approve(t.Context(), r.ID, returns.Approve{Meta: staff()})
	require.NoError(t, err)
	require.Equal(t, sh.clock.Now().Add(30*24*time.Hour), r.ReceiveBy)
	r, err = sh.Receive(t.Context(), r.ID, returns.Receive{Lines: []order.Item{{Line: 1, Quantity: 2}}})
	require.NoError(t, err)
	o, err = sh.orders.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Equal(t, 2, o.Lines[0].Returned)
	var exceeded *returns.Exceeded
	_, err = sh.Inspect(t.Context(), r.ID, returns.Inspect{Lines: []returns.Inspected{{Line: 1, Quantity: 1, Disposition: returns.Discard}}})
	require.ErrorAs(t, err, &exceeded)
	r, err = sh.Inspect(t.Context(), r.ID, returns.Inspect{Lines: []returns.Inspected{
		{Line: 1, Quantity: 1, Disposition: returns.Restock}, {Line: 1, Quantity: 1, Disposition: returns.Damaged},
	}})
	require.NoError(t, err)
	require.Equal(t, 1, sh.onHand(t, inventory.Main))
	receivable, sales, tax := sh.balance(t, "receivable"), sh.balance(t, "sales"), sh.balance(t, "tax")

	r, err = sh.Settle(t.Context(), r.ID, returns.Settle{Meta: staff(), Shipping: money.EUR(245)})
	require.NoError(t, err)
	require.Equal(t, returns.StatusSettled, r.Status())
	require.Equal(t, money.EUR(19_334+245), r.Refund.Amount)
	require.Equal(t, money.EUR(39), r.Refund.ShippingTax)
	require.Equal(t, "re-"+r.ID.String()+":1", r.Refund.Reference)
	require.Equal(t, []returns.Share{{N: 1, Quantity: 2, Amount: money.EUR(19_334), Tax: money.EUR(3087)}}, r.Refund.Shares)
	require.Equal(t, int64(19_579), sh.bank.paid[o.ID])
	require.Equal(t, receivable-19_579, sh.balance(t, "receivable"))
	require.Equal(t, sales+19_334-3087, sh.balance(t, "sales"))
	require.Equal(t, tax+3087+39, sh.balance(t, "tax"))
	got, err = sh.Return(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, r, got)
	require.Equal(t, []string{"requested", "approved", "receive_due", "received", "inspected", "refund_due", "settled"}, sh.events(t))
	all, err := sh.Returns(t.Context(), returns.Query{Status: returns.StatusSettled})
	require.NoError(t, err)
	require.Equal(t, []returns.Return{r}, all)
	none, err := sh.Returns(t.Context(), returns.Query{After: r.ID, Limit: 1})
	require.NoError(t, err)
	require.Empty(t, none)
}

// Pieces that come back one by one are paid back exactly, and shipping once.
func oneByOne(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	for i, want := range []int64{9667 + 490, 9667, 9666} {
		r := sh.inspected(t, o.ID)
		if i > 0 {
			_, err := sh.Settle(t.Context(), r.ID, returns.Settle{Shipping: money.EUR(1)})
			require.ErrorIs(t, err, returns.ErrShippingTooHigh)
		}
		var shipping money.Amount
		if i == 0 {
			shipping = money.EUR(490)
		}
		r, err := sh.Settle(t.Context(), r.ID, returns.Settle{Shipping: shipping})
		require.NoError(t, err)
		require.Equal(t, money.EUR(want), r.Refund.Amount)
	}
	require.Equal(t, int64(29_000+490), sh.bank.paid[o.ID])
	require.Equal(t, int64(-412+412), sh.balance(t, "shipping"))
	_, err := sh.Settle(t.Context(), returns.ID{}, returns.Settle{})
	require.ErrorIs(t, err, fault.NotFound)
}

func policy(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	socks := []returns.Wanted{{Line: 2, Quantity: 1, Reason: returns.Dislike}}
	d, err := sh.Eligibility(t.Context(), o.ID, o.Buyer, socks)
	require.NoError(t, err)
	require.False(t, d.Allowed)
	require.Equal(t, returns.FinalSale, d.Because[0].Code)
	var no *returns.NotAllowed
	_, err = sh.Request(t.Context(), o.ID, returns.Request{Lines: socks})
	require.ErrorAs(t, err, &no)
	require.Equal(t, d, no.Decision)

	arrived := returns.RecordDelivery{Source: "fu_1", Items: []order.Item{{Line: 1, Quantity: 3}}}
	require.NoError(t, sh.RecordDelivery(t.Context(), o.ID, arrived))
	sh.clock.Advance(time.Hour)
	require.NoError(t, sh.RecordDelivery(t.Context(), o.ID, arrived), "told twice changes nothing")
	arrived.Items = []order.Item{{Line: 1, Quantity: 2}}
	require.ErrorIs(t, sh.RecordDelivery(t.Context(), o.ID, arrived), returns.ErrDeliveryTold)
	h, err := sh.OfOrder(t.Context(), o.ID)
	require.NoError(t, err)
	require.Equal(t, []returns.Delivery{{Source: "fu_1", Items: []order.Item{{Line: 1, Quantity: 3}}, At: noon()}}, h.Deliveries)
	sh.clock.Set(noon().AddDate(0, 0, 30))
	_, err = sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(1)})
	require.ErrorAs(t, err, &no)
	require.Equal(t, returns.WindowOver, no.Decision.Because[0].Code)
	require.Empty(t, sh.events(t))
}

func tooMuch(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	var exceeded *returns.Exceeded
	_, err := sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(4)})
	require.ErrorAs(t, err, &exceeded)
	r, err := sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(2)})
	require.NoError(t, err)
	_, err = sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(2)})
	require.ErrorAs(t, err, &exceeded)
	require.Equal(t, 1, exceeded.Have)
	_, err = sh.Request(t.Context(), o.ID, returns.Request{Lines: []returns.Wanted{{Line: 9, Quantity: 1, Reason: "x"}}})
	require.ErrorIs(t, err, returns.ErrNoLine)
	var forbidden *lifecycle.Forbidden
	_, err = sh.Receive(t.Context(), r.ID, returns.Receive{Lines: []order.Item{{Line: 1, Quantity: 1}}})
	require.ErrorAs(t, err, &forbidden)
	_, err = sh.Approve(t.Context(), r.ID, returns.Approve{})
	require.NoError(t, err)
	_, err = sh.Receive(t.Context(), r.ID, returns.Receive{Lines: []order.Item{{Line: 1, Quantity: 3}}})
	require.ErrorAs(t, err, &exceeded)
	_, err = sh.Receive(t.Context(), r.ID, returns.Receive{Lines: []order.Item{{Line: 2, Quantity: 1}}})
	require.ErrorIs(t, err, returns.ErrNoLine)
	_, err = sh.Receive(t.Context(), r.ID, returns.Receive{Lines: []order.Item{{Line: 1, Quantity: 1}}})
	require.NoError(t, err)
	_, err = sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(2)})
	require.NoError(t, err, "what did not come can be asked for again")
	other, err := sh.Request(t.Context(), sh.bought(t, "N-2").ID, returns.Request{Lines: tees(3)})
	require.NoError(t, err)
	other, err = sh.Reject(t.Context(), other.ID, returns.Reject{Reason: "worn"})
	require.NoError(t, err)
	require.Equal(t, "worn", other.Reason)
	require.Empty(t, sh.violations(t))
}

// However many ask or receive at once, no piece comes back twice.
func race(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	done := make([]error, 6)
	var wg sync.WaitGroup
	for i := range done {
		wg.Go(func() { _, done[i] = sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(1)}) })
	}
	wg.Wait()
	won := 0
	for _, err := range done {
		if err == nil {
			won++
		} else if kind := fault.KindOf(err); kind != fault.Conflict && kind != fault.Unavailable {
			t.Errorf("unexpected: %v", err)
		}
	}
	h, err := sh.OfOrder(t.Context(), o.ID)
	require.NoError(t, err)
	require.Len(t, h.Returns, won)
	require.LessOrEqual(t, won, 3)
	require.Positive(t, won)

	r := h.Returns[0].ID
	_, err = sh.Approve(t.Context(), r, returns.Approve{})
	require.NoError(t, err)
	var errs [2]error
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = sh.Receive(t.Context(), r, returns.Receive{Lines: []order.Item{{Line: 1, Quantity: 1}}})
		})
	}
	wg.Wait()
	require.NotEqual(t, errs[0] == nil, errs[1] == nil, "%v", errs)
	require.Empty(t, sh.violations(t))
}

func refundFails(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	r := sh.inspected(t, o.ID)
	sh.bank.next = []error{errDeclined}
	var failed *returns.NotRefunded
	_, err := sh.Settle(t.Context(), r.ID, returns.Settle{Shipping: money.EUR(100)})
	require.ErrorAs(t, err, &failed)
	r, err = sh.Return(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, returns.StatusInspected, r.Status(), "never counted as paid back")
	require.Equal(t, returns.RefundFailed, r.Refund.State)
	require.Contains(t, r.Refund.Reason, "account_closed")
	require.Zero(t, sh.bank.paid[o.ID])
	require.Empty(t, sh.violations(t))

	r, err = sh.Settle(t.Context(), r.ID, returns.Settle{})
	require.NoError(t, err)
	require.Equal(t, returns.StatusSettled, r.Status())
	require.Equal(t, r.ID.String()+":2", r.Refund.Key)
	require.Equal(t, int64(9767), sh.bank.paid[o.ID])
	require.Equal(t, []string{
		"requested", "approved", "receive_due", "received", "inspected", "refund_due", "refund_failed", "refund_due", "settled",
	}, sh.events(t))
}

func refundUnknown(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	r := sh.inspected(t, o.ID)
	sh.bank.next = []error{errLost}
	r, err := sh.Settle(t.Context(), r.ID, returns.Settle{})
	require.NoError(t, err, "what is not known is no failure")
	require.True(t, r.Refund.InFlight())
	require.Equal(t, returns.StatusInspected, r.Status())
	_, err = sh.Settle(t.Context(), r.ID, returns.Settle{})
	require.ErrorIs(t, err, returns.ErrRefundInFlight)
	early, err := sh.Reconcile(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, r, early)
	sh.clock.Advance(5 * time.Minute)
	r, err = sh.Reconcile(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, returns.StatusSettled, r.Status())
	require.Equal(t, int64(9667), sh.bank.paid[o.ID], "paid once")
	require.Len(t, sh.bank.asked, 2)
	require.Equal(t, sh.bank.asked[0], sh.bank.asked[1])
}

// Two returns that are settled at once do not claim the same pieces.
func settleRace(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	rs := []returns.Return{sh.inspected(t, o.ID), sh.inspected(t, o.ID), sh.inspected(t, o.ID)}
	errs := make([]error, len(rs))
	var wg sync.WaitGroup
	for i, r := range rs {
		wg.Go(func() { _, errs[i] = sh.Settle(t.Context(), r.ID, returns.Settle{}) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil { // lost too often: it may be tried again
			require.Contains(t, []fault.Kind{fault.Conflict, fault.Unavailable}, fault.KindOf(err))
			_, err = sh.Settle(t.Context(), rs[i].ID, returns.Settle{})
		}
		require.NoError(t, err)
	}
	require.Equal(t, int64(29_000), sh.bank.paid[o.ID])
}

// What was never paid is not paid back.
func unpaid(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	_, err := sh.orders.RecordRefund(t.Context(), o.ID, order.RecordRefund{Payment: "py_1", Amount: money.EUR(29_900)})
	require.NoError(t, err)
	r, err := sh.Settle(t.Context(), sh.inspected(t, o.ID).ID, returns.Settle{})
	require.NoError(t, err)
	require.Equal(t, money.EUR(90), r.Refund.Amount)
	_, err = sh.orders.RecordRefund(t.Context(), o.ID, order.RecordRefund{Payment: "py_1", Ref: "2", Amount: money.EUR(90)})
	require.NoError(t, err)
	r, err = sh.Settle(t.Context(), sh.inspected(t, o.ID).ID, returns.Settle{})
	require.NoError(t, err)
	require.Equal(t, returns.StatusSettled, r.Status())
	require.True(t, r.Refund.Amount.IsZero())
	require.Len(t, sh.bank.asked, 1)
	_, err = sh.Settle(t.Context(), sh.inspected(t, o.ID).ID, returns.Settle{Shipping: money.USD(1)})
	require.Equal(t, "shipping", fault.FieldsOf(err)[0].Path)
}

func expiry(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	r, err := sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(3)})
	require.NoError(t, err)
	r, err = sh.Approve(t.Context(), r.ID, returns.Approve{})
	require.NoError(t, err)
	sh.clock.Set(r.ReceiveBy.Add(-time.Microsecond))
	early, err := sh.Expire(t.Context(), r.ID, returns.Expire{})
	require.NoError(t, err)
	require.Equal(t, r, early)
	sh.clock.Set(r.ReceiveBy)
	for range 2 {
		r, err = sh.Expire(t.Context(), r.ID, returns.Expire{})
		require.NoError(t, err)
		require.Equal(t, returns.StatusExpired, r.Status())
	}
	_, err = sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(3)})
	require.NoError(t, err, "they are free again")
}

func keys(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	req := returns.Request{Meta: op.Meta{By: o.Buyer, Key: "k"}, Lines: tees(1)}
	first, err := sh.Request(t.Context(), o.ID, req)
	require.NoError(t, err)
	second, err := sh.Request(t.Context(), o.ID, req)
	require.NoError(t, err)
	require.Equal(t, first, second)
	req.Lines = tees(2)
	_, err = sh.Request(t.Context(), o.ID, req)
	require.ErrorIs(t, err, op.ErrMismatch)
	_, err = sh.Request(t.Context(), o.ID, returns.Request{Meta: op.Meta{IfVersion: 99}, Lines: tees(1)})
	require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
	_, err = sh.Approve(t.Context(), first.ID, returns.Approve{Meta: op.Meta{IfVersion: 2}})
	require.Equal(t, fault.StaleVersion, fault.CodeOf(err))

	r := sh.inspected(t, o.ID)
	settle := returns.Settle{Meta: op.Meta{By: staff().By, Key: "s"}}
	a, err := sh.Settle(t.Context(), r.ID, settle)
	require.NoError(t, err)
	b, err := sh.Settle(t.Context(), r.ID, settle)
	require.NoError(t, err)
	require.Equal(t, a, b)
	require.Len(t, sh.bank.asked, 1)
	_, err = sh.Request(t.Context(), order.ID{}, returns.Request{Lines: tees(1)})
	require.ErrorIs(t, err, fault.NotFound)
}

func dispositions(t *testing.T, sh shop) {
	_, err := sh.stock.SaveLocation(t.Context(), inventory.SaveLocation{Location: inventory.Location{Code: "outlet"}})
	require.NoError(t, err)
	o := sh.bought(t, "N-1")
	r, err := sh.Request(t.Context(), o.ID, returns.Request{Lines: tees(3)})
	require.NoError(t, err)
	_, err = sh.Approve(t.Context(), r.ID, returns.Approve{})
	require.NoError(t, err)
	_, err = sh.Receive(t.Context(), r.ID, returns.Receive{Lines: []order.Item{{Line: 1, Quantity: 3}}})
	require.NoError(t, err)
	lines := []returns.Inspected{
		{Line: 1, Quantity: 1, Disposition: returns.Restock, Location: "outlet"},
		{Line: 1, Quantity: 1, Disposition: returns.Restock, Location: "nowhere"},
		{Line: 1, Quantity: 1, Disposition: returns.Discard},
	}
	_, err = sh.Inspect(t.Context(), r.ID, returns.Inspect{Lines: lines})
	require.ErrorIs(t, err, inventory.ErrNoLocation)
	require.Zero(t, sh.onHand(t, "outlet"), "all of it or nothing")
	lines[1].Location = "outlet"
	r, err = sh.Inspect(t.Context(), r.ID, returns.Inspect{Lines: lines})
	require.NoError(t, err)
	require.Equal(t, 2, sh.onHand(t, "outlet"))
	var forbidden *lifecycle.Forbidden
	_, err = sh.Inspect(t.Context(), r.ID, returns.Inspect{Lines: lines})
	require.ErrorAs(t, err, &forbidden)
	require.Equal(t, 2, sh.onHand(t, "outlet"), "restocked once")
	moved, err := sh.stock.Movements(t.Context(), "TEE", inventory.MovementID{}, 10)
	require.NoError(t, err)
	require.Len(t, moved, 1)
	require.Equal(t, inventory.Returning, moved[0].Reason)
	require.Equal(t, r.ID.String(), moved[0].Owner)
	require.Empty(t, sh.violations(t))
}

// Inside a unit of the caller all of it happens or nothing.
func joined(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	var r returns.Return
	err := sh.units.InTx(t.Context(), func(ctx context.Context, x returns.Tx) error {
		if err := sh.RecordDeliveryTx(ctx, x, o.ID, returns.RecordDelivery{Source: "fu_1", Items: []order.Item{{Line: 1, Quantity: 3}}}); err != nil {
			return err
		}
		var err error
		if r, err = sh.RequestTx(ctx, x, o.ID, returns.Request{Lines: tees(1)}); err != nil {
			return err
		}
		if _, err := sh.ApproveTx(ctx, x, r.ID, returns.Approve{}); err != nil {
			return err
		}
		if _, err := sh.ReceiveTx(ctx, x, r.ID, returns.Receive{Lines: []order.Item{{Line: 1, Quantity: 1}}}); err != nil {
			return err
		}
		_, err = sh.InspectTx(ctx, x, r.ID, returns.Inspect{Lines: []returns.Inspected{{Line: 1, Quantity: 1, Disposition: returns.Restock}}})
		return err
	})
	require.NoError(t, err)
	r, err = sh.Return(t.Context(), r.ID)
	require.NoError(t, err)
	require.Equal(t, returns.StatusInspected, r.Status())
	require.Equal(t, 1, sh.onHand(t, inventory.Main))
	require.Empty(t, sh.violations(t))
}

func audit(t *testing.T, sh shop) {
	o := sh.bought(t, "N-1")
	r := sh.inspected(t, o.ID)
	require.Empty(t, sh.violations(t))
	_, err := sh.Settle(t.Context(), r.ID, returns.Settle{})
	require.NoError(t, err)
	require.Equal(t, []returns.Discrepancy{{
		Invariant: "O4", Subject: o.ID.String(), Text: "returns claim 9667 minor units refunded, payments have paid back 0",
	}}, sh.violations(t), "no payment has heard of it")
	require.NoError(t, sh.units.InTx(t.Context(), func(ctx context.Context, x returns.Tx) error {
		return x.(txn).ReturnTx.U.Write(ctx, unit.Write{
			Text: "UPDATE kontor_return SET lines = $2 WHERE tenant = $1",
			Args: []any{sh.view.Tenant(), `[{"n":1,"received":2,"dispositions":[{"quantity":3,"disposition":"restock"}]}]`},
		})
	}))
	found := sh.violations(t)
	require.Len(t, found, 3)
	require.Equal(t, "S7", found[2].Invariant)
}
