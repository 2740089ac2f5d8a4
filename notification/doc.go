// Package notification tells people what happened: by email and by SMS, once.
//
// A Message is about a subject, which is the prefixed id of an order or of
// anything else, and comes from a template. There is one message for each
// subject, template and channel, however often it is asked for. It is rendered
// when it is queued, from templates that are embedded here and that the host
// may replace (see Templates), and it is stored as it will be sent, so that
// staff can read what a buyer has read, and send it again.
//
// A message is
//
//	queued -> sending -> sent        the provider has taken it
//	                  -> queued      not now: it is tried again later
//	                  -> failed      the provider will not take it
//	                  -> unclear     nobody knows
//	sending -> queued                the process died, and a repeat is safe
//	unclear -> sent                  the answer came late
//	sent, failed, unclear -> queued  staff sends it again: a new round
//	queued, failed, unclear -> cancelled
//
// The state sending is saved before the Notifier is called, with no unit of
// work open, and the outcome after it. A message whose outcome is unclear is
// never sent again by itself, unless the Notifier is a KeyKeeper: it drops
// what it has had under the same key.
//
//	m, err := notes.Queue(ctx, notification.Queue{
//		Subject: order.ID.String(), Template: notification.OrderConfirmationTemplate,
//		Channel: notification.Email, To: order.Email, Locale: "de-AT",
//		Data: notification.OrderConfirmation{...},
//	})
//	m, err = notes.Send(ctx, m.ID) // or by whoever listens to Queued and SendDue
//
// A link in a message opens a page for somebody who has no account by the
// token of a Passes: it names its subject, is signed, and ends.
package notification
