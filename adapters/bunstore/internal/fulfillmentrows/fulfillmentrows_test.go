package fulfillmentrows_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/fulfillmentrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/fulfillment/fulfillmenttest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

// Each scene is played by a tenant of its own.
func TestScenes(t *testing.T) {
	t.Parallel()
	scenes := map[string]func(t *testing.T, sh shop){
		"whole way": wholeWay, "partial": partial, "cancel": cancelled, "failed delivery": failedDelivery, "found again": foundAgain, "keys and versions": keys,
		"race": race, "ship race": shipRace, "forward": forward, "lost answer": lostAnswer, "refused": refused, "order cancelled": orderCancelled,
		"joined": joined, "lists": lists, "held no more": heldNoMore, "audit": audit,
	}
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		for name, play := range scenes {
			sh := open(s, name)
			t.Run(name, func(t *testing.T) { play(t, sh) })
		}
	})
}

func wholeWay(t *testing.T, sh shop) {
	sh.receive(t, "main", 1)
	sh.receive(t, "north", 3)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{Meta: staff(), Metadata: map[string]string{"wave": "7"}})
	require.NoError(t, err)
	require.Len(t, fs, 2)
	require.Equal(t, "main", fs[0].Location)
	require.Equal(t, []fulfillment.Line{
		{N: 1, SKU: "TEE", Title: "Tee", Quantity: 1, Stocked: true},
		{N: 2, SKU: "PDF", Title: "Booklet", Quantity: 1},
	}, fs[0].Lines)
	require.Equal(t, []fulfillment.Line{{N: 1, SKU: "TEE", Title: "Tee", Quantity: 3, Stocked: true}}, fs[1].Lines)
	got, err := sh.Fulfillment(t.Context(), fs[0].ID)
	require.NoError(t, err)
	require.Equal(t, fs[0], got)
	_, err = sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.ErrorIs(t, err, fulfillment.ErrNothingToPlan)

	f := sh.packed(t, fs[1].ID, 2)
	require.Equal(t, [3]int{3, 3, 0}, sh.figures(t, "north"))
	f, err = sh.Ship(t.Context(), f.ID, fulfillment.Ship{Meta: staff(), Tracking: []fulfillment.Tracking{
		{Parcel: 2, Carrier: "dhl", Tracking: "00340", Shipment: "sh_2"},
	}})
	require.NoError(t, err)
	require.Equal(t, [3]int{0, 0, 0}, sh.figures(t, "north"), "taken where it lay")
	require.Equal(t, [3]int{1, 1, 0}, sh.figures(t, "main"))
	o, err = sh.orders.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Equal(t, 3, o.Lines[0].Shipped)
	require.Equal(t, order.PartlyShipped, o.ShipmentStanding())

	at := sh.clock.Now().Add(-time.Minute)
	_, err = sh.Deliver(t.Context(), f.ID, fulfillment.Deliver{Shipment: "sh_1"})
	require.ErrorIs(t, err, fulfillment.ErrNoParcel)
	f, err = sh.Deliver(t.Context(), f.ID, fulfillment.Deliver{Shipment: "sh_2", At: at})
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusShipped, f.Status())
	again, err := sh.Deliver(t.Context(), f.ID, fulfillment.Deliver{Parcel: 2})
	require.NoError(t, err)
	require.Equal(t, f, again)
	f, err = sh.Deliver(t.Context(), f.ID, fulfillment.Deliver{Parcel: 1})
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusDelivered, f.Status())
	require.Equal(t, sh.clock.Now(), f.DeliveredAt)
	got, err = sh.Fulfillment(t.Context(), f.ID)
	require.NoError(t, err)
	require.Equal(t, f, got)
	require.Equal(t, []string{
		"planned", "planned", "allocated", "picked", "packed", "shipped", "parcel_delivered", "parcel_delivered", "delivered",
	}, sh.events(t))

	sh.packed(t, fs[0].ID, 1)
	_, err = sh.Ship(t.Context(), fs[0].ID, fulfillment.Ship{})
	require.NoError(t, err)
	o, err = sh.orders.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Equal(t, order.Shipped, o.ShipmentStanding())
	sh.sound(t)
}

