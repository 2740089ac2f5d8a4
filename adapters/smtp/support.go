package smtp

import (
	"context"
	"strings"

	"github.com/wneessen/go-mail"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/support"
)

var _ support.Channel = (*Sender)(nil)

// Deliver sends a reply of a conversation.
func (s *Sender) Deliver(ctx context.Context, o support.Outgoing) (reference string, err error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return "", err
	}
	letter, err := s.reply(o)
	if err != nil {
		return "", fault.New(fault.Invalid, "smtp.message", "The reply cannot be written as an email.")
	}
	timeout, err := s.timeout(ctx)
	if err != nil {
		return "", err
	}
	out, err := s.post(ctx, letter, timeout)
	if err != nil {
		return "", err
	}
	kind := fault.Unknown
	switch out.State {
	case notification.Accepted:
		return out.Reference, nil
	case notification.Refused:
		kind = fault.Declined
	case notification.Postponed:
		kind = fault.Unavailable
	case notification.Unclear:
	}
	return "", fault.New(kind, "smtp."+string(out.State), out.Text+" ("+out.Code+")")
}

func (s *Sender) reply(o support.Outgoing) (*mail.Msg, error) {
	replyTo := o.ReplyTo
	if replyTo == "" {
		replyTo = s.cfg.ReplyTo
	}
	if strings.ContainsAny(o.InReplyTo, breaks+"<>") {
		return nil, errBreak
	}
	l, err := s.envelope(envelope{key: o.Key, to: o.To, name: o.Name, replyTo: replyTo, title: o.Title, at: o.At})
	if err != nil {
		return nil, err
	}
	if o.InReplyTo != "" {
		l.SetGenHeader(mail.HeaderInReplyTo, "<"+o.InReplyTo+">")
		l.SetGenHeader(mail.HeaderReferences, "<"+o.InReplyTo+">")
	}
	l.SetBodyString(mail.TypeTextPlain, o.Text)
	return l, nil
}
