package storetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/inventory"
)

// together runs fn n times at once and returns the errors by number.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// buyersForUnits has many buyers for few units: exactly the units are sold.
func buyersForUnits(t *testing.T, open Opener) {
	const buyers, units = 40, 25
	s := New(t, open(t))
	s.Sell("LAST", Terms().Shipping[0].Amount, units)
	carts := make([]cart.Cart, buyers)
	reqs := make([]checkout.Place, buyers)
	for i := range carts {
		carts[i] = s.Cart(Name("buyer", i), Line("LAST", 1))
		reqs[i] = s.Request(carts[i], "transfer", Name("key", i))
	}
	sold, short := 0, 0
	for _, err := range together(buyers, func(i int) error {
		_, err := s.Checkout.Place(s.Ctx(), carts[i].ID, reqs[i])
		return err
	}) {
		var lack *inventory.Shortage
		switch {
		case err == nil:
			sold++
		case errors.As(err, &lack):
			require.Equal(t, "LAST", lack.SKU)
			require.Equal(t, 1, lack.Want)
			require.Zero(t, lack.Have)
			short++
		default:
			t.Errorf("unexpected: %v", err)
		}
	}
	require.Equal(t, units, sold)
	require.Equal(t, buyers-units, short)
	onHand, reserved := s.Level("LAST")
	require.Equal(t, []int{units, units}, []int{onHand, reserved})
	s.Settle()
	s.Sound()
}

// oppositeOrders has buyers whose carts name the same things in opposite order.
func oppositeOrders(t *testing.T, open Opener) {
	const buyers = 24
	s := New(t, open(t))
	skus := []string{Mug, Tee, Book}
	carts := make([]cart.Cart, buyers)
	reqs := make([]checkout.Place, buyers)
	for i := range carts {
		a, b, c := skus[i%3], skus[(i+1)%3], skus[(i+2)%3]
		if i%2 == 1 {
			a, c = c, a
		}
		carts[i] = s.Cart(Name("buyer", i), Line(a, 1), Line(b, 1), Line(c, 1))
		reqs[i] = s.Request(carts[i], "transfer", "")
	}
	for i, err := range together(buyers, func(i int) error {
		_, err := s.Checkout.Place(s.Ctx(), carts[i].ID, reqs[i])
		return err
	}) {
		require.NoError(t, err, "buyer %d", i)
	}
	for _, sku := range skus {
		_, reserved := s.Level(sku)
		require.Equal(t, buyers, reserved)
	}
	s.Settle()
	s.Sound()
}

// oneKeyManyRuns has the same request sent many times at once.
func oneKeyManyRuns(t *testing.T, open Opener) {
	s := New(t, open(t))
	c := s.Cart("ada", Line(Mug, 3))
	req := s.Request(c, "transfer", "once")
	placed := make([]checkout.Placed, 12)
	for _, err := range together(len(placed), func(i int) error {
		var err error
		placed[i], err = s.Checkout.Place(s.Ctx(), c.ID, req)
		return err
	}) {
		require.NoError(t, err)
	}
	for _, p := range placed {
		require.Equal(t, placed[0].OrderID, p.OrderID)
		require.Equal(t, placed[0].Payment.ID, p.Payment.ID)
	}
	_, reserved := s.Level(Mug)
	require.Equal(t, 3, reserved)
	s.Settle()
	s.Sound()
}
