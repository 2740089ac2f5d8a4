package support

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
)

// Begin is the first thing that is said about something, by a customer or, if
// By is staff, to one.
type Begin struct {
	op.Meta
	Kind Kind
	// Subject is what it is about: the text of an id, at most 200 characters.
	// May be empty.
	Subject string
	// Title is 1 to MaxTitle characters.
	Title    string
	Customer Person
	// Text is 1 to MaxText characters.
	Text string
	// Duration is how long a call was; for Phone.
	Duration time.Duration
}

// Begin begins a conversation. Errors by kind: Invalid.
func (s *Service) Begin(ctx context.Context, req Begin) (Turn, error) {
	return s.beginning(req).run(ctx)
}

// BeginTx is Begin inside a unit.
func (s *Service) BeginTx(ctx context.Context, t Tx, req Begin) (Turn, error) {
	return s.beginning(req).runTx(ctx, t)
}

func (s *Service) beginning(req Begin) change {
	var c fault.Check
	checkKind(&c, req.Kind)
	c.That(req.IfVersion == 0, "if_version", "not_allowed", "must be 0 for what is not there yet")
	subject := c.Text("subject", req.Subject, maxRef)
	title := c.Required("title", req.Title, MaxTitle)
	customer := req.Customer.checked(&c, req.Kind)
	m := Message{Direction: Inbound, Kind: req.Kind, Author: req.By, From: customer.Address, Text: checkText(&c, req.Text), Duration: req.Duration}
	checkDuration(&c, req.Kind, req.Duration)
	if req.By.Kind == op.Staff {
		m.Direction, m.From = Outbound, ""
	}
	parameters := req
	parameters.Meta = op.Meta{}
	ch := s.change(&c, op.Call{Meta: req.Meta, Operation: "support.begin", Parameters: parameters})
	m.ID, ch.conversation, ch.begin = id.New[messageKind](s.NewID), id.New[kind](s.NewID), true
	ch.message = m
	ch.decide = func(c Conversation) (Conversation, error) {
		c.Kind, c.Subject, c.Title, c.Customer = req.Kind, subject, title, customer
		if m.Direction == Outbound {
			return c.move(TriggerWait)
		}
		return c, nil
	}
	return ch
}

func (p Person) checked(c *fault.Check, k Kind) Person {
	checkActor(c, "customer.by", p.By)
	p.Name = c.Text("customer.name", p.Name, maxName)
	if k == Email || p.Address != "" {
		isPhone := k == Phone && len(p.Address) <= 40
		c.That(isAddress(p.Address) || isPhone, "customer.address", "bad_address", "must be an email address")
		p.Address = c.Text("customer.address", p.Address, 254)
	}
	return p
}

func checkKind(c *fault.Check, k Kind) {
	switch k {
	case Email, Chat, Phone:
	default:
		c.Add("kind", "unknown", "must be email, chat or phone")
	}
}

func checkText(c *fault.Check, text string) string {
	if text == "" {
		c.Add("text", "required", "must not be empty")
	}
	return c.Lines("text", text, MaxText)
}

func checkDuration(c *fault.Check, k Kind, d time.Duration) {
	c.That(d >= 0 && d <= 24*time.Hour, "duration", "out_of_range", "must be between nothing and a day")
	c.That(d == 0 || k == Phone, "duration", "not_allowed", "must be 0 for what is not a call")
}

// Say is what a customer says in a conversation.
type Say struct {
	op.Meta
	// Text is 1 to MaxText characters.
	Text string
}

// Say adds what a customer says, and opens the conversation again if staff had
// been waiting or had thought that it was solved. The host knows that By is the
// customer. Errors by kind: Invalid, NotFound, Conflict if it is closed
// (ErrClosed) or full (ErrFull), or for a stale version.
func (s *Service) Say(ctx context.Context, conversation ID, req Say) (Turn, error) {
	return s.saying(conversation, req).run(ctx)
}

// SayTx is Say inside a unit.
func (s *Service) SayTx(ctx context.Context, t Tx, conversation ID, req Say) (Turn, error) {
	return s.saying(conversation, req).runTx(ctx, t)
}

