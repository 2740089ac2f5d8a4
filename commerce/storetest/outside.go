package storetest

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/flatrate"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/fulfillment/fulfillmenttest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
	"github.com/kontor-go/kontor/payment/paymenttest"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/support"
)

// Outside is whom a shop talks to besides its card provider: what carries its
// mail and its short messages, its letters to customers, and a warehouse that
// forwards goods.
type Outside struct {
	Mail      *notificationtest.Scripted
	Text      *notificationtest.Scripted
	Letters   *Letters
	Warehouse *fulfillmenttest.Warehouse
	// Silent says that the shop writes no messages.
	Silent bool
	// Selling, if set, makes the terms of the shop those of its rooms.
	Selling *commerce.Selling
}

// NewOutside returns an outside in which everything works.
func NewOutside() *Outside {
	return &Outside{
		Mail: &notificationtest.Scripted{}, Text: &notificationtest.Scripted{}, Letters: &Letters{},
		Warehouse: &fulfillmenttest.Warehouse{},
	}
}

// Open gives a configuration all that is outside. Nothing is outside of nil.
func (o *Outside) Open(cfg commerce.Config) commerce.Config {
	if o == nil {
		return cfg
	}
	if o.Selling != nil {
		cfg.Terms, cfg.Selling = nil, *o.Selling
	}
	cfg.Carriers = []shipping.Carrier{flatrate.New(money.EUR(4_95))}
	cfg.Notifiers = map[notification.Channel]notification.Notifier{notification.Email: o.Mail, notification.SMS: o.Text}
	if o.Silent {
		cfg.Notifiers = nil
	}
	cfg.Channels = map[support.Kind]support.Channel{support.Email: o.Letters} //nolint:exhaustive // chats are read where they are written
	cfg.Mailbox = "reply@shop.example"
	cfg.Warehouses = map[string]fulfillment.Warehouse{"north": o.Warehouse}
	cfg.Site = commerce.Site{
		Name:       "The shop",
		OrderPage:  func(pass string) string { return "https://shop.example/order?pass=" + pass },
		ReviewPage: func(e reviews.EntitlementID) string { return "https://shop.example/review/" + e.String() },
	}
	return cfg
}

// ReopenWith builds a Shop with an outside, if it is not nil, on a store that has
// been used before.
func ReopenWith(t testing.TB, store commerce.Store, clk *clock.Manual, card *paymenttest.Scripted, o *Outside) *Shop {
	t.Helper()
	e, err := commerce.New(o.Open(Config(store, clk, card)))
	require.NoError(t, err)
	return &Shop{Engine: e, Clock: clk, Card: card, Outside: o, Store: store, t: t}
}

// NewWith opens a Shop with an outside on an empty store and fills its shelves.
func NewWith(t testing.TB, store commerce.Store) *Shop {
	t.Helper()
	s := ReopenWith(t, store, clock.NewManual(Opening()), newCard(), NewOutside())
	s.Fill(Stock)
	return s
}

// Letters is a support.Channel that keeps what was delivered.
type Letters struct {
	mu   sync.Mutex
	sent []support.Outgoing
}

var _ support.Channel = (*Letters)(nil)

// Deliver keeps a letter.
func (l *Letters) Deliver(ctx context.Context, o support.Outgoing) (string, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, o)
	return "letter-" + o.Key, nil
}

// Sent returns what was delivered, oldest first.
func (l *Letters) Sent() []support.Outgoing {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]support.Outgoing{}, l.sent...)
}
