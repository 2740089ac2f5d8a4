package auditrows

import (
	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/support"
)

// underWay reports whether something comes of a payment in this state by itself.
func underWay(status string) bool {
	switch payment.Status(status) {
	case payment.StatusAuthorizing, payment.StatusActionRequired, payment.StatusCapturing, payment.StatusVoiding:
		return true
	case payment.StatusCreated, payment.StatusAuthorized, payment.StatusCaptured, payment.StatusVoided, payment.StatusDeclined, payment.StatusExpired:
	}
	return false
}

// selectAsleep finds what is in flight and has no time at which somebody looks
// what became of it. What a warehouse or a refund was asked is JSON; in it the
// time is left out if there is none, and a quote in a text is escaped.
const selectAsleep = `SELECT 'payment', id, status FROM kontor_payment
WHERE tenant = $1 AND status IN ('authorizing', 'action_required', 'capturing', 'voiding') AND due_at = 0
UNION ALL SELECT 'refund', id, status FROM kontor_refund WHERE tenant = $1 AND status = 'processing' AND due_at = 0
UNION ALL SELECT 'fulfillment', id, 'forwarding' FROM kontor_fulfillment
WHERE tenant = $1 AND forward LIKE '%"state":"sending"%' AND forward NOT LIKE '%"due":"%'
UNION ALL SELECT 'return', id, 'refunding' FROM kontor_return
WHERE tenant = $1 AND refund LIKE '%"state":"processing"%' AND refund NOT LIKE '%"due":"%'
UNION ALL SELECT 'notification', id, status FROM kontor_notification WHERE tenant = $1 AND status IN ('queued', 'sending') AND due_at = 0
UNION ALL SELECT 'message', id, delivery FROM kontor_support_message WHERE tenant = $1 AND delivery IN ('waiting', 'sending') AND due_at = 0`

// asleep finds what is in flight and nobody will ever look at (O7).
func (a EventAuditor) asleep(add adder) unit.Query {
	text := map[string]func(uuid.UUID) string{
		"payment":      func(u uuid.UUID) string { return payment.IDFrom(u).String() },
		"refund":       func(u uuid.UUID) string { return payment.RefundIDFrom(u).String() },
		"fulfillment":  func(u uuid.UUID) string { return fulfillment.IDFrom(u).String() },
		"return":       func(u uuid.UUID) string { return returns.IDFrom(u).String() },
		"notification": func(u uuid.UUID) string { return notification.IDFrom(u).String() },
		"message":      func(u uuid.UUID) string { return support.MessageIDFrom(u).String() },
	}
	return unit.Query{Text: selectAsleep, Args: []any{a.Q.Tenant()}, Row: func(r unit.Row) error {
		var kind, state string
		var u uuid.UUID
		err := r.Scan(&kind, &u, &state)
		add(text[kind](u), "is %s, and nothing will look what became of it", state)
		return err
	}}
}
