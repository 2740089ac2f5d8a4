package payment

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// capture is what comes of asking for promised money.
func (c *change) capture(o Outcome) error {
	p := &c.payment
	a := p.Attempt
	switch o.State {
	case StateCaptured:
		left := minus(p.Authorized, p.Captured)
		if o.Amount.Currency() != a.Amount.Currency() || !atMost(o.Amount, left) {
			return c.puzzled(o)
		}
		trigger := part
		if a.Final || o.Amount == left {
			trigger = collect
		}
		return c.took(o.Amount, o.Reference, trigger)
	case StateDeclined, StateAbsent:
		return c.notCaptured(o)
	case StateExpired, StateVoided:
		return c.lost(o)
	case StateUnknown, StatePending, StateAuthorized, StateActionRequired, StateRefunded:
	}
	return nil
}

// notCaptured: the money was not taken; the promise stands.
func (c *change) notCaptured(o Outcome) error {
	p := &c.payment
	r := Refused
	if o.State == StateAbsent {
		r, o.Decline = GivenUp, Decline{Code: string(StateAbsent), Reason: ReasonGeneric}
	}
	p.Decline = known(o.Decline)
	p.Due = p.Expires
	c.note(r, Entry{Amount: p.Attempt.Amount, Note: p.Decline.Code})
	c.facts = append(c.facts, CaptureFailed{
		Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: p.Attempt.Amount,
		Reason: p.Decline.Reason, Code: p.Decline.Code,
	})
	return p.move(fail)
}

// lost: what is left of the promise is gone.
func (c *change) lost(o Outcome) error {
	p := &c.payment
	p.Due, p.Expires = time.Time{}, time.Time{}
	left := minus(p.Authorized, p.Captured)
	c.note(GivenUp, Entry{Operation: OpAuthorize, Amount: left, Note: string(o.State)})
	c.facts = append(c.facts, Expired{Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: left})
	if p.Captured.IsPositive() {
		return p.move(finish)
	}
	return p.move(lapse)
}

// voiding is what comes of giving a promise back.
func (c *change) voiding(o Outcome, t Timing) error {
	switch o.State {
	case StateVoided, StateExpired:
		return c.released()
	case StateCaptured:
		return c.tooLate(o, t)
	case StateDeclined, StateAbsent:
		return c.notVoided(o)
	case StateUnknown, StatePending, StateAuthorized, StateActionRequired, StateRefunded:
	}
	return nil
}

// tooLate: the money had come before the promise could be given back. If the
// promise itself was not known yet, because the buyer acted in the same moment,
// it must be what was asked for.
func (c *change) tooLate(o Outcome, t Timing) error {
	p := &c.payment
	total := come(o)
	if total.Currency() != p.Amount.Currency() || !minus(total, p.Captured).IsPositive() {
		return c.puzzled(o)
	}
	if !p.Authorized.IsPositive() {
		if o.Amount != p.Amount {
			c.orphan(o)
		}
		return c.surfaced(o, t, void, collect)
	}
	if !atMost(total, p.Authorized) {
		return c.puzzled(o)
	}
	return c.took(minus(total, p.Captured), o.Reference, collect)
}

// released: the promise, or the rest of it, was given back.
func (c *change) released() error {
	p := &c.payment
	left := minus(p.Authorized, p.Captured)
	p.Due, p.Expires = time.Time{}, time.Time{}
	p.Action, p.Decline = Action{}, Decline{}
	c.note(Done, Entry{Operation: OpVoid, Amount: left})
	c.facts = append(c.facts, Voided{
		Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: left, Orphaned: p.Orphaned,
	})
	if p.Captured.IsPositive() {
		return p.move(finish)
	}
	return p.move(release)
}

// notVoided: the promise stands. An orphan's is given back again at once; a
// payment that was never promised goes back to waiting for its buyer.
func (c *change) notVoided(o Outcome) error {
	p := &c.payment
	if o.State == StateAbsent && !p.Authorized.IsPositive() {
		return c.released()
	}
	p.Decline = known(o.Decline)
	c.note(Refused, Entry{Amount: p.Attempt.Amount, Note: p.Decline.Code})
	if !p.Authorized.IsPositive() {
		p.Due = p.UpdatedAt.Add(time.Hour)
		if p.Orphaned {
			return nil
		}
		return p.move(ask)
	}
	p.Due = p.Expires
	if p.Orphaned {
		p.Due = p.UpdatedAt.Add(time.Minute)
	}
	return p.move(fail)
}

// drift is what the provider says about a promise that nobody of us touches:
// somebody may have captured or voided it at the provider's own desk.
func (c *change) drift(o Outcome) error {
	p := &c.payment
	switch o.State {
	case StateCaptured, StateAuthorized:
		total := o.Captured
		if o.State == StateCaptured {
			total = come(o)
		}
		if total.Currency() != p.Amount.Currency() || !minus(total, p.Captured).IsPositive() {
			return nil
		}
		if !atMost(total, p.Authorized) {
			return c.puzzled(o)
		}
		trigger := part
		if o.State == StateCaptured {
			trigger = collect
		}
		return c.took(minus(total, p.Captured), o.Reference, trigger)
	case StateVoided, StateExpired:
		return c.lost(o)
	case StateUnknown, StateDeclined, StatePending, StateActionRequired, StateRefunded, StateAbsent:
	}
	return nil
}

// puzzled: the provider's answer cannot be booked. Nothing moves, and an
// operator finds the line in the log.
func (c *change) puzzled(o Outcome) error {
	p := &c.payment
	p.Due = p.UpdatedAt.Add(time.Hour)
	amount := o.Amount
	if amount.Check() != nil {
		amount = money.Zero(p.Amount.Currency())
	}
	c.note(Mismatched, Entry{Amount: amount, Reference: o.Reference, Note: string(o.State)})
	return nil
}
