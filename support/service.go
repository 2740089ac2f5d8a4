package support

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps are what a Service stands on.
type Deps struct {
	// Units runs units of work. Required.
	Units tx.Runner[Tx]
	// Reader reads committed conversations. Required.
	Reader Reader
	// Clock tells the time. Required.
	Clock clock.Clock
	// NewID makes ids. Required.
	NewID id.Source
	// Channels carry replies, by kind. A kind without one needs none.
	Channels map[Kind]Channel
	// Addresses are where answers to emails go. The zero value: to wherever the
	// Channel writes from.
	Addresses Addresses
	// Cursors signs the cursors of lists. Required by Conversations.
	Cursors page.Codec
	// Tenant binds the cursors of lists to a tenant; nothing else looks at it.
	Tenant string
	// Call is how long one call to a Channel may take. Defaults to 30 s.
	Call time.Duration
}

// Service holds conversations. It is safe for concurrent use. What is said is a
// fact: a verb without IfVersion that loses against another is done again on
// fresh data. The Tx forms work inside a unit of work, and do not.
type Service struct{ Deps }

// NewService returns a service.
func NewService(d Deps) *Service {
	if d.Call <= 0 {
		d.Call = 30 * time.Second
	}
	return &Service{d}
}

// Query asks for a page of conversations. Its zero value asks for those that
// were changed last.
type Query struct {
	Filter
	page.Request
}

// Conversation returns a conversation, or ErrMissing.
func (s *Service) Conversation(ctx context.Context, conversation ID) (Conversation, error) {
	return s.Reader.SupportConversation(ctx, conversation)
}

// About returns the conversations about a subject, oldest first.
func (s *Service) About(ctx context.Context, subject string) ([]Conversation, error) {
	var c fault.Check
	c.Required("subject", subject, maxRef)
	if err := c.Err("support.about"); err != nil {
		return nil, err
	}
	return s.Reader.SupportConversationsOf(ctx, subject)
}

// Messages returns all messages of a conversation, notes included, oldest first.
// They are for staff.
func (s *Service) Messages(ctx context.Context, conversation ID) ([]Message, error) {
	return s.Reader.SupportMessages(ctx, conversation)
}

// PublicMessages is Messages without what a customer must not see.
func (s *Service) PublicMessages(ctx context.Context, conversation ID) ([]Message, error) {
	all, err := s.Reader.SupportMessages(ctx, conversation)
	out := []Message{}
	for _, m := range all {
		if m.Direction != Note && !m.Foreign {
			m.Author, m.Problem, m.Reference = op.Actor{Kind: m.Author.Kind}, "", ""
			out = append(out, m)
		}
	}
	return out, err
}

// Conversations returns a page of conversations, those changed last first. One
// that is changed between two pages may be missed. Errors: Invalid for a bad
// filter, limit or cursor.
func (s *Service) Conversations(ctx context.Context, q Query) (page.Page[Conversation], error) {
	var c fault.Check
	q.Check(&c)
	c.That(q.Status == "" || moves.Has(q.Status), "status", "unknown", "must be the state of a conversation")
	checkActor(&c, "assignee", q.Assignee)
	if err := c.Err("support.conversations"); err != nil {
		return page.Page[Conversation]{}, err
	}
	list := page.List{Name: "conversations " + string(q.Status) + " " + q.Assignee.String(), Tenant: s.Tenant, Sort: "-updated_at"}
	var after Position
	if q.Cursor != "" {
		var at int64
		var text string
		err := s.Cursors.Decode(list, q.Cursor, &at, &text)
		if err == nil {
			after.ID, err = ParseID(text)
		}
		if err != nil {
			return page.Page[Conversation]{}, err
		}
		after.At = clock.FromMicros(at)
	}
	read, err := s.Reader.SupportConversationsAfter(ctx, q.Filter, after, q.Size()+1)
	if err != nil {
		return page.Page[Conversation]{}, err
	}
	return page.Of(read, q.Request, func(last Conversation) (string, error) {
		return s.Cursors.Encode(list, clock.Micros(last.UpdatedAt), last.ID.String())
	})
}

const (
	maxRef     = 200
	maxName    = 200
	maxProblem = 500
	// tries bounds how often a verb is done again on fresh data.
	tries = 8
)

// change is a checked verb. Its ids are made, because a unit may run more than
// once.
type change struct {
	s            *Service
	call         op.Call
	conversation ID
	// begin is set if the conversation is a new one.
	begin bool
	// message is what is said; its zero value is nothing.
	message Message
	// decide returns the conversation after the change, or as it is.
	decide func(c Conversation) (Conversation, error)
	// invalid is what is wrong with the request.
	invalid error
	events  []uuid.UUID
}

// maxEvents is the largest number of events of one change.
const maxEvents = 3

func (s *Service) change(c *fault.Check, call op.Call) change {
	call.Meta.Check(c)
	call.Now = clock.Cut(s.Clock.Now())
	ch := change{s: s, call: call, invalid: c.Err(call.Operation)}
	for range maxEvents {
		ch.events = append(ch.events, s.NewID())
	}
	return ch
}

// receipt is what is remembered of a keyed write.
type receipt struct {
	Conversation ID        `json:"conversation"`
	Message      MessageID `json:"message,omitzero"`
}

