// Package marketing is how a shop writes to people who agreed to it, and what
// it learns from what was bought.
//
// Consent comes first. It is given for a Topic: one address, one channel, one
// purpose. Every change is one more Entry of a history that is only ever added
// to, with who, when, how, and which wording was agreed to; the last one says
// what holds (Ask and Confirm for a double opt-in, Give, Withdraw, Unsubscribe
// by the link of a message). An address on the suppression list gets nothing,
// whatever its consents say. Both are looked at in the very unit in which a
// message is queued. Transactional messages, such as the confirmation of an
// order, are no marketing, do not come from here and need no consent.
//
// A cart that lies still leads to one reminder in its life. The room is told of
// changes (Watch) and of the order (Close), and keeps a timer, ReminderDue, at
// which Remind looks:
//
//	watched -> reminded -> closed
//	watched -> closed
//
// From paid orders (Record, which is told again with less when something was
// given back) it counts what is bought together, and chooses contacts for a
// Segment by a Rule that an admin form can build and that is stored as JSON.
//
// A campaign is one email to a segment:
//
//	draft -> scheduled -> sending -> sent
//	draft, scheduled, sending -> cancelled
//
// Its timer, CampaignDue, asks for Proceed, which does one round: gather a page
// of recipients, or write to some. It goes on where it stood after any crash,
// and each recipient gets one message. What became of each is kept with its
// reason. Messages leave through an Outbox, which the engine fills with its
// notifications.
//
//	e, err := m.Ask(ctx, marketing.Ask{Topic: topic, Proof: marketing.Proof{Method: "form", Wording: "newsletter-3"}})
//	token, err := m.ConfirmToken(e) // into the link of a mail
//	e, err = m.Confirm(ctx, token, marketing.Confirm{})
//	lapsed, err := m.Define(ctx, marketing.Define{Name: "Lapsed", Rule: rule})
//	g, err := m.Draft(ctx, marketing.Draft{Content: marketing.Content{Name: "March", Segment: lapsed.ID, Title: "...", Text: "..."}})
//	g, err = m.Schedule(ctx, g.ID, marketing.Schedule{At: tomorrow})
//
// WriteMerchantFeed writes what is for sale as a product feed for Google
// Merchant Center.
//
// Addresses of email are kept and compared in lower case.
package marketing
