package smtp_test

import (
	"net/mail"
	"strings"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/support"
)

func answer() support.Outgoing {
	return support.Outgoing{
		Key: support.MessageIDFrom(uuid.UUID{15: 1}).String(), To: "eva@example.com", Name: "Eva", ReplyTo: "reply+abc@shop.example",
		Title: "Re: Where is it?", Text: "Tomorrow.\n", InReplyTo: "1@example.com", At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

func TestAReplyIsThreaded(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	_, err := sender(t, config(p.port)).Deliver(t.Context(), answer())
	require.NoError(t, err)
	m, err := mail.ReadMessage(strings.NewReader(p.raw()[0]))
	require.NoError(t, err)
	for name, want := range map[string]string{
		"Message-Id": "<cm_00000000000000000000000001@shop.example>", "Reply-To": "<reply+abc@shop.example>",
		"In-Reply-To": "<1@example.com>", "References": "<1@example.com>", "Subject": "Re: Where is it?", "Auto-Submitted": "",
	} {
		require.Equal(t, want, m.Header.Get(name), name)
	}
	require.Equal(t, "Tomorrow.\n", p.arrived(t)[0].Text)
}

func TestWhatBecomesOfAReply(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	s := sender(t, config(p.port))
	_, err := s.Deliver(tx.Mark(t.Context()), answer())
	require.ErrorIs(t, err, tx.ErrInUnit)
	for _, change := range []func(o *support.Outgoing){
		func(o *support.Outgoing) { o.Title = "x\r\nBcc: all@example.com" },
		func(o *support.Outgoing) { o.InReplyTo = "x>\r\nBcc: all@example.com" },
		func(o *support.Outgoing) { o.To = "nobody" },
	} {
		o := answer()
		change(&o)
		_, err = s.Deliver(t.Context(), o)
		require.ErrorIs(t, err, fault.Invalid)
	}
	require.Empty(t, p.raw())

	p.set(func() { p.refuse = &gosmtp.SMTPError{Code: 550, Message: "no"} })()
	_, err = s.Deliver(t.Context(), answer())
	require.ErrorIs(t, err, fault.Declined)
	p.set(func() { p.refuse = &gosmtp.SMTPError{Code: 451, Message: "later"} })()
	_, err = s.Deliver(t.Context(), answer())
	require.ErrorIs(t, err, fault.Unavailable)
	p.set(func() { p.refuse, p.cut = nil, true })()
	_, err = s.Deliver(t.Context(), answer())
	require.ErrorIs(t, err, fault.Unknown)
}
