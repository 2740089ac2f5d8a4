package paymentrows

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// PaymentReader reads payments.
type PaymentReader struct{ Q unit.Querier }

// PaymentTx writes payments in a unit.
type PaymentTx struct {
	PaymentReader
	U *unit.Unit
}

var (
	_ payment.Reader = PaymentReader{}
	_ payment.Writer = PaymentTx{}
)

// Columns are the columns of a payment in the order of scan.
const Columns = `id, subject, method, currency, amount, authorized, captured, refunding, refunded, status, reference,
capture_reference, orphaned, attempt, details, action, decline, expires_at, due_at, version, created_at, updated_at`

const (
	selectPayment     = "SELECT " + Columns + " FROM kontor_payment WHERE tenant = $1 AND id = $2"
	selectBySubject   = "SELECT " + Columns + " FROM kontor_payment WHERE tenant = $1 AND subject = $2 ORDER BY id"
	selectByReference = "SELECT " + Columns + " FROM kontor_payment WHERE tenant = $1 AND method = $2 AND reference = $3 AND reference <> '' ORDER BY id LIMIT 1"
	selectDue         = "SELECT " + Columns + " FROM kontor_payment WHERE tenant = $1 AND due_at > 0 AND due_at <= $2 ORDER BY due_at, id LIMIT $3"
)

// Select is the query of one payment; to receives it.
func Select(tenant string, p payment.ID, to func(payment.Payment)) unit.Query {
	return query(selectPayment, []any{tenant, p.UUID()}, to)
}

// SelectBySubject is the query of the payments of a subject, oldest first.
func SelectBySubject(tenant, subject string, to func(payment.Payment)) unit.Query {
	return query(selectBySubject, []any{tenant, subject}, to)
}

func query(text string, args []any, to func(payment.Payment)) unit.Query {
	return unit.Query{Text: text, Args: args, Row: func(r unit.Row) error {
		p, err := scan(r)
		if err == nil {
			to(p)
		}
		return err
	}}
}

// texts are the columns of a payment that hold JSON.
type texts struct{ attempt, details, action, decline string }

// minors are its amounts.
type minors struct{ amount, authorized, captured, refunding, refunded int64 }

func scan(r unit.Row) (payment.Payment, error) {
	var p payment.Payment
	var u uuid.UUID
	var code, status string
	var m minors
	var x texts
	var expires, due, created, updated int64
	err := r.Scan(&u, &p.Subject, &p.Method, &code, &m.amount, &m.authorized, &m.captured, &m.refunding, &m.refunded,
		&status, &p.Reference, &p.CaptureReference, &p.Orphaned, &x.attempt, &x.details, &x.action, &x.decline,
		&expires, &due, &p.Version, &created, &updated)
	if err != nil {
		return p, err
	}
	cur, err := money.ParseCurrency(code)
	if err != nil {
		return p, fmt.Errorf("paymentrows: payment %s: %w", u, err)
	}
	p.ID = payment.IDFrom(u)
	p.Amount, p.Authorized, p.Captured = money.New(m.amount, cur), money.New(m.authorized, cur), money.New(m.captured, cur)
	p.Refunding, p.Refunded = money.New(m.refunding, cur), money.New(m.refunded, cur)
	p.Expires, p.Due = clock.FromMicros(expires), clock.FromMicros(due)
	p.CreatedAt, p.UpdatedAt = clock.FromMicros(created), clock.FromMicros(updated)
	if err := x.into(&p); err != nil {
		return p, err
	}
	return payment.Restore(p, payment.Status(status))
}

func (x texts) into(p *payment.Payment) error {
	var err error
	if p.Attempt, err = column.To[payment.Attempt](x.attempt); err != nil {
		return err
	}
	if p.Details, err = column.To[payment.Details](x.details); err != nil {
		return err
	}
	if p.Action, err = column.To[payment.Action](x.action); err != nil {
		return err
	}
	p.Decline, err = column.To[payment.Decline](x.decline)
	return err
}

func textsOf(p payment.Payment) (x texts, err error) {
	if x.attempt, err = text(p.Attempt); err != nil {
		return x, err
	}
	if x.details, err = text(p.Details); err != nil {
		return x, err
	}
	if x.action, err = text(p.Action); err != nil {
		return x, err
	}
	x.decline, err = text(p.Decline)
	return x, err
}

// text is column.Of, and empty text for the zero value.
func text[T comparable](v T) (string, error) {
	var zero T
	if v == zero {
		return "", nil
	}
	return column.Of(v)
}

// Payment returns a payment.
func (q PaymentReader) Payment(ctx context.Context, p payment.ID) (payment.Payment, error) {
	return q.one(ctx, selectPayment, q.Q.Tenant(), p.UUID())
}

// PaymentByReference returns the payment that a provider calls so.
func (q PaymentReader) PaymentByReference(ctx context.Context, method, reference string) (payment.Payment, error) {
	return q.one(ctx, selectByReference, q.Q.Tenant(), method, reference)
}

// PaymentsBySubject returns the payments of a subject.
func (q PaymentReader) PaymentsBySubject(ctx context.Context, subject string) ([]payment.Payment, error) {
	return q.all(ctx, selectBySubject, q.Q.Tenant(), subject)
}

// PaymentsDue returns what the reconciler must look at.
func (q PaymentReader) PaymentsDue(ctx context.Context, now time.Time, limit int) ([]payment.Payment, error) {
	return q.all(ctx, selectDue, q.Q.Tenant(), clock.Micros(now), limit)
}

