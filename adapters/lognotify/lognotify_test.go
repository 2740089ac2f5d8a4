package lognotify_test

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/lognotify"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

func TestNotifier(t *testing.T) {
	t.Parallel()
	for _, ch := range []notification.Channel{notification.Email, notification.SMS} {
		t.Run(string(ch), func(t *testing.T) {
			t.Parallel()
			notificationtest.Run(t, func(t *testing.T) notificationtest.Harness {
				t.Helper()
				dir := filepath.Join(t.TempDir(), "out")
				return notificationtest.Harness{
					Notifier: lognotify.New(dir, nil), Channel: ch, AnyTitle: ch == notification.SMS,
					Arrived:  func(t *testing.T) []notificationtest.Arrival { t.Helper(); return arrived(t, dir) },
					Postpone: func() { require.NoError(t, os.WriteFile(dir, nil, 0o600)) },
				}
			})
		})
	}
}

// arrived reads what lies in a folder.
func arrived(t *testing.T, dir string) []notificationtest.Arrival {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	var out []notificationtest.Arrival
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		if filepath.Ext(file) == ".txt" {
			head, text, _ := strings.Cut(string(b), "\n\n")
			out = append(out, notificationtest.Arrival{To: strings.TrimPrefix(head, "To: "), Text: text})
			continue
		}
		out = append(out, read(t, string(b)))
	}
	return out
}

// read reads an email as a mail program does.
func read(t *testing.T, text string) notificationtest.Arrival {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	require.NoError(t, err)
	to, err := m.Header.AddressList("To")
	require.NoError(t, err)
	title, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	require.NoError(t, err)
	a := notificationtest.Arrival{To: to[0].Address, Title: title}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	require.NoError(t, err)
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // it is returned bare
			return a
		}
		require.NoError(t, err)
		b, err := io.ReadAll(p)
		require.NoError(t, err)
		body := strings.ReplaceAll(string(b), "\r\n", "\n")
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			a.HTML = body
		} else {
			a.Text = body
		}
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	t.Parallel()
	n := lognotify.New(t.TempDir(), nil)
	m := notification.Message{ID: notification.IDFrom(uuid.UUID{15: 1}), Channel: notification.Email, To: "eva@example.com", Title: "a", Text: "b", Locale: "en\nBcc: all@example.com"}
	_, err := n.Send(t.Context(), m)
	require.ErrorIs(t, err, fault.Invalid)
	m.Channel = "pigeon"
	_, err = n.Send(t.Context(), m)
	require.ErrorIs(t, err, fault.Unsupported)
}

func Example() {
	dir, err := os.MkdirTemp("", "messages-")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	n := lognotify.New(dir, nil)
	o, err := n.Send(context.Background(), notification.Message{
		ID: notification.IDFrom(uuid.UUID{15: 1}), Channel: notification.SMS, To: "+4915112345678", Text: "Your order 1001 is on its way.",
	})
	if err != nil {
		return
	}
	b, err := os.ReadFile(filepath.Join(dir, o.Reference))
	if err != nil {
		return
	}
	fmt.Printf("%s\n%s\n", o.Reference, b)
	// Output:
	// ms_00000000000000000000000001.txt
	// To: +4915112345678
	//
	// Your order 1001 is on its way.
}
