// Package payment is how a shop gets its money, and gives it back.
//
// A Payment is one way in which one subject (an order, as a rule) is paid. It
// is authorized when the money is promised and captured when it has come; a
// promise can be voided, and captured money refunded, in whole or in parts. Who
// moves the money is a Provider. Its powers (Capturer, Voider, Refunder, ...)
// are small interfaces; what the shop cannot do with a provider is refused
// before anybody is asked.
//
// Asking a provider is a conversation over a line that may break at any word,
// so it always goes like this. First the intent is saved: what is to be done,
// under which key, and the payment is in flight (authorizing, capturing,
// voiding). Then the provider is asked, with no unit of work open. Then the
// outcome is saved, with its events and its postings. If the line broke, nobody
// knows whether the money moved: the payment stays in flight, is shown as
// neither paid nor failed, and Reconcile finds out what happened by looking it
// up, or by saying the same thing again under the same key where the provider
// would notice. Money that surfaces after everybody stopped waiting is given
// back and announced as Orphaned.
//
// A tender that needs no network is a Local: cash on delivery, a bank transfer,
// a gift card. It settles inside the unit in which the order is placed:
//
//	paid, err := payments.OpenLocalTx(ctx, t, payment.Open{Subject: order.ID.String(), Method: "cod", Amount: total})
//
// and for all others that unit saves the intent, and the provider is asked
// after it:
//
//	p, err := payments.BeginTx(ctx, t, payment.Open{Subject: order.ID.String(), Method: "card", Amount: total})
//	...
//	p, err = payments.Authorize(ctx, p.ID)
//
// Notices of providers (webhooks) are hints: Receive checks and stores them,
// ProcessInbox asks the provider what is really so.
//
// The amounts of a payment are the sums of its log, which is only ever added
// to. Nothing here knows carts, orders or cards.
//
// The moves of a payment, in the words of Machine:
//
//	created          -> authorizing, authorized, captured
//	authorizing      -> authorized, captured, action_required, declined, expired, voiding
//	action_required  -> authorizing, authorized, captured, declined, expired, voiding
//	authorized       -> capturing, captured, authorized (a part), voiding, expired
//	capturing        -> captured, authorized (a part, or refused), expired
//	voiding          -> voided, captured (too late, or the rest), authorized, action_required
//	voided, declined, expired -> voiding, captured (only for what surfaces late)
package payment
