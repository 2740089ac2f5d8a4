package notification_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

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

func TestTheMachineIsSoundAndDrawn(t *testing.T) {
	t.Parallel()
	require.NoError(t, notification.Lifecycle().Check())
	golden(t, "message.mmd", notification.Lifecycle().Mermaid())
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	id := notification.IDFrom(uuid.UUID{15: 1})
	about := notification.About{Message: id, Subject: "or_1", Template: "order-confirmation", Channel: notification.Email, Round: 1}
	for _, p := range []event.Payload{
		notification.Queued{About: about},
		notification.Sent{About: about, Reference: "20260301"},
		notification.Failed{About: about, Code: "550"},
		notification.Lost{About: about, Code: "interrupted"},
		notification.Cancelled{About: about},
		notification.SendDue{Message: id},
	} {
		b, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		golden(t, "events/"+p.EventName()+".json", string(b)+"\n")
	}
}

func TestAMessageSurvivesJSON(t *testing.T) {
	t.Parallel()
	m, err := notification.Restore(notification.Message{ID: notification.IDFrom(uuid.UUID{15: 1}), Round: 2}, notification.StatusSent)
	require.NoError(t, err)
	b, err := json.Marshal(m)
	require.NoError(t, err)
	var back notification.Message
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, m, back)
	require.Equal(t, "ms_00000000000000000000000001.2", back.Key())
	_, err = notification.Restore(m, "lost")
	require.ErrorIs(t, err, fault.Internal)
	require.Error(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back))
}

func TestSegmentsOfAnSMS(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		want int
	}{
		{"", 0},
		{strings.Repeat("a", 160), 1},
		{strings.Repeat("a", 161), 2},
		{strings.Repeat("a", 306), 2},
		{strings.Repeat("a", 307), 3},
		{strings.Repeat("€", 80), 1},
		{strings.Repeat("€", 81), 2},
		{strings.Repeat("€", 153), 3}, // 76 in a part of 153: none is cut in two
		{strings.Repeat("ß", 160), 1},
		{strings.Repeat("ç", 70), 1}, // not Ç: UCS-2
		{strings.Repeat("ç", 71), 2},
		{strings.Repeat("ç", 134), 2},
		{strings.Repeat("ç", 135), 3},
		{strings.Repeat("😀", 35), 1},
		{strings.Repeat("😀", 36), 2},
		{strings.Repeat("😀", 67), 3}, // 33 in a part of 67
	} {
		require.Equal(t, row.want, notification.Segments(row.text), "%d of %.1q", len(row.text), row.text)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	email := func(s string) error {
		var c fault.Check
		notification.CheckEmail(&c, "to", s)
		return c.Err("test")
	}
	phone := func(s string) error {
		var c fault.Check
		notification.CheckPhone(&c, "to", s)
		return c.Err("test")
	}
	for _, s := range []string{"eva@example.com", "e.v+a@sub.example.co.uk", "o'hara@x-y.de", strings.Repeat("a", 64) + "@a.b"} {
		require.NoError(t, email(s), s)
	}
	for _, s := range []string{
		"", "@", "eva", "eva@", "@example.com", "eva@localhost", "eva@-a.de", "eva@a-.de", "eva@a..de", "e..v@a.de", ".e@a.de", "e.@a.de",
		"eva@example.com\r\nBcc: all@example.com", "eva@example.com ", "Eva <eva@example.com>", "a@b@c.de", "\"e v\"@a.de", "eva@exämple.com",
		"eva@example.com,max@example.com", strings.Repeat("a", 65) + "@a.b", "a@" + strings.Repeat("a.", 130) + "de", "a\x00@a.de",
	} {
		require.ErrorIs(t, email(s), fault.Invalid, s)
	}
	for _, s := range []string{"+4915112345678", "+1234567", "+123456789012345"} {
		require.NoError(t, phone(s), s)
	}
	for _, s := range []string{"", "+", "015112345678", "+0151123456", "+49 151 1234", "+123456", "+1234567890123456", "+49151\n12345", "+４９１５１１２"} {
		require.ErrorIs(t, phone(s), fault.Invalid, s)
	}
}

