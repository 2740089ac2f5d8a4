package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/kontor-go/kontor/support"
)

// talk is a conversation about the order: a mail, an answer, and the answer to
// that, which finds its way by the address it was sent to.
func (s *story) talk(ctx context.Context) error {
	who := s.customer()
	turn, err := s.shop.Support.Begin(ctx, support.Begin{
		Meta: s.by("ask"), Kind: support.Email, Subject: s.mem.Order.String(), Title: "The lid of the kettle",
		Customer: support.Person{By: who.actor, Name: who.name, Address: who.email},
		Text:     "The lid of the one I kept is stiff. Does that get better?",
	})
	if err != nil {
		return err
	}
	id := turn.Conversation.ID
	if _, err = s.shop.Support.AddNote(ctx, id, support.AddNote{Meta: s.mia("note"), Text: "Third one this month. Tell the maker."}); err != nil {
		return err
	}
	turn, err = s.shop.Support.Reply(ctx, id, support.Reply{Meta: s.mia("answer"), Text: "It does, after about twenty kettles of tea."})
	if err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil { // the letter leaves
		return err
	}
	sent := filepath.Join(s.mem.Folder, "reply-"+turn.Message.ID.String()+".txt")
	if err := s.hearBack(ctx, id); err != nil {
		return err
	}
	_, err = s.shop.Support.LogCall(ctx, id, support.LogCall{
		Meta: s.mia("call"), Direction: support.Outbound, Text: "Called to make sure. All is well.", Duration: 3 * time.Minute,
	})
	if err != nil {
		return err
	}
	if turn, err = s.shop.Support.Solve(ctx, id, support.Solve{Meta: s.mia("solve")}); err != nil {
		return err
	}
	if err := s.transcript(ctx, id); err != nil {
		return err
	}
	s.gap()
	s.fact("letter", "%s", sent)
	s.fact("status", "%s", turn.Conversation.Status())
	return nil
}

// hearBack takes in the customer's answer to our letter. The host has read it
// from the mailbox: its address says to what it belongs.
func (s *story) hearBack(ctx context.Context, id support.ID) error {
	desk, err := support.NewAddresses([]byte(secret), tenant, "reply@shop.example")
	if err != nil {
		return err
	}
	got, err := s.shop.Support.Receive(ctx, support.Incoming{
		From: s.customer().email, To: []string{desk.Of(id)}, MessageID: "<" + s.once("thanks") + "@example.com>",
		Title: "Re: The lid of the kettle", Text: "Then I shall put it on.",
	})
	if err != nil {
		return err
	}
	s.fact("threaded", "mail to %s belongs to this conversation: %t", short(desk.Of(id), 24), got.Turn.Conversation.ID == id)
	s.gap()
	return nil
}

// transcript prints what was said. Notes and calls are for staff: the customer
// sees what PublicMessages returns.
func (s *story) transcript(ctx context.Context, id support.ID) error {
	all, err := s.shop.Support.Messages(ctx, id)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, m := range all {
		rows = append(rows, []string{string(m.Direction), string(m.Kind), string(m.Delivery), m.Text})
	}
	s.table("way | by | delivery | text", rows...)
	return nil
}
