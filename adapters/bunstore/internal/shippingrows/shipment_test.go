package shippingrows_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/shipping"
)

func TestThePathOfAShipment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		ctx := t.Context()
		req := request("dhl")
		req.Key = "k"
		made, err := sh.Create(ctx, req)
		require.NoError(t, err)
		again, err := sh.Create(ctx, req)
		require.NoError(t, err)
		require.Equal(t, made, again)
		require.Equal(t, shipping.Planned, made.State())
		require.Equal(t, shipping.Unknown, made.Status())
		back, err := sh.Shipment(ctx, made.ID)
		require.NoError(t, err)
		require.Equal(t, made, back)

		_, err = sh.Assign(ctx, made.ID, shipping.Assign{Number: "3318810026"})
		require.Equal(t, "number", fault.FieldsOf(err)[0].Path)
		s, err := sh.Assign(ctx, made.ID, shipping.Assign{Meta: op.Meta{IfVersion: 1}, Number: " 331 881 0025 "})
		require.NoError(t, err)
		require.Equal(t, "3318810025", s.Number)
		require.Equal(t, "https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB=3318810025", s.URL())
		var forbidden *lifecycle.Forbidden
		_, err = sh.Assign(ctx, made.ID, shipping.Assign{Number: "3318810025"})
		require.ErrorAs(t, err, &forbidden)
		_, err = sh.Cancel(ctx, made.ID, shipping.Cancel{Meta: op.Meta{IfVersion: 1}})
		require.ErrorIs(t, err, fault.Stale("", 0, 0))

		sh.record(t, s, told(shipping.Accepted, 1))
		_, err = sh.Cancel(ctx, made.ID, shipping.Cancel{})
		require.ErrorIs(t, err, shipping.ErrUnderWay)
		s = sh.record(t, s, told(shipping.Delivered, 9))
		require.Equal(t, shipping.Delivered, s.Status())
		require.Equal(t, told(shipping.Delivered, 9).At, s.DeliveredAt)
		require.Equal(t, []string{
			"shipping.created", "shipping.ready", "shipping.moved", "shipping.moved", "shipping.delivered",
		}, sh.events(t))

		gone := sh.ready(t)
		_, err = sh.Cancel(ctx, gone.ID, shipping.Cancel{Reason: "wrong address"})
		require.NoError(t, err)
		all, err := sh.ShipmentsOf(ctx, "fu_1")
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, s, all[0])
		require.Equal(t, shipping.Cancelled, all[1].State())
		_, err = sh.Shipment(ctx, shipping.ID{})
		require.ErrorIs(t, err, shipping.ErrNoShipment)
		_, err = sh.LabelOf(ctx, s.ID)
		require.ErrorIs(t, err, shipping.ErrNoLabel)

		odd, err := sh.Create(ctx, shipping.Create{Owner: "fu_2", Carrier: "dhl", Number: "00340434161094015902", Unusual: true})
		require.NoError(t, err)
		require.Equal(t, shipping.Ready, odd.State())
	})
}

func TestWhatIsToldTwiceIsKeptOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		s := sh.ready(t)
		hs := []shipping.Happening{told(shipping.InTransit, 2), told(shipping.Accepted, 1), told(shipping.InTransit, 2)}
		first := sh.record(t, s, hs...)
		require.Equal(t, first, sh.record(t, s, hs[1], hs[0]), "nothing is new")
		late := sh.record(t, s, told(shipping.Announced, 0))
		require.Equal(t, shipping.InTransit, late.Status())
		require.Equal(t, first.Version+1, late.Version)
		kept, err := sh.Happenings(t.Context(), s.ID)
		require.NoError(t, err)
		require.Equal(t, []shipping.Happening{told(shipping.Announced, 0), hs[1], hs[0]}, kept)
		require.Equal(t, []string{"shipping.created", "shipping.ready", "shipping.moved"}, sh.events(t))

		_, err = sh.Record(t.Context(), shipping.ID{}, shipping.Record{Happenings: hs})
		require.ErrorIs(t, err, shipping.ErrNoShipment)
		keyed := shipping.Record{Meta: op.Meta{Key: "n1"}, Happenings: []shipping.Happening{told(shipping.Lost, 5)}}
		lost, err := sh.Record(t.Context(), s.ID, keyed)
		require.NoError(t, err)
		again, err := sh.Record(t.Context(), s.ID, keyed)
		require.NoError(t, err)
		require.Equal(t, lost, again)
		back := sh.record(t, s, told(shipping.Delivered, 6))
		require.Equal(t, shipping.Delivered, back.Status(), "it was found")
		require.Equal(t, []string{"shipping.moved", "shipping.delivery_failed", "shipping.moved", "shipping.delivered"}, sh.events(t)[3:])
	})
}

