package main

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/marketing"
	"github.com/kontor-go/kontor/notification"
)

// advertise writes to a customer who has agreed to it, and to nobody else.
func (s *story) advertise(ctx context.Context) error {
	for n, part := range []func(context.Context) error{s.optIn, s.remind, s.together, s.campaign, s.optOut, s.feed} {
		if n > 0 {
			s.gap()
		}
		if err := part(ctx); err != nil {
			return err
		}
	}
	return s.settle(ctx)
}

// topic is what the customer is written to about.
func (s *story) topic(p marketing.Purpose) marketing.Topic {
	return marketing.Topic{Channel: marketing.Email, Address: s.customer().email, Purpose: p}
}

// optIn asks twice for the newsletter: in the form, and by a link in a mail.
// That reminders are welcome was ticked at the checkout.
func (s *story) optIn(ctx context.Context) error {
	asked, err := s.shop.Marketing.Ask(ctx, marketing.Ask{
		Meta: s.by("newsletter"), Topic: s.topic(marketing.Newsletter),
		Proof: marketing.Proof{Method: "form in the footer", Wording: "newsletter-1"},
	})
	if err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	if s.diary.asked != "" { // else it was heard before the story broke off
		if err := s.mail(ctx, s.diary.asked, notification.ConsentTemplate); err != nil {
			return err
		}
	}
	token, err := s.shop.Marketing.ConfirmToken(asked)
	if err != nil {
		return err
	}
	given, err := s.shop.Marketing.Confirm(ctx, token, marketing.Confirm{Meta: s.by("newsletter link"), Source: "link in the mail"})
	if err != nil {
		return err
	}
	s.fact("consent", "%s: %s, then %s", given.Topic.Purpose, asked.State, given.State)
	given, err = s.shop.Marketing.Give(ctx, marketing.Give{
		Meta: s.by("reminders"), Topic: s.topic(marketing.CartReminder),
		Proof: marketing.Proof{Method: "box at the checkout", Wording: "reminder-2"},
	})
	if err != nil {
		return err
	}
	s.fact("consent", "%s: %s by %s, wording %s", given.Topic.Purpose, given.State, given.Proof.Method, given.Proof.Wording)
	return nil
}

// remind is a second cart that the customer leaves. Hours later a timer rings.
func (s *story) remind(ctx context.Context) error {
	c, err := s.shop.Carts.Create(ctx, cart.Create{Meta: s.by("second cart"), Market: here(), Email: s.customer().email})
	if err != nil {
		return err
	}
	if c, err = s.shop.Carts.Add(ctx, c.ID, cart.Add{Meta: s.by("toaster"), SKU: "4-SLICE-TOASTER-WHITE", Quantity: 1}); err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	if err := s.reach(ctx, c.UpdatedAt.Add(marketing.DefaultRemindAfter+time.Hour)); err != nil {
		return err
	}
	b, err := s.shop.Marketing.Basket(ctx, c.ID.String())
	if err != nil {
		return err
	}
	s.fact("left cart", "%s with %d x %s is %s, once in its life", amount(b.Total), b.Lines[0].Quantity, b.Lines[0].Title, b.Status())
	return s.mail(ctx, c.ID.String(), notification.CartReminderTemplate)
}

// together is what else those have who bought a kettle and kept it.
func (s *story) together(ctx context.Context) error {
	also, err := s.shop.Marketing.BoughtTogether(ctx, marketing.Alongside{SKU: kettle, AtLeast: 1, Limit: 3})
	if err != nil {
		return err
	}
	for _, x := range also {
		s.fact("with a kettle", "%s in %d of %s, %.1f times as often as without", x.SKU, x.Both, plural(int(x.This), "purchase"), x.Lift())
	}
	return nil
}

// goodCustomers are those who have spent something and want the newsletter.
func goodCustomers() marketing.Rule {
	much := money.EUR(100_00)
	return marketing.Rule{All: []marketing.Rule{
		{Spent: &marketing.Spent{Min: &much}},
		{Consent: &marketing.Agreed{Channel: marketing.Email, Purpose: marketing.Newsletter}},
	}}
}

// campaign writes one mail to a segment. Consent is looked at again in the unit
// in which a mail is queued.
func (s *story) campaign(ctx context.Context) error {
	n, err := s.shop.Marketing.Count(ctx, goodCustomers())
	if err != nil {
		return err
	}
	segment, err := s.shop.Marketing.Define(ctx, marketing.Define{Meta: s.mia("segment"), Name: "Good customers", Rule: goodCustomers()})
	if err != nil {
		return err
	}
	s.fact("segment", "%s: from 100 euro on, with consent: %s", segment.Name, plural(n, "contact"))
	g, err := s.shop.Marketing.Draft(ctx, marketing.Draft{Meta: s.mia("draft"), Content: marketing.Content{
		Name: "Spring letter", Segment: segment.ID, Title: "New toasters are here", Text: "They toast both sides at once.",
	}})
	if err != nil {
		return err
	}
	if g, err = s.shop.Marketing.Schedule(ctx, g.ID, marketing.Schedule{Meta: s.mia("schedule"), At: g.CreatedAt.Add(time.Hour)}); err != nil {
		return err
	}
	if err := s.reach(ctx, g.At); err != nil {
		return err
	}
	return s.sent(ctx, g.ID)
}

// sent says what became of a campaign, and of each of its recipients.
func (s *story) sent(ctx context.Context, id marketing.CampaignID) error {
	g, err := s.shop.Marketing.Campaign(ctx, id)
	if err != nil {
		return err
	}
	standing, err := s.shop.Marketing.Standing(ctx, id)
	if err != nil {
		return err
	}
	s.fact("campaign", "%q is %s: %s written to", g.Title, g.Status(), plural(standing.Queued, "contact"))
	to, err := s.shop.Marketing.Recipients(ctx, id, page.Request{})
	if err != nil {
		return err
	}
	for _, r := range to.Items {
		if err := s.mail(ctx, r.ID.String(), notification.CampaignTemplate); err != nil {
			return err
		}
	}
	return nil
}

// optOut is one click on the link in the mail.
func (s *story) optOut(ctx context.Context) error {
	token, err := s.shop.Marketing.UnsubscribeToken(s.topic(marketing.Newsletter))
	if err != nil {
		return err
	}
	if _, err := s.shop.Marketing.Unsubscribe(ctx, token, marketing.Unsubscribe{Meta: s.by("unsubscribe"), Source: "link in the mail"}); err != nil {
		return err
	}
	p, err := s.shop.Marketing.Permit(ctx, s.topic(marketing.Newsletter))
	if err != nil {
		return err
	}
	n, err := s.shop.Marketing.Count(ctx, goodCustomers())
	if err != nil {
		return err
	}
	s.fact("unsubscribed", "%s by one click, so the segment has %s now", p.Entry.State, plural(n, "contact"))
	return nil
}
