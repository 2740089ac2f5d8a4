package smtp_test

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/smtp"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

// post is a mail server in the test.
type post struct {
	mu      sync.Mutex
	letters []string
	refuse  error // the answer to RCPT
	cut     bool  // the connection is cut before the answer to the text
	port    int
	stop    func()
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p.port = l.Addr().(*net.TCPAddr).Port
	server := gosmtp.NewServer(p)
	server.Domain = "localhost"
	var done sync.WaitGroup
	done.Go(func() { _ = server.Serve(l) })
	p.stop = sync.OnceFunc(func() { _ = l.Close(); _ = server.Close(); done.Wait() })
	t.Cleanup(p.stop)
	return p
}

// NewSession begins a session.
func (p *post) NewSession(c *gosmtp.Conn) (gosmtp.Session, error) { //nolint:ireturn // the port
	return &session{post: p, conn: c}, nil
}

type session struct {
	post *post
	conn *gosmtp.Conn
}

func (*session) Reset()                                 {}
func (*session) Logout() error                          { return nil }
func (*session) Mail(string, *gosmtp.MailOptions) error { return nil }
func (s *session) Rcpt(string, *gosmtp.RcptOptions) error {
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	return s.post.refuse
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.letters = append(s.post.letters, string(b))
	if s.post.cut {
		_ = s.conn.Conn().Close()
		return errors.New("cut")
	}
	return nil
}

func (p *post) set(change func()) func() {
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		change()
	}
}

func (p *post) raw() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.letters...)
}

// arrived reads the letters as a mail program does.
func (p *post) arrived(t *testing.T) []notificationtest.Arrival {
	t.Helper()
	var out []notificationtest.Arrival
	for _, text := range p.raw() {
		m, err := mail.ReadMessage(strings.NewReader(text))
		require.NoError(t, err)
		to, err := m.Header.AddressList("To")
		require.NoError(t, err)
		title, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		require.NoError(t, err)
		a := notificationtest.Arrival{To: to[0].Address, Title: title}
		kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		require.NoError(t, err)
		if kind != "multipart/alternative" {
			a.Text = body(t, quotedprintable.NewReader(m.Body))
			out = append(out, a)
			continue
		}
		parts := multipart.NewReader(m.Body, params["boundary"])
		first, err := parts.NextPart()
		require.NoError(t, err)
		a.Text = body(t, first)
		second, err := parts.NextPart()
		require.NoError(t, err)
		a.HTML = body(t, second)
		out = append(out, a)
	}
	return out
}

// body reads a text; the line break that ends the last line belongs to the
// transport.
func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return strings.TrimRight(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n") + "\n"
}

func config(port int) smtp.Config {
	return smtp.Config{
		Host: "127.0.0.1", Port: port, Encryption: smtp.Cleartext, From: "shop@shop.example", FromName: "Tee & Co", Timeout: 5 * time.Second,
	}
}

func sender(t *testing.T, cfg smtp.Config) *smtp.Sender {
	t.Helper()
	s, err := smtp.New(cfg)
	require.NoError(t, err)
	return s
}

func TestNotifier(t *testing.T) {
	t.Parallel()
	notificationtest.Run(t, func(t *testing.T) notificationtest.Harness {
		t.Helper()
		p := newPost(t)
		return notificationtest.Harness{
			Notifier: sender(t, config(p.port)), Channel: notification.Email, Arrived: p.arrived,
			Refuse: p.set(func() {
				p.refuse = &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
			}),
			Postpone: p.set(func() {
				p.refuse = &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
			}),
			LoseReply:   p.set(func() { p.cut = true }),
			LoseRequest: p.stop,
		}
	})
}

