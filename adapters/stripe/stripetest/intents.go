package stripetest

import (
	"net/http"
	"strconv"
	"time"
)

// create makes a payment intent, and confirms it if that is wanted.
func (s *Simulator) create(f *form, p Plan) (any, *refusal) {
	amount, _ := f.number("amount")
	pi := &intent{
		Object: "payment_intent", Amount: amount, Currency: f.text("currency"), CaptureMethod: f.text("capture_method"),
		ConfirmationMethod: "automatic", Description: maybe(f.text("description")), Livemode: s.opt.Live,
		Metadata: f.pairs("metadata"), MethodTypes: []string{"card"}, Status: requiresMethod, returnURL: f.text("return_url"),
	}
	if f.flag("automatic_payment_methods[enabled]") {
		pi.Automatic = &automatic{Enabled: true, AllowRedirects: f.text("automatic_payment_methods[allow_redirects]")}
		if pi.Automatic.AllowRedirects == "" {
			pi.Automatic.AllowRedirects = "always"
		}
	}
	confirm := f.flag("confirm")
	method := f.text("payment_method") + f.text("confirmation_token")
	b, known := behaviourOf(method)
	if r := s.refuseCreation(f, pi, confirm); r != nil {
		return nil, r
	}
	if method != "" && !known {
		r := missing("payment_method", "PaymentMethod", method)
		r.status = http.StatusBadRequest
		return nil, r
	}
	s.open(pi)
	if method == "" {
		return s.seen(pi, f), nil
	}
	pi.Method, pi.behaviour, pi.Status = &method, b, requiresConfirmation
	if !confirm {
		return s.seen(pi, f), nil
	}
	if r := s.confirm(pi, p); r != nil {
		return nil, r
	}
	return s.seen(pi, f), nil
}

// refuseCreation refuses a payment intent that cannot be.
func (s *Simulator) refuseCreation(f *form, pi *intent, confirm bool) *refusal {
	if r := f.check(); r != nil {
		return r
	}
	switch {
	case pi.Amount <= 0:
		return invalid("parameter_invalid_integer", "amount", "This value must be greater than or equal to 1.")
	case pi.Amount > 99_999_999:
		return invalid("amount_too_large", "amount", "Amount must be no more than 999,999.99.")
	case len(pi.Currency) != 3:
		return invalid("", "currency", "Invalid currency: "+pi.Currency)
	case pi.CaptureMethod != "manual" && pi.CaptureMethod != "automatic":
		return invalid("", "capture_method", "Invalid capture_method")
	case confirm && pi.Automatic != nil && pi.Automatic.AllowRedirects == "always" && pi.returnURL == "":
		return invalid("", "return_url", "A return_url is required where redirects are allowed.")
	}
	return nil
}

// open puts a payment intent into the books.
func (s *Simulator) open(pi *intent) {
	pi.at = s.now()
	pi.ID, pi.Created = s.name("pi"), pi.at.Unix()
	pi.ClientSecret = pi.ID + "_secret_" + strconv.Itoa(len(s.intents)+1)
	s.note(pi)
	s.intents = append(s.intents, pi)
	s.say("payment_intent.created", pi)
}

// confirm asks the buyer's bank.
func (s *Simulator) confirm(pi *intent, p Plan) *refusal {
	pi.NextAction, pi.LastError = nil, nil
	b := pi.behaviour.planned(p)
	switch {
	case b.act:
		pi.behaviour = b
		s.ask(pi)
		return nil
	case b.later:
		pi.Status = processing
		s.say("payment_intent.processing", pi)
		return nil
	case b.decline.code != "":
		return s.refuse(pi, b.decline)
	}
	if p.Other != 0 {
		pi.Amount = p.Other
	}
	s.approve(pi)
	return nil
}

// ask sends the buyer to the bank.
func (s *Simulator) ask(pi *intent) {
	pi.Status = requiresAction
	if pi.returnURL != "" {
		pi.NextAction = &nextAction{Type: "redirect_to_url", Redirect: &redirect{
			ReturnURL: pi.returnURL, URL: "https://hooks.stripe.com/redirect/authenticate/" + pi.ID,
		}}
	} else {
		pi.NextAction = &nextAction{Type: "use_stripe_sdk", SDK: map[string]string{"type": "three_d_secure_redirect"}}
	}
	s.say("payment_intent.requires_action", pi)
}

