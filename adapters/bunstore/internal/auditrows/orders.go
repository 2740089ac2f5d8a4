package auditrows

import (
	"strings"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/order"
)

// twicePaid finds orders for which several payments together keep more than they
// cost (M10). Money that surfaced too late is orphaned, and goes back.
func (s *sight) twicePaid(add adder) {
	for id, o := range s.orders {
		n, kept := 0, int64(0)
		for _, p := range s.payments[id] {
			if p.kept > 0 && !p.orphaned {
				n, kept = n+1, kept+p.kept
			}
		}
		if n > 1 && kept > o.total {
			add(id, "%d payments keep %d minor units for an order of %d", n, kept, o.total)
		}
	}
}

// mixed finds payments that are not in the currency of their order (M11).
func (s *sight) mixed(add adder) {
	for id, o := range s.orders {
		for _, p := range s.payments[id] {
			if p.currency != o.currency {
				add(p.id, "is in %s, and pays an order in %s", p.currency, o.currency)
			}
		}
	}
}

// selectMixed finds orders whose books are in several currencies. The sale of
// an order is in its own.
const selectMixed = `SELECT subject, min(currency), max(currency) FROM (
SELECT subject, currency FROM kontor_posting WHERE tenant = $1 AND substr(subject, 1, 3) = 'or_'
UNION ALL SELECT subject, currency FROM kontor_payment WHERE tenant = $1 AND substr(subject, 1, 3) = 'or_'
) x GROUP BY subject HAVING min(currency) <> max(currency) ORDER BY subject`

// mixedBooks finds what was booked in another currency (M11).
func (a EventAuditor) mixedBooks(add adder) unit.Query {
	return unit.Query{Text: selectMixed, Args: []any{a.Q.Tenant()}, Row: func(r unit.Row) error {
		var subject, one, other string
		err := r.Scan(&subject, &one, &other)
		add(subject, "its books and payments are in %s and in %s", one, other)
		return err
	}}
}

// unpromised finds orders that the shop delivers though they are not paid,
// nobody ever promised to pay them, and there is no day by which they must be
// (M12).
func (s *sight) unpromised(add adder) {
	for id, o := range s.orders {
		delivers := o.status == string(order.StatusConfirmed) || o.status == string(order.StatusCompleted)
		if !delivers || o.paid >= o.total || o.due != 0 {
			continue
		}
		promised := int64(0)
		for _, p := range s.payments[id] {
			if !p.orphaned {
				promised += p.authorized
			}
		}
		if promised < o.total {
			add(id, "is %s, costs %d minor units, %d were paid and %d promised, and nothing says until when", o.status, o.total, o.paid, promised)
		}
	}
}

// bought finds carts and orders that do not know each other (O5).
func (s *sight) bought(add adder) {
	for id, c := range s.carts {
		switch _, placed := s.orders[c.order]; {
		case c.status == string(cart.StatusPlaced) && !placed:
			add(id, "has become the order %s, which is not there", c.order)
		case c.status == string(cart.StatusPaying) && s.attempts[c.order].cart != id:
			add(id, "is being paid as %s, and there is no such attempt", c.order)
		}
	}
	for id, o := range s.orders {
		if c, ok := s.carts[o.origin]; strings.HasPrefix(o.origin, "ca_") && (!ok || c.status != string(cart.StatusPlaced) || c.order != id) {
			add(id, "has come of the cart %s, which does not know it", o.origin)
		}
	}
}

// stuck finds attempts at an order whose payment has ended or stands, and of
// which no event waits to say so (O7).
func (s *sight) stuck(add adder) {
	for id, a := range s.attempts {
		if a.status != string(checkout.StatusPaying) || s.tells[a.payment] {
			continue
		}
		pending := false
		for _, p := range s.payments[id] {
			pending = pending || p.id == a.payment && p.due != 0 && underWay(p.status)
		}
		if !pending {
			add(id, "is being paid, but its payment is not under way, and no event waits to tell what became of it")
		}
	}
}
