// Package auditrows holds the rooms against each other: what was announced with
// what is there (E1), orders with their payments (M10, M11, M12), their carts
// (O5) and what others keep for them (S6, O9), and whatever is under way with
// what will wake it (O7). It also looks whether the database still refuses to
// change what is only added to (M18).
//
// Events are deleted when they are delivered, so it looks at both ends: events
// that still wait must tell of something that is there, and what nobody waits to
// tell any more must have been heard.
package auditrows

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// EventAuditor audits what rooms know of each other.
type EventAuditor struct {
	Q       unit.Querier
	Dialect unit.Dialect
}

const (
	selectWaiting  = "SELECT name, subject, version, deliver_at FROM kontor_event WHERE tenant = $1"
	selectOrders   = "SELECT id, version, status, origin, currency, total, paid, payment_due FROM kontor_order WHERE tenant = $1"
	selectCarts    = "SELECT id, version, status, order_id FROM kontor_cart WHERE tenant = $1"
	selectAttempts = "SELECT order_id, cart, payment, status FROM kontor_checkout WHERE tenant = $1"
	selectPayments = `SELECT id, version, subject, status, currency, authorized, captured, captured - refunded - refunding, orphaned, due_at
FROM kontor_payment WHERE tenant = $1`
	selectHeld    = "SELECT owner, MAX(expires_at) FROM kontor_reservation WHERE tenant = $1 AND state = 'held' GROUP BY owner"
	selectUses    = "SELECT DISTINCT order_id FROM kontor_promotion_redemption WHERE tenant = $1 AND given_back_at = 0"
	selectPlanned = "SELECT DISTINCT order_id FROM kontor_fulfillment WHERE tenant = $1 AND status IN ('planned', 'allocated', 'picking', 'packed') AND NOT sent"
)

// sight is what an audit looks at, read in one trip. Its keys are texts of ids.
type sight struct {
	waiting  []waiting
	tells    map[string]bool // subjects of events that wait, timers left out
	rings    map[string]bool // subjects of timers that wait
	versions map[string]int  // of carts, orders and payments
	orders   map[string]agreed
	carts    map[string]basket
	payments map[string][]paid // by subject
	attempts map[string]attempt
	held     map[string]int64 // until when, 0 without an end
	uses     map[string]bool  // of promotions, that count
	planned  map[string]bool  // what has not left
}

type waiting struct {
	name, subject string
	version       int
}

type agreed struct {
	status, origin, currency string
	total, paid, due         int64
}

type basket struct{ status, order string }

type attempt struct{ cart, payment, status string }

type paid struct {
	id, status, currency       string
	authorized, captured, kept int64 // kept is what has come and does not go back
	orphaned                   bool
	due                        int64
}

func (a EventAuditor) look(ctx context.Context) (*sight, error) {
	s := &sight{
		tells: map[string]bool{}, rings: map[string]bool{}, versions: map[string]int{}, orders: map[string]agreed{}, carts: map[string]basket{},
		payments: map[string][]paid{}, attempts: map[string]attempt{}, held: map[string]int64{}, uses: map[string]bool{}, planned: map[string]bool{},
	}
	query := func(text string, row func(unit.Row) error) unit.Query {
		return unit.Query{Text: text, Args: []any{a.Q.Tenant()}, Row: row}
	}
	// What tells of others is read before them: what is committed in between is
	// then seen at its new version, never an event without its cause.
	err := a.Q.Read(ctx, query(selectWaiting, s.addWaiting), query(selectHeld, s.addHeld), query(selectUses, s.addUse),
		query(selectPlanned, s.addPlanned), query(selectCarts, s.addCart), query(selectAttempts, s.addAttempt),
		query(selectPayments, s.addPayment), query(selectOrders, s.addOrder))
	return s, err
}

func (s *sight) addWaiting(r unit.Row) error {
	var w waiting
	var at int64
	err := r.Scan(&w.name, &w.subject, &w.version, &at)
	s.waiting = append(s.waiting, w)
	if at == 0 { // a timer tells nothing that has happened
		s.tells[w.subject] = true
	} else {
		s.rings[w.subject] = true
	}
	return err
}

func (s *sight) addHeld(r unit.Row) error {
	var owner string
	var until int64
	err := r.Scan(&owner, &until)
	s.held[owner] = until
	return err
}

func (s *sight) addUse(r unit.Row) error {
	var owner string
	err := r.Scan(&owner)
	s.uses[owner] = true
	return err
}

func (s *sight) addPlanned(r unit.Row) error {
	var u uuid.UUID
	err := r.Scan(&u)
	s.planned[order.IDFrom(u).String()] = true
	return err
}

func (s *sight) addCart(r unit.Row) error {
	var u uuid.UUID
	var version int
	var c basket
	err := r.Scan(&u, &version, &c.status, &c.order)
	id := cart.IDFrom(u).String()
	s.versions[id], s.carts[id] = version, c
	return err
}

func (s *sight) addAttempt(r unit.Row) error {
	var o, c, p uuid.UUID
	var a attempt
	err := r.Scan(&o, &c, &p, &a.status)
	a.cart, a.payment = cart.IDFrom(c).String(), payment.IDFrom(p).String()
	s.attempts[order.IDFrom(o).String()] = a
	return err
}

func (s *sight) addPayment(r unit.Row) error {
	var u uuid.UUID
	var version int
	var subject string
	var p paid
	err := r.Scan(&u, &version, &subject, &p.status, &p.currency, &p.authorized, &p.captured, &p.kept, &p.orphaned, &p.due)
	p.id = payment.IDFrom(u).String()
	s.versions[p.id] = version
	s.payments[subject] = append(s.payments[subject], p)
	return err
}

func (s *sight) addOrder(r unit.Row) error {
	var u uuid.UUID
	var version int
	var o agreed
	err := r.Scan(&u, &version, &o.status, &o.origin, &o.currency, &o.total, &o.paid, &o.due)
	id := order.IDFrom(u).String()
	s.versions[id], s.orders[id] = version, o
	return err
}

// report collects violations.
type report struct{ found []commerce.Violation }

// of returns what adds a violation of a rule.
func (r *report) of(invariant string) adder {
	return func(subject, format string, args ...any) {
		r.found = append(r.found, commerce.Violation{Invariant: invariant, Subject: subject, Text: fmt.Sprintf(format, args...)})
	}
}

// adder adds a violation of a rule.
type adder func(subject, format string, args ...any)

// EventDiscrepancies returns what breaks E1, M10, M11, M12, M18, O5, O7, O9 and
// S6.
func (a EventAuditor) EventDiscrepancies(ctx context.Context) ([]commerce.Violation, error) {
	s, err := a.look(ctx)
	if err != nil {
		return nil, err
	}
	var r report
	s.announced(r.of("E1"))
	s.unheard(r.of("E1"))
	s.kept(r.of("O9"))
	s.overdue(r.of("S6"))
	s.twicePaid(r.of("M10"))
	s.mixed(r.of("M11"))
	s.unpromised(r.of("M12"))
	s.bought(r.of("O5"))
	s.stuck(r.of("O7"))
	err = a.Q.Read(ctx, a.mixedBooks(r.of("M11")), a.asleep(r.of("O7")), a.guards(r.of("M18")))
	return r.found, err
}