// refuse is a no of the buyer's bank.
func (s *Simulator) refuse(pi *intent, d decline) *refusal {
	c := s.charging(pi)
	c.Status, c.Paid, c.FailureCode = failed, false, maybe(d.code)
	pi.Status, pi.Method, pi.NextAction = requiresMethod, nil, nil
	pi.LastError = &said{
		Type: "card_error", Code: d.code, DeclineCode: d.reason, Charge: c.ID, Message: "Your card was declined.",
	}
	s.say("payment_intent.payment_failed", pi)
	s.sayCharge("charge.failed", c)
	r := &refusal{status: http.StatusPaymentRequired, said: *pi.LastError}
	shown := s.seen(pi, nil)
	r.said.Intent = &shown
	return r
}

// charging makes the charge of an attempt.
func (s *Simulator) charging(pi *intent) *charge {
	c := &charge{
		ID: s.name("ch"), Object: "charge", Amount: pi.Amount, Created: s.now().Unix(), Currency: pi.Currency,
		Livemode: pi.Livemode, Metadata: pi.Metadata, Paid: true, Intent: pi.ID, Method: pi.Method, Status: succeeded,
		Details: details{Type: "card", Card: card{Brand: "visa", ExpMonth: 12, ExpYear: 2034, Funding: "credit", Last4: "4242"}},
	}
	s.charges[c.ID] = c
	pi.charge = c.ID
	return c
}

// approve is a yes: the money is promised, or has come.
func (s *Simulator) approve(pi *intent) {
	c := s.charging(pi)
	s.sayCharge("charge.succeeded", c)
	if pi.CaptureMethod == "manual" {
		pi.Status, pi.AmountCapturable = requiresCapture, pi.Amount
		pi.until = s.now().Add(s.opt.Hold).Truncate(time.Second)
		c.Details.Card.CaptureBefore = pi.until.Unix()
		s.say("payment_intent.amount_capturable_updated", pi)
		return
	}
	s.take(pi, pi.Amount)
}

// take moves the money.
func (s *Simulator) take(pi *intent, n int64) {
	pi.Status, pi.AmountCapturable, pi.AmountReceived = succeeded, 0, n
	c := s.charges[pi.charge]
	c.Captured, c.AmountCaptured, c.AmountRefunded = true, n, c.Amount-n
	if pi.CaptureMethod == "manual" {
		s.sayCharge("charge.captured", c)
	}
	s.say("payment_intent.succeeded", pi)
}

// confirmAgain confirms a payment intent by the server.
func (s *Simulator) confirmAgain(pi *intent, f *form, p Plan) (any, *refusal) {
	if u := f.text("return_url"); u != "" {
		pi.returnURL = u
	}
	if r := f.check(); r != nil {
		return nil, r
	}
	if pi.Status != requiresConfirmation {
		return nil, s.unexpected(pi, "confirm")
	}
	if r := s.confirm(pi, p); r != nil {
		return nil, r
	}
	return s.seen(pi, f), nil
}

// capture takes promised money, once.
func (s *Simulator) capture(pi *intent, f *form, p Plan) (any, *refusal) {
	n, given := f.number("amount_to_capture")
	if r := f.check(); r != nil {
		return nil, r
	}
	if !given {
		n = pi.AmountCapturable
	}
	switch {
	case pi.Status != requiresCapture:
		return nil, s.unexpected(pi, "capture")
	case n <= 0 || n > pi.AmountCapturable:
		return nil, forbidden("amount_too_large", "amount_to_capture", "The amount to capture is more than the amount that can be.")
	case p.Decline:
		return nil, &refusal{status: http.StatusPaymentRequired, said: said{
			Type: "card_error", Code: "card_declined", DeclineCode: "generic_decline", Message: "The capture was declined.",
		}}
	}
	if p.Other != 0 {
		n = p.Other
	}
	if p.Defer {
		pi.Status, pi.behaviour = processing, behaviour{later: true}
		pi.AmountCapturable = n
		s.say("payment_intent.processing", pi)
		return s.seen(pi, f), nil
	}
	s.take(pi, n)
	return s.seen(pi, f), nil
}

// void cancels a payment intent.
func (s *Simulator) void(pi *intent, f *form) (any, *refusal) {
	reason := f.text("cancellation_reason")
	if r := f.check(); r != nil {
		return nil, r
	}
	if pi.Status == succeeded || pi.Status == canceled || pi.Status == processing {
		return nil, s.unexpected(pi, "cancel")
	}
	s.cancel(pi, reason)
	return s.seen(pi, f), nil
}

func (s *Simulator) cancel(pi *intent, reason string) {
	at := s.now().Unix()
	pi.Status, pi.AmountCapturable, pi.NextAction = canceled, 0, nil
	pi.CanceledAt, pi.CancellationReason = &at, maybe(reason)
	s.say("payment_intent.canceled", pi)
}