func TestPassesNameOneThingForAWhile(t *testing.T) {
	t.Parallel()
	secret := []byte("0123456789abcdef")
	_, err := notification.NewPasses(secret[:15], "")
	require.ErrorIs(t, err, fault.Invalid)
	a, err := notification.NewPasses(secret, "a")
	require.NoError(t, err)
	b, err := notification.NewPasses(secret, "b")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		subject := rapid.StringN(1, 128, 128).Filter(func(s string) bool { var c fault.Check; c.Text("", s, 128); return c.Err("") == nil }).Draw(t, "subject")
		token, err := a.Issue(subject, noon())
		require.NoError(t, err)
		got, err := a.Read(token, noon().Add(-time.Second))
		require.NoError(t, err)
		require.Equal(t, subject, got)
		_, err = a.Read(token, noon())
		require.ErrorIs(t, err, notification.ErrBadPass, "the end is half open")
		_, err = b.Read(token, noon().Add(-time.Second))
		require.ErrorIs(t, err, notification.ErrBadPass, "of another tenant")
		at := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		forged := []byte(token)
		forged[at] = "ABCDEFGH"[rapid.IntRange(0, 7).Draw(t, "to")]
		if string(forged) != token {
			_, err = a.Read(string(forged), noon().Add(-time.Second))
			require.ErrorIs(t, err, notification.ErrBadPass)
		}
	})
	for _, s := range []string{"", "x", "\xff", strings.Repeat("A", 1000)} {
		_, err := a.Read(s, noon())
		require.ErrorIs(t, err, notification.ErrBadPass)
	}
	for _, s := range []string{"", "\xff", strings.Repeat("A", 129)} {
		_, err := a.Issue(s, noon())
		require.ErrorIs(t, err, fault.Invalid)
	}
	_, err = a.Issue("or_1", time.Time{})
	require.ErrorIs(t, err, fault.Invalid)
	_, err = (notification.Passes{}).Issue("or_1", noon())
	require.ErrorIs(t, err, fault.Invalid)
}

func TestTemplatesOfTheHost(t *testing.T) {
	t.Parallel()
	host := fstest.MapFS{
		"order-confirmation/de-CH.text.txt":  {Data: []byte("Grüezi")},
		"order-confirmation/de-CH.title.txt": {Data: []byte("Merci")},
		"news/en.sms.txt":                    {Data: []byte("{{.What}}")},
	}
	ts, err := notification.NewTemplates(host)
	require.NoError(t, err)
	require.True(t, ts.Has("news", notification.SMS, "fr"), "en is the last resort")
	require.False(t, ts.Has("news", notification.Email, "fr"))
	require.True(t, ts.Has("review-invitation", notification.Email, ""))

	_, err = notification.NewTemplates(fstest.MapFS{
		"order-confirmation/en.text.txt": {Data: []byte("{{.Number")},
		"readme.md":                      {Data: []byte("x")},
		"x/y/en.html":                    {Data: []byte("x")},
	})
	require.ErrorIs(t, err, fault.Invalid)
	paths := []string{}
	for _, f := range fault.FieldsOf(err) {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"order-confirmation/en.text.txt", "readme.md", "x/y/en.html"}, paths)
}

// blind is a service without a store: whatever it refuses, it refuses before
// anything is read or written.
func blind(t *testing.T, over fstest.MapFS) *notification.Service {
	t.Helper()
	ts, err := notification.NewTemplates(over)
	require.NoError(t, err)
	return notification.NewService(notification.Deps{
		Clock: clock.NewManual(noon()), NewID: func() uuid.UUID { return uuid.UUID{15: 1} }, Templates: ts,
		Notifiers: map[notification.Channel]notification.Notifier{
			notification.Email: &notificationtest.Scripted{}, notification.SMS: &notificationtest.Scripted{},
		},
	})
}

// refused requires an Invalid error for this field.
func refused(t *testing.T, field string, errs ...error) {
	t.Helper()
	for _, err := range errs {
		require.ErrorIs(t, err, fault.Invalid)
		paths := []string{}
		for _, f := range fault.FieldsOf(err) {
			paths = append(paths, f.Path)
		}
		require.Contains(t, paths, field)
		require.NotContains(t, err.Error(), "\x00")
	}
}

func second[T any](_ T, err error) error { return err }

func good() notification.Queue {
	return notification.Queue{
		Subject: "or_1", Template: notification.OrderConfirmationTemplate, Channel: notification.Email, To: "eva@example.com",
		Data: notification.OrderConfirmation{Shop: "Tee & Co", Number: "1001", Total: "19.95 €"},
	}
}

func TestWrongInputIsRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(t, nil), t.Context()
	with := func(change func(q *notification.Queue)) []error {
		q := good()
		change(&q)
		return []error{second(s.Queue(ctx, q)), second(s.QueueTx(ctx, nil, q))}
	}
	for _, x := range []string{"", "a\x00", "\xff", strings.Repeat("x", 201)} {
		refused(t, "subject", with(func(q *notification.Queue) { q.Subject = x })...)
		refused(t, "subject", second(s.BySubject(ctx, x)))
	}
	for _, x := range []string{"", "../x", "No", "unknown-one", strings.Repeat("x", 65)} {
		refused(t, "template", with(func(q *notification.Queue) { q.Template = x })...)
	}
	refused(t, "template", with(func(q *notification.Queue) {
		q.Template, q.Channel, q.To = notification.ReviewInvitationTemplate, notification.SMS, "+4915112345678"
	})...)
	refused(t, "channel", with(func(q *notification.Queue) { q.Channel = "pigeon" })...)
	refused(t, "to", with(func(q *notification.Queue) { q.To = "eva@example.com\r\nBcc: all@example.com" })...)
	refused(t, "name", with(func(q *notification.Queue) { q.Name = "Eva\r\nBcc: all@example.com" })...)
	for _, x := range []string{"http://shop.example/u", "https://", "mailto:a@b.example", "https://shop.example/ü", "https://a.example/\r\nBcc:x"} {
		refused(t, "unsubscribe", with(func(q *notification.Queue) { q.Unsubscribe = x })...)
	}
	refused(t, "unsubscribe", with(func(q *notification.Queue) {
		q.Channel, q.To, q.Unsubscribe = notification.SMS, "+4915112345678", "https://shop.example/u"
	})...)
	for _, x := range []string{"../..", "d_e", strings.Repeat("x", 36)} {
		refused(t, "locale", with(func(q *notification.Queue) { q.Locale = x })...)
	}
	refused(t, "if_version", with(func(q *notification.Queue) { q.IfVersion = 1 })...)
	for field, m := range map[string]op.Meta{
		"if_version": {IfVersion: -1}, "key": {Key: "\n"}, "by.id": {By: op.Actor{ID: "\xff"}}, "by.kind": {By: op.Actor{Kind: "king"}},
	} {
		refused(t, field, with(func(q *notification.Queue) { q.Meta = m })...)
		refused(t, field, second(s.Resend(ctx, notification.ID{}, notification.Resend{Meta: m})),
			second(s.ResendTx(ctx, nil, notification.ID{}, notification.Resend{Meta: m})),
			second(s.Cancel(ctx, notification.ID{}, notification.Cancel{Meta: m, Reason: "x"})),
			second(s.CancelTx(ctx, nil, notification.ID{}, notification.Cancel{Meta: m, Reason: "x"})))
	}
	refused(t, "reason", second(s.Cancel(ctx, notification.ID{}, notification.Cancel{})))
	for _, n := range []int{0, -1, 1001} {
		refused(t, "limit", second(s.SendDue(ctx, n)))
	}
	none := notification.NewService(notification.Deps{Clock: clock.NewManual(noon()), NewID: uuid.New})
	require.ErrorIs(t, second(none.Queue(ctx, good())), notification.ErrNoNotifier)
}

func TestDataNeverLeavesItsPlace(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := blind(t, fstest.MapFS{
		"loop/en.sms.txt":  {Data: []byte("{{range .}}{{range $}}{{range $}}{{range $}}0123456789{{end}}{{end}}{{end}}{{end}}")},
		"long/en.sms.txt":  {Data: []byte("{{.}}")},
		"bare/en.text.txt": {Data: []byte("no title")},
		"bare/en.sms.txt":  {Data: []byte("\n ")},
	})
	q := good()
	q.Data = notification.OrderConfirmation{Shop: "Shop\r\nBcc: all@example.com", Number: "1"}
	refused(t, "title", second(s.QueueTx(ctx, nil, q)))
	q.Data = map[string]string{"Shop": "x"}
	refused(t, "data", second(s.QueueTx(ctx, nil, q)))
	q.Data = nil
	refused(t, "data", second(s.QueueTx(ctx, nil, q)))
	q.Template = "bare"
	refused(t, "template", second(s.QueueTx(ctx, nil, q)))
	q.Channel, q.To = notification.SMS, "+4915112345678"
	refused(t, "text", second(s.QueueTx(ctx, nil, q)))
	q.Template, q.Data = "loop", make([]int, 40)
	refused(t, "data", second(s.QueueTx(ctx, nil, q)))
	q.Template, q.Data = "long", strings.Repeat("a", 1531)
	refused(t, "text", second(s.QueueTx(ctx, nil, q)))
}
