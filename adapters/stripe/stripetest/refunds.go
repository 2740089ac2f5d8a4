package stripetest

// giveBack makes a refund.
func (s *Simulator) giveBack(f *form, p Plan) (any, *refusal) {
	pi := s.intent(f.text("payment_intent"))
	n, given := f.number("amount")
	re := &refund{Object: "refund", Metadata: f.pairs("metadata"), Reason: maybe(f.text("reason")), Status: succeeded}
	if r := f.check(); r != nil {
		return nil, r
	}
	if pi == nil {
		return nil, missing("payment_intent", "payment_intent", f.text("payment_intent"))
	}
	left := pi.AmountReceived - pi.refunded
	if !given {
		n = left
	}
	switch {
	case pi.Status != succeeded:
		return nil, forbidden("", "payment_intent", "This PaymentIntent does not have a successful charge to refund.")
	case left == 0:
		return nil, forbidden("charge_already_refunded", "", "Charge "+pi.charge+" has already been refunded.")
	case n <= 0 || n > left:
		return nil, forbidden("", "amount", "Refund amount is greater than unrefunded amount on charge.")
	}
	if p.Other != 0 {
		n = p.Other
	}
	re.ID, re.Amount, re.Charge, re.Intent = s.name("re"), n, pi.charge, pi.ID
	re.Created, re.Currency = s.now().Unix(), pi.Currency
	s.refunds = append(s.refunds, re)
	pi.refunded += n
	if p.Defer {
		re.Status = waiting
	}
	if p.Decline {
		s.failRefund(pi, re)
	}
	s.sayRefund("refund.created", re)
	if re.Status == succeeded {
		s.gone(pi, re)
	}
	return *re, nil
}

// gone says that the money went back.
func (s *Simulator) gone(pi *intent, re *refund) {
	c := s.charges[pi.charge]
	c.AmountRefunded += re.Amount
	c.Refunded = c.AmountRefunded == c.Amount
	s.sayCharge("charge.refunded", c)
}

// failRefund keeps the money.
func (s *Simulator) failRefund(pi *intent, re *refund) {
	pi.refunded -= re.Amount
	re.Status, re.FailureReason = failed, "lost_or_stolen_card"
}

// refundOf returns a refund by its id, with its payment intent, or nil.
func (s *Simulator) refundOf(id string) (*refund, *intent) {
	for _, re := range s.refunds {
		if re.ID == id {
			return re, s.intent(re.Intent)
		}
	}
	return nil, nil
}
