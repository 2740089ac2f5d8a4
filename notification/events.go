package notification

// The facts of this room. Their subject is the text of the id of the message;
// what the message is about is in the payload. They hold no address and no text.

// About names a message and what it is about.
type About struct {
	Message ID `json:"message"`
	// Subject is what the message is about.
	Subject  string  `json:"subject"`
	Template string  `json:"template"`
	Channel  Channel `json:"channel"`
	// Round is the round it is in, from 1.
	Round int `json:"round"`
}

// Queued: a message waits to be sent, for the first time or again.
type Queued struct{ About }

// EventName returns "notification.queued".
func (Queued) EventName() string { return "notification.queued" }

// Sent: a provider has taken it over.
type Sent struct {
	About
	Reference string `json:"reference,omitempty"`
}

// EventName returns "notification.sent".
func (Sent) EventName() string { return "notification.sent" }

// Failed: it was not sent and will not be by itself.
type Failed struct {
	About
	Code string `json:"code"`
}

// EventName returns "notification.failed".
func (Failed) EventName() string { return "notification.failed" }

// Lost: nobody knows whether it was sent. Staff may look and send it again.
type Lost struct {
	About
	Code string `json:"code"`
}

// EventName returns "notification.lost".
func (Lost) EventName() string { return "notification.lost" }

// Cancelled: it is not wanted any more.
type Cancelled struct{ About }

// EventName returns "notification.cancelled".
func (Cancelled) EventName() string { return "notification.cancelled" }

// SendDue is the timer at which Send looks at a message again.
type SendDue struct {
	Message ID `json:"message"`
}

// EventName returns "notification.send_due".
func (SendDue) EventName() string { return "notification.send_due" }

func (m Message) about() About {
	return About{Message: m.ID, Subject: m.Subject, Template: m.Template, Channel: m.Channel, Round: m.Round}
}