func letter() notification.Message {
	return notification.Message{
		ID: notification.IDFrom(uuid.UUID{15: 1}), Channel: notification.Email, To: "eva@example.com", Title: "Hello", Text: "Hello\n",
		Locale: "en", Round: 2, UpdatedAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

func TestWhatTheHeadersSay(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	o, err := sender(t, config(p.port)).Send(t.Context(), letter())
	require.NoError(t, err)
	require.Equal(t, notification.Accepted, o.State)
	m, err := mail.ReadMessage(strings.NewReader(p.raw()[0]))
	require.NoError(t, err)
	for name, want := range map[string]string{
		"Message-Id": "<ms_00000000000000000000000001.2@shop.example>", "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
		"From": `"Tee & Co" <shop@shop.example>`, "Reply-To": "<shop@shop.example>", "Auto-Submitted": "auto-generated",
		"Content-Language": "en", "User-Agent": "", "X-Mailer": "", "List-Unsubscribe": "", "List-Unsubscribe-Post": "",
	} {
		require.Equal(t, want, m.Header.Get(name), name)
	}
}

func TestAnUnsubscribeLinkIsOneClick(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	letter := letter()
	letter.Unsubscribe = "https://shop.example/unsubscribe?t=" + strings.Repeat("Ab-_9", 60)
	_, err := sender(t, config(p.port)).Send(t.Context(), letter)
	require.NoError(t, err)
	m, err := mail.ReadMessage(strings.NewReader(p.raw()[0]))
	require.NoError(t, err)
	require.Equal(t, "<"+letter.Unsubscribe+">", m.Header.Get("List-Unsubscribe"))
	require.Equal(t, "List-Unsubscribe=One-Click", m.Header.Get("List-Unsubscribe-Post"))
}

func TestCodesTellWhatTheServerSaid(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.set(func() {
		p.refuse = &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "no eva@example.com here"}
	})()
	o, err := sender(t, config(p.port)).Send(t.Context(), letter())
	require.NoError(t, err)
	require.Equal(t, "550 5.1.1", o.Code)
	require.NotContains(t, o.Text, "eva", "no address outside the message")
}

func TestHeadersCannotBeInjected(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	s := sender(t, config(p.port))
	for _, change := range []func(m *notification.Message){
		func(m *notification.Message) { m.To = "eva@example.com\r\nBcc: all@example.com" },
		func(m *notification.Message) { m.Name = "Eva\r\nBcc: all@example.com" },
		func(m *notification.Message) { m.Title = "Hello\nBcc: all@example.com" },
		func(m *notification.Message) { m.Locale = "en\r\n" },
		func(m *notification.Message) { m.Unsubscribe = "https://shop.example/\r\nBcc: all@example.com" },
	} {
		m := letter()
		change(&m)
		_, err := s.Send(t.Context(), m)
		require.ErrorIs(t, err, fault.Invalid)
	}
	m := letter()
	m.Channel = notification.SMS
	_, err := s.Send(t.Context(), m)
	require.ErrorIs(t, err, fault.Unsupported)
	require.Empty(t, p.raw())
}

func TestNothingIsSentInTheClearByAccident(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	cfg := config(p.port)
	cfg.Encryption = smtp.StartTLS
	o, err := sender(t, cfg).Send(t.Context(), letter())
	require.NoError(t, err)
	require.Equal(t, notification.Postponed, o.State, "the server does not offer STARTTLS")
	require.Empty(t, p.raw())
}

func TestAConfigThatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	_, err := smtp.New(smtp.Config{
		Port: 70000, Encryption: "maybe", Username: "x", From: "nobody", ReplyTo: "a@b\r\n", FromName: "a\nb", Timeout: -1,
	})
	require.ErrorIs(t, err, fault.Invalid)
	paths := []string{}
	for _, f := range fault.FieldsOf(err) {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"Host", "Port", "Encryption", "Password", "From", "FromName", "ReplyTo", "Timeout"}, paths)
	cfg := config(25)
	cfg.Username, cfg.Password = "x", "y"
	_, err = smtp.New(cfg)
	require.ErrorIs(t, err, fault.Invalid, "no password in the clear")
}
