package bunstore_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/promotion"
)

// counting counts the round trips of a wire.
type counting struct {
	unit.Wire
	trips atomic.Int64
}

func (c *counting) Read(ctx context.Context, conn any, queries []unit.Query) error {
	c.trips.Add(1)
	return c.Wire.Read(ctx, conn, queries)
}

func (c *counting) Ship(ctx context.Context, conn any, stmts []unit.Stmt, span unit.Span) (int, error) {
	c.trips.Add(1)
	return c.Wire.Ship(ctx, conn, stmts, span)
}

// Codes, promotions that need none, taxes and shipping cost no trip of their own:
// only what has changed since the last look is read anew, once.
func TestTermsOfTheRoomsTakeNoTripOfTheirOwn(t *testing.T) {
	t.Parallel()
	store, err := open(unittest.PostgresDSN(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	s := storetest.NewTerms(t, store)
	promote := func(codes ...string) {
		p, err := s.Promotions.Create(t.Context(), promotion.Create{Terms: promotion.Terms{
			Title: "Off", Kind: promotion.Amount, Scope: promotion.OnOrder, Amount: money.EUR(1_00), Automatic: len(codes) == 0,
			Limits: promotion.Limits{Total: 1_000, PerBuyer: 100},
		}})
		require.NoError(t, err)
		if len(codes) > 0 {
			_, err = s.Promotions.AddCodes(t.Context(), p.ID, promotion.AddCodes{Codes: codes})
			require.NoError(t, err)
		}
		_, err = s.Promotions.Activate(t.Context(), p.ID, promotion.Move{})
		require.NoError(t, err)
	}
	promote("ONE", "TWO")
	wire := &counting{Wire: store.Shipper().Wire}
	store.Shipper().Wire = wire
	took := func(want int64, why string, do func() error) {
		t.Helper()
		before := wire.trips.Load()
		require.NoError(t, do())
		require.Equal(t, want, wire.trips.Load()-before, why)
	}
	full := func() (cart.Cart, checkout.Place) {
		c := s.Cart("ada", storetest.Line(storetest.Lamp, 1), storetest.Line(storetest.Novel, 2))
		c, err := s.Carts.SetAddresses(t.Context(), c.ID, cart.SetAddresses{ShipTo: storetest.Berlin()})
		require.NoError(t, err)
		c, err = s.Carts.ApplyCode(t.Context(), c.ID, cart.ApplyCode{Code: "one"})
		require.NoError(t, err)
		req := s.Request(c, "transfer", c.ID.String())
		return c, req
	}
	place := func(c cart.Cart, req checkout.Place) func() error {
		return func() error {
			p, err := s.Checkout.Place(t.Context(), c.ID, req)
			if err == nil {
				require.NotZero(t, p.Order.Discount)
			}
			return err
		}
	}
	c, req := full()
	took(1, "a quote", func() error { return done(s.Checkout.Quote(t.Context(), c.ID)) })
	took(2, "placing with a code", place(c, req))
	promote()
	c, req = full()
	took(2, "placing with a code and without one", place(c, req))
	plain := s.Cart("ada", storetest.Line(storetest.Lamp, 1))
	promote()
	took(2, "a quote after a change", func() error { return done(s.Checkout.Quote(t.Context(), plain.ID)) })
	took(1, "the next one", func() error { return done(s.Checkout.Quote(t.Context(), plain.ID)) })
	s.Settle()
	s.Sound()
}
