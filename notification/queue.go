package notification

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
)

// Queue is a message to be sent.
type Queue struct {
	op.Meta
	// Subject is what it is about: the text of an id, 1 to 200 characters.
	Subject  string
	Template string
	Channel  Channel
	// To is an email address or a phone number, as CheckEmail and CheckPhone
	// want them.
	To string
	// Name is the name of the recipient, at most 200 characters. May be empty.
	Name string
	// Locale is the language wanted: "de-AT". Empty: DefaultLocale.
	Locale string
	// Unsubscribe is set for emails that nobody asked for at this moment: an
	// address that begins with https://, of at most 900 characters, at which one
	// POST without cookies turns them off (RFC 8058). The template gets it in
	// its Data.
	Unsubscribe string
	// Data is what the template fills in. It is not stored.
	Data any
}

// Queue renders a message and stores it to be sent at once by whoever listens
// to Queued. If there is one from this template over this channel about this
// subject already, that one is returned as it is, whatever has become of it.
//
// Errors by kind: Invalid for wrong input, data that does not fit the template,
// and a title or text that cannot be sent; Unsupported (ErrNoNotifier) if the
// shop does not use the channel.
func (s *Service) Queue(ctx context.Context, req Queue) (Message, error) {
	q, err := s.queuing(req)
	if err != nil {
		return Message{}, err
	}
	m, err := s.alone(ctx, q.do)
	if errors.Is(err, ErrQueued) { // another was quicker: a fresh look finds it
		return s.alone(ctx, q.do)
	}
	return m, err
}

// QueueTx is Queue inside a unit. If another unit queues the same message at
// the same time it fails with ErrQueued: then run the unit again.
func (s *Service) QueueTx(ctx context.Context, t Tx, req Queue) (Message, error) {
	q, err := s.queuing(req)
	if err != nil {
		return Message{}, err
	}
	return q.do(ctx, t)
}

// queuing is a Queue that was checked and rendered.
type queuing struct {
	s       *Service
	call    op.Call
	message Message
}

func (s *Service) queuing(req Queue) (queuing, error) {
	now := clock.Cut(s.clock.Now())
	m := Message{
		Subject: req.Subject, Template: req.Template, Channel: req.Channel, To: req.To, Locale: req.Locale, Unsubscribe: req.Unsubscribe,
		Round: 1, Version: 1, CreatedAt: now, UpdatedAt: now, Due: now, status: moves.Initial,
	}
	var c fault.Check
	req.Check(&c)
	c.That(req.IfVersion == 0, "if_version", "not_allowed", "must be 0 for what is not there yet")
	checkSubject(&c, m.Subject)
	c.That(isTemplateName(m.Template), "template", "bad_name", "must be of lower case letters, digits and hyphens")
	checkTo(&c, m.Channel, m.To)
	m.Name = c.Text("name", req.Name, maxTitle)
	checkUnsubscribe(&c, m)
	if m.Locale == "" {
		m.Locale = DefaultLocale
	}
	c.That(isLocale(m.Locale), "locale", "bad_locale", "must be a language tag such as de-AT")
	if err := c.Err("notification.queue"); err != nil {
		return queuing{}, err
	}
	if !s.Sends(m.Channel) {
		return queuing{}, ErrNoNotifier
	}
	m, err := s.templates.render(m, req.Data)
	if err != nil {
		return queuing{}, err
	}
	m.ID = id.New[kind](s.newID)
	parameters := req
	parameters.Meta = op.Meta{}
	return queuing{s: s, message: m, call: op.Call{
		Meta: req.Meta, Operation: "notification.queue", Parameters: parameters, Now: now,
	}}, nil
}

func (q queuing) do(ctx context.Context, t Tx) (Message, error) {
	return keyed(ctx, t, q.call, func(ctx context.Context) (Message, error) {
		m := q.message
		there, err := t.NotificationOf(ctx, m.Subject, m.Template, m.Channel)
		if err == nil || !errors.Is(err, fault.NotFound) {
			return there, err
		}
		if err := t.InsertNotification(ctx, m); err != nil {
			return Message{}, err
		}
		return m, q.s.announce(ctx, t, change{message: m, fact: Queued{m.about()}, actor: q.call.Meta.By.String()})
	})
}

