package support

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

const (
	maxTries = 12
	maxWait  = 6 * time.Hour
	// grace is how long an outcome may take to be saved after the call.
	grace = 30 * time.Second
)

// Deliver sends a reply that waits and is due, and else does nothing; so it may
// be called at any time, at the same time by several, and again. A reply that
// was being sent when its process died, for longer than a call may take, becomes
// unclear.
//
// What the Channel answers is no error: it is in the Delivery of the message
// returned. Errors by kind: NotFound, Unsupported if there is no Channel any
// more, and those of the store.
func (s *Service) Deliver(ctx context.Context, message MessageID) (Message, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Message{}, err
	}
	m, err := s.Reader.SupportMessage(ctx, message)
	if err != nil {
		return Message{}, err
	}
	c, err := s.Reader.SupportConversation(ctx, m.Conversation)
	if err != nil {
		return Message{}, err
	}
	now := clock.Cut(s.Clock.Now())
	if m.Due.After(now) {
		return m, nil
	}
	switch m.Delivery {
	case Sending:
		lost := m
		lost.Delivery, lost.Problem, lost.Due = Unclear, "The program ended while it was being sent.", time.Time{}
		return s.stand(ctx, c, m, lost)
	case Waiting:
		return s.deliver(ctx, c, m)
	case Settled, Failed, Unclear:
	}
	return m, nil
}

func (s *Service) deliver(ctx context.Context, c Conversation, m Message) (Message, error) {
	channel := s.Channels[m.Kind]
	if channel == nil {
		return m, fault.New(fault.Unsupported, "channel_missing", "This shop sends no replies on this way.")
	}
	out, err := s.outgoing(ctx, c, m)
	if err != nil {
		return m, err
	}
	sending := m
	sending.Delivery, sending.Due = Sending, clock.Cut(s.Clock.Now()).Add(s.Call+grace)
	sending.Tries++
	if sending, err = s.stand(ctx, c, m, sending); err != nil {
		if errors.Is(err, ErrDelivery) { // another was quicker
			return s.Reader.SupportMessage(ctx, m.ID)
		}
		return m, err
	}
	after := s.ask(ctx, channel, out, sending)
	// The caller may be gone by now; the outcome is saved all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return s.stand(ctx, c, sending, after)
}

// outgoing is what the Channel gets.
func (s *Service) outgoing(ctx context.Context, c Conversation, m Message) (Outgoing, error) {
	all, err := s.Reader.SupportMessages(ctx, c.ID)
	if err != nil {
		return Outgoing{}, err
	}
	out := Outgoing{
		Key: m.ID.String(), To: c.Customer.Address, Name: c.Customer.Name, ReplyTo: s.Addresses.Of(c.ID),
		Title: c.Title, Text: m.Text, At: m.At,
	}
	for _, x := range all {
		if x.N < m.N && x.External != "" && !x.Foreign {
			out.InReplyTo, out.Title = x.External, "Re: "+c.Title
		}
	}
	return out, nil
}

// ask makes one call, with no unit open, and returns how the delivery stands
// after it. A Channel that panics leaves it unclear.
func (s *Service) ask(ctx context.Context, channel Channel, out Outgoing, m Message) (after Message) {
	ctx, cancel := context.WithTimeout(ctx, s.Call)
	defer cancel()
	after = m
	after.Due = time.Time{}
	defer func() {
		if recover() != nil {
			after.Delivery, after.Problem = Unclear, "The channel broke down."
		}
	}()
	reference, err := channel.Deliver(ctx, out)
	if err == nil {
		after.Delivery, after.Reference, after.Problem = Settled, clean(reference, maxRef, ""), ""
		return after
	}
	after.Delivery, after.Problem = Unclear, "The channel failed in an unknown way."
	carrier, ok := errors.AsType[fault.Carrier](err)
	if !ok {
		return after
	}
	after.Problem = clean(carrier.Fault().Text, maxProblem, " ")
	switch carrier.Fault().Kind {
	case fault.Unavailable:
		after.Delivery = Failed
		if m.Tries < maxTries {
			after.Delivery, after.Due = Waiting, clock.Cut(s.Clock.Now()).Add(wait(m.Tries))
		}
	case fault.Invalid, fault.Unsupported, fault.Declined, fault.Denied:
		after.Delivery = Failed
	case fault.NotFound, fault.Conflict, fault.Unknown, fault.Internal:
	}
	return after
}

