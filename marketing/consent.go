package marketing

import (
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// ConsentState says what an Entry made of a consent.
type ConsentState string

// The states. No entry at all means what withdrawn means: no.
const (
	// Pending: somebody asked for messages to this address, and a link in a
	// mail to it has not been followed yet.
	Pending ConsentState = "pending"
	// Given: messages for this purpose are wanted.
	Given ConsentState = "given"
	// Withdrawn: they are not wanted, or not any more.
	Withdrawn ConsentState = "withdrawn"
)

// Proof is how a consent came about, for whoever has to show it one day.
type Proof struct {
	// Method is the way: "checkbox at checkout", "double opt-in". 1 to 100
	// characters.
	Method string `json:"method"`
	// Wording is the version of the text that was agreed to: "newsletter-3". At
	// most 100 characters; required where consent is given.
	Wording string `json:"wording,omitempty"`
	// Source is where it came from: a page, a network address. At most 200
	// characters.
	Source string `json:"source,omitempty"`
}

func (p Proof) check(c *fault.Check, path string) Proof {
	p.Method = c.Required(path+".method", p.Method, 100)
	p.Wording = c.Text(path+".wording", p.Wording, 100)
	p.Source = c.Text(path+".source", p.Source, 200)
	return p
}

// Entry is one line of the history of a consent. Entries are only ever added;
// the one with the highest N says what holds.
type Entry struct {
	Topic
	// N counts the entries of the topic from 1.
	N     int          `json:"n"`
	State ConsentState `json:"state"`
	Proof Proof        `json:"proof"`
	// By is who said so, and At when.
	By op.Actor  `json:"by"`
	At time.Time `json:"at"`
}

// next returns the entry that follows e, which may be zero but for its Topic.
func (e Entry) next(state ConsentState, p Proof, call op.Call) Entry {
	return Entry{Topic: e.Topic, N: e.N + 1, State: state, Proof: p, By: call.Meta.By, At: call.Now}
}

// Suppression is an address that gets nothing from this room, whatever consent
// it has: it wins over everything until it is lifted.
type Suppression struct {
	Channel Channel `json:"channel"`
	Address string  `json:"address"`
	// Reason is why: "bounced", "complained", "unsubscribed". 1 to 100 characters.
	Reason string    `json:"reason"`
	By     op.Actor  `json:"by"`
	At     time.Time `json:"at"`
}

// Permit is what holds for a topic.
type Permit struct {
	// Version counts what was said about the address and sent to it, of all
	// purposes; 0 if it was never heard of. Whoever changes something expects
	// it, so that a no and a message never pass each other.
	Version int `json:"version"`
	// Entry is the last one of the history; its N is 0 if there is none.
	Entry Entry `json:"entry"`
	// Suppression is zero if the address is not suppressed.
	Suppression Suppression `json:"suppression,omitzero"`
	// Touches are the last messages to the address of all purposes, newest
	// first, as many as were asked for.
	Touches []Touch `json:"touches,omitempty"`
}

// Allowed reports whether messages about the topic may be sent.
func (p Permit) Allowed() bool { return p.Entry.State == Given && p.Suppression.Address == "" }

// Touch is one message of this room to an address.
type Touch struct {
	Channel Channel `json:"channel"`
	Address string  `json:"address"`
	// N counts the messages to the address from 1.
	N       int     `json:"n"`
	Purpose Purpose `json:"purpose"`
	// Subject is the text of the id of the cart or recipient it was about.
	Subject string    `json:"subject"`
	At      time.Time `json:"at"`
}

// Withheld is why a message was not sent.
type Withheld string

// The reasons, in the order in which they are looked for.
const (
	// Sendable is no reason: the message goes out.
	Sendable Withheld = ""
	// Suppressed: the address is on the suppression list.
	Suppressed Withheld = "suppressed"
	// NoConsent: there is no consent for the purpose, or it was withdrawn.
	NoConsent Withheld = "no_consent"
	// TooMany: the address got as many messages as Cap allows.
	TooMany Withheld = "too_many"
	// Refused: the message cannot be sent as it is; a template does not fit, or
	// the address cannot be written to.
	Refused Withheld = "refused"
)

// withheld decides whether a message may go out at a time.
func (p Permit) withheld(limit Cap, now time.Time) Withheld {
	switch {
	case p.Suppression.Address != "":
		return Suppressed
	case p.Entry.State != Given:
		return NoConsent
	case limit.Messages > 0 && len(p.Touches) >= limit.Messages && now.Sub(p.Touches[limit.Messages-1].At) < limit.Within:
		return TooMany
	default:
		return Sendable
	}
}
