package support

import (
	"context"
	"errors"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// Incoming is an email as the host has read it.
type Incoming struct {
	op.Meta
	// From and Name are the sender, To all addresses that it was sent to, those
	// of Delivered-To included.
	From string
	Name string
	To   []string
	// MessageID, InReplyTo and References are as in the headers, with or without
	// angle brackets. MessageID is required: it makes a repeat harmless.
	MessageID  string
	InReplyTo  string
	References []string
	Title      string
	// Text is the plain text; what is longer than MaxText is cut.
	Text string
	// ReturnPath, AutoSubmitted, Precedence and AutoReply are the headers of
	// these names (the last X-Autoreply), by which machines are known.
	ReturnPath    string
	AutoSubmitted string
	Precedence    string
	AutoReply     string
}

// Received is what became of an email.
type Received struct {
	// Ignored says that a machine wrote it; then nothing was stored.
	Ignored bool
	// Repeated says that it was received before.
	Repeated bool
	Turn     Turn
}

// Receive takes an email in. It goes to the conversation that it answers to,
// and else it begins one; an answer to a closed conversation begins one about
// the same subject, unless a stranger wrote it. Doing it again is harmless.
// Errors by kind: Invalid if sender, MessageID or text are no good.
func (s *Service) Receive(ctx context.Context, mail Incoming) (Received, error) {
	if mail.isAutomatic() {
		return Received{Ignored: true}, nil
	}
	mail, err := mail.checked()
	if err != nil {
		return Received{}, err
	}
	var out Received
	for range tries {
		out, err = s.receive(ctx, s.Reader, mail, func(ch change) (Turn, error) { return ch.run(ctx) })
		if !errors.Is(err, ErrReceived) && !errors.Is(err, ErrClosed) {
			break
		}
	}
	return out, err
}

// ReceiveTx is Receive inside a unit. If another unit receives the same email at
// the same time it fails with ErrReceived: then run the unit again.
func (s *Service) ReceiveTx(ctx context.Context, t Tx, mail Incoming) (Received, error) {
	if mail.isAutomatic() {
		return Received{Ignored: true}, nil
	}
	mail, err := mail.checked()
	if err != nil {
		return Received{}, err
	}
	return s.receive(ctx, t, mail, func(ch change) (Turn, error) { return ch.runTx(ctx, t) })
}

func (s *Service) receive(ctx context.Context, r Reader, mail Incoming, run func(change) (Turn, error)) (Received, error) {
	before, err := r.SupportMessageBy(ctx, mail.MessageID)
	if err == nil {
		turn, err := turnOf(ctx, r, receipt{before.Conversation, before.ID})
		return Received{Repeated: true, Turn: turn}, err
	}
	if !errors.Is(err, fault.NotFound) {
		return Received{}, err
	}
	there, err := s.thread(ctx, r, mail)
	if err != nil {
		return Received{}, err
	}
	turn, err := run(s.receiving(mail, there))
	return Received{Turn: turn}, err
}

// receiving is the change that an email makes.
func (s *Service) receiving(mail Incoming, to thread) change {
	if to.found && to.conversation.status != StatusClosed {
		ch := s.adding(to.conversation.ID, "support.receive", mail.Meta, Message{Direction: Inbound, Kind: Email, Text: mail.Text})
		ch.message.From, ch.message.External, ch.message.Foreign = mail.From, mail.MessageID, to.foreign
		return ch
	}
	subject := ""
	if to.found && !to.foreign {
		subject = to.conversation.Subject
	}
	ch := s.beginning(Begin{
		Meta: mail.Meta, Kind: Email, Subject: subject, Title: mail.Title,
		Customer: Person{Name: mail.Name, Address: mail.From}, Text: mail.Text,
	})
	ch.message.External = mail.MessageID
	return ch
}

// thread is the conversation that an email answers to, if there is one.
type thread struct {
	conversation Conversation
	found        bool
	// foreign says that the email is not from the address on file.
	foreign bool
}

// thread finds the conversation that an email answers to. Whoever has the token
// has had an email of ours; a Message-ID alone proves nothing, so by that only
// the customer finds it.
func (s *Service) thread(ctx context.Context, r Reader, mail Incoming) (thread, error) {
	if conversation, ok := s.Addresses.Read(mail.To...); ok {
		c, err := r.SupportConversation(ctx, conversation)
		if err == nil {
			return thread{c, true, !c.isFrom(mail)}, nil
		}
		if !errors.Is(err, fault.NotFound) {
			return thread{}, err
		}
	}
	for _, ref := range append([]string{mail.InReplyTo}, mail.References...) {
		m, err := referred(ctx, r, ref)
		var c Conversation
		if err == nil {
			c, err = r.SupportConversation(ctx, m.Conversation)
		}
		switch {
		case errors.Is(err, fault.NotFound):
		case err != nil:
			return thread{}, err
		case c.isFrom(mail):
			return thread{conversation: c, found: true}, nil
		}
	}
	return thread{}, nil
}

// isFrom reports whether an email is from the address on file.
func (c Conversation) isFrom(mail Incoming) bool {
	return strings.EqualFold(c.Customer.Address, mail.From)
}

// referred finds a message by a Message-ID: one of ours, or of an email that
// came in.
func referred(ctx context.Context, r Reader, ref string) (Message, error) {
	ref = bare(ref)
	if ref == "" || len(ref) > maxRef {
		return Message{}, ErrNoMessage
	}
	local, _, _ := strings.Cut(ref, "@")
	if ours, err := ParseMessageID(local); err == nil {
		return r.SupportMessage(ctx, ours)
	}
	return r.SupportMessageBy(ctx, ref)
}

// bare returns a Message-ID without angle brackets.
func bare(ref string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(ref), "<"), ">")
}

