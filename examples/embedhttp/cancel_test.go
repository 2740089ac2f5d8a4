package main_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

func because(text string) map[string]any { return map[string]any{"reason": text} }

// status is what the shop itself says about an order.
func (b *bench) status(t *testing.T, id order.ID) order.Status {
	t.Helper()
	o, err := b.Shop().Orders.Order(t.Context(), id)
	require.NoError(t, err)
	return o.Status()
}

func (b *bench) notes(t *testing.T, id order.ID) []string {
	t.Helper()
	texts, err := b.Notes(t.Context(), id.String())
	require.NoError(t, err)
	return texts
}

func TestHostAndEngineCommitTogether(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		ada := b.user(t, "ada")
		o := ada.ordered("1")
		require.Equal(t, 2, b.reserved(t))

		var got order.Order
		require.NoError(t, json.Unmarshal(ada.want(http.StatusOK, "POST", "/orders/"+o.ID.String()+"/cancel", because("too late")), &got))
		require.Equal(t, order.StatusCancelled, got.Status())
		require.Equal(t, order.StatusCancelled, b.status(t, o.ID))
		require.Equal(t, []string{"too late"}, b.notes(t, o.ID))
		n, err := b.Cancelled(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Zero(t, b.reserved(t), "the goods are free again")
		b.sound(t)
	})
}

func TestEngineSaysNoAndTheHostsRowIsNotThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		ada := b.user(t, "ada")
		o := ada.ordered("1")
		path := "/orders/" + o.ID.String() + "/cancel"
		ada.want(http.StatusOK, "POST", path, because("first"))
		// The note is written before the engine is asked, and does not stay.
		require.Equal(t, "move_forbidden", ada.refused(http.StatusConflict, "POST", path, because("second")))
		require.Equal(t, "order.cancel", ada.refused(http.StatusBadRequest, "POST", path, because("")))
		require.Equal(t, []string{"first"}, b.notes(t, o.ID))
		n, err := b.Cancelled(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)
		b.sound(t)
	})
}

func TestHostSaysNoAndTheEnginesChangeIsNotThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		ada := b.user(t, "ada")
		for _, key := range []string{"1", "2", "3"} {
			ada.want(http.StatusOK, "POST", "/orders/"+ada.ordered(key).ID.String()+"/cancel", because("mood"))
		}
		o := ada.ordered("4")
		// The engine has cancelled the order when the host counts to four.
		require.Equal(t, "call_us", ada.refused(http.StatusForbidden, "POST", "/orders/"+o.ID.String()+"/cancel", because("mood")))
		require.Equal(t, order.StatusPlaced, b.status(t, o.ID))
		require.Empty(t, b.notes(t, o.ID))
		require.Equal(t, 2, b.reserved(t), "nobody has heard of a cancellation")
		entries, err := b.Shop().Ledger.EntriesOf(t.Context(), o.ID.String())
		require.NoError(t, err)
		require.Len(t, entries, 1, "the sale stands")
		b.sound(t)
	})
}

// Four orders are called off at once; the host allows three.
func TestManyAtOnceStayWhole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		ada := b.user(t, "ada")
		orders := []order.Order{ada.ordered("1"), ada.ordered("2"), ada.ordered("3"), ada.ordered("4")}
		var wg sync.WaitGroup
		codes := make([]int, len(orders))
		for i, o := range orders {
			wg.Go(func() { codes[i], _ = ada.do("POST", "/orders/"+o.ID.String()+"/cancel", because("all")) })
		}
		wg.Wait()
		done := 0
		for i, o := range orders {
			switch codes[i] {
			case http.StatusOK:
				done++
				require.Equal(t, order.StatusCancelled, b.status(t, o.ID))
				require.Len(t, b.notes(t, o.ID), 1)
			default:
				require.Equal(t, http.StatusForbidden, codes[i])
				require.Equal(t, order.StatusPlaced, b.status(t, o.ID))
				require.Empty(t, b.notes(t, o.ID))
			}
		}
		require.Equal(t, 3, done)
		require.Equal(t, 2, b.reserved(t))
		b.sound(t)
	})
}

// The relay of this host sleeps for an hour unless it is woken, so the event of
// a joined commit arrives because the host has woken the engine.
func TestCommitOfBothWakesTheEngine(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		placed, cancelled := make(chan order.ID, 1), make(chan order.ID, 1)
		event.On(b.Shop().Events, "test", func(_ context.Context, _ event.Event, p order.Placed) error {
			placed <- p.Order
			return nil
		})
		event.On(b.Shop().Events, "test", func(_ context.Context, _ event.Event, p order.Cancelled) error {
			cancelled <- p.Order
			return nil
		})
		ctx, stop := context.WithCancel(t.Context())
		var relay sync.WaitGroup
		relay.Go(func() { _ = b.Shop().Run(ctx) })
		defer relay.Wait()
		defer stop()

		ada := b.user(t, "ada")
		o := ada.ordered("1")
		require.Equal(t, o.ID, within(t, placed))
		b.quiet(t, ada)
		ada.want(http.StatusOK, "POST", "/orders/"+o.ID.String()+"/cancel", because("mood"))
		require.Equal(t, o.ID, within(t, cancelled))
	})
}

// quiet returns when the relay has delivered everything and gone to sleep: the
// requests give it the time to look once more and find nothing.
func (b *bench) quiet(t *testing.T, c *client) {
	t.Helper()
	for calm := 0; calm < 20; calm++ {
		n, err := b.Waiting(t.Context())
		require.NoError(t, err)
		if n > 0 {
			calm = 0
		}
		c.want(http.StatusNotFound, "GET", "/orders/or_1", nil)
	}
}

func within[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(30 * time.Second):
		require.FailNow(t, "nobody has told")
		panic("unreachable")
	}
}

// A buyer cannot call off what is not theirs.
func TestForeignOrderIsNotCancelled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		o := b.user(t, "ada").ordered("1")
		eve := b.user(t, "eve")
		require.Equal(t, "order_not_found", eve.refused(http.StatusNotFound, "POST", "/orders/"+o.ID.String()+"/cancel", because("spite")))
		require.Equal(t, order.StatusPlaced, b.status(t, o.ID))
		require.Equal(t, op.Buyer, o.Buyer.Kind)
		require.Empty(t, b.notes(t, o.ID))
	})
}
