package stripetest

import "github.com/kontor-go/kontor/payment"

// Reply is what comes back over the line, whatever happened in the books.
type Reply string

// The replies.
const (
	// OK: the true answer.
	OK Reply = ""
	// Timeout: no answer.
	Timeout Reply = "timeout"
	// Reset: the line breaks after the request was sent.
	Reset Reply = "reset"
	// Refused: there is no connection. Certainly nothing happens.
	Refused Reply = "refused"
	// ServerError: a 500, which every repeat of the key gets from then on.
	ServerError Reply = "500"
	// Unavailable: a 503 that is not remembered.
	Unavailable Reply = "503"
	// HTML: the page of a broken proxy, with status 502.
	HTML Reply = "html"
	// Truncated: the line breaks in the middle of the answer.
	Truncated Reply = "truncated"
	// Redirect: a 307 to another address.
	Redirect Reply = "redirect"
	// RateLimited: a 429, before anything happens.
	RateLimited Reply = "429"
	// Busy: a 409, as if a call with the same key were still running.
	Busy Reply = "409"
	// Locked: a 429 because another call holds the object.
	Locked Reply = "locked"
)

// Plan is what happens in one call. The zero value is a call that works.
type Plan struct {
	// NoEffect says that the request is lost on its way. It goes with a Reply
	// that is not OK.
	NoEffect bool
	Reply    Reply
	// Decline makes the buyer's bank say no, or a refund fail; Act makes the
	// bank ask the buyer to act; Defer leaves the decision open, see
	// Simulator.Settle.
	Decline, Act, Defer bool
	// Other, if not zero, is promised, taken or sent back instead of what was
	// asked for, as Stripe counts it.
	Other int64
	// Wait, if set, is called while the call is being worked on, with no lock
	// held.
	Wait func()
	// Early, if set, gets the notices before the answer is sent.
	Early func(payment.Notice)
	// Copies is how many more notices about it are sent; Drop sends none.
	Copies int
	Drop   bool
}

// vanished reports whether a reply means that nothing can have happened.
func (p Plan) vanished() bool {
	switch p.Reply {
	case Refused, RateLimited, Busy, Locked, Unavailable:
		return true
	case OK, Timeout, Reset, ServerError, HTML, Truncated, Redirect:
	}
	return p.NoEffect
}
