package shippingrows_test

import (
	"context"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/shippingrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/adapters/flatrate"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/shipping"
)

// A parcel from its label to the door, told in the wrong order.
func Example() {
	ctx := context.Background()
	store, err := sqlite.Open(sqlite.Memory, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close() //nolint:errcheck // there is no file
	if err := store.Migrate(ctx); err != nil {
		fmt.Println(err)
		return
	}
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	shipments := shipping.NewService(shipping.Deps{
		Units:  unittest.Runner(store.Shipper(), "", wrap),
		Reader: shippingrows.ShippingReader{Q: store.Shipper().View("")},
		Clock:  clock.NewManual(start), NewID: id.V7,
		Carriers: []shipping.Carrier{flatrate.New(money.EUR(4_95))},
	})
	s, _ := shipments.Create(ctx, request("flatrate"))
	fmt.Println(s.State(), s.Status())
	s, _ = shipments.Label(ctx, s.ID, shipping.MakeLabel{})
	label, _ := shipments.LabelOf(ctx, s.ID)
	fmt.Println(s.State(), len(s.Number), label.Format)
	for _, h := range []shipping.Happening{
		{Status: shipping.Delivered, At: start.Add(5 * time.Hour)},
		{Status: shipping.OutForDelivery, At: start.Add(time.Hour)},
	} {
		s, _ = shipments.Record(ctx, s.ID, shipping.Record{Happenings: []shipping.Happening{h}})
		fmt.Println(s.Status())
	}
	// Output:
	// planned unknown
	// ready 14 zpl
	// delivered
	// delivered
}
