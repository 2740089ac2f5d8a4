package support

// The facts of this room. Their subject is the text of the id of the
// conversation. They hold no address and no text.

// About names a message and its conversation.
type About struct {
	Conversation ID `json:"conversation"`
	// Subject is what the conversation is about. May be empty.
	Subject string    `json:"subject,omitempty"`
	Message MessageID `json:"message"`
	Kind    Kind      `json:"kind"`
}

// MessageReceived: a customer has said something.
type MessageReceived struct {
	About
	// Foreign says that it did not come from the address on file.
	Foreign bool `json:"foreign,omitempty"`
}

// EventName returns "support.message_received".
func (MessageReceived) EventName() string { return "support.message_received" }

// ReplyQueued: staff has said something that waits for its Channel.
type ReplyQueued struct{ About }

// EventName returns "support.reply_queued".
func (ReplyQueued) EventName() string { return "support.reply_queued" }

// MessageSent: what staff has said is with the customer, or with the Channel.
type MessageSent struct{ About }

// EventName returns "support.message_sent".
func (MessageSent) EventName() string { return "support.message_sent" }

// DeliveryFailed: what staff has said may not have reached the customer.
type DeliveryFailed struct {
	About
	Delivery Delivery `json:"delivery"`
}

// EventName returns "support.delivery_failed".
func (DeliveryFailed) EventName() string { return "support.delivery_failed" }

// StatusChanged: the conversation stands elsewhere.
type StatusChanged struct {
	Conversation ID     `json:"conversation"`
	Subject      string `json:"subject,omitempty"`
	From         Status `json:"from"`
	To           Status `json:"to"`
}

// EventName returns "support.status_changed".
func (StatusChanged) EventName() string { return "support.status_changed" }

// DeliveryDue is the timer at which Deliver looks at a message again.
type DeliveryDue struct {
	Message MessageID `json:"message"`
}

// EventName returns "support.delivery_due".
func (DeliveryDue) EventName() string { return "support.delivery_due" }
