package marketingrows_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/marketingrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/notificationrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/marketing"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

// txn is the Tx of marketing and of notification, as the store makes it of all
// rooms together.
type txn struct {
	marketingrows.MarketingTx
	notificationrows.NotificationTx
	eventrows.EventTx
	oprows.OperationTx
}

var (
	_ marketing.Tx    = txn{}
	_ notification.Tx = txn{}
)

func wrap(u *unit.Unit) marketing.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		MarketingTx:    marketingrows.MarketingTx{MarketingReader: marketingrows.MarketingReader{Q: u}, U: u},
		NotificationTx: notificationrows.NotificationTx{NotificationReader: notificationrows.NotificationReader{Q: u}, U: u},
		EventTx:        eventrows.EventTx{U: u},
		OperationTx:    oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
	}
}

// room is a service with what tests want to know about it.
type room struct {
	*marketing.Service
	read    marketingrows.MarketingReader
	view    *unit.View
	shipper *unit.Shipper
	clock   *clock.Manual
	units   *brittle
	mail    *notification.Service
	relay   *event.Relay
}

// brittle is a runner that can be told to fail.
type brittle struct {
	tx.Runner[marketing.Tx]
	left atomic.Int64 // how many units still work; negative: all
}

var errKilled = fault.New(fault.Unavailable, "down", "The database is down.").Because(errors.New("as planned"))

func (b *brittle) InTx(ctx context.Context, fn func(ctx context.Context, t marketing.Tx) error) error {
	if b.left.Load() >= 0 && b.left.Add(-1) < 0 {
		b.left.Store(0)
		return errKilled
	}
	return b.Runner.InTx(ctx, fn)
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// settings are what a test wants otherwise.
type settings struct {
	limit  marketing.Cap
	outbox marketing.Outbox
}

func numbered(tenant byte) func() uuid.UUID {
	var n atomic.Uint32
	return func() uuid.UUID {
		i := n.Add(1)
		return uuid.UUID{6: 0x70, 8: 0x80, 9: tenant, 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}
	}
}

func open(t *testing.T, s *unit.Shipper, tenant string, set settings) room {
	t.Helper()
	secret := []byte("0123456789abcdef")
	cursors, err := page.NewCodec(secret)
	require.NoError(t, err)
	tokens, err := marketing.NewTokens(secret, tenant)
	require.NoError(t, err)
	texts, err := notification.NewTemplates(nil)
	require.NoError(t, err)
	r := room{
		read: marketingrows.MarketingReader{Q: s.View(tenant)}, view: s.View(tenant), shipper: s, clock: clock.NewManual(noon()),
		units: &brittle{Runner: unittest.Runner(s, tenant, wrap)},
	}
	r.units.left.Store(-1)
	newID := numbered(byte(len(tenant)))
	r.mail = notification.NewService(notification.Deps{
		Units:  tx.Narrow(tx.Runner[marketing.Tx](r.units), func(t marketing.Tx) notification.Tx { return t.(notification.Tx) }),
		Reader: notificationrows.NotificationReader{Q: s.View(tenant)}, Clock: r.clock, NewID: newID, Templates: texts,
		Notifiers: map[notification.Channel]notification.Notifier{notification.Email: &notificationtest.Scripted{}, notification.SMS: nil},
	})
	if set.outbox == nil {
		set.outbox = marketing.OutboxFunc(r.queue)
	}
	r.Service, err = marketing.NewService(marketing.Deps{
		Units: r.units, Reader: r.read, Clock: r.clock, Cursors: cursors, Tokens: tokens, Tenant: tenant, NewID: newID, Outbox: set.outbox,
		Cap: set.limit,
	})
	require.NoError(t, err)
	r.relay = r.listen(t, s)
	return r
}

// queue is what the roof fills the Outbox with.
func (r room) queue(ctx context.Context, t marketing.Tx, m marketing.Message) error {
	link := "https://shop.example/unsubscribe?t=" + m.Unsubscribe
	q := notification.Queue{
		Subject: m.Subject, Template: m.Template, Channel: notification.Channel(m.Topic.Channel), To: m.Topic.Address, Name: m.Name,
		Locale: m.Locale, Unsubscribe: link,
	}
	switch {
	case m.Reminder != nil:
		d := notification.CartReminder{Shop: "Shop", Name: m.Name, Total: m.Reminder.Total.String(), Unsubscribe: link}
		for _, l := range m.Reminder.Lines {
			d.Lines = append(d.Lines, notification.RemindedLine{Title: l.Title, Quantity: l.Quantity})
		}
		q.Data = d
	case m.Letter != nil:
		q.Data = notification.CampaignLetter{Shop: "Shop", Name: m.Name, Title: m.Letter.Title, Text: m.Letter.Text, Unsubscribe: link}
	}
	_, err := r.mail.QueueTx(ctx, t.(notification.Tx), q)
	return err
}

// listen returns a relay that does what the roof does with the timers.
func (r room) listen(t *testing.T, s *unit.Shipper) *event.Relay {
	t.Helper()
	bus := event.NewBus()
	event.On(bus, "remind", func(ctx context.Context, _ event.Event, p marketing.ReminderDue) error {
		_, err := r.Remind(ctx, p.Cart, marketing.Remind{At: p.At})
		return err
	})
	event.On(bus, "proceed", func(ctx context.Context, _ event.Event, p marketing.CampaignDue) error {
		_, err := r.Proceed(ctx, p.Campaign, marketing.Proceed{Step: p.Step})
		return err
	})
	relay, err := event.NewRelay(event.RelayConfig{Bus: bus, Queue: eventrows.Queue{S: s}, Clock: r.clock})
	require.NoError(t, err)
	return relay
}

// tick delivers what is due until nothing is.
func (r room) tick(t *testing.T) {
	t.Helper()
	for range 1000 {
		n, err := r.relay.Tick(t.Context())
		require.NoError(t, err)
		if n == 0 {
			return
		}
	}
	require.Fail(t, "events without end")
}

// each runs fn with an empty room on every database.
func each(t *testing.T, fn func(t *testing.T, r room)) {
	t.Helper()
	eachWith(t, settings{}, fn)
}

func eachWith(t *testing.T, set settings, fn func(t *testing.T, r room)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		r := open(t, s, "shop", set)
		fn(t, r)
		r.sound(t)
	})
}

