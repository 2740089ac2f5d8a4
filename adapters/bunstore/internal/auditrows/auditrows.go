// Package auditrows compares what was announced with what is there (E1, and O9
// for what other rooms keep of a cancelled order). Events
// are deleted when they are delivered, so it looks at both ends: events that
// still wait must tell of something that is there, and what nobody waits to
// tell any more must have been heard.
package auditrows

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// EventAuditor audits events.
type EventAuditor struct{ Q unit.Querier }

const (
	selectWaiting  = "SELECT name, subject, version, deliver_at FROM kontor_event WHERE tenant = $1"
	selectOrders   = "SELECT id, version, status, paid FROM kontor_order WHERE tenant = $1"
	selectCarts    = "SELECT id, version FROM kontor_cart WHERE tenant = $1"
	selectPayments = "SELECT id, version, subject, captured FROM kontor_payment WHERE tenant = $1"
	selectHeld     = "SELECT DISTINCT owner FROM kontor_reservation WHERE tenant = $1 AND state = 'held'"
	selectAttempts = "SELECT order_id FROM kontor_checkout WHERE tenant = $1"
	selectUses     = "SELECT DISTINCT order_id FROM kontor_promotion_redemption WHERE tenant = $1 AND given_back_at = 0"
	selectPlanned  = "SELECT DISTINCT order_id FROM kontor_fulfillment WHERE tenant = $1 AND status IN ('planned', 'allocated', 'picking', 'packed') AND NOT sent"
)

// sight is everything an audit of events looks at, read in one trip.
type sight struct {
	waiting  []waiting
	versions map[string]int     // of carts, orders and payments, by the text of the id
	orders   map[string]anOrder // by the text of the id
	captured map[string]int64   // by subject
	payments map[string][]string
	held     map[string]bool
	uses     map[string]bool // of promotions, that count
	planned  map[string]bool // what has not left
	attempts map[string]bool // whatever came of them
}

type waiting struct {
	name, subject string
	version       int
	timer         bool
}

type anOrder struct {
	status string
	paid   int64
}

func (a EventAuditor) look(ctx context.Context) (*sight, error) {
	s := &sight{
		versions: map[string]int{}, orders: map[string]anOrder{}, captured: map[string]int64{},
		payments: map[string][]string{}, held: map[string]bool{}, attempts: map[string]bool{},
		uses: map[string]bool{}, planned: map[string]bool{},
	}
	query := func(text string, row func(unit.Row) error) unit.Query {
		return unit.Query{Text: text, Args: []any{a.Q.Tenant()}, Row: row}
	}
	// What is announced is read first: what is committed in between is then
	// seen at its new version, never an event without its cause.
	err := a.Q.Read(ctx, query(selectWaiting, s.addWaiting), query(selectHeld, into(s.held)), query(selectAttempts, intoOrders(s.attempts)),
		query(selectUses, into(s.uses)), query(selectPlanned, intoOrders(s.planned)),
		query(selectPayments, s.addPayment), query(selectOrders, s.addOrder), query(selectCarts, s.addCart))
	return s, err
}

func (s *sight) addWaiting(r unit.Row) error {
	var w waiting
	var at int64
	err := r.Scan(&w.name, &w.subject, &w.version, &at)
	w.timer = at != 0
	s.waiting = append(s.waiting, w)
	return err
}

// into notes texts, and intoOrders the ids of orders as texts.
func into(set map[string]bool) func(unit.Row) error {
	return func(r unit.Row) error {
		var text string
		err := r.Scan(&text)
		set[text] = true
		return err
	}
}

func intoOrders(set map[string]bool) func(unit.Row) error {
	return func(r unit.Row) error {
		var u uuid.UUID
		err := r.Scan(&u)
		set[order.IDFrom(u).String()] = true
		return err
	}
}

func (s *sight) addPayment(r unit.Row) error {
	var u uuid.UUID
	var version int
	var subject string
	var captured int64
	if err := r.Scan(&u, &version, &subject, &captured); err != nil {
		return err
	}
	id := payment.IDFrom(u).String()
	s.versions[id] = version
	s.captured[subject] += captured
	s.payments[subject] = append(s.payments[subject], id)
	return nil
}

func (s *sight) addOrder(r unit.Row) error {
	var u uuid.UUID
	var version int
	var o anOrder
	if err := r.Scan(&u, &version, &o.status, &o.paid); err != nil {
		return err
	}
	id := order.IDFrom(u).String()
	s.versions[id], s.orders[id] = version, o
	return nil
}

func (s *sight) addCart(r unit.Row) error {
	var u uuid.UUID
	var version int
	if err := r.Scan(&u, &version); err != nil {
		return err
	}
	s.versions[cart.IDFrom(u).String()] = version
	return nil
}

// EventDiscrepancies returns what breaks E1 and O9.
func (a EventAuditor) EventDiscrepancies(ctx context.Context) ([]commerce.Violation, error) {
	s, err := a.look(ctx)
	if err != nil {
		return nil, err
	}
	var out []commerce.Violation
	violated := func(invariant string) adder {
		return func(subject, format string, args ...any) {
			out = append(out, commerce.Violation{Invariant: invariant, Subject: subject, Text: fmt.Sprintf(format, args...)})
		}
	}
	add := violated("E1")
	tells := map[string]bool{}
	for _, w := range s.waiting {
		tells[w.subject] = tells[w.subject] || !w.timer // a timer tells nothing that has happened
		if !known(w.subject) {
			continue
		}
		have, ok := s.versions[w.subject]
		if !ok && s.attempts[w.subject] || strings.HasPrefix(w.name, "checkout.") {
			continue // announced under the id that an order will have, or would have had
		}
		if !ok {
			add(w.subject, "%s waits for delivery, but there is no such thing", w.name)
		} else if w.version > have {
			add(w.subject, "%s tells of version %d, but there is only %d", w.name, w.version, have)
		}
	}
	s.unheard(tells, add)
	s.kept(tells, violated("O9"))
	return out, nil
}

// adder adds a violation of a rule.
type adder func(subject, format string, args ...any)

// kept finds what other rooms keep of a cancelled order that no waiting event
// tells of.
func (s *sight) kept(tells map[string]bool, add adder) {
	for id, o := range s.orders {
		if o.status != string(order.StatusCancelled) || tells[id] {
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

// unheard finds what no waiting event tells of and nobody has heard.
func (s *sight) unheard(tells map[string]bool, add adder) {
	for id, o := range s.orders {
		pending := tells[id]
		for _, p := range s.payments[id] {
			pending = pending || tells[p]
		}
		if pending {
			continue
		}
		if o.paid != s.captured[id] {
			add(id, "payments have captured %d, the order was told of %d, and no event waits to tell it", s.captured[id], o.paid)
		}
		if o.status == string(order.StatusCancelled) && s.held[id] {
			add(id, "the order is cancelled and still holds stock, and no event waits to free it")
		}
	}
}

// known reports whether the subject is of a kind whose versions are compared.
func known(subject string) bool {
	return strings.HasPrefix(subject, "or_") || strings.HasPrefix(subject, "ca_") || strings.HasPrefix(subject, "py_")
}
