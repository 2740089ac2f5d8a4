package notification

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/id"
)

type kind struct{}

func (kind) Prefix() string { return "ms" }

// ID is the id of a message.
type ID = id.Of[kind]

// IDFrom returns the ID that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form of an ID.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

// Channel is the way that a message takes.
type Channel string

// The channels.
const (
	// Email has a title, a text and an HTML form of it.
	Email Channel = "email"
	// SMS has a text of at most MaxSegments parts.
	SMS Channel = "sms"
)

// Message is one message to one person. Title, Text and HTML are as rendered.
type Message struct {
	ID ID `json:"id"`
	// Subject is the text of the id of what the message is about.
	Subject  string  `json:"subject"`
	Template string  `json:"template"`
	Channel  Channel `json:"channel"`
	// To is an email address, or a phone number in the form +4912345678.
	To string `json:"to"`
	// Name is the name of the recipient. May be empty.
	Name string `json:"name,omitempty"`
	// Locale is the language of the templates that were found.
	Locale string `json:"locale"`
	// Title is the subject line of an email; an SMS has none.
	Title string `json:"title,omitempty"`
	Text  string `json:"text"`
	// HTML is the same for those who like it. May be empty.
	HTML string `json:"html,omitempty"`
	// Unsubscribe is the address at which one POST turns messages like this one
	// off (RFC 8058). Empty for those that were asked for.
	Unsubscribe string `json:"unsubscribe,omitempty"`
	// Segments is how many parts an SMS has, 0 for an email.
	Segments int `json:"segments,omitempty"`
	// Round counts how often somebody wanted it sent, from 1; Tries counts the
	// calls of this round.
	Round int `json:"round"`
	Tries int `json:"tries"`
	// Reference is what the provider calls it, once it was sent.
	Reference string `json:"reference,omitempty"`
	// Code and Problem say why it was not sent the last time.
	Code    string `json:"code,omitempty"`
	Problem string `json:"problem,omitempty"`
	// Due is when a queued message is sent, and when a call in flight is given
	// up. Zero in all other states.
	Due time.Time `json:"due,omitzero"`

	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status Status
}

// Status returns where the message stands.
func (m Message) Status() Status { return m.status }

// Key is under which name the provider gets the message: the same for every
// try of a round, and another one for each round.
func (m Message) Key() string {
	if m.Round <= 1 {
		return m.ID.String()
	}
	return m.ID.String() + "." + strconv.Itoa(m.Round)
}

// next returns m as it will be written at a time.
func (m Message) next(now time.Time) Message {
	m.Version++
	m.UpdatedAt = now
	return m
}

// Attempt is one call to a provider, or the doubt that remained of one.
type Attempt struct {
	// Version is that of the message which it led to.
	Version int       `json:"version"`
	Round   int       `json:"round"`
	At      time.Time `json:"at"`
	State   State     `json:"state"`
	// Reference, Code and Text are those of the Outcome.
	Reference string `json:"reference,omitempty"`
	Code      string `json:"code,omitempty"`
	Text      string `json:"text,omitempty"`
}