func partial(t *testing.T, sh shop) {
	sh.receive(t, "main", 3)
	sh.receive(t, "north", 3)
	o := sh.order(t, "N-1") // 3 held at one place, 1 at the other
	plan := func(n int, at string) error {
		_, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{Lines: []order.Item{{Line: 1, Quantity: n}}, Location: at})
		return err
	}
	var exceeded *fulfillment.Exceeded
	require.ErrorAs(t, plan(4, "north"), &exceeded)
	require.Equal(t, fulfillment.Exceeded{Line: 1, Want: 4, Have: exceeded.Have, Location: "north"}, *exceeded)
	require.Less(t, exceeded.Have, 4)
	require.NoError(t, plan(2, ""))
	require.ErrorAs(t, plan(3, ""), &exceeded)
	require.Equal(t, 2, exceeded.Have)
	require.NoError(t, plan(1, ""))
	require.NoError(t, plan(1, ""))
	require.ErrorIs(t, plan(1, ""), fault.Conflict)
	_, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{Lines: []order.Item{{Line: 9, Quantity: 1}}})
	require.ErrorIs(t, err, fulfillment.ErrNoLine)
	fs, err := sh.OfOrder(t.Context(), o.ID)
	require.NoError(t, err)
	require.Len(t, fs, 3)
	sh.sound(t)
}

func cancelled(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	sh.packed(t, fs[0].ID, 1)
	f, err := sh.Cancel(t.Context(), fs[0].ID, fulfillment.Cancel{Meta: staff(), Reason: "wrong box"})
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusCancelled, f.Status())
	require.Equal(t, [3]int{9, 4, 5}, sh.figures(t, "main"), "back on the shelf, and still promised")
	var forbidden *lifecycle.Forbidden
	_, err = sh.Ship(t.Context(), f.ID, fulfillment.Ship{})
	require.ErrorAs(t, err, &forbidden)

	fs, err = sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err, "what was cancelled can be planned anew")
	sh.packed(t, fs[0].ID, 1)
	_, err = sh.Ship(t.Context(), fs[0].ID, fulfillment.Ship{})
	require.NoError(t, err)
	require.Equal(t, [3]int{5, 0, 5}, sh.figures(t, "main"))
	_, err = sh.Cancel(t.Context(), fs[0].ID, fulfillment.Cancel{Reason: "too late"})
	require.ErrorAs(t, err, &forbidden)
	sh.sound(t)
}

func failedDelivery(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	f := sh.packed(t, fs[0].ID, 2)
	_, err = sh.Ship(t.Context(), f.ID, fulfillment.Ship{})
	require.NoError(t, err)
	_, err = sh.Deliver(t.Context(), f.ID, fulfillment.Deliver{Parcel: 1})
	require.NoError(t, err)
	f, err = sh.Fail(t.Context(), f.ID, fulfillment.Fail{Reason: "nobody at home"})
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusException, f.Status())
	f, err = sh.Resend(t.Context(), f.ID, fulfillment.Resend{})
	require.NoError(t, err)
	require.Len(t, f.Parcels, 1)
	_, err = sh.Cancel(t.Context(), f.ID, fulfillment.Cancel{Reason: "no"})
	require.ErrorIs(t, err, fulfillment.ErrSentBefore)
	f = sh.packed(t, f.ID, 1)
	require.Equal(t, 2, f.Parcels[1].N)
	_, err = sh.Ship(t.Context(), f.ID, fulfillment.Ship{})
	require.NoError(t, err)
	f, err = sh.Deliver(t.Context(), f.ID, fulfillment.Deliver{})
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusDelivered, f.Status())
	require.Equal(t, [3]int{5, 0, 5}, sh.figures(t, "main"), "the same goods left twice")
	o, err = sh.orders.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Equal(t, 4, o.Lines[0].Shipped, "the order was told once")
	sh.sound(t)
}

// foundAgain: one parcel was thought to be lost while the other one was on its
// way. Both arrive.
func foundAgain(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	f := sh.packed(t, fs[0].ID, 2)
	_, err = sh.Ship(t.Context(), f.ID, fulfillment.Ship{})
	require.NoError(t, err)
	_, err = sh.Fail(t.Context(), f.ID, fulfillment.Fail{Reason: "lost"})
	require.NoError(t, err)
	f, err = sh.Deliver(t.Context(), f.ID, fulfillment.Deliver{Parcel: 2})
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusException, f.Status(), "the other one is still lost")
	require.Equal(t, "lost", f.Reason)
	f, err = sh.Deliver(t.Context(), f.ID, fulfillment.Deliver{Parcel: 1})
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusDelivered, f.Status())
	require.Empty(t, f.Reason)
	sh.sound(t)
}

