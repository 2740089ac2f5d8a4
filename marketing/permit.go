package marketing

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

const (
	// ConfirmWithin is how long the link of a double opt-in is good.
	ConfirmWithin = 7 * 24 * time.Hour
	// AskAgainAfter is how soon an address may be asked again, so that nobody
	// can fill the mailbox of another.
	AskAgainAfter = time.Hour
)

// Ask is the request to ask an address for consent: the first half of a double
// opt-in.
type Ask struct {
	op.Meta
	Topic Topic
	Proof Proof
	// Contact tells more of whoever asks, if it is known. Its Address is not
	// looked at.
	Contact Contact
}

// Ask notes that somebody wants messages, and announces ConsentAsked: a mail
// with the link of ConfirmToken is to follow. If consent was given already, or
// asked for within AskAgainAfter, nothing changes and the last entry is returned.
// Errors by kind: Invalid.
func (s *Service) Ask(ctx context.Context, req Ask) (Entry, error) {
	return alone(ctx, s, s.asking(req))
}

// AskTx is Ask inside a unit.
func (s *Service) AskTx(ctx context.Context, t Tx, req Ask) (Entry, error) {
	return within(ctx, t, s.asking(req))
}

func (s *Service) asking(req Ask) verb[Entry] {
	var c fault.Check
	e := entering{s: s, state: Pending, meta: req.Meta, operation: "marketing.ask"}
	e.check(&c, req.Topic, req.Proof)
	c.Required("proof.wording", req.Proof.Wording, 100)
	e.contact = e.checkContact(&c, req.Contact)
	return e.verb(&c, func(last Entry, call op.Call) bool {
		fresh := last.State == Pending && call.Now.Sub(last.At) < AskAgainAfter
		return last.State == Given || fresh
	})
}

// Give is consent that was given in another way than by a link: a box that was
// ticked, a form that was signed.
type Give struct {
	op.Meta
	Topic Topic
	Proof Proof
	// Contact tells more of whoever agreed, if it is known. Its Address is not
	// looked at.
	Contact Contact
}

// Give notes consent and announces ConsentGiven. If there is consent already
// nothing changes and its entry is returned. Errors by kind: Invalid.
func (s *Service) Give(ctx context.Context, req Give) (Entry, error) {
	return alone(ctx, s, s.giving(req))
}

// GiveTx is Give inside a unit.
func (s *Service) GiveTx(ctx context.Context, t Tx, req Give) (Entry, error) {
	return within(ctx, t, s.giving(req))
}

func (s *Service) giving(req Give) verb[Entry] {
	var c fault.Check
	e := entering{s: s, state: Given, meta: req.Meta, operation: "marketing.give"}
	e.check(&c, req.Topic, req.Proof)
	c.Required("proof.wording", req.Proof.Wording, 100)
	e.contact = e.checkContact(&c, req.Contact)
	return e.verb(&c, func(last Entry, _ op.Call) bool { return last.State == Given })
}

// Withdraw takes consent back.
type Withdraw struct {
	op.Meta
	Topic Topic
	Proof Proof
}

// Withdraw notes that messages are not wanted and announces ConsentWithdrawn,
// even if they never were; only saying it twice changes nothing. Errors by
// kind: Invalid.
func (s *Service) Withdraw(ctx context.Context, req Withdraw) (Entry, error) {
	return alone(ctx, s, s.withdrawing(req))
}

// WithdrawTx is Withdraw inside a unit.
func (s *Service) WithdrawTx(ctx context.Context, t Tx, req Withdraw) (Entry, error) {
	return within(ctx, t, s.withdrawing(req))
}

func (s *Service) withdrawing(req Withdraw) verb[Entry] {
	var c fault.Check
	e := entering{s: s, state: Withdrawn, meta: req.Meta, operation: "marketing.withdraw"}
	e.check(&c, req.Topic, req.Proof)
	return e.verb(&c, func(last Entry, _ op.Call) bool { return last.State == Withdrawn })
}

// entering is one more entry in the history of a topic.
type entering struct {
	s         *Service
	operation string
	meta      op.Meta
	topic     Topic
	state     ConsentState
	proof     Proof
	contact   Contact // zero if there is nothing to tell
}

func (e *entering) check(c *fault.Check, topic Topic, proof Proof) {
	checkNew(c, e.meta)
	e.topic, e.proof = topic.check(c, "topic"), proof.check(c, "proof")
}

// checkContact returns who is behind an email address.
func (e *entering) checkContact(c *fault.Check, told Contact) Contact {
	if e.topic.Channel != Email {
		return Contact{}
	}
	told.Address = e.topic.Address
	told.ToldAt = e.s.now()
	return told.checkDetails(c, "contact")
}

// verb adds the entry unless settled says that the last one will do.
func (e *entering) verb(c *fault.Check, settled func(last Entry, call op.Call) bool) verb[Entry] {
	parameters := e.contact
	parameters.ToldAt = time.Time{}
	call := op.Call{Meta: e.meta, Operation: e.operation, Parameters: struct {
		Topic   Topic
		Proof   Proof
		Contact Contact
	}{e.topic, e.proof, parameters}, Now: e.s.now()}
	return keyed(c, call, func(ctx context.Context, t Tx) (Entry, error) {
		permit, err := t.MarketingPermit(ctx, e.topic, 0)
		if err != nil || settled(permit.Entry, call) {
			return permit.Entry, err
		}
		if e.contact.Address != "" {
			if err := t.SaveMarketingContact(ctx, e.contact); err != nil {
				return Entry{}, err
			}
		}
		if err := t.AdvanceAddress(ctx, e.topic, permit.Version); err != nil {
			return Entry{}, err
		}
		return e.s.enter(ctx, t, call, permit.Entry.next(e.state, e.proof, call))
	})
}

// enter writes an entry and announces it.
func (s *Service) enter(ctx context.Context, t Tx, call op.Call, e Entry) (Entry, error) {
	if err := t.InsertConsentEntry(ctx, e); err != nil {
		return Entry{}, err
	}
	fact := consentFact{Topic: e.Topic, N: e.N}
	a := announcement{subject: e.Subject(), version: e.N}
	switch e.State {
	case Pending:
		a.fact = ConsentAsked(fact)
	case Given:
		a.fact = ConsentGiven(fact)
	case Withdrawn:
		a.fact = ConsentWithdrawn(fact)
	}
	return e, s.announce(ctx, t, call, a)
}

// Permit returns what holds for a topic, with the last messages to the address.
// Transactional messages, such as the confirmation of an order, need no permit.
func (s *Service) Permit(ctx context.Context, topic Topic) (Permit, error) {
	var c fault.Check
	topic = topic.check(&c, "")
	if err := c.Err("marketing.permit"); err != nil {
		return Permit{}, err
	}
	return s.reader.MarketingPermit(ctx, topic, MaxCap)
}

// History returns all entries about an address and channel, by purpose and
// oldest first.
func (s *Service) History(ctx context.Context, ch Channel, address string) ([]Entry, error) {
	var c fault.Check
	address = checkAddress(&c, "", ch, address)
	if err := c.Err("marketing.history"); err != nil {
		return nil, err
	}
	return s.reader.ConsentEntries(ctx, ch, address)
}
