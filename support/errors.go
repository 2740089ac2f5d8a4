package support

import "github.com/kontor-go/kontor/kernel/fault"

// Errors of this room. Test for them with errors.Is.
var (
	// ErrMissing: there is no such conversation.
	ErrMissing = fault.Missing("conversation")
	// ErrNoMessage: there is no such message.
	ErrNoMessage = fault.Missing("message")
	// ErrReceived: another unit has stored the same email at the same time.
	ErrReceived = &fault.Error{
		Kind: fault.Conflict, Code: "email_received", Retry: true, Text: "This email was received already.",
	}
	// ErrClosed: the conversation is over.
	ErrClosed = fault.New(fault.Conflict, "conversation_closed", "This conversation is closed.")
	// ErrFull: the conversation has MaxMessages.
	ErrFull = fault.New(fault.Conflict, "conversation_full", "This conversation has too many messages. Begin another one.")
	// ErrDelivery: the delivery of the message does not allow this.
	ErrDelivery = fault.New(fault.Conflict, "delivery_state", "This message is not waiting for that.")
)
