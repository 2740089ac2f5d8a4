// Package lognotify sends messages to a folder: each becomes a file that can be
// read with any mail program or editor. It is for trying things out, for demos
// and for tests, and needs nobody else.
//
// It is a notification.Notifier for both channels and a KeyKeeper: the name of a
// file is the Key of its message, and what is there already is left as it is.
// References are the names of the files: ms_....eml for an email, which is a
// MIME message of its text and HTML, and ms_....txt for an SMS. A file appears
// whole or not at all.
package lognotify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
)

// Notifier writes messages into a folder. It is safe for concurrent use, by
// several processes too.
type Notifier struct {
	dir    string
	logger *slog.Logger
}

var (
	_ notification.Notifier  = (*Notifier)(nil)
	_ notification.KeyKeeper = (*Notifier)(nil)
)

// Options may be left out as a whole.
type Options struct {
	// Logger is told the name of each file that was written, and never an
	// address or a text. Defaults to none.
	Logger *slog.Logger
}

// New returns a Notifier that writes into a folder, which is made if it is
// missing. o may be nil.
func New(dir string, o *Options) *Notifier {
	n := &Notifier{dir: dir, logger: slog.New(slog.DiscardHandler)}
	if o != nil && o.Logger != nil {
		n.logger = o.Logger
	}
	return n
}

// KeepsKeys returns true.
func (n *Notifier) KeepsKeys() bool { return true }

// Send writes a message. A folder that cannot be written to postpones it.
func (n *Notifier) Send(ctx context.Context, m notification.Message) (notification.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return notification.Outcome{}, err
	}
	if err := ctx.Err(); err != nil {
		return notification.Outcome{}, fault.New(fault.Unavailable, "lognotify.gone", "The caller is gone.").Because(err)
	}
	name, content, err := render(m)
	if err != nil {
		return notification.Outcome{}, err
	}
	if err := n.write(name, content); err != nil {
		n.logger.WarnContext(ctx, "message not written", "file", name, "error", err)
		return notification.Outcome{State: notification.Postponed, Code: "write_failed", Text: "The folder of the messages cannot be written to."}, nil
	}
	n.logger.InfoContext(ctx, "message written", "file", name)
	return notification.Outcome{State: notification.Accepted, Reference: name}, nil
}

// write makes a file appear whole, unless it is there.
func (n *Notifier) write(name string, content []byte) error {
	if err := os.MkdirAll(n.dir, 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(n.dir, ".message-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // a file of ours that nobody misses
	_, err = f.Write(content)
	err = errors.Join(err, f.Close())
	if err != nil {
		return err
	}
	err = os.Link(f.Name(), filepath.Join(n.dir, name))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func render(m notification.Message) (name string, content []byte, err error) {
	switch m.Channel {
	case notification.SMS:
		return m.Key() + ".txt", []byte("To: " + m.To + "\n\n" + m.Text), nil
	case notification.Email:
		content, err = letter(m)
		return m.Key() + ".eml", content, err
	default:
		return "", nil, fault.New(fault.Unsupported, "lognotify.channel", "Only emails and SMS can be written.")
	}
}

// letter returns an email as MIME.
func letter(m notification.Message) ([]byte, error) {
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	for _, h := range [][2]string{
		{"Message-ID", "<" + m.Key() + "@lognotify.invalid>"},
		{"Date", m.CreatedAt.Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"To", (&mail.Address{Name: m.Name, Address: m.To}).String()},
		{"Subject", mime.QEncoding.Encode("utf-8", m.Title)},
		{"Content-Language", m.Locale},
		{"MIME-Version", "1.0"},
		{"Content-Type", "multipart/alternative; boundary=" + parts.Boundary()},
	} {
		if strings.ContainsAny(h[1], "\r\n") {
			return nil, fault.New(fault.Invalid, "lognotify.header", "A header of the message has a line break.")
		}
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	err := part(parts, "text/plain", m.Text)
	if err == nil && m.HTML != "" {
		err = part(parts, "text/html", m.HTML)
	}
	err = errors.Join(err, parts.Close())
	return b.Bytes(), err
}

func part(to *multipart.Writer, kind, text string) error {
	w, err := to.CreatePart(textproto.MIMEHeader{
		"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	q := quotedprintable.NewWriter(w)
	_, err = q.Write([]byte(text))
	return errors.Join(err, q.Close())
}
