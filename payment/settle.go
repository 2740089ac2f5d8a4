package payment

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// conclude decides what an outcome means for p. It is pure. A change with
// nothing in it says that the outcome decides nothing; what the provider
// cannot have meant decides nothing either.
func (p Payment) conclude(o Outcome, at time.Time, t Timing) (change, error) {
	if o.State == StateUnknown || !p.plausible(o) {
		return change{}, nil
	}
	c := change{payment: p}
	c.payment.Version++
	c.payment.UpdatedAt = at
	var err error
	switch p.status {
	case StatusAuthorizing, StatusActionRequired:
		err = c.authorization(o, t)
	case StatusCapturing:
		err = c.capture(o)
	case StatusVoiding:
		err = c.voiding(o, t)
	case StatusAuthorized:
		err = c.drift(o)
	case StatusVoided, StatusDeclined, StatusExpired:
		err = c.late(o, t)
	case StatusCreated, StatusCaptured:
	}
	if err != nil || len(c.log) == 0 {
		return change{}, err
	}
	if due := c.payment.Due; !due.Equal(p.Due) {
		c.wake = due // nobody else looks at it then
	}
	return c, nil
}

// plausible refuses answers that carry no amount where one belongs.
func (p Payment) plausible(o Outcome) bool {
	if o.State != StateAuthorized && o.State != StateCaptured && o.State != StateRefunded {
		return true
	}
	return o.Amount.Check() == nil && o.Amount.IsPositive() || p.Amount.IsZero()
}

// note adds a line to the log.
func (c *change) note(r Result, e Entry) {
	a := c.payment.Attempt
	e.Result, e.By = r, a.By
	if e.Operation == "" {
		e.Operation = a.Operation
	}
	if e.Operation == a.Operation {
		e.Key = a.Key
		if e.Note == "" {
			e.Note = a.Note
		}
	}
	if e.Amount == (money.Amount{}) {
		e.Amount = money.Zero(c.payment.Amount.Currency())
	}
	c.log = append(c.log, e)
}

// authorization is what comes of asking for a promise.
func (c *change) authorization(o Outcome, t Timing) error {
	p := &c.payment
	learned := o.Reference != "" && o.Reference != p.Reference
	if learned {
		p.Reference = o.Reference
	}
	switch o.State {
	case StateAuthorized, StateCaptured:
		if o.Amount != p.Amount {
			return c.doubted(o, t)
		}
		p.Action, p.Decline = Action{}, Decline{}
		if o.State == StateCaptured {
			return c.collected(o, come(o))
		}
		return c.approved(o)
	case StateActionRequired:
		return c.asked(o)
	case StatePending:
		if learned {
			c.note(Waiting, Entry{Operation: OpAuthorize, Amount: p.Amount, Reference: o.Reference})
		}
		return nil
	case StateDeclined:
		return c.declined(o)
	case StateVoided, StateExpired, StateAbsent:
		return c.lapsed(t)
	case StateUnknown, StateRefunded:
	}
	return nil
}

// come is how much money an outcome speaks of.
func come(o Outcome) money.Amount {
	if o.Captured.IsPositive() {
		return o.Captured
	}
	return o.Amount
}

// approved: the whole amount is promised.
func (c *change) approved(o Outcome) error {
	p := &c.payment
	p.Authorized = p.Amount
	p.Expires, p.Due = o.Expires, o.Expires
	c.note(Done, Entry{Operation: OpAuthorize, Amount: p.Amount, Reference: o.Reference})
	c.facts = append(c.facts, Authorized{Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: p.Amount})
	return p.move(approve)
}

// collected: the amount was promised and came, in one step.
func (c *change) collected(o Outcome, amount money.Amount) error {
	p := &c.payment
	p.Authorized = p.Amount
	c.note(Done, Entry{Operation: OpAuthorize, Amount: p.Amount, Reference: o.Reference})
	return c.took(amount, o.Reference, collect)
}

// took: money came, and trigger says how the payment goes on.
func (c *change) took(amount money.Amount, reference string, trigger Trigger) error {
	p := &c.payment
	p.Captured = plus(p.Captured, amount)
	p.Decline = Decline{}
	if reference != "" {
		p.CaptureReference = reference
	}
	c.cash += amount.Minor()
	c.note(Done, Entry{Operation: OpCapture, Amount: amount, Reference: reference})
	if p.Orphaned {
		c.facts = append(c.facts, OrphanCaptured{Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: amount})
	} else {
		c.facts = append(c.facts, Captured{
			Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: amount, Total: p.Captured,
		})
	}
	if trigger == collect || trigger == lateMoney {
		p.Due, p.Expires = time.Time{}, time.Time{}
	} else {
		p.Due = p.Expires
	}
	return p.move(trigger)
}