func (q PaymentReader) one(ctx context.Context, stmt string, args ...any) (payment.Payment, error) {
	ps, err := q.all(ctx, stmt, args...)
	switch {
	case err != nil:
		return payment.Payment{}, err
	case len(ps) == 0:
		return payment.Payment{}, fault.Missing("payment")
	default:
		return ps[0], nil
	}
}

func (q PaymentReader) all(ctx context.Context, stmt string, args ...any) ([]payment.Payment, error) {
	var out []payment.Payment
	err := q.Q.Read(ctx, query(stmt, args, func(p payment.Payment) { out = append(out, p) }))
	return out, err
}

const insertPayment = "INSERT INTO kontor_payment (tenant, " + Columns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`

// InsertPayments stores new payments.
func (t PaymentTx) InsertPayments(ctx context.Context, ps ...payment.Payment) error {
	for _, p := range ps {
		x, err := textsOf(p)
		if err != nil {
			return err
		}
		err = t.U.Write(ctx, unit.Write{
			Rank: unit.RankPayment, Key: key(p.ID.UUID()), Text: insertPayment,
			Broken: &payment.AlreadyOpen{Subject: p.Subject}, Explain: explainOpen(p.Subject),
			Args: []any{
				t.U.Tenant(), p.ID.UUID(), p.Subject, p.Method, p.Amount.Currency().Code(), p.Amount.Minor(), p.Authorized.Minor(),
				p.Captured.Minor(), p.Refunding.Minor(), p.Refunded.Minor(), string(p.Status()), p.Reference,
				p.CaptureReference, p.Orphaned, x.attempt, x.details, x.action, x.decline, clock.Micros(p.Expires), clock.Micros(p.Due),
				p.Version, clock.Micros(p.CreatedAt), clock.Micros(p.UpdatedAt),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// explainOpen says which payment of the subject is open.
func explainOpen(subject string) func(context.Context, unit.Querier, error) error {
	return func(ctx context.Context, q unit.Querier, _ error) error {
		open := &payment.AlreadyOpen{Subject: subject}
		ps, err := PaymentReader{Q: q}.PaymentsBySubject(ctx, subject)
		if err != nil {
			return nil //nolint:nilerr // the error is complete enough without
		}
		for _, p := range ps {
			if p.IsOpen() {
				open.Payment = p.ID
			}
		}
		return open
	}
}

const updatePayment = `UPDATE kontor_payment SET authorized = $4, captured = $5, refunding = $6, refunded = $7, status = $8,
reference = $9, capture_reference = $10, orphaned = $11, attempt = $12, action = $13, decline = $14, expires_at = $15,
due_at = $16, updated_at = $17, version = version + 1 WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdatePayments stores changed payments.
func (t PaymentTx) UpdatePayments(ctx context.Context, ps ...payment.Payment) error {
	for _, p := range ps {
		x, err := textsOf(p)
		if err != nil {
			return err
		}
		was := p.Version - 1
		err = t.U.Write(ctx, unit.Write{
			Rank: unit.RankPayment, Key: key(p.ID.UUID()), Text: updatePayment,
			Untouched: fault.Stale("payment", was, 0), Explain: explainStale(p.ID, was),
			Args: []any{
				t.U.Tenant(), p.ID.UUID(), was, p.Authorized.Minor(), p.Captured.Minor(), p.Refunding.Minor(), p.Refunded.Minor(),
				string(p.Status()), p.Reference, p.CaptureReference, p.Orphaned, x.attempt, x.action, x.decline,
				clock.Micros(p.Expires), clock.Micros(p.Due), clock.Micros(p.UpdatedAt),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// explainStale says which version the payment has now.
func explainStale(p payment.ID, was int) func(context.Context, unit.Querier, error) error {
	return func(ctx context.Context, q unit.Querier, _ error) error {
		now, err := PaymentReader{Q: q}.Payment(ctx, p)
		if err != nil {
			return err
		}
		return fault.Stale("payment", was, now.Version)
	}
}

const movePaymentRefunds = `UPDATE kontor_payment SET refunding = refunding + $4, refunded = refunded + $5, updated_at = $6, version = version + 1
WHERE tenant = $1 AND id = $2 AND currency = $3 AND refunding + $4 >= 0 AND refunded + $5 >= 0
AND captured - refunded - refunding >= $4::bigint + $5::bigint AND ($7::bigint = 0 OR version = $7::bigint)`

// MovePaymentRefunds changes what is on its way back and what is back.
func (t PaymentTx) MovePaymentRefunds(ctx context.Context, ms ...payment.RefundMove) error {
	for _, m := range ms {
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankPayment, Key: key(m.Payment.UUID()), Text: movePaymentRefunds,
			Untouched: &payment.ExceedsCaptured{Payment: m.Payment}, Explain: explainMove(m),
			Args: []any{t.U.Tenant(), m.Payment.UUID(), m.Currency, m.Refunding, m.Refunded, clock.Micros(m.At), m.IfVersion},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// explainMove says what could have gone back, or that the version is old.
func explainMove(m payment.RefundMove) func(context.Context, unit.Querier, error) error {
	return func(ctx context.Context, q unit.Querier, _ error) error {
		p, err := PaymentReader{Q: q}.Payment(ctx, m.Payment)
		if err != nil {
			return err
		}
		if m.IfVersion != 0 && m.IfVersion != p.Version {
			return fault.Stale("payment", m.IfVersion, p.Version)
		}
		want := money.New(m.Refunding+m.Refunded, p.Amount.Currency())
		return &payment.ExceedsCaptured{Payment: m.Payment, Want: want, Have: p.Refundable()}
	}
}

// key is the place of a row among those of its rank.
func key(us ...uuid.UUID) string {
	b := make([]byte, 0, 32)
	for _, u := range us {
		b = append(b, u[:]...)
	}
	return string(b)
}