func (s *Service) saying(conversation ID, req Say) change {
	return s.adding(conversation, "support.say", req.Meta, Message{Direction: Inbound, Text: req.Text})
}

// adding is a change that adds a message.
func (s *Service) adding(conversation ID, operation string, meta op.Meta, m Message) change {
	var c fault.Check
	m.Text = checkText(&c, m.Text)
	checkDuration(&c, m.Kind, m.Duration)
	ch := s.change(&c, op.Call{Meta: meta, Operation: operation, Parameters: struct {
		Conversation ID
		Message      Message
	}{conversation, m}})
	m.ID, m.Author = id.New[messageKind](s.NewID), meta.By
	ch.conversation, ch.message = conversation, m
	ch.decide = func(c Conversation) (Conversation, error) { return c.said(m.Direction) }
	return ch
}

// said returns c after something was said in a direction.
func (c Conversation) said(d Direction) (Conversation, error) {
	switch {
	case d == Note:
		return c, nil
	case c.status == StatusClosed:
		return c, ErrClosed
	case d == Inbound && moves.Can(c.status, TriggerReopen):
		return c.move(TriggerReopen)
	case d == Outbound && moves.Can(c.status, TriggerWait):
		return c.move(TriggerWait)
	default:
		return c, nil
	}
}

// Reply is what staff says to a customer.
type Reply struct {
	op.Meta
	// Text is 1 to MaxText characters.
	Text string
}

// Reply adds what staff says to the customer, on the way of the conversation,
// and lets the conversation wait. If its kind has a Channel the reply waits for
// Deliver, which whoever listens to ReplyQueued calls. Errors: see Say.
func (s *Service) Reply(ctx context.Context, conversation ID, req Reply) (Turn, error) {
	return s.replying(conversation, req).run(ctx)
}

// ReplyTx is Reply inside a unit.
func (s *Service) ReplyTx(ctx context.Context, t Tx, conversation ID, req Reply) (Turn, error) {
	return s.replying(conversation, req).runTx(ctx, t)
}

func (s *Service) replying(conversation ID, req Reply) change {
	return s.adding(conversation, "support.reply", req.Meta, Message{Direction: Outbound, Text: req.Text})
}

// AddNote is what staff writes for staff.
type AddNote struct {
	op.Meta
	// Text is 1 to MaxText characters.
	Text string
}

// AddNote adds a note, which no customer sees, also to a closed conversation.
// Errors: see Say.
func (s *Service) AddNote(ctx context.Context, conversation ID, req AddNote) (Turn, error) {
	return s.noting(conversation, req).run(ctx)
}

// AddNoteTx is AddNote inside a unit.
func (s *Service) AddNoteTx(ctx context.Context, t Tx, conversation ID, req AddNote) (Turn, error) {
	return s.noting(conversation, req).runTx(ctx, t)
}

func (s *Service) noting(conversation ID, req AddNote) change {
	return s.adding(conversation, "support.add_note", req.Meta, Message{Direction: Note, Text: req.Text})
}

// LogCall is a phone call that somebody had with the customer.
type LogCall struct {
	op.Meta
	// Direction is Inbound or Outbound.
	Direction Direction
	// Text is what was said, 1 to MaxText characters.
	Text string
	// Duration is at most a day.
	Duration time.Duration
}

// LogCall adds a call to a conversation of any kind. Errors: see Say.
func (s *Service) LogCall(ctx context.Context, conversation ID, req LogCall) (Turn, error) {
	return s.logging(conversation, req).run(ctx)
}

// LogCallTx is LogCall inside a unit.
func (s *Service) LogCallTx(ctx context.Context, t Tx, conversation ID, req LogCall) (Turn, error) {
	return s.logging(conversation, req).runTx(ctx, t)
}

func (s *Service) logging(conversation ID, req LogCall) change {
	m := Message{Direction: req.Direction, Kind: Phone, Text: req.Text, Duration: req.Duration}
	ch := s.adding(conversation, "support.log_call", req.Meta, m)
	var c fault.Check
	if !c.That(req.Direction == Inbound || req.Direction == Outbound, "direction", "unknown", "must be inbound or outbound") {
		ch.invalid = c.Err("support.log_call")
	}
	return ch
}