func keys(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	plan := fulfillment.Plan{Meta: op.Meta{By: staff().By, Key: "k"}, Lines: []order.Item{{Line: 1, Quantity: 1}}}
	first, err := sh.Plan(t.Context(), o.ID, plan)
	require.NoError(t, err)
	second, err := sh.Plan(t.Context(), o.ID, plan)
	require.NoError(t, err)
	require.Equal(t, first, second)
	plan.Lines[0].Quantity = 2
	_, err = sh.Plan(t.Context(), o.ID, plan)
	require.ErrorIs(t, err, op.ErrMismatch)

	_, err = sh.Allocate(t.Context(), first[0].ID, fulfillment.Allocate{Meta: op.Meta{IfVersion: 2}})
	require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
	_, err = sh.Plan(t.Context(), o.ID, fulfillment.Plan{Meta: op.Meta{IfVersion: 99}})
	require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
	meta := op.Meta{By: staff().By, Key: "a", IfVersion: 1}
	a, err := sh.Allocate(t.Context(), first[0].ID, fulfillment.Allocate{Meta: meta})
	require.NoError(t, err)
	b, err := sh.Allocate(t.Context(), first[0].ID, fulfillment.Allocate{Meta: meta})
	require.NoError(t, err)
	require.Equal(t, a, b)
	_, err = sh.Pick(t.Context(), fulfillment.ID{}, fulfillment.Pick{})
	require.ErrorIs(t, err, fault.NotFound)
	other := shop{Service: sh.Service}
	_, err = other.Plan(t.Context(), order.ID{}, fulfillment.Plan{})
	require.ErrorIs(t, err, fault.NotFound)
}

// However many plan at once, no piece is planned twice.
func race(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range 6 {
		wg.Go(func() {
			_, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{Lines: []order.Item{{Line: 1, Quantity: 1}}})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if kind := fault.KindOf(err); kind != fault.Conflict && kind != fault.Unavailable {
				t.Errorf("unexpected: %v", err)
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, done, 4)
	require.Positive(t, done)
	fs, err := sh.OfOrder(t.Context(), o.ID)
	require.NoError(t, err)
	require.Len(t, fs, done)
	sh.sound(t)
}

// Of those who ship and cancel at once one wins, and stock and order agree.
func shipRace(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	sh.packed(t, fs[0].ID, 1)
	var wg sync.WaitGroup
	var errs [3]error
	wg.Go(func() { _, errs[0] = sh.Ship(t.Context(), fs[0].ID, fulfillment.Ship{}) })
	wg.Go(func() {
		_, errs[1] = sh.Cancel(t.Context(), fs[0].ID, fulfillment.Cancel{Reason: "stop"})
	})
	wg.Go(func() { _, errs[2] = sh.Ship(t.Context(), fs[0].ID, fulfillment.Ship{}) })
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			require.ErrorIs(t, err, fault.Conflict)
		}
	}
	require.Equal(t, 1, won, "%v", errs)
	sh.sound(t)
}

func forward(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	req := fulfillment.Forward{Meta: op.Meta{By: staff().By, Key: "once"}, Warehouse: "north"}
	f, err := sh.Forward(t.Context(), fs[0].ID, req)
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusAllocated, f.Status())
	require.Equal(t, fulfillment.ForwardAccepted, f.Forward.State)
	require.Equal(t, "wh-"+f.ID.String()+":1", f.Forward.Reference)
	again, err := sh.Forward(t.Context(), fs[0].ID, req)
	require.NoError(t, err)
	require.Equal(t, f, again)
	asked := sh.warehouse.Asked()
	require.Len(t, asked, 1)
	require.Equal(t, "Ada", asked[0].ShipTo.Name)
	require.Equal(t, fs[0].Lines, asked[0].Lines)
	sh.repacked(t, f.ID, 1)
	_, err = sh.Ship(t.Context(), f.ID, fulfillment.Ship{})
	require.NoError(t, err)
	_, err = sh.Forward(t.Context(), fs[0].ID, fulfillment.Forward{Warehouse: "south"})
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, "warehouse", fault.FieldsOf(err)[0].Path)
	sh.sound(t)
}