// isAutomatic tells the mail of machines (RFC 3834), which is never answered:
// two of them would not stop.
func (m Incoming) isAutomatic() bool {
	switch strings.ToLower(strings.TrimSpace(m.Precedence)) {
	case "bulk", "junk", "list", "auto_reply":
		return true
	default:
	}
	auto, _, _ := strings.Cut(strings.ToLower(m.AutoSubmitted), ";")
	auto = strings.TrimSpace(auto)
	return (auto != "" && auto != "no") || m.AutoReply != "" || strings.TrimSpace(m.ReturnPath) == "<>" ||
		strings.HasPrefix(strings.ToLower(m.From), "mailer-daemon@")
}

// maxReferences is how many References are looked at.
const maxReferences = 20

// checked returns m tidied. An email is what somebody has sent already, so what
// can be mended is mended.
func (m Incoming) checked() (Incoming, error) {
	var c fault.Check
	c.That(isAddress(m.From), "from", "bad_address", "must be an email address")
	m.MessageID = c.Required("message_id", bare(m.MessageID), maxRef)
	m.Name, m.Title = clean(m.Name, maxName, " "), clean(m.Title, MaxTitle, " ")
	m.Text = clean(m.Text, MaxText, "\n\t")
	if m.Title == "" {
		m.Title = "-"
	}
	if m.Text == "" {
		m.Text = "-"
	}
	m.References = m.References[:min(len(m.References), maxReferences)]
	c.That(m.Key == "" && m.IfVersion == 0, "key", "not_allowed", "must be empty: the Message-ID is the key")
	c.That(m.By.Kind != op.Staff, "by.kind", "not_allowed", "must not be staff: what came in is of a customer")
	m.Check(&c)
	return m, c.Err("support.receive")
}

// clean returns the beginning of s without control characters but for those of
// keep.
func clean(s string, limit int, keep string) string {
	out := make([]rune, 0, min(len(s), limit))
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if len(out) == limit {
			break
		}
		var c fault.Check
		if c.Text("", string(r), 1); c.Err("") != nil && !strings.ContainsRune(keep, r) {
			continue
		}
		out = append(out, r)
	}
	return strings.TrimSpace(string(out))
}