// run makes a change in a unit of its own, and again if another was quicker.
func (ch change) run(ctx context.Context) (out Turn, err error) {
	if ch.invalid != nil {
		return Turn{}, ch.invalid
	}
	for range tries {
		err = op.Retry(func() error {
			return ch.s.Units.InTx(ctx, func(ctx context.Context, t Tx) error {
				var failed error
				out, failed = ch.runTx(ctx, t)
				return failed
			})
		})
		if ch.call.Meta.IfVersion != 0 || fault.CodeOf(err) != fault.StaleVersion {
			break
		}
	}
	if err != nil {
		return Turn{}, err
	}
	return out, nil
}

// runTx makes a change in the unit of the caller.
func (ch change) runTx(ctx context.Context, t Tx) (Turn, error) {
	if ch.invalid != nil {
		return Turn{}, ch.invalid
	}
	var out Turn
	err := t.Scope(ctx, func(ctx context.Context) error {
		done := false
		first, err := op.Run(ctx, t, ch.call, func() (receipt, error) {
			var err error
			out, err = ch.do(ctx, t)
			done = true
			return receipt{out.Conversation.ID, out.Message.ID}, err
		})
		if err != nil || done {
			return err
		}
		out, err = turnOf(ctx, t, first)
		return err
	})
	if err != nil {
		return Turn{}, err
	}
	return out, nil
}

// turnOf reads what a receipt names, as it is now.
func turnOf(ctx context.Context, r Reader, first receipt) (out Turn, err error) {
	if out.Conversation, err = r.SupportConversation(ctx, first.Conversation); err != nil || first.Message.IsZero() {
		return out, err
	}
	out.Message, err = r.SupportMessage(ctx, first.Message)
	return out, err
}

func (ch change) do(ctx context.Context, t Tx) (Turn, error) {
	was := Conversation{ID: ch.conversation, CreatedAt: ch.call.Now, status: moves.Initial}
	if !ch.begin {
		var err error
		if was, err = t.SupportConversation(ctx, ch.conversation); err != nil {
			return Turn{}, err
		}
		if err := ch.call.Meta.Expect("conversation", was.Version); err != nil {
			return Turn{}, err
		}
	}
	now, err := ch.decide(was.next(ch.call.Now))
	if err != nil {
		return Turn{}, err
	}
	turn := Turn{Conversation: now}
	if ch.message.Direction != "" {
		if turn, err = ch.say(now); err != nil {
			return Turn{}, err
		}
	}
	if err := ch.write(ctx, t, turn); err != nil {
		return Turn{}, err
	}
	return turn, ch.announce(ctx, t, was, turn)
}

// say gives the message its place.
func (ch change) say(c Conversation) (Turn, error) {
	if c.Messages >= MaxMessages {
		return Turn{}, ErrFull
	}
	c.Messages++
	c.LastAt = ch.call.Now
	m := ch.message
	m.Conversation, m.N, m.At, m.Delivery = c.ID, c.Messages, ch.call.Now, Settled
	if m.Kind == "" {
		m.Kind = c.Kind
	}
	if m.Direction == Outbound && m.Kind != Phone && ch.s.Channels[m.Kind] != nil {
		m.Delivery, m.Due = Waiting, ch.call.Now
	}
	return Turn{Conversation: c, Message: m}, nil
}

func (ch change) write(ctx context.Context, t Tx, turn Turn) error {
	write := t.UpdateSupportConversation
	if ch.begin {
		write = t.InsertSupportConversation
	}
	if err := write(ctx, turn.Conversation); err != nil || turn.Message.ID.IsZero() {
		return err
	}
	return t.InsertSupportMessage(ctx, turn.Message)
}

// announce appends what has happened.
func (ch change) announce(ctx context.Context, t Tx, was Conversation, turn Turn) error {
	c, m := turn.Conversation, turn.Message
	var facts []event.Payload
	switch {
	case m.Direction == Inbound:
		facts = append(facts, MessageReceived{About: about(c, m), Foreign: m.Foreign})
	case m.Delivery == Waiting:
		facts = append(facts, ReplyQueued{about(c, m)})
	case m.Direction == Outbound:
		facts = append(facts, MessageSent{about(c, m)})
	}
	if was.status != c.status {
		facts = append(facts, StatusChanged{Conversation: c.ID, Subject: c.Subject, From: was.status, To: c.status})
	}
	events := make([]event.Event, len(facts))
	for i, f := range facts {
		stamp := event.Stamp{NewID: func() uuid.UUID { return ch.events[i] }, At: ch.call.Now, Actor: ch.call.Meta.By.String()}
		var err error
		if events[i], err = stamp.Of(c.ID.String(), c.Version, f); err != nil {
			return err
		}
	}
	if len(events) == 0 {
		return nil
	}
	return t.Append(ctx, events...)
}

func about(c Conversation, m Message) About {
	return About{Conversation: c.ID, Subject: c.Subject, Message: m.ID, Kind: m.Kind}
}

func checkActor(c *fault.Check, path string, a op.Actor) {
	var bad fault.Check
	op.Meta{By: a}.Check(&bad)
	c.That(bad.Err("actor") == nil, path, "bad_actor", "must be an actor with an id of at most 128 bytes")
}
