package auditrows

import (
	"strings"

	"github.com/kontor-go/kontor/order"
)

// announced finds events that tell of what is not there.
func (s *sight) announced(add adder) {
	for _, w := range s.waiting {
		if !known(w.subject) {
			continue
		}
		have, ok := s.versions[w.subject]
		if _, tried := s.attempts[w.subject]; !ok && tried || strings.HasPrefix(w.name, "checkout.") {
			continue // announced under the id that an order will have, or would have had
		}
		if !ok {
			add(w.subject, "%s waits for delivery, but there is no such thing", w.name)
		} else if w.version > have {
			add(w.subject, "%s tells of version %d, but there is only %d", w.name, w.version, have)
		}
	}
}

// known reports whether the subject is of a kind whose versions are compared.
func known(subject string) bool {
	return strings.HasPrefix(subject, "or_") || strings.HasPrefix(subject, "ca_") || strings.HasPrefix(subject, "py_")
}

// unheard finds what no waiting event tells of and nobody has heard.
func (s *sight) unheard(add adder) {
	for id, o := range s.orders {
		pending, captured := s.tells[id], int64(0)
		for _, p := range s.payments[id] {
			pending = pending || s.tells[p.id]
			captured += p.captured
		}
		if pending {
			continue
		}
		if o.paid != captured {
			add(id, "payments have captured %d, the order was told of %d, and no event waits to tell it", captured, o.paid)
		}
		if _, held := s.held[id]; held && o.status == string(order.StatusCancelled) {
			add(id, "the order is cancelled and still holds stock, and no event waits to free it")
		}
	}
}

// kept finds what other rooms keep of a cancelled order that no waiting event
// tells of.
func (s *sight) kept(add adder) {
	for id, o := range s.orders {
		if o.status != string(order.StatusCancelled) || s.tells[id] {
			continue
		}
		if s.uses[id] {
			add(id, "the order is cancelled, its uses of promotions count, and no event waits to give them back")
		}
		if s.planned[id] {
			add(id, "the order is cancelled, a fulfillment of it is not, and no event waits to call it off")
		}
	}
}

// overdue finds goods that are held until an order has to be paid, of which
// nothing was paid, and that nothing will ever free. What was paid in part
// waits for somebody to decide.
func (s *sight) overdue(add adder) {
	for owner, until := range s.held {
		if until == 0 || !strings.HasPrefix(owner, "or_") || s.tells[owner] || s.rings[owner] {
			continue
		}
		if o, ok := s.orders[owner]; !ok || o.paid == 0 {
			add(owner, "holds stock with an end, and no timer waits for it")
		}
	}
}
