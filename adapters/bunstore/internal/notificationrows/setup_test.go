package notificationrows_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/notificationrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

// txn is the Tx of notification as the store makes it.
type txn struct {
	notificationrows.NotificationTx
	eventrows.EventTx
	oprows.OperationTx
}

var _ notification.Tx = txn{}

func wrap(u *unit.Unit) notification.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		NotificationTx: notificationrows.NotificationTx{NotificationReader: notificationrows.NotificationReader{Q: u}, U: u},
		EventTx:        eventrows.EventTx{U: u},
		OperationTx:    oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
	}
}

// room is a service with what tests want to know about it.
type room struct {
	*notification.Service
	read  notificationrows.NotificationReader
	view  *unit.View
	clock *clock.Manual
	units *brittle
	email *notificationtest.Scripted
	sms   *notificationtest.Scripted
}

// brittle is a runner that fails while it is told to.
type brittle struct {
	tx.Runner[notification.Tx]
	after atomic.Int64 // how many units still work, if broken
	on    atomic.Bool
}

func (b *brittle) InTx(ctx context.Context, fn func(ctx context.Context, t notification.Tx) error) error {
	if b.on.Load() && b.after.Add(-1) < 0 {
		return fault.New(fault.Unavailable, "down", "The database is down.").Because(errors.New("as planned"))
	}
	return b.Runner.InTx(ctx, fn)
}

// breakAfter makes all units but the next n fail.
func (b *brittle) breakAfter(n int64) { b.after.Store(n); b.on.Store(true) }

func (b *brittle) mend() { b.on.Store(false) }

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func numbered(tenant byte) func() uuid.UUID {
	var n atomic.Uint32
	return func() uuid.UUID {
		i := n.Add(1)
		return uuid.UUID{6: 0x70, 8: 0x80, 9: tenant, 14: byte(i >> 8), 15: byte(i)}
	}
}

func open(t *testing.T, s *unit.Shipper, tenant string) room {
	t.Helper()
	texts, err := notification.NewTemplates(nil)
	require.NoError(t, err)
	r := room{
		read: notificationrows.NotificationReader{Q: s.View(tenant)}, view: s.View(tenant), clock: clock.NewManual(noon()),
		units: &brittle{Runner: unittest.Runner(s, tenant, wrap)},
		email: &notificationtest.Scripted{}, sms: &notificationtest.Scripted{},
	}
	r.Service = notification.NewService(notification.Deps{
		Units: r.units, Reader: r.read, Clock: r.clock, NewID: numbered(byte(len(tenant))), Templates: texts,
		Notifiers: map[notification.Channel]notification.Notifier{notification.Email: r.email, notification.SMS: r.sms},
		Timing:    notification.Timing{Tries: 3},
	})
	return r
}

// each runs fn with an empty room on every database.
func each(t *testing.T, fn func(t *testing.T, r room)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		r := open(t, s, "shop")
		fn(t, r)
		r.sound(t)
	})
}

// memory runs fn with an empty room in memory.
func memory(t *testing.T) room {
	t.Helper()
	return open(t, unittest.Memory(t).Shipper(), "shop")
}

func (r room) sound(t *testing.T) {
	t.Helper()
	found, err := r.read.NotificationDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

// events returns the names of all events, and when timers are due.
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

func confirmation(ch notification.Channel) notification.Queue {
	to := "eva@example.com"
	if ch == notification.SMS {
		to = "+4915112345678"
	}
	return notification.Queue{
		Subject: "or_1", Template: notification.OrderConfirmationTemplate, Channel: ch, To: to, Name: "Eva", Locale: "de-AT",
		Data: notification.OrderConfirmation{
			Shop: "Tee & Co", Name: "Eva <b>{{7*7}}</b>", Number: "1001",
			Lines: []notification.OrderedLine{{Title: "T-Shirt „Größe M“", Quantity: 2, Total: "30,00 €"}},
			Charges: []notification.Charge{
				{Title: "Versand", Amount: "4,95 €"}, {Title: "darin MwSt. 19 %", Amount: "5,58 €"},
			},
			Total: "34,95 €", ShipTo: []string{"Eva Müller", "Domstraße 1", "50667 Köln"}, Link: "https://shop.example/o/abc?x=1&y=2",
		},
	}
}

// queued returns a fresh message.
func (r room) queued(t *testing.T, ch notification.Channel) notification.Message {
	t.Helper()
	m, err := r.Queue(t.Context(), confirmation(ch))
	require.NoError(t, err)
	require.Equal(t, notification.StatusQueued, m.Status())
	return m
}

// sent sends a message and requires the status it has then.
func (r room) sent(t *testing.T, id notification.ID, want notification.Status) notification.Message {
	t.Helper()
	m, err := r.Send(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, m.Status())
	stored, err := r.Message(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, stored, m)
	return m
}

// golden compares got with a file, or writes the file if UPDATE_GOLDEN is set.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