// asked: the buyer must act.
func (c *change) asked(o Outcome) error {
	p := &c.payment
	if p.status == StatusActionRequired && p.Action == o.Action {
		return nil
	}
	if p.status == StatusAuthorizing {
		if err := p.move(ask); err != nil {
			return err
		}
	}
	p.Action = o.Action
	p.Due = p.Expires
	c.note(Waiting, Entry{Operation: OpAuthorize, Amount: p.Amount, Reference: o.Reference, Note: string(o.Action.Kind)})
	c.facts = append(c.facts, ActionRequired{
		Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: p.Amount, Kind: o.Action.Kind,
	})
	return nil
}

// declined: the provider said no.
func (c *change) declined(o Outcome) error {
	p := &c.payment
	p.Decline, p.Action = known(o.Decline), Action{}
	p.Due, p.Expires = time.Time{}, time.Time{}
	c.note(Refused, Entry{Operation: OpAuthorize, Amount: p.Amount, Reference: o.Reference, Note: p.Decline.Code})
	c.facts = append(c.facts, Declined{
		Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: p.Amount,
		Reason: p.Decline.Reason, Code: p.Decline.Code,
	})
	return p.move(decline)
}

// lapsed: nothing came of it. It is looked at once more much later, in case
// something did.
func (c *change) lapsed(t Timing) error {
	p := &c.payment
	p.Action = Action{}
	p.Due, p.Expires = p.UpdatedAt.Add(t.LateLook), time.Time{}
	c.note(GivenUp, Entry{Operation: OpAuthorize, Amount: p.Amount})
	c.facts = append(c.facts, Expired{Payment: p.ID.String(), Subject: p.Subject, Method: p.Method, Amount: p.Amount})
	return p.move(lapse)
}

// doubted: the provider promised or took something else than was asked. It is
// given back, whatever it is.
func (c *change) doubted(o Outcome, t Timing) error {
	p := &c.payment
	p.Action = Action{}
	c.orphan(o)
	c.note(Mismatched, Entry{Operation: OpAuthorize, Amount: o.Amount, Reference: o.Reference})
	if o.Amount.Currency() != p.Amount.Currency() {
		return c.giveBack(t, doubt)
	}
	return c.surfaced(o, t, doubt, collect)
}

// late: the provider holds something although the payment is over.
func (c *change) late(o Outcome, t Timing) error {
	p := &c.payment
	if o.State != StateAuthorized && o.State != StateCaptured {
		return nil
	}
	if o.Reference != "" {
		p.Reference = o.Reference
	}
	c.orphan(o)
	if o.Amount.Currency() != p.Amount.Currency() {
		c.note(Mismatched, Entry{Operation: OpAuthorize, Amount: o.Amount, Reference: o.Reference})
		return c.giveBack(t, lateHold)
	}
	return c.surfaced(o, t, lateHold, lateMoney)
}

func (c *change) orphan(o Outcome) {
	p := &c.payment
	p.Orphaned = true
	c.facts = append(c.facts, Orphaned{
		Payment: p.ID.String(), Subject: p.Subject, Method: p.Method,
		Asked: p.Amount, Found: o.Amount, Captured: o.State == StateCaptured,
	})
}

// surfaced books what the provider turned out to hold, and begins to give it
// back: held leads on for a promise, paid for money.
func (c *change) surfaced(o Outcome, t Timing, held, paid Trigger) error {
	p := &c.payment
	if more := minus(o.Amount, p.Authorized); more.IsPositive() {
		p.Authorized = o.Amount
		c.note(Done, Entry{Operation: OpAuthorize, Amount: more, Reference: o.Reference})
	}
	if o.State == StateAuthorized {
		return c.giveBack(t, held)
	}
	return c.took(minus(come(o), p.Captured), o.Reference, paid)
}

// giveBack begins to void. The line of the log that says so is the intent.
func (c *change) giveBack(t Timing, trigger Trigger) error {
	p := &c.payment
	if err := p.move(trigger); err != nil {
		return err
	}
	err := p.intend(Attempt{Operation: OpVoid, Amount: minus(p.Authorized, p.Captured), By: p.Attempt.By, At: p.UpdatedAt})
	p.Due = p.UpdatedAt.Add(t.grace())
	c.wake = p.Due
	c.note(Waiting, Entry{Amount: p.Attempt.Amount})
	return err
}

// known replaces a reason that is not of the closed list.
func known(d Decline) Decline {
	if !d.Reason.Known() {
		d.Reason = ReasonGeneric
	}
	return d
}
