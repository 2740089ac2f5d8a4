// Package support is talking with customers: by email, by chat, on the phone.
//
// A Conversation is about a subject, which is the prefixed id of an order, a
// parcel or a return, or about nothing. It has messages, which came in or went
// out, and notes that only staff sees; it may be assigned to somebody; and it is
//
//	open -> pending          staff has answered and waits
//	open, pending -> solved  nothing is left to say
//	pending, solved -> open  somebody said something all the same
//	open, pending, solved -> closed
//
// A reply goes out through the Channel of its conversation: it is stored as
// waiting, then as sending, the Channel is called with no unit of work open, and
// the outcome is stored. A reply whose outcome is unclear is not sent again by
// itself. A conversation whose kind has no Channel, such as a chat that is read
// where it is written, needs none: its replies are sent when they are stored.
//
// An email that comes in finds its conversation by the signed token in the
// address that it answers to (see Addresses), or by the Message-ID that it
// answers to. Only whoever writes from the address on file is the customer: a
// stranger's email by token is stored as foreign, without token it begins a
// conversation about nothing, and replies go to the address on file always. Mail
// of machines is ignored.
//
//	turn, err := desk.Begin(ctx, support.Begin{
//		Kind: support.Email, Subject: order.ID.String(), Title: "Where is it?",
//		Customer: support.Person{Name: "Eva", Address: "eva@example.com"}, Text: "...",
//	})
//	turn, err = desk.Reply(ctx, turn.Conversation.ID, support.Reply{Text: "On its way."})
//	message, err := desk.Deliver(ctx, turn.Message.ID) // or by whoever listens
package support
