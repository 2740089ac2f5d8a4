package notificationrows_test

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/notificationrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

// The confirmation of an order, on a shop that lives in memory.
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
	texts, err := notification.NewTemplates(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	notes := notification.NewService(notification.Deps{
		Units:  unittest.Runner(store.Shipper(), "", wrap),
		Reader: notificationrows.NotificationReader{Q: store.Shipper().View("")},
		Clock:  clock.NewManual(noon()), NewID: id.V7, Templates: texts,
		Notifiers: map[notification.Channel]notification.Notifier{
			notification.Email: &notificationtest.Scripted{}, notification.SMS: &notificationtest.Scripted{},
		},
	})
	m, err := notes.Queue(ctx, notification.Queue{
		Subject: "or_1", Template: notification.OrderConfirmationTemplate, Channel: notification.SMS, To: "+4915112345678",
		Data: notification.OrderConfirmation{Shop: "Tee & Co", Number: "1001", Total: "€34.95"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Status(), m.Segments, m.Text)
	m, err = notes.Send(ctx, m.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Status())
	// Output:
	// queued 1 Tee & Co: thank you for your order 1001, total €34.95.
	// sent
}
