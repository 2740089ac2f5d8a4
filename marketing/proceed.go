package marketing

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
)

// Proceed is what a timer, CampaignDue, asks for.
type Proceed struct {
	op.Meta
	// Step is that of the timer.
	Step int
}

const (
	// gatherPerStep is how many contacts one round looks at.
	gatherPerStep = 200
	// postPerStep is how many recipients one round writes to, each in a unit of
	// its own.
	postPerStep = 50
)

// Proceed does one round of a campaign: it starts it, gathers some of its
// recipients, or writes to some. Each round ends by setting the timer of the
// next, in the unit in which it counts itself; so a campaign goes on where it
// stood whenever a process ends, and a round that is asked for twice is done
// once. A recipient gets a message in the unit in which its row says so, hence
// exactly once; consent, suppression and Cap are looked at in that unit.
//
// A Step that is not the one to be done changes nothing, and nothing is done
// for a campaign that was cancelled. Errors by kind: Invalid; NotFound;
// Unsupported (ErrNoOutbox); and those of the Outbox, after which the round is
// to be asked for again.
func (s *Service) Proceed(ctx context.Context, campaign CampaignID, req Proceed) (Campaign, error) {
	var c fault.Check
	checkNew(&c, req.Meta)
	c.That(req.Key == "", "key", "not_allowed", "must be empty: the step is the key")
	req.Check(&c)
	if err := c.Err("marketing.proceed"); err != nil {
		return Campaign{}, err
	}
	g, err := s.reader.Campaign(ctx, campaign)
	if err != nil || g.Step != req.Step {
		return g, err
	}
	switch g.status {
	case CampaignWaiting:
		return s.advance(ctx, g, req.Meta, s.start)
	case CampaignSending:
		if !g.Gathered {
			return s.gather(ctx, g, req.Meta)
		}
		return s.send(ctx, g, req.Meta)
	case CampaignDraft, CampaignDone, CampaignGone:
	}
	return g, nil
}

// round changes a campaign at the end of a round, and says what else to tell.
type round func(ctx context.Context, t Tx, g Campaign, call op.Call) (Campaign, event.Payload, error)

// advance ends the round that seen was read for: it does do, counts the step
// and sets the timer of the next one, unless the campaign is over. If somebody
// else ended the round, or the campaign, that is fine.
func (s *Service) advance(ctx context.Context, seen Campaign, meta op.Meta, do round) (Campaign, error) {
	var c fault.Check
	call := op.Call{Meta: meta, Operation: "marketing.proceed", Now: s.now()}
	return alone(ctx, s, keyed(&c, call, func(ctx context.Context, t Tx) (Campaign, error) {
		g, err := t.Campaign(ctx, seen.ID)
		if err != nil || g.Step != seen.Step || g.status != seen.status {
			return g, err
		}
		g.Version++
		g.Step++
		g.UpdatedAt = call.Now
		g, fact, err := do(ctx, t, g, call)
		if err != nil {
			return Campaign{}, err
		}
		if err := t.UpdateCampaign(ctx, g); err != nil {
			return Campaign{}, err
		}
		var facts []announcement
		if fact != nil {
			facts = append(facts, about(g, fact))
		}
		if g.status == CampaignSending {
			facts = append(facts, dueAt(g, call.Now))
		}
		return g, s.announce(ctx, t, call, facts...)
	}))
}

func (s *Service) start(_ context.Context, _ Tx, g Campaign, call op.Call) (Campaign, event.Payload, error) {
	g, err := g.move(TriggerStart)
	g.StartedAt = call.Now
	return g, CampaignStarted{Campaign: g.ID}, err
}

// gather writes down the members of the next page of contacts.
func (s *Service) gather(ctx context.Context, seen Campaign, meta op.Meta) (Campaign, error) {
	read, err := s.reader.MarketingProfiles(ctx, seen.Reached, gatherPerStep)
	if err != nil {
		return Campaign{}, err
	}
	var members []Recipient
	for _, p := range read {
		if seen.Rule.Matches(p, seen.StartedAt) {
			members = append(members, Recipient{
				ID: id.New[recipientKind](s.newID), Campaign: seen.ID, Address: p.Contact.Address, Name: p.Contact.Name,
				Locale: p.Contact.Locale, State: RecipientPlanned,
			})
		}
	}
	return s.advance(ctx, seen, meta, func(ctx context.Context, t Tx, g Campaign, _ op.Call) (Campaign, event.Payload, error) {
		if len(read) < gatherPerStep {
			g.Gathered = true
		}
		if len(read) > 0 {
			g.Reached = read[len(read)-1].Contact.Address
		}
		return g, nil, t.InsertRecipients(ctx, members)
	})
}

// send writes to the next recipients.
func (s *Service) send(ctx context.Context, seen Campaign, meta op.Meta) (Campaign, error) {
	planned, err := s.reader.RecipientsPlanned(ctx, seen.ID, postPerStep)
	if err != nil {
		return Campaign{}, err
	}
	for _, r := range planned {
		if err := s.sendTo(ctx, seen, r, meta); err != nil {
			return Campaign{}, err
		}
	}
	return s.advance(ctx, seen, meta, func(ctx context.Context, t Tx, g Campaign, call op.Call) (Campaign, event.Payload, error) {
		if len(planned) == postPerStep {
			return g, nil, nil
		}
		standing, err := t.CampaignStanding(ctx, g.ID)
		if err != nil || standing.Planned > 0 {
			return g, nil, err
		}
		fact := CampaignSent{Campaign: g.ID, Queued: standing.Queued}
		for _, n := range standing.Withheld {
			fact.Withheld += n
		}
		g, err = g.move(TriggerFinish)
		g.EndedAt = call.Now
		return g, fact, err
	})
}

// errDecided says that another run has dealt with the recipient, or that the
// campaign is over.
var errDecided = fault.New(fault.Conflict, "recipient_decided", "This recipient was dealt with.")

// sendTo deals with one recipient, in a unit of its own.
func (s *Service) sendTo(ctx context.Context, g Campaign, r Recipient, meta op.Meta) error {
	var c fault.Check
	call := op.Call{Meta: meta, Operation: "marketing.send", Now: s.now()}
	_, err := alone(ctx, s, keyed(&c, call, func(ctx context.Context, t Tx) (Recipient, error) {
		why, err := s.post(ctx, t, call, Message{
			Subject: r.ID.String(), Template: g.Template, Topic: Topic{Email, r.Address, g.Purpose}, Name: r.Name, Locale: r.Locale,
			Letter: &Letter{Campaign: g.ID, Title: g.Title, Text: g.Text},
		})
		if err != nil {
			return r, err
		}
		done := r
		done.State, done.Withheld, done.At = RecipientQueued, why, call.Now
		if why != Sendable {
			done.State = RecipientWithheld
		}
		return done, t.DecideRecipient(ctx, done, errDecided)
	}))
	if errors.Is(err, errDecided) {
		return nil
	}
	return err
}