func lostAnswer(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	sh.warehouse.Script(fulfillmenttest.LoseRequest, fulfillmenttest.LoseAnswer)
	f, err := sh.Forward(t.Context(), fs[0].ID, fulfillment.Forward{Warehouse: "north"})
	require.NoError(t, err, "what is not known is no failure")
	require.True(t, f.Forward.InFlight())
	require.Equal(t, fulfillment.StatusPlanned, f.Status())
	_, err = sh.Cancel(t.Context(), f.ID, fulfillment.Cancel{Reason: "stop"})
	require.ErrorIs(t, err, fulfillment.ErrForwarding)
	_, err = sh.Allocate(t.Context(), f.ID, fulfillment.Allocate{})
	require.ErrorIs(t, err, fulfillment.ErrForwarding)
	_, err = sh.Forward(t.Context(), f.ID, fulfillment.Forward{Warehouse: "north"})
	require.ErrorIs(t, err, fulfillment.ErrForwarding)

	early, err := sh.Reconcile(t.Context(), f.ID)
	require.NoError(t, err)
	require.Equal(t, f, early)
	sh.clock.Advance(5 * time.Minute)
	f, err = sh.Reconcile(t.Context(), f.ID) // never arrived: sent again, and the answer is lost
	require.NoError(t, err)
	require.True(t, f.Forward.InFlight())
	sh.clock.Advance(5 * time.Minute)
	f, err = sh.Reconcile(t.Context(), f.ID)
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusAllocated, f.Status())
	require.Equal(t, 1, sh.warehouse.Deliveries())
	asked := sh.warehouse.Asked()
	require.Len(t, asked, 2)
	require.Equal(t, asked[0].Key, asked[1].Key)
	again, err := sh.Reconcile(t.Context(), f.ID)
	require.NoError(t, err)
	require.Equal(t, f, again)
	require.Equal(t, []string{"planned", "forward_due", "forward_due", "forward_due", "allocated"}, sh.events(t))
}

func refused(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	sh.warehouse.Script(fulfillmenttest.Refuse, fulfillmenttest.Ponder)
	var no *fulfillment.Refused
	_, err = sh.Forward(t.Context(), fs[0].ID, fulfillment.Forward{Warehouse: "north"})
	require.ErrorAs(t, err, &no)
	require.ErrorIs(t, err, fault.Declined)
	f, err := sh.Fulfillment(t.Context(), fs[0].ID)
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusPlanned, f.Status())
	require.Equal(t, fulfillment.ForwardDeclined, f.Forward.State)
	f, err = sh.Forward(t.Context(), f.ID, fulfillment.Forward{Warehouse: "north"})
	require.NoError(t, err)
	require.True(t, f.Forward.InFlight())
	require.Equal(t, f.ID.String()+":2", f.Forward.Key)
	sh.clock.Advance(time.Hour)
	f, err = sh.Reconcile(t.Context(), f.ID)
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusAllocated, f.Status())
	f, err = sh.Cancel(t.Context(), f.ID, fulfillment.Cancel{Reason: "called them"})
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusCancelled, f.Status())
}

func orderCancelled(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	sh.packed(t, fs[0].ID, 1)
	_, err = sh.orders.Cancel(t.Context(), o.ID, order.Cancel{Reason: "changed my mind"})
	require.NoError(t, err)
	_, err = sh.Ship(t.Context(), fs[0].ID, fulfillment.Ship{})
	require.ErrorIs(t, err, order.ErrNotConfirmed)
	_, err = sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.ErrorIs(t, err, order.ErrNotConfirmed)
	for _, want := range []int{1, 0} {
		out, err := sh.CancelOrder(t.Context(), o.ID, fulfillment.Cancel{Reason: "order cancelled"})
		require.NoError(t, err)
		require.Len(t, out, want)
	}
	require.Equal(t, [3]int{9, 4, 5}, sh.figures(t, "main"))
	sh.sound(t)
}

// Inside a unit of the caller all of it happens or nothing, and a failed part
// leaves the rest of the unit as it was.
func joined(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	var f fulfillment.Fulfillment
	err := sh.units.InTx(t.Context(), func(ctx context.Context, x fulfillment.Tx) error {
		fs, err := sh.PlanTx(ctx, x, o.ID, fulfillment.Plan{})
		if err != nil {
			return err
		}
		f = fs[0]
		if _, err := sh.AllocateTx(ctx, x, f.ID, fulfillment.Allocate{}); err != nil {
			return err
		}
		if _, err := sh.PickTx(ctx, x, f.ID, fulfillment.Pick{}); err != nil {
			return err
		}
		if _, err := sh.ShipTx(ctx, x, f.ID, fulfillment.Ship{}); fault.KindOf(err) != fault.Conflict {
			return err
		}
		if _, err := sh.Forward(ctx, f.ID, fulfillment.Forward{Warehouse: "north"}); fault.KindOf(err) != fault.Internal {
			return err
		}
		_, err = sh.PackTx(ctx, x, f.ID, fulfillment.Pack{Parcels: make([]fulfillment.Parcel, 1)})
		return err
	})
	require.NoError(t, err)
	f, err = sh.Fulfillment(t.Context(), f.ID)
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusPacked, f.Status())
	require.Empty(t, sh.warehouse.Asked())
	sh.sound(t)
}

