package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// Fresh returns an empty store, and what ends it.
type Fresh func() (store commerce.Store, end func())

// batch is how many histories one subtest plays: what rapid does by default.
const batch = 100

// Histories plays batches of random histories, of a hundred each, in parallel:
// buyers and staff do what they like, the provider answers as it likes, time
// passes. A plain model is told the same, and must agree whenever the shop has
// come to rest. It prints how many were played.
func Histories(t *testing.T, fresh Fresh, batches int) {
	t.Helper()
	for n := range batches {
		t.Run(Name("batch", n), func(t *testing.T) {
			t.Parallel()
			steps, rests := 0, 0
			rapid.Check(t, func(rt *rapid.T) {
				store, end := fresh()
				defer end()
				h := begin(rt, t.Context(), store)
				h.play()
				steps, rests = steps+h.steps, rests+h.rests
			})
			t.Logf("%d histories, %d steps, compared %d times", batch, steps, rests)
		})
	}
}

// history is one run of a shop together with its model.
type history struct {
	t     *rapid.T
	ctx   context.Context //nolint:containedctx // of the test
	shop  *commerce.Engine
	store commerce.Store
	clock *clock.Manual
	card  *paymenttest.Scripted

	next  *paymenttest.Plan // what the provider does in the next call
	noise int               // how many answers after that are lost
	dark  bool              // the provider cannot be asked

	onHand map[string]int
	carts  []*basket
	sales  []*sale

	steps, rests int
}

func begin(rt *rapid.T, ctx context.Context, store commerce.Store) *history { //nolint:revive // the test is what it is about
	h := &history{t: rt, ctx: ctx, store: store, clock: clock.NewManual(Opening()), card: &paymenttest.Scripted{}, onHand: map[string]int{}}
	h.card.Script = h.script
	h.card.Lost = func() bool { return h.dark }
	var err error
	h.shop, err = commerce.New(Config(store, h.clock, h.card))
	require.NoError(rt, err)
	for sku, price := range prices() {
		_, err := h.shop.Catalog.CreateProduct(ctx, catalog.CreateProduct{NewProduct: catalog.NewProduct{
			Slug: slug(sku), Title: "The " + sku, Publish: true,
			Variants: []catalog.NewVariant{{SKU: sku, Prices: []catalog.Price{{Unit: money.Each(money.EUR(price))}}}},
		}})
		require.NoError(rt, err)
		_, err = h.shop.Inventory.Receive(ctx, inventory.Receive{SKU: sku, Quantity: onShelf})
		require.NoError(rt, err)
		h.onHand[sku] = onShelf
	}
	return h
}

// onShelf is little, so that goods run out.
const onShelf = 8

func prices() map[string]int64 { return map[string]int64{Mug: 1_00, Tee: 2_00, Book: 3_00} }

func skus() []string { return []string{Mug, Tee, Book} }

// script is what the provider does: what was drawn for the call that is made
// now, and otherwise it works, though answers may be lost.
func (h *history) script(int, payment.Operation) paymenttest.Plan {
	if p := h.next; p != nil {
		h.next = nil
		return *p
	}
	if h.noise > 0 {
		h.noise--
		return paymenttest.Plan{Reply: paymenttest.Timeout}
	}
	return paymenttest.Plan{}
}

// play takes some steps, and compares now and then and at the end.
func (h *history) play() {
	moves := map[string]func(){
		"fill": h.fill, "change": h.change, "code": h.code, "place": h.place, "place card": h.placeCard, "capture": h.capture,
		"refund": h.refund, "cancel": h.cancel, "receive": h.receive, "adjust": h.adjust, "tick": h.tick, "act": h.act,
		"notices": h.notices, "dark": h.darken, "rest": h.rest, "pass": h.pass,
	}
	names := []string{ // what comes twice is done twice as often
		"fill", "fill", "fill", "change", "code", "place", "place", "place card", "place card", "place card", "capture", "capture",
		"capture", "refund", "cancel", "receive", "adjust", "tick", "tick", "act", "notices", "dark", "rest", "pass",
	}
	for range rapid.IntRange(12, 28).Draw(h.t, "steps") {
		moves[rapid.SampledFrom(names).Draw(h.t, "step")]()
		h.steps++
		h.verify()
	}
	h.rest()
}

// verify demands what must hold always.
func (h *history) verify() {
	vs, err := h.shop.Verify(h.ctx)
	require.NoError(h.t, err)
	require.Empty(h.t, vs)
	require.Empty(h.t, h.card.Violations())
}
