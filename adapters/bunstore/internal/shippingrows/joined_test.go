package shippingrows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/shipping"
)

func TestATransactionOfTheHostStaysUsableAfterAConflict(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		sh := open(s, "shop")
		var made shipping.Shipment
		err := s.HostTx(t.Context(), "shop", func(ctx context.Context, _ bun.Tx, u *unit.Unit) error {
			tt := wrap(u)
			var err error
			made, err = sh.CreateTx(ctx, tt, request("dhl"))
			require.NoError(t, err)
			_, err = sh.CancelTx(ctx, tt, made.ID, shipping.Cancel{Meta: op.Meta{IfVersion: 9}})
			require.ErrorIs(t, err, fault.Conflict)
			_, err = sh.AssignTx(ctx, tt, made.ID, shipping.Assign{Number: "3318810025"})
			require.NoError(t, err)
			_, err = sh.RecordTx(ctx, tt, made.ID, shipping.Record{Happenings: []shipping.Happening{told(shipping.Delivered, 1)}})
			require.NoError(t, err)
			_, err = sh.CancelTx(ctx, tt, made.ID, shipping.Cancel{})
			require.ErrorIs(t, err, shipping.ErrUnderWay)
			return nil
		})
		require.NoError(t, err)
		now, err := sh.Shipment(t.Context(), made.ID)
		require.NoError(t, err)
		require.Equal(t, shipping.Delivered, now.Status())
		require.Equal(t, 3, now.Version)
		sh.sound(t)
	})
}
