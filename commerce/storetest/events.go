package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

func clockAtOpening() *clock.Manual { return clock.NewManual(Opening()) }

func newCard() *paymenttest.Scripted { return &paymenttest.Scripted{} }

// seen collects which versions of a subject were delivered.
type seen struct {
	mu       sync.Mutex
	versions map[string][]int
}

func (s *seen) add(e event.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[e.Subject] = append(s.versions[e.Subject], e.Version)
}

// ordered demands that the versions of each subject only ever went up, but for
// repeats, and that none is missing.
func (s *seen) ordered(t *testing.T, subjects map[string]int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for subject, last := range subjects {
		top := 0
		for _, v := range s.versions[subject] {
			require.LessOrEqual(t, v, top+1, "%s: %v", subject, s.versions[subject])
			top = max(top, v)
		}
		require.Equal(t, last, top, "%s: %v", subject, s.versions[subject])
	}
}

// twoRelays has writers change carts while two relays deliver, one of which
// breaks off in the middle again and again.
func twoRelays(t *testing.T, open Opener) {
	const carts, changes = 6, 8
	s := New(t, open(t))
	s.Settle()
	got := &seen{versions: map[string][]int{}}
	relay := func(crash func() bool) *event.Relay {
		bus := event.NewBus()
		event.OnAny(bus, "watch", func(_ context.Context, e event.Event) error {
			got.add(e)
			if crash() {
				return errors.New("storetest: broke off after the effect")
			}
			return nil
		})
		r, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: s.Store.Queue(), Clock: s.Clock, Batch: 7, MaxAttempts: 1000})
		require.NoError(t, err)
		return r
	}
	n := 0
	sound, shaky := relay(func() bool { return false }), relay(func() bool { n++; return n%3 == 0 })
	subjects := map[string]int{}
	ids := make([]cart.ID, carts)
	for i := range ids {
		c := s.Cart(Name("buyer", i), Line(Mug, 1))
		ids[i] = c.ID
		subjects[c.ID.String()] = c.Version + changes
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, r := range []*event.Relay{sound, shaky} {
		wg.Go(func() {
			for {
				_, err := r.Tick(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				s.Clock.Advance(time.Second)
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for _, err := range together(carts, func(i int) error {
		for k := range changes {
			req := cart.SetQuantity{Meta: op.Meta{By: op.Actor{Kind: op.Buyer, ID: "x"}}, Line: 1, Quantity: k + 2}
			if _, err := s.Carts.SetQuantity(t.Context(), ids[i], req); err != nil {
				return err
			}
		}
		return nil
	}) {
		require.NoError(t, err)
	}
	close(done)
	wg.Wait()
	for range 50 {
		s.Clock.Advance(2 * time.Hour)
		_, err := sound.Tick(t.Context())
		require.NoError(t, err)
	}
	d, err := s.Store.Queue().Depth(t.Context())
	require.NoError(t, err)
	require.Zero(t, d.Fresh+d.Waiting+d.Behind+d.Parked)
	got.ordered(t, subjects)
}

// lateCommitsAreDelivered commits a unit that numbered its event early after
// one that numbered it late, with a delivery in between.
func lateCommitsAreDelivered(t *testing.T, open Opener) {
	const writers = 16
	s := New(t, open(t))
	s.Settle()
	var mu sync.Mutex
	got := map[event.ID]int{}
	event.OnAny(s.Events, "count", func(_ context.Context, e event.Event) error {
		mu.Lock()
		defer mu.Unlock()
		got[e.ID]++
		return nil
	})
	want := make([]event.Event, writers)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			if _, err := s.Tick(t.Context()); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	for _, err := range together(writers, func(i int) error {
		e, err := event.Stamp{NewID: id.V7, At: s.Clock.Now()}.Of(Name("subject", i), 0, note{N: i})
		if err != nil {
			return err
		}
		want[i] = e
		return s.Store.InTx(t.Context(), func(ctx context.Context, tt commerce.Tx) error {
			if err := tt.Append(ctx, e); err != nil {
				return err
			}
			// The read sends the event into the open transaction.
			_, err := tt.StockLevels(ctx, []string{Mug})
			return err
		})
	}) {
		require.NoError(t, err)
	}
	close(done)
	wg.Wait()
	s.Settle()
	for _, e := range want {
		require.Equal(t, 1, got[e.ID])
	}
}

// note is an event of the tests.
type note struct {
	N int `json:"n"`
}

// EventName returns "storetest.note".
func (note) EventName() string { return "storetest.note" }