// Whatever the order, and however the happenings are cut into messages, the
// parcel ends up in the same place and is delivered once.
func TestAnyOrderEndsInTheSamePlace(t *testing.T) {
	t.Parallel()
	hs := []shipping.Happening{
		told(shipping.Accepted, 1), told(shipping.Delivered, 3), told(shipping.Delivered, 4), told(shipping.Returned, 8),
	}
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop")
		deliveries := 0
		for i := range 24 {
			order := permutation(hs, i)
			x := sh.ready(t)
			x = sh.record(t, x, order[:1+i%3]...)
			for _, h := range append(order[1+i%3:], order[0]) {
				x = sh.record(t, x, h)
			}
			require.Equal(t, shipping.Returned, x.Status(), order)
			require.Equal(t, told(shipping.Delivered, 3).At, x.DeliveredAt, order)
			deliveries++
		}
		n := 0
		for _, name := range sh.events(t) {
			if name == "shipping.delivered" {
				n++
			}
		}
		require.Equal(t, deliveries, n)
		sh.sound(t)
	})
}

// permutation returns the n-th order of hs.
func permutation(hs []shipping.Happening, n int) []shipping.Happening {
	rest := slices.Clone(hs)
	var out []shipping.Happening
	for len(rest) > 0 {
		i := n % len(rest)
		n /= len(rest)
		out = append(out, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return out
}

func TestManyTellAtTheSameTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sh shop) {
		s := sh.ready(t)
		statuses := []shipping.Status{shipping.Accepted, shipping.InTransit, shipping.OutForDelivery, shipping.Delivered}
		errs := make([]error, len(statuses))
		var wg sync.WaitGroup
		for i, status := range statuses {
			wg.Go(func() {
				_, errs[i] = sh.Record(t.Context(), s.ID, shipping.Record{Happenings: []shipping.Happening{told(status, i), told(shipping.Announced, 0)}})
			})
		}
		wg.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
		now, err := sh.Shipment(t.Context(), s.ID)
		require.NoError(t, err)
		require.Equal(t, shipping.Delivered, now.Status())
		kept, err := sh.Happenings(t.Context(), s.ID)
		require.NoError(t, err)
		require.Len(t, kept, 5)
	})
}

func TestTenantsKeepApart(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		a, b := open(s, "a"), open(s, "b")
		ctx := t.Context()
		x := a.ready(t)
		_, err := b.Shipment(ctx, x.ID)
		require.ErrorIs(t, err, shipping.ErrNoShipment)
		_, err = b.Record(ctx, x.ID, shipping.Record{Happenings: []shipping.Happening{told(shipping.Lost, 1)}})
		require.ErrorIs(t, err, shipping.ErrNoShipment)
		_, err = b.Cancel(ctx, x.ID, shipping.Cancel{})
		require.ErrorIs(t, err, shipping.ErrNoShipment)
		_, err = b.Label(ctx, x.ID, shipping.MakeLabel{})
		require.ErrorIs(t, err, shipping.ErrNoShipment)
		all, err := b.ShipmentsOf(ctx, "fu_1")
		require.NoError(t, err)
		require.Empty(t, all)
		a.record(t, x, told(shipping.Accepted, 1))
		hs, err := b.Happenings(ctx, x.ID)
		require.NoError(t, err)
		require.Empty(t, hs)
		a.sound(t)
		b.sound(t)
	})
}

func TestTheAuditFindsWhatWasNotTold(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop")
		x := sh.record(t, sh.ready(t), told(shipping.Accepted, 1))
		write := func(text string) error {
			return s.Run(t.Context(), "shop", func(ctx context.Context, u *unit.Unit) error {
				return u.Write(ctx, unit.Write{Text: text, Args: []any{"shop"}})
			})
		}
		require.Error(t, write("DELETE FROM kontor_shipment_happening WHERE tenant = $1"), "what was told stays")
		require.Error(t, write("UPDATE kontor_shipment_happening SET status = 'lost' WHERE tenant = $1"))
		require.NoError(t, write("UPDATE kontor_shipment SET status = 'delivered' WHERE tenant = $1"))
		found, err := sh.read.ShipmentDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Equal(t, []shipping.Discrepancy{
			{Invariant: "W4", Subject: x.ID.String(), Text: "shows delivered, what was told says accepted"},
		}, found)
	})
}