func (r room) sound(t require.TestingT) {
	found, err := r.read.MarketingDiscrepancies(context.Background())
	require.NoError(t, err)
	require.Empty(t, found)
}

// events returns the names of all events that wait, and when timers are due.
func (r room) events(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := r.view.Read(t.Context(), unit.Query{
		Text: "SELECT name, deliver_at FROM kontor_event WHERE tenant = $1 ORDER BY seq", Args: []any{r.view.Tenant()},
		Row: func(row unit.Row) error {
			var name string
			var at int64
			err := row.Scan(&name, &at)
			if at != 0 {
				name += " +" + clock.FromMicros(at).Sub(noon()).String()
			}
			out = append(out, name)
			return err
		},
	})
	require.NoError(t, err)
	return out
}

// mails returns to whom messages were queued, and with which title.
func (r room) mails(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := r.view.Read(t.Context(), unit.Query{
		Text: "SELECT recipient, title FROM kontor_notification WHERE tenant = $1 ORDER BY recipient, created_at, id", Args: []any{r.view.Tenant()},
		Row: func(row unit.Row) error {
			var to, title string
			err := row.Scan(&to, &title)
			out = append(out, to+": "+title)
			return err
		},
	})
	require.NoError(t, err)
	return out
}

func topic(address string) marketing.Topic {
	return marketing.Topic{Channel: marketing.Email, Address: address, Purpose: marketing.Newsletter}
}

func about(address string, p marketing.Purpose) marketing.Topic {
	return marketing.Topic{Channel: marketing.Email, Address: address, Purpose: p}
}

func form() marketing.Proof {
	return marketing.Proof{Method: "form", Wording: "newsletter-3", Source: "192.0.2.1"}
}

func eva() op.Meta { return op.Meta{By: op.Actor{Kind: op.Buyer, ID: "eva"}} }

// given gives consent.
func (r room) given(t require.TestingT, x marketing.Topic) marketing.Entry {
	e, err := r.Give(context.Background(), marketing.Give{Meta: eva(), Topic: x, Proof: form()})
	require.NoError(t, err)
	return e
}

func second[T any](_ T, err error) error { return err }