// wait is how long a reply waits after its nth try: a minute, then twice as
// long each time.
func wait(n int) time.Duration {
	d := time.Minute
	for i := 1; i < n && d < maxWait; i++ {
		d *= 2
	}
	return min(d, maxWait)
}

// stand stores how a delivery stands and announces it, in a unit of its own.
func (s *Service) stand(ctx context.Context, c Conversation, was, now Message) (Message, error) {
	e, err := s.standing(c, now)
	if err != nil {
		return was, err
	}
	err = s.Units.InTx(ctx, func(ctx context.Context, t Tx) error {
		if err := t.UpdateSupportDelivery(ctx, was, now); err != nil {
			return err
		}
		return t.Append(ctx, e)
	})
	if err != nil {
		return was, err
	}
	return now, nil
}

// standing is what is announced about a delivery.
func (s *Service) standing(c Conversation, m Message) (event.Event, error) {
	stamp := event.Stamp{NewID: s.NewID, At: clock.Cut(s.Clock.Now()), Actor: op.Actor{Kind: op.System, ID: "support"}.String()}
	switch m.Delivery {
	case Settled:
		return stamp.Of(c.ID.String(), 0, MessageSent{about(c, m)})
	case Failed, Unclear:
		return stamp.Of(c.ID.String(), 0, DeliveryFailed{About: about(c, m), Delivery: m.Delivery})
	case Waiting, Sending:
	}
	return stamp.Timer(m.Due, c.ID.String(), DeliveryDue{Message: m.ID})
}

// Redeliver is the request to send a reply again.
type Redeliver struct {
	op.Meta
}

// Redeliver lets a reply wait again whose delivery has failed or is unclear, and
// returns it. Errors by kind: Invalid, NotFound, Conflict (ErrDelivery) if its
// delivery stands otherwise.
func (s *Service) Redeliver(ctx context.Context, message MessageID, req Redeliver) (out Message, err error) {
	err = s.Units.InTx(ctx, func(ctx context.Context, t Tx) error {
		out, err = s.RedeliverTx(ctx, t, message, req)
		return err
	})
	if err != nil {
		return Message{}, err
	}
	return out, nil
}

// RedeliverTx is Redeliver inside a unit.
func (s *Service) RedeliverTx(ctx context.Context, t Tx, message MessageID, req Redeliver) (Message, error) {
	var c fault.Check
	req.Check(&c)
	c.That(req.Key == "" && req.IfVersion == 0, "key", "not_allowed", "must be empty: a reply that waits does so once")
	if err := c.Err("support.redeliver"); err != nil {
		return Message{}, err
	}
	var again Message
	err := t.Scope(ctx, func(ctx context.Context) error {
		turn, err := messageOf(ctx, t, message)
		if err != nil {
			return err
		}
		m := turn.Message
		if m.Delivery != Failed && m.Delivery != Unclear {
			return ErrDelivery
		}
		again = m
		again.Delivery, again.Problem, again.Tries, again.Due = Waiting, "", 0, clock.Cut(s.Clock.Now())
		e, err := s.standing(turn.Conversation, again)
		if err != nil {
			return err
		}
		if err := t.UpdateSupportDelivery(ctx, m, again); err != nil {
			return err
		}
		return t.Append(ctx, e)
	})
	return again, err
}

// messageOf reads a message and its conversation.
func messageOf(ctx context.Context, r Reader, message MessageID) (Turn, error) {
	m, err := r.SupportMessage(ctx, message)
	if err != nil {
		return Turn{}, err
	}
	return turnOf(ctx, r, receipt{m.Conversation, m.ID})
}
