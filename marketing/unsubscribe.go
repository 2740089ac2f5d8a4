package marketing

import (
	"context"
	"net/url"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// ConfirmToken returns the token for the link that makes a pending consent a
// given one. It is good for ConfirmWithin from when it was asked for, and for
// this entry alone.
func (s *Service) ConfirmToken(e Entry) (string, error) {
	return s.tokens.issue(ticket{use: useConfirm, topic: e.Topic, n: e.N, until: e.At.Add(ConfirmWithin).Unix()})
}

// Confirm is the second half of a double opt-in.
type Confirm struct {
	op.Meta
	// Source is where the link was followed from, at most 200 characters.
	Source string
}

// Confirm makes the pending consent that a token names a given one. Following
// the link again changes nothing. Errors by kind: Invalid; Denied (ErrBadToken)
// for a token that is not ours, that is over, or whose consent was given or
// withdrawn otherwise since.
func (s *Service) Confirm(ctx context.Context, token string, req Confirm) (Entry, error) {
	return alone(ctx, s, s.confirming(token, req))
}

// ConfirmTx is Confirm inside a unit.
func (s *Service) ConfirmTx(ctx context.Context, t Tx, token string, req Confirm) (Entry, error) {
	return within(ctx, t, s.confirming(token, req))
}

// doubleOptIn is the Method of what Confirm enters.
const doubleOptIn = "double opt-in"

func (s *Service) confirming(token string, req Confirm) verb[Entry] {
	var c fault.Check
	checkNew(&c, req.Meta)
	source := c.Text("source", req.Source, 200)
	k, bad := s.tokens.read(token, useConfirm)
	call := op.Call{Meta: req.Meta, Operation: "marketing.confirm", Parameters: [2]string{token, source}, Now: s.now()}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Entry, error) {
		if bad != nil {
			return Entry{}, bad
		}
		permit, err := t.MarketingPermit(ctx, k.topic, 0)
		last := permit.Entry
		switch {
		case err != nil:
			return Entry{}, err
		case last.N == k.n+1 && last.State == Given && last.Proof.Method == doubleOptIn:
			return last, nil
		case last.N != k.n || last.State != Pending || call.Now.Unix() >= k.until:
			return Entry{}, ErrBadToken
		}
		if err := t.AdvanceAddress(ctx, k.topic, permit.Version); err != nil {
			return Entry{}, err
		}
		return s.enter(ctx, t, call, last.next(Given, Proof{Method: doubleOptIn, Wording: last.Proof.Wording, Source: source}, call))
	})
}

// UnsubscribeToken returns the token for the link at the end of a message. It
// is good for ever.
func (s *Service) UnsubscribeToken(topic Topic) (string, error) {
	return s.tokens.issue(ticket{use: useUnsubscribe, topic: topic})
}

// Unsubscribe is the request of whoever followed such a link. It must not be
// made by merely opening the link, which programs do too: one click of RFC 8058
// is a POST.
type Unsubscribe struct {
	op.Meta
	// All says: nothing at all any more, and not only nothing of this purpose.
	All bool
	// Source is where it came from, at most 200 characters.
	Source string
}

// Unsubscribe withdraws the consent that a token names, and with All puts the
// address on the suppression list as well. It needs nobody who is logged in.
// Errors by kind: Invalid; Denied (ErrBadToken) for a token that is not ours.
func (s *Service) Unsubscribe(ctx context.Context, token string, req Unsubscribe) (Entry, error) {
	return alone(ctx, s, s.unsubscribing(token, req))
}

// UnsubscribeTx is Unsubscribe inside a unit.
func (s *Service) UnsubscribeTx(ctx context.Context, t Tx, token string, req Unsubscribe) (Entry, error) {
	return within(ctx, t, s.unsubscribing(token, req))
}

func (s *Service) unsubscribing(token string, req Unsubscribe) verb[Entry] {
	var c fault.Check
	checkNew(&c, req.Meta)
	proof := Proof{Method: "unsubscribe link", Source: c.Text("source", req.Source, 200)}
	k, bad := s.tokens.read(token, useUnsubscribe)
	call := op.Call{Meta: req.Meta, Operation: "marketing.unsubscribe", Parameters: struct {
		Token, Source string
		All           bool
	}{token, proof.Source, req.All}, Now: s.now()}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Entry, error) {
		if bad != nil {
			return Entry{}, bad
		}
		permit, err := t.MarketingPermit(ctx, k.topic, 0)
		if err != nil {
			return Entry{}, err
		}
		e := permit.Entry
		suppress := req.All && permit.Suppression.Address == ""
		if e.State == Withdrawn && !suppress {
			return e, nil
		}
		if err := t.AdvanceAddress(ctx, k.topic, permit.Version); err != nil {
			return Entry{}, err
		}
		if e.State != Withdrawn {
			if e, err = s.enter(ctx, t, call, e.next(Withdrawn, proof, call)); err != nil {
				return Entry{}, err
			}
		}
		if !suppress {
			return e, nil
		}
		return e, s.suppress(ctx, t, call, Suppression{Channel: e.Channel, Address: e.Address, Reason: "unsubscribed", By: req.By, At: call.Now})
	})
}

// Header is a line of the head of an email.
type Header struct{ Name, Value string }

// OneClick returns the two headers by which a mail program offers to
// unsubscribe with one click (RFC 8058, 3.1). link is the address of the host's
// own handler with the token in it; it must begin with https. The handler takes
// a POST without cookies and calls Unsubscribe; a GET shows a page with a
// button. Both headers are to be signed by DKIM. Errors by kind: Invalid.
func OneClick(link string) ([]Header, error) {
	var c fault.Check
	u, err := url.Parse(link)
	ok := err == nil && u.Scheme == "https" && u.Host != "" && len(link) <= 900 && !strings.ContainsAny(link, " <>,\r\n\t")
	c.That(ok, "link", "bad_link", "must be an address that begins with https://")
	if err := c.Err("marketing.one_click"); err != nil {
		return nil, err
	}
	return []Header{
		{"List-Unsubscribe", "<" + link + ">"},
		{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
	}, nil
}
