package stripetest

// Authenticate lets the buyer of a payment intent do what the bank asked for.
// It reports whether something was asked.
func (s *Simulator) Authenticate(id string) bool {
	return s.acted(id, requiresAction, func(pi *intent) {
		pi.NextAction = nil
		b := pi.behaviour
		b.act = false
		pi.behaviour = b
		s.confirm(pi, Plan{}) // what the bank says is in the payment intent
	})
}

// Fail lets the buyer fail to do what the bank asked for.
func (s *Simulator) Fail(id string) bool {
	return s.acted(id, requiresAction, func(pi *intent) {
		s.refuse(pi, decline{code: "payment_intent_authentication_failure"})
	})
}

// Pay lets the buyer of a payment intent enter a card in the browser. It
// reports whether the payment intent waited for one and the card is known.
func (s *Simulator) Pay(id, method string) bool {
	b, known := behaviourOf(method)
	return known && s.acted(id, requiresMethod, func(pi *intent) {
		pi.Method, pi.behaviour = &method, b
		s.confirm(pi, Plan{})
	})
}

// Settle lets the bank agree to what was left open: a payment intent or a
// refund. It reports whether something was.
func (s *Simulator) Settle(id string) bool {
	return s.acted(id, processing, func(pi *intent) {
		if pi.charge != "" && pi.AmountCapturable > 0 {
			s.take(pi, pi.AmountCapturable)
			return
		}
		s.approve(pi)
	}) || s.decided(id, func(re *refund, pi *intent) {
		re.Status = succeeded
		s.sayRefund("refund.updated", re)
		s.gone(pi, re)
	})
}

// Reject lets the bank refuse what was left open: a payment intent or a
// refund. It reports whether something was.
func (s *Simulator) Reject(id string) bool {
	return s.acted(id, processing, func(pi *intent) {
		s.refuse(pi, decline{"card_declined", "generic_decline"})
	}) || s.decided(id, func(re *refund, pi *intent) {
		s.failRefund(pi, re)
		s.sayRefund("refund.failed", re)
	})
}

// acted changes a payment intent that is in a state.
func (s *Simulator) acted(id, state string, do func(pi *intent)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapse()
	pi := s.intent(id)
	if pi == nil || pi.Status != state {
		return false
	}
	do(pi)
	s.send(Plan{})
	return true
}

// decided changes a refund that is pending.
func (s *Simulator) decided(id string, do func(re *refund, pi *intent)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	re, pi := s.refundOf(id)
	if re == nil || re.Status != waiting {
		return false
	}
	do(re, pi)
	s.send(Plan{})
	return true
}
