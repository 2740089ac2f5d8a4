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

const refundColumns = `id, payment, currency, amount, reason, status, reference, attempt, decline, due_at, version, created_at, updated_at`

const (
	selectRefund     = "SELECT " + refundColumns + " FROM kontor_refund WHERE tenant = $1 AND id = $2"
	selectRefunds    = "SELECT " + refundColumns + " FROM kontor_refund WHERE tenant = $1 AND payment = $2 ORDER BY id"
	selectRefundsDue = "SELECT " + refundColumns + " FROM kontor_refund WHERE tenant = $1 AND due_at > 0 AND due_at <= $2 ORDER BY due_at, id LIMIT $3"
)

func scanRefund(r unit.Row) (payment.Refund, error) {
	var f payment.Refund
	var u, owner uuid.UUID
	var code, status, attempt, decline string
	var minor, due, created, updated int64
	err := r.Scan(&u, &owner, &code, &minor, &f.Reason, &status, &f.Reference, &attempt, &decline, &due, &f.Version, &created, &updated)
	if err != nil {
		return f, err
	}
	cur, err := money.ParseCurrency(code)
	if err != nil {
		return f, fmt.Errorf("paymentrows: refund %s: %w", u, err)
	}
	f.ID, f.Payment, f.Amount = payment.RefundIDFrom(u), payment.IDFrom(owner), money.New(minor, cur)
	f.Due, f.CreatedAt, f.UpdatedAt = clock.FromMicros(due), clock.FromMicros(created), clock.FromMicros(updated)
	if f.Attempt, err = column.To[payment.Attempt](attempt); err != nil {
		return f, err
	}
	if f.Decline, err = column.To[payment.Decline](decline); err != nil {
		return f, err
	}
	return payment.RestoreRefund(f, payment.RefundStatus(status))
}

func (q PaymentReader) refunds(ctx context.Context, stmt string, args ...any) ([]payment.Refund, error) {
	var out []payment.Refund
	err := q.Q.Read(ctx, unit.Query{Text: stmt, Args: args, Row: func(r unit.Row) error {
		f, err := scanRefund(r)
		out = append(out, f)
		return err
	}})
	return out, err
}

// PaymentRefund returns a refund.
func (q PaymentReader) PaymentRefund(ctx context.Context, r payment.RefundID) (payment.Refund, error) {
	fs, err := q.refunds(ctx, selectRefund, q.Q.Tenant(), r.UUID())
	switch {
	case err != nil:
		return payment.Refund{}, err
	case len(fs) == 0:
		return payment.Refund{}, fault.Missing("refund")
	default:
		return fs[0], nil
	}
}

// PaymentRefunds returns the refunds of a payment.
func (q PaymentReader) PaymentRefunds(ctx context.Context, p payment.ID) ([]payment.Refund, error) {
	return q.refunds(ctx, selectRefunds, q.Q.Tenant(), p.UUID())
}

// PaymentRefundsDue returns what the reconciler must look at.
func (q PaymentReader) PaymentRefundsDue(ctx context.Context, now time.Time, limit int) ([]payment.Refund, error) {
	return q.refunds(ctx, selectRefundsDue, q.Q.Tenant(), clock.Micros(now), limit)
}

const insertRefund = "INSERT INTO kontor_refund (tenant, " + refundColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

// InsertPaymentRefunds stores new refunds.
func (t PaymentTx) InsertPaymentRefunds(ctx context.Context, rs ...payment.Refund) error {
	for _, f := range rs {
		attempt, decline, err := refundTexts(f)
		if err != nil {
			return err
		}
		err = t.U.Write(ctx, unit.Write{
			Rank: unit.RankPaymentLog, Key: key(f.Payment.UUID(), f.ID.UUID()), Text: insertRefund,
			Args: []any{
				t.U.Tenant(), f.ID.UUID(), f.Payment.UUID(), f.Amount.Currency().Code(), f.Amount.Minor(), f.Reason, string(f.Status()),
				f.Reference, attempt, decline, clock.Micros(f.Due), f.Version, clock.Micros(f.CreatedAt), clock.Micros(f.UpdatedAt),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const updateRefund = `UPDATE kontor_refund SET status = $4, reference = $5, attempt = $6, decline = $7, due_at = $8, updated_at = $9,
version = version + 1 WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdatePaymentRefunds stores changed refunds.
func (t PaymentTx) UpdatePaymentRefunds(ctx context.Context, rs ...payment.Refund) error {
	for _, f := range rs {
		attempt, decline, err := refundTexts(f)
		if err != nil {
			return err
		}
		was := f.Version - 1
		err = t.U.Write(ctx, unit.Write{
			Rank: unit.RankPaymentLog, Key: key(f.Payment.UUID(), f.ID.UUID()), Text: updateRefund,
			Untouched: fault.Stale("refund", was, 0), Explain: explainStaleRefund(f.ID, was),
			Args: []any{
				t.U.Tenant(), f.ID.UUID(), was, string(f.Status()), f.Reference, attempt, decline,
				clock.Micros(f.Due), clock.Micros(f.UpdatedAt),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func refundTexts(f payment.Refund) (attempt, decline string, err error) {
	if attempt, err = text(f.Attempt); err != nil {
		return "", "", err
	}
	decline, err = text(f.Decline)
	return attempt, decline, err
}

func explainStaleRefund(r payment.RefundID, was int) func(context.Context, unit.Querier, error) error {
	return func(ctx context.Context, q unit.Querier, _ error) error {
		now, err := PaymentReader{Q: q}.PaymentRefund(ctx, r)
		if err != nil {
			return err
		}
		return fault.Stale("refund", was, now.Version)
	}
}
