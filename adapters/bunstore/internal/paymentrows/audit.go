package paymentrows

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/payment"
)

// selectTorn finds payments whose amounts are out of order.
const selectTorn = `SELECT id, authorized, captured, refunding, refunded FROM kontor_payment WHERE tenant = $1
AND (refunded < 0 OR refunding < 0 OR refunded + refunding > captured OR captured > authorized) ORDER BY id`

// selectUnlogged finds payments whose amounts are not the sums of their log.
const selectUnlogged = `SELECT p.id, p.authorized, p.captured, p.refunded, COALESCE(l.a, 0), COALESCE(l.c, 0), COALESCE(l.r, 0)
FROM kontor_payment p LEFT JOIN (
    SELECT payment,
        CAST(SUM(CASE WHEN operation = 'authorize' THEN amount ELSE 0 END) AS bigint) AS a,
        CAST(SUM(CASE WHEN operation = 'capture' THEN amount ELSE 0 END) AS bigint) AS c,
        CAST(SUM(CASE WHEN operation = 'refund' THEN amount ELSE 0 END) AS bigint) AS r
    FROM kontor_payment_log WHERE tenant = $1 AND result = 'done' GROUP BY payment
) l ON l.payment = p.id WHERE p.tenant = $1
AND (p.authorized <> COALESCE(l.a, 0) OR p.captured <> COALESCE(l.c, 0) OR p.refunded <> COALESCE(l.r, 0)) ORDER BY p.id`

// selectUnrefunded finds payments whose refunds do not add up to what is on its
// way back and what is back.
const selectUnrefunded = `SELECT p.id, p.refunding, p.refunded, COALESCE(r.going, 0), COALESCE(r.gone, 0)
FROM kontor_payment p LEFT JOIN (
    SELECT payment,
        CAST(SUM(CASE WHEN status IN ('requested', 'processing') THEN amount ELSE 0 END) AS bigint) AS going,
        CAST(SUM(CASE WHEN status = 'succeeded' THEN amount ELSE 0 END) AS bigint) AS gone
    FROM kontor_refund WHERE tenant = $1 GROUP BY payment
) r ON r.payment = p.id WHERE p.tenant = $1
AND (p.refunding <> COALESCE(r.going, 0) OR p.refunded <> COALESCE(r.gone, 0)) ORDER BY p.id`

// selectUnposted finds methods whose cash account is not what came by them.
const selectUnposted = `SELECT account, currency, CAST(SUM(book) AS bigint), CAST(SUM(paid) AS bigint) FROM (
    SELECT account, currency, minor AS book, 0 AS paid FROM kontor_posting WHERE tenant = $1 AND substr(account, 1, 5) = 'cash:'
    UNION ALL
    SELECT 'cash:' || method, currency, 0, captured - refunded FROM kontor_payment WHERE tenant = $1
) x GROUP BY account, currency HAVING SUM(book) <> SUM(paid) ORDER BY account, currency`

// selectMixed finds payments of which something was done, or goes back, in
// another currency. What a provider promised in another one is in the log, too,
// as a mismatch that came to nothing.
const selectMixed = `SELECT p.id, p.currency, x.currency FROM kontor_payment p JOIN (
    SELECT payment, currency FROM kontor_payment_log WHERE tenant = $1 AND result = 'done'
    UNION SELECT payment, currency FROM kontor_refund WHERE tenant = $1
) x ON x.payment = p.id WHERE p.tenant = $1 AND x.currency <> p.currency ORDER BY p.id, x.currency`

// PaymentDiscrepancies returns what does not add up.
func (q PaymentReader) PaymentDiscrepancies(ctx context.Context) ([]payment.Discrepancy, error) {
	var out []payment.Discrepancy
	found := func(invariant, subject, format string, args ...any) {
		out = append(out, payment.Discrepancy{Invariant: invariant, Subject: subject, Text: fmt.Sprintf(format, args...)})
	}
	args := []any{q.Q.Tenant()}
	err := q.Q.Read(ctx,
		unit.Query{Text: selectTorn, Args: args, Row: amounts(4, func(p string, n []int64) {
			found("M6", p, "authorized %d, captured %d, refunding %d, refunded %d", n[0], n[1], n[2], n[3])
		})},
		unit.Query{Text: selectUnlogged, Args: args, Row: amounts(6, func(p string, n []int64) {
			found("M9", p, "authorized %d, captured %d, refunded %d, but the log says %d, %d, %d", n[0], n[1], n[2], n[3], n[4], n[5])
		})},
		unit.Query{Text: selectUnrefunded, Args: args, Row: amounts(4, func(p string, n []int64) {
			found("M6", p, "refunding %d, refunded %d, but the refunds say %d, %d", n[0], n[1], n[2], n[3])
		})},
		unit.Query{Text: selectUnposted, Args: args, Row: func(r unit.Row) error {
			var account, currency string
			var book, paid int64
			err := r.Scan(&account, &currency, &book, &paid)
			found("M9", account, "the ledger holds %d minor units of %s, the payments say %d", book, currency, paid)
			return err
		}},
		unit.Query{Text: selectMixed, Args: args, Row: func(r unit.Row) error {
			var u uuid.UUID
			var own, other string
			err := r.Scan(&u, &own, &other)
			found("M11", payment.IDFrom(u).String(), "is in %s, and its log or a refund of it in %s", own, other)
			return err
		}})
	return out, err
}

// amounts reads rows of a payment's id and n figures.
func amounts(n int, to func(p string, figures []int64)) func(unit.Row) error {
	return func(r unit.Row) error {
		var u uuid.UUID
		figures := make([]int64, n)
		dest := []any{&u}
		for i := range figures {
			dest = append(dest, &figures[i])
		}
		err := r.Scan(dest...)
		to(payment.IDFrom(u).String(), figures)
		return err
	}
}