// Resend is the request to send a message again.
type Resend struct {
	op.Meta
	// To is another address, if the first one was wrong. Empty: the same.
	To string
}

// Resend begins a new round of a message that was sent, has failed or is
// unclear: the same text, which the provider gets under a new Key. Errors by
// kind: Invalid for a wrong address, NotFound, Conflict if it is still on its
// way or was cancelled, or for a stale version.
func (s *Service) Resend(ctx context.Context, message ID, req Resend) (Message, error) {
	r, err := s.resending(message, req)
	if err != nil {
		return Message{}, err
	}
	return s.alone(ctx, r.do)
}

// ResendTx is Resend inside a unit.
func (s *Service) ResendTx(ctx context.Context, t Tx, message ID, req Resend) (Message, error) {
	r, err := s.resending(message, req)
	if err != nil {
		return Message{}, err
	}
	return r.do(ctx, t)
}

// deciding is a checked change of a message that is stored.
type deciding struct {
	s       *Service
	call    op.Call
	message ID
	decide  func(m Message) (change, error)
}

func (s *Service) deciding(c *fault.Check, message ID, call op.Call) (deciding, error) {
	call.Meta.Check(c)
	call.Now = clock.Cut(s.clock.Now())
	return deciding{s: s, call: call, message: message}, c.Err(call.Operation)
}

func (d deciding) do(ctx context.Context, t Tx) (Message, error) {
	return keyed(ctx, t, d.call, func(ctx context.Context) (Message, error) {
		m, err := t.Notification(ctx, d.message)
		if err != nil {
			return Message{}, err
		}
		if err := d.call.Meta.Expect("message", m.Version); err != nil {
			return Message{}, err
		}
		ch, err := d.decide(m.next(d.call.Now))
		if err != nil {
			return Message{}, err
		}
		ch.actor = d.call.Meta.By.String()
		return ch.message, d.s.save(ctx, t, ch)
	})
}

func (s *Service) resending(message ID, req Resend) (deciding, error) {
	d, err := s.deciding(new(fault.Check), message, op.Call{
		Meta: req.Meta, Operation: "notification.resend", Parameters: [2]string{message.String(), req.To},
	})
	d.decide = func(m Message) (change, error) {
		m, err := m.move(TriggerResend)
		if err != nil {
			return change{}, err
		}
		if req.To != "" {
			var c fault.Check
			checkTo(&c, m.Channel, req.To)
			if err := c.Err("notification.resend"); err != nil {
				return change{}, err
			}
			m.To = req.To
		}
		m.Round, m.Tries, m.Due = m.Round+1, 0, m.UpdatedAt
		m.Reference, m.Code, m.Problem = "", "", ""
		return change{message: m, fact: Queued{m.about()}}, nil
	}
	return d, err
}

// Cancel is the request not to send a message.
type Cancel struct {
	op.Meta
	// Reason is why, 1 to 500 characters, for staff.
	Reason string
}

// Cancel gives up a message that is queued, has failed or is unclear, for good.
// Errors by kind: Invalid, NotFound, Conflict if it is being sent or was sent,
// or for a stale version.
func (s *Service) Cancel(ctx context.Context, message ID, req Cancel) (Message, error) {
	d, err := s.cancelling(message, req)
	if err != nil {
		return Message{}, err
	}
	return s.alone(ctx, d.do)
}

// CancelTx is Cancel inside a unit.
func (s *Service) CancelTx(ctx context.Context, t Tx, message ID, req Cancel) (Message, error) {
	d, err := s.cancelling(message, req)
	if err != nil {
		return Message{}, err
	}
	return d.do(ctx, t)
}

func (s *Service) cancelling(message ID, req Cancel) (deciding, error) {
	var c fault.Check
	reason := c.Required("reason", req.Reason, maxProblem)
	d, err := s.deciding(&c, message, op.Call{
		Meta: req.Meta, Operation: "notification.cancel", Parameters: [2]string{message.String(), reason},
	})
	d.decide = func(m Message) (change, error) {
		m, err := m.move(TriggerCancel)
		m.Due, m.Code, m.Problem = noTime(), "cancelled", reason
		return change{message: m, fact: Cancelled{m.about()}}, err
	}
	return d, err
}
