// Package stripetest is a Stripe account in memory, for those who test shops
// that take money through Stripe and do not want to ask Stripe.
//
// A Simulator keeps true books: payment intents that are confirmed, captured,
// cancelled and lapse; refunds; the buyer's own steps. It treats idempotency
// keys as Stripe does: the first answer is given again to every repeat, a 500
// included, for 24 hours; other parameters under a used key are refused, and so
// is a repeat while the first call is still running. Its search is behind its
// books, and its lists are not. Its notices are signed.
//
// What happens in a call and what is answered are chosen apart, by a Plan: the
// money may move and the answer be lost, the request may vanish, a 500 may come
// with or without an effect, a notice may come before the answer, twice, or
// never. A test compares Books with what the shop believes.
//
//	sim := stripetest.New(nil)
//	card := stripe.New(stripetest.Key, &stripe.Options{
//		HTTPClient: sim.Client(), WebhookSecrets: []string{stripetest.Secret},
//	})
//
// Client speaks to it without a socket. It is an http.Handler too, for
// httptest.NewServer. Test cards are named as at Stripe: "pm_card_visa",
// "pm_card_chargeDeclinedInsufficientFunds", "pm_card_authenticationRequired".
//
// It knows what adapters/stripe needs, and refuses parameters it does not know.
package stripetest
