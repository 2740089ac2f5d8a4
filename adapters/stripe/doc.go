// Package stripe takes money through Stripe.
//
//	shop, err := commerce.New(commerce.Config{
//		Store: store,
//		Payments: map[string]payment.Provider{
//			"card": stripe.New(key, &stripe.Options{Live: true, WebhookSecrets: []string{secret}}),
//		},
//	})
//
// It works with payment intents, through stripe-go and its API version
// 2023-10-16. It has all powers of a payment.Provider: money is promised and
// captured later, or taken at once; a promise can be voided, captured money
// refunded in whole or in parts; calls are recognised by their keys; and
// notices (webhooks) are read.
//
// # References
//
// A payment is a payment intent ("pi_..."), a capture its charge ("ch_..."), a
// refund a refund ("re_..."). Our ids are kept in the metadata of the payment
// intent and of the refund, with the prefix "kontor_", and nothing else is: no
// names, no addresses.
//
// # Entering a card
//
// Either the storefront has a token of Stripe's form ("pm_..." or
// "ctoken_..."), which goes into payment.Details.Token; then the buyer is asked
// to act only where the bank wants it, by a redirect if there is a ReturnURL
// and otherwise through Stripe's script. Or there is no token; then the action
// is payment.ActionConfirm, and Stripe's form in the browser goes on with the
// client secret.
//
// # Notices
//
// The webhook endpoint at Stripe should send payment_intent.*,
// charge.refunded, charge.refund.updated and refund.*. Any API version will do,
// because an event is only a hint of what to read again. Several signing
// secrets may be active while one is replaced.
//
// # Limits
//
// A promise is captured once: a part must be final, and the rest goes back to
// the buyer. Card promises lapse after some days, which Payment.Expires tells.
// Currencies that ISO 4217 counts otherwise than Stripe are translated, and an
// amount that Stripe cannot express is refused, as is a currency of which it is
// not known how Stripe counts it. A repeat of a call that is still running is
// payment.ClassUnknown: whether it will happen is not known yet. Captures,
// voids and refunds first read the payment intent, because Stripe is told bare
// numbers and must not misread them. A payment intent whose card was declined
// stays at Stripe; its client secret is given out only where the buyer may go
// on, and money that comes of it late is announced by its notice. Stripe's
// search, by which a payment is found whose answer was lost, is not there for
// accounts in every country. Setting up cards for later, disputes, payouts and
// split payments are not here.
//
// # What is not verified
//
// The package is held to the provider's own interface description, to its
// official mock and to the simulator in stripetest. It was not run against a
// live account. The table of currencies, the time after which promises lapse
// and the lag of the search are as documented by Stripe.
package stripe
