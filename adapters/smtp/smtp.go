package smtp

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
)

// Sender sends emails. It is safe for concurrent use.
type Sender struct{ cfg Config }

var (
	_ notification.Notifier  = (*Sender)(nil)
	_ notification.KeyKeeper = (*Sender)(nil)
)

// New returns a Sender. It connects to nobody. A Config that cannot work is an
// Invalid error that names all that is wrong.
func New(cfg Config) (*Sender, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &Sender{cfg: cfg}
	_, err := s.client(cfg.Timeout)
	if err != nil {
		return nil, fault.New(fault.Invalid, "smtp.config", "The settings of the mail server are not valid.").Because(err)
	}
	return s, nil
}

// KeepsKeys returns Config.RepeatUnclear.
func (s *Sender) KeepsKeys() bool { return s.cfg.RepeatUnclear }

func (s *Sender) client(timeout time.Duration) (*mail.Client, error) {
	opts := []mail.Option{
		mail.WithPort(s.cfg.Port), mail.WithTimeout(timeout), mail.WithTLSPolicy(mail.TLSMandatory), mail.WithHELO(s.cfg.domain()),
		mail.WithoutNoop(), mail.WithoutRset(),
	}
	switch s.cfg.Encryption {
	case ImplicitTLS:
		opts = append(opts, mail.WithSSL())
	case Cleartext:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	case StartTLS:
	}
	if s.cfg.TLS != nil {
		opts = append(opts, mail.WithTLSConfig(s.cfg.TLS))
	}
	if s.cfg.Username != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.cfg.Username), mail.WithPassword(s.cfg.Password))
	}
	return mail.NewClient(s.cfg.Host, opts...)
}

// Send sends an email.
func (s *Sender) Send(ctx context.Context, m notification.Message) (notification.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return notification.Outcome{}, err
	}
	if m.Channel != notification.Email {
		return notification.Outcome{}, fault.New(fault.Unsupported, "smtp.channel", "Only emails can be sent by SMTP.")
	}
	letter, err := s.letter(m)
	if err != nil {
		return notification.Outcome{}, fault.New(fault.Invalid, "smtp.message", "The message cannot be written as an email.")
	}
	timeout, err := s.timeout(ctx)
	if err != nil {
		return notification.Outcome{}, err
	}
	return s.post(ctx, letter, timeout)
}

// timeout is how long a message may take.
func (s *Sender) timeout(ctx context.Context) (time.Duration, error) {
	gone := fault.New(fault.Unavailable, "smtp.gone", "There was no time left to send the message.")
	if err := ctx.Err(); err != nil {
		return 0, gone.Because(err)
	}
	timeout := s.cfg.Timeout
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline)) //nolint:forbidigo // how long the caller waits is a matter of the machine
	}
	if timeout <= 0 {
		return 0, gone
	}
	return timeout, nil
}

func (s *Sender) letter(m notification.Message) (*mail.Msg, error) {
	if strings.ContainsAny(m.Locale+m.Unsubscribe, breaks) {
		return nil, errBreak
	}
	l, err := s.envelope(envelope{key: m.Key(), to: m.To, name: m.Name, replyTo: s.cfg.ReplyTo, title: m.Title, at: m.UpdatedAt})
	if err != nil {
		return nil, err
	}
	if m.Locale != "" {
		l.SetGenHeader("Content-Language", m.Locale)
	}
	l.SetGenHeader("Auto-Submitted", "auto-generated") // so that no vacation answers
	if m.Unsubscribe != "" {                           // RFC 8058, 3.1
		l.SetGenHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
		l.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	l.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		l.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	return l, nil
}

// breaks are the characters that end a header.
const breaks = "\r\n\x00"

var errBreak = errors.New("smtp: a header has a line break")

// envelope is what every letter has.
type envelope struct {
	key, to, name, replyTo, title string
	at                            time.Time
}

// envelope returns a letter without text.
func (s *Sender) envelope(e envelope) (*mail.Msg, error) {
	for _, h := range []string{e.key, e.to, e.name, e.replyTo, e.title} {
		if strings.ContainsAny(h, breaks) {
			return nil, errBreak
		}
	}
	l := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := l.FromFormat(s.cfg.FromName, s.cfg.From); err != nil {
		return nil, err
	}
	if err := l.AddToFormat(e.name, e.to); err != nil {
		return nil, err
	}
	if err := l.ReplyTo(e.replyTo); err != nil {
		return nil, err
	}
	l.Subject(e.title)
	l.SetMessageIDWithValue(e.key + "@" + s.cfg.domain())
	l.SetDateWithValue(e.at)
	return l, nil
}

// post makes one connection and sends one letter over it.
func (s *Sender) post(ctx context.Context, l *mail.Msg, timeout time.Duration) (notification.Outcome, error) {
	client, err := s.client(timeout)
	if err != nil {
		return notification.Outcome{}, fault.New(fault.Invalid, "smtp.config", "The settings of the mail server are not valid.").Because(err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return unreachable(), nil //nolint:nilerr // that nobody answers is an outcome
	}
	err = client.SendWithSMTPClient(conn, l)
	_ = client.CloseWithSMTPClient(conn) // what was answered before counts
	if l.IsDelivered() {
		return notification.Outcome{State: notification.Accepted, Reference: strings.TrimSpace(l.ServerResponse())}, nil
	}
	return outcome(err), nil
}

func unreachable() notification.Outcome {
	return notification.Outcome{
		State: notification.Postponed, Code: "unreachable", Text: "The mail server could not be reached, or did not let us in.",
	}
}

// outcome says what follows from a failure. Only the end of the text makes the
// server take a message, so whatever fails before that has had no effect.
func outcome(err error) notification.Outcome {
	e, ok := errors.AsType[*mail.SendError](err)
	if !ok {
		return notification.Outcome{State: notification.Unclear, Code: "unknown", Text: "The mail server answered something that we do not know."}
	}
	o := notification.Outcome{State: notification.Postponed, Code: code(e), Text: "The mail server did not take the message: " + e.Reason.String() + "."}
	switch {
	case e.ErrorCode() >= 500:
		o.State = notification.Refused
	case e.ErrorCode() == 0 && e.Reason == mail.ErrSMTPDataClose:
		o.State = notification.Unclear
	case e.Reason == mail.ErrGetSender, e.Reason == mail.ErrGetRcpts, e.Reason == mail.ErrNoUnencoded:
		o.State = notification.Refused
	}
	return o
}

func code(e *mail.SendError) string {
	switch {
	case e.ErrorCode() == 0:
		return "connection_lost"
	case e.EnhancedStatusCode() != "":
		return strconv.Itoa(e.ErrorCode()) + " " + e.EnhancedStatusCode()
	default:
		return strconv.Itoa(e.ErrorCode())
	}
}