func lists(t *testing.T, sh shop) {
	sh.receive(t, "main", 4)
	sh.receive(t, "north", 4)
	var fs []fulfillment.Fulfillment
	for _, number := range []string{"N-1", "N-2"} {
		got, err := sh.Plan(t.Context(), sh.order(t, number).ID, fulfillment.Plan{})
		require.NoError(t, err)
		fs = append(fs, got...)
	}
	all, err := sh.Fulfillments(t.Context(), fulfillment.Query{})
	require.NoError(t, err)
	require.ElementsMatch(t, fs, all)
	page, err := sh.Fulfillments(t.Context(), fulfillment.Query{Limit: 1, After: all[0].ID})
	require.NoError(t, err)
	require.Equal(t, all[1:2], page)
	north, err := sh.Fulfillments(t.Context(), fulfillment.Query{Filter: fulfillment.Filter{Location: "north"}})
	require.NoError(t, err)
	require.NotEmpty(t, north)
	none, err := sh.Fulfillments(t.Context(), fulfillment.Query{Filter: fulfillment.Filter{Status: fulfillment.StatusPacked, Location: "north"}})
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = sh.Fulfillments(t.Context(), fulfillment.Query{Filter: fulfillment.Filter{Status: "gone"}, Limit: 999})
	require.Equal(t, []string{"status", "limit"}, paths(err))

	var forbidden *lifecycle.Forbidden
	_, err = sh.PickLists(t.Context(), fs[0].ID)
	require.ErrorAs(t, err, &forbidden)
	ids := make([]fulfillment.ID, 0, len(fs))
	for _, f := range fs {
		_, err := sh.Allocate(t.Context(), f.ID, fulfillment.Allocate{})
		require.NoError(t, err)
		ids = append(ids, f.ID, f.ID)
	}
	got, err := sh.PickLists(t.Context(), ids...)
	require.NoError(t, err)
	require.Len(t, got, 2)
	sum := 0
	for _, l := range got {
		for _, stop := range l.Stops {
			sum += stop.Quantity
		}
	}
	require.Equal(t, 10, sum)
}

func heldNoMore(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	fs, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	_, err = sh.stock.Release(t.Context(), o.ID.String(), inventory.Release{Lines: []inventory.Line{{SKU: "TEE", Quantity: 1}}})
	require.NoError(t, err)
	var exceeded *fulfillment.Exceeded
	_, err = sh.Allocate(t.Context(), fs[0].ID, fulfillment.Allocate{})
	require.ErrorAs(t, err, &exceeded)
	require.Equal(t, 3, exceeded.Have)
	f, err := sh.Fulfillment(t.Context(), fs[0].ID)
	require.NoError(t, err)
	require.Equal(t, fulfillment.StatusPlanned, f.Status())
}

func audit(t *testing.T, sh shop) {
	sh.receive(t, "main", 9)
	o := sh.order(t, "N-1")
	_, err := sh.Plan(t.Context(), o.ID, fulfillment.Plan{})
	require.NoError(t, err)
	sh.sound(t)
	require.NoError(t, sh.units.InTx(t.Context(), func(ctx context.Context, x fulfillment.Tx) error {
		return x.(txn).FulfillmentTx.U.Write(ctx, unit.Write{
			Text: "UPDATE kontor_fulfillment SET sent = $2 WHERE tenant = $1", Args: []any{sh.view.Tenant(), true},
		})
	}))
	found, err := fulfillmentrows.FulfillmentReader{Q: sh.view}.FulfillmentDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, fulfillment.Discrepancy{
		Invariant: "O4", Subject: o.ID.String(), Text: "line 1: of 4 pieces 0 cancelled, 4 planned, 4 sent, 0 told",
	}, found[0])
}

func paths(err error) []string {
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Path)
	}
	return out
}
